//! A property, and the case in which it is checked: an event, with the ledger and the node's
//! report.

use crate::check::ledger::{Ledger, NodeFacts};
use crate::raft::{Log, NodeId, Progress};
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

/// Makes a sentence: see `detail!`.
#[cold]
#[inline(never)]
pub(super) fn out_of_line(sentence: impl FnOnce() -> String) -> String {
    sentence()
}

/// An event to judge.
pub(in crate::check) struct Case<'a> {
    pub(in crate::check) ledger: &'a Ledger,
    /// What the ledger knows about the event's node.
    known: &'a NodeFacts,
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
    #[inline(always)]
    pub(in crate::check) fn new(
        ledger: &'a Ledger,
        event: &'a Event,
        batch: &'a [Event],
        account: Option<&'a NodeReport<'a>>,
        by_engines: bool,
    ) -> Case<'a> {
        Case { ledger, known: ledger.node(event.node), event, batch, account, by_engines }
    }

    pub(in crate::check) fn node(&self) -> NodeId {
        self.event.node
    }

    /// The first event of the batch, which caused the others.
    pub(in crate::check) fn first(&self) -> &'a Event {
        self.batch.first().unwrap_or(self.event)
    }

    /// What the ledger knows about the event's node.
    pub(in crate::check) fn known(&self) -> &'a NodeFacts {
        self.known
    }

    /// The log of the event's node.
    pub(in crate::check) fn log(&self) -> &'a Log {
        &self.known().log
    }

    /// The delivery that caused the event, if one did.
    pub(in crate::check) fn delivered(&self) -> Option<&'a EventKind> {
        self.known.delivered_by(self.event.cause()?).map(|event| &event.kind)
    }

    /// Looks for a row that is wrong among those that the event's node, if it leads, keeps for the
    /// followers that the event is about: the sender of a reply, or all of them when it becomes
    /// leader.
    #[inline(always)]
    pub(in crate::check) fn progress(
        &self,
        is_wrong: impl Fn(NodeId, &Progress) -> bool,
    ) -> Option<(NodeId, &'a Progress)> {
        let all = self.account?.progress;
        match self.event.kind {
            EventKind::MessageDelivered { from, .. } => {
                all.get(from).filter(|row| is_wrong(from, row)).map(|row| (from, row))
            }
            _ => all.iter().find(|(peer, row)| is_wrong(*peer, row)),
        }
    }
}
