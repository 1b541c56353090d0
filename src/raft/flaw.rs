//! Well-known mistakes, one switch each: most of them were made by real implementations.
//!
//! A flaw is not another protocol. It stands where the rule stands that it breaks, as one `if self.has(Flaw::…)`, so that the
//! rule and its usual misreading are read together. With no flaw on, that is a test of one bit in a word that the node has at
//! hand anyway, and no other work.

use std::fmt;

/// Lists the flaws: a variant, its name, what it does, and where it was seen.
macro_rules! flaws {
    ($($(#[doc = $doc:literal])* $variant:ident, $name:literal, $does:literal, $source:literal;)*) => {
        /// A well-known mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Flaw {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Flaw {
            /// Every flaw, in the order in which they are listed.
            pub const ALL: &[Flaw] = &[$(Flaw::$variant),*];

            /// Its stable name, as typed.
            pub fn name(self) -> &'static str {
                match self { $(Flaw::$variant => $name,)* }
            }

            /// What it does, in a few words.
            pub fn does(self) -> &'static str {
                match self { $(Flaw::$variant => $does,)* }
            }

            /// Where it was seen: project and thread, or the text that warns of it.
            pub fn source(self) -> &'static str {
                match self { $(Flaw::$variant => $source,)* }
            }
        }
    };
}

flaws! {
    /// Breaks figure 2, state: "updated on stable storage before responding", for the vote.
    VoteNotPersisted, "vote-not-persisted",
        "a restarted node has forgotten whom it voted for",
        "eliben/raft f596df0; ktoso/akka-raft#62; Ongaro's thesis, chapter 3";
    /// Breaks the same for a candidate's own term and vote.
    ElectionNotPersisted, "election-not-persisted",
        "a candidate asks for votes without having written its new term and its vote for itself",
        "eliben/raft f596df0 (startElection did not persist)";
    /// Breaks the same for answers to candidates.
    VoteBeforeSync, "vote-before-sync",
        "a voter answers before its vote is on its disk",
        "Ongaro's thesis, chapter 3; etcd-io/etcd#14143";
    /// Breaks figure 2, RequestVote, rule 2: "votedFor is null or candidateId".
    VoteTwice, "vote-twice",
        "a voter does not look at whom it voted for already",
        "willemt/raft fe60545, bdabd1d";
    /// Breaks figure 2: votedFor is forgotten with a new term, and with nothing else.
    VoteClearedByAppend, "vote-cleared-by-append",
        "a leader's AppendEntries makes a node forget whom it voted for in that term",
        "etcd 9d2a465; eliben/raft#27; ktoso/akka-raft#56";
    /// Breaks the same for candidates alone.
    VoteClearedOnStepDown, "vote-cleared-on-step-down",
        "a candidate that gives way to its term's leader forgets its vote for itself",
        "microsoft/CCF#5891";
    /// Breaks §5.1: "if a server receives a request with a stale term number, it rejects".
    StaleVoteCounted, "stale-vote-counted",
        "a candidate counts votes that were given to it in an earlier term",
        "xnnyygn/xraft#33; eliben/raft#27; Students' Guide to Raft";
    /// Breaks figure 2, candidates: "votes received from majority of servers".
    VotesCountedByMessage, "votes-counted-by-message",
        "a candidate counts messages, not voters: a vote that arrives twice counts twice",
        "microsoft/coyote-samples#8";
    /// Breaks figure 2, RequestVote, rule 2, and §5.4.1.
    VoteWithoutLogCheck, "vote-without-log-check",
        "a voter does not compare logs",
        "Ongaro's thesis, §3.6.1; etcd TestVoter";
    /// Breaks §5.4.1: "the log with the later term is more up-to-date".
    VoteByLastIndex, "vote-by-last-index",
        "a voter compares the lengths of logs, and not the terms they end in",
        "etcd TestVoter; Students' Guide to Raft";
    /// Breaks §5.4.1: the length counts only "if the logs end with the same term".
    VoteByTermAndIndex, "vote-by-term-and-index",
        "a voter wants a log that is ahead both in its last term and in its length",
        "hashicorp/raft#94; openraft a48a3282";
    /// Breaks figure 2, leaders: "a majority of matchIndex ≥ N".
    CommitOnAppend, "commit-on-append",
        "a leader commits what it has appended, without waiting for anybody",
        "openraft beb0302b; willemt/raft 30e4688";
    /// Breaks §5.4.2: "only log entries from the leader's current term are committed by counting replicas".
    CommitEarlierTerms, "commit-earlier-terms",
        "a leader commits entries of earlier terms by counting",
        "bakwc/PySyncObj#169; async-raft#106; figure 8";
    /// Breaks figure 2, AppendEntries, rule 5: "if leaderCommit > commitIndex".
    CommitAssigned, "commit-assigned",
        "a follower takes over the leader's commit index even where its own is higher",
        "bakwc/PySyncObj#166; dragonboat f6b92a2; etcd 8ecce32";
    /// Breaks figure 2, AppendEntries, rule 5: "index of last new entry".
    FollowerCommitsItsLast, "follower-commits-its-last",
        "a follower commits up to the end of its own log, not of what the message has compared",
        "microsoft/CCF#8172; openraft 9540c904";
    /// Breaks Ongaro's thesis, §10.2.1: the leader counts itself by its disk.
    LeaderCountsUnsynced, "leader-counts-unsynced",
        "a leader counts its own copy of an entry before it is on its disk",
        "openraft a9f696a9; Ongaro's thesis, §10.2.1";
    /// Breaks figure 2, state: "updated on stable storage before responding", for entries.
    AcknowledgeBeforeSync, "acknowledge-before-sync",
        "a follower acknowledges entries before they are on its disk",
        "etcd-io/etcd#14143, #14140; Ongaro's thesis, chapter 3";
    /// Breaks figure 2, leaders: matchIndex is what the answer's own question verified.
    MatchIsLeadersLast, "match-is-leaders-last",
        "any acknowledgement makes the leader believe that the follower holds its whole log",
        "Students' Guide to Raft, \"term confusion\"";
    /// Breaks figure 2, leaders: "update nextIndex and matchIndex".
    NextIndexNotRaised, "next-index-not-raised",
        "an acknowledgement does not move the leader on to the entries after it",
        "bakwc/PySyncObj#167; etcd raft#149";
    /// Breaks figure 2, all servers: "if commitIndex > lastApplied".
    ApplyBeforeCommit, "apply-before-commit",
        "entries are given to the state machine when they are appended",
        "etcd-io/raft 437bcb8, 8ecce32";
    /// Breaks figure 2, AppendEntries, rule 2.
    NoPreviousCheck, "no-previous-check",
        "a follower appends whatever the entry before it is, or is not",
        "figure 2, rule 2; etcd TestFollowerCheckMsgApp";
    /// Breaks figure 2, AppendEntries, rule 1.
    StaleAppendAccepted, "stale-append-accepted",
        "a follower takes entries from the leader of an earlier term",
        "willemt/raft 75b0104, 3fc7f32";
    /// Breaks figure 2, AppendEntries, rule 3: only "if an existing entry conflicts".
    TruncateAlways, "truncate-always",
        "every AppendEntries cuts off what stands after its previous entry",
        "zhebrak/raftos#26; Students' Guide to Raft; hashicorp/raft 0f31a01";
    /// Breaks figure 2, AppendEntries, rule 4: only "entries not already in the log".
    FirstAppendedBlindly, "first-appended-blindly",
        "entries from the log's beginning are appended to its end, though they are there already",
        "willemt/raft#118; RedisLabs/raft#148";
    /// Breaks figure 2, AppendEntries, rule 3, for what stands after the last entry of the message.
    LastIndexFromRequest, "last-index-from-request",
        "after an AppendEntries the log ends where the message ended, though it was longer",
        "hashicorp/raft 0f31a01";
    /// Breaks the end of §5.3: backing off must come to an end.
    HintIsOwnLast, "hint-is-own-last",
        "a follower that refuses always hints at its own last entry, and the leader tries that again",
        "openraft 6d53aa12";
    /// Breaks figure 2, candidates: "if AppendEntries RPC received from new leader: convert to follower".
    CandidateIgnoresAppend, "candidate-ignores-append",
        "a candidate does not give way to the leader of its term",
        "figure 2, candidates, which is easily read past";
    /// Breaks §5.1: who steps down speaks no more as a leader, least of all in the new term.
    TermReadLate, "term-read-late",
        "a leader that has just stepped down sends one more round of AppendEntries, in the new term",
        "hashicorp/raft#84 (538e56c); eliben/raft b3696d9; Students' Guide to Raft";
    /// Breaks §5.2: the timer is reset by a vote or by the leader's own word.
    TimerResetByAnything, "timer-reset-by-anything",
        "any message resets the election timer, a refused candidate's among them",
        "Students' Guide to Raft, \"livelocks\"; dragonboat 0045aa2";
    /// Breaks §5.2: "election timeouts are chosen randomly".
    TimeoutsNotRandom, "timeouts-not-random",
        "every election timeout is the shortest one",
        "hashicorp/raft#50 (cda1ee8); Ongaro's thesis, §9.3";
    /// Breaks the order of writes: what was written is not what stands there now.
    OldWriteCounts, "old-write-counts",
        "a finished write makes the entry at its index durable, though another one stands there by now",
        "etcd-io/raft async_storage_writes_append_aba_race; openraft 2af491fb";
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of flaws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flaws(u64);

const _: () = assert!(Flaw::ALL.len() <= 64, "a flaw is a bit");

impl Flaws {
    /// The correct protocol.
    pub const NONE: Flaws = Flaws(0);

    /// Whether a flaw is on.
    #[inline]
    pub fn has(self, flaw: Flaw) -> bool {
        self.0 & (1 << flaw as u64) != 0
    }

    /// Whether none is on.
    pub fn is_empty(self) -> bool {
        self == Flaws::NONE
    }

    /// Switches one on or off; false if it was so already.
    pub fn set(&mut self, flaw: Flaw, on: bool) -> bool {
        let before = *self;
        match on {
            true => self.0 |= 1 << flaw as u64,
            false => self.0 &= !(1 << flaw as u64),
        }
        *self != before
    }

    /// Those that are on, in the order in which they are listed.
    pub fn iter(self) -> impl Iterator<Item = Flaw> {
        Flaw::ALL.iter().copied().filter(move |&flaw| self.has(flaw))
    }
}
