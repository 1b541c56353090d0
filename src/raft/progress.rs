//! What a leader knows of another node's log (figure 2, "Volatile state on leaders").

use serde::{Deserialize, Serialize};

use super::types::Index;

/// How a leader replicates to a follower at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The leader searches for where both logs agree: `next_index` is a guess.
    Probe,
    /// The follower has accepted entries, and the leader sends those that follow.
    Replicate,
    /// The entries that the follower needs next are no longer in the leader's log: the leader sends
    /// its snapshot (§7).
    Snapshot,
}

/// A leader's view of one follower.
///
/// Invariant: `next_index` is at most one past the end of the leader's log. It is greater than
/// `match_index`, unless the follower has refused what it had acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Progress {
    /// How the leader replicates to it.
    pub stage: Stage,
    /// The next entry to send. Only the follower's replies move it.
    pub next_index: Index,
    /// The highest entry known to be on the follower's disk and equal to the leader's.
    pub match_index: Index,
    /// The `next_index` at which the leader last answered a reply at once. It does so only once
    /// for each `next_index`: every further reply to what was sent from there would start another
    /// chain of messages, and a follower that is far behind would be sent the square of the
    /// messages that it needs. The next heartbeat makes up for a lost message.
    #[serde(skip)]
    pub(super) prompted_at: Index,
    /// The `prev_log` index that the follower has refused since its last acknowledgement, although
    /// it had acknowledged it; 0 for none.
    #[serde(skip)]
    pub(super) denied: Index,
}

impl Progress {
    /// Nothing is known of the follower yet: nextIndex begins after the leader's last entry.
    pub(super) fn new(last_index: Index) -> Progress {
        Progress {
            stage: Stage::Probe,
            next_index: last_index.next(),
            match_index: Index(0),
            prompted_at: Index(0),
            denied: Index(0),
        }
    }

    /// What another Raft's leader says of a follower.
    pub fn reported(match_index: Index, next_index: Index) -> Progress {
        Progress { match_index, next_index, ..Progress::new(Index(0)) }
    }

    /// The follower has refused: moves `next_index` back to this index, which may lie before the
    /// leader's first entry. Returns false if that changes nothing: then the snapshot was sent
    /// before.
    pub(super) fn look_back(&mut self, next_index: Index, first_index: Index) -> bool {
        let before = *self;
        self.stage = if next_index < first_index { Stage::Snapshot } else { Stage::Probe };
        self.next_index = next_index.max(Index(1));
        self.stage != Stage::Snapshot || *self != before
    }

    /// Whether the invariant holds for a leader's log that ends at `last_index`.
    pub(super) fn is_sound(&self, last_index: Index) -> bool {
        self.match_index <= last_index && self.next_index <= last_index.next()
    }
}
