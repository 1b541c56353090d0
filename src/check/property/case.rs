//! What a property is, and what it is shown: one event, beside all that is known.

use crate::check::ledger::{Ledger, NodeFacts};
use crate::raft::{Log, NodeId, NodeMap, Progress};
use crate::sim::{Event, EventKind, NodeReport};

/// A promise of the protocol.
#[derive(Debug)]
pub struct Property {
    /// Its stable name, as typed.
    pub name: &'static str,
    /// What it promises, in plain words.
    pub says: &'static str,
    /// Where the paper speaks of it.
    pub section: &'static str,
}

/// One event under judgement.
pub(in crate::check) struct Case<'a> {
    pub(in crate::check) ledger: &'a Ledger,
    pub(in crate::check) event: &'a Event,
    /// What the event's node says of itself, when all is done that came of the same happening.
    /// Nothing if it does not say.
    pub(in crate::check) account: Option<&'a NodeReport<'a>>,
}

impl<'a> Case<'a> {
    pub(in crate::check) fn node(&self) -> NodeId {
        self.event.node
    }

    /// What is known of the event's node.
    pub(in crate::check) fn known(&self) -> &'a NodeFacts {
        self.ledger.node(self.event.node)
    }

    /// The event node's log.
    pub(in crate::check) fn log(&self) -> &'a Log {
        &self.known().log
    }

    /// The arrival that caused the event, if one did.
    pub(in crate::check) fn delivered(&self) -> Option<&'a EventKind> {
        self.ledger.delivered(self.event).map(|event| &event.kind)
    }

    /// What the event node, if it leads, knows of the others that the event is about: of the sender
    /// of an answer; of all when it comes to lead.
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
