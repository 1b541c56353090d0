//! What a storm forces at once when something happens: a crash between a write and its sync, a
//! message of one type lost, two candidates at the same time. Chance alone rarely hits such
//! moments.

use super::trouble::Trouble;
use crate::raft::{MessageKind, NodeId, Note, RoleName};
use crate::sim::{Event, EventKind, MessageId};

/// When something is forced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    /// A node appended an entry, which its disk does not have yet.
    Appended,
    /// A node granted a vote, which its disk may not have yet.
    Voted,
    /// A write of a node has reached its disk.
    Synced,
    /// A node deleted entries.
    Truncated,
    /// A node became a candidate.
    Stood,
    /// A node became leader.
    Elected,
    /// A commit index rose.
    Committed,
    /// A node resumed after a pause.
    Resumed,
    /// A message of the storm's type was sent.
    Sent,
    /// A message of the storm's type was delivered.
    Delivered,
}

/// What is forced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    /// The node crashes, and starts again later.
    Kill,
    /// The node crashes and starts again at once.
    Restart,
    /// All nodes crash and start again at once.
    RestartAll,
    /// The node reaches nobody.
    Isolate,
    /// The link from the node to one other is cut.
    Cut,
    /// The node stands still.
    Pause,
    /// The message is lost.
    Drop,
    /// The message arrives twice.
    Copy,
    /// A copy of the message is kept back. The message and all that follow it arrive.
    Keep,
    /// The message and those that follow it on its link are kept back.
    Hold,
    /// The election timer of the node fires.
    Timeout,
    /// The election timer of another node fires.
    TimeoutOther,
    /// Nothing that the node sends arrives, while it hears the others.
    Mute,
    /// What others send to the node takes most of an election timeout.
    SlowAnswers,
    /// The node that leads reaches nobody.
    IsolateLeader,
    /// The node hands over to another, if it leads.
    Transfer,
    /// The node's disk becomes slow.
    SlowDisk,
    /// Several requests reach the node at once.
    Burst,
    /// Every node is asked to read what was written last.
    Read,
}

/// A reaction at an occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trigger {
    pub(super) occasion: Occasion,
    pub(super) reaction: Reaction,
}

impl Trigger {
    /// The trouble to which it belongs; none if it is no trouble, but the work of clients.
    pub(super) fn trouble(self) -> Option<Trouble> {
        Some(match self.reaction {
            Reaction::Burst | Reaction::Read => return None,
            Reaction::Kill | Reaction::Restart | Reaction::RestartAll => Trouble::Kill,
            Reaction::Isolate | Reaction::IsolateLeader => Trouble::Isolate,
            Reaction::Cut | Reaction::Mute => Trouble::Cut,
            Reaction::SlowAnswers => Trouble::Delay,
            Reaction::Pause => Trouble::Pause,
            Reaction::Drop => Trouble::Loss,
            Reaction::Copy => Trouble::Duplicate,
            Reaction::Keep | Reaction::Hold => Trouble::Hold,
            Reaction::Timeout | Reaction::TimeoutOther => Trouble::Timeout,
            Reaction::Transfer => Trouble::Transfer,
            Reaction::SlowDisk => Trouble::Disk,
        })
    }
}

const fn at(occasion: Occasion, reaction: Reaction) -> Trigger {
    Trigger { occasion, reaction }
}

/// All triggers.
pub(super) const TRIGGERS: &[Trigger] = &[
    at(Occasion::Appended, Reaction::Kill),
    at(Occasion::Appended, Reaction::Restart),
    at(Occasion::Appended, Reaction::RestartAll),
    at(Occasion::Appended, Reaction::SlowDisk),
    at(Occasion::Appended, Reaction::TimeoutOther),
    at(Occasion::Voted, Reaction::Restart),
    at(Occasion::Voted, Reaction::TimeoutOther),
    at(Occasion::Synced, Reaction::Kill),
    at(Occasion::Synced, Reaction::Restart),
    at(Occasion::Truncated, Reaction::Kill),
    at(Occasion::Truncated, Reaction::Restart),
    at(Occasion::Truncated, Reaction::Timeout),
    at(Occasion::Stood, Reaction::TimeoutOther),
    at(Occasion::Stood, Reaction::Pause),
    at(Occasion::Stood, Reaction::Restart),
    at(Occasion::Elected, Reaction::Kill),
    at(Occasion::Elected, Reaction::Isolate),
    at(Occasion::Elected, Reaction::Cut),
    at(Occasion::Elected, Reaction::Pause),
    at(Occasion::Elected, Reaction::TimeoutOther),
    at(Occasion::Elected, Reaction::SlowDisk),
    at(Occasion::Elected, Reaction::Burst),
    at(Occasion::Elected, Reaction::Transfer),
    at(Occasion::Elected, Reaction::Read),
    at(Occasion::Committed, Reaction::Mute),
    at(Occasion::Elected, Reaction::SlowAnswers),
    at(Occasion::Committed, Reaction::Read),
    at(Occasion::Resumed, Reaction::Read),
    at(Occasion::Stood, Reaction::IsolateLeader),
    at(Occasion::Appended, Reaction::Transfer),
    at(Occasion::Committed, Reaction::Kill),
    at(Occasion::Committed, Reaction::Isolate),
    at(Occasion::Committed, Reaction::TimeoutOther),
    at(Occasion::Sent, Reaction::Drop),
    at(Occasion::Sent, Reaction::Copy),
    at(Occasion::Sent, Reaction::Keep),
    at(Occasion::Sent, Reaction::Hold),
    at(Occasion::Sent, Reaction::Cut),
    at(Occasion::Delivered, Reaction::Restart),
    at(Occasion::Delivered, Reaction::Timeout),
    at(Occasion::Delivered, Reaction::Pause),
];

/// Triggers that show more together than alone. Chance rarely draws all of them for one storm.
pub(super) const TOGETHER: &[&[Trigger]] = &[
    // Leaders are replaced, and elected again, while their disks are busy.
    &[
        at(Occasion::Elected, Reaction::SlowDisk),
        at(Occasion::Elected, Reaction::Burst),
        at(Occasion::Appended, Reaction::TimeoutOther),
        at(Occasion::Truncated, Reaction::Timeout),
    ],
    // Voters crash while several nodes ask for their votes.
    &[at(Occasion::Voted, Reaction::Restart), at(Occasion::Stood, Reaction::TimeoutOther)],
    // Messages of former leaders arrive after others were elected.
    &[
        at(Occasion::Sent, Reaction::Keep),
        at(Occasion::Delivered, Reaction::Timeout),
        at(Occasion::Elected, Reaction::TimeoutOther),
    ],
    // Leaders that were replaced without knowing it are asked to read.
    &[
        at(Occasion::Committed, Reaction::Isolate),
        at(Occasion::Elected, Reaction::Burst),
        at(Occasion::Committed, Reaction::Read),
        at(Occasion::Resumed, Reaction::Read),
    ],
    // Leaders whose answers come late are heard no longer.
    &[
        at(Occasion::Elected, Reaction::SlowAnswers),
        at(Occasion::Committed, Reaction::Mute),
        at(Occasion::Elected, Reaction::Burst),
        at(Occasion::Committed, Reaction::Read),
    ],
    // Leaders that hand over lose touch with the others, and are asked to read.
    &[
        at(Occasion::Appended, Reaction::Transfer),
        at(Occasion::Stood, Reaction::IsolateLeader),
        at(Occasion::Elected, Reaction::Burst),
        at(Occasion::Committed, Reaction::Read),
    ],
    // Leaders disappear when something has just been committed, or is about to be.
    &[
        at(Occasion::Committed, Reaction::Isolate),
        at(Occasion::Appended, Reaction::Kill),
        at(Occasion::Elected, Reaction::TimeoutOther),
    ],
];

/// What has happened, as triggers see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incident {
    pub(super) occasion: Occasion,
    pub(super) node: NodeId,
    /// The message that was sent or delivered, and the node at its other end.
    pub(super) message: Option<(MessageId, NodeId)>,
}

impl Incident {
    /// The incident that an event is, if it is one. `kind` is the message type that counts.
    pub(super) fn of(event: &Event, kind: MessageKind) -> Option<Incident> {
        let mut message = None;
        let occasion = if let EventKind::Note(note) = event.kind {
            of_note(note)?
        } else if let EventKind::MessageSent { message: id, to, said, .. } = event.kind {
            message = Some((id, to)).filter(|_| said.kind() == kind);
            message.map(|_| Occasion::Sent)?
        } else if let EventKind::MessageDelivered { message: id, from, said, .. } = event.kind {
            message = Some((id, from)).filter(|_| said.kind() == kind);
            message.map(|_| Occasion::Delivered)?
        } else if matches!(
            event.kind,
            EventKind::EntriesSynced { .. } | EventKind::VoteSynced { .. }
        ) {
            Occasion::Synced
        } else if matches!(event.kind, EventKind::NodeResumed) {
            Occasion::Resumed
        } else {
            return None;
        };
        Some(Incident { occasion, node: event.node, message })
    }
}

fn of_note(note: Note) -> Option<Occasion> {
    match note {
        Note::EntryAppended { .. } => Some(Occasion::Appended),
        Note::VoteGranted { .. } => Some(Occasion::Voted),
        Note::LogTruncated { .. } => Some(Occasion::Truncated),
        Note::CommitAdvanced { .. } => Some(Occasion::Committed),
        Note::RoleChanged { role: RoleName::Candidate, .. } => Some(Occasion::Stood),
        Note::RoleChanged { role: RoleName::Leader, .. } => Some(Occasion::Elected),
        Note::RoleChanged { role: RoleName::Follower | RoleName::PreCandidate, .. }
        | Note::PreVoteGranted { .. }
        | Note::PreVoteRefused { .. }
        | Note::QuorumChecked { .. }
        | Note::TransferEnded { .. }
        | Note::ReadDeferred { .. }
        | Note::ConfigurationChanged { .. }
        | Note::SnapshotInstalled { .. }
        | Note::LogCompacted { .. }
        | Note::ElectionLost { .. }
        | Note::VoteRefused { .. }
        | Note::AppendRefused { .. }
        | Note::CommitHeld { .. }
        | Note::WriteForgone { .. } => None,
    }
}
