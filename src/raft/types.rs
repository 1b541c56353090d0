//! The basic types of the protocol: terms, indices, entries.
//!
//! Terms and indices are 32 bits wide on purpose. An entry is then 12 bytes and a message fits a
//! cache line, and no simulated cluster reaches four billion elections.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::group::Configuration;

/// A term: the protocol's logical clock (§5.1). A cluster starts in term 0, which has no leader.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Term(pub u32);

impl Term {
    /// The largest term.
    pub const MAX: Term = Term(u32::MAX);

    /// The term after this one.
    #[must_use]
    pub fn next(self) -> Term {
        Term(self.0 + 1)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The index of an entry in the log, counted from 1 (§5.3). Index 0 is before the first entry.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Index(pub u32);

impl Index {
    /// The index after this one.
    #[must_use]
    pub fn next(self) -> Index {
        Index(self.0 + 1)
    }

    /// The index that is `count` after this one, or the largest index if that is too large.
    #[must_use]
    pub fn plus(self, count: u32) -> Index {
        Index(self.0.saturating_add(count))
    }

    /// The index before this one; 0 stays 0.
    #[must_use]
    pub fn previous(self) -> Index {
        Index(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A number that connects a request with its answer. A node numbers its writes 1, 2, 3 and so on
/// from its start; the caller numbers proposals as it likes, and a node's reads in rising order,
/// over all its starts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Ticket(pub u32);

/// The number of a leader's round of AppendEntries, counted from 1 in each term. 0 stands for
/// rounds that the leader does not number, because nobody reads by them.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Round(pub u32);

impl Round {
    /// The round after this one, or the last round if there is none.
    #[must_use]
    pub fn next(self) -> Round {
        Round(self.0.saturating_add(1))
    }

    /// Whether it is no round: the leader does not number its rounds.
    pub fn is_none(&self) -> bool {
        self.0 == 0
    }
}

/// What an entry carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// No operation: a new leader's first entry (§8).
    #[default]
    Noop,
    /// A client's command, as a number that the protocol does not interpret: only the proposer
    /// knows which command it stands for.
    Command(u32),
    /// The members of the cluster, from this entry on (§6).
    Configuration(Configuration),
}

/// One entry of the log (§5.3): the term in which a leader received it, and what it carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// The term of the leader that appended it first.
    pub term: Term,
    /// The command, the configuration, or nothing.
    pub payload: Payload,
}

/// An index and the term of the entry there: `3@2` is index 3, term 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The entry's index.
    pub index: Index,
    /// The entry's term; 0 at index 0.
    pub term: Term,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.index, self.term)
    }
}
