//! The nodes, one row each, and what leaders know of the other nodes' logs.
//!
//! A `~` follows a term, vote or last index that a crash would lose because it is not on disk yet.

use crate::disk::{Policy, Unreadable};
use crate::quantity;
use crate::raft::{NodeId, NodeSet, RoleName};
use crate::sim::{Host, HostState, Record, World};

use super::document::{Document, Paragraph, Table, Text, Tone};
use super::{groups, narrator, violations, words};

/// The least width to which the last column may be wrapped, so that a node stays one row in 80
/// columns.
const NARROWEST: usize = 10;

/// `status`: one row for each node.
pub fn status(world: &World, nodes: NodeSet) -> Document {
    let head = ["node", "state", "role", "term", "vote", "last", "commit", "applied", "disk"];
    let hosts = nodes.iter().map(|node| world.host(node));
    let table = Table::new(head, hosts.clone().map(row).collect());
    let document = Document::new().table(Table { narrowest: Some(NARROWEST), ..table });
    let volatile = hosts.clone().any(|host| Volatile::of(host) != Volatile::default());
    let document = match volatile {
        true => document.line(Text::new().toned(Tone::Dim, "~ not on disk yet")),
        false => document,
    };
    let halts = hosts.clone().filter_map(halt).map(|text| Paragraph::hanging(2, text));
    let snapshots = snapshots(hosts.clone()).map(|text| Paragraph::hanging(2, text));
    let known = hosts.filter_map(knowledge).map(|text| Paragraph::hanging(2, text));
    let contact = nodes.iter().filter_map(|node| contact(world, node));
    let contact = contact.map(|text| Paragraph::hanging(2, text));
    let marks = marks(world).into_iter().map(|text| Paragraph::hanging(2, text));
    let clocks = nodes.iter().filter_map(|node| clock(world.host(node)));
    let clocks = clocks.map(|text| Paragraph::hanging(2, text));
    let transfers = nodes.iter().filter_map(|node| transfer(world.host(node)));
    let transfers = transfers.map(|text| Paragraph::hanging(2, text));
    document.then(
        halts
            .chain(clocks)
            .chain(transfers)
            .chain(snapshots)
            .chain(known)
            .chain(contact)
            .chain(marks)
            .collect(),
    )
}

/// Warnings that no reader may overlook: flaws that are on, unsafe recovery, violated properties,
/// and events that were not judged.
fn marks(world: &World) -> Vec<Text> {
    let mut lines = Vec::new();
    let flaws: Vec<&str> = world.settings().raft.flaws.iter().map(|flaw| flaw.name()).collect();
    if !flaws.is_empty() {
        let names = flaws.join(", ");
        lines.push(
            Text::new().toned(Tone::Warn, "FLAWED").plain(format!(": {names}; `flaw` tells more")),
        );
    }
    let truncates = |node: &NodeId| world.settings_of(*node).recovery == Policy::Truncate;
    let truncating: NodeSet = world.nodes().iter().filter(truncates).collect();
    if !truncating.is_empty() {
        let whose = match truncating == world.nodes() {
            true => String::new(),
            false => format!(" of {truncating}"),
        };
        let text = format!(
            ": recovery{whose} is truncate: a node that starts deletes records that it cannot \
             read, and all after them"
        );
        lines.push(Text::new().toned(Tone::Warn, "UNSAFE").plain(text));
    }
    let broken: Vec<&str> = world.violations().iter().map(|violation| violation.property).collect();
    if !broken.is_empty() {
        let names = broken.join(", ");
        lines.push(
            Text::new()
                .toned(Tone::Bad, "VIOLATED")
                .plain(format!(": {names}; `violations` tells more")),
        );
    }
    lines.extend(violations::not_judged(world));
    lines
}

/// Which values of a running node are in its memory but not on its disk.
#[derive(Default, PartialEq, Eq)]
struct Volatile {
    term: bool,
    vote: bool,
    last: bool,
}

impl Volatile {
    fn of(host: &Host) -> Volatile {
        let Some(record) = host.record() else { return Volatile::default() };
        let (state, _) = host.disk.durable();
        Volatile {
            term: state.current_term != record.report.term,
            vote: state.hard_state != host.hard_state(),
            last: record.durable < record.log.last_index(),
        }
    }
}

fn row(host: &Host) -> Vec<Text> {
    // A node that does not run is shown as it is on its disk.
    let (hard_state, last) = (host.hard_state(), host.log().last());
    let (role, commit, applied) = match host.report() {
        Some(report) => (
            Text::new().toned(words::role_tone(report.role), report.role.to_string()),
            report.commit.to_string(),
            report.applied.to_string(),
        ),
        None => ("-".into(), "-".to_owned(), "-".to_owned()),
    };
    let volatile = Volatile::of(host);
    let marked = |text: String, volatile| match volatile {
        true => Text::from(text).toned(Tone::Warn, "~"),
        false => Text::from(text),
    };
    vec![
        Text::new().toned(Tone::Strong, host.id.to_string()),
        Text::new().toned(words::state_tone(host.state), host.state.name()),
        role,
        marked(hard_state.current_term.to_string(), volatile.term),
        marked(words::node_or_none(hard_state.voted_for), volatile.vote),
        marked(last.to_string(), volatile.last),
        commit.into(),
        applied.into(),
        disk(host),
    ]
}

/// The faults and the damage of a disk in a few words, or `ok`.
pub fn disk(host: &Host) -> Text {
    let disk = &host.disk;
    let trouble = disk.trouble();
    let (unfinished, claimed) = (disk.unfinished() as u64, disk.claimed() as u64);
    let when = |is: bool, tone, fact: &str| is.then(|| (tone, fact.to_owned()));
    let unreadable = disk.unreadable();
    let facts = [
        when(trouble.cut, Tone::Bad, "cut"),
        trouble.full.map(|votes| (Tone::Bad, full(votes))),
        trouble.slow_us.map(|us| (Tone::Warn, format!("slow: {}", quantity::show_duration(us)))),
        when(trouble.lies, Tone::Bad, "lies"),
        when(trouble.tears, Tone::Warn, "tears at the next crash"),
        when(trouble.loses, Tone::Warn, "loses the next write"),
        unreadable.entries.first().map(|index| (Tone::Bad, format!("damaged at {index}"))),
        when(unreadable.state, Tone::Bad, "vote damaged"),
        damaged_marks(unreadable),
        records(&unreadable.lost).map(|records| (Tone::Bad, format!("{records} lost"))),
        records(&unreadable.old).map(|records| (Tone::Warn, format!("old {records} damaged"))),
        when(disk.is_torn(), Tone::Warn, "torn tail"),
        (claimed > 0).then(|| {
            (Tone::Bad, format!("{} not synced as claimed", words::counted(claimed, "write")))
        }),
        (unfinished > 0)
            .then(|| (Tone::Warn, format!("{} unsynced", words::counted(unfinished, "write")))),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    if facts.is_empty() {
        return "ok".into();
    }
    facts.into_iter().enumerate().fold(Text::new(), |text, (nth, (tone, fact))| {
        let text = if nth == 0 { text } else { text.plain(", ") };
        text.toned(tone, fact)
    })
}

/// `full: room for 8 votes`
fn full(votes: u32) -> String {
    match votes {
        0 => "full: no room for votes".to_owned(),
        _ => format!("full: room for {}", words::counted(u64::from(votes), "vote")),
    }
}

/// `mark 1 damaged`: one damaged mark loses nothing, two lose the record of what was synced.
fn damaged_marks(unreadable: &Unreadable) -> Option<(Tone, String)> {
    match unreadable.marks[..] {
        [] => None,
        [nth] => Some((Tone::Warn, format!("mark {nth} damaged"))),
        _ => Some((Tone::Bad, "both marks damaged".to_owned())),
    }
}

/// `record #3`, `records #3 and 4 more`
fn records(numbers: &[u32]) -> Option<String> {
    match numbers {
        [] => None,
        [number] => Some(format!("record #{number}")),
        [number, rest @ ..] => Some(format!("records #{number} and {} more", rest.len())),
    }
}

/// `n4 halted: entry 3 on its disk is damaged`
fn halt(host: &Host) -> Option<Text> {
    let HostState::Halted(fault) = host.state else { return None };
    Some(Text::new().toned(Tone::Bad, format!("{} halted: {fault}", host.id)))
}

/// `n1@2 hands over to n3, and takes no requests`
fn transfer(host: &Host) -> Option<Text> {
    let record = host.record()?;
    let (to, term) = (record.handing_over?, record.report.term);
    let text = format!(" hands over to {to}, and takes no requests");
    Some(Text::new().toned(Tone::Leader, format!("{}@{term}", host.id)).toned(Tone::Warn, text))
}

/// `n4's clock runs 10% faster`; `None` if it keeps time.
fn clock(host: &Host) -> Option<Text> {
    let drift_ppm = host.drift_ppm();
    let text = format!("{}'s clock {}", host.id, words::drift(drift_ppm));
    (drift_ppm != 0).then(|| Text::new().toned(Tone::Warn, text))
}

/// `n3@1 has had no answer from a majority since 152.100ms: it hears from 1 of 3
/// (itself included) and commits nothing`
fn contact(world: &World, node: NodeId) -> Option<Text> {
    let contact = world.contact(node).filter(|contact| contact.is_lost)?;
    let term = world.host(node).report()?.term;
    let text = format!(" {}", narrator::no_majority(world, &contact));
    Some(Text::new().toned(Tone::Leader, format!("{node}@{term}")).toned(Tone::Bad, text))
}

/// `snapshots: n1,n2 up to 5@2, log from 6`; none if no node has one.
fn snapshots<'a>(hosts: impl Iterator<Item = &'a Host>) -> impl Iterator<Item = Text> {
    let of = |host: &Host| Some(((host.snapshot()?, host.log().first_index()), host.id));
    let alike = groups::grouped(hosts.filter_map(of));
    let parts: Vec<String> = alike
        .into_iter()
        .map(|((last, first), nodes)| {
            format!("{} up to {last}, log from {first}", groups::nodes(nodes.into_iter().collect()))
        })
        .collect();
    let text =
        Text::new().toned(Tone::Strong, "snapshots").plain(format!(": {}", parts.join("; ")));
    (!parts.is_empty()).then_some(text).into_iter()
}

/// `n3@1 knows n1,n2 match=1 next=2; n4 match=0 next=1`: a leader's matchIndex and nextIndex for
/// the other nodes; `None` of any other node.
fn knowledge(host: &Host) -> Option<Text> {
    let Record { report, progress, .. } =
        host.record().filter(|record| record.report.role == RoleName::Leader)?;
    let leads = Text::new().toned(Tone::Leader, format!("{}@{}", host.id, report.term));
    let alike = groups::grouped(
        progress.iter().map(|(peer, row)| ((row.match_index, row.next_index), peer)),
    );
    if alike.is_empty() {
        let says = match &host.engine {
            Some(_) => " does not say what it knows of the others",
            None => " knows no other node",
        };
        return Some(leads.plain(says));
    }
    let text = leads.plain(" knows");
    Some(alike.into_iter().enumerate().fold(text, |text, (nth, ((matched, next), group))| {
        text.plain(if nth == 0 { " " } else { "; " })
            .toned(Tone::Strong, groups::nodes(group.into_iter().collect()))
            .plain(format!(" match={matched} next={next}"))
    }))
}
