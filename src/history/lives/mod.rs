//! The life of one thing: the events that belong to a request, a message or an entry, and the chain
//! of causes that led to an event.
//!
//! | file | what |
//! |---|---|
//! | `chain` | the causes of an event, which may be older than the events that are kept |
//! | `entry` | follows an entry through the logs, disks and messages of all nodes |
//! | `message` | a message from its sending to what its delivery caused |
//!
//! # What holds
//!
//! - Everything is read from events. An event belongs to a life because of what it says itself and
//!   of what earlier events of that life said. So the events must be in order and without gaps, and
//!   begin before the life does.
//! - A life ends nowhere: a node that starts again applies old entries again.
//!
//! To add an event to a life, start at `Follower::follow` in `entry`, or at `message`.

mod chain;
mod entry;
mod message;

use crate::raft::{Entry, Index, Payload, Position};
use crate::sim::{Event, EventId, EventKind, OpId};

pub use chain::{Chain, chain};
pub use message::of_message;

/// The numbers of the events that belong to the life of a request, in order: invoked, then the life
/// of its entry, and answered.
pub fn of_op<'a>(op: OpId, events: impl Iterator<Item = &'a Event>) -> Vec<EventId> {
    let carried = Payload::Command(op.0);
    let mut follower = entry::Follower::new(|_, entry: Entry| entry.payload == carried);
    let is_asked = |event: &Event| {
        matches!(event.kind,
            EventKind::ClientInvoked { op: of, .. }
            | EventKind::ClientReplied { op: of, .. }
            | EventKind::ClientTimedOut { op: of, .. } if of == op)
    };
    let belongs = |event: &&Event| follower.follow(event) || is_asked(event);
    events.filter(belongs).map(|event| event.id).collect()
}

/// The numbers of the events that belong to the life of an entry, in order: appended, synced, sent,
/// accepted or refused, committed, applied, deleted, lost, at all nodes.
pub fn of_entry<'a>(entry: Position, events: impl Iterator<Item = &'a Event>) -> Vec<EventId> {
    let Position { index, term } = entry;
    let is_it = |at: Index, entry: Entry| at == index && entry.term == term;
    let mut follower = entry::Follower::new(is_it);
    events.filter(|event| follower.follow(event)).map(|event| event.id).collect()
}
