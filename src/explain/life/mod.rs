//! The lives of things, a file for each kind of thing.
//!
//! | file | what |
//! |---|---|
//! | `event` | the chain of causes that led to an event |
//! | `message` | sent why, in flight, delivered or dropped, and what that caused |
//! | `entry` | where an entry was born, who has it, whether it is committed, and who could lose it |
//! | `request` | what has become of a request |
//! | `node` | what a node is, since when, and what it waits for |
//! | `past` | the events of a life that are no longer kept |
//!
//! # What holds
//!
//! - An answer has at most [`LINES`] claims, but for an event, which has one for each of its
//!   causes.
//! - What is no longer kept is made again, a few stretches between two checkpoints at most. So an
//!   answer takes no longer, however long ago the thing was.

pub(super) mod entry;
pub(super) mod event;
pub(super) mod message;
pub(super) mod node;
pub(super) mod past;
pub(super) mod request;

/// The most claims of an answer.
pub(super) const LINES: usize = 10;
