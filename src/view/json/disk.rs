//! The records on a node's disk.

use serde::Serialize;

use crate::disk::listing::{Condition, ListedSlot};
use crate::disk::record::SLOT;
use crate::disk::{Record, SlotDefect};
use crate::raft::{Entry, Index, NodeId};
use crate::sim::{DiskState, Ops, World};
use crate::view::{disk::hex, words};

/// The data of `disk show`.
#[derive(Serialize)]
struct Disk {
    node: NodeId,
    /// The size of what is on the medium, in bytes.
    bytes: u64,
    marks: Vec<MarkJson>,
    /// The number of records before the first of `records`.
    skipped: u32,
    records: Vec<RecordJson>,
}

/// One of the two marks, and the number of records that it says are synced; null if it is damaged.
#[derive(Serialize)]
struct MarkJson {
    offset: u64,
    synced: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
}

/// A record. Fields that are not known are null.
#[derive(Serialize)]
struct RecordJson {
    record: u32,
    offset: u64,
    state: &'static str,
    what: Option<&'static str>,
    /// An entry's index, the first index that a truncation deletes, or the last that a snapshot
    /// covers.
    index: Option<u32>,
    term: Option<u32>,
    /// The vote, of a record of term and vote that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    vote: Option<Option<NodeId>>,
    /// The command, of an entry that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    /// The number of the older record that is in this place, of a stale record.
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
}

/// `disk show`: the `last` records of a node's disk, or all if `None`.
pub fn disk(world: &World, node: NodeId, last: Option<u64>, with_bytes: bool) -> impl Serialize {
    let disk = &world.host(node).disk;
    let last = last.map_or(usize::MAX, |last| usize::try_from(last).unwrap_or(usize::MAX));
    let listing = disk.listing(last);
    let bytes = |slot: &[u8]| with_bytes.then(|| hex(slot));
    let marks = listing.marks.iter().enumerate().map(|(nth, (mark, slot))| MarkJson {
        offset: (nth * SLOT) as u64,
        synced: mark.map(|mark| mark.synced),
        hex: bytes(slot),
    });
    Disk {
        node,
        bytes: disk.bytes(),
        marks: marks.collect(),
        skipped: listing.skipped,
        records: listing
            .rows
            .iter()
            .map(|row| record(world.ops(), row, bytes(&row.slot)))
            .collect(),
    }
}

fn record(ops: &Ops, row: &ListedSlot<DiskState, Entry>, hex: Option<String>) -> RecordJson {
    let (state, holds) = match row.condition {
        Condition::Synced => ("synced", None),
        Condition::Kept => ("kept", None),
        Condition::Torn => ("torn", None),
        Condition::Lost(SlotDefect::Damaged) => ("damaged", None),
        Condition::Lost(SlotDefect::Missing) => ("missing", None),
        Condition::Lost(SlotDefect::Stale(number)) => ("stale", Some(number)),
        Condition::Cached => ("cached", None),
        Condition::Claimed => ("claimed", None),
    };
    let (vote, command) = match row.record {
        Some(Record::State(state)) => (Some(state.voted_for), None),
        Some(Record::Entry(index, entry)) => (None, Some(words::command(ops, Index(index), entry))),
        Some(Record::Truncation(_) | Record::Snapshot(_)) | None => (None, None),
    };
    let identity = row.identity;
    RecordJson {
        record: row.number,
        offset: row.offset,
        state,
        what: identity.map(|identity| words::kind(identity.kind)),
        index: identity.map(|identity| identity.index).filter(|index| *index > 0),
        term: identity.map(|identity| identity.term).filter(|term| *term > 0),
        vote,
        command,
        holds,
        hex,
    }
}
