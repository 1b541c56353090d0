//! The settings of the cluster and of the output.

use serde::{Serialize, Serializer};

use crate::raft::NodeId;
use crate::view::tables;

/// A setting, with its value as typed.
#[derive(Serialize)]
struct Setting<'a> {
    key: &'static str,
    value: &'a str,
    meaning: &'static str,
    /// The values of single nodes, by the name of the node.
    #[serde(serialize_with = "by_node")]
    nodes: &'a [(NodeId, String)],
}

fn by_node<S: Serializer>(nodes: &[(NodeId, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(nodes.iter().map(|(node, value)| (node.to_string(), value)))
}

/// `settings`: every setting with its value.
pub fn settings(all: &[tables::Setting]) -> impl Serialize {
    all.iter()
        .map(|tables::Setting { name: key, value, meaning, nodes }| Setting {
            key,
            value,
            meaning,
            nodes,
        })
        .collect::<Vec<_>>()
}
