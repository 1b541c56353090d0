//! The replicated state machine: a small key-value store. Every node has one and applies the same
//! commands in the same order, so all stores are equal after the same entry (§2).
//!
//! A [`Command`] is a client's request, and prints as it is typed; the [`Store`] applies it and
//! returns a [`Reply`]. A command may be part of a client's session: then it has a [`RequestId`],
//! and the store carries it out once, however often it is applied. Stores are cheap to clone:
//! clones share their contents until one of them changes.
//!
//! Invariant: applying is deterministic. The result depends on the store, the command and its id
//! alone. The store does not know who leads, which settings are on, or whether the entry was
//! committed. Everything that it remembers is part of it, the sessions too, so that a copy of the
//! store is all that a snapshot needs. This folder imports [`crate::word`], which prints keys and
//! values, and [`crate::seq`], in which the sessions are, and nothing else.
//!
//! To add a command, start at `command`; the compiler names the place in `store`. To change what a
//! session remembers, start at `session`.

mod command;
mod reply;
mod session;
mod store;

pub use command::{Command, Str};
pub use reply::{MAX_VALUE, Reply};
pub use session::{ClientId, Effect, RequestId};
pub use store::Store;
