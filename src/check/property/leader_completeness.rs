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

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    match case.event.kind {
        EventKind::Note(Note::RoleChanged { role: RoleName::Leader, term, .. }) => {
            elected(case, term)
        }
        EventKind::Note(Note::CommitAdvanced { commit }) => committed(case, commit),
        _ => None,
    }
}

/// A new leader has every entry that was committed before its term.
fn elected(case: &Case<'_>, term: Term) -> Option<String> {
    let missing = first_missing(case, case.log(), case.ledger.committed_before(term))?;
    let committed = case.ledger.committed(missing)?;
    Some(format!(
        "{} became leader of term {term} without entry {missing}@{}, committed in term {}",
        case.node(),
        committed.term,
        case.ledger.commit_term(missing)?
    ))
}

/// A leader of a later term already has the entries that are committed only now.
fn committed(case: &Case<'_>, commit: Index) -> Option<String> {
    let (node, log, known) = (case.node(), case.log(), case.known());
    let first = case.ledger.committed_count().next();
    if commit < first {
        return None;
    }
    let leaders = case.ledger.leaders_after(known.term);
    let (leader, term, theirs) =
        leaders.map(|(leader, term)| (leader, term, &case.ledger.node(leader).log)).find(
            // By log matching, a log with the last of them has all of them.
            |(_, _, theirs)| theirs.get(commit) != log.get(commit),
        )?;
    let missing =
        (first.0..=commit.0).map(Index).find(|&index| theirs.get(index) != log.get(index))?;
    Some(format!(
        "{node} committed {missing}@{} in term {}, and {leader}, leader of term {term}, does not \
            have it",
        log.term_at(missing)?,
        known.term
    ))
}

/// The first committed entry that a log does not have.
fn first_missing(case: &Case<'_>, log: &Log, through: Index) -> Option<Index> {
    let has = |index: Index| {
        case.ledger.committed(index).is_none_or(|committed| log.get(index) == Some(committed))
    };
    // By log matching, a log with the last of them has all of them.
    if has(through) {
        return None;
    }
    (1..=through.0).map(Index).find(|&index| !has(index))
}
