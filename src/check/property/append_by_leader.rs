//! A node sends AppendEntries only of a term that it leads or has led.

use super::case::{Case, Property};
use crate::raft::RoleName;
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "append-by-leader",
    says: "only the leader of a term sends AppendEntries and InstallSnapshot in it",
    section: "§5.1, §5.3",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::MessageSent { message, term, said, .. } = case.event.kind else { return None };
    if !said.asks_follower() {
        return None;
    }
    let known = case.known();
    if known.role == RoleName::Leader && known.term == term {
        return None;
    }
    let leader = case.ledger.leader(term);
    (leader != Some(case.node())).then(|| {
        let who = leader.map_or("nobody has led".to_owned(), |leader| detail!("{leader} leads"));
        let kind = said.kind();
        detail!("{} sent m{message}, an {kind} of term {term}, which {who}", case.node())
    })
}
