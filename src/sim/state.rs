//! The states of a host, and the faults of a link.

use crate::disk::Fault;
use crate::raft::Invariant;

use super::engine::EngineFault;

/// Whether a node takes part in the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostState {
    /// The node runs.
    Up,
    /// The node is stopped but keeps its memory; messages to it wait.
    Paused,
    /// The node was killed and lost its memory.
    Down,
    /// The node stopped itself and lost its memory.
    Halted(HaltReason),
}

impl HostState {
    /// The state's name in conditions.
    pub fn name(self) -> &'static str {
        match self {
            HostState::Up => "up",
            HostState::Paused => "paused",
            HostState::Down => "down",
            HostState::Halted(_) => "halted",
        }
    }
}

/// Why a node stopped itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum HaltReason {
    /// Its disk failed.
    #[error("{0}")]
    Disk(Fault),
    /// Its disk was wiped while it ran.
    #[error("its disk was wiped")]
    Wiped,
    /// The node found itself in a state that the protocol does not allow: this invariant does not
    /// hold.
    #[error("it broke an invariant of its own: {0}")]
    Broken(Invariant),
    /// Its engine failed.
    #[error("{0}")]
    Engine(EngineFault),
}

/// How a link differs from the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LinkFault {
    /// Added to every message's latency, in microseconds.
    pub delay_us: u64,
    /// The probability that a message is lost, in millionths; none if the setting applies.
    pub loss_ppm: Option<u32>,
    /// The probability that a message arrives twice, in millionths; none if the setting applies.
    pub duplicate_ppm: Option<u32>,
}
