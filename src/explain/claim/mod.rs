//! Claims: facts of which explanations consist.
//!
//! A claim has a kind with a stable name in snake_case, and the events that it rests on. The nodes,
//! index, term and section of the paper that it is about follow from its kind. The kinds come in
//! groups, a file for each, so that each group has a file of sentences of its own
//! ([`crate::view::claims`]).
//!
//! To add a kind, add a row to the table of its group; the compiler names the place of its
//! sentence. A row is a kind with its fields, its name, and what it is about.

mod life;
mod state;
mod table;

pub use life::LifeClaim;
pub use state::StateClaim;
pub use table::About;

use crate::sim::EventId;

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

impl Claim {
    /// A claim that rests on these events.
    pub fn new(kind: impl Into<ClaimKind>, events: impl IntoIterator<Item = EventId>) -> Claim {
        Claim { kind: kind.into(), events: events.into_iter().collect() }
    }

    /// The stable name of its kind.
    pub fn name(&self) -> &'static str {
        match &self.kind {
            ClaimKind::State(kind) => kind.name(),
            ClaimKind::Life(kind) => kind.name(),
        }
    }

    /// What it is about.
    pub fn about(&self) -> About {
        match &self.kind {
            ClaimKind::State(kind) => kind.about(),
            ClaimKind::Life(kind) => kind.about(),
        }
    }
}
