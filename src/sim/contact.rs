//! Whether a leader still hears from a majority.
//!
//! In plain Raft a leader that nobody answers remains leader, although it cannot commit anything.
//! The leader does not notice; this module does.

use crate::raft::{NodeId, NodeSet, RoleName};

use super::record::Record;
use super::world::World;

/// What a leader has heard of the others lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The leader itself, and the nodes that do not leave an AppendEntries unanswered for an
    /// election timeout.
    pub reached: NodeSet,
    /// The last moment at which a majority had answered, in microseconds; the leader's election if
    /// that was later.
    pub since_us: u64,
    /// When an election timeout without answers from a majority is over, unless answers arrive
    /// before, in microseconds. The maximum if the leader waits for none.
    pub lost_at_us: u64,
    /// Whether that moment has come.
    pub is_lost: bool,
}

impl World {
    /// What a leader has heard of the others lately; none if this node is not a leader that runs.
    /// An election timeout is the longest that the leader's settings allow.
    pub fn contact(&self, leader: NodeId) -> Option<Contact> {
        let host = self.host(leader);
        let leads = |record: &&Record| host.is_up() && record.report.role == RoleName::Leader;
        let Record { answered_us, waiting_us, .. } = host.record().filter(leads)?;
        let (now_us, timeout_us) =
            (self.now_us(), self.settings_of(leader).election_timeout.max_us);
        let answered = |node| match node == leader {
            true => now_us,
            false => answered_us.get(node).copied().unwrap_or_default(),
        };
        let lost_at = |node| match waiting_us.get(node) {
            Some(Some(since_us)) => since_us.saturating_add(timeout_us),
            _ => u64::MAX,
        };
        let is_heard = |node: &NodeId| now_us < lost_at(*node);
        let group = self.group_of(leader);
        let reached = group.electorate().iter().filter(is_heard).collect();
        let since_us = group.agreed_index(answered);
        let lost_at_us = group.agreed_index(lost_at);
        let is_lost = now_us >= lost_at_us;
        Some(Contact { reached, since_us, lost_at_us, is_lost })
    }
}
