//! What happened: small facts of a fixed size, in the past tense. Words are made of them when somebody looks.

use crate::disk::{Fault, Spot};
use crate::raft::{Entry, Index, MessageSummary, NodeId, Note, Term, Timer};

use super::client::{OpId, Outcome};
use super::host::HaltReason;

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
    /// What the protocol decided.
    Note(Note),
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
    MessageSent { message: MessageId, to: NodeId, term: Term, said: MessageSummary },
    /// The network made a second copy of a message.
    MessageDuplicated { message: MessageId, copy: MessageId },
    /// A message reached the node.
    MessageDelivered { message: MessageId, from: NodeId, term: Term, said: MessageSummary },
    /// A message to the node was lost.
    MessageDropped { message: MessageId, from: NodeId, term: Term, said: MessageSummary, reason: DropReason },
    /// The node was killed.
    NodeKilled,
    /// The node started again, from what its disk holds. Of the log it used before, entries after `last` are gone. Where
    /// the disk holds others than that log (a truncation was lost in the crash), `LogTruncated` and `EntryAppended` follow.
    NodeRestarted { term: Term, vote: Option<NodeId>, last: Index },
    /// The node stopped itself rather than go on wrong.
    NodeHalted { reason: HaltReason },
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
    ($($kind:pat => $name:literal,)*) => {
        impl EventKind {
            /// All names.
            pub const NAMES: &[&str] = &[$($name),*];

            /// Its stable name.
            pub fn name(&self) -> &'static str {
                match self {
                    $($kind => $name,)*
                }
            }
        }
    };
}

names! {
    EventKind::Note(Note::RoleChanged { .. }) => "role_changed",
    EventKind::Note(Note::VoteGranted { .. }) => "vote_granted",
    EventKind::Note(Note::VoteRefused { .. }) => "vote_refused",
    EventKind::Note(Note::EntryAppended { .. }) => "entry_appended",
    EventKind::Note(Note::LogTruncated { .. }) => "log_truncated",
    EventKind::Note(Note::AppendRefused { .. }) => "append_refused",
    EventKind::Note(Note::CommitAdvanced { .. }) => "commit_advanced",
    EventKind::Note(Note::CommitHeld { .. }) => "commit_held",
    EventKind::Note(Note::WriteForgone { .. }) => "write_forgone",
    EventKind::EntryApplied { .. } => "entry_applied",
    EventKind::EntriesSynced { .. } => "entries_synced",
    EventKind::VoteSynced { .. } => "vote_synced",
    EventKind::TimerFired { .. } => "timer_fired",
    EventKind::MessageSent { .. } => "message_sent",
    EventKind::MessageDuplicated { .. } => "message_duplicated",
    EventKind::MessageDelivered { .. } => "message_delivered",
    EventKind::MessageDropped { .. } => "message_dropped",
    EventKind::NodeKilled { .. } => "node_killed",
    EventKind::NodeRestarted { .. } => "node_restarted",
    EventKind::NodeHalted { .. } => "node_halted",
    EventKind::NodePaused { .. } => "node_paused",
    EventKind::NodeResumed { .. } => "node_resumed",
    EventKind::LinkHeld { .. } => "link_held",
    EventKind::LinkReleased { .. } => "link_released",
    EventKind::LinkChanged { .. } => "link_changed",
    EventKind::LinkCut { .. } => "link_cut",
    EventKind::LinkHealed { .. } => "link_healed",
    EventKind::TailLeft { .. } => "tail_left",
    EventKind::MarksRenewed { .. } => "marks_renewed",
    EventKind::TailCut { .. } => "tail_cut",
    EventKind::RecordsDropped { .. } => "records_dropped",
    EventKind::DiskDamaged { .. } => "disk_damaged",
    EventKind::DiskCut { .. } => "disk_cut",
    EventKind::DiskRestored { .. } => "disk_restored",
    EventKind::DiskFilled { .. } => "disk_filled",
    EventKind::DiskSlowed { .. } => "disk_slowed",
    EventKind::DiskMadeToLie { .. } => "disk_made_to_lie",
    EventKind::DiskTearArmed { .. } => "disk_tear_armed",
    EventKind::DiskLossArmed { .. } => "disk_loss_armed",
    EventKind::WriteVanished { .. } => "write_vanished",
    EventKind::DiskWentStale { .. } => "disk_went_stale",
    EventKind::DiskScrubbed { .. } => "disk_scrubbed",
    EventKind::ClientInvoked { .. } => "client_invoked",
    EventKind::ClientReplied { .. } => "client_replied",
    EventKind::PropertyViolated { .. } => "property_violated",
    EventKind::JudgingEnded { .. } => "judging_ended",
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
