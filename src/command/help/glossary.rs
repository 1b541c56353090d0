//! `help glossary`: the terms of the paper, Kleppmann's lectures and etcd, side by side.

use crate::view::document::{Document, Paragraph, Table, Text};

/// The terms of the paper and of raftsh, of Kleppmann's lectures, and of etcd's raft.
const WORDS: [[&str; 3]; 33] = [
    ["currentTerm: term", "currentTerm", "Term"],
    ["votedFor: vote", "votedFor", "Vote"],
    ["log[]", "log", "Entries"],
    ["commitIndex: commit", "commitLength, a count", "Commit, committed"],
    ["lastApplied: applied", "(none: delivers when it commits)", "applied"],
    ["nextIndex: next", "sentLength, a count: next - 1", "Progress.Next"],
    ["matchIndex: match", "ackedLength, a count", "Progress.Match"],
    ["leader, candidate, follower", "currentRole, currentLeader", "StateLeader …, Lead"],
    ["votes granted", "votesReceived", "Votes"],
    ["election timeout", "suspects that the leader has failed", "MsgHup"],
    ["heartbeat: AppendEntries without entries", "LogRequest with an empty suffix", "MsgHeartbeat"],
    ["RequestVote", "VoteRequest", "MsgVote"],
    ["RequestVoteReply: granted", "VoteResponse: granted", "MsgVoteResp: Reject"],
    ["lastLogIndex: last", "logLength, a count", "MsgVote.Index"],
    ["lastLogTerm: last", "lastTerm", "MsgVote.LogTerm"],
    ["InstallSnapshot", "(none)", "MsgSnap"],
    ["lastIncludedIndex: snapshot", "(none)", "Snapshot.Metadata.Index"],
    ["configuration: members", "(none)", "ConfState"],
    ["C_old,new: outgoing, voters", "(none)", "voters_outgoing, voters"],
    ["non-voting member: learner", "(none)", "learner"],
    ["pre-candidate (thesis, §9.6)", "(none)", "StatePreCandidate"],
    ["PreVote, PreVoteReply: granted", "(none)", "MsgPreVote, MsgPreVoteResp"],
    ["TimeoutNow (thesis, §3.10)", "(none)", "MsgTimeoutNow"],
    ["readIndex (thesis, §6.4): ReadIndex, ReadIndexReply", "(none)", "MsgReadIndex, ReadState"],
    ["lease (thesis, §6.4.1)", "(none)", "ReadOnlyLeaseBased"],
    ["AppendEntries", "LogRequest", "MsgApp"],
    ["prevLogIndex: prev", "prefixLen, a count", "MsgApp.Index"],
    ["prevLogTerm: prev", "prefixTerm", "MsgApp.LogTerm"],
    ["entries[]", "suffix", "MsgApp.Entries"],
    ["leaderCommit: commit", "leaderCommit, a count", "MsgApp.Commit"],
    [
        "AppendEntriesReply: success, match",
        "LogResponse: success, ack",
        "MsgAppResp: Reject, Index",
    ],
    [
        "a client's request: put, get, del, cas, incr, append",
        "broadcast, then deliver",
        "MsgProp, then CommittedEntries",
    ],
    ["clientId, sequenceNum (thesis): client, serial", "(none)", "(the application's)"],
];

/// `help glossary`
pub(super) fn glossary() -> Document {
    let head = ["paper: raftsh", "Kleppmann", "etcd"].map(Text::from).to_vec();
    let rows =
        WORDS.iter().map(|words| words.iter().map(|word| Text::from(*word)).collect()).collect();
    let table = Table { head, rows, key_columns: 1, narrowest: Some(12), ..Table::default() };
    let notes = [
        "The left column has the word of the Raft paper, then raftsh's shorter word if it has \
         one: n1.commit, n1.match.n2, \
         prev=2@1.",
        "Kleppmann counts entries; the paper, etcd and raftsh use indices. Their first entry has \
         index 1, Kleppmann's is \
         log[0]. So commitLength 3 is commitIndex 3, and log[3] is the entry at index 4.",
        "nextIndex is the index of the next entry to send, and sentLength counts the entries that \
         were sent: \
         next = sentLength + 1.",
    ];
    let document = Document::new().table(table);
    notes.into_iter().fold(document, |document, note| document.paragraph(Paragraph::new(note)))
}
