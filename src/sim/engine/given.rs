//! What the engines of a cluster say of themselves: nothing can be judged that nobody says.

use super::lineup::Ability;
use super::node::Machine;
use crate::sim::record::NodeLife;
use crate::sim::world::World;

/// What every node of a cluster gives to judge it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Given {
    /// Whether engines run, which say what they are and not each step on the way there.
    pub by_engines: bool,
    /// Their votes.
    pub vote: bool,
    /// Their logs.
    pub log: bool,
    /// What their messages say.
    pub say: bool,
    /// What leaders know of the others' logs.
    pub progress: bool,
    /// The store that raftsh keeps for them, from which clients are answered.
    pub store: bool,
}

/// raftsh's own nodes give all.
impl Default for Given {
    fn default() -> Given {
        let by_engines = false;
        Given { by_engines, vote: true, log: true, say: true, progress: true, store: true }
    }
}

impl World {
    /// Finds out what the engines give.
    pub(in crate::sim) fn note_given(&mut self) {
        let engines = self.settings().engines;
        let nodes = self.hosts().filter_map(|host| match &host.life {
            Some(NodeLife { node: Machine::Engine(node), .. }) => Some(node),
            _ => None,
        });
        let (log, vote) = nodes.fold((true, true), |(log, vote), node| {
            (log && node.gives_log, vote && node.gives_vote)
        });
        let before = self.environment.ops.given;
        self.environment.ops.given = Given {
            by_engines: true,
            vote: vote || before.by_engines && before.vote,
            log: log && (before.log || !before.by_engines),
            say: engines.can(Ability::Say),
            progress: engines.can(Ability::Progress),
            store: !engines.can(Ability::Requests),
        };
    }
}
