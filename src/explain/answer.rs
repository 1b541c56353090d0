//! An answer to a question.

use crate::raft::{NodeSet, Position};
use crate::sim::EventId;

use super::claim::Claim;

/// The answer to `why …`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The question as it would be typed after `why`.
    pub question: String,
    /// Whether the condition holds; `None` if the question is about a thing.
    pub holds: Option<bool>,
    /// Since when the condition holds or does not; `None` if this is not known.
    pub since: Option<Since>,
    /// The facts that decide, the most important one first.
    pub claims: Vec<Claim>,
    /// The moves after which the condition held on a copy of the cluster.
    pub helps: Vec<Help>,
    /// The condition that these moves make true, if it is not the question.
    pub goal: Option<String>,
    /// How many moves were tried.
    pub tried: u32,
    /// The least sets of nodes that could lose entries if they were killed now.
    pub losable: Vec<Losable>,
    /// Whether `losable` was looked for among some sets of nodes only, not among all.
    pub sampled: bool,
}

/// The moment since when something is as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// The last event of the step or command that led there; 0 is the start.
    pub event: EventId,
    /// The virtual time, in microseconds.
    pub time_us: u64,
}

/// Moves that were tried on a copy of the cluster, and after which the condition held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// The commands, as typed, in the order in which they were tried. Empty if waiting is enough.
    pub commands: Vec<String>,
    /// The virtual time from the commands until the condition held, in microseconds.
    pub after_us: u64,
}

/// Nodes that could lose an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Losable {
    /// The entry.
    pub entry: Position,
    /// The nodes which, killed now, could lose it. Empty if it can be lost although none is killed.
    pub nodes: NodeSet,
}

impl Answer {
    /// An answer to a question about a thing, which neither holds nor does not.
    pub fn of_thing(question: impl Into<String>, claims: Vec<Claim>) -> Answer {
        Answer { question: question.into(), claims, ..Answer::default() }
    }
}
