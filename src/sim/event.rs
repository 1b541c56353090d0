//! What happened: small facts of a fixed size, in the past tense. Words are made of them when
//! somebody looks.

use std::fmt::Display;

use serde::{Serialize, Serializer};

use crate::disk::{DamagedRange, Fault};
use crate::raft::note::{NoteFields, NoteSummary};
use crate::raft::{Entry, Index, MessageSummary, NodeId, Note, RoleName, Term, Timer};

use super::client::{OpId, Outcome};
use super::state::{HaltReason, HostState, LinkFault};

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
    pub fn new(
        id: EventId,
        time_us: u64,
        cause: Option<EventId>,
        node: NodeId,
        kind: EventKind,
    ) -> Event {
        // A cause too far back to be counted is too far back to be kept as well.
        let cause_distance = cause.and_then(|cause| u32::try_from(id - cause).ok()).unwrap_or(0);
        Event { id, time_us, cause_distance, node, kind }
    }

    /// The event that caused it; none if the user did.
    pub fn cause(&self) -> Option<EventId> {
        (self.cause_distance != 0).then(|| self.id - u64::from(self.cause_distance))
    }
}

/// What kinds of events are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// What the protocol decided.
    Protocol,
    /// What a disk has made durable.
    Sync,
    /// What becomes of messages.
    Message,
    /// What becomes of the way between two nodes.
    Link,
    /// What becomes of nodes.
    Node,
    /// What becomes of disks.
    Disk,
    /// What clients ask, and what they are told.
    Client,
    /// What those who judge say.
    Judgement,
}

/// What an event refers to, where that says more than the fields of its kind do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventDetail {
    /// Nothing else.
    Itself,
    /// A message.
    Message(Passage),
    /// The way to another node, and how it differs from the others.
    Link(NodeId, Option<LinkFault>),
    /// What is wrong with the disk, if anything is.
    Fault(Option<HaltReason>),
    /// Where the disk was harmed.
    DamagedRange(DamagedRange),
    /// A request.
    Request(OpId),
    /// The answer to a request.
    Answer(OpId),
    /// The violation of this number.
    Violation(u32),
    /// The end of all judging.
    JudgingEnded,
}

/// A message on its way, as it is seen from one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The message.
    pub message: MessageId,
    /// How far it has come.
    pub stage: Stage,
    /// The node at the other end.
    pub other: NodeId,
    /// The sender's term.
    pub term: Term,
    /// What it says.
    pub said: MessageSummary,
}

impl Passage {
    /// From which node to which other one it goes, if this is the node of the event.
    pub fn route(&self, node: NodeId) -> (NodeId, NodeId) {
        if self.stage == Stage::Sent { (node, self.other) } else { (self.other, node) }
    }
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was sent.
    Sent,
    /// It arrived.
    Delivered,
    /// It was lost.
    Dropped(DropReason),
}

/// What there is to know of an event without knowing its kind. It is worked out when somebody asks,
/// and stored nowhere.
#[derive(Clone, Copy, Debug)]
pub struct Attributes {
    /// What its kind is about.
    pub family: Family,
    /// What it refers to.
    pub subject: EventDetail,
    /// Whether the node ran before it, and whether it runs from now on.
    pub life: Option<(HostState, HostState)>,
    /// What it tells of the protocol.
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

    /// The message that it is about.
    pub fn message(&self) -> Option<Passage> {
        if let EventDetail::Message(passage) = self.subject { Some(passage) } else { None }
    }
}

/// Makes the kinds of events out of one table: a row is a kind, its fields, its name, and its
/// attributes. Names are stable: `history --kind` and JSON know a kind by its name. The fields are
/// written for programs as they stand here, but for those that are skipped: whoever writes them
/// adds what an event's [`EventDetail`] tells.
macro_rules! events {
    ($(
        $(#[doc = $doc:literal])* $kind:ident $({ $($(#[$serde:meta])* $field:ident: $type:ty),* $(,)? })? $name:literal
            => $family:ident $(.$add:ident($($value:expr),*))*;
    )*) => {
        /// Kinds of events.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        #[allow(missing_docs, reason = "the fields are the protocol's own words; each variant says what they tell")]
        pub enum EventKind {
            /// What the protocol decided.
            Note(#[serde(serialize_with = "NoteFields::serialize")] Note),
            $($(#[doc = $doc])* $kind $({ $($(#[$serde])* $field: $type),* })?,)*
        }

        impl EventKind {
            /// The names of all kinds, first those of notes.
            pub fn names() -> impl Iterator<Item = &'static str> + Clone {
                Note::NAMES.iter().chain(&[$($name),*]).copied()
            }

            /// Its stable name.
            pub fn name(&self) -> &'static str {
                match self {
                    EventKind::Note(note) => note.name(),
                    $(EventKind::$kind { .. } => $name,)*
                }
            }

            /// What there is to know of it without knowing its kind. In place, so that nothing is
            /// worked out of what nobody looks at.
            #[inline(always)]
            pub fn attributes(&self) -> Attributes {
                match *self {
                    EventKind::Note(note) => {
                        let (told, up) = (note.summary(), HostState::Up);
                        Attributes { told, life: told.role.map(|_| (up, up)), ..Attributes::of(Family::Protocol) }
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
    /// The node's state machine was given an entry.
    EntryApplied { index: Index, entry: Entry } "entry_applied"
        => Protocol.tells(NoteSummary { entry: Some((index, entry)), term: Some(entry.term), ..NoteSummary::default() });
    /// A write of entries is on the node's disk: those up to `kept` stayed as they were, those
    /// after it up to `through` are what the disk holds now.
    EntriesSynced { kept: Index, through: Index } "entries_synced" => Sync;
    /// The term and vote are on the node's disk.
    VoteSynced { term: Term, vote: Option<NodeId> } "vote_synced" => Sync.term(term);
    /// One of the node's timers ran out.
    TimerFired { timer: Timer } "timer_fired" => Protocol;
    /// The node sent a message.
    MessageSent {
        #[serde(serialize_with = "message_name")] message: MessageId,
        #[serde(skip)] to: NodeId,
        #[serde(skip)] term: Term,
        #[serde(skip)] said: MessageSummary,
    } "message_sent"
        => Message.passage(Passage { message, stage: Stage::Sent, other: to, term, said });
    /// The network made a second copy of a message.
    MessageDuplicated {
        #[serde(serialize_with = "message_name")] message: MessageId,
        #[serde(serialize_with = "message_name")] copy: MessageId,
    } "message_duplicated" => Message;
    /// A message reached the node.
    MessageDelivered {
        #[serde(serialize_with = "message_name")] message: MessageId,
        from: NodeId,
        #[serde(skip)] term: Term,
        #[serde(skip)] said: MessageSummary,
    } "message_delivered"
        => Message.passage(Passage { message, stage: Stage::Delivered, other: from, term, said });
    /// A message to the node was lost.
    MessageDropped {
        #[serde(serialize_with = "message_name")] message: MessageId,
        reason: DropReason,
        from: NodeId,
        #[serde(skip)] term: Term,
        #[serde(skip)] said: MessageSummary,
    } "message_dropped"
        => Message.passage(Passage { message, stage: Stage::Dropped(reason), other: from, term, said });
    /// The node was killed.
    NodeKilled "node_killed" => Node.life(HostState::Up, HostState::Down);
    /// The node started again, from what its disk holds. Of the log it used before, entries after
    /// `last` are gone. Where the disk holds others than that log (a truncation was lost in the
    /// crash), `LogTruncated` and `EntryAppended` follow.
    NodeRestarted { term: Term, vote: Option<NodeId>, last: Index } "node_restarted"
        => Node.life(HostState::Down, HostState::Up)
            .tells(NoteSummary { role: Some((RoleName::Follower, term)), term: Some(term), ..NoteSummary::default() });
    /// The node stopped itself rather than go on wrong.
    NodeHalted { #[serde(skip)] reason: HaltReason } "node_halted"
        => Node.life(HostState::Up, HostState::Halted(reason)).about(EventDetail::Fault(Some(reason))).notable();
    /// The node was paused.
    NodePaused "node_paused" => Node.life(HostState::Up, HostState::Paused);
    /// The node goes on after a pause.
    NodeResumed "node_resumed" => Node.life(HostState::Paused, HostState::Up);
    /// Messages from the node to another are held.
    LinkHeld { to: NodeId } "link_held" => Link.about(EventDetail::Link(to, None));
    /// They are no longer held.
    LinkReleased { to: NodeId } "link_released" => Link.about(EventDetail::Link(to, None));
    /// The way from the node to another differs from the others like this.
    LinkChanged { to: NodeId, delay_us: u64, loss_ppm: Option<u32>, duplicate_ppm: Option<u32> } "link_changed"
        => Link.about(EventDetail::Link(to, Some(LinkFault { delay_us, loss_ppm, duplicate_ppm })));
    /// The way from the node to another was cut.
    LinkCut { to: NodeId } "link_cut" => Link.about(EventDetail::Link(to, None));
    /// The way from the node to another is whole again.
    LinkHealed { to: NodeId } "link_healed" => Link.about(EventDetail::Link(to, None));
    /// Of the writes that had not finished when the node stopped, so many whole records are on its
    /// disk all the same, and, if torn, pieces behind them.
    TailLeft { #[serde(rename = "records")] kept: u32, torn: bool } "tail_left" => Disk;
    /// The node, starting, found a mark on its disk damaged, and made both anew.
    MarksRenewed "marks_renewed" => Disk;
    /// The node, starting, cut off what was torn behind the last record on its disk.
    TailCut "tail_cut" => Disk;
    /// The node, starting, dropped records that were synced: the first that it could not read, and
    /// all behind it.
    RecordsDropped { #[serde(rename = "records")] count: u32 } "records_dropped" => Disk;
    /// Bytes on the node's disk were damaged.
    DiskDamaged { #[serde(skip)] spot: DamagedRange } "disk_damaged" => Disk.about(EventDetail::DamagedRange(spot));
    /// The node lost access to its disk.
    DiskCut "disk_cut" => Disk;
    /// The node's disk works as usual again.
    DiskRestored "disk_restored" => Disk;
    /// The node's disk has no room for entries any more, and for few votes.
    DiskFilled "disk_filled" => Disk;
    /// Every write to the node's disk takes this long now.
    DiskSlowed { latency_us: u64 } "disk_slowed" => Disk;
    /// The node's disk says of writes that they are synced, and does not sync them, from now on.
    DiskMadeToLie "disk_made_to_lie" => Disk;
    /// The next crash of the node will tear what its disk has not synced.
    DiskTearArmed "disk_tear_armed" => Disk;
    /// The next write to the node's disk will vanish.
    DiskLossArmed "disk_loss_armed" => Disk;
    /// A write that the node's disk says is synced has vanished.
    WriteVanished "write_vanished" => Disk;
    /// An older version of a record came back on the node's disk.
    DiskWentStale { #[serde(skip)] spot: DamagedRange } "disk_went_stale" => Disk.about(EventDetail::DamagedRange(spot));
    /// The whole disk of the node was read, and this found.
    DiskScrubbed { #[serde(skip)] fault: Option<Fault> } "disk_scrubbed"
        => Disk.about(EventDetail::Fault(fault.map(HaltReason::Disk)));
    /// A client's request reached the node and was accepted.
    ClientInvoked { #[serde(serialize_with = "shown")] op: OpId } "client_invoked"
        => Client.about(EventDetail::Request(op));
    /// A client's request was answered, or its answer will never come.
    ClientReplied {
        #[serde(serialize_with = "shown")] op: OpId,
        #[serde(serialize_with = "shown")] outcome: Outcome,
    } "client_replied" => Client.about(EventDetail::Answer(op)).notable();
    /// A promise of the protocol was broken: the violation of this number, counted from 0, in
    /// [`super::World::violations`].
    PropertyViolated { #[serde(skip)] number: u32 } "property_violated"
        => Judgement.about(EventDetail::Violation(number)).notable();
    /// Nothing is judged from here on: [`super::World::judging_ended`] tells why.
    JudgingEnded "judging_ended" => Judgement.about(EventDetail::JudgingEnded).notable();
}

fn shown<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn message_name<S: Serializer>(message: &MessageId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("m{message}"))
}

/// Why a message was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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
