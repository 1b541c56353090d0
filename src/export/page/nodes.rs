//! How the nodes change from moment to moment, as `status` and `logs` show them.

use super::data::{Cell as LogCell, Change};
use super::texts::Texts;
use crate::raft::{Index, NodeId, Position, Term};
use crate::sim::{Event, EventId, EventKind, Family, Host, Ops, World};
use crate::view::document::Tone;
use crate::view::logs::{Cell, Place, cell};
use crate::view::{command, status};

/// The marks of an entry, as bits.
const MEMORY: u8 = 1;
const DISK: u8 = 2;
const DAMAGED: u8 = 4;
const COMMITTED: u8 = 8;
const APPLIED: u8 = 16;

/// A node as it was shown last.
#[derive(Clone, PartialEq, Eq)]
struct Row {
    state: &'static str,
    role: String,
    term: Term,
    vote: usize,
    commit: i64,
    applied: i64,
    disk: String,
    base: Position,
    snapshot: Position,
}

impl Row {
    fn of(host: &Host) -> Row {
        let (report, state) = (host.report(), host.hard_state());
        let index = |index: Option<Index>| index.map_or(-1, |index| i64::from(index.0));
        Row {
            state: host.state.name(),
            role: report.map(|report| report.role.to_string()).unwrap_or_default(),
            term: state.current_term,
            vote: state.voted_for.map_or(0, |node| node.position() + 1),
            commit: index(report.map(|report| report.commit)),
            applied: index(report.map(|report| report.applied)),
            disk: status::disk(host).into_string(),
            base: host.log().base(),
            snapshot: host.snapshot().unwrap_or_default(),
        }
    }
}

/// A node as it was shown last, with its log.
#[derive(Clone)]
struct Shown {
    row: Option<Row>,
    cells: Vec<Option<Cell>>,
}

/// The nodes as they were shown last.
#[derive(Clone)]
pub(super) struct Nodes {
    shown: Vec<Shown>,
}

impl Nodes {
    pub(super) fn new() -> Nodes {
        Nodes { shown: Vec::new() }
    }

    /// Whether this node was shown before.
    fn at(&mut self, node: NodeId) -> &mut Shown {
        let blank = Shown { row: None, cells: Vec::new() };
        if self.shown.len() <= node.position() {
            self.shown.resize(node.position() + 1, blank);
        }
        &mut self.shown[node.position()]
    }

    /// How a node differs from what was shown last, from the event `since` on. `events` are those
    /// that happened meanwhile; without them, everything is looked at.
    pub(super) fn change(
        &mut self,
        world: &World,
        node: NodeId,
        since: EventId,
        events: Option<&[Event]>,
        texts: &mut Texts,
    ) -> Option<Change> {
        let host = world.host(node);
        let shown = self.at(node);
        let row = Row::of(host);
        let commit = shown.row.as_ref().map_or(-1, |row| row.commit);
        let first = match (events, &shown.row) {
            (Some(events), Some(_)) => {
                let here = events.iter().filter(|event| event.node == node);
                here.filter_map(|event| touches(event, commit)).min()
            }
            _ => Some(1),
        };
        let mut change = Change { e: since, n: node.position(), ..Change::default() };
        let mut differs = row_change(&mut change, shown.row.as_ref(), &row, texts);
        shown.row = Some(row);
        if let Some(first) = first {
            differs |= log_change(&mut change, shown, (world.ops(), host), first, texts);
        }
        differs.then_some(change)
    }
}

/// The least index at which an event may change what is shown of its node's log; `None` if it
/// changes nothing of it. `commit` is the commit index before.
fn touches(event: &Event, commit: i64) -> Option<usize> {
    let attributes = event.kind.attributes();
    let below = |index: u32| index.min(u32::try_from(commit + 1).unwrap_or(0)).max(1) as usize;
    if let Some(index) = attributes.told.commit {
        return Some(below(index.0));
    }
    if let Some((index, _)) = attributes.told.entry {
        return Some(index.0.max(1) as usize);
    }
    if let EventKind::EntriesSynced { kept, .. } = event.kind {
        return Some(kept.0 as usize + 1);
    }
    let idle = matches!(
        event.kind,
        EventKind::TimerFired { .. }
            | EventKind::VoteSynced { .. }
            | EventKind::MessageIgnored { .. }
    );
    match attributes.family {
        Family::Message | Family::Link | Family::Client | Family::Judgement => None,
        Family::Protocol | Family::Sync if idle || attributes.told.role.is_some() => None,
        // What an event does that is not known here is looked for everywhere.
        Family::Protocol | Family::Sync | Family::Node | Family::Disk => Some(1),
    }
}

fn row_change(change: &mut Change, old: Option<&Row>, new: &Row, texts: &mut Texts) -> bool {
    let differs = |is: fn(&Row, &Row) -> bool| old.is_none_or(|old| is(old, new));
    if differs(|old, new| old.state != new.state) {
        change.s = Some(texts.plain(new.state));
    }
    if differs(|old, new| old.role != new.role) {
        change.r = Some(texts.plain(&new.role));
    }
    if differs(|old, new| old.disk != new.disk) {
        let tone = if new.disk == "ok" { Tone::Plain } else { Tone::Warn };
        change.d = Some(texts.of(tone, new.disk.clone(), None));
    }
    let (term, base) = (new.term.0, (new.base.index.0, new.base.term.0));
    change.t = differs(|old, new| old.term != new.term).then_some(term);
    change.v = differs(|old, new| old.vote != new.vote).then_some(new.vote);
    change.c = differs(|old, new| old.commit != new.commit).then_some(new.commit);
    change.a = differs(|old, new| old.applied != new.applied).then_some(new.applied);
    change.b = differs(|old, new| old.base != new.base).then_some(base);
    let snapshot = (new.snapshot.index.0, new.snapshot.term.0);
    change.p = differs(|old, new| old.snapshot != new.snapshot).then_some(snapshot);
    old != Some(new)
}

fn log_change(
    change: &mut Change,
    shown: &mut Shown,
    (ops, host): (&Ops, &Host),
    first: usize,
    texts: &mut Texts,
) -> bool {
    // An entry that is deleted from the log in use stays on the disk for a while.
    let length = host.log().last_index().0.max(host.durable_log().last_index().0) as usize;
    let base = host.log().base().index.0 as usize;
    let before = shown.cells.len();
    if length != before {
        change.z = Some(length);
        shown.cells.resize(length, None);
    }
    for index in first..=length {
        // What a snapshot replaces is no longer part of the log, though a disk may still hold it.
        let new = cell(host, Index(index as u32)).filter(|_| index > base);
        let old = std::mem::replace(&mut shown.cells[index - 1], new);
        if old == new && index <= before {
            continue;
        }
        let marks = new.map_or(0, |new| marks(&new));
        match (old, new) {
            (Some(old), Some(new)) if old.entry == new.entry => {
                match change.m.last_mut() {
                    Some((from, count, same)) if *from + *count == index && *same == marks => {
                        *count += 1;
                    }
                    _ => change.m.push((index, 1, marks)),
                }
                continue;
            }
            _ => {}
        }
        let cell: LogCell = match new {
            Some(Cell { entry, .. }) => {
                let command = command(ops, Index(index as u32), entry);
                (entry.term.0, texts.plain(&command), marks)
            }
            None => (0, 0, 0),
        };
        match change.l.last_mut() {
            Some((from, cells)) if *from + cells.len() == index => cells.push(cell),
            _ => change.l.push((index, vec![cell])),
        }
    }
    length != before || !change.l.is_empty() || !change.m.is_empty()
}

fn marks(cell: &Cell) -> u8 {
    let place = match cell.place {
        Place::Both => 0,
        Place::Memory => MEMORY,
        Place::Disk => DISK,
    };
    let bit = |is, bit| if is { bit } else { 0 };
    place | bit(cell.damaged, DAMAGED) | bit(cell.committed, COMMITTED) | bit(cell.applied, APPLIED)
}
