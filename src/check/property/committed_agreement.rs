//! No two nodes ever count different entries committed at the same index.

use super::case::{Case, Property};
use crate::raft::{Index, Note};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "committed-agreement",
    says: "nodes never disagree on a committed entry",
    section: "§5.4.3",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::CommitAdvanced { commit }) = case.event.kind else { return None };
    let from = case.known().commit.next();
    let (node, log) = (case.node(), case.log());
    if commit > log.last_index() {
        return Some(detail!(
            "{node} committed up to {commit}, but its log ends at {}",
            log.last_index()
        ));
    }
    let count = (commit.0 + 1).saturating_sub(from.0);
    let is_right = if commit == from {
        // Mostly it is one entry.
        case.ledger.committed(commit).is_none_or(|entry| log.get(commit) == Some(entry))
    } else {
        // The log shares most of many entries with the ledger.
        let known = commit.min(case.ledger.committed_count());
        from >= log.first_index() && case.ledger.same_as_committed(log, from.previous()) >= known
    };
    if is_right { None } else { different(case, (from, count)) }
}

/// Describes the first entry that differs, among this number of entries from an index on.
#[cold]
fn different(case: &Case<'_>, (from, count): (Index, u32)) -> Option<String> {
    let (node, log) = (case.node(), case.log());
    let news = log.iter_from(from).take(count as usize);
    let ((index, entry), committed) = news
        .zip(case.ledger.committed_from(from))
        .find(|((_, entry), committed)| entry != committed)?;
    let counted = case.ledger.commit_term(index)?;
    Some(detail!(
        "{node} committed {index}@{}, where {index}@{} was committed in term {counted}",
        entry.term,
        committed.term
    ))
}
