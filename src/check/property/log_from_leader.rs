//! Rules 1, 3 and 4 of AppendEntries: a follower's log changes only on AppendEntries of a term not
//! older than its own, and only as that message says.

use super::case::{Case, Property};
use crate::raft::{MessageSummary, Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "log-from-leader",
    says: "a follower's log changes only by AppendEntries of its own or a later term, and only \
        as they say",
    section: "figure 2, AppendEntries, rules 1, 3 and 4",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (node, known) = (case.node(), case.known());
    // The property leader-append-only judges leaders. A start takes the log that the disk holds.
    let started = known.restarted.is_some() && case.event.cause() == known.restarted;
    if known.role == RoleName::Leader || started || !case.ledger.has_begun() {
        return None;
    }
    let (did, index) = match case.event.kind {
        EventKind::Note(Note::LogTruncated { from }) => ("deleted its entries from", from),
        EventKind::Note(Note::EntryAppended { index, .. }) => ("appended", index),
        _ => return None,
    };
    let Some(&EventKind::MessageDelivered {
        message,
        from,
        term,
        said: MessageSummary::AppendEntries { prev_log, entries: count, .. },
    }) = case.delivered()
    else {
        if case.by_engines && known.told.1 >= index {
            // It may have held the entries back until now.
            return None;
        }
        return Some(detail!(
            "{node}, which does not lead, {did} {index} without an AppendEntries"
        ));
    };
    if term < known.term {
        return Some(detail!(
            "{node}, in term {}, {did} {index} on m{message}, of term {term}",
            known.term
        ));
    }
    let last = prev_log.index.plus(count);
    if index <= prev_log.index || index > last {
        let first = prev_log.index.next();
        return Some(detail!(
            "{node} {did} {index} on m{message}, whose entries are {first} to {last}"
        ));
    }
    let EventKind::Note(Note::EntryAppended { entry, .. }) = case.event.kind else { return None };
    // No leader can have sent an entry that never existed.
    (!case.ledger.has_existed(index, entry.term)).then(|| {
        detail!(
            "{node} appended {index}@{} on m{message} of {from}, but no leader ever had that entry",
            entry.term
        )
    })
}
