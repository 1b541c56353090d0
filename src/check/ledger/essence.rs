//! What of a ledger decides how the future will be judged: two that agree in it are equal.
//!
//! The numbers of events and messages, and times, are left out: they differ between paths that lead
//! to the same. Where a number says which happening something belongs to, that is what counts. All
//! is taken apart by name, so that whoever adds something has to say whether it counts.

use std::hash::{Hash, Hasher};

use crate::raft::{MessageSummary, NodeId, Term};
use crate::sim::{Event, EventKind};

use super::Ledger;
use super::known::{Known, Unsynced};

impl Ledger {
    fn essence(&self) -> impl Eq + Hash + '_ {
        let Ledger {
            nodes,
            first_electorate,
            electorate,
            pool: _,
            begun,
            leaders,
            voters,
            leading,
            first,
            apart,
            others,
            hiding,
            committed,
            commit_terms,
            holders,
            applied,
            contradiction,
        } = self;
        let elected = (first_electorate, electorate, leaders, voters, leading);
        let entries = (first, apart, others, hiding, committed, commit_terms, holders, applied);
        (nodes, elected, entries, begun, contradiction)
    }
}

impl PartialEq for Ledger {
    fn eq(&self, other: &Ledger) -> bool {
        self.essence() == other.essence()
    }
}

impl Eq for Ledger {}

impl Hash for Ledger {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.essence().hash(state);
    }
}

impl Known {
    fn essence(&self) -> impl Eq + Hash + '_ {
        let Known {
            role,
            term,
            vote,
            durable,
            voted_for,
            log,
            // It follows from the log.
            electorates: _,
            disk,
            held,
            commit,
            applied,
            rows,
            told,
            delivered,
            restarted,
            unseen,
            prepared,
            writes,
            unsynced,
            lies,
            honest,
        } = self;
        let state = (role, term, vote, durable, voted_for, commit, applied, told, prepared);
        let written = (log, disk, held, unseen, unsynced, lies, honest);
        let arrival = delivered.as_ref().map(|event| event.id);
        let write = move |Unsynced { cause, count }: &Unsynced| {
            let of = |event| cause.is_some() && *cause == event;
            (*count, of(arrival), of(*restarted))
        };
        let writes: Vec<_> = writes.iter().map(write).collect();
        (state, written, rows, delivered.as_ref().map(arrived), writes)
    }
}

impl PartialEq for Known {
    fn eq(&self, other: &Known) -> bool {
        self.essence() == other.essence()
    }
}

impl Eq for Known {}

impl Hash for Known {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.essence().hash(state);
    }
}

/// From whom a message arrived, and what it said.
fn arrived(event: &Event) -> Option<(NodeId, Term, MessageSummary)> {
    match event.kind {
        EventKind::MessageDelivered { from, term, said, .. } => Some((from, term, said)),
        _ => None,
    }
}
