//! What a node wants done, in the order in which it must happen, and the words for it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::log::Log;
use super::message::{Entries, Message};
use super::nodes::NodeId;
use super::note::{Note, RoleName};
use super::progress::Progress;
use super::types::{Index, Position, Term};

/// A number by which an answer names its question: of the writes of a node's life 1, 2, 3 and so
/// on, of proposals as the caller likes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Ticket(pub u32);

/// What a disk has room for. A node is told before it wants to write: what it could not write it
/// must not promise, and not even keep in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiskSpace {
    /// Anything.
    #[default]
    Plenty,
    /// Terms and votes, but no entries.
    Votes,
    /// Nothing.
    Nothing,
}

/// Something that a node wants done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// Put this on the disk, after all writes before it. Answered by [`super::Input::Written`].
    Write {
        /// The write's number.
        ticket: Ticket,
        /// What is written.
        write: Write,
    },
    /// Send a message.
    Send {
        /// What is sent, and where.
        message: Message,
        /// Only once this write and all before it are on the disk, and never if the node crashes
        /// first. None: now.
        after: Option<Ticket>,
    },
    /// Start the timer anew, with a duration of the world's choice.
    SetTimer(Timer),
    /// Stop the timer.
    CancelTimer(Timer),
    /// Give these entries of the log to the state machine, in order; they are committed, and those
    /// before them were given already.
    Apply {
        /// The first one.
        first: Index,
        /// The last one.
        through: Index,
    },
    /// The proposed command stands in the log here. Nobody knows yet whether it will be committed.
    Accepted {
        /// Which proposal.
        ticket: Ticket,
        /// Where it stands.
        index: Index,
    },
    /// The node does not lead: the command was not taken and never will be.
    Refused {
        /// Which proposal.
        ticket: Ticket,
        /// Whom it believes to lead.
        leader: Option<NodeId>,
    },
    /// What was decided, and why. The entries that [`Output::Apply`] means are those of
    /// [`Note::EntryAppended`] and [`Note::LogTruncated`]; for the rest, nothing needs to be done.
    Note(Note),
    /// What the leader knows of this node's log now.
    Progress(NodeId, Progress),
    /// What the node says of itself, whenever that is not what it said before.
    Report(Report),
    /// The node has found itself in a state that the protocol does not allow. It must be stopped.
    Halt(Invariant),
}

/// A node's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// A follower's or candidate's patience (§5.2). Its duration is random.
    Election,
    /// A leader's interval between heartbeats.
    Heartbeat,
}

/// The part of the persistent state that is not the log (figure 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HardState {
    /// The latest term the node has seen.
    pub current_term: Term,
    /// Whom it voted for in that term.
    pub voted_for: Option<NodeId>,
}

/// Changes to the persistent state that reach the disk together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Write {
    /// The new term and vote.
    pub hard_state: Option<HardState>,
    /// First delete the entries from here on.
    pub truncate_from: Option<Index>,
    /// Then add these at the end of the log.
    pub append: Entries,
}

impl Write {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.hard_state.is_none() && self.truncate_from.is_none() && self.append.is_empty()
    }
}

/// What a node says of itself after a step. People are shown it, and who judges the node compares
/// it with what its other outputs have told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Report {
    /// Its role.
    pub role: RoleName,
    /// Its current term.
    pub term: Term,
    /// Whom it voted for in that term.
    pub vote: Option<NodeId>,
    /// Whom it believes to lead that term.
    pub leader: Option<NodeId>,
    /// The highest entry that it knows to be committed.
    pub commit: Index,
    /// The highest entry that it gave to the state machine.
    pub applied: Index,
    /// The last entry of its log.
    pub last: Position,
}

impl Report {
    /// That of a node which has just started from its disk, with this log.
    pub fn starting(hard_state: HardState, log: &Log) -> Report {
        Report {
            role: RoleName::Follower,
            term: hard_state.current_term,
            vote: hard_state.voted_for,
            leader: None,
            commit: log.base().index,
            applied: log.base().index,
            last: log.last(),
        }
    }
}

/// What always holds of a node that follows the protocol. No disk that lies and no prepared log can
/// break it: such a node may be wrong, but it is still at one with itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Invariant {
    /// Its term never falls.
    TermRises,
    /// Its commit index never falls.
    CommitRises,
    /// What comes to be committed is in its log.
    CommittedInLog,
    /// What was applied is committed.
    AppliedCommitted,
    /// What is on its disk is in its log.
    DurableInLog,
    /// A leader believes itself to lead.
    LeaderLeads,
    /// What a leader knows of its followers lies within its log or just behind it.
    ProgressInLog,
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Invariant::TermRises => "its term never falls",
            Invariant::CommitRises => "its commit index never falls",
            Invariant::CommittedInLog => "what comes to be committed is in its log",
            Invariant::AppliedCommitted => "what was applied is committed",
            Invariant::DurableInLog => "what is on its disk is in its log",
            Invariant::LeaderLeads => "a leader believes itself to lead",
            Invariant::ProgressInLog => {
                "what a leader knows of its followers lies within its log or just behind it"
            }
        })
    }
}
