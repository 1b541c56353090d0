//! What a message says, in raftsh's words. Nobody but people and checks reads it.

use std::borrow::Cow;

use serde::Deserialize;

use crate::raft::{Body, Entries, Entry, Index, Label, Log, Payload, Position, Round, Term};

/// `say` of a message.
#[derive(Debug, Deserialize)]
pub(super) struct Say<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(default)]
    pub(super) term: Option<u32>,
    #[serde(default)]
    last: Option<[u32; 2]>,
    #[serde(default)]
    granted: Option<bool>,
    #[serde(default)]
    prev: Option<[u32; 2]>,
    #[serde(default)]
    entries: Vec<[u32; 2]>,
    #[serde(default)]
    commit: Option<u32>,
    #[serde(default)]
    r#match: Option<u32>,
    #[serde(default)]
    prev_index: Option<u32>,
    #[serde(default)]
    hint: Option<[u32; 2]>,
}

/// The name of a message that says nothing.
pub(super) const UNSAID: &str = "other";

/// `[index, term]`.
pub(super) fn position([index, term]: [u32; 2]) -> Position {
    Position { index: Index(index), term: Term(term) }
}

impl Say<'_> {
    /// The message as raftsh's own nodes would say it. `log` is the sender's: entries are looked up
    /// there, because a message says only where they are.
    pub(super) fn body(&self, log: &Log) -> Body {
        let index = |index: Option<u32>| Index(index.unwrap_or(0));
        let at = |it: Option<[u32; 2]>| it.map(position).unwrap_or_default();
        let granted = self.granted.unwrap_or(false);
        match &*self.kind {
            "RequestVote" => Body::RequestVote { last_log: at(self.last), transfer: false },
            "RequestVoteReply" => Body::RequestVoteReply { granted },
            "PreVote" => Body::PreVote { last_log: at(self.last) },
            "PreVoteReply" => Body::PreVoteReply { granted },
            "TimeoutNow" => Body::TimeoutNow {},
            "AppendEntries" => Body::AppendEntries {
                prev_log: at(self.prev),
                entries: self.entries(log),
                leader_commit: index(self.commit),
                round: Round(0),
            },
            "AppendEntriesAccepted" => {
                let match_index = index(self.r#match);
                Body::AppendEntriesAccepted { match_index, round: Round(0) }
            }
            "AppendEntriesRefused" => Body::AppendEntriesRefused {
                prev_log_index: index(self.prev_index),
                hint: at(self.hint),
                round: Round(0),
            },
            kind => Body::Other { label: Label::of(kind), leader_commit: index(self.commit) },
        }
    }

    fn entries(&self, log: &Log) -> Entries {
        let entry = |it: &[u32; 2]| {
            let Position { index, term } = position(*it);
            let known = log.get(index).filter(|entry| entry.term == term);
            known.unwrap_or(Entry { term, payload: Payload::Noop })
        };
        self.entries.iter().map(entry).collect::<Vec<Entry>>().into()
    }

    /// Whether it is a heartbeat or the answer to one.
    pub(super) fn is_heartbeat(&self) -> bool {
        matches!(&*self.kind, "Heartbeat" | "HeartbeatReply")
    }
}
