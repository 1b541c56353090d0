//! The messages between nodes: the two RPCs of figure 2 and their replies, and those of the
//! features beyond figure 2.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize, Serializer};

use super::fields;
use super::image::Snapshot;
use super::label::Label;
use super::nodes::NodeId;
use super::types::{Entry, Index, Position, Round, Term, Ticket};
use crate::seq::Few;

/// A message with its sender and its receiver.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// The sender's current term when it sent the message; of a pre-vote, the term after it.
    pub term: Term,
    /// The message's type and the fields of that type.
    #[serde(flatten)]
    pub body: Body,
}

impl Message {
    /// Whether the message is an AppendEntries without entries.
    pub fn is_heartbeat(&self) -> bool {
        matches!(&self.body, Body::AppendEntries { entries, .. } if entries.is_empty())
    }
}

/// Defines the bodies of messages in one table: a row is a body, its message type, and its fields.
macro_rules! bodies {
    ($(
        $(#[doc = $doc:literal])* $body:ident of $kind:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* }
    )*) => {
        /// The content of a message. `E` represents its entries: [`Entries`] in a message, their
        /// number in a [`MessageSummary`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(tag = "type")]
        pub enum Body<E = Entries> {
            $($(#[doc = $doc])* $body { $($(#[$attribute])* $field: $type,)* },)*
        }

        /// Serializes the fields of a message without its type.
        #[derive(Serialize)]
        #[serde(remote = "Body", untagged)]
        pub(crate) enum BodyFields<E> {
            $($body { $($(#[$attribute])* $field: $type,)* },)*
        }

        impl<E> Body<E> {
            /// The type of the message.
            pub fn kind(&self) -> MessageKind {
                match self { $(Body::$body { .. } => MessageKind::$kind,)* }
            }
        }
    };
}

bodies! {
    /// A candidate requests a vote (§5.2). The candidate is the sender.
    RequestVote of RequestVote {
        /// The last entry of the candidate's log, for the up-to-date check (§5.4.1).
        #[serde(flatten, with = "fields::last_log")]
        last_log: Position,
        /// Whether the leader asked for the election: then a voter that hears the leader grants its
        /// vote too (Ongaro's thesis, §3.10, §4.2.3).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        transfer: bool,
    }
    /// A node's reply to RequestVote.
    RequestVoteReply of RequestVoteReply {
        /// Whether the sender votes for the candidate in this term.
        granted: bool,
    }
    /// A node asks whether the receiver would vote for it in the next term (Ongaro's thesis, §9.6).
    /// The message's term is that next term, which has not begun.
    PreVote of PreVote {
        /// The last entry of the node's log, for the up-to-date check (§5.4.1).
        #[serde(flatten, with = "fields::last_log")]
        last_log: Position,
    }
    /// A node's reply to PreVote. If granted, its term is the one that was asked about; otherwise
    /// it is the sender's own.
    PreVoteReply of PreVoteReply {
        /// Whether the sender would vote for the node.
        granted: bool,
    }
    /// A leader tells a node to start an election at once (Ongaro's thesis, §3.10).
    TimeoutNow of TimeoutNow {}
    /// A leader replicates its log entries (§5.3); without entries, it is a heartbeat. The leader
    /// is the sender.
    AppendEntries of AppendEntries {
        /// The entry immediately preceding the new ones.
        #[serde(flatten, with = "fields::prev_log")]
        prev_log: Position,
        /// The new entries; none if the leader has no further entries for this follower.
        entries: E,
        /// The leader's commit index.
        leader_commit: Index,
        /// The latest round of this leader, if it numbers its rounds (Ongaro's thesis, §6.4).
        #[serde(default, skip_serializing_if = "Round::is_none")]
        round: Round,
    }
    /// A leader sends its snapshot, because it has discarded the entries that the follower needs
    /// next (§7). The last entry that it includes serves as the entry before those that follow.
    InstallSnapshot of InstallSnapshot {
        /// The snapshot.
        #[serde(flatten)]
        snapshot: Snapshot,
    }
    /// A node's reply to InstallSnapshot.
    InstallSnapshotReply of InstallSnapshotReply {
        /// The last index that this InstallSnapshot verified; 0 if its term is stale, or if the
        /// disk has no room for the snapshot.
        match_index: Index,
    }
    /// A follower accepted an AppendEntries.
    AppendEntriesAccepted of AppendEntriesReply {
        /// The last index that this AppendEntries verified: the follower's log equals the leader's
        /// up to here.
        match_index: Index,
        /// The round of that AppendEntries.
        #[serde(default, skip_serializing_if = "Round::is_none")]
        round: Round,
    }
    /// A follower refused an AppendEntries: its log does not match at `prev_log`, or the leader's
    /// term is stale.
    AppendEntriesRefused of AppendEntriesReply {
        /// The index of the refused `prev_log`: it tells which AppendEntries this answers.
        prev_log_index: Index,
        /// The follower's latest entry that may still agree with the leader's log: at or before
        /// `prev_log`, with a term not greater than that of `prev_log` (end of §5.3).
        #[serde(flatten, with = "fields::hint")]
        hint: Position,
        /// The round of that AppendEntries.
        #[serde(default, skip_serializing_if = "Round::is_none")]
        round: Round,
    }
    /// A follower asks its leader up to which index it has to apply before it answers its reads
    /// (Ongaro's thesis, §6.4).
    ReadIndex of ReadIndex {
        /// The follower's number for the latest of these reads.
        ticket: Ticket,
    }
    /// The leader's reply to ReadIndex: it led when that arrived.
    ReadIndexReply of ReadIndexReply {
        /// The number in the ReadIndex: the follower's reads up to this one are answered.
        ticket: Ticket,
        /// The index that the follower has to apply first.
        index: Index,
    }
    /// A message of another Raft that has no counterpart here. This protocol sends none and ignores
    /// those that it gets.
    Other of Other {
        /// What its sender calls it.
        label: Label,
        /// The commit index that it carries; 0 if none.
        leader_commit: Index,
    }
}

impl<E> Body<E> {
    /// Whether a leader sends it to a follower and waits for the answer.
    #[inline]
    pub fn asks_follower(&self) -> bool {
        matches!(self, Body::AppendEntries { .. } | Body::InstallSnapshot { .. })
    }

    /// What the message is called: its type, or what another Raft calls it.
    pub fn called(&self) -> &'static str {
        match self {
            Body::Other { label, .. } => label.text(),
            known => known.kind().name(),
        }
    }

    /// Whether it is about a term that has not begun: a request for a pre-vote, or one that is
    /// granted.
    #[inline]
    pub fn is_about_next_term(&self) -> bool {
        matches!(self, Body::PreVote { .. } | Body::PreVoteReply { granted: true })
    }
}

/// A message body with the number of its entries in place of the entries: short enough for an
/// event.
pub type MessageSummary = Body<u32>;

impl Body {
    /// The body with the number of its entries in place of the entries.
    #[inline]
    pub fn summary(&self) -> MessageSummary {
        match *self {
            Body::RequestVote { last_log, transfer } => Body::RequestVote { last_log, transfer },
            Body::TimeoutNow {} => Body::TimeoutNow {},
            Body::RequestVoteReply { granted } => Body::RequestVoteReply { granted },
            Body::PreVote { last_log } => Body::PreVote { last_log },
            Body::PreVoteReply { granted } => Body::PreVoteReply { granted },
            Body::AppendEntries { prev_log, ref entries, leader_commit, round } => {
                let entries = entries.len() as u32;
                Body::AppendEntries { prev_log, entries, leader_commit, round }
            }
            Body::InstallSnapshot { snapshot } => Body::InstallSnapshot { snapshot },
            Body::InstallSnapshotReply { match_index } => {
                Body::InstallSnapshotReply { match_index }
            }
            Body::AppendEntriesAccepted { match_index, round } => {
                Body::AppendEntriesAccepted { match_index, round }
            }
            Body::AppendEntriesRefused { prev_log_index, hint, round } => {
                Body::AppendEntriesRefused { prev_log_index, hint, round }
            }
            Body::ReadIndex { ticket } => Body::ReadIndex { ticket },
            Body::ReadIndexReply { ticket, index } => Body::ReadIndexReply { ticket, index },
            Body::Other { label, leader_commit } => Body::Other { label, leader_commit },
        }
    }
}

/// Defines the message types and their names.
macro_rules! message_kinds {
    ($($(#[doc = $doc:literal])* $kind:ident,)*) => {
        /// The types of message, by the paper's names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum MessageKind {
            $($(#[doc = $doc])* $kind,)*
            /// A message of another Raft that has no counterpart here.
            #[serde(rename = "other")]
            Other,
        }

        impl MessageKind {
            /// The names of all types of this protocol, in the order of the variants.
            pub const NAMES: &[&str] = &[$(stringify!($kind)),*];

            /// All types of this protocol, in the order of the variants.
            pub const ALL: &[MessageKind] = &[$(MessageKind::$kind),*];

            /// The type's name, such as `RequestVote`.
            pub fn name(self) -> &'static str {
                MessageKind::NAMES.get(self as usize).copied().unwrap_or("other")
            }
        }
    };
}

message_kinds! {
    /// A candidate's request for a vote.
    RequestVote,
    /// The reply to RequestVote.
    RequestVoteReply,
    /// A leader's entries or heartbeat.
    AppendEntries,
    /// The reply to AppendEntries, whether accepted or refused.
    AppendEntriesReply,
    /// The question whether the receiver would vote for the sender.
    PreVote,
    /// The reply to PreVote.
    PreVoteReply,
    /// A leader's command to start an election.
    TimeoutNow,
    /// The question up to which index a follower has to apply before it answers its reads.
    ReadIndex,
    /// The reply to ReadIndex.
    ReadIndexReply,
    /// A leader's snapshot.
    InstallSnapshot,
    /// The reply to InstallSnapshot.
    InstallSnapshotReply,
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The entries of a message or a write. Clones share them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "Vec<Entry>")]
pub struct Entries(Few<Entry>);

impl Entries {
    /// No entries.
    pub const NONE: Entries = Entries(Few::NONE);

    /// A single entry.
    pub fn one(entry: Entry) -> Entries {
        Entries(Few::one(entry))
    }

    /// The entries as a list.
    pub fn list(self) -> Few<Entry> {
        self.0
    }
}

impl Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        &self.0
    }
}

impl From<&[Entry]> for Entries {
    fn from(entries: &[Entry]) -> Entries {
        Entries(entries.into())
    }
}

impl From<Vec<Entry>> for Entries {
    fn from(entries: Vec<Entry>) -> Entries {
        entries.as_slice().into()
    }
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
