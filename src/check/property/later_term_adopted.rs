//! The counterpart of `message-terms`: a sender never announces a later term than its own, and a
//! receiver never stays in an earlier term than the one it was told.
//!
//! A node whose disk is full cannot store a later term, so it must not act in it, and may stay. It
//! has to say so, and the ledger must know that the disk is full.

use super::case::{Case, Property};
use crate::raft::{Note, RequiredWrite};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "later-term-adopted",
    says: "a message of a later term, request or answer, leaves its receiver in that term or a \
        later one",
    section: "§5.1; figure 2, all servers",
};

/// Checked once per batch, for the node that the message reached.
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::MessageDelivered { message, from, term, said } = case.first().kind else {
        return None;
    };
    let known = case.known();
    if term <= known.term {
        return None;
    }
    let excused = case.batch.iter().any(|event| match event.kind {
        EventKind::NodeHalted { .. } => true,
        EventKind::Note(Note::WriteForgone { need: RequiredWrite::Term(forgone) }) => {
            known.full && forgone == term
        }
        _ => false,
    });
    (!excused).then(|| {
        let (node, kind) = (case.node(), said.kind());
        format!("m{message}, {from}'s {kind} of term {term}, left {node} in term {}", known.term)
    })
}
