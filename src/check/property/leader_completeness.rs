//! Leader completeness, by the term in which an entry was committed. By the entry's own term it would be wrong: a leader of term 2
//! whose votes arrive late may lack an entry of term 1 that was committed in term 3.

use crate::raft::{Index, RoleName};
use super::{Case, Property};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "leader-completeness",
    says: "a leader has every entry that was committed before its term",
    section: "figure 3; §5.4.3",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::RoleChanged { role: RoleName::Leader, term } = case.event.kind else { return None };
    let through = case.ledger.committed_before(term);
    let log = case.log()?;
    let has = |index: Index| case.ledger.committed(index).is_none_or(|committed| log.get(index) == Some(committed));
    // By log matching, who has the last of them has all.
    if has(through) {
        return None;
    }
    let missing = (1..=through.0).map(Index).find(|&index| !has(index))?;
    let committed = case.ledger.committed(missing)?;
    Some(format!(
        "{} became leader of term {term} without entry {missing}@{}, committed in term {}",
        case.node(),
        committed.term,
        case.ledger.commit_term(missing)?
    ))
}
