//! What a snapshot is (§7). What a node does with snapshots is in `snapshot`.

use serde::{Deserialize, Serialize};

use super::group::Configuration;
use super::types::Position;

/// What replaces the entries of a log up to some index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Snapshot {
    /// The last entry that it includes.
    #[serde(flatten, with = "super::fields::last_included")]
    pub last: Position,
    /// The configuration that the entries up to there set.
    #[serde(flatten, with = "super::fields::members")]
    pub configuration: Configuration,
    /// The state machine after these entries, with the sessions of clients: a number that the
    /// protocol does not interpret.
    #[serde(skip)]
    pub image: Image,
}

/// Names an image of the state machine, which the caller has.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Image(pub u32);

/// A snapshot as it is written to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SnapshotWrite {
    /// The snapshot.
    #[serde(flatten)]
    pub snapshot: Snapshot,
    /// The entry before the first one that stays in the log.
    #[serde(skip)]
    pub base: Position,
    /// Whether it comes from a leader and replaces the whole log.
    #[serde(skip)]
    pub installed: bool,
}
