//! The records on a node's disk, and their bytes if the user asks for them.

use crate::disk::listing::{Condition, ListedSlot, Listing};
use crate::disk::record::{Slot, SyncMark};
use crate::disk::{Identity, Kind, Record, SlotDefect};
use crate::raft::{Entry, Index, NodeId};
use crate::sim::{DiskState, Host, Ops, World};

use super::document::{Document, Paragraph, Table, Text, Tone};
use super::{status, words};

/// `disk show`: the last `rows` records.
pub fn disk(world: &World, node: NodeId, rows: usize, hex: bool) -> Document {
    let host = world.host(node);
    let listing = host.disk.listing(rows);
    let mut document = Document::from(heading(host));
    for (nth, mark) in listing.marks.iter().enumerate() {
        let offset = nth * crate::disk::record::SLOT;
        document = document.line(shown_mark(nth, mark.0));
        if hex {
            document = bytes(document, offset as u64, &mark.1);
        }
    }
    if listing.skipped > 0 {
        let before = words::counted(u64::from(listing.skipped), "record");
        let text = format!("{before} before these; --last N shows more");
        document = document.then(Text::new().toned(Tone::Dim, text).into());
    }
    let document = if hex {
        lines(document, world.ops(), &listing)
    } else {
        table(document, world.ops(), &listing)
    };
    let mut legend =
        "synced: survives every crash   cached: a crash may lose it   torn: the next start \
            removes it"
            .to_owned();
    if listing.rows.iter().any(|row| row.condition == Condition::Kept) {
        legend += "   kept: complete, but no mark covers it";
    }
    document.paragraph(Paragraph::new(Text::new().toned(Tone::Dim, legend)))
}

/// `n3: 480 bytes on disk; full: room for 8 votes`
fn heading(host: &Host) -> Text {
    let size = words::counted(host.disk.bytes(), "byte");
    Text::new()
        .toned(Tone::Strong, host.id.to_string())
        .plain(format!(": {size} on disk; "))
        .joined(status::disk(host))
}

fn shown_mark(nth: usize, mark: Option<SyncMark>) -> Text {
    let text = Text::new().plain(format!("mark {}: ", nth + 1));
    match mark {
        Some(mark) => text.plain(match mark.synced {
            0 => "nothing is synced".to_owned(),
            synced => format!("synced through #{synced}"),
        }),
        None => text.toned(Tone::Bad, "damaged ✗"),
    }
}

fn table(document: Document, ops: &Ops, listing: &Listing<DiskState, Entry>) -> Document {
    if listing.rows.is_empty() {
        let none = Text::new().toned(Tone::Dim, "no records yet");
        return if listing.skipped == 0 { document.line(none) } else { document };
    }
    let head = ["record", "offset", "state", "what", "content"];
    document
        .table(Table::new(head, listing.rows.iter().map(|row| cells(ops, row).to_vec()).collect()))
}

fn lines(document: Document, ops: &Ops, listing: &Listing<DiskState, Entry>) -> Document {
    listing.rows.iter().fold(document, |document, row| {
        let [number, _, state, what, content] = cells(ops, row);
        let line =
            number.plain(" ").joined(state).plain("  ").joined(what).plain("  ").joined(content);
        bytes(document.line(line), row.offset, &row.slot)
    })
}

fn cells(ops: &Ops, row: &ListedSlot<DiskState, Entry>) -> [Text; 5] {
    let (tone, state) = condition(row.condition);
    let what = row.identity.map_or("?", |identity| words::kind(identity.kind));
    [
        format!("#{}", row.number).into(),
        row.offset.to_string().into(),
        Text::new().toned(tone, state),
        what.into(),
        content(ops, row),
    ]
}

fn condition(condition: Condition) -> (Tone, String) {
    match condition {
        Condition::Synced => (Tone::Good, "synced".to_owned()),
        Condition::Kept => (Tone::Warn, "kept".to_owned()),
        Condition::Torn => (Tone::Warn, "torn".to_owned()),
        Condition::Lost(SlotDefect::Damaged) => (Tone::Bad, "damaged ✗".to_owned()),
        Condition::Lost(SlotDefect::Missing) => (Tone::Bad, "missing ✗".to_owned()),
        Condition::Lost(SlotDefect::Stale(number)) => {
            (Tone::Bad, format!("stale ✗: holds #{number}"))
        }
        Condition::Cached => (Tone::Warn, "cached ~".to_owned()),
        Condition::Claimed => (Tone::Bad, "cached ~, reported as synced".to_owned()),
    }
}

/// The content of a record, or what is still known of a record that cannot be read.
fn content(ops: &Ops, row: &ListedSlot<DiskState, Entry>) -> Text {
    match (row.record, row.identity) {
        (Some(Record::State(state)), _) => {
            format!("term {}, vote {}", state.current_term, words::node_or_none(state.voted_for))
                .into()
        }
        (Some(Record::Entry(index, entry)), _) => words::entry(ops, Index(index), entry).into(),
        (Some(Record::Truncation(from)), _) => format!("deletes entries from {from} on").into(),
        (Some(Record::Snapshot(base)), _) => {
            format!("snapshot of the entries up to {}@{}", base.index, base.term).into()
        }
        (None, Some(Identity { kind: Kind::Entry, index, term })) => {
            Text::new().toned(Tone::Bad, format!("was {index}@{term}"))
        }
        (None, Some(Identity { kind: Kind::State, term, .. })) => {
            Text::new().toned(Tone::Bad, format!("was of term {term}"))
        }
        (None, Some(Identity { kind: Kind::Truncation, index, .. })) => {
            Text::new().toned(Tone::Warn, format!("deleted entries from {index} on"))
        }
        (None, Some(Identity { kind: Kind::Snapshot, index, term })) => Text::new()
            .toned(Tone::Bad, format!("was a snapshot of the entries up to {index}@{term}")),
        (None, None) => Text::new().toned(Tone::Dim, "cannot be read"),
    }
}

/// Adds bytes in hexadecimal, sixteen on a line, followed by their ASCII characters.
fn bytes(document: Document, offset: u64, slot: &Slot) -> Document {
    slot.chunks(16).zip((offset..).step_by(16)).fold(document, |document, (piece, at)| {
        let hex: Vec<String> = piece.chunks(4).map(hex).collect();
        let characters: String = piece
            .iter()
            .map(|&byte| if byte.is_ascii_graphic() { char::from(byte) } else { '.' })
            .collect();
        document.line(
            Text::new()
                .toned(Tone::Dim, format!("  {at:06x}  {}  ", hex.join("  ")))
                .plain(characters),
        )
    })
}

/// `d5 6b 45 53`
pub(super) fn hex(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(" ")
}
