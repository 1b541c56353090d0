//! Moves under names that survive when other moves are left out, and scenes made of them.
//!
//! A scene is a cluster and the moves that are made in it by hand. Messages are named by their
//! routes and requests by tags, so a scene stays meaningful when some of its moves are deleted.

use std::collections::BTreeMap;
use std::fmt;

use super::stage::{Arena, Stage};
use crate::history::saved;
use crate::kv::Command;
use crate::raft::NodeId;
use crate::sim::{Action, OpId, RequestOptions, Route, Settings, World};

/// A move under a name that survives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// A move that names no message and no request.
    Act(Action),
    /// The message on this route arrives.
    Deliver(Route),
    /// The message on this route is lost.
    Drop(Route),
    /// The message on this route is duplicated.
    Dup(Route),
    /// A client sends the request with this tag to a node.
    Invoke(u32, NodeId, Command, RequestOptions),
    /// The request with this tag is sent again, to this node.
    Retry(u32, NodeId),
}

/// The requests of a scene, by their tags.
#[derive(Clone, Debug, Default)]
pub(super) struct Tags(BTreeMap<u32, OpId>);

impl Move {
    /// The move as an action that the world takes now; none if what it names does not exist.
    pub(super) fn action(&self, world: &World, tags: &Tags) -> Option<Action> {
        Some(match self {
            Move::Act(action) => action.clone(),
            Move::Deliver(route) => Action::Deliver(vec![world.message_at(*route)?]),
            Move::Drop(route) => Action::Drop(vec![world.message_at(*route)?]),
            Move::Dup(route) => Action::Dup(vec![world.message_at(*route)?]),
            Move::Invoke(_, node, command, options) if options.is_empty() => {
                Action::Invoke(*node, command.clone())
            }
            Move::Invoke(_, node, command, options) => {
                Action::InvokeWith(*node, command.clone(), options.clone())
            }
            Move::Retry(tag, node) => Action::Retry(*tags.0.get(tag)?, *node),
        })
    }

    /// The move as a line of a script.
    pub(super) fn line(&self, tags: &Tags) -> String {
        match self {
            Move::Act(action) => action.to_string(),
            Move::Deliver(route) => format!("deliver {}", Words(*route)),
            Move::Drop(route) => format!("drop {}", Words(*route)),
            Move::Dup(route) => format!("dup {}", Words(*route)),
            Move::Invoke(_, node, command, options) => {
                Action::InvokeWith(*node, command.clone(), options.clone()).to_string()
            }
            Move::Retry(tag, node) => match tags.0.get(tag) {
                Some(op) => format!("retry {op} {node}"),
                None => format!("retry op {node}"),
            },
        }
    }

    /// Makes the move on a stage; false if it is impossible or changes nothing.
    pub(super) fn make(&self, stage: &mut impl Stage, tags: &mut Tags) -> bool {
        let Some(action) = self.action(stage.world(), tags) else { return false };
        let Ok(applied) = stage.act(action) else { return false };
        if let Move::Invoke(tag, ..) = self
            && let Some(op) = stage.world().ops().latest()
        {
            tags.0.insert(*tag, op);
        }
        applied.changed || !stage.latest().is_empty()
    }
}

/// A route as it is typed: what goes without saying is left out.
struct Words(Route);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Route { from, to, kind, nth } = self.0;
        write!(f, "{from} {to} --type {kind}")?;
        if nth > 1 { write!(f, " --nth {nth}") } else { Ok(()) }
    }
}

/// A cluster, and the moves that are made in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scene {
    /// The number of nodes.
    pub(super) nodes: usize,
    /// The seed.
    pub(super) seed: u64,
    /// The settings at the start.
    pub(super) settings: Settings,
    /// The moves.
    pub(super) moves: Vec<Move>,
}

impl Scene {
    /// An arena with the cluster of the scene.
    pub(super) fn arena(&self) -> Arena {
        Arena::new(self.nodes, self.seed, self.settings)
    }

    /// The same cluster, and no moves.
    pub(super) fn without_moves(&self) -> Scene {
        Scene { moves: Vec::new(), ..*self }
    }

    /// Whether its nodes may have other names: not if single nodes have engines of their own.
    pub(super) fn may_rename(&self) -> bool {
        self.settings.engines.choices().iter().all(|choice| choice.node.is_none())
    }

    /// The command that makes the cluster of the scene.
    pub(super) fn first_line(&self) -> String {
        saved::cluster(self.nodes, self.seed, &self.settings)
    }
}
