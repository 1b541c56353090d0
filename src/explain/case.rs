//! What an explanation reads.

use crate::check::evaluate::Situation;
use crate::check::{Checker, Election};
use crate::history::EventLog;
use crate::history::tree::Tree;
use crate::raft::Term;
use crate::sim::{Event, EventId, World};

/// A cluster at one moment, with its past.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// All branches, and the moment at which one stands. That moment is what is explained.
    pub tree: &'a Tree<Checker>,
    /// What conditions are judged by. Its world is that of the present moment.
    pub now: Situation<'a>,
}

impl<'a> Case<'a> {
    /// The present moment, without a step just made.
    pub fn new(tree: &'a Tree<Checker>) -> Case<'a> {
        Case { tree, now: Situation::now(tree.timeline().world()) }
    }

    /// The cluster as it is.
    pub fn world(&self) -> &'a World {
        self.now.world
    }

    /// The latest events, as many as are kept.
    pub fn events(&self) -> &'a EventLog {
        self.tree.timeline().events()
    }

    /// The event of this number, if it is kept.
    pub fn event(&self, id: EventId) -> Option<&'a Event> {
        self.events().get(id)
    }

    /// The latest event for which this holds, among those that are kept.
    pub fn latest(&self, wanted: impl Fn(&Event) -> bool) -> Option<&'a Event> {
        self.events().iter().rev().find(|event| wanted(event))
    }

    /// The event that caused another one, if it is kept.
    pub fn cause(&self, event: &Event) -> Option<&'a Event> {
        event.cause().and_then(|cause| self.event(cause))
    }

    /// Who stood for election in a term, who voted for whom, and who won. `None` once nothing is
    /// judged any more.
    pub fn election(&self, term: Term) -> Option<Election> {
        self.tree.timeline().watch().election(term)
    }
}
