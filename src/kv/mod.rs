//! The replicated state machine: a small key-value store. Every node has one and gives it the same commands in the
//! same order, so all hold the same after the same entry (§2).
//!
//! Invariant: applying is deterministic. It depends on the store and the command alone. This folder imports no other.

mod command;
mod store;

pub use command::Command;
pub use store::{Reply, Store};
