//! Leader completeness, by the term in which an entry was committed. The entry's own term would be
//! the wrong measure: a leader of term 2 whose votes arrive late may not have an entry of term 1
//! that was committed in term 3.

use super::case::{Case, Property};
use crate::raft::{Index, Log, Note, RoleName, Term};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "leader-completeness",
    says: "a leader has every entry that was committed before its term",
    section: "figure 3; §5.4.3",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    match case.event.kind {
        EventKind::Note(Note::RoleChanged { role: RoleName::Leader, term, .. }) => {
            elected(case, term)
        }
        EventKind::Note(Note::CommitAdvanced { commit })
            if commit > case.ledger.committed_count() =>
        {
            committed(case, commit)
        }
        _ => None,
    }
}

/// A new leader has every entry that was committed before its term.
fn elected(case: &Case<'_>, term: Term) -> Option<String> {
    let missing = first_missing(case, case.log(), case.ledger.committed_before(term))?;
    let committed = case.ledger.committed(missing)?;
    let counted = case.ledger.commit_term(missing)?;
    Some(detail!(
        "{} became leader of term {term} without entry {missing}@{}, committed in term {counted}",
        case.node(),
        committed.term
    ))
}

/// A leader of a later term already has the entries that are committed only now.
fn committed(case: &Case<'_>, commit: Index) -> Option<String> {
    let (node, log, known) = (case.node(), case.log(), case.known());
    let first = case.ledger.committed_count().next();
    let leaders = case.ledger.leaders_after(known.term);
    let (leader, term, theirs) =
        leaders.map(|(leader, term)| (leader, term, &case.ledger.node(leader).log)).find(
            // By log matching, a log with the last of them has all of them.
            |(_, _, theirs)| !has(theirs, commit, log),
        )?;
    let missing = (first.0..=commit.0).map(Index).find(|&index| !has(theirs, index, log))?;
    let of_term = log.term_at(missing)?;
    Some(detail!(
        "{node} committed {missing}@{of_term} in term {}, and {leader}, leader of term {term}, \
            does not have it",
        known.term
    ))
}

/// Whether a log has the entry of another one, or a snapshot that includes its index.
fn has(log: &Log, index: Index, other: &Log) -> bool {
    index <= log.base().index || log.get(index) == other.get(index)
}

/// The first committed entry that a log does not have.
fn first_missing(case: &Case<'_>, log: &Log, through: Index) -> Option<Index> {
    let has = |index: Index| {
        let committed = case.ledger.committed(index);
        index <= log.base().index || committed.is_none_or(|entry| log.get(index) == Some(entry))
    };
    // By log matching, a log with the last of them has all of them.
    if has(through) {
        return None;
    }
    (1..=through.0).map(Index).find(|&index| !has(index))
}
