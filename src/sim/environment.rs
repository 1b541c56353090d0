//! Everything but the hosts: time, chance, what is planned, what is in flight, what clients ask.

use std::sync::Arc;

use crate::raft::{Entry, Group, NodeId, NodeSet, Output};
use crate::seq::Pool;

use super::client::Ops;
use super::event::{Event, EventId, EventKind};
use super::network::Network;
use super::queue::Queue;
use super::rng::Dice;
use super::settings::Settings;
use super::watch::{JudgingEnded, Violation};

/// Everything but the hosts: what lies around each of them.
#[derive(Clone, Debug)]
pub(super) struct Environment {
    pub(super) settings: Settings,
    /// Who belongs to the cluster, as long as no log says otherwise.
    pub(super) group: Group,
    pub(super) now_us: u64,
    pub(super) dice: Dice,
    pub(super) queue: Queue,
    /// The nodes that are paused, as their hosts say: messages to them are not planned.
    pub(super) paused: NodeSet,
    pub(super) network: Network,
    pub(super) ops: Ops,
    /// The number of the latest event.
    pub(super) event_count: EventId,
    /// Chunks of logs that nodes and disks hold together.
    pub(super) pool: Pool<Entry>,
    /// Whether any node was given an input: from then on logs can no longer be prepared.
    pub(super) begun: bool,
    /// What was objected to so far.
    pub(super) violations: Arc<Vec<Violation>>,
    /// Where whoever watches gave up.
    pub(super) judging_ended: Option<JudgingEnded>,
    /// An empty list, kept for its memory: every input needs one.
    pub(super) spare: Vec<Output>,
}

impl Environment {
    /// Records an event; returns its number. In line, so that the event is made where it stays and
    /// nowhere before.
    #[inline(always)]
    pub(super) fn record(
        &mut self,
        events: &mut Vec<Event>,
        cause: Option<EventId>,
        node: NodeId,
        kind: EventKind,
    ) -> EventId {
        self.event_count += 1;
        events.push(Event::new(self.event_count, self.now_us, cause, node, kind));
        self.event_count
    }
}
