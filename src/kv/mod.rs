//! The replicated state machine: a small key-value store. Every node has one and gives it the same
//! commands in the same order, so all hold the same after the same entry (§2).
//!
//! A [`Command`] is what a client asks, and prints as it is typed; the [`Store`] carries it out and
//! gives a [`Reply`]. Stores are cheap to copy: copies share what they hold until one of them
//! changes.
//!
//! Invariant: applying is deterministic. It depends on the store and the command alone. Who asked,
//! who leads and whether the entry was committed is not known here. This folder imports no other.

mod command;
mod store;

pub use command::{Command, Str};
pub use store::{Reply, Store};
