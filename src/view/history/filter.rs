//! The filters of `history`.

use std::cmp::Ordering;

use crate::history::EventLog;
use crate::raft::{MAX_NODES, NodeSet, Term};
use crate::sim::{Event, EventId};

use super::beats;

/// A place in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A time, in microseconds.
    Time(u64),
    /// An event.
    Event(EventId),
}

impl Moment {
    /// How an event lies to it.
    fn order(self, event: &Event) -> Ordering {
        match self {
            Moment::Time(us) => event.time_us.cmp(&us),
            Moment::Event(id) => event.id.cmp(&id),
        }
    }
}

/// What somebody wants to see of the history. Nothing said: everything but idle heartbeats.
#[derive(Clone, Debug, Default)]
pub struct HistoryFilter {
    /// Only what happened to these nodes.
    pub nodes: Option<NodeSet>,
    /// Only these kinds of events; all if none is named.
    pub kinds: Vec<&'static str>,
    /// Only messages of these types; everything if none is named.
    pub types: Vec<&'static str>,
    /// Only what belongs to this term.
    pub term: Option<Term>,
    /// Only from here on, this event or moment included.
    pub since: Option<Moment>,
    /// Only up to here, this event or moment included.
    pub until: Option<Moment>,
    /// Only the last so many of what is left.
    pub last: Option<usize>,
    /// Heartbeats that brought nothing about as well.
    pub heartbeats: bool,
}

/// What was found.
#[derive(Debug, Default)]
pub struct SelectedEvents<'a> {
    /// The events, in order.
    pub events: Vec<&'a Event>,
    /// How many more would have been among them but for being part of an idle heartbeat.
    pub left_out: u64,
}

impl HistoryFilter {
    /// Whether it begins before this event.
    pub fn begins_before(&self, event: &Event) -> bool {
        match self.since {
            Some(Moment::Event(id)) => id < event.id,
            Some(Moment::Time(us)) => us <= event.time_us,
            None => true,
        }
    }

    /// The events that are wanted, of those that are kept.
    pub fn find<'a>(&self, log: &'a EventLog) -> SelectedEvents<'a> {
        let first = log.forgotten() + 1;
        let idle = if self.heartbeats { Vec::new() } else { beats::idle(log) };
        let in_term = self.term.map(|term| in_term(log, term));
        let mut found = SelectedEvents::default();
        // From the end, so that the last ones are found however long the history is.
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
    }
}

/// Of each event that is kept, whether it belongs to a term: it tells of it, or tells of none and
/// happens to a node that is in it.
fn in_term(log: &EventLog, term: Term) -> Vec<bool> {
    // Where older events are forgotten, nobody knows a node's term before it is told.
    let mut current = [(log.forgotten() == 0).then_some(Term(0)); MAX_NODES as usize];
    let belongs = |event: &Event| {
        let (told, current) = (event.kind.attributes().told, &mut current[event.node.position()]);
        *current = told.role.map(|(_, term)| term).or(*current);
        told.term.or(*current) == Some(term)
    };
    log.iter().map(belongs).collect()
}
