//! A move with fewer nodes, and requests with plainer keys and values.

use std::collections::BTreeMap;

use super::super::moves::{Move, Scene};
use crate::kv::{Command, Str};
use crate::raft::{Change, MAX_NODES, NodeId, NodeSet};
use crate::sim::{Action, Preload, Route};

/// The nodes that stay, under their new names.
pub(super) struct Renamed {
    names: BTreeMap<NodeId, NodeId>,
}

impl Renamed {
    /// All nodes but one, in their order.
    pub(super) fn without(left_out: NodeId) -> Renamed {
        let stay = (0..usize::from(MAX_NODES)).map(NodeId::at).filter(|node| *node != left_out);
        Renamed { names: stay.enumerate().map(|(nth, node)| (node, NodeId::at(nth))).collect() }
    }

    /// These nodes only, in their order.
    pub(super) fn only(stay: NodeSet) -> Renamed {
        let names = stay.iter().enumerate().map(|(nth, node)| (node, NodeId::at(nth)));
        Renamed { names: names.collect() }
    }

    /// The nodes in this order, then the others of the first `nodes` in theirs. Those that were
    /// added later keep their names.
    pub(super) fn in_order(first: &[NodeId], nodes: usize) -> Renamed {
        let is_first = |node: &NodeId| first.contains(node) && node.position() < nodes;
        let others = (0..usize::from(MAX_NODES)).map(NodeId::at).filter(|node| !is_first(node));
        let first = first.iter().copied().filter(is_first);
        let order = first.chain(others);
        Renamed { names: order.enumerate().map(|(nth, node)| (node, NodeId::at(nth))).collect() }
    }

    /// The new name of a node; none if it does not stay.
    pub(super) fn one(&self, node: NodeId) -> Option<NodeId> {
        self.names.get(&node).copied()
    }

    /// The nodes of a set that stay; none if none of them does.
    fn set(&self, nodes: NodeSet) -> Option<NodeSet> {
        let stay: NodeSet = nodes.iter().filter_map(|node| self.one(node)).collect();
        (!stay.is_empty()).then_some(stay)
    }

    fn route(&self, route: Route) -> Option<Route> {
        Some(Route { from: self.one(route.from)?, to: self.one(route.to)?, ..route })
    }

    /// The move; none if it concerns no node that stays.
    pub(super) fn rename(&self, one: &Move) -> Option<Move> {
        Some(match one {
            Move::Act(action) => Move::Act(self.action(action)?),
            Move::Deliver(route) => Move::Deliver(self.route(*route)?),
            Move::Drop(route) => Move::Drop(self.route(*route)?),
            Move::Dup(route) => Move::Dup(self.route(*route)?),
            Move::Invoke(tag, node, command, options) => {
                Move::Invoke(*tag, self.one(*node)?, command.clone(), options.clone())
            }
            Move::Retry(tag, node) => Move::Retry(*tag, self.one(*node)?),
        })
    }

    fn action(&self, action: &Action) -> Option<Action> {
        let (one, set) = (|node: &NodeId| self.one(*node), |nodes: &NodeSet| self.set(*nodes));
        Some(match action {
            Action::Settle(Some(nodes), most) => Action::Settle(Some(set(nodes)?), *most),
            Action::Preload(preload) => Action::Preload(Preload {
                node: one(&preload.node)?,
                vote: preload.vote.and_then(|node| self.one(node)),
                ..preload.clone()
            }),
            Action::Invoke(node, command) => Action::Invoke(one(node)?, command.clone()),
            Action::InvokeWith(node, command, options) => {
                Action::InvokeWith(one(node)?, command.clone(), options.clone())
            }
            Action::Retry(op, node) => Action::Retry(*op, one(node)?),
            Action::Kill(nodes) => Action::Kill(set(nodes)?),
            Action::Restart(nodes) => Action::Restart(set(nodes)?),
            Action::Pause(nodes) => Action::Pause(set(nodes)?),
            Action::Resume(nodes) => Action::Resume(set(nodes)?),
            Action::Transfer(at, to) => Action::Transfer(one(at)?, one(to)?),
            Action::Drift(nodes, ppm) => Action::Drift(set(nodes)?, *ppm),
            Action::Timeout(nodes) => Action::Timeout(set(nodes)?),
            Action::Tick(node) => Action::Tick(one(node)?),
            Action::Cut(from, to, direction) => Action::Cut(set(from)?, set(to)?, *direction),
            Action::Heal(from, to) => Action::Heal(set(from)?, set(to)?),
            Action::Isolate(nodes) => Action::Isolate(set(nodes)?),
            Action::Partition(groups) => {
                let groups: Vec<NodeSet> = groups.iter().filter_map(set).collect();
                (groups.len() > 1).then_some(Action::Partition(groups))?
            }
            Action::Delay(from, to, us) => Action::Delay(set(from)?, set(to)?, *us),
            Action::LinkLoss(from, to, ppm) => Action::LinkLoss(set(from)?, set(to)?, *ppm),
            Action::LinkDuplicate(from, to, ppm) => {
                Action::LinkDuplicate(set(from)?, set(to)?, *ppm)
            }
            Action::Hold(from, to) => Action::Hold(set(from)?, set(to)?),
            Action::Release(from, to) => Action::Release(set(from)?, set(to)?),
            Action::Corrupt(nodes, target) => Action::Corrupt(set(nodes)?, *target),
            Action::Disk(nodes, what) => Action::Disk(set(nodes)?, *what),
            Action::SetOf(setting, nodes) => Action::SetOf(*setting, set(nodes)?),
            Action::Member(node, change) => Action::Member(one(node)?, self.change(*change)?),
            Action::Snapshot(nodes, keep) => Action::Snapshot(set(nodes)?, *keep),
            Action::PowerOff(nodes) => Action::PowerOff(set(nodes)?),
            Action::FireTimer(nodes, timer) => Action::FireTimer(set(nodes)?, *timer),
            Action::Step(_)
            | Action::Wait(_)
            | Action::Settle(None, _)
            | Action::Clients(_)
            | Action::HealAll
            | Action::Deliver(_)
            | Action::Drop(_)
            | Action::Dup(_)
            | Action::Set(_)
            | Action::Flaw(..)
            | Action::Boot(_)
            | Action::JudgeProgress(..) => action.clone(),
        })
    }

    fn change(&self, change: Change) -> Option<Change> {
        Some(match change {
            Change::Add(node) => Change::Add(self.one(node)?),
            Change::AddLearner(node) => Change::AddLearner(self.one(node)?),
            Change::Promote(node) => Change::Promote(self.one(node)?),
            Change::Remove(node) => Change::Remove(self.one(node)?),
            Change::Set { voters, learners, stay } => Change::Set {
                voters: self.set(voters)?,
                learners: learners.map(|nodes| self.set(nodes).unwrap_or_default()),
                stay,
            },
            Change::Leave => Change::Leave,
        })
    }
}

/// The nodes that a move names, in order.
pub(super) fn named(one: &Move) -> Vec<NodeId> {
    match one {
        Move::Act(action) => action.nodes().iter().collect(),
        Move::Deliver(route) | Move::Drop(route) | Move::Dup(route) => vec![route.from, route.to],
        Move::Invoke(_, node, ..) | Move::Retry(_, node) => vec![*node],
    }
}

/// The scene with the keys x, y, z, … and the values 1, 2, 3, … in the order in which they occur.
pub(super) fn with_plain_words(scene: &Scene) -> Scene {
    let (mut keys, mut values) = (BTreeMap::<Str, Str>::new(), BTreeMap::<Str, Str>::new());
    let mut key = |key: &Str| -> Str {
        let count = keys.len();
        let plain = || match "xyzabcdefghijklmnopqrstuvw".get(count..=count) {
            Some(letter) => letter.into(),
            None => format!("k{count}").into(),
        };
        keys.entry(key.clone()).or_insert_with(plain).clone()
    };
    let mut value = |value: &Str| -> Str {
        let next = values.len() + 1;
        values.entry(value.clone()).or_insert_with(|| next.to_string().into()).clone()
    };
    let mut moves = scene.moves.clone();
    for one in &mut moves {
        let Move::Invoke(_, _, command, _) = one else { continue };
        *command = match &*command {
            Command::Put { key: k, value: v } => Command::Put { key: key(k), value: value(v) },
            Command::Get { key: k } => Command::Get { key: key(k) },
            Command::Del { key: k } => Command::Del { key: key(k) },
            Command::Cas { key: k, old, new } => {
                Command::Cas { key: key(k), old: old.as_ref().map(&mut value), new: value(new) }
            }
            Command::Incr { key: k, by } => Command::Incr { key: key(k), by: *by },
            Command::Append { key: k, text } => Command::Append { key: key(k), text: text.clone() },
        };
    }
    Scene { moves, ..scene.clone() }
}
