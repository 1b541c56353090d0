//! The only door to a node: inputs go in, outputs come out, in the order in which they must happen.

use super::flaw::Flaws;
use super::message::{Entries, Message};
use super::note::Note;
use super::types::{Index, NodeId, Payload, Term};

/// Something that happens to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A message arrived.
    Message(Message),
    /// A timer ran out.
    Timeout(Timer),
    /// A client's command; only a leader may be given one.
    Propose(Payload),
    /// The oldest unfinished [`Output::Write`] is on the disk.
    Written,
    /// The disk has room for this much from now on.
    Room(Room),
}

/// What a disk has room for. A node is told before it wants to write: what it could not write it must not promise, and
/// not even keep in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Room {
    /// Anything.
    #[default]
    Plenty,
    /// Terms and votes, but no entries.
    Votes,
    /// Nothing.
    Nothing,
}

/// Something that a node wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Put this on the disk, after all writes before it. Answered by [`Input::Written`].
    Write(Write),
    /// Send this now.
    Send(Message),
    /// Send this as soon as every write before it is on the disk, and never if the node crashes first.
    SendWhenWritten(Message),
    /// Start the timer anew, with a duration of the world's choice.
    SetTimer(Timer),
    /// Stop the timer.
    CancelTimer(Timer),
    /// Give these entries of the log to the state machine, in order; they are committed, and those before them were given
    /// already.
    Apply {
        /// The first one.
        first: Index,
        /// The last one.
        through: Index,
    },
    /// What was decided, and why. Nothing needs to be done about it.
    Note(Note),
}

/// A node's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// A follower's or candidate's patience (§5.2). Its duration is random.
    Election,
    /// A leader's interval between heartbeats.
    Heartbeat,
}

/// The part of the persistent state that is not the log (figure 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HardState {
    /// The latest term the node has seen.
    pub current_term: Term,
    /// Whom it voted for in that term.
    pub voted_for: Option<NodeId>,
}

/// Changes to the persistent state that reach the disk together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Write {
    /// The new term and vote.
    pub hard_state: Option<HardState>,
    /// First drop the entries from here on.
    pub truncate_from: Option<Index>,
    /// Then add these at the end of the log.
    pub append: Entries,
}

/// What may be chosen about a node's behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    /// How many entries one AppendEntries carries at most; at least 1.
    pub batch: u32,
    /// Whether a new leader appends an empty entry, so that it need not wait for a client to commit (§8).
    pub noop: bool,
    /// Well-known mistakes that are switched on; none in a correct node.
    pub flaws: Flaws,
}

/// The payload of the empty entry that a new leader appends.
pub const NOOP: Payload = Payload(0);
