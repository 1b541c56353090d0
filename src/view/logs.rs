//! The persisted logs side by side, aligned by index, so that disagreement is seen at a glance.

use crate::raft::{Entry, Index, NodeSet};
use crate::sim::{Host, World};

use super::document::{Document, Table, Text, Tone};
use super::words;

/// `logs`: a column a node, a row an index, the last `rows` of them.
pub fn logs(world: &World, nodes: NodeSet, rows: usize) -> Document {
    let hosts: Vec<&Host> = nodes.iter().map(|node| world.host(node)).collect();
    let longest = hosts.iter().map(|host| length(host)).max().unwrap_or(0);
    let first = longest.saturating_sub(u32::try_from(rows).unwrap_or(u32::MAX)) + 1;
    let mut table = Table { head: vec!["index".into()], key_columns: 1, ..Table::default() };
    table.head.extend(hosts.iter().map(|host| heading(host)));
    table.rows = (first..=longest).map(|index| row(world, &hosts, Index(index))).collect();
    let mut document = Document::new();
    if first > 1 {
        document = document.line(Text::new().toned(
            Tone::Dim,
            format!("{} before these; logs --last N shows more", words::counted(u64::from(first - 1), "row")),
        ));
    }
    let legend = "✓ committed and applied   ~ not on disk yet   ✗ damaged   ≠ logs differ";
    document.table(table).line(Text::new().toned(Tone::Dim, legend))
}

/// The node with the term and vote on its disk.
fn heading(host: &Host) -> Text {
    let (state, _) = host.disk.durable();
    let vote = words::node_or(state.voted_for, "none");
    let text = Text::new()
        .toned(words::state_tone(host.state), host.id.to_string())
        .plain(format!("@{} vote {vote}", state.current_term));
    let text = if host.disk.state_damaged() { text.toned(Tone::Bad, " ✗") } else { text };
    if host.is_up() { text } else { text.toned(Tone::Bad, format!(" ({})", host.state.name())) }
}

fn length(host: &Host) -> u32 {
    let on_disk = host.disk.durable().1.len() as u32;
    host.node.as_ref().map_or(on_disk, |node| node.log().last_index().0.max(on_disk))
}

/// What a node has at an index, and how safe it is there.
struct Cell {
    entry: Entry,
    damaged: bool,
    durable: bool,
    applied: bool,
}

fn cell(host: &Host, index: Index) -> Option<Cell> {
    let position = index.previous().0 as usize;
    let on_disk = host.disk.durable().1.get(position).copied();
    let damaged = host.disk.damaged().contains(&(index.0 as usize));
    let Some(node) = &host.node else {
        return on_disk.map(|entry| Cell { entry, damaged, durable: true, applied: false });
    };
    match node.log().get(index) {
        Some(entry) => {
            // By the disk itself: what the node believes may be a lie.
            let durable = on_disk == Some(entry);
            Some(Cell { entry, damaged: damaged && durable, durable, applied: index <= node.last_applied() })
        }
        // Dropped from the log in use, but not from the disk yet: a crash now would bring it back.
        None => on_disk.map(|entry| Cell { entry, damaged, durable: true, applied: false }),
    }
}

fn row(world: &World, hosts: &[&Host], index: Index) -> Vec<Text> {
    let cells: Vec<Option<Cell>> = hosts.iter().map(|host| cell(host, index)).collect();
    let mut entries = cells.iter().flatten().map(|cell| cell.entry);
    let first = entries.next();
    let differ = entries.any(|entry| Some(entry) != first);
    let name =
        if differ { Text::new().toned(Tone::Warn, format!("{index} ≠")) } else { index.to_string().into() };
    let show =
        |cell: &Option<Cell>| cell.as_ref().map_or_else(Text::new, |cell| shown(world, index, cell, differ));
    std::iter::once(name).chain(cells.iter().map(show)).collect()
}

fn shown(world: &World, index: Index, cell: &Cell, differ: bool) -> Text {
    let (mark, tone) = match cell {
        Cell { damaged: true, .. } => (" ✗", Tone::Bad),
        Cell { durable: false, .. } => (" ~", Tone::Warn),
        Cell { applied: true, .. } => (" ✓", Tone::Good),
        _ => ("", Tone::Plain),
    };
    let applied_too = if cell.applied && tone != Tone::Good { " ✓" } else { "" };
    Text::new()
        .toned(if differ { Tone::Warn } else { Tone::Dim }, format!("{} ", cell.entry.term))
        .plain(words::command(world.ops(), index, cell.entry))
        .toned(tone, mark)
        .toned(Tone::Good, applied_too)
}
