//! Only voters campaign: a node that no configuration knows would raise terms and win nothing.

use super::case::{Case, Property};
use crate::raft::{Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "candidate-is-voter",
    says: "only a node campaigns that is a voter, by its latest configuration or by one that may \
        still count",
    section: "§6; Ongaro's thesis, §4.2.2",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::RoleChanged {
        role: RoleName::Candidate | RoleName::PreCandidate,
        term,
        ..
    }) = case.event.kind
    else {
        return None;
    };
    let node = case.node();
    (!case.known().may_vote(node)).then(|| {
        detail!(
            "{node} campaigned in term {term}, but no configuration in its log makes it a voter"
        )
    })
}
