//! A recorded run: what a search shrinks.

use crate::history::Journal;
use crate::sim::{Action, Settings};

/// A run as it was recorded.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The number of nodes.
    pub nodes: usize,
    /// The seed.
    pub seed: u64,
    /// The settings at the start.
    pub settings: Settings,
    /// The moves.
    pub actions: Vec<Action>,
}

impl Recording {
    /// The run that a journal has recorded.
    pub fn of(journal: Journal<'_>) -> Recording {
        let (nodes, seed, settings) = (journal.nodes, journal.seed, journal.settings);
        Recording { nodes, seed, settings, actions: journal.actions().collect() }
    }
}
