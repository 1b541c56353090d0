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
    /// Stretches of events that are no longer kept and were made again, the latest first.
    older: &'a [EventLog],
}

impl<'a> Case<'a> {
    /// The present moment, without a step just made.
    pub fn new(tree: &'a Tree<Checker>) -> Case<'a> {
        Case::in_situation(tree, Situation::now(tree.timeline().world()))
    }

    /// The present moment, in this situation.
    pub fn in_situation(tree: &'a Tree<Checker>, now: Situation<'a>) -> Case<'a> {
        Case { tree, now, older: &[] }
    }

    /// The same moment, with these stretches of events that are no longer kept.
    pub(super) fn with_older<'b>(self, older: &'b [EventLog]) -> Case<'b>
    where
        'a: 'b,
    {
        Case { older, ..self }
    }

    /// The cluster as it is.
    pub fn world(&self) -> &'a World {
        self.now.world
    }

    /// The latest events, as many as are kept.
    pub fn events(&self) -> &'a EventLog {
        self.tree.timeline().events()
    }

    /// The event of this number, if it is at hand.
    pub fn event(&self, id: EventId) -> Option<&'a Event> {
        self.logs().find_map(|log| log.get(id))
    }

    /// All events at hand: those that are kept, and those that were made again.
    fn logs(&self) -> impl Iterator<Item = &'a EventLog> + use<'a> {
        std::iter::once(self.events()).chain(self.older)
    }

    /// The events after this one, as far as they are at hand without a gap.
    pub(super) fn following(&self, id: EventId) -> impl Iterator<Item = &'a Event> + use<'a> {
        let log = self.logs().find(|log| log.get(id).is_some());
        log.into_iter().flat_map(move |log| log.since(id + 1))
    }

    /// All events at hand, the latest first; those that were made again may come twice.
    pub(super) fn backwards(&self) -> impl Iterator<Item = &'a Event> + use<'a> {
        self.logs().flat_map(|log| log.iter().rev())
    }

    /// The earliest event for which this holds, among those at hand.
    pub(super) fn earliest(&self, wanted: impl Fn(&Event) -> bool) -> Option<&'a Event> {
        let logs: Vec<&EventLog> = self.logs().collect();
        let found = logs.into_iter().filter_map(|log| log.iter().find(|event| wanted(event)));
        found.min_by_key(|event| event.id)
    }

    /// The latest event for which this holds, among those at hand.
    pub fn latest(&self, wanted: impl Fn(&Event) -> bool) -> Option<&'a Event> {
        self.logs().find_map(|log| log.iter().rev().find(|event| wanted(event)))
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
