//! The permitted changes of role.

use super::case::{Case, Property};
use crate::raft::{Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "role-transitions",
    says: "only a candidate becomes leader, and a leader becomes only a follower",
    section: "figure 4; §5.1",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::RoleChanged { role, .. }) = case.event.kind else { return None };
    let before = case.known().role;
    let wrong = matches!(
        (before, role),
        (RoleName::Follower, RoleName::Leader)
            | (RoleName::Leader, RoleName::Candidate | RoleName::Leader)
    );
    wrong.then(|| format!("{} was {before} and became {role}", case.node()))
}
