//! What is known of a single request.

use crate::sim::EventId;

/// What is known of a request, beside what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// The event of its first sending.
    pub(super) invoked: EventId,
    /// The latest event that told the client something; 0 before the first.
    pub(super) told: EventId,
    pub(super) stage: Stage,
    /// Whether an entry that carries it has been applied.
    pub(super) is_applied: bool,
}

/// What the client was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    Open,
    Answered,
    /// It will never take effect.
    Refused,
    Unknown,
}
