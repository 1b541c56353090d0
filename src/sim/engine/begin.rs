//! The beginning of a cluster whose nodes run engines.

use super::hello::Ability;
use super::input::EngineInput;
use super::node::EngineHost;
use crate::raft::{HardState, Log, NodeId};
use crate::seq::Seq;
use crate::sim::bytes::DiskState;
use crate::sim::world::{Events, World};

impl World {
    /// Starts the engines of a fresh cluster, if it has any. What they write to their empty disks
    /// is prepared: it is there before anything happens.
    pub fn start_engines(&mut self, events: Events) {
        if self.settings().engines.is_none() {
            return;
        }
        for node in self.nodes().iter() {
            let log = Log::new(Seq::in_pool(&self.environment.pool));
            let mut context = self.context(node, events);
            if context.host.engine.is_none() {
                context.start(HardState::default(), (log, None), 0);
            } else {
                context.start_engine(DiskState::default(), log, 0, true);
            }
            self.look(events);
        }
        for node in self.nodes().iter() {
            self.context(node, events).tell_held_commit();
        }
        self.environment.begun = false;
        self.look(events);
    }

    /// Gives a fresh host its engine, if its node has one.
    pub(in crate::sim) fn furnish(&mut self, node: NodeId) {
        let engine = self.settings().engines.of(node);
        self.host_mut(node).engine = engine.map(|engine| Box::new(EngineHost::new(engine)));
    }

    /// A message of an engine reached nobody: its sender hears of it, if it wants to.
    pub(in crate::sim) fn report_unreachable(&mut self, from: NodeId, to: NodeId, events: Events) {
        let host = self.host(from);
        let wants = host
            .engine
            .as_ref()
            .is_some_and(|engine| engine.engine.hello.can(Ability::Unreachable));
        if wants && host.is_up() {
            let cause = self.event_count();
            self.look(events);
            self.context(from, events).tell_engine(EngineInput::Unreachable(to), cause);
        }
    }
}
