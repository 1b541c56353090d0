//! Events: small facts of a fixed size about what happened, in the past tense. They become
//! sentences only when somebody reads them.

use std::fmt::Display;

use serde::{Serialize, Serializer};

use crate::disk::{DamagedRange, Fault};
use crate::kv::{ClientId, Effect};
use crate::raft::note::{NoteFields, NoteSummary};
use crate::raft::{
    Entry, Ignored, Image, Index, Label, MessageKind, MessageSummary, NodeId, Note, RoleName, Term,
    Timer,
};

use super::client::{Answer, OpId, Outcome, ReadKind, TextId};
use super::state::{HaltReason, HostState, LinkFault};

/// The number of an event, from 1 in the order in which the events happened.
pub type EventId = u64;

/// The number of a message, from 1 in the order in which the messages were sent: `m12`.
pub type MessageId = u64;

/// An event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The event's number.
    pub id: EventId,
    /// When it happened, in microseconds of virtual time.
    pub time_us: u64,
    /// The event's number minus that of the event that caused it; 0 if the user caused it.
    cause_distance: u32,
    /// The node at which it happened.
    pub node: NodeId,
    /// What happened.
    pub kind: EventKind,
}

// By default a million events are kept, so their size must not grow by accident.
const _: () = assert!(size_of::<Event>() <= 64);

impl Event {
    /// An event and the one that caused it.
    #[inline]
    pub fn new(
        id: EventId,
        time_us: u64,
        cause: Option<EventId>,
        node: NodeId,
        kind: EventKind,
    ) -> Event {
        // If the cause is too far back for the field, the history no longer keeps it either.
        let cause_distance = cause.and_then(|cause| u32::try_from(id - cause).ok()).unwrap_or(0);
        Event { id, time_us, cause_distance, node, kind }
    }

    /// The number of the event that caused this one; none if the user did.
    pub fn cause(&self) -> Option<EventId> {
        (self.cause_distance != 0).then(|| self.id - u64::from(self.cause_distance))
    }
}

/// What a kind of event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Decisions of the protocol, applied entries, and timers.
    Protocol,
    /// Writes that became durable.
    Sync,
    /// Messages sent, duplicated, delivered and dropped.
    Message,
    /// Links cut, healed, held, released and changed.
    Link,
    /// Nodes killed, restarted, halted, paused and resumed.
    Node,
    /// Damage and trouble of disks, and what a start finds on them.
    Disk,
    /// Clients' requests and the answers to them.
    Client,
    /// Violations, and the end of judging.
    Judgement,
}

/// What an event refers to: a part of the world that says more than the event's own fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventDetail {
    /// Nothing beyond the event's fields.
    Itself,
    /// A message.
    Message(Passage),
    /// The link to another node, and its faults if these were changed.
    Link(NodeId, Option<LinkFault>),
    /// Why the node halted, or what a scrub found; none if the scrub found no fault.
    Fault(Option<HaltReason>),
    /// The damaged bytes.
    DamagedRange(DamagedRange),
    /// A client's request.
    Request(OpId),
    /// The value in the answer to a client's request.
    Answer(Option<TextId>),
    /// A client.
    Client(ClientId),
    /// What applying an entry gave.
    Applied(Option<Answer>, Effect),
    /// The violation with this number.
    Violation(u32),
    /// The end of judging.
    JudgingEnded,
}

/// A message in flight, as seen from one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The message's number.
    pub message: MessageId,
    /// Whether it was sent, delivered or dropped.
    pub stage: Stage,
    /// The node at the other end.
    pub other: NodeId,
    /// The sender's term.
    pub term: Term,
    /// The message's fields, in short.
    pub said: MessageSummary,
}

impl Passage {
    /// The message's sender and receiver, if this is the node of the event.
    pub fn route(&self, node: NodeId) -> (NodeId, NodeId) {
        if self.stage == Stage::Sent { (node, self.other) } else { (self.other, node) }
    }
}

/// What happened to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was sent.
    Sent,
    /// It was delivered.
    Delivered,
    /// It was dropped, for this reason.
    Dropped(DropReason),
}

/// What can be said of an event without looking at its kind. It is derived when needed and never
/// stored.
#[derive(Clone, Copy, Debug)]
pub struct Attributes {
    /// What its kind is about.
    pub family: Family,
    /// What it refers to.
    pub subject: EventDetail,
    /// The node's state before the event and after it, if the event is about that.
    pub life: Option<(HostState, HostState)>,
    /// What the event says about the protocol.
    pub told: NoteSummary,
}

impl Attributes {
    fn of(family: Family) -> Attributes {
        Attributes {
            family,
            subject: EventDetail::Itself,
            life: None,
            told: NoteSummary::default(),
        }
    }

    fn about(self, subject: EventDetail) -> Attributes {
        Attributes { subject, ..self }
    }

    fn passage(self, passage: Passage) -> Attributes {
        self.about(EventDetail::Message(passage)).term(passage.term)
    }

    fn life(self, before: HostState, after: HostState) -> Attributes {
        Attributes { life: Some((before, after)), ..self }
    }

    fn tells(self, told: NoteSummary) -> Attributes {
        Attributes { told, ..self }
    }

    fn term(self, term: Term) -> Attributes {
        self.tells(NoteSummary { term: Some(term), ..self.told })
    }

    fn notable(self) -> Attributes {
        self.tells(NoteSummary { notable: true, ..self.told })
    }

    /// The message that the event is about, if it is about one.
    pub fn message(&self) -> Option<Passage> {
        if let EventDetail::Message(passage) = self.subject { Some(passage) } else { None }
    }
}

/// Defines the kinds of events in one table. A row is a kind with its fields, its name and its
/// attributes. Names are stable: `history --kind` and JSON use them. Fields are serialized as they
/// are listed here, except those marked with `skip`; the JSON writer adds what the event's
/// [`EventDetail`] gives instead.
macro_rules! events {
    ($(
        $(#[doc = $doc:literal])* $kind:ident $({ $($(#[$serde:meta])* $field:ident: $type:ty),* $(,)? })? $name:literal
            => $family:ident $(.$add:ident($($value:expr),*))*;
    )*) => {
        /// The kinds of events.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        #[allow(missing_docs, reason = "the fields are the protocol's own words; each variant \
            says what they tell")]
        pub enum EventKind {
            /// The protocol made a decision.
            Note(#[serde(serialize_with = "NoteFields::serialize")] Note),
            $($(#[doc = $doc])* $kind $({ $($(#[$serde])* $field: $type),* })?,)*
        }

        impl EventKind {
            /// The names of all kinds, those of notes first.
            pub fn names() -> impl Iterator<Item = &'static str> + Clone {
                Note::NAMES.iter().chain(&[$($name),*]).copied()
            }

            /// The kind's stable name.
            pub fn name(&self) -> &'static str {
                match self {
                    EventKind::Note(note) => note.name(),
                    $(EventKind::$kind { .. } => $name,)*
                }
            }

            /// The attributes of this kind. Inlined, so that attributes nobody uses are never
            /// computed.
            #[inline(always)]
            pub fn attributes(&self) -> Attributes {
                match *self {
                    EventKind::Note(note) => {
                        let (told, up) = (note.summary(), HostState::Up);
                        let life = told.role.map(|_| (up, up));
                        Attributes { told, life, ..Attributes::of(Family::Protocol) }
                    }
                    $(EventKind::$kind { $($($field),*)? } => {
                        $($(let _ = $field;)*)?
                        Attributes::of(Family::$family)$(.$add($($value),*))*
                    })*
                }
            }
        }
    };
}

events! {
    /// The node applied an entry to its state machine, which gave this answer, if a client asked
    /// for the entry. The effect says whether its session had it carried out before.
    EntryApplied {
        index: Index,
        entry: Entry,
        #[serde(skip)] answer: Option<Answer>,
        #[serde(skip)] effect: Effect,
    } "entry_applied"
        => Protocol.about(EventDetail::Applied(answer, effect)).tells(NoteSummary { entry: Some((index, entry)), term: Some(entry.term), ..NoteSummary::default() });
    /// A write of entries is on the node's disk: the entries up to `kept` stayed as they were, and
    /// those after it up to `through` are what the disk holds now.
    EntriesSynced { kept: Index, through: Index } "entries_synced" => Sync;
    /// A snapshot that the node took is on its disk, and its log may begin at `first` from now on.
    SnapshotTaken {
        index: Index,
        term: Term,
        #[serde(skip)] first: Index,
        #[serde(skip)] image: Image,
    } "snapshot_taken" => Sync.term(term).notable();
    /// A snapshot that the node has installed is on its disk.
    SnapshotSynced { index: Index, term: Term } "snapshot_synced" => Sync.term(term);
    /// This term and vote are on the node's disk.
    VoteSynced { term: Term, vote: Option<NodeId> } "vote_synced" => Sync.term(term);
    /// One of the node's timers fired.
    TimerFired { timer: Timer } "timer_fired" => Protocol;
    /// The node sent a message.
    MessageSent {
        #[serde(serialize_with = "message_name")] message: MessageId,
        #[serde(skip)] to: NodeId,
        #[serde(skip)] term: Term,
        #[serde(skip)] said: MessageSummary,
    } "message_sent"
        => Message.passage(Passage { message, stage: Stage::Sent, other: to, term, said });
    /// The network duplicated a message.
    MessageDuplicated {
        #[serde(serialize_with = "message_name")] message: MessageId,
        #[serde(serialize_with = "message_name")] copy: MessageId,
    } "message_duplicated" => Message;
    /// A message was delivered to the node.
    MessageDelivered {
        #[serde(serialize_with = "message_name")] message: MessageId,
        from: NodeId,
        #[serde(skip)] term: Term,
        #[serde(skip)] said: MessageSummary,
    } "message_delivered"
        => Message.passage(Passage { message, stage: Stage::Delivered, other: from, term, said });
    /// A message that reached the node changed nothing there.
    MessageIgnored {
        #[serde(serialize_with = "message_name")] message: MessageId,
        why: Ignored,
        from: NodeId,
        #[serde(skip)] kind: MessageKind,
        #[serde(skip)] term: Term,
    } "message_ignored" => Protocol.notable();
    /// A message to the node was dropped.
    MessageDropped {
        #[serde(serialize_with = "message_name")] message: MessageId,
        reason: DropReason,
        from: NodeId,
        #[serde(skip)] term: Term,
        #[serde(skip)] said: MessageSummary,
    } "message_dropped"
        => Message.passage(Passage { message, stage: Stage::Dropped(reason), other: from, term, said });
    /// A write of entries is in the memory of the node's machine: it survives the end of the
    /// process, but not a power cut.
    EntriesCached { kept: Index, through: Index } "entries_cached" => Sync;
    /// This term and vote are in the memory of the node's machine.
    VoteCached { term: Term, vote: Option<NodeId> } "vote_cached" => Sync.term(term);
    /// A timer of the node's engine fired.
    EngineTimerFired { timer: Label } "engine_timer_fired" => Protocol;
    /// The node's engine says this.
    EngineNoted { note: Label } "engine_noted" => Protocol;
    /// The power of the node's machine was cut.
    PowerCut "power_cut" => Node;
    /// The node was killed.
    NodeKilled "node_killed" => Node.life(HostState::Up, HostState::Down);
    /// The node started again from its disk. Of the log that it had before, the entries after
    /// `last` are gone; the log begins at `first`, and its snapshot ends at `snapshot` (0: none).
    /// Where the disk holds other entries than that log (a crash undid a truncation),
    /// `LogTruncated` and `EntryAppended` follow.
    NodeRestarted { term: Term, vote: Option<NodeId>, last: Index, first: Index, snapshot: Index } "node_restarted"
        => Node.life(HostState::Down, HostState::Up)
            .tells(NoteSummary {
                role: Some((RoleName::Follower, term)),
                term: Some(term),
                ..NoteSummary::default()
            });
    /// A node was started beside the cluster, with an empty disk and in no configuration.
    NodeBooted "node_booted" => Node.life(HostState::Down, HostState::Up);
    /// The node stopped itself, because it could not continue correctly.
    NodeHalted { #[serde(skip)] reason: HaltReason } "node_halted"
        => Node.life(HostState::Up, HostState::Halted(reason)).about(EventDetail::Fault(Some(reason))).notable();
    /// The leader began to hand over to another node.
    TransferStarted { to: NodeId } "transfer_started" => Protocol.notable();
    /// The node's clock runs at another speed from now on: faster by this many millionths.
    ClockChanged { drift_ppm: i32 } "clock_changed" => Node;
    /// The node was paused.
    NodePaused "node_paused" => Node.life(HostState::Up, HostState::Paused);
    /// The node resumed after a pause.
    NodeResumed "node_resumed" => Node.life(HostState::Paused, HostState::Up);
    /// Messages from the node to another are held from now on.
    LinkHeld { to: NodeId } "link_held" => Link.about(EventDetail::Link(to, None));
    /// Messages from the node to another are no longer held.
    LinkReleased { to: NodeId } "link_released" => Link.about(EventDetail::Link(to, None));
    /// The link from the node to another has these faults now.
    LinkChanged { to: NodeId, delay_us: u64, loss_ppm: Option<u32>, duplicate_ppm: Option<u32> } "link_changed"
        => Link.about(EventDetail::Link(to, Some(LinkFault { delay_us, loss_ppm, duplicate_ppm })));
    /// The link from the node to another was cut.
    LinkCut { to: NodeId } "link_cut" => Link.about(EventDetail::Link(to, None));
    /// The link from the node to another was healed.
    LinkHealed { to: NodeId } "link_healed" => Link.about(EventDetail::Link(to, None));
    /// When the node stopped, this many whole records of its unfinished writes stayed on its disk.
    /// If `torn`, pieces of others follow them.
    TailLeft { #[serde(rename = "records")] kept: u32, torn: bool } "tail_left" => Disk;
    /// At its start the node found a sync mark on its disk damaged, and rewrote both.
    MarksRenewed "marks_renewed" => Disk;
    /// At its start the node cut off the torn tail of its disk.
    TailCut "tail_cut" => Disk;
    /// At its start the node dropped synced records: the first one that it could not read, and all
    /// after it.
    RecordsDropped { #[serde(rename = "records")] count: u32 } "records_dropped" => Disk;
    /// Bytes on the node's disk were damaged.
    DiskDamaged { #[serde(skip)] spot: DamagedRange } "disk_damaged" => Disk.about(EventDetail::DamagedRange(spot));
    /// Everything on the node's disk is gone.
    DiskWiped "disk_wiped" => Disk;
    /// The node lost access to its disk.
    DiskCut "disk_cut" => Disk;
    /// All trouble with the node's disk ended. Damage stays.
    DiskRestored "disk_restored" => Disk;
    /// The node's disk has no more room for entries, and little for terms and votes.
    DiskFilled "disk_filled" => Disk;
    /// Every write to the node's disk takes this long from now on.
    DiskSlowed { latency_us: u64 } "disk_slowed" => Disk;
    /// From now on the node's disk reports writes as synced that are not.
    DiskMadeToLie "disk_made_to_lie" => Disk;
    /// The next crash of the node will tear the records that its disk has not synced.
    DiskTearArmed "disk_tear_armed" => Disk;
    /// The next write to the node's disk will be lost although the disk reports it as synced.
    DiskLossArmed "disk_loss_armed" => Disk;
    /// The node's disk reported a write as synced but lost it.
    WriteVanished "write_vanished" => Disk;
    /// An older version of a record replaced it on the node's disk.
    DiskWentStale { #[serde(skip)] spot: DamagedRange } "disk_went_stale" => Disk.about(EventDetail::DamagedRange(spot));
    /// The node's whole disk was read; the fault is what this found, if anything.
    DiskScrubbed { #[serde(skip)] fault: Option<Fault> } "disk_scrubbed"
        => Disk.about(EventDetail::Fault(fault.map(HaltReason::Disk)));
    /// A client's request reached the node and was accepted: for the first time, or sent again
    /// within its session under its old number, which is a further attempt. A `get` has the kind of
    /// its answer. A request that repeats another under a number of its own says which.
    ClientInvoked {
        #[serde(serialize_with = "shown")] op: OpId,
        #[serde(skip)] client: ClientId,
        serial: u32,
        attempt: u32,
        #[serde(serialize_with = "shown_or_null")] read: Option<ReadKind>,
        in_session: bool,
        #[serde(serialize_with = "shown_or_null")] retry_of: Option<OpId>,
    } "client_invoked" => Client.about(EventDetail::Request(op));
    /// An attempt at a client's request was answered, or the request lost its last chance of an
    /// answer.
    ClientReplied {
        #[serde(serialize_with = "shown")] op: OpId,
        #[serde(serialize_with = "shown")] outcome: Outcome,
        #[serde(skip)] value: Option<TextId>,
        attempt: u32,
    } "client_replied" => Client.about(EventDetail::Answer(value)).notable();
    /// A read that is no entry was confirmed: the node that was asked may answer it as soon as it
    /// has applied this index.
    ReadConfirmed { #[serde(serialize_with = "shown")] op: OpId, index: Index } "read_confirmed"
        => Client;
    /// The node refused a request of a client in the background. It named the leader that it
    /// knows, if it knows one.
    ClientRefused { #[serde(skip)] client: ClientId, leader: Option<NodeId> } "client_refused"
        => Client.about(EventDetail::Client(client));
    /// A client in the background has waited for this node's answer as long as it waits.
    ClientTimedOut {
        #[serde(skip)] client: ClientId,
        #[serde(serialize_with = "shown")] op: OpId,
    } "client_timed_out"
        => Client.about(EventDetail::Client(client)).notable();
    /// A property was violated: see the violation with this number, from 0, in
    /// [`super::World::violations`].
    PropertyViolated { #[serde(skip)] number: u32 } "property_violated"
        => Judgement.about(EventDetail::Violation(number)).notable();
    /// Nothing is judged from here on: [`super::World::judging_ended`] says why.
    JudgingEnded "judging_ended" => Judgement.about(EventDetail::JudgingEnded).notable();
}

fn shown<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn shown_or_null<T: Display, S: Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

fn message_name<S: Serializer>(message: &MessageId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("m{message}"))
}

/// Why a message was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// It was lost by chance.
    Loss,
    /// The link was cut.
    Cut,
    /// The receiver was not up.
    Down,
    /// The user dropped it.
    ByHand,
    /// The network already had as many messages in flight as it takes.
    Overflow,
}
