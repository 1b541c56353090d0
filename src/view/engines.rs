//! The table of engines.

use crate::raft::NodeSet;
use crate::sim::World;
use crate::sim::engine::Hello;

use super::document::Document;
use super::groups;

/// One row for each engine: its nodes, what it says of itself, how often it has started, and how
/// many inputs it has answered.
pub fn table(world: &World) -> Document {
    let head = ["nodes", "engine", "can", "links", "lives", "inputs", "command"];
    let rows = world.settings().engines.groups(world.cluster_size()).into_iter();
    let rows = rows.map(|(engine, nodes)| {
        let Hello { name, version, can, is_fifo, .. } = &engine.hello;
        let (lives, inputs) = counts(world, nodes.iter().copied().collect());
        let links = if *is_fifo { "fifo" } else { "any" };
        let can = if can.is_empty() { "-".to_owned() } else { can.join(", ") };
        vec![
            groups::nodes(nodes.into_iter().collect()).into(),
            format!("{name} {version}").trim_end().to_owned().into(),
            can.into(),
            links.into(),
            lives.to_string().into(),
            inputs.to_string().into(),
            engine.command.to_string().into(),
        ]
    });
    super::tables::table(head, rows.collect())
}

/// How many lives the engines of these nodes have had, and how many inputs in all.
pub(super) fn counts(world: &World, nodes: NodeSet) -> (usize, usize) {
    let mut counts = (0, 0);
    for host in nodes.iter().map(|node| world.host(node)) {
        let ended = host.engine.iter().flat_map(|engine| engine.lives.iter());
        for life in ended.chain(host.engine_life()) {
            counts = (counts.0 + 1, counts.1 + life.len());
        }
    }
    counts
}
