//! What nodes say to each other: the four messages of figure 2.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use super::fields;
use super::nodes::NodeId;
use super::types::{Entry, Index, Position, Term};

/// A message and where it goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    pub from: NodeId,
    /// Who is meant to hear it.
    pub to: NodeId,
    /// The sender's current term when it spoke.
    pub term: Term,
    /// What it says.
    #[serde(flatten)]
    pub body: Body,
}

impl Message {
    /// Whether it is an AppendEntries without entries.
    pub fn is_heartbeat(&self) -> bool {
        matches!(&self.body, Body::AppendEntries { entries, .. } if entries.is_empty())
    }
}

/// Makes everything that can be said out of one table: a row is a message, its type, and its
/// fields.
macro_rules! bodies {
    ($(
        $(#[doc = $doc:literal])* $body:ident of $kind:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* }
    )*) => {
        /// What a message says. `E` is how its entries are held: shared on their way, and in a
        /// summary as their number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(tag = "type")]
        pub enum Body<E = Entries> {
            $($(#[doc = $doc])* $body { $($(#[$attribute])* $field: $type,)* },)*
        }

        /// Writes the fields of a message without its type.
        #[derive(Serialize)]
        #[serde(remote = "Body", untagged)]
        pub(crate) enum BodyFields<E> {
            $($body { $($(#[$attribute])* $field: $type,)* },)*
        }

        impl<E> Body<E> {
            /// The type of message, without its content.
            pub fn kind(&self) -> MessageKind {
                match self { $(Body::$body { .. } => MessageKind::$kind,)* }
            }
        }
    };
}

bodies! {
    /// A candidate asks for a vote (§5.2). The candidate is the sender.
    RequestVote of RequestVote {
        /// The last entry of the candidate's log, for the up-to-date check (§5.4.1).
        #[serde(flatten, with = "fields::last_log")]
        last_log: Position,
    }
    /// A voter's answer.
    RequestVoteReply of RequestVoteReply {
        /// Whether the sender votes for the candidate in this term.
        granted: bool,
    }
    /// A leader replicates its log; without entries, its heartbeat (§5.3). The leader is the
    /// sender.
    AppendEntries of AppendEntries {
        /// The entry just before the new ones.
        #[serde(flatten, with = "fields::prev_log")]
        prev_log: Position,
        /// The new entries; none in a heartbeat to a follower that has everything.
        entries: E,
        /// The leader's commit index.
        leader_commit: Index,
    }
    /// A follower took the entries.
    AppendEntriesAccepted of AppendEntriesReply {
        /// The last entry that this very message verified: the follower's log equals the leader's
        /// up to here.
        match_index: Index,
    }
    /// A follower has no entry like `prev_log`.
    AppendEntriesRefused of AppendEntriesReply {
        /// The index of the `prev_log` that was refused: which question this answers.
        prev_log_index: Index,
        /// The follower's latest entry that may still agree with the leader's log: at or before
        /// `prev_log`, in a term not after its term (end of §5.3, and one refusal mends any
        /// follower).
        #[serde(flatten, with = "fields::hint")]
        hint: Position,
    }
}

/// What a message says, short enough for an event.
pub type MessageSummary = Body<u32>;

impl Body {
    /// The same with the number of its entries in their place.
    #[inline]
    pub fn summary(&self) -> MessageSummary {
        match *self {
            Body::RequestVote { last_log } => Body::RequestVote { last_log },
            Body::RequestVoteReply { granted } => Body::RequestVoteReply { granted },
            Body::AppendEntries { prev_log, ref entries, leader_commit } => {
                Body::AppendEntries { prev_log, entries: entries.len() as u32, leader_commit }
            }
            Body::AppendEntriesAccepted { match_index } => {
                Body::AppendEntriesAccepted { match_index }
            }
            Body::AppendEntriesRefused { prev_log_index, hint } => {
                Body::AppendEntriesRefused { prev_log_index, hint }
            }
        }
    }
}

/// Lists the types of message by the paper's names.
macro_rules! message_kinds {
    ($($(#[doc = $doc:literal])* $kind:ident,)*) => {
        /// The types of message, by the paper's names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum MessageKind {
            $($(#[doc = $doc])* $kind,)*
        }

        impl MessageKind {
            /// The name of every type.
            pub const NAMES: &[&str] = &[$(stringify!($kind)),*];

            /// Its name.
            pub fn name(self) -> &'static str {
                MessageKind::NAMES[self as usize]
            }
        }
    };
}

message_kinds! {
    /// A candidate's question.
    RequestVote,
    /// The answer to it.
    RequestVoteReply,
    /// A leader's entries or heartbeat.
    AppendEntries,
    /// The answer to it, taken or refused.
    AppendEntriesReply,
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Entries on their way: to other nodes, to the disk. Copies share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "Vec<Entry>")]
pub struct Entries(Option<Arc<[Entry]>>);

impl Entries {
    /// No entries; costs nothing.
    pub const NONE: Entries = Entries(None);

    /// The entries as a shared slice, if there are any.
    pub fn shared(self) -> Option<Arc<[Entry]>> {
        self.0
    }
}

impl Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        self.0.as_deref().unwrap_or(&[])
    }
}

impl From<&[Entry]> for Entries {
    fn from(entries: &[Entry]) -> Entries {
        if entries.is_empty() { Entries::NONE } else { Entries(Some(entries.into())) }
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
