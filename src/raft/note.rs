//! What a node decided, and why: facts for whoever watches. Notes never influence the protocol.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fields;
use super::nodes::NodeId;
use super::types::{Entry, Index, Position, Term};

/// What a note tells, whatever its kind is.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoteSummary {
    /// The term that it tells of.
    pub term: Option<Term>,
    /// The role and term that the node has from now on.
    pub role: Option<(RoleName, Term)>,
    /// The entry that it is about.
    pub entry: Option<(Index, Entry)>,
    /// The commit index that was reached.
    pub commit: Option<Index>,
    /// Whether somebody who lets time run wants to be told.
    pub notable: bool,
}

/// Makes the notes out of one table: a row is a kind, its name, its fields, and what it tells.
macro_rules! notes {
    ($(
        $(#[doc = $doc:literal])* $kind:ident $name:literal { $($(#[$attribute:meta])* $field:ident: $type:ty,)* }
            => $tells:tt;
    )*) => {
        /// A decision of a node.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        pub enum Note {
            $($(#[doc = $doc])* #[serde(rename = $name)] $kind { $($(#[$attribute])* $field: $type,)* },)*
        }

        /// Writes the fields of a note without its kind.
        #[derive(Serialize)]
        #[serde(remote = "Note", untagged)]
        pub(crate) enum NoteFields {
            $($kind { $($(#[$attribute])* $field: $type,)* },)*
        }

        impl Note {
            /// The names of all kinds.
            pub const NAMES: &[&str] = &[$($name),*];

            /// The name of its kind.
            pub fn name(&self) -> &'static str {
                match self { $(Note::$kind { .. } => $name,)* }
            }

            /// What it tells.
            #[inline(always)]
            pub fn summary(&self) -> NoteSummary {
                let none = NoteSummary::default();
                match *self {
                    $(Note::$kind { $($field),* } => {
                        $(let _ = $field;)*
                        notes!(none, $tells)
                    })*
                }
            }
        }
    };
    ($none:expr, { $($told:tt)* }) => { NoteSummary { $($told)* ..$none } };
}

notes! {
    /// The node changed its role, its term, or both.
    RoleChanged "role_changed" {
        /// What it is now.
        role: RoleName,
        /// The term it is in now.
        term: Term,
    } => { term: Some(term), role: Some((role, term)), notable: true, };
    /// It voted, perhaps for itself.
    VoteGranted "vote_granted" {
        /// In this term.
        term: Term,
        /// For this node.
        candidate: NodeId,
    } => { term: Some(term), };
    /// It refused its vote.
    VoteRefused "vote_refused" {
        /// The term that the candidate asked in.
        term: Term,
        /// Who asked.
        candidate: NodeId,
        /// Why.
        #[serde(flatten)]
        why: VoteRefusal,
    } => { term: Some(term), };
    /// An entry joined its log.
    EntryAppended "entry_appended" {
        /// Where.
        index: Index,
        /// The entry.
        #[serde(flatten)]
        entry: Entry,
    } => { term: Some(entry.term), entry: Some((index, entry)), };
    /// Entries that conflict with the leader's left its log.
    LogTruncated "log_truncated" {
        /// The first that left.
        from: Index,
    } => { notable: true, };
    /// It refused an AppendEntries.
    AppendRefused "append_refused" {
        /// Who sent it.
        leader: NodeId,
        /// The entry that it lacks.
        #[serde(flatten, with = "fields::prev_log")]
        prev_log: Position,
        /// Why.
        #[serde(flatten)]
        why: AppendRefusal,
    } => {};
    /// Its commit index is another now: it rose, unless a flaw let it fall.
    CommitAdvanced "commit_advanced" {
        /// Up to here.
        commit: Index,
    } => { commit: Some(commit), };
    /// A majority holds more entries, but they are of an earlier term: they commit with the next
    /// entry of this term, never by counting (§5.4.2).
    CommitHeld "commit_held" {
        /// The last entry that a majority holds.
        #[serde(flatten)]
        held: Position,
    } => { term: Some(held.term), notable: true, };
    /// Its disk has no room for something, so it did without.
    WriteForgone "write_forgone" {
        /// For what.
        #[serde(flatten)]
        need: RequiredWrite,
    } => {};
}

/// What a node would have had to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "need", rename_all = "snake_case")]
pub enum RequiredWrite {
    /// A term that it heard of: it takes no part in it.
    #[serde(with = "fields::term")]
    Term(Term),
    /// Entries from here on: it did not take them.
    #[serde(with = "fields::index")]
    Entry(Index),
    /// All that a leader is asked to append: it does not run for election.
    Leading,
}

/// The three roles (§5.1), as names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleName {
    /// Passive: answers, and waits for its election timer.
    Follower,
    /// Asks for votes.
    Candidate,
    /// Takes commands and replicates them.
    Leader,
}

impl RoleName {
    /// Each role with its word.
    pub const WORDS: &[(&str, RoleName)] = &[
        ("follower", RoleName::Follower),
        ("candidate", RoleName::Candidate),
        ("leader", RoleName::Leader),
    ];
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, _) = RoleName::WORDS[*self as usize];
        f.write_str(word)
    }
}

/// Why a vote is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum VoteRefusal {
    /// The candidate's term is over.
    StaleTerm,
    /// The vote of this term went to this node.
    #[serde(with = "fields::voted_for")]
    VotedFor(NodeId),
    /// The voter's log is more up to date; it ends here (§5.4.1).
    #[serde(with = "fields::last_log")]
    LogBehind(Position),
    /// The voter's disk has no room for a vote.
    #[serde(rename = "disk_full")]
    NoRoom,
}

/// Why an AppendEntries is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum AppendRefusal {
    /// The leader's term is over.
    StaleTerm,
    /// The log ends before the previous entry.
    #[serde(with = "fields::last_log_index")]
    TooShort(Index),
    /// The entry at the previous index is of another term.
    #[serde(with = "fields::found_term")]
    OtherTerm(Term),
}
