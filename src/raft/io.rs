//! What a node asks of its caller, in the order in which it must happen, and the types for it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::image::{Snapshot, SnapshotWrite};
use super::log::Log;
use super::message::{Entries, Message};
use super::nodes::NodeId;
use super::note::{Ignored, Note, RoleName};
use super::progress::Progress;
use super::types::{Index, Position, Term, Ticket};

/// What a disk has room for. A node learns this before it wants to write, because it must not
/// promise what it cannot write, nor keep it in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiskSpace {
    /// Entries, terms and votes.
    #[default]
    Plenty,
    /// Terms and votes, but no entries.
    Votes,
    /// Neither entries nor terms and votes.
    Nothing,
}

/// An output of a node: something for its caller to do, or to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// Write this to the disk, after all writes before it. [`super::Input::Written`] reports that
    /// it is durable.
    Write {
        /// The number of the write.
        ticket: Ticket,
        /// The changes to write.
        write: Write,
    },
    /// Send a message.
    Send {
        /// The message, which names its receiver.
        message: Message,
        /// Send it only once this write and all before it are on the disk, and never if the node
        /// crashes first. `None`: send it now.
        after: Option<Ticket>,
    },
    /// Start the timer, or start it again, with a duration of the caller's choice.
    SetTimer(Timer),
    /// Stop the timer.
    CancelTimer(Timer),
    /// Apply these entries of the log to the state machine, in order. They are committed, and the
    /// entries before them were applied already.
    Apply {
        /// The first entry.
        first: Index,
        /// The last entry.
        through: Index,
    },
    /// Replace the state machine by the image of this snapshot.
    Restore(Snapshot),
    /// The proposed command is in the leader's log. It is not known yet whether it will be
    /// committed.
    Accepted {
        /// The number of the proposal.
        ticket: Ticket,
        /// The index of its entry.
        index: Index,
    },
    /// The node is not the leader: it has not appended the command and never will. Or it is a
    /// read, which it will not confirm.
    Refused {
        /// The number of the proposal or read.
        ticket: Ticket,
        /// The leader of the node's term, if it knows one.
        leader: Option<NodeId>,
    },
    /// The read may be answered from the state machine as soon as that has applied this index: no
    /// entry after it was committed before the read. The caller gives up a read that it has not
    /// answered when the node changes its role or term.
    ReadConfirmed {
        /// The number of the read.
        ticket: Ticket,
        /// The index.
        index: Index,
    },
    /// What the node decided, and why. The entries that [`Output::Apply`] refers to are those of
    /// [`Note::EntryAppended`] and [`Note::LogTruncated`]; otherwise the caller need not act on a
    /// note.
    Note(Note),
    /// What the leader now knows of this node's log.
    Progress(NodeId, Progress),
    /// The node's state, whenever it differs from the last report.
    Report(Report),
    /// The message that came changes nothing.
    Ignored(Ignored),
    /// The node's state violates an invariant of the protocol. The caller must stop the node.
    Halt(Invariant),
}

/// A node's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// The election timeout of a follower or candidate (§5.2). Its duration is random.
    Election,
    /// The interval between a leader's heartbeats.
    Heartbeat,
}

/// The part of the persistent state that is not the log (figure 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HardState {
    /// The latest term the node has seen.
    pub current_term: Term,
    /// The candidate that received its vote in that term, if any.
    pub voted_for: Option<NodeId>,
}

/// Changes to the persistent state that reach the disk together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Write {
    /// The new term and vote, if they are written.
    pub hard_state: Option<HardState>,
    /// The new snapshot, if one is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<SnapshotWrite>,
    /// Delete the entries from this index on, before any are appended.
    pub truncate_from: Option<Index>,
    /// Append these entries.
    pub append: Entries,
}

impl Write {
    /// Whether the write changes nothing.
    pub fn is_empty(&self) -> bool {
        self.hard_state.is_none()
            && self.snapshot.is_none()
            && self.truncate_from.is_none()
            && self.append.is_empty()
    }
}

/// A node's state after a step, as the node itself reports it. It is shown to users, and the
/// checker compares it with the node's other outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Report {
    /// Its role.
    pub role: RoleName,
    /// Its current term.
    pub term: Term,
    /// The candidate that received its vote in that term, if any.
    pub vote: Option<NodeId>,
    /// The leader of that term, if the node knows one.
    pub leader: Option<NodeId>,
    /// Its commit index: the highest entry that it knows to be committed.
    pub commit: Index,
    /// The highest entry that it applied to the state machine.
    pub applied: Index,
    /// The last entry of its log.
    pub last: Position,
}

impl Report {
    /// The report of a node that has just started from its disk, with this log and snapshot.
    pub fn starting(hard_state: HardState, log: &Log, snapshot: Option<Snapshot>) -> Report {
        let applied = snapshot.map_or(Index(0), |snapshot| snapshot.last.index);
        Report {
            role: RoleName::Follower,
            term: hard_state.current_term,
            vote: hard_state.voted_for,
            leader: None,
            commit: applied,
            applied,
            last: log.last(),
        }
    }
}

/// An invariant of every node that follows the protocol. A lying disk or a prepared log cannot
/// break one: such a node may be wrong about the cluster, but its state is still consistent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Invariant {
    /// Its term never decreases.
    TermRises,
    /// Its commit index never decreases.
    CommitRises,
    /// The entries that it commits are in its log.
    CommittedInLog,
    /// The entries that it has applied are committed.
    AppliedCommitted,
    /// The entries that it counts as durable are in its log.
    DurableInLog,
    /// A leader knows itself as the leader of its term.
    LeaderLeads,
    /// Each matchIndex of a leader lies within its log, and each nextIndex within it or just after
    /// its end.
    ProgressInLog,
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Invariant::TermRises => "its term never falls",
            Invariant::CommitRises => "its commit index never falls",
            Invariant::CommittedInLog => "committed entries are in its log",
            Invariant::AppliedCommitted => "applied entries are committed",
            Invariant::DurableInLog => "entries on its disk are in its log",
            Invariant::LeaderLeads => "a leader regards itself as the leader",
            Invariant::ProgressInLog => {
                "a leader's match and next indices lie within its log or just after it"
            }
        })
    }
}
