//! Things that can be explained: whether a thing exists, and since when, found in the present or at
//! a checkpoint of the past.

use std::fmt;

use crate::check::Checker;
use crate::check::condition::OpRef;
use crate::history::{EventLog, lives};
use crate::raft::{NodeId, Note, Position};
use crate::sim::{EventId, EventKind, Host, MessageId, OpId, World};

use super::case::Case;

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

impl NoSuchThing {
    fn new(message: String, help: String) -> NoSuchThing {
        NoSuchThing { message, help }
    }
}

impl Case<'_> {
    /// The request that is meant.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn op(&self, op: OpRef) -> Result<OpId, NoSuchThing> {
        let ops = self.world().ops();
        let latest = ops.latest();
        let help = || match latest {
            Some(latest) => format!("the latest request is {latest}; `ops` lists them"),
            None => "`put x=5` sends one; a request that is refused gets no number".to_owned(),
        };
        let found = match op {
            OpRef::Latest => latest,
            OpRef::Number(number) => u32::try_from(number).ok().map(OpId),
        };
        let found = found.filter(|found| ops.get(*found).is_some());
        let message = match op {
            OpRef::Latest => "there is no request yet".to_owned(),
            OpRef::Number(_) => format!("there is no request {op} yet"),
        };
        found.ok_or_else(|| NoSuchThing::new(message, help()))
    }

    /// The node of this number.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn node(&self, number: u64) -> Result<NodeId, NoSuchThing> {
        let size = self.world().cluster_size();
        let known = NodeId::new(number).filter(|node| node.position() < size);
        known.ok_or_else(|| {
            let message = format!("unknown node 'n{number}'");
            NoSuchThing::new(message, format!("nodes are n1 to n{size}"))
        })
    }

    /// Checks that a thing exists.
    ///
    /// # Errors
    /// If it does not.
    pub fn exists(&self, thing: Thing) -> Result<(), NoSuchThing> {
        let world = self.world();
        match thing {
            Thing::Event(id) => {
                let latest = world.event_count();
                let message = match id {
                    0 => "there is no event 0: events are counted from 1".to_owned(),
                    _ => format!("there is no event {id} yet"),
                };
                let help = format!("the latest event is {latest}");
                let known = (1..=latest).contains(&id);
                known.then_some(()).ok_or(NoSuchThing::new(message, help))
            }
            Thing::Op(op) => self.op(op).map(drop),
            Thing::Message(message) => {
                let latest = world.network().sent();
                let help = match latest {
                    0 => "nothing has been sent yet".to_owned(),
                    _ => format!("the latest message is m{latest}"),
                };
                let known = (1..=latest).contains(&message);
                let error = NoSuchThing::new(format!("there is no message m{message} yet"), help);
                known.then_some(()).ok_or(error)
            }
            Thing::Entry(entry) => {
                let known = is_known(entry, world, self.tree.timeline().watch())
                    || self.events().iter().any(|event| appends(&event.kind, entry));
                let message = format!("there never was an entry {entry}");
                let help = "`logs` shows the entries of all nodes".to_owned();
                known.then_some(()).ok_or(NoSuchThing::new(message, help))
            }
            Thing::Node(number) => self.node(number).map(drop),
        }
    }

    /// The number of an event after which the life of a thing begins, not long before it does.
    ///
    /// # Errors
    /// If the thing does not exist.
    pub fn begins_after(&self, thing: Thing) -> Result<EventId, NoSuchThing> {
        self.exists(thing)?;
        if self.events().forgotten() == 0 {
            return Ok(0);
        }
        Ok(match thing {
            Thing::Event(_) | Thing::Node(_) => 0,
            Thing::Op(op) => {
                let op = self.op(op)?;
                self.tree.before_first(|world, _| world.ops().get(op).is_some())
            }
            Thing::Message(message) => {
                self.tree.before_first(|world, _| world.network().sent() >= message)
            }
            Thing::Entry(entry) => {
                self.tree.before_first(|world, checker| is_known(entry, world, checker))
            }
        })
    }

    /// The numbers of the events that belong to the life of a request, a message or an entry, of
    /// these events. They must begin before the life does. Other things have no life of this kind.
    pub fn life(&self, thing: Thing, events: &EventLog) -> Vec<EventId> {
        match thing {
            Thing::Op(op) => {
                self.op(op).map(|op| lives::of_op(op, events.iter())).unwrap_or_default()
            }
            Thing::Message(message) => lives::of_message(message, events.iter()),
            Thing::Entry(entry) => lives::of_entry(entry, events.iter()),
            Thing::Event(_) | Thing::Node(_) => Vec::new(),
        }
    }
}

/// Whether an event appends an entry of this index and term.
pub(super) fn appends(kind: &EventKind, wanted: Position) -> bool {
    matches!(*kind, EventKind::Note(Note::EntryAppended { index, entry })
        if index == wanted.index && entry.term == wanted.term)
}

/// Whether an entry of this index and term is in a log or on a disk, or was.
pub(super) fn is_known(entry: Position, world: &World, checker: &Checker) -> bool {
    let is_there = |host: &Host| in_log(host, entry) || on_disk(host, entry);
    checker.knows(entry) || world.hosts().any(is_there)
}

/// Whether a node that runs has the entry in its log.
pub(super) fn in_log(host: &Host, entry: Position) -> bool {
    entry.index.0 > 0
        && host.record().is_some_and(|record| record.log.term_at(entry.index) == Some(entry.term))
}

/// Whether a node's disk holds the entry, as it was written.
pub(super) fn on_disk(host: &Host, entry: Position) -> bool {
    let position = (entry.index.0 as usize).checked_sub(1);
    let held = position.and_then(|position| host.disk.durable().1.get(position));
    held.is_some_and(|held| held.term == entry.term)
}
