//! What a leader knows of another node's log (figure 2, "Volatile state on leaders").

use super::types::Index;

/// A leader's view of one follower.
///
/// Invariant: `match_index < next_index`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Progress {
    /// The entry to send next. It moves only on answers.
    pub next_index: Index,
    /// The last entry known to be on the follower's disk and equal to the leader's.
    pub match_index: Index,
    /// The `next_index` at which the leader last answered an answer at once. Once is enough: every further answer to
    /// what was sent from there would start a chain of messages of its own, and a follower that is far behind would
    /// be caught up by the square of the messages it needs. A lost one is made good by the next heartbeat.
    pub(super) prompted_at: Index,
}

impl Progress {
    /// Nothing is known yet: begin after the leader's last entry.
    pub(super) fn new(last_index: Index) -> Progress {
        Progress { next_index: last_index.next(), match_index: Index(0), prompted_at: Index(0) }
    }

    /// The follower holds everything up to here. A late answer to an early question lowers nothing. Not to raise the next index
    /// is a flaw.
    pub(super) fn accepted(&mut self, match_index: Index, raises_next: bool) {
        self.match_index = self.match_index.max(match_index);
        if raises_next {
            self.next_index = self.next_index.max(match_index.next());
        }
    }

    /// The follower has nothing like the entry at `prev_log_index`, but may agree up to `candidate`. False if the
    /// answer is stale: to a question that is no longer open, because a better answer has come since.
    pub(super) fn refused(&mut self, prev_log_index: Index, candidate: Index) -> bool {
        if prev_log_index.next() != self.next_index || prev_log_index <= self.match_index {
            return false;
        }
        self.next_index = candidate.min(prev_log_index.previous()).max(self.match_index).next();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_move_it_and_stale_ones_do_not() {
        let mut progress = Progress::new(Index(10));
        assert!(progress.refused(Index(10), Index(5)));
        assert_eq!(progress.next_index, Index(6));
        assert!(!progress.refused(Index(10), Index(2)), "the same refusal again");
        progress.accepted(Index(8), true);
        assert_eq!((progress.match_index, progress.next_index), (Index(8), Index(9)));
        progress.accepted(Index(6), true);
        assert_eq!((progress.match_index, progress.next_index), (Index(8), Index(9)), "a reordered answer");
        assert!(!progress.refused(Index(8), Index(3)), "it holds that entry for certain");
    }
}
