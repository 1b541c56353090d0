//! A property, and the case in which it is checked: an event, with the ledger and the node's
//! report.

use crate::check::ledger::{Ledger, NodeFacts};
use crate::raft::{Log, NodeId, NodeMap, Progress};
use crate::sim::{Event, EventKind, NodeReport};

/// A guarantee of the protocol.
#[derive(Debug, PartialEq, Eq)]
pub struct Property {
    /// Its stable name, as typed in conditions.
    pub name: &'static str,
    /// What it guarantees, in plain words.
    pub says: &'static str,
    /// The section or figure of the paper.
    pub section: &'static str,
}

/// An event to judge.
pub(in crate::check) struct Case<'a> {
    pub(in crate::check) ledger: &'a Ledger,
    pub(in crate::check) event: &'a Event,
    /// All events of its batch, in order.
    pub(in crate::check) batch: &'a [Event],
    /// The node's report of its own state after all events of the batch. None if the node does not
    /// run, or if a history is judged.
    pub(in crate::check) account: Option<&'a NodeReport<'a>>,
    /// Whether the nodes run engines, which may do later what a message asks for.
    pub(in crate::check) by_engines: bool,
}

impl<'a> Case<'a> {
    pub(in crate::check) fn node(&self) -> NodeId {
        self.event.node
    }

    /// The first event of the batch, which caused the others.
    pub(in crate::check) fn first(&self) -> &'a Event {
        self.batch.first().unwrap_or(self.event)
    }

    /// What the ledger knows about the event's node.
    pub(in crate::check) fn known(&self) -> &'a NodeFacts {
        self.ledger.node(self.event.node)
    }

    /// The log of the event's node.
    pub(in crate::check) fn log(&self) -> &'a Log {
        &self.known().log
    }

    /// The delivery that caused the event, if one did.
    pub(in crate::check) fn delivered(&self) -> Option<&'a EventKind> {
        self.ledger.delivered(self.event).map(|event| &event.kind)
    }

    /// The rows that the event's node, if it leads, keeps for the followers that the event is
    /// about: the sender of a reply, or all of them when it becomes leader.
    pub(in crate::check) fn progress(&self) -> impl Iterator<Item = (NodeId, &'a Progress)> {
        let about = match self.event.kind {
            EventKind::MessageDelivered { from, .. } => Some(from),
            _ => None,
        };
        let all = self.account.map(|account| account.progress);
        let of_one = about.and_then(|node| Some((node, all?.get(node)?)));
        let of_all = all.filter(|_| about.is_none());
        of_one.into_iter().chain(of_all.into_iter().flat_map(NodeMap::iter))
    }
}
