//! What a leader knows of another node's log (figure 2, "Volatile state on leaders").

use serde::{Deserialize, Serialize};

use super::types::Index;

/// What a leader is about with a follower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It looks for where both logs agree: `next_index` is a guess.
    Probe,
    /// The follower has taken what was sent, and is sent what comes next.
    Replicate,
    /// What the follower needs next is no longer in the leader's log: only a snapshot could help
    /// (§7).
    Snapshot,
}

/// A leader's view of one follower.
///
/// Invariant: `next_index` is at most one behind the end of the leader's log. It lies beyond
/// `match_index`, unless the follower has refused what it had acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Progress {
    /// What the leader is about with it.
    pub stage: Stage,
    /// The entry to send next. It moves only on answers.
    pub next_index: Index,
    /// The last entry known to be on the follower's disk and equal to the leader's.
    pub match_index: Index,
    /// The `next_index` at which the leader last answered an answer at once. Once is enough: every
    /// further answer to what was sent from there would start a chain of messages of its own, and a
    /// follower that is far behind would be caught up by the square of the messages it needs. A
    /// lost one is made good by the next heartbeat.
    #[serde(skip)]
    pub(super) prompted_at: Index,
    /// What the follower has refused, though it had acknowledged it, since its last
    /// acknowledgement; 0 for nothing.
    #[serde(skip)]
    pub(super) denied: Index,
}

impl Progress {
    /// Nothing is known yet: begin after the leader's last entry.
    pub(super) fn new(last_index: Index) -> Progress {
        Progress {
            stage: Stage::Probe,
            next_index: last_index.next(),
            match_index: Index(0),
            prompted_at: Index(0),
            denied: Index(0),
        }
    }

    /// The follower has refused what comes before: look further back, at this index, or as far as
    /// the leader's log goes back. False if it has refused that already, so that nothing but a
    /// snapshot is worth sending.
    pub(super) fn look_back(&mut self, next_index: Index, first_index: Index) -> bool {
        let before = *self;
        self.stage = if next_index < first_index { Stage::Snapshot } else { Stage::Probe };
        self.next_index = next_index.max(first_index);
        self.stage != Stage::Snapshot || *self != before
    }

    /// Whether the invariant holds beside a leader's log that ends at `last_index`.
    pub(super) fn is_sound(&self, last_index: Index) -> bool {
        self.match_index <= last_index && self.next_index <= last_index.next()
    }
}
