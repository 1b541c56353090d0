//! A committed entry that is on the disks of less than a majority may be lost by the next election.

use super::case::{Case, Property};
use crate::quantity::counted;
use crate::raft::Note;
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "committed-on-majority",
    says: "what is committed is on the disks of a majority",
    section: "§5.3, §5.4",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let holders = case.ledger.holders();
    let electorate = case.ledger.electorate();
    // A leader counts by the configuration in its log, which is not committed then: a majority by
    // that one shares a node with each majority that can elect.
    if electorate.decides(holders) || case.ledger.committing().decides(holders) {
        return None;
    }
    let size = electorate.voters().len();
    let all = case.ledger.committed_count();
    let term = case.ledger.committed(all)?.term;
    let how = match case.event.kind {
        EventKind::Note(Note::CommitAdvanced { .. }) => {
            detail!("{} committed {all}@{term}", case.node())
        }
        _ => detail!("the disk of {} lost a committed entry", case.node()),
    };
    let disks = counted(size as u64, "disk");
    let held = match holders.len() {
        0 => detail!("none of {disks} holds it"),
        1 => detail!("only 1 of {disks} holds it ({holders}'s)"),
        many => detail!("only {many} of {disks} hold it ({holders})"),
    };
    Some(detail!("{how}: everything up to {all}@{term} is committed, but {held}"))
}
