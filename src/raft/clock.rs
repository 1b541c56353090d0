//! A server's clock: how long ago it heard from a leader.
//!
//! Figure 2 needs no clock: its timers are the caller's. Pre-vote and check-quorum do, because "if
//! a server receives a RequestVote request within the minimum election timeout of hearing from a
//! current leader, it does not update its term or grant its vote" (§6). The caller tells the time,
//! by the node's own clock, before each input.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

use super::types::Round;

/// The time at a server's last input, and what it remembers of earlier times. All of them are in
/// microseconds, by the server's own clock.
#[derive(Clone, Debug, Default)]
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
    /// How long a lease of this server lasts, as leader; 0 if it can have none.
    lease_us: u64,
    /// When its lease began; none if it has not had one, or if it has ended.
    lease_from_us: Option<u64>,
    /// The rounds that it has sent, as leader, and that no majority has answered yet, with the
    /// times of sending. Of several at one moment, only the first.
    sent_us: VecDeque<(Round, u64)>,
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
    fn lately(&self) -> Option<(bool, bool, bool)> {
        let lately = || (self.heard_lately(), self.restarted_lately(), self.lease_holds());
        self.matters.then(lately)
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
    pub(super) fn state(&self) -> impl Hash + '_ {
        (self.heard_us, self.restarted_us, self.lease_from_us, &self.sent_us)
    }
}

/// A leader's lease (Ongaro's thesis, §6.4.1).
impl Clock {
    /// How long leases last from now on. A lease that runs ends if that changes.
    pub(super) fn set_lease(&mut self, lease_us: u64) {
        if lease_us != self.lease_us {
            self.lease_us = lease_us;
            self.end_lease();
        }
    }

    /// The lease ends, and no round that was sent by now begins another one.
    pub(super) fn end_lease(&mut self) {
        self.lease_from_us = None;
        self.sent_us.clear();
    }

    /// A round is sent now. There are never many without an answer: check-quorum makes a leader
    /// step down that no majority answers.
    pub(super) fn send_round(&mut self, round: Round) {
        let now_us = self.now_us;
        let is_later = self.sent_us.back().is_none_or(|(_, sent_us)| *sent_us < now_us);
        if self.lease_us > 0 && is_later {
            self.sent_us.push_back((round, now_us));
        }
    }

    /// A majority has answered the rounds up to this one: the lease runs from the sending of the
    /// latest of them. `begins` says from when, given the times of sending and of the answer.
    pub(super) fn extend_lease(&mut self, answered: Round, begins: fn(u64, u64) -> u64) {
        while let Some((_, sent_us)) = self.sent_us.pop_front_if(|(round, _)| *round <= answered) {
            self.lease_from_us = Some(begins(sent_us, self.now_us));
        }
    }

    /// Whether the lease has not run out.
    pub(super) fn lease_holds(&self) -> bool {
        let lasts = |from_us: u64| self.now_us.saturating_sub(from_us) < self.lease_us;
        self.lease_from_us.is_some_and(lasts)
    }

    /// When the lease began and how long it lasts; none if it has ended.
    pub(super) fn lease(&self) -> Option<(u64, u64)> {
        self.lease_from_us.map(|from_us| (from_us, self.lease_us))
    }
}
