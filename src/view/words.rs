//! Phrases that several views share: entries, records, roles, states, link faults.

use crate::disk::{DamagedRange, Identity, Kind};
use crate::quantity;
use crate::raft::{Entry, Group, Index, NodeId, Payload, RoleName};
use crate::sim::{HostState, LinkFault, Ops, World};
use crate::view::document::Tone;
use crate::view::groups;

pub use crate::quantity::counted;

/// An entry's command as it was typed (`put x=5`), or what the entry is instead (`noop`).
pub fn command(ops: &Ops, index: Index, entry: Entry) -> String {
    match (entry.payload, ops.command(entry.payload)) {
        (_, Some(command)) => command.to_string(),
        (Payload::Noop, None) => "noop".to_owned(),
        (Payload::Configuration(configuration), None) => members(&configuration.group()),
        (Payload::Command(_), None) => format!("entry {index}@{}", entry.term),
    }
}

/// A configuration in words: `members n1..n3`, `members n1,n4 (from n1..n3), learner n5`.
pub(super) fn members(group: &Group) -> String {
    let Group { voters, outgoing, learners, stays: _ } = *group;
    let from = match outgoing.is_empty() {
        true => String::new(),
        false => format!(" (from {})", groups::nodes(outgoing)),
    };
    let learners = match learners.len() {
        0 => String::new(),
        1 => format!(", learner {learners}"),
        _ => format!(", learners {}", groups::nodes(learners)),
    };
    let voters = if voters.is_empty() { "none".to_owned() } else { groups::nodes(voters) };
    format!("members {voters}{from}{learners}")
}

/// An entry with its index and term: `3@2 put x=5`.
pub(super) fn entry(ops: &Ops, index: Index, entry: Entry) -> String {
    format!("{index}@{} {}", entry.term, command(ops, index, entry))
}

/// A record's kind, in one word.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::State => "vote",
        Kind::Entry => "entry",
        Kind::Truncation => "truncation",
        Kind::Snapshot => "snapshot",
    }
}

/// The kind of the record at a place on a disk, or `mark` or `tail`, in one word.
pub(super) fn spot_kind(spot: DamagedRange) -> &'static str {
    match spot.identity {
        Some(identity) => kind(identity.kind),
        None if spot.number == 0 => "mark",
        None => "tail",
    }
}

/// What a place on a disk holds: `entry 3`, `a mark`.
pub fn spot(spot: DamagedRange) -> String {
    match spot.identity {
        Some(Identity { kind: Kind::Entry, index, .. }) => format!("entry {index}"),
        Some(Identity { kind: Kind::State, .. }) => "the record of term and vote".to_owned(),
        Some(Identity { kind: Kind::Truncation, .. }) => format!("record #{}", spot.number),
        Some(Identity { kind: Kind::Snapshot, index, .. }) => {
            format!("the snapshot up to entry {index}")
        }
        None if spot.number == 0 => "a mark".to_owned(),
        None => "the torn tail".to_owned(),
    }
}

/// A node, or `none`.
pub(super) fn node_or_none(node: Option<NodeId>) -> String {
    node.map_or_else(|| "none".to_owned(), |node| node.to_string())
}

pub(super) fn role_tone(role: RoleName) -> Tone {
    match role {
        RoleName::Leader => Tone::Leader,
        RoleName::PreCandidate | RoleName::Candidate => Tone::Candidate,
        RoleName::Follower => Tone::Follower,
    }
}

pub(super) fn state_tone(state: HostState) -> Tone {
    match state {
        HostState::Up => Tone::Good,
        HostState::Paused => Tone::Warn,
        HostState::Down | HostState::Halted(_) => Tone::Bad,
    }
}

/// A link's own delay, loss and duplication: `delay 100ms, loss 10%`. Without any it is `like the
/// others`.
pub fn link_fault(fault: LinkFault) -> String {
    let delay =
        (fault.delay_us > 0).then(|| format!("delay {}", quantity::show_duration(fault.delay_us)));
    let loss = fault.loss_ppm.map(|ppm| format!("loss {}", quantity::show_percent(ppm)));
    let duplicate =
        fault.duplicate_ppm.map(|ppm| format!("duplicate {}", quantity::show_percent(ppm)));
    let parts: Vec<String> = [delay, loss, duplicate].into_iter().flatten().collect();
    if parts.is_empty() { "like the others".to_owned() } else { parts.join(", ") }
}

/// How a clock runs: `runs 10% faster`, `keeps time`.
pub fn drift(drift_ppm: i32) -> String {
    let percent = quantity::show_percent(drift_ppm.unsigned_abs());
    match drift_ppm {
        0 => "keeps time".to_owned(),
        1.. => format!("runs {percent} faster"),
        _ => format!("runs {percent} slower"),
    }
}

/// `VIOLATED` and the property of the violation with this number. The command in which it happened
/// reports the rest.
pub(super) fn violated(world: &World, number: u32) -> String {
    let name = world.violations().get(number as usize).map_or("", |violation| violation.property);
    format!("VIOLATED {name}")
}
