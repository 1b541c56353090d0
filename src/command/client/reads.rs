//! What is said of a read that is no entry of the log.

use crate::quantity;
use crate::raft::NodeId;
use crate::sim::{OpId, ReadKind, ReadWait, World};

/// Where the answer came from, or what the read waits for: the rest of a sentence that begins with
/// its outcome.
pub(super) fn told(op: OpId, (node, read): (NodeId, ReadKind), world: &World) -> String {
    match world.read_wait(op) {
        Some((node, wait)) => format!(": {}", waits(node, wait)),
        None => match (read, world.lease_ends_us(node)) {
            (ReadKind::Local, _) => format!(", from the store of {node}: perhaps stale"),
            (ReadKind::Lease, Some(ends_us)) => {
                let ends = quantity::time(ends_us);
                format!(", from the store of {node}, whose lease holds until {ends}")
            }
            _ => format!(", from the store of {node}"),
        },
    }
}

/// What a read waits for.
fn waits(node: NodeId, wait: ReadWait) -> String {
    match wait {
        ReadWait::OwnEntry(term) => format!(
            "{node} has committed no entry of its term {term} yet, so the read waits for one \
             (`set noop on`, or put something)"
        ),
        ReadWait::Majority => format!("a majority has to confirm that {node} still leads"),
        ReadWait::Leader(leader) => {
            format!("{node} asks {leader} up to which entry it has to apply")
        }
        ReadWait::Apply(index) => format!("{node} has to apply entry {index} first"),
    }
}
