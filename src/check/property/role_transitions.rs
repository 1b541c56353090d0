//! The permitted changes of role.

use super::case::{Case, Property};
use crate::raft::{MessageSummary, Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "role-transitions",
    says: "only a candidate becomes leader, a leader becomes only a follower, and pre-votes change \
        no term",
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
        return Some(format!("{} was {before} and became {role}", case.node()));
    }
    let asks = role == RoleName::PreCandidate;
    let by_pre_vote = asks || role == RoleName::Follower && is_about_next_term(case);
    (by_pre_vote && term != was_term).then(|| {
        format!("{} moved from term {was_term} to {term} because of a pre-vote", case.node())
    })
}

/// Whether a message about a term that has not begun caused the event.
fn is_about_next_term(case: &Case<'_>) -> bool {
    case.delivered().is_some_and(|delivered| {
        matches!(
            delivered,
            EventKind::MessageDelivered {
                said: MessageSummary::PreVote { .. }
                    | MessageSummary::PreVoteReply { granted: true },
                ..
            }
        )
    })
}
