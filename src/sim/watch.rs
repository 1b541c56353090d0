//! Somebody who looks on: told of everything that happens, as it happens, and free to object.
//!
//! The world knows that it is watched, and nothing of what is watched for: it writes objections down among its events and goes
//! on. What is objected to stands in [`crate::check`], outside, where it cannot share a mistake with what it judges.

use std::sync::Arc;

use crate::raft::NodeId;

use super::event::{Event, EventId, EventKind};
use super::world::World;

/// Somebody who looks on.
pub trait Watch {
    /// Looks at what one thing that happened brought about: an arrival, a timer, a finished write, a move by hand at one
    /// node. The world is as that left it. What is returned is written down, in this order.
    fn look(&mut self, world: &World, news: &[Event]) -> Vec<Remark>;
}

/// Nobody.
impl Watch for () {
    fn look(&mut self, _world: &World, _news: &[Event]) -> Vec<Remark> {
        Vec::new()
    }
}

/// What whoever looks on has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// A promise was broken.
    Violated(Violation),
    /// From here on nothing more will be said.
    Ended(JudgingEnded),
}

/// The end of all judging: what happens after it may or may not break promises, and nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JudgingEnded {
    /// Where that came out.
    pub node: NodeId,
    /// The event in which it did.
    pub event: EventId,
    /// Why, in plain words.
    pub why: &'static str,
}

/// A promise of the protocol that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The name of the promise.
    pub property: &'static str,
    /// Where it broke.
    pub node: NodeId,
    /// The event that broke it.
    pub event: EventId,
    /// What is wrong: nodes, indices, terms, in plain words.
    pub detail: Arc<str>,
}

/// The events of a move, in order, and whoever watches them come.
#[derive(Clone, Debug, Default)]
pub struct Tape<W: ?Sized = ()> {
    pub(super) events: Vec<Event>,
    /// How many of them were looked at.
    looked_at: usize,
    watch: W,
}

impl<W> Tape<W> {
    /// An empty tape with somebody who watches.
    pub fn new(watch: W) -> Tape<W> {
        Tape { events: Vec::new(), looked_at: 0, watch }
    }

    /// A move begins, whose events are added to these.
    pub fn begin(&mut self, events: Vec<Event>) {
        self.looked_at = events.len();
        self.events = events;
    }

    /// It is over.
    pub fn end(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Whoever watches.
    pub fn watch(&self) -> &W {
        &self.watch
    }
}

impl World {
    /// Something has happened, and what it brought about is complete.
    pub(super) fn look(&mut self, tape: &mut Tape<dyn Watch>) {
        if tape.looked_at == tape.events.len() {
            return;
        }
        let found = tape.watch.look(self, &tape.events[tape.looked_at..]);
        for remark in found {
            match remark {
                Remark::Violated(violation) => {
                    let (node, event) = (violation.node, violation.event);
                    let number = self.around.violations.len() as u32;
                    Arc::make_mut(&mut self.around.violations).push(violation);
                    self.record(tape, Some(event), node, EventKind::PropertyViolated { number });
                }
                Remark::Ended(ended) => {
                    self.around.judging_ended = Some(ended);
                    self.record(tape, Some(ended.event), ended.node, EventKind::JudgingEnded);
                }
            }
        }
        tape.looked_at = tape.events.len();
    }
}
