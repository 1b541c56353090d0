//! The engines that a user chooses for a cluster.

use std::collections::BTreeMap;

use crate::engine;
use crate::language::{Error, Status};
use crate::raft::NodeId;
use crate::sim::Lineup;
use crate::sim::engine::{Breakdown, Engine};

pub use crate::sim::engine::EngineChoice;

/// The word that stands for raftsh's own Raft.
const OWN: &str = "none";

/// Starts the engines that were chosen, and asks each who it is.
///
/// # Errors
/// If one cannot be started, or one of the nodes has none.
pub fn lineup(choices: &[EngineChoice], directory: &str, nodes: usize) -> Result<Lineup, Error> {
    if let [EngineChoice { node: None, command }] = choices
        && command == OWN
    {
        return Ok(Lineup::NONE);
    }
    covers(choices, Some(nodes))?;
    let (mut general, mut own) = (None, BTreeMap::new());
    for EngineChoice { node, command } in choices {
        let engine = meet(command, directory)?;
        match node {
            Some(node) => drop(own.insert(*node, engine)),
            None => general = Some(engine),
        }
    }
    Ok(Lineup::new(general, own))
}

/// Whether every node has an engine, if one has.
///
/// # Errors
/// If one has none.
pub fn covers(choices: &[EngineChoice], nodes: Option<usize>) -> Result<(), Error> {
    let Some(nodes) = nodes.filter(|_| !choices.is_empty()) else { return Ok(()) };
    if choices.iter().any(|choice| choice.node.is_none()) {
        return Ok(());
    }
    let has = |node: &NodeId| choices.iter().any(|choice| choice.node == Some(*node));
    match NodeId::first(nodes).find(|node| !has(node)) {
        None => Ok(()),
        Some(node) => {
            let error = Error::usage(format!(
                "{node} has no engine: a cluster runs engines at all of its nodes, or at none"
            ));
            Err(error.help("--engine CMD is for all nodes that have none of their own"))
        }
    }
}

fn meet(command: &str, directory: &str) -> Result<std::sync::Arc<Engine>, Error> {
    engine::meet(command, directory).map_err(|breakdown| {
        let status = match breakdown {
            Breakdown::Protocol(_) | Breakdown::Different(_) => Status::Usage,
            Breakdown::Crashed(_) | Breakdown::Hangs | Breakdown::Unable(_) => Status::Failed,
        };
        let error = Error::new(status, format!("the engine '{command}' {breakdown}"));
        error.help("`help engine` says what an engine reads and writes")
    })
}
