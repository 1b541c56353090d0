//! The life of one thing: the events that belong to a request, a message or an entry, and the chain
//! of causes that led to an event.
//!
//! | file | what |
//! |---|---|
//! | this one | [`Thing`], and [`life`]: the events of its life, of those that are at hand |
//! | `chain` | the causes of an event, which may be older than the events that are kept |
//! | `entry` | follows an entry through the logs, disks and messages of all nodes |
//! | `message` | a message from its sending to what its delivery caused |
//!
//! # What holds
//!
//! - Everything is read from events. An event belongs to a life because of what it says itself and
//!   of what earlier events of that life said, so the events must begin before the life does.
//! - A life ends nowhere: a node that starts again applies old entries again.
//!
//! To add an event to a life, start at `Follower::follow` in `entry`, or at `message`.

mod chain;
mod entry;
mod message;

use crate::raft::{Entry, Index, Payload, Position};
use crate::sim::{Event, EventId, EventKind, MessageId, OpId};

pub use chain::{Chain, chain};

/// Something whose life can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// An event, with the chain of causes that led to it.
    Event(EventId),
    /// A request.
    Op(OpId),
    /// A message.
    Message(MessageId),
    /// An entry of the log, by its index and term.
    Entry(Position),
}

/// The numbers of the events that belong to the life of a request, a message or an entry, in order.
/// An event has no life but its chain of causes: [`chain`] finds that.
///
/// The events must be in order and without gaps, and begin before the life does.
pub fn life<'a>(
    thing: Thing,
    events: impl DoubleEndedIterator<Item = &'a Event> + Clone,
) -> Vec<EventId> {
    match thing {
        Thing::Event(_) => Vec::new(),
        Thing::Message(message) => message::life(message, events),
        Thing::Op(op) => {
            let mut follower = entry::Follower::new(|_, entry| entry.payload == carried(op));
            let asks = |event: &Event| match event.kind {
                EventKind::ClientInvoked { op: other } => other == op,
                EventKind::ClientReplied { op: other, .. } => other == op,
                _ => false,
            };
            let belongs = |event: &&Event| follower.follow(event) || asks(event);
            events.filter(belongs).map(|event| event.id).collect()
        }
        Thing::Entry(Position { index, term }) => {
            let is_it = |at: Index, entry: Entry| at == index && entry.term == term;
            let mut follower = entry::Follower::new(is_it);
            events.filter(|event| follower.follow(event)).map(|event| event.id).collect()
        }
    }
}

/// What an entry that a request put into the log carries.
fn carried(op: OpId) -> Payload {
    Payload::Command(op.0)
}
