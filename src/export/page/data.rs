//! What the page knows. Names are short, because some occur a hundred thousand times.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::sim::EventId;

/// The number of a text in the page's table of texts.
pub(super) type TextId = u32;

/// Everything.
#[derive(Serialize)]
pub(super) struct Page {
    pub(super) version: &'static str,
    pub(super) title: String,
    /// The names of all kinds of events, each with the stage of a message that it tells.
    pub(super) kinds: Vec<(&'static str, Option<&'static str>)>,
    pub(super) texts: Vec<String>,
    /// The tone of each text, one digit each.
    pub(super) tones: String,
    pub(super) tone_names: Vec<&'static str>,
    /// The sections of the paper, and which texts rest on which.
    pub(super) sections: Vec<&'static str>,
    pub(super) rules: Vec<(TextId, usize)>,
    /// What the violated properties promise: name, promise, section.
    pub(super) properties: Vec<(&'static str, &'static str, &'static str)>,
    pub(super) acts: Vec<Act>,
}

/// A cluster.
#[derive(Serialize)]
pub(super) struct Act {
    pub(super) seed: u64,
    /// The names of the nodes that are shown, and the positions of these in the cluster.
    pub(super) nodes: Vec<(String, usize)>,
    pub(super) size: usize,
    pub(super) branches: Vec<Branch>,
    /// Names of moments: the name, the branch, the event.
    pub(super) marks: Vec<(String, usize, EventId)>,
    /// The branch and the event at which one stands.
    pub(super) open: (usize, EventId),
}

/// A branch, from where it parted on. Columns have one value an event.
#[derive(Default, Serialize)]
pub(super) struct Branch {
    pub(super) name: String,
    /// The branch from which it parted; none of the first.
    pub(super) from: Option<usize>,
    /// How many events came before those of the columns.
    pub(super) before: EventId,
    pub(super) before_us: u64,
    pub(super) end_us: u64,
    /// The numbers of the events, if they have gaps: each minus the one before.
    pub(super) ids: Option<Vec<EventId>>,
    /// The times, each minus the one before, in microseconds.
    pub(super) times: Vec<u64>,
    pub(super) nodes: Vec<usize>,
    pub(super) kinds: Vec<usize>,
    /// The number of the event minus that of its cause; 0 without one.
    pub(super) causes: Vec<EventId>,
    pub(super) texts: Vec<TextId>,
    /// Of events that tell of a message: its number, and the node at the other end.
    pub(super) messages: Vec<u64>,
    pub(super) others: Vec<usize>,
    /// Copies of messages: the event, the message, the copy.
    pub(super) copies: Vec<(EventId, u64, u64)>,
    pub(super) changes: Vec<Change>,
    /// Links: since which event, from, to, what is wrong; nothing if it is like the others.
    pub(super) links: Vec<(EventId, usize, usize, TextId)>,
    /// Commands: after how many events, when, and what was typed.
    pub(super) commands: Vec<(EventId, u64, TextId)>,
    pub(super) captions: Vec<(EventId, TextId)>,
    pub(super) answers: Vec<Answer>,
    /// The events that one may jump to.
    pub(super) jumps: BTreeMap<&'static str, Vec<EventId>>,
}

/// How a node differs from the event `e` on from what it was before.
#[derive(Default, Serialize)]
pub(super) struct Change {
    pub(super) e: EventId,
    pub(super) n: usize,
    /// Its state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) s: Option<TextId>,
    /// Its role; empty if it does not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) r: Option<TextId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) t: Option<u32>,
    /// The position of the node that it voted for, from 1; 0 is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) v: Option<usize>,
    /// The commit index, and the applied one; -1 if it does not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) c: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) a: Option<i64>,
    /// Its disk in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) d: Option<TextId>,
    /// The last entry that its log no longer holds: index and term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) b: Option<(u32, u32)>,
    /// The last entry that its snapshot holds: index and term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) p: Option<(u32, u32)>,
    /// The length of its log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) z: Option<usize>,
    /// Entries: the first index, and of each the term, the command and its marks; 0 where there is
    /// none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) l: Vec<(usize, Vec<Cell>)>,
    /// New marks of entries that stay: the first index, how many, the marks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) m: Vec<(usize, usize, u8)>,
}

/// Term, command, marks.
pub(super) type Cell = (u32, TextId, u8);

/// What `why` answers from an event on.
#[derive(Serialize)]
pub(super) struct Answer {
    pub(super) e: EventId,
    /// What is asked, as it is typed after `why`.
    pub(super) q: TextId,
    /// Whether it holds, if it is a condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) h: Option<bool>,
    /// The sentences; none once the question makes no sense any more.
    pub(super) c: Vec<TextId>,
}
