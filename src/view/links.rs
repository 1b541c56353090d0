//! The links of the network: which node can reach which.
//!
//! A small cluster is shown as a matrix, with one cell for each direction of a link. Of a large
//! cluster only cut, held and faulty links are listed, gathered into phrases.

use crate::raft::{NodeId, NodeSet};
use crate::sim::{LinkFault, World};

use super::document::{Document, Paragraph, Text, Tone};
use super::{groups, tables, words};

/// The most nodes whose matrix of links fits into 80 columns.
const MATRIX_MAX: usize = 11;

/// `links`: which node can reach which, and the faults of links.
pub fn links(world: &World) -> Document {
    let network = world.network();
    let small = world.cluster_size() <= MATRIX_MAX;
    let document = if small { matrix(world) } else { phrases(world) };
    let document = document.paragraph(Paragraph::new(summary(world)));
    let alike = groups::grouped(network.faults().map(|(from, to, fault)| (fault, (from, to))));
    let faults = alike.into_iter().map(|(fault, links)| {
        let text = Text::new()
            .plain(if small { "* " } else { "" })
            .toned(Tone::Warn, words::link_fault(fault))
            .plain(format!(": {}", groups::pairs(links).join(", ")));
        Paragraph::hanging(2, text)
    });
    document.then(faults.collect())
}

/// How many links are cut, and how many messages are in flight.
fn summary(world: &World) -> String {
    let network = world.network();
    let cut: usize = world.nodes().iter().map(|node| network.unreachable(node).len()).sum();
    let total = world.cluster_size() * (world.cluster_size() - 1);
    let links = words::counted(total as u64, "link");
    let whole = match cut {
        0 => format!("none of {links} is cut"),
        _ => format!("{cut} of {links} cut (links are one-way)"),
    };
    format!("{whole}; {} in flight", words::counted(network.len() as u64, "message"))
}

fn matrix(world: &World) -> Document {
    let nodes = NodeId::first(world.cluster_size());
    let head =
        std::iter::once("from \\ to".to_owned()).chain(nodes.clone().map(|node| node.to_string()));
    let network = world.network();
    let cell = |from: NodeId, to: NodeId| {
        if from == to {
            return Text::new().toned(Tone::Dim, "·");
        }
        let text = match (network.is_cut(from, to), network.is_held(from, to)) {
            (true, _) => Text::new().toned(Tone::Bad, "cut"),
            (false, true) => Text::new().toned(Tone::Warn, "held"),
            (false, false) => Text::new().toned(Tone::Good, "ok"),
        };
        if network.fault(from, to) == LinkFault::default() {
            text
        } else {
            text.toned(Tone::Warn, "*")
        }
    };
    let rows = nodes.clone().map(|from| {
        std::iter::once(from.to_string().into())
            .chain(nodes.clone().map(|to| cell(from, to)))
            .collect()
    });
    tables::table(head, rows.collect())
}

/// The cut links and the held links, one paragraph each.
fn phrases(world: &World) -> Document {
    let network = world.network();
    let told = |name: &str, tone, to: &dyn Fn(NodeId) -> NodeSet| {
        let links = world
            .nodes()
            .iter()
            .flat_map(|from| to(from).iter().map(move |to| (from, to)).collect::<Vec<_>>());
        let links = groups::pairs(links);
        let text = Text::new().toned(tone, name).plain(format!(": {}", links.join(", ")));
        (!links.is_empty()).then(|| Paragraph::hanging(2, text))
    };
    let cut = told("cut", Tone::Bad, &|from| network.unreachable(from));
    let held = told("held", Tone::Warn, &|from| network.held_back(from));
    cut.into_iter().chain(held).collect()
}
