//! How much work it takes to judge a condition again and again: most conditions take a glance at
//! each node, and one reads the committed log.

use crate::check::condition::{Condition, Fact};
use crate::raft::Note;
use crate::sim::{Event, EventKind, Host, World};

/// How many entries and nodes are looked at to judge a condition once.
pub(super) fn of_judging(world: &World, condition: &Condition) -> u64 {
    let committed = || -> u64 {
        let reports = world.hosts().filter_map(Host::report);
        reports.map(|report| u64::from(report.commit.0)).sum()
    };
    1 + condition
        .facts()
        .map(|(fact, _)| if reads_log(fact) { committed() } else { 0 })
        .sum::<u64>()
}

/// Whether a step with these events may have changed whether a condition holds.
pub(super) fn may_change(condition: &Condition, events: &[Event]) -> bool {
    let commits = || {
        events.iter().any(|event| {
            let attributes = event.kind.attributes();
            attributes.life.is_some()
                || matches!(event.kind, EventKind::Note(Note::CommitAdvanced { .. }))
        })
    };
    condition.facts().any(|(fact, _)| !reads_log(fact) || commits())
}

/// Whether the committed log is read to judge a fact.
fn reads_log(fact: &Fact) -> bool {
    match fact {
        Fact::Committed { .. } => true,
        Fact::Leader
        | Fact::NoLeader
        | Fact::Node { .. }
        | Fact::Compare { .. }
        | Fact::Changes(_)
        | Fact::Event { .. }
        | Fact::Agree
        | Fact::Quiet
        | Fact::Safe
        | Fact::Linearizable
        | Fact::Violated(_) => false,
    }
}
