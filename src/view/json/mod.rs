//! What `--format json` shows: the `data` of each command, for programs.
//!
//! One file a topic, like the views for people; [`serde`] structs whose field names are the format. Nodes, messages and
//! requests are written as typed (`"n1"`, `"m12"`, `"op3"`), terms, indices and event numbers as integers, nothing as
//! null. What stands here is promised: fields may be added, none may change its name or meaning.

mod events;
mod links;
mod logs;
mod nodes;
mod requests;
mod settings;

use std::fmt::Display;

use serde::{Serialize, Serializer};

pub use events::events;
pub use links::{links, messages};
pub use logs::{diff, logs};
pub use nodes::{kv, status};
pub use requests::ops;
pub use settings::settings;

use crate::raft::NodeId;

/// Something as it is typed.
struct Typed<T>(T);

impl<T: Display> Serialize for Typed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A node or nothing.
fn node_or_null(node: Option<NodeId>) -> Option<Typed<NodeId>> {
    node.map(Typed)
}
