//! Election safety: a term has one leader, even if a second one would lead only after the first.

use super::case::{Case, Property};
use crate::raft::{Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "election-safety",
    says: "a term has at most one leader",
    section: "figure 3; §5.2",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::RoleChanged { role: RoleName::Leader, term, .. }) = case.event.kind
    else {
        return None;
    };
    let other = case.ledger.leader(term).filter(|other| *other != case.node())?;
    Some(detail!("{} became leader of term {term}, which {other} had led", case.node()))
}
