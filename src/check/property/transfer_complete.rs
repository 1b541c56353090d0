//! A leader hands over only to a node that has its whole log, and appends nothing meanwhile.
//! Otherwise the other node loses its election for its old log, and a leader is unseated for
//! nothing.

use super::case::{Case, Property};
use crate::raft::{Index, MessageSummary, Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "transfer-complete",
    says: "a leader tells a node to take over only when that node has its whole log, and appends \
        nothing until the transfer is over",
    section: "Ongaro's thesis, §3.10",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (node, known) = (case.node(), case.known());
    if known.role != RoleName::Leader {
        return None;
    }
    match case.event.kind {
        EventKind::MessageSent { message, to, said: MessageSummary::TimeoutNow {}, .. } => {
            let last = known.log.last_index();
            let has = known.rows.get(to).map_or(Index(0), |row| row.acknowledged);
            (has < last).then(|| {
                detail!(
                    "{node} sent m{message}, which tells {to} to take over, but {to} has \
                        acknowledged entries up to {has} of {last}"
                )
            })
        }
        EventKind::Note(Note::EntryAppended { index, .. }) => {
            let to = known.handing_over?;
            Some(detail!("{node} appended entry {index} while it hands over to {to}"))
        }
        _ => None,
    }
}
