//! The smaller tables: requests, stores, links, settings.

use std::collections::BTreeSet;

use crate::quantity;
use crate::raft::{Index, Log, NodeId, NodeSet};
use crate::sim::{Said, Travel, World};

use super::document::{Document, Table, Text, Tone};
use super::{event, words};

pub use super::event::outcome_tone;

fn table(head: &[&str], rows: Vec<Vec<Text>>) -> Document {
    let head = head.iter().map(|&title| title.into()).collect();
    Document::new().table(Table { head, rows, key_columns: 1 })
}

/// `ops`: the latest `count` requests.
pub fn ops(world: &World, count: usize) -> Document {
    let rows = world.ops().last(count).map(|(id, op)| {
        vec![
            id.to_string().into(),
            op.node.to_string().into(),
            op.command.to_string().into(),
            Text::new().toned(outcome_tone(op.outcome), op.outcome.to_string()),
            op.value.as_deref().unwrap_or("none").into(),
        ]
    });
    table(&["op", "node", "command", "outcome", "value"], rows.collect())
}

/// `kv`: what each node's state machine holds, a row a key.
pub fn kv(world: &World, nodes: NodeSet) -> Document {
    let hosts: Vec<_> = nodes.iter().map(|node| world.host(node)).collect();
    let keys: BTreeSet<&str> = hosts.iter().flat_map(|host| host.store.iter().map(|(key, _)| key)).collect();
    let mut head = vec!["key".to_owned()];
    head.extend(hosts.iter().map(|host| match &host.node {
        Some(node) => format!("{} at {}", host.id, node.last_applied()),
        None => format!("{} ({})", host.id, host.state.name()),
    }));
    let rows = keys.iter().map(|&key| {
        let values = hosts.iter().map(|host| host.store.get(key).unwrap_or_default().into());
        std::iter::once(key.into()).chain(values).collect()
    });
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    table(&head, rows.collect())
}

/// So many nodes still make a matrix of links that can be read; beyond, only what is not whole is listed.
const MATRIX_MAX: usize = 20;

/// `links`: which node reaches which.
pub fn links(world: &World) -> Document {
    let network = world.network();
    let cut: usize = world.nodes().iter().map(|node| network.unreachable(node).len()).sum();
    let nodes = world.cluster_size();
    let total = nodes * (nodes - 1);
    let summary = match cut {
        0 => format!("all {} are whole", words::counted(total as u64, "link")),
        _ => format!("{cut} of {} cut (each way counts)", words::counted(total as u64, "link")),
    };
    let summary = format!("{summary}; {} in flight", words::counted(network.len() as u64, "message"));
    let document = if nodes <= MATRIX_MAX { link_matrix(world) } else { link_lists(world) };
    network.faults().fold(document.line(summary), |document, (from, to, fault)| {
        document.line(format!("{from} → {to}: {}", words::link_fault(fault)))
    })
}

/// What is not whole, a row a node.
fn link_lists(world: &World) -> Document {
    let network = world.network();
    let rows = world.nodes().iter().filter_map(|from| {
        let (cut, held) = (network.unreachable(from), network.held_back(from));
        let row = || vec![from.to_string().into(), cut.to_string().into(), held.to_string().into()];
        (!cut.union(held).is_empty()).then(row)
    });
    table(&["from", "cannot reach", "held to"], rows.collect())
}

fn link_matrix(world: &World) -> Document {
    let nodes = NodeId::first(world.cluster_size());
    let mut head = vec!["from \\ to".to_owned()];
    head.extend(nodes.clone().map(|node| node.to_string()));
    let cell = |from: NodeId, to: NodeId| match world.network().is_cut(from, to) {
        _ if from == to => Text::new().toned(Tone::Dim, "·"),
        true => Text::new().toned(Tone::Bad, "cut"),
        false if world.network().is_held(from, to) => Text::new().toned(Tone::Warn, "held"),
        false => Text::new().toned(Tone::Good, "ok"),
    };
    let rows = nodes.clone().map(|from| {
        std::iter::once(from.to_string().into()).chain(nodes.clone().map(|to| cell(from, to))).collect()
    });
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    table(&head, rows.collect())
}

/// `messages`: what is in flight between these nodes, oldest first.
pub fn messages(world: &World, nodes: NodeSet) -> Document {
    let mut found: Vec<_> = world
        .network()
        .in_flight()
        .filter(|one| nodes.contains(one.message.from) || nodes.contains(one.message.to))
        .collect();
    found.sort_unstable_by_key(|one| one.id);
    let rows = found.into_iter().map(|one| {
        let arrives = match one.travel {
            Travel::Underway => Text::from(quantity::time(one.due_us())),
            Travel::Held => Text::new().toned(Tone::Warn, "held"),
            Travel::AtPaused => Text::new().toned(Tone::Warn, format!("waits: {} is paused", one.message.to)),
        };
        let what = event::content(Said::from(&one.message.body), one.message.term);
        vec![
            format!("m{}", one.id).into(),
            one.message.from.to_string().into(),
            one.message.to.to_string().into(),
            what.into(),
            arrives,
        ]
    });
    table(&["message", "from", "to", "says", "arrives"], rows.collect())
}

/// `diff A B`: where two logs agree, and how they go on.
pub fn diff(world: &World, a: NodeId, b: NodeId) -> Document {
    let logs = [a, b].map(|node| world.host(node).log());
    let longest = logs[0].last_index().max(logs[1].last_index());
    let same = logs[0].same_through(&logs[1]);
    if same == longest {
        return format!("{a} and {b} have the same log of {}", words::counted(u64::from(same.0), "entry"))
            .into();
    }
    let shown = |log: &Log, index| match log.get(index) {
        Some(entry) => words::entry(world.ops(), index, entry),
        None => String::new(),
    };
    let rows = (same.next().0..=longest.0).map(Index).map(|index| {
        vec![index.to_string().into(), shown(&logs[0], index).into(), shown(&logs[1], index).into()]
    });
    let agree = format!("{a} and {b} agree up to index {same}, and differ from {} on", same.next());
    let names = [a.to_string(), b.to_string()];
    let rows = rows.collect();
    let mut document = Document::from(agree);
    document.0.extend(table(&["index", &names[0], &names[1]], rows).0);
    document
}

/// `settings`: every setting with its value.
pub fn settings(world: &World) -> Document {
    let all = world.settings().all();
    let rows = all.iter().map(|setting| {
        vec![setting.name().into(), setting.value().into(), Text::new().toned(Tone::Dim, setting.meaning())]
    });
    table(&["setting", "value", "meaning"], rows.collect())
}

/// `t=153.200ms, leader n3 of term 1, 5 of 5 up`: where the cluster stands, in one line.
pub fn summary(world: &World) -> Text {
    let leader =
        world.leader().and_then(|leader| Some((leader, world.host(leader).node.as_ref()?.current_term())));
    let text = Text::new().toned(Tone::Dim, format!("t={}", quantity::time(world.now_us())));
    let text = match leader {
        Some((leader, term)) => text.plain(", leader ").toned(Tone::Leader, format!("{leader}@{term}")),
        None => text.plain(", no leader"),
    };
    text.plain(format!(", {} of {} up", world.live().len(), world.cluster_size()))
}
