//! What is looked for, and how.

use super::options::MoveKinds;
use crate::check::condition::Condition;
use crate::check::evaluate::{self, Situation};
use crate::sim::World;

/// What is looked for, and how.
#[derive(Clone, Debug)]
pub struct Search {
    /// What must hold in the end.
    pub condition: Condition,
    /// How many random ways are tried.
    pub tries: u64,
    /// The most moves of a way.
    pub depth: usize,
    /// The moves that a way may have.
    pub kinds: MoveKinds,
    /// The most faults of a way.
    pub faults: usize,
    /// The most shapes over which ways are looked for by breadth.
    pub shapes: usize,
    /// The number of threads.
    pub jobs: usize,
}

/// How many random ways are tried if nothing is said.
pub const TRIES: u64 = 10_000;

/// The most moves of a way if nothing is said.
pub const DEPTH: usize = 40;

/// The most faults of a way if nothing is said.
pub const FAULTS: usize = 3;

/// The most shapes over which ways are looked for by breadth.
pub const SHAPES: usize = 1_000_000;

impl Search {
    /// Whether the goal is reached.
    pub(super) fn holds(&self, world: &World) -> bool {
        evaluate::holds(Situation::now(world), &self.condition) == Ok(true)
    }
}
