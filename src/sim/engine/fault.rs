//! How an engine can fail.

use std::fmt;

use crate::raft::Label;

/// Why an engine gives no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breakdown {
    /// Its process ended.
    Crashed(Exit),
    /// It did not answer in time.
    Hangs,
    /// What it wrote is not one line, or a line that is too long.
    Protocol(String),
    /// It answered the same inputs differently than before.
    Different(Box<Difference>),
    /// No process could be started for it.
    Unable(String),
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// With this exit status.
    Status(i32),
    /// By this signal.
    Signal(i32),
    /// It closed its output.
    Closed,
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Status(status) => write!(f, "exit status {status}"),
            Exit::Signal(signal) => write!(f, "signal {signal}"),
            Exit::Closed => f.write_str("it closed its output"),
        }
    }
}

/// Two answers to the same inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The number of the input, from 1; the start is 0.
    pub input: usize,
    /// What it answered first.
    pub was: String,
    /// What it answers now.
    pub is: String,
}

/// Why an engine halted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EngineFault {
    /// Its process ended.
    #[error("crashed, {0}")]
    Crashed(Exit),
    /// It did not answer in time.
    #[error("hangs")]
    Hangs,
    /// Its answer is not one that the protocol allows.
    #[error("broke the protocol: {0}")]
    Protocol(Label),
    /// It is not deterministic.
    #[error("not deterministic at input {0}")]
    Different(u32),
    /// No process could be started for it.
    #[error("could not be started: {0}")]
    Unable(Label),
}

impl EngineFault {
    /// Whether the engine broke the rules of the protocol, which is no fault of its Raft.
    pub fn is_of_protocol(&self) -> bool {
        match self {
            EngineFault::Protocol(_) | EngineFault::Different(_) => true,
            EngineFault::Crashed(_) | EngineFault::Hangs | EngineFault::Unable(_) => false,
        }
    }
}

impl From<&Breakdown> for EngineFault {
    fn from(breakdown: &Breakdown) -> EngineFault {
        match breakdown {
            Breakdown::Crashed(exit) => EngineFault::Crashed(*exit),
            Breakdown::Hangs => EngineFault::Hangs,
            Breakdown::Protocol(what) => EngineFault::Protocol(Label::of(what)),
            Breakdown::Different(difference) => EngineFault::Different(difference.input as u32),
            Breakdown::Unable(what) => EngineFault::Unable(Label::of(what)),
        }
    }
}

impl fmt::Display for Breakdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        EngineFault::from(self).fmt(f)
    }
}
