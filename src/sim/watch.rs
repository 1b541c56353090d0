//! Somebody who looks on: told of everything that happens, as it happens, and free to object.
//!
//! The world knows that it is watched, and nothing of what is watched for: it writes objections
//! down among its events and goes on. What is objected to stands in [`crate::check`], outside,
//! where it cannot share a mistake with what it judges.

use std::sync::Arc;

use crate::raft::{Entry, Group, NodeId, NodeMap, Progress, Report};
use crate::seq::Pool;

use super::event::{Event, EventId};

/// Somebody who looks on.
pub trait Watch {
    /// Somebody who is going to watch a fresh cluster that begins with this group. Who keeps logs
    /// may keep them in the pool, where they cost next to nothing beside the cluster's own.
    fn watching(group: &Group, pool: &Pool<Entry>) -> Self
    where
        Self: Sized;

    /// Looks at what one thing that happened brought about: an arrival, a timer, a finished write,
    /// a move by hand at one node, which may have something to say of itself. What is returned is
    /// written down, in this order.
    fn look(&mut self, news: &[Event], account: Option<&NodeReport<'_>>) -> Vec<Finding>;
}

/// What a node says of itself after all that came of a happening. Events tell what happened; this
/// is compared with it.
#[derive(Clone, Copy, Debug)]
pub struct NodeReport<'a> {
    /// Its own state.
    pub report: &'a Report,
    /// If it leads: what it knows of the logs of those that it sends entries to.
    pub progress: &'a NodeMap<Progress>,
}

/// Nobody.
impl Watch for () {
    fn watching(_group: &Group, _pool: &Pool<Entry>) {}

    fn look(&mut self, _news: &[Event], _account: Option<&NodeReport<'_>>) -> Vec<Finding> {
        Vec::new()
    }
}

/// What whoever looks on has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A promise was broken.
    Violated(Violation),
    /// From here on nothing more will be said.
    Ended(JudgingEnded),
}

/// The end of all judging: what happens after it may or may not break promises, and nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JudgingEnded {
    /// Where that came out.
    pub node: NodeId,
    /// The event in which it did.
    pub event: EventId,
    /// Why, in plain words.
    pub why: &'static str,
}

/// A promise of the protocol that was broken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
pub struct EventRecorder<W: ?Sized = ()> {
    pub(super) events: Vec<Event>,
    /// How many of them were looked at.
    pub(super) looked_at: usize,
    pub(super) watch: W,
}

impl<W> EventRecorder<W> {
    /// An empty tape with somebody who watches.
    pub fn new(watch: W) -> EventRecorder<W> {
        EventRecorder { events: Vec::new(), looked_at: 0, watch }
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
