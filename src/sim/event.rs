//! What happened: small facts of a fixed size, in the past tense. Words are made of them when somebody looks.

use crate::disk::{Fault, Spot};
use crate::raft::{
    AppendRefusal, Body, Entry, Index, MessageKind, Need, NodeId, Position, RoleName, Term, Timer,
    VoteRefusal,
};

use super::client::{OpId, Outcome};

/// The number of an event, from 1 in the order in which they happened.
pub type EventId = u64;

/// The number of a message, from 1 in the order in which they were sent: `m12`.
pub type MessageId = u64;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number.
    pub id: EventId,
    /// When, in microseconds of virtual time.
    pub time_us: u64,
    /// How many events before it lies the one that caused it; 0 if the user did.
    cause_distance: u32,
    /// Where.
    pub node: NodeId,
    /// What.
    pub kind: EventKind,
}

// A million of them are kept: they must not grow by accident.
const _: () = assert!(size_of::<Event>() <= 64);

impl Event {
    /// An event and the one that caused it.
    #[inline]
    pub fn new(id: EventId, time_us: u64, cause: Option<EventId>, node: NodeId, kind: EventKind) -> Event {
        // A cause too far back to be counted is too far back to be kept as well.
        let cause_distance = cause.and_then(|cause| u32::try_from(id - cause).ok()).unwrap_or(0);
        Event { id, time_us, cause_distance, node, kind }
    }

    /// The event that caused it; none if the user did.
    pub fn cause(&self) -> Option<EventId> {
        (self.cause_distance != 0).then(|| self.id - u64::from(self.cause_distance))
    }
}

/// Kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the protocol's own words; each variant says what they tell")]
pub enum EventKind {
    /// The node's role or term is another now.
    RoleChanged { role: RoleName, term: Term },
    /// The node voted, perhaps for itself.
    VoteGranted { term: Term, candidate: NodeId },
    /// The node refused its vote.
    VoteRefused { term: Term, candidate: NodeId, why: VoteRefusal },
    /// An entry joined the node's log; it is not durable yet.
    EntryAppended { index: Index, entry: Entry },
    /// Entries left the node's log, from this one on.
    LogTruncated { from: Index },
    /// The node refused a leader's entries.
    AppendRefused { leader: NodeId, prev_log: Position, why: AppendRefusal },
    /// The node's commit index rose.
    CommitAdvanced { commit: Index },
    /// A majority holds more, but of an earlier term.
    CommitHeld { held: Position },
    /// The node's disk had no room for something, so the node did without.
    WriteForgone { need: Need },
    /// The node's state machine was given an entry.
    EntryApplied { index: Index, entry: Entry },
    /// A write of entries is on the node's disk: those up to `kept` stayed as they were, those after it up to `through` are
    /// what the disk holds now.
    EntriesSynced { kept: Index, through: Index },
    /// The term and vote are on the node's disk.
    VoteSynced { term: Term, vote: Option<NodeId> },
    /// One of the node's timers ran out.
    TimerFired { timer: Timer },
    /// The node sent a message.
    MessageSent { message: MessageId, to: NodeId, term: Term, said: Said },
    /// The network made a second copy of a message.
    MessageDuplicated { message: MessageId, copy: MessageId },
    /// A message reached the node.
    MessageDelivered { message: MessageId, from: NodeId, term: Term, said: Said },
    /// A message to the node was lost.
    MessageDropped { message: MessageId, from: NodeId, term: Term, said: Said, reason: DropReason },
    /// The node was killed.
    NodeKilled,
    /// The node started again, from what its disk holds. Of the log it used before, entries after `last` are gone. Where
    /// the disk holds others than that log (a truncation was lost in the crash), `LogTruncated` and `EntryAppended` follow.
    NodeRestarted { term: Term, vote: Option<NodeId>, last: Index },
    /// The node stopped itself rather than go on wrong.
    NodeHalted { reason: Fault },
    /// The node was paused.
    NodePaused,
    /// The node goes on after a pause.
    NodeResumed,
    /// Messages from the node to another are held.
    LinkHeld { to: NodeId },
    /// They are no longer held.
    LinkReleased { to: NodeId },
    /// The way from the node to another differs from the others like this.
    LinkChanged { to: NodeId, delay_us: u64, loss_ppm: Option<u32>, duplicate_ppm: Option<u32> },
    /// The way from the node to another was cut.
    LinkCut { to: NodeId },
    /// The way from the node to another is whole again.
    LinkHealed { to: NodeId },
    /// Of the writes that had not finished when the node stopped, so many whole records are on its disk all the same, and,
    /// if torn, pieces behind them.
    TailLeft { kept: u32, torn: bool },
    /// The node, starting, found a mark on its disk damaged, and made both anew.
    MarksRenewed,
    /// The node, starting, cut off what was torn behind the last record on its disk.
    TailCut,
    /// The node, starting, dropped records that were synced: the first that it could not read, and all behind it.
    RecordsDropped { count: u32 },
    /// Bytes on the node's disk were damaged.
    DiskDamaged { spot: Spot },
    /// The node lost access to its disk.
    DiskCut,
    /// The node's disk works as usual again.
    DiskRestored,
    /// The node's disk has no room for entries any more, and for few votes.
    DiskFilled,
    /// Every write to the node's disk takes this long now.
    DiskSlowed { latency_us: u64 },
    /// The node's disk says of writes that they are synced, and does not sync them, from now on.
    DiskMadeToLie,
    /// The next crash of the node will tear what its disk has not synced.
    DiskTearArmed,
    /// The next write to the node's disk will vanish.
    DiskLossArmed,
    /// A write that the node's disk says is synced has vanished.
    WriteVanished,
    /// An older version of a record came back on the node's disk.
    DiskWentStale { spot: Spot },
    /// The whole disk of the node was read, and this found.
    DiskScrubbed { fault: Option<Fault> },
    /// A client's request reached the node and was accepted.
    ClientInvoked { op: OpId },
    /// A promise of the protocol was broken: the violation of this number, counted from 0, in [`super::World::violations`].
    PropertyViolated { number: u32 },
    /// Nothing is judged from here on: [`super::World::judging_ended`] tells why.
    JudgingEnded,
    /// A client's request was answered, or its answer will never come.
    ClientReplied { op: OpId, outcome: Outcome },
}

/// Gives every kind its stable name: `history --kind` and JSON know it by that.
macro_rules! names {
    ($($variant:ident => $name:literal,)*) => {
        impl EventKind {
            /// All names.
            pub const NAMES: &[&str] = &[$($name),*];

            /// Its stable name.
            pub fn name(&self) -> &'static str {
                match self {
                    $(EventKind::$variant { .. } => $name,)*
                }
            }
        }
    };
}

names! {
    RoleChanged => "role_changed",
    VoteGranted => "vote_granted",
    VoteRefused => "vote_refused",
    EntryAppended => "entry_appended",
    LogTruncated => "log_truncated",
    AppendRefused => "append_refused",
    CommitAdvanced => "commit_advanced",
    CommitHeld => "commit_held",
    WriteForgone => "write_forgone",
    EntryApplied => "entry_applied",
    EntriesSynced => "entries_synced",
    VoteSynced => "vote_synced",
    TimerFired => "timer_fired",
    MessageSent => "message_sent",
    MessageDuplicated => "message_duplicated",
    MessageDelivered => "message_delivered",
    MessageDropped => "message_dropped",
    NodeKilled => "node_killed",
    NodeRestarted => "node_restarted",
    NodeHalted => "node_halted",
    NodePaused => "node_paused",
    NodeResumed => "node_resumed",
    LinkHeld => "link_held",
    LinkReleased => "link_released",
    LinkChanged => "link_changed",
    LinkCut => "link_cut",
    LinkHealed => "link_healed",
    TailLeft => "tail_left",
    MarksRenewed => "marks_renewed",
    TailCut => "tail_cut",
    RecordsDropped => "records_dropped",
    DiskDamaged => "disk_damaged",
    DiskCut => "disk_cut",
    DiskRestored => "disk_restored",
    DiskFilled => "disk_filled",
    DiskSlowed => "disk_slowed",
    DiskMadeToLie => "disk_made_to_lie",
    DiskTearArmed => "disk_tear_armed",
    DiskLossArmed => "disk_loss_armed",
    WriteVanished => "write_vanished",
    DiskWentStale => "disk_went_stale",
    DiskScrubbed => "disk_scrubbed",
    ClientInvoked => "client_invoked",
    ClientReplied => "client_replied",
    PropertyViolated => "property_violated",
    JudgingEnded => "judging_ended",
}

/// The content of a message, short enough for an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of the messages in raft::message")]
pub enum Said {
    /// RequestVote
    RequestVote { last_log: Position },
    /// RequestVoteReply
    RequestVoteReply { granted: bool },
    /// AppendEntries; `count` entries after `prev_log`
    AppendEntries { prev_log: Position, count: u32, leader_commit: Index },
    /// AppendEntriesReply: taken
    AppendEntriesAccepted { match_index: Index },
    /// AppendEntriesReply: refused
    AppendEntriesRefused { prev_log_index: Index, hint: Position },
}

impl Said {
    /// The message's kind.
    pub fn kind(self) -> MessageKind {
        match self {
            Said::RequestVote { .. } => MessageKind::RequestVote,
            Said::RequestVoteReply { .. } => MessageKind::RequestVoteReply,
            Said::AppendEntries { .. } => MessageKind::AppendEntries,
            Said::AppendEntriesAccepted { .. } | Said::AppendEntriesRefused { .. } => {
                MessageKind::AppendEntriesReply
            }
        }
    }
}

impl From<&Body> for Said {
    #[inline]
    fn from(body: &Body) -> Said {
        match *body {
            Body::RequestVote { last_log } => Said::RequestVote { last_log },
            Body::RequestVoteReply { granted } => Said::RequestVoteReply { granted },
            Body::AppendEntries { prev_log, ref entries, leader_commit } => {
                Said::AppendEntries { prev_log, count: entries.len() as u32, leader_commit }
            }
            Body::AppendEntriesAccepted { match_index } => Said::AppendEntriesAccepted { match_index },
            Body::AppendEntriesRefused { prev_log_index, hint } => {
                Said::AppendEntriesRefused { prev_log_index, hint }
            }
        }
    }
}

/// Why a message was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// The network lost it by chance.
    Loss,
    /// The link was cut.
    Cut,
    /// The receiver was not up.
    Down,
    /// The user dropped it.
    ByHand,
    /// So many messages were in flight that the network took no more.
    Overflow,
}
