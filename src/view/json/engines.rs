//! Engines as JSON.

use serde::Serialize;

use crate::sim::World;
use crate::view::engines;

/// An engine.
#[derive(Debug, Serialize)]
pub struct Engine {
    nodes: Vec<String>,
    command: String,
    name: String,
    version: String,
    can: Vec<String>,
    links: &'static str,
    lives: usize,
    inputs: usize,
}

/// All engines, in order of their first nodes.
pub fn engines(world: &World) -> Vec<Engine> {
    let groups = world.settings().engines.groups(world.cluster_size()).into_iter();
    let engine = |(engine, nodes): (std::sync::Arc<crate::sim::engine::Engine>, Vec<_>)| {
        let (lives, inputs) = engines::counts(world, nodes.iter().copied().collect());
        Engine {
            nodes: nodes.iter().map(ToString::to_string).collect(),
            command: engine.command.to_string(),
            name: engine.hello.name.clone(),
            version: engine.hello.version.clone(),
            can: engine.hello.can.clone(),
            links: if engine.hello.is_fifo { "fifo" } else { "any" },
            lives,
            inputs,
        }
    };
    groups.map(engine).collect()
}
