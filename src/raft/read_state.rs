//! The reads that wait at a node, and a leader's rounds: the state of `reads`.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::nodes::{NodeId, NodeMap};
use super::types::{Index, Round, Ticket};

/// How a read is made sure to be current.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadMode {
    /// A majority answers a round that begins after the read.
    Index,
    /// The leader holds a lease; if it holds none now, a majority answers a round.
    Lease,
}

/// A read of a client: the node that the client asked, and that node's number for the read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Reader {
    pub(super) node: NodeId,
    pub(super) ticket: Ticket,
}

/// The reads that wait at a node, and what a leader knows of its rounds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Reads {
    /// The latest round of this leader.
    pub(super) round: Round,
    /// The latest round that each other node has answered.
    pub(super) answered: NodeMap<Round>,
    /// Reads that wait until this leader has committed an entry of its term.
    pub(super) deferred: Vec<(Reader, ReadMode)>,
    /// Reads that wait until a majority has answered a round, in the order of the rounds.
    pub(super) unconfirmed: VecDeque<(Round, Index, Reader)>,
    /// Up to which read each other node was answered last, and with which index.
    pub(super) confirmed: NodeMap<(Ticket, Index)>,
    /// At a follower: the reads that its leader has not answered, in rising order.
    pub(super) asked: VecDeque<Ticket>,
}

impl Reads {
    /// Whether a read of this node waits that was asked as late as this one, or later.
    pub(super) fn has(&self, reader: Reader) -> bool {
        let waiting = self.unconfirmed.iter().map(|(_, _, waiting)| waiting);
        let mut waiting = waiting.chain(self.deferred.iter().map(|(waiting, _)| waiting));
        waiting.any(|other| other.node == reader.node && other.ticket >= reader.ticket)
    }
}
