//! What failed last, which `why` alone explains.

use crate::check::condition::Condition;
use crate::raft::NodeSet;

/// A command that failed, or that violated a property.
#[derive(Clone, Debug)]
pub struct FailedCommand {
    /// The command as typed.
    pub command: String,
    /// Why it failed.
    pub message: String,
    /// The condition that did not hold, or the property that was violated.
    pub condition: Option<Condition>,
    /// The nodes that the message is about.
    pub nodes: NodeSet,
}
