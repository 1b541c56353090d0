//! Events: `id, time_us, node, kind, cause`, then the fields of the kind, then what can be told of its subject.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::disk::{Fault, Identity, Ill, Kind, Spot, Wound};
use crate::raft::{Index, MessageKind, MessageSummary, NodeId, Term};
use crate::sim::{Event, EventId, EventKind, MessageId, Stage, Subject, World};
use crate::view::words;

/// Events in order, written one by one: a million of them need no memory of their own.
pub fn events<'a>(world: &'a World, events: impl Iterator<Item = &'a Event> + Clone) -> impl Serialize {
    List { world, events }
}

struct List<'a, I> {
    world: &'a World,
    events: I,
}

impl<'a, I: Iterator<Item = &'a Event> + Clone> Serialize for List<'a, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.events.clone().map(|event| One::of(self.world, event)))
    }
}

/// One event.
#[derive(Serialize)]
struct One<'a> {
    id: EventId,
    time_us: u64,
    node: NodeId,
    kind: &'static str,
    cause: Option<EventId>,
    /// None if those of the subject take their place.
    #[serde(flatten)]
    fields: Option<&'a EventKind>,
    #[serde(flatten)]
    subject: Told<'a>,
}

/// What is told of a subject: what only the world knows, or the event's node.
#[derive(Serialize)]
#[serde(untagged)]
enum Told<'a> {
    Nothing {},
    Entry {
        index: Index,
        term: Term,
        command: String,
    },
    Sent {
        from: NodeId,
        to: NodeId,
        #[serde(rename = "type")]
        kind: MessageKind,
        term: Term,
        #[serde(flatten)]
        said: Content,
    },
    Arrived {
        to: NodeId,
    },
    Fault {
        reason: Option<&'static str>,
        detail: Option<String>,
    },
    Spot(Damaged),
    Request {
        command: Option<String>,
    },
    Answer {
        value: Option<&'a str>,
    },
    Violation {
        property: Option<&'static str>,
        detail: Option<&'a str>,
    },
    JudgingEnded {
        reason: Option<&'static str>,
    },
}

impl<'a> One<'a> {
    fn of(world: &'a World, event: &'a Event) -> One<'a> {
        let Event { id, time_us, node, ref kind, .. } = *event;
        let op = |op| world.ops().get(op);
        let subject = match kind.attributes().subject {
            Subject::Itself | Subject::Link(..) => Told::Nothing {},
            Subject::Entry(index, entry) => {
                let command = words::command(world.ops(), index, entry);
                Told::Entry { index, term: entry.term, command }
            }
            Subject::Message(passage) => match (passage.stage, passage.route(node)) {
                (Stage::Sent, (from, to)) => {
                    let (kind, term, said) = (passage.said.kind(), passage.term, Content(passage.said));
                    Told::Sent { from, to, kind, term, said }
                }
                (Stage::Delivered | Stage::Dropped(_), (_, to)) => Told::Arrived { to },
            },
            Subject::Fault(found) => {
                Told::Fault { reason: found.map(fault), detail: found.map(|fault| fault.to_string()) }
            }
            Subject::Spot(spot) => Told::Spot(Damaged(spot)),
            Subject::Request(id) => Told::Request { command: op(id).map(|op| op.command.to_string()) },
            Subject::Answer(id) => Told::Answer { value: op(id).and_then(|op| op.value.as_deref()) },
            Subject::Violation(number) => {
                let violation = world.violations().get(number as usize);
                let property = violation.map(|violation| violation.property);
                Told::Violation { property, detail: violation.map(|violation| &*violation.detail) }
            }
            Subject::JudgingEnded => {
                Told::JudgingEnded { reason: world.judging_ended().map(|ended| ended.why) }
            }
        };
        let fields = if matches!(subject, Told::Entry { .. }) { None } else { Some(kind) };
        One { id, time_us, node, kind: kind.name(), cause: event.cause(), fields, subject }
    }
}

/// A message as typed.
pub(super) fn message(id: MessageId) -> String {
    format!("m{id}")
}

/// Writes fields: the name that stands in the format, then the value.
macro_rules! fields {
    ($map:ident, $($name:literal: $value:expr),* $(,)?) => {{
        $($map.serialize_entry($name, &$value)?;)*
    }};
}

/// Why a disk failed its node, in a word.
pub(super) fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::Cut => "disk_cut",
        Fault::Full => "disk_full",
        Fault::Unmarked => "disk_unmarked",
        Fault::Unreadable(Wound { ill: Ill::Damaged, .. }) => "disk_damaged",
        Fault::Unreadable(Wound { ill: Ill::Missing, .. }) => "disk_record_missing",
        Fault::Unreadable(Wound { ill: Ill::Stale(_), .. }) => "disk_record_stale",
        Fault::Overwhelmed => "disk_overwhelmed",
    }
}

/// Where bytes were damaged. What is not known is left out.
struct Damaged(Spot);

impl Serialize for Damaged {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Damaged(spot) = *self;
        let mut map = serializer.serialize_map(None)?;
        fields!(map, "offset": spot.offset, "record": spot.number, "what": words::spot_kind(spot));
        match spot.identity {
            Some(Identity { kind: Kind::Entry, index, term }) => fields!(map, "index": index, "term": term),
            Some(Identity { kind: Kind::State, term, .. }) => fields!(map, "term": term),
            Some(Identity { kind: Kind::Truncation, index, .. }) => fields!(map, "from": index),
            None => {}
        }
        map.end()
    }
}

/// What a message says, as an object of its own.
pub(super) struct Content(pub(super) MessageSummary);

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            MessageSummary::RequestVote { last_log } => {
                fields!(map, "last_log_index": last_log.index, "last_log_term": last_log.term);
            }
            MessageSummary::RequestVoteReply { granted } => fields!(map, "granted": granted),
            MessageSummary::AppendEntries { prev_log, entries, leader_commit } => {
                fields!(map, "prev_log_index": prev_log.index, "prev_log_term": prev_log.term,
                    "entries": entries, "leader_commit": leader_commit);
            }
            MessageSummary::AppendEntriesAccepted { match_index } => {
                fields!(map, "success": true, "match_index": match_index);
            }
            MessageSummary::AppendEntriesRefused { prev_log_index, hint } => {
                fields!(map, "success": false, "prev_log_index": prev_log_index,
                    "hint_index": hint.index, "hint_term": hint.term);
            }
        }
        map.end()
    }
}
