//! A node that heard from a leader within the least election timeout supports no other one: it
//! grants no pre-vote, and with check-quorum no vote. Nor does a leader itself, nor, with
//! check-quorum, a node that was started again within that time and may have heard from a leader
//! before. Otherwise a node that is merely deaf unseats a leader that a majority hears, and leases
//! would end before their time.
//!
//! The property needs the nodes' clocks and settings, which are in their reports: a recorded
//! history is not judged by it.

use super::case::{Case, Property};
use crate::check::ledger::NodeFacts;
use crate::raft::{Note, RoleName};
use crate::sim::{EventKind, NodeReport};

pub(super) const PROPERTY: Property = Property {
    name: "leader-supported",
    says: "a node that heard from a leader within the least election timeout grants no pre-vote",
    section: "§6; Ongaro's thesis, §4.2.3, §9.6",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (account, known) = (case.account?, case.known());
    let (term, candidate, what) = match case.event.kind {
        EventKind::Note(Note::PreVoteGranted { term, candidate }) => (term, candidate, "pre-vote"),
        _ => return None,
    };
    if candidate == case.node() {
        return None;
    }
    let why = supports(known, account)?;
    Some(format!("{} granted {candidate} its {what} for term {term}, though {why}", case.node()))
}

/// Why the node must support no other leader, if it must not.
fn supports(known: &NodeFacts, account: &NodeReport<'_>) -> Option<String> {
    let timeout_us = account.settings.election_timeout.min_us;
    let recent = |then_us: Option<u64>| {
        then_us.map(|then_us| account.clock_us - then_us).filter(|ago_us| *ago_us < timeout_us)
    };
    if known.role == RoleName::Leader {
        return Some("it leads itself".to_owned());
    }
    recent(known.heard_us).map(|ago_us| format!("it heard from a leader {ago_us}us ago"))
}
