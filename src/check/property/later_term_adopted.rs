//! The counterpart of `message-terms`: a sender never announces a later term than its own, and a
//! receiver never stays in an earlier term than the one it was told.
//!
//! A node whose disk is full cannot store a later term, so it must not act in it, and may stay. It
//! has to say so, and the ledger must know that the disk is full. A pre-vote is about a term that
//! has not begun, and with check-quorum a node that hears a leader keeps its term when it is asked
//! for a vote. (A recorded history does not tell the settings, so there the node is believed.)

use super::case::{Case, Property};
use crate::raft::{Note, RequiredWrite, Term, VoteRefusal};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "later-term-adopted",
    says: "a message of a later term, request or answer, leaves its receiver in that term or a \
        later one",
    section: "§5.1; figure 2, all servers",
};

/// Checked once per batch, for the node that the message reached.
#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::MessageDelivered { message, from, term, said } = case.first().kind else {
        return None;
    };
    if term <= case.known().term || said.is_about_next_term() || is_excused(case, term) {
        return None;
    }
    let (node, kind, own) = (case.node(), said.kind(), case.known().term);
    Some(detail!("m{message}, {from}'s {kind} of term {term}, left {node} in term {own}"))
}

/// Whether the node has halted, has no room for the term, or keeps its term by check-quorum because
/// of a leader.
#[cold]
fn is_excused(case: &Case<'_>, term: Term) -> bool {
    case.batch.iter().any(|event| match event.kind {
        EventKind::NodeHalted { .. } => true,
        EventKind::Note(Note::VoteRefused {
            why: VoteRefusal::LeaderHeard | VoteRefusal::Leads | VoteRefusal::Restarted,
            ..
        }) => case.account.is_none_or(|account| account.settings.raft.check_quorum),
        EventKind::Note(Note::WriteForgone { need: RequiredWrite::Term(forgone) }) => {
            case.known().full && forgone == term
        }
        _ => false,
    })
}
