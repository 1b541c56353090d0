//! What a node decided, and why: facts for whoever watches. Notes never influence the protocol.

use std::fmt;

use super::types::{Entry, Index, NodeId, Position, Term};

/// A decision of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The node changed its role, its term, or both.
    RoleChanged {
        /// What it is now.
        role: RoleName,
        /// The term it is in now.
        term: Term,
    },
    /// It voted, perhaps for itself.
    VoteGranted {
        /// In this term.
        term: Term,
        /// For this node.
        candidate: NodeId,
    },
    /// It refused its vote.
    VoteRefused {
        /// The term that the candidate asked in.
        term: Term,
        /// Who asked.
        candidate: NodeId,
        /// Why.
        why: VoteRefusal,
    },
    /// An entry joined its log.
    EntryAppended {
        /// Where.
        index: Index,
        /// The entry.
        entry: Entry,
    },
    /// Entries that conflict with the leader's left its log.
    LogTruncated {
        /// The first that left.
        from: Index,
    },
    /// It refused an AppendEntries.
    AppendRefused {
        /// Who sent it.
        leader: NodeId,
        /// The entry that it lacks.
        prev_log: Position,
        /// Why.
        why: AppendRefusal,
    },
    /// Its commit index rose.
    CommitAdvanced {
        /// Up to here.
        commit: Index,
    },
    /// A majority holds more entries, but they are of an earlier term: they commit with the next entry of this
    /// term, never by counting (§5.4.2).
    CommitHeld {
        /// The last entry that a majority holds.
        held: Position,
    },
    /// Its disk has no room for something, so it did without.
    WriteForgone {
        /// For what.
        need: Need,
    },
}

/// What a node would have had to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A term that it heard of: it takes no part in it.
    Term(Term),
    /// Entries from here on: it did not take them.
    Entry(Index),
    /// All that a leader is asked to append: it does not run for election.
    Leading,
}

/// The three roles (§5.1), as names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoleName {
    /// Passive: answers, and waits for its election timer.
    Follower,
    /// Asks for votes.
    Candidate,
    /// Takes commands and replicates them.
    Leader,
}

impl RoleName {
    /// Each role with its word.
    pub const WORDS: &[(&str, RoleName)] =
        &[("follower", RoleName::Follower), ("candidate", RoleName::Candidate), ("leader", RoleName::Leader)];
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, _) = RoleName::WORDS[*self as usize];
        f.write_str(word)
    }
}

/// Why a vote is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteRefusal {
    /// The candidate's term is over.
    StaleTerm,
    /// The vote of this term went to this node.
    VotedFor(NodeId),
    /// The voter's log is more up to date; it ends here (§5.4.1).
    LogBehind(Position),
    /// The voter's disk has no room for a vote.
    NoRoom,
}

/// Why an AppendEntries is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendRefusal {
    /// The leader's term is over.
    StaleTerm,
    /// The log ends before the previous entry.
    TooShort(Index),
    /// The entry at the previous index is of another term.
    OtherTerm(Term),
}
