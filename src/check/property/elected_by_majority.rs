//! An election is won by votes that were really granted, each counted once.

use super::case::{Case, Property};
use crate::raft::{Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "elected-by-majority",
    says: "a leader has the votes of a majority in its term",
    section: "figure 2, candidates; §5.2",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::RoleChanged { role: RoleName::Leader, term, .. }) = case.event.kind
    else {
        return None;
    };
    let voters = case.ledger.voters(term, case.node());
    let electorate = case.known().electorate();
    (!electorate.decides(voters)).then(|| {
        let size = electorate.voters().len();
        let names = if voters.is_empty() { "nobody".to_owned() } else { voters.to_string() };
        detail!(
            "{} became leader of term {term} with the votes of {names}, of {size} nodes",
            case.node()
        )
    })
}
