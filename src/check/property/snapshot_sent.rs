//! A follower that needs what the leader has discarded gets the leader's snapshot, again and again
//! until it answers: messages may be lost.

use super::case::{Case, Property};
use crate::raft::{RoleName, Timer};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "snapshot-sent",
    says: "a leader's heartbeat sends its snapshot to every node that needs entries which the \
        leader has discarded",
    section: "§7; §5.1",
};

/// Checked once the ledger has all events of a batch.
#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let known = case.known();
    let beats = matches!(case.first().kind, EventKind::TimerFired { timer: Timer::Heartbeat });
    if !beats || known.role != RoleName::Leader || known.log.base().index.0 == 0 {
        return None;
    }
    let first = known.log.first_index();
    let is_sent = |node| {
        case.batch
            .iter()
            .any(|event| matches!(event.kind, EventKind::MessageSent { to, .. } if to == node))
    };
    let progress = case.account?.progress;
    let (peer, _) =
        progress.iter().find(|(peer, row)| row.next_index < first && !is_sent(*peer))?;
    Some(detail!("{} sent {peer} nothing, though {peer} needs entries before {first}", case.node()))
}
