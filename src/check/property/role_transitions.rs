//! The permitted changes of role.

use super::case::{Case, Property};
use crate::raft::{MessageSummary, Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "role-transitions",
    says: "only a candidate becomes leader, a leader becomes only a follower, pre-votes change no \
        term, and a node to which its leader hands over asks for none",
    section: "figure 4; §5.1; Ongaro's thesis, §9.6",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::RoleChanged { role, term, .. }) = case.event.kind else {
        return None;
    };
    let (before, was_term) = (case.known().role, case.known().term);
    let wrong = match (before, role) {
        (RoleName::Follower | RoleName::PreCandidate, RoleName::Leader)
        | (RoleName::Leader, RoleName::PreCandidate | RoleName::Candidate | RoleName::Leader) => {
            true
        }
        (_, RoleName::Follower | RoleName::PreCandidate | RoleName::Candidate)
        | (RoleName::Candidate, RoleName::Leader) => false,
    };
    if wrong {
        return Some(detail!("{} was {before} and became {role}", case.node()));
    }
    let asks = role == RoleName::PreCandidate;
    if asks && caused_by(case, |said| matches!(said, MessageSummary::TimeoutNow {})) {
        return Some(detail!("{} asked for pre-votes when its leader handed over", case.node()));
    }
    let by_pre_vote =
        asks || role == RoleName::Follower && caused_by(case, |said| said.is_about_next_term());
    (by_pre_vote && term != was_term).then(|| {
        detail!("{} moved from term {was_term} to {term} because of a pre-vote", case.node())
    })
}

/// Whether the delivery of such a message caused the event.
fn caused_by(case: &Case<'_>, such: impl Fn(MessageSummary) -> bool) -> bool {
    case.delivered().is_some_and(|delivered| match delivered {
        EventKind::MessageDelivered { said, .. } => such(*said),
        _ => false,
    })
}
