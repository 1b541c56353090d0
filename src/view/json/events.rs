//! Events: `id, time_us, node, kind, cause`, then the fields of the kind, then what the world adds
//! about the event's subject, such as a command or a value.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::disk::{DamagedRange, Fault, Identity, Kind, LostRecord, SlotDefect};
use crate::raft::message::BodyFields;
use crate::raft::{MessageKind, MessageSummary, NodeId, Term};
use crate::sim::event::Attributes;
use crate::sim::{
    Answer, EngineFault, Event, EventDetail, EventId, EventKind, HaltReason, MessageId, Passage,
    Stage, World,
};
use crate::view::words;

/// The events in the given order, written one by one: a million of them need no second copy in
/// memory.
pub fn events<'a>(
    world: &'a World,
    events: impl Iterator<Item = &'a Event> + Clone,
) -> impl Serialize {
    List { world, events }
}

/// One event.
pub fn event<'a>(world: &'a World, event: &'a Event) -> impl Serialize {
    EventJson::of(world, event)
}

struct List<'a, I> {
    world: &'a World,
    events: I,
}

impl<'a, I: Iterator<Item = &'a Event> + Clone> Serialize for List<'a, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.events.clone().map(|event| EventJson::of(self.world, event)))
    }
}

/// One event, with the fields that all kinds have.
#[derive(Serialize)]
struct EventJson<'a> {
    id: EventId,
    time_us: u64,
    node: NodeId,
    kind: &'static str,
    cause: Option<EventId>,
    #[serde(flatten)]
    fields: Option<&'a EventKind>,
    #[serde(flatten)]
    subject: DetailFields<'a>,
}

impl<'a> EventJson<'a> {
    fn of(world: &'a World, event: &'a Event) -> EventJson<'a> {
        let Event { id, time_us, node, ref kind, .. } = *event;
        let subject = DetailFields { world, node, attributes: kind.attributes() };
        // An event about an entry writes index, term and command itself: only the world knows the
        // command.
        let fields = if subject.attributes.told.entry.is_some() { None } else { Some(kind) };
        EventJson { id, time_us, node, kind: kind.name(), cause: event.cause(), fields, subject }
    }
}

/// Writes fields: the name in the format, then the value.
macro_rules! fields {
    ($map:ident, $($name:literal: $value:expr),* $(,)?) => {{
        $($map.serialize_entry($name, &$value)?;)*
    }};
}

/// The fields of a message that was sent.
#[derive(Serialize)]
struct Sent {
    from: NodeId,
    to: NodeId,
    #[serde(flatten)]
    content: Content,
}

/// The fields that describe an event's subject, and that are not fields of its kind.
struct DetailFields<'a> {
    world: &'a World,
    node: NodeId,
    attributes: Attributes,
}

impl Serialize for DetailFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let DetailFields { world, node, attributes } = *self;
        if let EventDetail::Message(Passage { stage: Stage::Sent, other, term, said, .. }) =
            attributes.subject
        {
            return Sent { from: node, to: other, content: Content::of(said, term) }
                .serialize(serializer);
        }
        let op = |op| world.ops().get(op);
        let mut map = serializer.serialize_map(None)?;
        if let Some((index, entry)) = attributes.told.entry {
            let command = words::command(world.ops(), index, entry);
            fields!(map, "index": index, "term": entry.term, "command": command);
        }
        match attributes.subject {
            EventDetail::Itself | EventDetail::Link(..) => {}
            EventDetail::Message(_) => fields!(map, "to": node),
            EventDetail::Fault(found) => {
                fields!(map, "reason": found.map(halt_reason), "detail": found.map(|reason| reason.to_string()));
            }
            EventDetail::DamagedRange(spot) => damaged(&mut map, spot)?,
            EventDetail::Request(id) => {
                fields!(map, "command": op(id).map(|op| op.asked.to_string()),
                    "client": op(id).and_then(|op| world.ops().client_name(op.call.client)));
            }
            EventDetail::Answer(value) => {
                fields!(map, "value": value.map(|text| world.ops().text(text)))
            }
            EventDetail::Client(client) => fields!(map, "client": world.ops().client_name(client)),
            EventDetail::Applied(None, _) => {}
            EventDetail::Applied(Some(Answer { outcome, value }), effect) => {
                fields!(map, "outcome": outcome.to_string(),
                    "value": value.map(|text| world.ops().text(text)), "effect": effect.name());
            }
            EventDetail::Violation(number) => {
                let violation = world.violations().get(number as usize);
                fields!(map, "property": violation.map(|violation| violation.property),
                    "detail": violation.map(|violation| &*violation.detail));
            }
            EventDetail::JudgingEnded => {
                fields!(map, "reason": world.judging_ended().map(|ended| ended.why));
            }
        }
        map.end()
    }
}

/// A message's number as typed: `m12`.
pub(super) fn message(id: MessageId) -> String {
    format!("m{id}")
}

/// Why a node halted, in one word.
pub(super) fn halt_reason(reason: HaltReason) -> &'static str {
    match reason {
        HaltReason::Disk(reason) => fault(reason),
        HaltReason::Wiped => "disk_wiped",
        HaltReason::Broken(_) => "invariant_broken",
        HaltReason::Engine(fault) => match fault {
            EngineFault::Crashed(_) => "engine_crashed",
            EngineFault::Hangs => "engine_hangs",
            EngineFault::Protocol(_) => "engine_broke_protocol",
            EngineFault::Different(_) => "engine_not_deterministic",
            EngineFault::Unable(_) => "engine_not_started",
        },
    }
}

/// What is wrong with a disk on which its node halted, in one word.
fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::Cut => "disk_cut",
        Fault::Full => "disk_full",
        Fault::Unmarked => "disk_unmarked",
        Fault::Unreadable(LostRecord { defect: SlotDefect::Damaged, .. }) => "disk_damaged",
        Fault::Unreadable(LostRecord { defect: SlotDefect::Missing, .. }) => "disk_record_missing",
        Fault::Unreadable(LostRecord { defect: SlotDefect::Stale(_), .. }) => "disk_record_stale",
        Fault::Overwhelmed => "disk_overwhelmed",
    }
}

/// Writes where bytes were damaged. Fields that are not known are left out.
fn damaged<M: SerializeMap>(map: &mut M, spot: DamagedRange) -> Result<(), M::Error> {
    fields!(map, "offset": spot.offset, "record": spot.number, "what": words::spot_kind(spot));
    match spot.identity {
        Some(Identity { kind: Kind::Entry | Kind::Snapshot, index, term }) => {
            fields!(map, "index": index, "term": term)
        }
        Some(Identity { kind: Kind::State, term, .. }) => fields!(map, "term": term),
        Some(Identity { kind: Kind::Truncation, index, .. }) => fields!(map, "from": index),
        None => {}
    }
    Ok(())
}

/// The content of a message.
#[derive(Serialize)]
pub(super) struct Content {
    #[serde(rename = "type")]
    kind: MessageKind,
    term: Term,
    /// Whether the follower accepted the entries; only in an AppendEntriesReply.
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<bool>,
    #[serde(flatten, serialize_with = "BodyFields::serialize")]
    said: MessageSummary,
}

impl Content {
    pub(super) fn of(said: MessageSummary, term: Term) -> Content {
        let kind = said.kind();
        let accepted = matches!(said, MessageSummary::AppendEntriesAccepted { .. });
        let success = (kind == MessageKind::AppendEntriesReply).then_some(accepted);
        Content { kind, term, success, said }
    }
}
