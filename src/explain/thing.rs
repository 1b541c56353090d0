//! The life of one thing: an event, a request, a message, an entry, a node.

use std::fmt;

use crate::check::condition::OpRef;
use crate::raft::Position;
use crate::sim::{EventId, MessageId};

use super::answer::Answer;
use super::case::Case;
use super::life;

/// A thing that can be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// An event: `42`.
    Event(EventId),
    /// A request: `op3`, `op`.
    Op(OpRef),
    /// A message: `m12`.
    Message(MessageId),
    /// An entry: `3@2`, index 3 of term 2.
    Entry(Position),
    /// A node: `n2`.
    Node(u64),
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Thing::Event(id) => id.fmt(f),
            Thing::Op(op) => op.fmt(f),
            Thing::Message(message) => write!(f, "m{message}"),
            Thing::Entry(position) => position.fmt(f),
            Thing::Node(number) => write!(f, "n{number}"),
        }
    }
}

/// Why a thing cannot be explained: it does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NoSuchThing {
    /// What does not exist.
    pub message: String,
    /// What exists instead.
    pub help: String,
}

/// The life of a thing.
///
/// # Errors
/// If it does not exist.
pub fn thing(case: &Case<'_>, thing: Thing) -> Result<Answer, NoSuchThing> {
    case.exists(thing)?;
    let of_claims = |claims| Answer { claims, ..Answer::default() };
    let answer = match thing {
        Thing::Event(id) => of_claims(life::event::life(case, id)),
        Thing::Op(op) => life::request::life(case, case.op(op)?),
        Thing::Message(message) => of_claims(life::message::life(case, message)),
        Thing::Entry(entry) => life::entry::life(case, entry),
        Thing::Node(number) => of_claims(life::node::life(case, case.node(number)?)),
    };
    Ok(Answer { question: thing.to_string(), ..answer })
}
