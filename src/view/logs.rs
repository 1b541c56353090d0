//! The logs of nodes side by side, aligned by index, so that differences are visible at once.
//!
//! A double line is drawn below the highest commit index. An entry is marked `~` if it is in memory
//! only, `■` if on disk only, `✗` if damaged, `✓` if applied, and `(✓)` if committed but not
//! applied. A row in which logs differ has a `≠`. In a large cluster, nodes with the same log share
//! a column.

use crate::disk::Unreadable;
use crate::raft::{Entry, Index, NodeSet};
use crate::sim::{Host, World};

use super::document::{Document, Paragraph, Table, Text, Tone};
use super::{groups, words};

/// The least width to which the column of one node may be wrapped, so that five nodes fit into 80
/// columns.
const NARROWEST: usize = 12;

/// `logs`: one column for each node, one row for each index, the last `rows` of them.
pub fn logs(world: &World, nodes: NodeSet, rows: usize) -> Document {
    let columns: Vec<Column<'_>> = groups::columns(nodes, |node| content(world.host(node)))
        .into_iter()
        .map(|(node, nodes)| Column { host: world.host(node), nodes })
        .collect();
    let longest = columns.iter().map(|column| column.length()).max().unwrap_or(0);
    // Rows that no log has any more are left out.
    let filled = columns.iter().filter(|column| column.length() > 0);
    let begins = filled.map(|column| column.host.log().base().index.0).min().unwrap_or(0);
    let first = longest.saturating_sub(u32::try_from(rows).unwrap_or(u32::MAX)) + 1;
    let first = first.max(begins);
    // A heading that names many nodes needs more room.
    let shared = columns.iter().any(|column| column.nodes.len() > 1);
    let narrowest = (!shared).then_some(NARROWEST);
    let head = std::iter::once("index".into()).chain(columns.iter().map(Column::heading));
    let mut marks = Marks { damaged: columns.iter().any(Column::is_ill), ..Marks::default() };
    let rows = (first..=longest).map(|index| row(world, &columns, Index(index), &mut marks));
    let table = Table { narrowest, ..Table::new(head, rows.collect()) };
    let commit =
        world.hosts().filter_map(Host::report).map(|report| report.commit.0).max().unwrap_or(0);
    let line_below = (first..=longest).contains(&commit).then(|| (commit - first) as usize);
    let mut document = Document::new();
    if first > begins + 1 {
        let before = words::counted(u64::from(first - 1 - begins), "row");
        let text = format!("{before} before these; logs --last N shows more");
        document = Text::new().toned(Tone::Dim, text).into();
    }
    let commit = line_below.map(|_| commit);
    let document = document.table(Table { line_below, ..table });
    match marks.legend(commit) {
        Some(legend) => document.paragraph(Paragraph::new(Text::new().toned(Tone::Dim, legend))),
        None => document,
    }
}

/// The column of one node, or of several nodes that are equal in everything that is shown.
struct Column<'a> {
    host: &'a Host,
    nodes: NodeSet,
}

/// Everything that the column of a node shows.
fn content(host: &Host) -> impl PartialEq {
    let known = host.record().map(|record| {
        let replaced: Vec<_> = record.replaced().collect();
        (record.durable, record.report.commit, record.report.applied, replaced)
    });
    let disk = &host.disk;
    let snapshot = (host.snapshot(), disk.base());
    (host.state, known, host.log(), snapshot, disk.durable(), disk.unreadable())
}

impl Column<'_> {
    /// The node's name, the term and vote on its disk, and what is damaged there besides entries.
    fn heading(&self) -> Text {
        let (state, _) = self.host.disk.durable();
        let vote = words::node_or_none(state.voted_for);
        let text = Text::new()
            .toned(words::state_tone(self.host.state), groups::nodes(self.nodes))
            .plain(format!("@{} vote {vote}", state.current_term));
        let text = match self.nodes.len() {
            1 => text,
            count => text.toned(Tone::Dim, format!(" ({count} nodes)")),
        };
        let Unreadable { state, marks, lost, .. } = self.host.disk.unreadable();
        let text = if *state { text.toned(Tone::Bad, " ✗") } else { text };
        let text = match marks.len() {
            0 => text,
            1 => text.toned(Tone::Warn, ", mark ✗"),
            _ => text.toned(Tone::Bad, ", marks ✗"),
        };
        let text =
            lost.iter().fold(text, |text, number| text.toned(Tone::Bad, format!(", #{number} ✗")));
        if self.host.is_up() {
            text
        } else {
            text.toned(Tone::Bad, format!(" ({})", self.host.state.name()))
        }
    }

    /// Whether the heading shows any damage.
    fn is_ill(&self) -> bool {
        let Unreadable { state, marks, lost, .. } = self.host.disk.unreadable();
        *state || !marks.is_empty() || !lost.is_empty()
    }

    fn length(&self) -> u32 {
        let on_disk = self.host.disk.durable().1.end() as u32;
        self.host.record().map_or(on_disk, |record| record.log.last_index().0.max(on_disk))
    }
}

/// The entry that a node has at an index, and how far it is durable, committed and applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The entry.
    pub entry: Entry,
    /// Where it is kept.
    pub place: Place,
    /// Whether its bytes on the disk are damaged.
    pub damaged: bool,
    /// Whether the node knows it as committed.
    pub committed: bool,
    /// Whether the node has applied it.
    pub applied: bool,
}

/// Where an entry is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the disk, and in the log that the node uses if it runs.
    Both,
    /// In memory only, not on the disk yet.
    Memory,
    /// On the disk only: the node has deleted it from the log that it uses.
    Disk,
}

/// What a node has at an index; `None` if it has no entry there.
pub fn cell(host: &Host, index: Index) -> Option<Cell> {
    let position = index.previous().0 as usize;
    let on_disk = host.disk.durable().1.get(position).copied();
    let damaged = host.disk.damaged().contains(&(index.0 as usize));
    let rest =
        |entry| Cell { entry, place: Place::Both, damaged, committed: false, applied: false };
    let Some(record) = host.record() else { return on_disk.map(rest) };
    match record.log.get(index) {
        Some(entry) => {
            // The disk itself is asked: a disk that lies has misinformed its node.
            let durable = on_disk == Some(entry);
            Some(Cell {
                entry,
                place: if durable { Place::Both } else { Place::Memory },
                damaged: damaged && durable,
                // The entry that was committed or applied, which may differ from the one that is
                // there now.
                committed: record.committed(index) == Some(entry),
                applied: record.applied(index) == Some(entry),
            })
        }
        // Deleted from the log in use, but not from the disk yet: a crash now would bring it back.
        None => on_disk.map(|entry| Cell { place: Place::Disk, ..rest(entry) }),
    }
}

/// The marks that occur, for the legend.
#[derive(Default)]
struct Marks {
    applied: bool,
    committed: bool,
    memory: bool,
    disk: bool,
    damaged: bool,
    differ: bool,
}

impl Marks {
    fn legend(&self, commit: Option<u32>) -> Option<String> {
        let line = commit.map(|commit| format!("═ committed up to {commit}"));
        let marks = [
            (self.applied, "✓ committed and applied"),
            (self.committed, "(✓) committed, not applied yet"),
            (self.memory, "~ not on disk yet"),
            (self.disk, "■ on disk only, deleted from the log in use"),
            (self.damaged, "✗ damaged"),
            (self.differ, "≠ logs differ"),
        ];
        let used = marks.iter().filter(|(used, _)| *used).map(|(_, text)| (*text).to_owned());
        let parts: Vec<String> = line.into_iter().chain(used).collect();
        (!parts.is_empty()).then(|| parts.join("   "))
    }
}

fn row(world: &World, columns: &[Column<'_>], index: Index, marks: &mut Marks) -> Vec<Text> {
    let cells: Vec<Option<Cell>> = columns.iter().map(|column| cell(column.host, index)).collect();
    let mut entries = cells.iter().flatten().map(|cell| cell.entry);
    let first = entries.next();
    let differ = entries.any(|entry| Some(entry) != first);
    marks.differ |= differ;
    let name = if differ {
        Text::new().toned(Tone::Warn, format!("{index} ≠"))
    } else {
        index.to_string().into()
    };
    let mut show = |(cell, column): (&Option<Cell>, &Column<'_>)| match cell {
        Some(cell) => shown(world, index, cell, differ, marks),
        None => behind_snapshot(column.host, index),
    };
    std::iter::once(name).chain(cells.iter().zip(columns).map(&mut show)).collect()
}

/// Where a node's log begins after a snapshot: `snapshot up to 5@2`.
fn behind_snapshot(host: &Host, index: Index) -> Text {
    let base = host.log().base().index;
    match host.snapshot().filter(|_| base == index && base > Index(0)) {
        Some(last) => Text::new().toned(Tone::Strong, format!("snapshot up to {last}")),
        None => Text::new(),
    }
}

fn shown(world: &World, index: Index, cell: &Cell, differ: bool, marks: &mut Marks) -> Text {
    let Cell { entry, place, damaged, committed, applied } = *cell;
    let (memory, disk, committed) =
        (place == Place::Memory, place == Place::Disk, committed && !applied);
    marks.memory |= memory;
    marks.disk |= disk;
    marks.damaged |= damaged;
    marks.applied |= applied;
    marks.committed |= committed;
    let text = Text::new()
        .toned(if differ { Tone::Warn } else { Tone::Dim }, format!("{} ", entry.term))
        .plain(words::command(world.ops(), index, entry));
    let all = [
        (damaged, Tone::Bad, " ✗"),
        (memory, Tone::Warn, " ~"),
        (disk, Tone::Warn, " ■"),
        (applied, Tone::Good, " ✓"),
        (committed, Tone::Good, " (✓)"),
    ];
    all.iter()
        .filter(|(used, ..)| *used)
        .fold(text, |text, (_, tone, mark)| text.toned(*tone, *mark))
}
