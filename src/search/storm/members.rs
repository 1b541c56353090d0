//! Changes to the members of the cluster, and snapshots: no faults, but they move majorities and
//! remove entries while faults happen.

use super::Storm;
use super::profile::pick;
use crate::raft::{Change, Group, NodeId, NodeSet};
use crate::sim::{Action, Setting, World};

/// The most nodes that a storm makes, removed ones included.
const NODES_MAX: usize = 9;

impl Storm {
    /// Asks a node that leads for a change. What it refuses changes nothing.
    pub(super) fn change_members(&mut self, world: &World, moves: &mut Vec<Action>) {
        let Some(leader) = self.a_leader(world) else { return };
        let group = world.group_of(leader);
        let others: Vec<NodeId> = world.nodes().difference(group.members()).iter().collect();
        if others.is_empty() && world.cluster_size() < NODES_MAX {
            moves.push(Action::Boot(1));
            if self.dice.below(2) == 0 {
                let booted = NodeId::at(world.cluster_size());
                moves.push(Action::Member(leader, self.adding(booted)));
            }
            return;
        }
        let change = match self.dice.below(8) {
            0 | 1 if !others.is_empty() => {
                let node = pick(&mut self.dice, &others);
                self.adding(node)
            }
            2 if !group.learners.is_empty() => Change::Promote(self.one_of(group.learners)),
            3 | 4 => {
                // A leader that removes itself is the case that implementations get wrong.
                let node = match self.dice.below(3) {
                    0 => leader,
                    _ => self.one_of(group.members()),
                };
                Change::Remove(node)
            }
            5 => Change::Leave,
            _ => self.replacing(&group, world),
        };
        moves.push(Action::Member(leader, change));
    }

    /// Lets nodes take snapshots, or lets them do so by themselves for a while.
    pub(super) fn take_snapshots(&mut self, now_us: u64, world: &World, moves: &mut Vec<Action>) {
        let nodes = self.some_nodes(world).intersection(world.live());
        if nodes.is_empty() {
            return;
        }
        if self.dice.below(3) == 0 {
            let every = pick(&mut self.dice, &[1, 2, 3, 10]);
            moves.push(Action::SetOf(Setting::SnapshotEvery(Some(every)), nodes));
            self.ends(now_us, Action::SetOf(Setting::SnapshotEvery(None), world.nodes()));
            return;
        }
        let keep = pick(&mut self.dice, &[0, 0, 0, 1, 2, 5]);
        moves.push(Action::Snapshot(nodes, keep));
    }

    /// Some nodes have a feature from now on, or have it no longer, as in an upgrade.
    pub(super) fn switch_a_feature(&mut self, world: &World, moves: &mut Vec<Action>) {
        let nodes = self.some_nodes(world);
        if let Some(nth) = (self.profile.switches.len() as u64).checked_sub(1) {
            let feature = self.profile.switches[self.dice.below(nth + 1) as usize];
            moves.push(Action::SetOf(feature(self.dice.below(3) > 0), nodes));
        }
    }

    fn adding(&mut self, node: NodeId) -> Change {
        match self.dice.below(3) {
            0 => Change::AddLearner(node),
            _ => Change::Add(node),
        }
    }

    /// Other voters, mostly with some of those that there are.
    fn replacing(&mut self, group: &Group, world: &World) -> Change {
        let mut voters = NodeSet::EMPTY;
        for node in world.nodes().iter() {
            let keep = if group.voters.contains(node) { 3 } else { 2 };
            if self.dice.below(4) < keep {
                voters.insert(node);
            }
        }
        let rest: NodeSet =
            world.nodes().difference(voters).iter().filter(|_| self.dice.below(4) == 0).collect();
        let learners = (self.dice.below(2) == 0).then_some(rest);
        Change::Set { voters, learners, stay: self.dice.below(4) == 0 }
    }

    fn one_of(&mut self, nodes: NodeSet) -> NodeId {
        let nodes: Vec<NodeId> = nodes.iter().collect();
        pick(&mut self.dice, &nodes)
    }
}
