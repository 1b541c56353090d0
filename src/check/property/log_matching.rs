//! Log matching, over all logs that ever existed: an index and a term identify one entry and the
//! entry before it. By induction they identify the whole log up to there.

use super::case::{Case, Property};
use crate::raft::Note;
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "log-matching",
    says: "entries with the same index and term are equal, and so are all entries before them",
    section: "figure 3; §5.3",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::EntryAppended { index, entry }) = case.event.kind else {
        return None;
    };
    let birth = case.ledger.birth(index, entry.term)?;
    let node = case.node();
    if birth.entry != entry {
        return Some(detail!(
            "{node} appended {index}@{}, which differs from the entry of that index and term \
                elsewhere",
            entry.term
        ));
    }
    let previous = case.log().term_at(index.previous())?;
    (previous != birth.previous).then(|| {
        let before = index.previous();
        detail!(
            "{node} appended {index}@{} after {before}@{previous}; elsewhere it follows \
                {before}@{}",
            entry.term,
            birth.previous
        )
    })
}
