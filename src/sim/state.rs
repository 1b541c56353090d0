//! What a machine and a link between two of them may be like.

use crate::disk::Fault;
use crate::raft::Invariant;

/// Whether a node takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostState {
    /// It runs.
    Up,
    /// It is stopped and remembers everything; what reaches it waits.
    Paused,
    /// It was killed; memory is lost.
    Down,
    /// It stopped itself; memory is lost.
    Halted(HaltReason),
}

impl HostState {
    /// Its name as conditions know it.
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
    /// Its disk failed it.
    #[error("{0}")]
    Disk(Fault),
    /// It found itself in a state that the protocol does not allow: this invariant does not hold.
    #[error("it broke an invariant of its own: {0}")]
    Broken(Invariant),
}

/// How a link differs from the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LinkFault {
    /// Added to every message's latency, in microseconds.
    pub delay_us: u64,
    /// How likely a message is lost, in millionths, instead of the setting.
    pub loss_ppm: Option<u32>,
    /// How likely a message arrives twice, in millionths, instead of the setting.
    pub duplicate_ppm: Option<u32>,
}
