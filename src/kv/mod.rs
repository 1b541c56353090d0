//! The replicated state machine: a small key-value store. Every node has one and applies the same
//! commands in the same order, so all stores are equal after the same entry (§2).
//!
//! A [`Command`] is a client's request, and prints as it is typed; the [`Store`] applies it and
//! returns a [`Reply`]. Stores are cheap to clone: clones share their contents until one of them
//! changes.
//!
//! Invariant: applying is deterministic. The result depends on the store and the command alone.
//! The store does not know who sent a command, who leads, or whether the entry was committed. This
//! folder imports nothing but [`crate::word`], which prints keys and values.
//!
//! To add a command, start at `command`; the compiler names the place in `store`.

mod command;
mod store;

pub use command::{Command, Str};
pub use store::{Reply, Store};
