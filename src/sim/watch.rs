//! The observer of a world: it sees every event as it happens and reports violations.
//!
//! The world knows that it is observed, but not what is checked: it records findings among its
//! events and continues. The checks are in [`crate::check`], outside, so that the judge cannot
//! share a mistake with what it judges.

use std::sync::Arc;

use crate::raft::{Entry, Group, Log, NodeId, NodeMap, NodeSet, Progress, Report};
use crate::seq::Pool;

use super::client::{OpId, Ops, Outcome};
use super::event::{Event, EventId};
use super::settings::Settings;

/// An observer of a world.
pub trait Watch {
    /// An observer for a new cluster that begins with this group. If it keeps copies of logs, it
    /// may keep them in the pool, where they share chunks with the cluster's own.
    fn watching(group: &Group, pool: &Pool<Entry>) -> Self
    where
        Self: Sized;

    /// Looks at all events of one delivery, timer, finished write, or move by hand at one node.
    /// `account` is that node's report, if the node runs. `ops` has what events name by numbers
    /// only: the commands of requests, and the texts of answers. The findings are recorded in the
    /// order returned.
    fn look(&mut self, news: &[Event], account: Option<&NodeReport<'_>>, ops: &Ops)
    -> Vec<Finding>;

    /// Judges whether the cluster has made progress since all faults ended. Only a move asks for
    /// it: no event shows that nothing happens.
    fn judge_progress(&mut self, _case: &ProgressCase<'_>) -> Vec<Finding> {
        Vec::new()
    }
}

/// What progress is judged by: the voters that are up, and the write that was to be done.
#[derive(Clone, Debug)]
pub struct ProgressCase<'a> {
    /// The voters that are up, each with its state, its log, and, if it leads, what it knows of the
    /// others' logs.
    pub voters: Vec<(NodeId, &'a Report, &'a Log, &'a NodeMap<Progress>)>,
    /// The write and its outcome; none if it could not be sent.
    pub write: Option<(OpId, Outcome)>,
    /// How long ago all faults ended, in microseconds.
    pub waited_us: u64,
    /// The present time, in microseconds.
    pub now_us: u64,
    /// The latest event.
    pub event: EventId,
}

impl ProgressCase<'_> {
    /// The voters that are up.
    pub fn nodes(&self) -> NodeSet {
        self.voters.iter().map(|(node, ..)| *node).collect()
    }
}

/// What is known of a node after such events from outside: what it reports about itself, and what
/// its world keeps for it. The observer compares it with the events.
#[derive(Clone, Copy, Debug)]
pub struct NodeReport<'a> {
    /// The node's state.
    pub report: &'a Report,
    /// If the node leads: its `nextIndex` and `matchIndex` for each node that it sends entries to.
    pub progress: &'a NodeMap<Progress>,
    /// The settings in effect for it.
    pub settings: &'a Settings,
    /// What its own clock shows, in microseconds.
    pub clock_us: u64,
    /// Whether it has set its election timer, and the timer has neither fired nor been stopped.
    /// Switching timers off, or pausing the node, stops only the clock.
    pub election_armed: bool,
    /// The same of its heartbeat timer.
    pub heartbeat_armed: bool,
    /// Whether all that waited for its disk has been sent: it is up, and no write is under way.
    /// False after its messages were more than can wait, so that some of them were never sent.
    pub answers_due: bool,
}

/// An observer that checks nothing.
impl Watch for () {
    fn watching(_group: &Group, _pool: &Pool<Entry>) {}

    fn look(
        &mut self,
        _news: &[Event],
        _account: Option<&NodeReport<'_>>,
        _ops: &Ops,
    ) -> Vec<Finding> {
        Vec::new()
    }
}

/// What an observer found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A property was violated.
    Violated(Violation),
    /// The observer stops judging here.
    Ended(JudgingEnded),
    /// From here on the observer no longer judges whether answers fit together.
    Undecided(JudgingEnded),
}

/// The end of judging: it cannot be known whether later events violate a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JudgingEnded {
    /// The node at which judging ended.
    pub node: NodeId,
    /// The event at which judging ended.
    pub event: EventId,
    /// The reason, in a sentence for people.
    pub why: &'static str,
}

/// A violation of a property.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// The property's name.
    pub property: &'static str,
    /// The node that violated it.
    pub node: NodeId,
    /// The event that violated it.
    pub event: EventId,
    /// What is wrong, with nodes, indices and terms, in a sentence for people.
    pub detail: Arc<str>,
}

/// Records the events of a move, in order, and shows them to an observer.
#[derive(Clone, Debug, Default)]
pub struct EventRecorder<W: ?Sized = ()> {
    pub(super) events: Vec<Event>,
    /// How many of the events the observer has seen.
    pub(super) looked_at: usize,
    pub(super) watch: W,
}

impl<W> EventRecorder<W> {
    /// An empty recorder with an observer.
    pub fn new(watch: W) -> EventRecorder<W> {
        EventRecorder { events: Vec::new(), looked_at: 0, watch }
    }

    /// Begins a move, and forgets the events of the one before.
    pub fn begin_anew(&mut self) {
        self.events.clear();
        self.looked_at = 0;
    }

    /// All events of the move so far.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Begins a move, whose events are added to these.
    pub fn begin(&mut self, events: Vec<Event>) {
        self.looked_at = events.len();
        self.events = events;
    }

    /// Ends the move; returns all events.
    pub fn end(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// The observer.
    pub fn watch(&self) -> &W {
        &self.watch
    }
}
