//! Events: `id, time_us, node, kind, cause`, then what the kind tells.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Typed;
use crate::disk::{Fault, Identity, Ill, Kind, Spot, Wound};
use crate::raft::{AppendRefusal, MessageSummary, Need, NodeId, Note, Timer, VoteRefusal};
use crate::sim::{DropReason, Event, EventKind, HaltReason, MessageId, World};
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
        serializer.collect_seq(self.events.clone().map(|event| One { world: self.world, event }))
    }
}

/// One event.
struct One<'a> {
    world: &'a World,
    event: &'a Event,
}

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Event { id, time_us, node, kind, .. } = self.event;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", id)?;
        map.serialize_entry("time_us", time_us)?;
        map.serialize_entry("node", &Typed(node))?;
        map.serialize_entry("kind", kind.name())?;
        map.serialize_entry("cause", &self.event.cause())?;
        self.protocol(&mut map)?;
        map.end()
    }
}

/// Writes fields: the name that stands in the format, then the value.
macro_rules! fields {
    ($map:ident, $($name:literal: $value:expr),* $(,)?) => {{
        $($map.serialize_entry($name, &$value)?;)*
        Ok(())
    }};
}

impl One<'_> {
    /// What the protocol does.
    fn protocol<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let ops = self.world.ops();
        let command = |index, entry| words::command(ops, index, entry);
        match self.event.kind {
            EventKind::Note(Note::RoleChanged { role, term }) => {
                fields!(map, "role": Typed(role), "term": term.0)
            }
            EventKind::Note(Note::VoteGranted { term, candidate }) => {
                fields!(map, "term": term.0, "candidate": Typed(candidate))
            }
            EventKind::Note(Note::VoteRefused { term, candidate, why }) => {
                fields!(map, "term": term.0, "candidate": Typed(candidate))?;
                vote_refusal(map, why)
            }
            EventKind::Note(Note::EntryAppended { index, entry })
            | EventKind::EntryApplied { index, entry } => {
                fields!(map, "index": index.0, "term": entry.term.0, "command": command(index, entry))
            }
            EventKind::Note(Note::LogTruncated { from }) => fields!(map, "from": from.0),
            EventKind::Note(Note::AppendRefused { leader, prev_log, why }) => {
                fields!(map, "leader": Typed(leader), "prev_log_index": prev_log.index.0,
                    "prev_log_term": prev_log.term.0)?;
                append_refusal(map, why)
            }
            EventKind::Note(Note::CommitAdvanced { commit }) => fields!(map, "commit": commit.0),
            EventKind::Note(Note::WriteForgone { need: Need::Term(term) }) => {
                fields!(map, "need": "term", "term": term.0)
            }
            EventKind::Note(Note::WriteForgone { need: Need::Entry(index) }) => {
                fields!(map, "need": "entry", "index": index.0)
            }
            EventKind::Note(Note::WriteForgone { need: Need::Leading }) => fields!(map, "need": "leading"),
            EventKind::Note(Note::CommitHeld { held }) => {
                fields!(map, "index": held.index.0, "term": held.term.0)
            }
            EventKind::EntriesSynced { kept, through } => {
                fields!(map, "kept": kept.0, "through": through.0)
            }
            EventKind::VoteSynced { term, vote } => {
                fields!(map, "term": term.0, "vote": super::node_or_null(vote))
            }
            EventKind::TimerFired { timer: Timer::Election } => fields!(map, "timer": "election"),
            EventKind::TimerFired { timer: Timer::Heartbeat } => fields!(map, "timer": "heartbeat"),
            _ => self.network(map),
        }
    }

    /// What becomes of messages and links.
    fn network<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let node = self.event.node;
        match self.event.kind {
            EventKind::MessageSent { message: id, to, term, said } => {
                route(map, id, node, to)?;
                fields!(map, "type": Typed(said.kind()), "term": term.0)?;
                content(map, said)
            }
            EventKind::MessageDuplicated { message: id, copy } => {
                fields!(map, "message": message(id), "copy": message(copy))
            }
            EventKind::MessageDelivered { message: id, from, .. } => route(map, id, from, node),
            EventKind::MessageDropped { message: id, from, reason, .. } => {
                fields!(map, "message": message(id), "reason": drop_reason(reason))?;
                fields!(map, "from": Typed(from), "to": Typed(node))
            }
            EventKind::LinkHeld { to }
            | EventKind::LinkReleased { to }
            | EventKind::LinkCut { to }
            | EventKind::LinkHealed { to } => fields!(map, "to": Typed(to)),
            EventKind::LinkChanged { to, delay_us, loss_ppm, duplicate_ppm } => {
                fields!(map, "to": Typed(to), "delay_us": delay_us, "loss_ppm": loss_ppm,
                    "duplicate_ppm": duplicate_ppm)
            }
            _ => self.machine(map),
        }
    }

    /// What becomes of machines, disks and requests.
    fn machine<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let op = |id| self.world.ops().get(id);
        match self.event.kind {
            EventKind::NodeRestarted { term, vote, last } => {
                fields!(map, "term": term.0, "vote": super::node_or_null(vote), "last": last.0)
            }
            EventKind::NodeHalted { reason } => {
                fields!(map, "reason": halt_reason(reason), "detail": Typed(reason))
            }
            EventKind::TailLeft { kept, torn } => fields!(map, "records": kept, "torn": torn),
            EventKind::RecordsDropped { count } => fields!(map, "records": count),
            EventKind::DiskDamaged { spot } | EventKind::DiskWentStale { spot } => damaged(map, spot),
            EventKind::DiskSlowed { latency_us } => fields!(map, "latency_us": latency_us),
            EventKind::DiskScrubbed { fault: found } => {
                fields!(map, "reason": found.map(fault), "detail": found.map(Typed))
            }
            EventKind::ClientInvoked { op: id } => {
                fields!(map, "op": Typed(id), "command": op(id).map(|op| Typed(&op.command)))
            }
            EventKind::ClientReplied { op: id, outcome } => {
                let value = op(id).and_then(|op| op.value.as_deref());
                fields!(map, "op": Typed(id), "outcome": Typed(outcome), "value": value)
            }
            EventKind::PropertyViolated { number } => {
                let violation = self.world.violations().get(number as usize);
                fields!(map, "property": violation.map(|violation| violation.property),
                    "detail": violation.map(|violation| &*violation.detail))
            }
            EventKind::JudgingEnded => {
                fields!(map, "reason": self.world.judging_ended().map(|ended| ended.why))
            }
            // The kind says it all.
            _ => Ok(()),
        }
    }
}

fn route<M: SerializeMap>(map: &mut M, id: MessageId, from: NodeId, to: NodeId) -> Result<(), M::Error> {
    fields!(map, "message": message(id), "from": Typed(from), "to": Typed(to))
}

/// A message as typed.
pub(super) fn message(id: MessageId) -> String {
    format!("m{id}")
}

/// Why a node stopped itself, in a word.
pub(super) fn halt_reason(reason: HaltReason) -> &'static str {
    match reason {
        HaltReason::Disk(reason) => fault(reason),
        HaltReason::Broken(_) => "invariant_broken",
    }
}

/// Why a disk failed its node, in a word.
fn fault(fault: Fault) -> &'static str {
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
fn damaged<M: SerializeMap>(map: &mut M, spot: Spot) -> Result<(), M::Error> {
    fields!(map, "offset": spot.offset, "record": spot.number, "what": words::spot_kind(spot))?;
    match spot.identity {
        Some(Identity { kind: Kind::Entry, index, term }) => fields!(map, "index": index, "term": term),
        Some(Identity { kind: Kind::State, term, .. }) => fields!(map, "term": term),
        Some(Identity { kind: Kind::Truncation, index, .. }) => fields!(map, "from": index),
        None => Ok(()),
    }
}

fn drop_reason(reason: DropReason) -> &'static str {
    match reason {
        DropReason::Loss => "loss",
        DropReason::Cut => "cut",
        DropReason::Down => "down",
        DropReason::ByHand => "by_hand",
        DropReason::Overflow => "overflow",
    }
}

fn vote_refusal<M: SerializeMap>(map: &mut M, why: VoteRefusal) -> Result<(), M::Error> {
    match why {
        VoteRefusal::StaleTerm => fields!(map, "reason": "stale_term"),
        VoteRefusal::VotedFor(other) => fields!(map, "reason": "voted_for", "voted_for": Typed(other)),
        VoteRefusal::NoRoom => fields!(map, "reason": "disk_full"),
        VoteRefusal::LogBehind(own) => fields!(map, "reason": "log_behind",
            "last_log_index": own.index.0, "last_log_term": own.term.0),
    }
}

fn append_refusal<M: SerializeMap>(map: &mut M, why: AppendRefusal) -> Result<(), M::Error> {
    match why {
        AppendRefusal::StaleTerm => fields!(map, "reason": "stale_term"),
        AppendRefusal::TooShort(last) => fields!(map, "reason": "too_short", "last_log_index": last.0),
        AppendRefusal::OtherTerm(term) => fields!(map, "reason": "other_term", "found_term": term.0),
    }
}

/// The content of a message.
fn content<M: SerializeMap>(map: &mut M, said: MessageSummary) -> Result<(), M::Error> {
    match said {
        MessageSummary::RequestVote { last_log } => {
            fields!(map, "last_log_index": last_log.index.0, "last_log_term": last_log.term.0)
        }
        MessageSummary::RequestVoteReply { granted } => fields!(map, "granted": granted),
        MessageSummary::AppendEntries { prev_log, entries, leader_commit } => {
            fields!(map, "prev_log_index": prev_log.index.0, "prev_log_term": prev_log.term.0,
                    "entries": entries, "leader_commit": leader_commit.0)
        }
        MessageSummary::AppendEntriesAccepted { match_index } => {
            fields!(map, "success": true, "match_index": match_index.0)
        }
        MessageSummary::AppendEntriesRefused { prev_log_index, hint } => {
            fields!(map, "success": false, "prev_log_index": prev_log_index.0,
                    "hint_index": hint.index.0, "hint_term": hint.term.0)
        }
    }
}

/// What a message says, as an object of its own.
pub(super) struct Content(pub(super) MessageSummary);

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        content(&mut map, self.0)?;
        map.end()
    }
}
