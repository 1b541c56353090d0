//! Claims: facts of which explanations consist.
//!
//! A claim has a kind with a stable name in snake_case, and the events that it rests on. The nodes,
//! index, term and section of the paper that it is about follow from its kind. The kinds come in
//! groups, a file for each, so that each group has a file of sentences of its own
//! ([`crate::view::claims`]).
//!
//! What an event says is a claim of the event's kind, with the event's sentence.
//!
//! To add a kind, add a row to the table of its group; the compiler names the place of its
//! sentence. A row is a kind with its fields, its name, and what it is about.

mod election;
mod event;
mod life;
mod reach;
mod read;
mod replication;
mod state;
mod table;

pub use election::{ElectionClaim, VoteLost};
pub use life::LifeClaim;
pub use reach::ReachClaim;
pub use read::ReadClaim;
pub use replication::{CopyMissing, ReplicationClaim};
pub use state::StateClaim;
pub use table::About;

use crate::sim::{Event, EventId};

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What it says.
    pub kind: ClaimKind,
    /// The events that it rests on, by number, in the order in which the sentence needs them.
    pub events: Vec<EventId>,
}

/// The kinds of claims, in groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// What an event says.
    Event(Event),
    /// Leaders, candidates, votes, and what keeps a leader from being elected.
    Election(ElectionClaim),
    /// Nodes, links, disks and timers that keep others from being reached.
    Reach(ReachClaim),
    /// Reads that are no entries of the log, and leases.
    Read(ReadClaim),
    /// Which nodes hold an entry, and what the others wait for.
    Replication(ReplicationClaim),
    /// The states, roles and values of nodes.
    State(StateClaim),
    /// The lives of events, requests, messages, entries and nodes.
    Life(LifeClaim),
}

impl From<StateClaim> for ClaimKind {
    fn from(kind: StateClaim) -> ClaimKind {
        ClaimKind::State(kind)
    }
}

impl From<LifeClaim> for ClaimKind {
    fn from(kind: LifeClaim) -> ClaimKind {
        ClaimKind::Life(kind)
    }
}

impl From<ElectionClaim> for ClaimKind {
    fn from(kind: ElectionClaim) -> ClaimKind {
        ClaimKind::Election(kind)
    }
}

impl From<ReachClaim> for ClaimKind {
    fn from(kind: ReachClaim) -> ClaimKind {
        ClaimKind::Reach(kind)
    }
}

impl From<ReadClaim> for ClaimKind {
    fn from(kind: ReadClaim) -> ClaimKind {
        ClaimKind::Read(kind)
    }
}

impl From<ReplicationClaim> for ClaimKind {
    fn from(kind: ReplicationClaim) -> ClaimKind {
        ClaimKind::Replication(kind)
    }
}

impl Claim {
    /// What an event says.
    pub fn event(event: &Event) -> Claim {
        Claim { kind: ClaimKind::Event(*event), events: vec![event.id] }
    }

    /// A claim that rests on these events.
    pub fn new(kind: impl Into<ClaimKind>, events: impl IntoIterator<Item = EventId>) -> Claim {
        Claim { kind: kind.into(), events: events.into_iter().collect() }
    }

    /// The stable name of its kind.
    pub fn name(&self) -> &'static str {
        match &self.kind {
            ClaimKind::Event(event) => event.kind.name(),
            ClaimKind::Election(kind) => kind.name(),
            ClaimKind::Reach(kind) => kind.name(),
            ClaimKind::Read(kind) => kind.name(),
            ClaimKind::Replication(kind) => kind.name(),
            ClaimKind::State(kind) => kind.name(),
            ClaimKind::Life(kind) => kind.name(),
        }
    }

    /// What it is about.
    pub fn about(&self) -> About {
        match &self.kind {
            ClaimKind::Event(event) => event::about(event),
            ClaimKind::Election(kind) => kind.about(),
            ClaimKind::Reach(kind) => kind.about(),
            ClaimKind::Read(kind) => kind.about(),
            ClaimKind::Replication(kind) => kind.about(),
            ClaimKind::State(kind) => kind.about(),
            ClaimKind::Life(kind) => kind.about(),
        }
    }
}
