//! What a node decided, and why, for observers. Notes never influence the protocol.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fields;
use super::group::Configuration;
use super::message::MessageKind;
use super::nodes::NodeId;
use super::types::{Entry, Index, Position, Term};

/// The facts in a note, whatever its kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoteSummary {
    /// The term that the note is about.
    pub term: Option<Term>,
    /// The node's new role and term.
    pub role: Option<(RoleName, Term)>,
    /// The appended entry and its index.
    pub entry: Option<(Index, Entry)>,
    /// The new commit index.
    pub commit: Option<Index>,
    /// Whether commands that let time pass show the note.
    pub notable: bool,
}

/// Defines the notes in one table: a row is a kind, its name, its fields, and its summary.
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

        /// Serializes the fields of a note without its kind.
        #[derive(Serialize)]
        #[serde(remote = "Note", untagged)]
        pub(crate) enum NoteFields {
            $($kind { $($(#[$attribute])* $field: $type,)* },)*
        }

        impl Note {
            /// The names of all kinds.
            pub const NAMES: &[&str] = &[$($name),*];

            /// The name of the note's kind.
            pub fn name(&self) -> &'static str {
                match self { $(Note::$kind { .. } => $name,)* }
            }

            /// The facts in the note.
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
        /// The new role.
        role: RoleName,
        /// The current term.
        term: Term,
        /// Its role before.
        was: RoleName,
        /// Its term before.
        was_term: Term,
        /// Through what.
        #[serde(flatten)]
        why: RoleChange,
    } => { term: Some(term), role: Some((role, term)), notable: true, };
    /// Its candidacy ended, and it knows of nobody who won that election.
    ElectionLost "election_lost" {
        /// The term of the election.
        term: Term,
        /// How many votes it had counted, its own included.
        votes: u32,
    } => { term: Some(term), notable: true, };
    /// The node granted its vote, perhaps to itself.
    VoteGranted "vote_granted" {
        /// The term of the vote.
        term: Term,
        /// The node that received the vote.
        candidate: NodeId,
    } => { term: Some(term), };
    /// The node refused its vote.
    VoteRefused "vote_refused" {
        /// The term of the request.
        term: Term,
        /// The node that requested the vote.
        candidate: NodeId,
        /// The last entry of its log.
        #[serde(flatten, with = "fields::candidate_log")]
        candidate_log: Position,
        /// The reason.
        #[serde(flatten)]
        why: VoteRefusal,
    } => { term: Some(term), notable: true, };
    /// The node would vote for a candidate in a term that has not begun, perhaps for itself.
    PreVoteGranted "pre_vote_granted" {
        /// The term that was asked about.
        term: Term,
        /// The node that would receive the vote.
        candidate: NodeId,
    } => { term: Some(term), };
    /// The node would not vote for a candidate.
    PreVoteRefused "pre_vote_refused" {
        /// The term that was asked about.
        term: Term,
        /// The node that asked.
        candidate: NodeId,
        /// The last entry of its log.
        #[serde(flatten, with = "fields::candidate_log")]
        candidate_log: Position,
        /// The reason.
        #[serde(flatten, with = "PreVoteRefusal")]
        why: VoteRefusal,
    } => { term: Some(term), notable: true, };
    /// The leader checked whether a majority has answered it since its last check.
    QuorumChecked "quorum_checked" {
        /// How many voters have answered, itself included.
        heard: u32,
        /// How many a majority needs.
        needed: u32,
    } => {};
    /// The leader has not committed an entry of its term yet, so a read has to wait for that.
    ReadDeferred "read_deferred" {
        /// The node that the client asked.
        reader: NodeId,
        /// The leader's term.
        term: Term,
    } => { term: Some(term), notable: true, };
    /// The leader no longer hands over to a node.
    TransferEnded "transfer_ended" {
        /// The node that was to lead.
        to: NodeId,
        /// Why the transfer is over.
        reason: TransferEnd,
    } => { notable: true, };
    /// An entry joined its log.
    EntryAppended "entry_appended" {
        /// The entry's index.
        index: Index,
        /// The entry.
        #[serde(flatten)]
        entry: Entry,
    } => { term: Some(entry.term), entry: Some((index, entry)), };
    /// The node deleted entries that conflict with the leader's.
    LogTruncated "log_truncated" {
        /// The first index that was deleted.
        from: Index,
    } => { notable: true, };
    /// The node uses another configuration from now on: one was appended, or a later one deleted.
    ConfigurationChanged "configuration_changed" {
        /// The configuration.
        #[serde(flatten, with = "fields::members")]
        configuration: Configuration,
        /// The index of its entry; none if it is the one with which the cluster began.
        index: Option<Index>,
    } => { notable: true, };
    /// The node replaced its log and its state machine by a leader's snapshot.
    SnapshotInstalled "snapshot_installed" {
        /// The last index that it includes.
        index: Index,
        /// That entry's term.
        term: Term,
        /// The configuration that it includes.
        #[serde(flatten, with = "fields::members")]
        configuration: Configuration,
    } => { notable: true, };
    /// The node discarded the entries that a snapshot replaces.
    LogCompacted "log_compacted" {
        /// The first index that its log still has, or would have.
        first: Index,
    } => {};
    /// The node refused an AppendEntries.
    AppendRefused "append_refused" {
        /// The sender.
        leader: NodeId,
        /// The entry that the node's log must contain before the new ones.
        #[serde(flatten, with = "fields::prev_log")]
        prev_log: Position,
        /// The reason.
        #[serde(flatten)]
        why: AppendRefusal,
    } => {};
    /// The node's commit index changed: it rose, unless a flaw lowered it.
    CommitAdvanced "commit_advanced" {
        /// The new commit index.
        commit: Index,
    } => { commit: Some(commit), };
    /// A majority holds more entries, but they are of an earlier term: they are committed with the
    /// next entry of this term, never by counting replicas (§5.4.2).
    CommitHeld "commit_held" {
        /// The last entry that a majority holds.
        #[serde(flatten)]
        held: Position,
    } => { term: Some(held.term), notable: true, };
    /// The disk has no room for a write, so the node did not do what needs the write.
    WriteForgone "write_forgone" {
        /// What could not be written.
        #[serde(flatten)]
        need: RequiredWrite,
    } => {};
}

/// Through what a node changed its role or term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum RoleChange {
    /// Its election timer ran out: it starts an election, or asks whether it could win one.
    ElectionTimeout,
    /// A majority would vote for it: it starts an election.
    PreVotesWon,
    /// A majority voted for it.
    Elected,
    /// A message of a later term reached it (§5.1).
    LaterTerm {
        /// Who sent the message.
        from: NodeId,
        /// The message's type.
        #[serde(rename = "type")]
        kind: MessageKind,
    },
    /// It heard from the leader of its own term (§5.2).
    LeaderKnown {
        /// That leader.
        leader: NodeId,
    },
    /// The leader of its term told it to start an election (Ongaro's thesis, §3.10).
    TimeoutNow {
        /// That leader.
        leader: NodeId,
    },
    /// It led, and no majority has answered it lately (check-quorum).
    QuorumLost,
    /// It led, and by a configuration that is committed it is no voter any more (§6).
    Removed,
    /// Its disk has no room for what a leader or candidate must write.
    DiskFull,
    /// It was prepared so, before time began.
    Prepared,
    /// It is an engine, which says that it is so and not why.
    Untold,
}

/// Why a node ignored a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ignored {
    /// It answers what the node asked in an earlier term (§5.1).
    EarlierTerm,
    /// It is a vote, and the node is no longer a candidate.
    NotCandidate,
    /// It is a pre-vote, and the node no longer asks for pre-votes in that term.
    NotPreCandidate,
    /// It is for a leader, and the node does not lead.
    NotLeader,
    /// It refuses what the leader no longer sends: a later answer came first.
    LateRefusal,
    /// It is a vote that the candidate has counted already.
    CountedVote,
    /// It answers a leader that does not send to that node any more.
    NotMember,
    /// It comes from another leader of the node's own term, which no correct cluster has.
    SecondLeader,
}

impl Note {
    /// A node that was prepared in this term before time began.
    pub fn prepared(term: Term) -> Note {
        let (role, was) = (RoleName::Follower, RoleName::Follower);
        Note::RoleChanged { role, term, was, was_term: Term(0), why: RoleChange::Prepared }
    }
}

/// What a node could not write because its disk has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "need", rename_all = "snake_case")]
pub enum RequiredWrite {
    /// A later term that it received: it does not adopt that term.
    #[serde(with = "fields::term")]
    Term(Term),
    /// Entries from this index on: it did not append them.
    #[serde(with = "fields::index")]
    Entry(Index),
    /// A snapshot up to this index: it did not take or install it.
    #[serde(with = "fields::index")]
    Snapshot(Index),
    /// The entries that a leader appends: it does not start an election.
    Leading,
}

/// The names of the three roles (§5.1), and of the one that pre-vote adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleName {
    /// Passive: responds to requests, and waits for its election timer.
    Follower,
    /// Asks whether it could win an election (Ongaro's thesis, §9.6).
    #[serde(rename = "pre-candidate")]
    PreCandidate,
    /// Requests votes.
    Candidate,
    /// Handles clients' commands and replicates them.
    Leader,
}

impl RoleName {
    /// Each role with its name.
    pub const WORDS: &[(&str, RoleName)] = &[
        ("follower", RoleName::Follower),
        ("pre-candidate", RoleName::PreCandidate),
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

/// Why a transfer of leadership is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferEnd {
    /// The leader has learnt of a later term: most likely the other node leads it.
    LaterTerm,
    /// It was not over within an election timeout: the leader leads on.
    GaveUp,
    /// A transfer to another node took its place.
    Replaced,
    /// The leader stepped down in its own term.
    SteppedDown,
}

/// Why a node refuses its vote, or would refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum VoteRefusal {
    /// The candidate's term is earlier than the voter's.
    StaleTerm,
    /// The voter has voted for this other node in that term.
    #[serde(with = "fields::voted_for")]
    VotedFor(NodeId),
    /// The voter's log, which ends here, is more up-to-date than the candidate's (§5.4.1).
    #[serde(with = "fields::last_log")]
    LogBehind(Position),
    /// The voter's disk has no room for a vote.
    #[serde(rename = "disk_full")]
    NoRoom,
    /// The voter heard from a leader within the least election timeout (pre-vote, check-quorum).
    LeaderHeard,
    /// The voter leads itself (pre-vote, check-quorum).
    Leads,
    /// The voter was started again within the least election timeout, and may have heard from a
    /// leader before (check-quorum).
    Restarted,
}

/// How the reason of a refused pre-vote is serialized: as that of a refused vote, but under `why`.
#[derive(Serialize, Deserialize)]
#[serde(remote = "VoteRefusal", tag = "why", rename_all = "snake_case")]
enum PreVoteRefusal {
    StaleTerm,
    #[serde(with = "fields::voted_for")]
    VotedFor(NodeId),
    #[serde(with = "fields::last_log")]
    LogBehind(Position),
    #[serde(rename = "disk_full")]
    NoRoom,
    LeaderHeard,
    Leads,
    Restarted,
}

/// Why a node refuses an AppendEntries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum AppendRefusal {
    /// The leader's term is earlier than the follower's.
    StaleTerm,
    /// The follower's log ends before the previous entry, at this index.
    #[serde(with = "fields::last_log_index")]
    TooShort(Index),
    /// The follower's entry at the previous index has this other term.
    #[serde(with = "fields::found_term")]
    OtherTerm(Term),
}
