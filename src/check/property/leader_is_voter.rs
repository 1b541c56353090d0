//! A leader that was removed steps down once that is committed. Until then it leads without
//! counting itself.

use super::case::{Case, Property};
use crate::raft::RoleName;

pub(super) const PROPERTY: Property = Property {
    name: "leader-is-voter",
    says: "a leader that has committed a configuration without itself steps down",
    section: "§6; Ongaro's thesis, §4.2.2",
};

/// Checked once the ledger has all events of a batch: the commit ends the leadership.
#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (node, known) = (case.node(), case.known());
    if known.role != RoleName::Leader || known.electorate().voters().contains(node) {
        return None;
    }
    let latest = known.configured_at();
    (latest <= known.commit).then(|| {
        detail!(
            "{node} leads term {} although it is no voter by entry {latest}, which it has committed",
            known.term
        )
    })
}
