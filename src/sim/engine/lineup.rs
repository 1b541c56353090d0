//! Which engine runs at which node.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::raft::NodeId;

use super::choice::EngineChoice;
use super::hello::Ability;
use super::life::Engine;
use crate::word::QuotedWord;

/// The engines of a cluster, as a number: settings are copied all the time. Two are equal if they
/// run the same commands in the same folders at the same nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lineup(u32);

/// The engine of all nodes, and those of single nodes.
#[derive(Debug, Default)]
struct Engines {
    general: Option<Arc<Engine>>,
    own: BTreeMap<NodeId, Arc<Engine>>,
}

impl Engines {
    fn of(&self, node: NodeId) -> Option<&Arc<Engine>> {
        self.own.get(&node).or(self.general.as_ref())
    }

    fn identity(&self) -> Identity<'_> {
        let general = self.general.as_ref().map(|engine| engine.identity());
        (general, self.own.iter().map(|(node, engine)| (*node, engine.identity())).collect())
    }
}

type Identity<'a> = (Option<(&'a str, &'a str)>, Vec<(NodeId, (&'a str, &'a str))>);

/// Every lineup that was ever used, from number 1 on.
static KNOWN: Mutex<Vec<Arc<Engines>>> = Mutex::new(Vec::new());

fn known() -> MutexGuard<'static, Vec<Arc<Engines>>> {
    // A push is complete or has not happened.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lineup {
    /// raftsh's own Raft at every node.
    pub const NONE: Lineup = Lineup(0);

    /// The lineup of an engine for all nodes, and of engines for single nodes.
    pub fn new(general: Option<Arc<Engine>>, own: BTreeMap<NodeId, Arc<Engine>>) -> Lineup {
        let engines = Engines { general, own };
        if engines.general.is_none() && engines.own.is_empty() {
            return Lineup::NONE;
        }
        let mut known = known();
        let place = known.iter().position(|other| other.identity() == engines.identity());
        let place = place.unwrap_or_else(|| {
            known.push(Arc::new(engines));
            known.len() - 1
        });
        Lineup(place as u32 + 1)
    }

    /// Whether raftsh's own Raft runs at every node.
    pub fn is_none(self) -> bool {
        self == Lineup::NONE
    }

    fn engines(self) -> Option<Arc<Engines>> {
        let place = (self.0 as usize).checked_sub(1)?;
        known().get(place).cloned()
    }

    /// The engine of a node; none if it runs raftsh's own Raft.
    pub fn of(self, node: NodeId) -> Option<Arc<Engine>> {
        self.engines()?.of(node).cloned()
    }

    /// The first of this number of nodes that has no engine, though others have.
    pub fn missing(self, nodes: usize) -> Option<NodeId> {
        let engines = self.engines()?;
        NodeId::first(nodes).find(|node| engines.of(*node).is_none())
    }

    /// The engines with the nodes that have them in a cluster of this size, in order of the first
    /// node of each.
    pub fn groups(self, nodes: usize) -> Vec<(Arc<Engine>, Vec<NodeId>)> {
        let mut groups: Vec<(Arc<Engine>, Vec<NodeId>)> = Vec::new();
        for node in NodeId::first(nodes) {
            let Some(engine) = self.of(node) else { continue };
            match groups.iter_mut().find(|(other, _)| other.identity() == engine.identity()) {
                Some((_, nodes)) => nodes.push(node),
                None => groups.push((engine, vec![node])),
            }
        }
        groups
    }

    /// What was chosen: the command of all nodes, if there is one, and those of single nodes.
    pub fn choices(self) -> Vec<EngineChoice> {
        let Some(engines) = self.engines() else { return Vec::new() };
        let choice = |node, engine: &Arc<Engine>| {
            let command = engine.command.to_string();
            EngineChoice { node, command }
        };
        let general = engines.general.iter().map(|engine| choice(None, engine));
        general
            .chain(engines.own.iter().map(|(node, engine)| choice(Some(*node), engine)))
            .collect()
    }

    /// The folder in which the engines run; empty for that of raftsh.
    pub fn directory(self) -> Arc<str> {
        let engines = self.engines().unwrap_or_default();
        let mut all = engines.general.iter().chain(engines.own.values());
        all.next().map(|engine| Arc::clone(&engine.directory)).unwrap_or_default()
    }

    /// Whether every engine can do this; false if there is none.
    pub fn can(self, ability: Ability) -> bool {
        let Some(engines) = self.engines() else { return false };
        let mut all = engines.general.iter().chain(engines.own.values());
        all.all(|engine| engine.hello.can(ability))
    }

    /// Whether the messages of some engine never overtake each other.
    pub fn has_fifo(self) -> bool {
        let Some(engines) = self.engines() else { return false };
        let mut all = engines.general.iter().chain(engines.own.values());
        all.any(|engine| engine.hello.is_fifo)
    }

    /// Whether copies of the cluster may be tried: where engines run, each copy needs processes
    /// that are led there, unless they can save their state.
    pub fn may_be_tried(self) -> bool {
        self.is_none() || self.can(Ability::Save)
    }

    /// Whether every engine heeds this setting.
    pub fn heeds(self, setting: &str) -> bool {
        let Some(engines) = self.engines() else { return true };
        let mut all = engines.general.iter().chain(engines.own.values());
        all.all(|engine| engine.hello.options.iter().any(|option| option == setting))
    }
}

/// As `--engine` takes it: `--engine 'CMD' --engine n3='CMD'`.
impl fmt::Display for Lineup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, choice) in self.choices().iter().enumerate() {
            let space = if nth == 0 { "" } else { " " };
            write!(f, "{space}--engine {}", QuotedWord(&choice.to_string()))?;
        }
        Ok(())
    }
}
