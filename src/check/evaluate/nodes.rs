//! The nodes that conditions and commands name, in a cluster.

use crate::check::selector::Selector;
use crate::raft::{NodeId, NodeSet};
use crate::sim::{JudgingEnded, World};

/// Why a condition can be called neither true nor false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// It names a node by a number that the cluster does not have.
    #[error("unknown node 'n{0}'")]
    UnknownNode(u64),
    /// It asks about violations, and judging has ended.
    #[error("nothing is judged from #{} on, so nobody can say", .0.event)]
    NotJudged(JudgingEnded),
    /// It asks whether answers fit together, and the judge has given that up.
    #[error("the judge gave up at #{}, so nobody can say: {}", .0.event, .0.why)]
    TooMany(JudgingEnded),
}

/// The nodes that a selector means now.
///
/// # Errors
/// If it names a node that the cluster does not have.
pub fn select(world: &World, selector: Selector) -> Result<NodeSet, Undecided> {
    Ok(match selector {
        Selector::Node(number) => NodeSet::one(node(world, number)?),
        Selector::Range(first, last) => {
            let (first, last) = (node(world, first)?, node(world, last)?);
            world.nodes().iter().filter(|&node| first <= node && node <= last).collect()
        }
        Selector::All => world.nodes(),
        Selector::Leader => world.leader().into_iter().collect(),
        Selector::Followers => world.followers(),
        Selector::Live => world.live(),
        Selector::Down => world.down(),
        Selector::Voters => world.group().electorate(),
        Selector::Learners => world.group().learners,
        Selector::Spares => world.spares(),
    })
}

/// The node of this number.
pub(super) fn node(world: &World, number: u64) -> Result<NodeId, Undecided> {
    let node = NodeId::new(number).filter(|node| node.position() < world.cluster_size());
    node.ok_or(Undecided::UnknownNode(number))
}
