//! The filters of `history`.

use std::cmp::Ordering;

use crate::history::EventLog;
use crate::raft::{MAX_NODES, NodeSet, Term};
use crate::sim::{Event, EventId};

use super::beats;

/// A point in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A time, in microseconds.
    Time(u64),
    /// The number of an event.
    Event(EventId),
}

impl Moment {
    /// Whether an event is before, at or after this point.
    fn order(self, event: &Event) -> Ordering {
        match self {
            Moment::Time(us) => event.time_us.cmp(&us),
            Moment::Event(id) => event.id.cmp(&id),
        }
    }
}

/// The filters of `history`. The default passes everything but idle heartbeats.
#[derive(Clone, Debug, Default)]
pub struct HistoryFilter {
    /// Only events of these nodes.
    pub nodes: Option<NodeSet>,
    /// Only events of these kinds; of all kinds if this is empty.
    pub kinds: Vec<&'static str>,
    /// Only messages of these types; every event if this is empty.
    pub types: Vec<&'static str>,
    /// Only events that belong to this term: they name it, or their node is in it.
    pub term: Option<Term>,
    /// Only events from this point on, events at this point included.
    pub since: Option<Moment>,
    /// Only events up to this point, events at this point included.
    pub until: Option<Moment>,
    /// Only this number of the events that are left, the last ones.
    pub last: Option<usize>,
    /// Only events of these lives: of each, the numbers of its events, in order.
    pub lives: Vec<Vec<EventId>>,
    /// Whether idle heartbeats pass as well.
    pub heartbeats: bool,
}

/// The events that passed a filter.
#[derive(Debug, Default)]
pub struct SelectedEvents<'a> {
    /// The events, in order.
    pub events: Vec<&'a Event>,
    /// How many events were left out only because they are part of an idle heartbeat.
    pub left_out: u64,
}

impl HistoryFilter {
    /// Whether `since` lets earlier events than this one pass.
    pub fn begins_before(&self, event: &Event) -> bool {
        match self.since {
            Some(Moment::Event(id)) => id < event.id,
            Some(Moment::Time(us)) => us <= event.time_us,
            None => true,
        }
    }

    /// The events that pass, of those that are kept.
    pub fn find<'a>(&self, log: &'a EventLog) -> SelectedEvents<'a> {
        let first = log.forgotten() + 1;
        let idle = if self.heartbeats { Vec::new() } else { beats::idle(log) };
        let in_term = self.term.map(|term| in_term(log, term));
        let mut found = SelectedEvents::default();
        // From the end: when `last` events are found, the rest of a long history need not be looked
        // at.
        for event in log.iter().rev() {
            let nth = usize::try_from(event.id - first).unwrap_or(usize::MAX);
            if !self.passes(event) || in_term.as_ref().is_some_and(|in_term| !in_term[nth]) {
                continue;
            }
            if idle.get(nth) == Some(&true) {
                found.left_out += 1;
                continue;
            }
            if self.last == Some(found.events.len()) {
                break;
            }
            found.events.push(event);
        }
        found.events.reverse();
        found
    }

    /// Whether an event passes the filters that look at it alone.
    fn passes(&self, event: &Event) -> bool {
        self.nodes.is_none_or(|nodes| nodes.contains(event.node))
            && (self.kinds.is_empty() || self.kinds.contains(&event.kind.name()))
            && (self.types.is_empty()
                || event
                    .kind
                    .attributes()
                    .message()
                    .is_some_and(|message| self.types.contains(&message.said.kind().name())))
            && self.since.is_none_or(|since| since.order(event).is_ge())
            && self.until.is_none_or(|until| until.order(event).is_le())
            && self.lives.iter().all(|life| life.binary_search(&event.id).is_ok())
    }
}

/// For each event that is kept, whether it belongs to a term: it names the term, or it names none
/// and its node is in that term.
fn in_term(log: &EventLog, term: Term) -> Vec<bool> {
    // If older events are forgotten, a node's term is unknown until an event reports it.
    let mut current = [(log.forgotten() == 0).then_some(Term(0)); MAX_NODES as usize];
    let belongs = |event: &Event| {
        let (told, current) = (event.kind.attributes().told, &mut current[event.node.position()]);
        *current = told.role.map(|(_, term)| term).or(*current);
        told.term.or(*current) == Some(term)
    };
    log.iter().map(belongs).collect()
}
