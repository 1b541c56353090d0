//! Finds out what the engines of a cluster give to judge them by.

use super::given::Given;
use super::hello::Ability;
use super::node::Machine;
use crate::sim::record::NodeLife;
use crate::sim::world::World;

impl World {
    /// Finds out what the engines give.
    #[cold]
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
