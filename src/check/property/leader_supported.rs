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
use crate::quantity;
use crate::raft::{
    MessageKind, MessageSummary, NodeId, Note, RoleChange, RoleName, Term, VoteRefusal,
};
use crate::sim::{EventKind, NodeReport};

pub(super) const PROPERTY: Property = Property {
    name: "leader-supported",
    says: "a node that heard from a leader within the least election timeout grants no pre-vote; \
        with check-quorum it grants no vote and moves to no term that a vote is asked for",
    section: "§6; Ongaro's thesis, §4.2.3, §9.6",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (account, known) = (case.account?, case.known());
    if let EventKind::Note(Note::VoteRefused { term, candidate, why, .. }) = case.event.kind {
        return refused_though_asked(case, (term, candidate), why);
    }
    let check_quorum = account.settings.raft.check_quorum;
    let (term, candidate, did) = match case.event.kind {
        EventKind::Note(Note::PreVoteGranted { term, candidate }) => {
            (term, candidate, "granted a pre-vote")
        }
        EventKind::Note(Note::VoteGranted { term, candidate }) if check_quorum => {
            (term, candidate, "granted its vote")
        }
        EventKind::Note(Note::RoleChanged {
            term,
            why: RoleChange::LaterTerm { from, kind: MessageKind::RequestVote },
            ..
        }) if check_quorum => (term, from, "moved to the term of a request for a vote"),
        _ => return None,
    };
    if candidate == case.node() || leader_asked(case) {
        return None;
    }
    let why = supports(known, account)?;
    Some(detail!("{} {did} of {candidate} in term {term}, though {why}", case.node()))
}

/// A vote that is refused because of a leader, although that leader asked for the election.
fn refused_though_asked(
    case: &Case<'_>,
    (term, candidate): (Term, NodeId),
    why: VoteRefusal,
) -> Option<String> {
    let withheld = match why {
        VoteRefusal::LeaderHeard | VoteRefusal::Leads | VoteRefusal::Restarted => true,
        VoteRefusal::StaleTerm
        | VoteRefusal::VotedFor(_)
        | VoteRefusal::LogBehind(_)
        | VoteRefusal::NoRoom => false,
    };
    (withheld && leader_asked(case)).then(|| {
        detail!(
            "{} refused its vote to {candidate} in term {term} because of a leader, which hands \
                over to {candidate}",
            case.node()
        )
    })
}

/// Whether a leader asked for the election, by handing over.
fn leader_asked(case: &Case<'_>) -> bool {
    case.delivered().is_some_and(|delivered| {
        matches!(
            delivered,
            EventKind::MessageDelivered {
                said: MessageSummary::RequestVote { transfer: true, .. },
                ..
            }
        )
    })
}

/// Why the node must support no other leader, if it must not.
fn supports(known: &NodeFacts, account: &NodeReport<'_>) -> Option<String> {
    let timeout_us = account.settings.election_timeout.min_us;
    let ago = |then_us: Option<u64>| {
        let ago_us = account.clock_us.checked_sub(then_us?)?;
        (ago_us < timeout_us).then(|| quantity::time(ago_us))
    };
    if known.role == RoleName::Leader {
        return Some("it leads itself".to_owned());
    }
    if let Some(ago) = ago(known.heard_us) {
        return Some(detail!("it heard from a leader {ago} ago"));
    }
    let restarted = ago(known.restarted_us).filter(|_| account.settings.raft.check_quorum);
    restarted.map(|ago| detail!("it was started again {ago} ago"))
}
