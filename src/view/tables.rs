//! The smaller tables: requests, key-value stores, messages, two logs compared, settings.

use std::collections::BTreeSet;

use crate::quantity;
use crate::raft::{Index, Log, NodeId, NodeSet};
use crate::sim::{Host, InFlight, TransitState, WorkerState, World};
use crate::word::{OrNone, QuotedWord};

use super::document::{Document, Table, Text, Tone};
use super::narrator::reach;
use super::{event, groups, words};

pub use super::event::{outcome, outcome_tone};

/// The least width to which a column of these tables may be wrapped.
const NARROWEST: usize = 12;

pub(super) fn table(head: impl IntoIterator<Item: Into<Text>>, rows: Vec<Vec<Text>>) -> Document {
    Document::new().table(Table { narrowest: Some(NARROWEST), ..Table::new(head, rows) })
}

/// `ops`: the latest `count` requests.
pub fn ops(world: &World, count: usize) -> Document {
    let rows = world.ops().last(count).map(|(id, op)| {
        vec![
            id.to_string().into(),
            op.node.to_string().into(),
            op.asked.to_string().into(),
            Text::new().toned(outcome_tone(op.outcome), op.outcome.to_string()),
            OrNone(op.value).to_string().into(),
        ]
    });
    table(["op", "node", "command", "outcome", "value"], rows.collect())
}

/// `clients`: the clients in the background, and what each waits for.
pub fn clients(world: &World) -> Document {
    let rows = world.workers().map(|WorkerState { name, believes, waits_for }| {
        let waits_for = waits_for.map_or_else(|| "none".to_owned(), |op| op.to_string());
        vec![name.into(), believes.to_string().into(), waits_for.into()]
    });
    match world.load() {
        Some(_) => table(["client", "asks", "waits for"], rows.collect()),
        None => "no clients are at work; `clients 3` sets three to work".into(),
    }
}

/// `kv`: the content of each node's state machine, one row for each key.
pub fn kv(world: &World, nodes: NodeSet) -> Document {
    let applied = |host: &Host| host.report().map(|report| report.applied);
    let shown = |node| (world.host(node).state, applied(world.host(node)), &world.host(node).store);
    let columns = groups::columns(nodes, shown);
    let hosts: Vec<&Host> = columns.iter().map(|(node, _)| world.host(*node)).collect();
    let keys: BTreeSet<&str> =
        hosts.iter().flat_map(|host| host.store.iter().map(|(key, _)| key)).collect();
    let heading = |(node, group): &(NodeId, NodeSet)| {
        let (host, names) = (world.host(*node), groups::nodes(*group));
        match applied(host) {
            Some(applied) => format!("{names} at {applied}"),
            None => format!("{names} ({})", host.state.name()),
        }
    };
    let head = std::iter::once("key".to_owned()).chain(columns.iter().map(heading));
    let rows = keys.iter().map(|&key| {
        // A missing key is a blank cell. No value looks like that: an empty value is shown as "".
        let value = |value| OrNone(Some(value)).to_string();
        let values =
            hosts.iter().map(|host| host.store.get(key).map(value).unwrap_or_default().into());
        std::iter::once(QuotedWord(key).to_string().into()).chain(values).collect()
    });
    table(head, rows.collect())
}

/// The messages in flight to or from these nodes, oldest first.
pub(super) fn in_flight(world: &World, nodes: NodeSet) -> Vec<&InFlight> {
    let concerns =
        |one: &&InFlight| nodes.contains(one.message.from) || nodes.contains(one.message.to);
    let mut found: Vec<&InFlight> = world.network().in_flight().filter(concerns).collect();
    found.sort_unstable_by_key(|one| one.id);
    found
}

/// `messages`: the messages in flight to or from these nodes, oldest first.
pub fn messages(world: &World, nodes: NodeSet) -> Document {
    let rows = in_flight(world, nodes).into_iter().map(|one| {
        let arrives = match world.transit_state(one) {
            TransitState::Underway => Text::from(quantity::time(one.due_us())),
            TransitState::Held => Text::new().toned(Tone::Warn, "held"),
            TransitState::AtPaused => {
                Text::new().toned(Tone::Warn, format!("{} is paused", one.message.to))
            }
        };
        let what = event::content(one.message.body.summary(), one.message.term);
        vec![
            format!("m{}", one.id).into(),
            one.message.from.to_string().into(),
            one.message.to.to_string().into(),
            what.into(),
            arrives,
        ]
    });
    table(["message", "from", "to", "says", "arrives"], rows.collect())
}

/// `diff A B`: the index up to which two logs agree, and the entries of both after it.
pub fn diff(world: &World, a: NodeId, b: NodeId) -> Document {
    let logs = [a, b].map(|node| world.host(node).log());
    let longest = logs[0].last_index().max(logs[1].last_index());
    let same = logs[0].same_through(&logs[1]);
    if same == longest {
        return format!(
            "{a} and {b} have the same log of {}",
            words::counted(u64::from(same.0), "entry")
        )
        .into();
    }
    let shown = |log: &Log, index| match log.get(index) {
        Some(entry) => words::entry(world.ops(), index, entry),
        None if index <= log.base().index => "in its snapshot".to_owned(),
        None => String::new(),
    };
    let rows = (same.next().0..=longest.0).map(Index).map(|index| {
        vec![index.to_string().into(), shown(&logs[0], index).into(), shown(&logs[1], index).into()]
    });
    let agree = format!("{a} and {b} agree up to index {same}, and differ from {} on", same.next());
    Document::from(agree)
        .then(table(["index".to_owned(), a.to_string(), b.to_string()], rows.collect()))
}

/// A setting as it is listed.
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Its value as typed.
    pub value: String,
    /// What it does, in a few words.
    pub meaning: &'static str,
    /// The nodes that have values of their own.
    pub nodes: Vec<(NodeId, String)>,
}

/// `settings`: every setting with its value, and below it a row for each node that has its own.
pub fn settings(all: &[Setting]) -> Document {
    let rows = all.iter().flat_map(|Setting { name, value, meaning, nodes }| {
        let general =
            vec![(*name).into(), value.as_str().into(), Text::new().toned(Tone::Dim, *meaning)];
        let own = nodes.iter().map(move |(node, value)| {
            let whose = Text::new().toned(Tone::Dim, format!("its value at {node}"));
            vec![format!("{name} {node}").into(), value.as_str().into(), whose]
        });
        std::iter::once(general).chain(own)
    });
    table(["setting", "value", "meaning"], rows.collect())
}

/// `t=153.200ms, leader n3@1, 5 of 5 up`: the time, the leader with its term, and the number of
/// nodes that are up.
pub fn summary(world: &World) -> Text {
    let leader =
        world.leader().and_then(|leader| Some((leader, world.host(leader).report()?.term)));
    let contact = world.leader().and_then(|leader| world.contact(leader));
    let text = Text::new().toned(Tone::Dim, format!("t={}", quantity::time(world.now_us())));
    let text = match leader {
        Some((leader, term)) => {
            let text = text.plain(", leader ").toned(Tone::Leader, format!("{leader}@{term}"));
            match contact.filter(|contact| contact.is_lost) {
                Some(contact) => {
                    let reach = reach(world, &contact);
                    text.toned(Tone::Bad, format!(" ({reach}, commits nothing)"))
                }
                None => text,
            }
        }
        None => text.plain(", no leader"),
    };
    text.plain(format!(", {} of {} up", world.live().len(), world.cluster_size()))
}
