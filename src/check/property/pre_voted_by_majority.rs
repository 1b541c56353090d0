//! With pre-vote, an election is started only by a node that a majority would vote for. A node
//! that starts one without that disturbs the others for nothing.

use super::case::{Case, Property};
use crate::raft::{Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "pre-voted-by-majority",
    says: "a pre-candidate becomes candidate only if a majority would vote for it in that term",
    section: "Ongaro's thesis, §9.6",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::RoleChanged { role: RoleName::Candidate, term, .. }) =
        case.event.kind
    else {
        return None;
    };
    if case.known().role != RoleName::PreCandidate {
        return None;
    }
    let voters = case.ledger.pre_voters(term, case.node());
    let electorate = case.known().electorate();
    (!electorate.decides(voters)).then(|| {
        let size = electorate.voters().len();
        format!(
            "{} became candidate in term {term}, but only {voters} of {size} nodes would vote for \
             it",
            case.node()
        )
    })
}
