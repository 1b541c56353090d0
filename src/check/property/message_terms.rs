//! A message never carries a later term than its sender has reached.

use super::case::{Case, Property};
use crate::raft::{MessageSummary, NodeId, Term};
use crate::sim::{EventKind, MessageId};

pub(super) const PROPERTY: Property = Property {
    name: "message-terms",
    says: "a node never sends a message of a later term than its own; a pre-vote asks for the term \
        after it",
    section: "§5.1; Ongaro's thesis, §9.6",
};

#[inline]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::MessageSent { message, term, to, said } = case.event.kind else { return None };
    let own = case.known().term;
    if term <= own && !said.is_about_next_term() {
        return None;
    }
    wrong(case, (message, to, said), (term, own))
}

/// What is wrong with a message of a later term, or about the next one.
#[cold]
fn wrong(
    case: &Case<'_>,
    (message, to, said): (MessageId, NodeId, MessageSummary),
    (term, own): (Term, Term),
) -> Option<String> {
    let node = case.node();
    match said {
        // It may have waited for an engine's disk, and its sender has changed terms since.
        MessageSummary::PreVote { .. } if case.by_engines && term <= own.next() => None,
        MessageSummary::PreVoteReply { granted: true } if case.by_engines => None,
        MessageSummary::PreVote { .. } => (term != own.next()).then(|| {
            detail!("{node} sent m{message}, a pre-vote for term {term}, while in term {own}")
        }),
        // A grant repeats the term that was asked about.
        MessageSummary::PreVoteReply { granted: true } => (!answers(case, to, term)).then(|| {
            detail!("{node} sent m{message}, a grant for term {term} that {to} did not ask about")
        }),
        _ => Some(detail!("{node} sent m{message} in term {term} while in term {own}")),
    }
}

/// Whether the message that caused the event is this node's pre-vote for this term.
fn answers(case: &Case<'_>, from: NodeId, term: Term) -> bool {
    case.delivered().is_some_and(|delivered| match delivered {
        EventKind::MessageDelivered { from: asking, term: asked, said, .. } => {
            (*asking, *asked) == (from, term) && matches!(said, MessageSummary::PreVote { .. })
        }
        _ => false,
    })
}
