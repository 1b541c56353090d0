//! `help glossary`: what the paper, Kleppmann's lectures and etcd call the same things.

use crate::view::document::{Document, Paragraph, Table, Text};

/// The names in the paper and here, in Kleppmann's lectures, and in etcd's raft.
const WORDS: [[&str; 3]; 23] = [
    ["currentTerm: term", "currentTerm", "Term"],
    ["votedFor: vote", "votedFor", "Vote"],
    ["log[]", "log", "Entries"],
    ["commitIndex: commit", "commitLength, a count", "Commit, committed"],
    ["lastApplied: applied", "(delivered as it is committed)", "applied"],
    ["nextIndex: next", "sentLength, a count: next - 1", "Progress.Next"],
    ["matchIndex: match", "ackedLength, a count", "Progress.Match"],
    ["leader, candidate, follower", "currentRole, currentLeader", "StateLeader and so on, Lead"],
    ["votes granted", "votesReceived", "Votes"],
    ["election timeout", "suspecting that the leader failed", "MsgHup"],
    [
        "heartbeat: AppendEntries without entries",
        "LogRequest with an empty suffix",
        "MsgHeartbeat, a type of its own",
    ],
    ["RequestVote", "VoteRequest", "MsgVote"],
    ["RequestVoteReply: granted", "VoteResponse: granted", "MsgVoteResp: Reject"],
    ["lastLogIndex: last", "logLength, a count", "MsgVote.Index"],
    ["lastLogTerm: last", "lastTerm", "MsgVote.LogTerm"],
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
    ["InstallSnapshot", "(none)", "MsgSnap"],
    [
        "a client's request: put, get, del, cas",
        "broadcast, then deliver",
        "MsgProp, then CommittedEntries",
    ],
];

/// `help glossary`
pub(super) fn glossary() -> Document {
    let head = ["paper: here", "Kleppmann", "etcd"].map(Text::from).to_vec();
    let rows =
        WORDS.iter().map(|words| words.iter().map(|word| Text::from(*word)).collect()).collect();
    let table = Table { head, rows, key_columns: 1, narrowest: Some(12), ..Table::default() };
    let notes = [
        "The left column is the word of the Raft paper, and what it is called in output and conditions where that is shorter: \
         n1.commit, n1.match.n2, prev=2@1.",
        "A length is a count, an index a position. Here, in the paper and in etcd the first entry is at index 1; in Kleppmann's \
         pseudocode it is log[0]. So a length is the index of the last entry that it counts: commitLength 3 is commit index 3, \
         and log[3] is the entry at index 4.",
        "What a leader sends next is at next; so many as sentLength were sent before it: next = sentLength + 1.",
    ];
    let document = Document::new().table(table);
    notes.into_iter().fold(document, |document, note| document.paragraph(Paragraph::new(note)))
}
