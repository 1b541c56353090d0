//! A sender learns from the answers: whether its entries are accepted, and whether its own term is
//! over. Silence would leave a leader of an earlier term in office.
//!
//! An answer may have to wait for the disk. It is due when no write of the node is under way. The
//! ledger connects an answer with its request: the delivery is the cause of the sending. What a
//! network does to an answer is no matter, and a crash ends every wait.

use super::case::{Case, Property};
use crate::check::ledger::Request;
use crate::raft::MessageKind;
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "request-answered",
    says: "every RequestVote, AppendEntries and InstallSnapshot is answered, refusals included, in a term that is \
        not earlier than the receiver's",
    section: "§5.1; figure 2, both RPCs, rule 1",
};

/// Checked at an answer, before the ledger forgets the request.
#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::MessageSent { message, to, term, said } = case.event.kind else { return None };
    if matches!(
        said.kind(),
        MessageKind::RequestVote | MessageKind::AppendEntries | MessageKind::InstallSnapshot
    ) {
        return None;
    }
    let request = case.known().request_answered_by(case.event.cause(), said.kind())?;
    (term < request.own_term).then(|| {
        let Request { message: asked, own_term, .. } = *request;
        let node = case.node();
        detail!(
            "{node} answered m{asked} of {to} with m{message} in term {term}, though it was in \
                term {own_term} already"
        )
    })
}

/// Checked once per batch, for its node: what is still unanswered though nothing is awaited.
#[inline(always)]
pub(super) fn judge_silence(case: &Case<'_>) -> Option<String> {
    let request = case.known().unanswered.front()?;
    case.account?.answers_due.then(|| silence(case, request))
}

#[cold]
fn silence(case: &Case<'_>, request: &Request) -> String {
    let Request { message, from, kind, term, .. } = *request;
    detail!(
        "{} has not answered m{message}, {from}'s {kind} of term {term}, and waits for no write",
        case.node()
    )
}
