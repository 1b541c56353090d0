//! Two ledgers are equal if they judge every future alike.
//!
//! Times and the numbers of events and messages do not count: they differ between paths that lead
//! to the same state. Where an event's number links a write to a delivery or a start, the link
//! counts instead. Each field is listed by name, so a new field does not compile until it is
//! decided whether it counts.

use std::hash::{Hash, Hasher};

use crate::raft::{MessageSummary, NodeId, Term};
use crate::sim::{Event, EventKind};

use super::Ledger;
use super::known::{NodeFacts, Request, Unsynced};

impl Ledger {
    /// The fields that count.
    fn comparable(&self) -> impl Eq + Hash + '_ {
        let Ledger {
            nodes,
            first_electorate,
            electorate,
            committing,
            pool: _,
            begun,
            leaders,
            voters,
            pre_voters,
            leading,
            first,
            apart,
            others,
            hiding,
            committed,
            changes,
            images,
            commit_terms,
            holders,
            applied,
            committed_us: _,
            highest: _,
            contradiction,
        } = self;
        let elected =
            (first_electorate, electorate, committing, leaders, voters, pre_voters, leading);
        let entries = (
            first,
            apart,
            others,
            hiding,
            (committed, changes, images),
            commit_terms,
            holders,
            applied,
        );
        let nodes: Vec<_> = nodes.iter().map(NodeFacts::comparable).collect();
        (nodes, elected, entries, begun, contradiction)
    }
}

impl PartialEq for Ledger {
    fn eq(&self, other: &Ledger) -> bool {
        self.comparable() == other.comparable()
    }
}

impl Eq for Ledger {}

impl Hash for Ledger {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.comparable().hash(state);
    }
}

impl NodeFacts {
    /// The fields that count.
    fn comparable(&self) -> impl Eq + Hash + '_ {
        let NodeFacts {
            role,
            term,
            vote,
            durable,
            voted_for,
            log,
            electorates,
            disk,
            snapshot,
            held,
            commit,
            applied,
            rows,
            // No property judges them: they only explain.
            nexts: _,
            told,
            // Times do not count.
            heard_us: _,
            restarted_us: _,
            answered,
            out_of_touch,
            handing_over,
            delivered,
            restarted,
            unseen,
            prepared,
            writes,
            unsynced,
            lies,
            full,
            honest,
            unanswered,
        } = self;
        let state = (role, term, vote, durable, voted_for, commit, applied, told, prepared);
        let written =
            ((log, electorates, snapshot), disk, held, unseen, unsynced, lies, full, honest);
        let arrival = delivered.as_ref().map(|event| event.id);
        let write = move |Unsynced { cause, count }: &Unsynced| {
            let of = |event| cause.is_some() && *cause == event;
            (*count, of(arrival), of(*restarted))
        };
        let writes: Vec<_> = writes.iter().map(write).collect();
        let requests: Vec<_> = unanswered.iter().map(Request::comparable).collect();
        let rows = (rows, answered, out_of_touch, handing_over);
        (state, written, rows, delivered.as_ref().map(arrived), writes, requests)
    }
}

impl Request {
    /// The fields that count.
    fn comparable(&self) -> impl Eq + Hash + use<> {
        let &Request { delivery: _, message: _, from, kind, term, own_term } = self;
        (from, kind, term, own_term)
    }
}

/// The sender, the term and the summary of a delivered message.
fn arrived(event: &Event) -> Option<(NodeId, Term, MessageSummary)> {
    match event.kind {
        EventKind::MessageDelivered { from, term, said, .. } => Some((from, term, said)),
        _ => None,
    }
}
