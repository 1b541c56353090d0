//! A cluster that the page shows.

use crate::check::Checker;
use crate::history::tree::Tree;
use crate::raft::NodeSet;
use crate::sim::EventId;

/// The most events of a page.
pub const EVENTS: usize = 200_000;

/// A cluster that the page shows.
#[derive(Clone, Copy)]
pub struct Act<'a> {
    /// Its branches, and the moment at which one stands.
    pub tree: &'a Tree<Checker>,
    /// The nodes that are shown.
    pub nodes: NodeSet,
    /// The part that is shown, of the present branch only; `None` shows all branches as a whole.
    pub part: Option<(EventId, EventId)>,
}

impl<'a> Act<'a> {
    /// All nodes and branches of a cluster.
    pub fn whole(tree: &'a Tree<Checker>) -> Act<'a> {
        let ends = tree.branches().map(|branch| tree.end(branch).world().nodes());
        Act { tree, nodes: ends.fold(NodeSet::EMPTY, NodeSet::union), part: None }
    }
}
