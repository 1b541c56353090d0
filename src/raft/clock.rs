//! A server's clock: how long ago it heard from a leader.
//!
//! Figure 2 needs no clock: its timers are the caller's. Pre-vote and check-quorum do, because "if
//! a server receives a RequestVote request within the minimum election timeout of hearing from a
//! current leader, it does not update its term or grant its vote" (§6). The caller tells the time,
//! by the node's own clock, before each input.

use std::hash::{Hash, Hasher};

/// The time at a server's last input, and what it remembers of earlier times. All of them are in
/// microseconds, by the server's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    now_us: u64,
    /// When it last heard from a leader of its own term; none if it has not since its start.
    heard_us: Option<u64>,
    /// When it was started again; none if it was started with the cluster.
    restarted_us: Option<u64>,
    /// The least election timeout.
    least_timeout_us: u64,
    /// Whether pre-vote or check-quorum is on at this server.
    matters: bool,
}

/// Servers that differ only in times are equal.
impl PartialEq for Clock {
    fn eq(&self, other: &Clock) -> bool {
        self.lately() == other.lately()
    }
}

impl Eq for Clock {}

impl Hash for Clock {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.lately().hash(state);
    }
}

impl Clock {
    /// What counts where two servers are compared: whether a leader was heard lately, and whether
    /// the server was started lately, but only where pre-vote or check-quorum is on. (Without these
    /// settings a server needs its clock only when another one asks it for a pre-vote.)
    fn lately(&self) -> Option<(bool, bool)> {
        self.matters.then(|| (self.heard_lately(), self.restarted_lately()))
    }

    /// The clock shows this time.
    #[inline(always)]
    pub(super) fn set(&mut self, now_us: u64) {
        self.now_us = now_us;
    }

    /// The least election timeout from now on, and whether pre-vote or check-quorum is on.
    pub(super) fn configure(&mut self, least_timeout_us: u64, matters: bool) {
        (self.least_timeout_us, self.matters) = (least_timeout_us, matters);
    }

    /// The server hears from the leader of its term now.
    #[inline(always)]
    pub(super) fn hear(&mut self) {
        self.heard_us = Some(self.now_us);
    }

    /// The server was started again, and does not know whom it heard from before.
    pub(super) fn restart(&mut self) {
        self.restarted_us = Some(self.now_us);
    }

    /// Whether it heard from a leader within the least election timeout.
    pub(super) fn heard_lately(&self) -> bool {
        self.is_recent(self.heard_us)
    }

    /// Whether it was started again within the least election timeout.
    pub(super) fn restarted_lately(&self) -> bool {
        self.is_recent(self.restarted_us)
    }

    fn is_recent(&self, then_us: Option<u64>) -> bool {
        then_us.is_some_and(|then_us| self.now_us.saturating_sub(then_us) < self.least_timeout_us)
    }

    /// The times that it remembers, for a fingerprint.
    pub(super) fn state(&self) -> [Option<u64>; 2] {
        [self.heard_us, self.restarted_us]
    }
}
