//! Diagrams as lines of text: times at the left, then the lanes, then what each row means.
//!
//! If too little room is left beside the lanes, the words go below them.

use super::cell::{Cell, write_styled};
use super::page::{PageLayout, end_line, write_spaces};
use super::safe::shown;
use crate::quantity;
use crate::raft::NodeId;
use crate::sim::{HostState, Stage};
use crate::view::diagram::{Diagram, DiagramMark, DiagramRow};
use crate::view::document::{Text, Tone};

/// The columns of a time, and the space after it.
const TIME: usize = 14;

/// The least room for words beside the lanes, in columns; with less, the words go below.
const WORDS: usize = 30;

/// The room that words get, in columns, before lanes are put farther apart than they must be.
const ROOMY: usize = 46;

/// The greatest distance between two lanes, in columns.
const WIDEST: usize = 8;

/// The distance between two lanes that names such as `n12` need, in columns. Names such as `n101`
/// need one column more.
const NARROWEST: usize = 4;

/// How many lanes fit onto a page; at least 2.
pub fn lanes_that_fit(page: PageLayout) -> usize {
    let lanes = |room: usize| page.width.saturating_sub(TIME + room) / NARROWEST;
    let beside = lanes(WORDS);
    (if beside >= 5 { beside } else { lanes(0) }).max(2)
}

/// Appends the diagram.
pub(super) fn write(out: &mut String, diagram: &Diagram, page: PageLayout) {
    let sheet = DiagramPage::new(diagram, page);
    sheet.head(out);
    let mut time_us = None;
    for row in &diagram.rows {
        let time = (time_us != Some(row.time_us)).then(|| quantity::time(row.time_us));
        time_us = Some(row.time_us);
        sheet.row(out, row, &time.unwrap_or_default());
    }
}

/// A diagram laid out for a page.
struct DiagramPage<'a> {
    diagram: &'a Diagram,
    page: PageLayout,
    /// The distance from one lane to the next, in columns.
    pitch: usize,
    /// The columns for words beside the lanes; `None` if the words go below.
    words: Option<usize>,
}

impl<'a> DiagramPage<'a> {
    fn new(diagram: &'a Diagram, page: PageLayout) -> DiagramPage<'a> {
        let lanes = diagram.lanes.len().max(1);
        let longest = diagram.lanes.iter().map(|node| node.to_string().len()).max().unwrap_or(0);
        let narrowest = (longest + 1).clamp(3, NARROWEST + 1);
        let pitch = (page.width.saturating_sub(TIME + ROOMY) / lanes).clamp(narrowest, WIDEST);
        let words = page.width.saturating_sub(TIME + lanes * pitch);
        DiagramPage { diagram, page, pitch, words: (words >= WORDS).then_some(words) }
    }

    fn head(&self, out: &mut String) {
        let start = out.len();
        write_spaces(out, TIME);
        let pitch = self.pitch;
        let name = |node: &NodeId| format!("{:<pitch$}", node.to_string());
        let names: String = self.diagram.lanes.iter().map(name).collect();
        write_styled(out, &names, Tone::Strong, false);
        end_line(out, start);
    }

    fn row(&self, out: &mut String, row: &DiagramRow, time: &str) {
        let text = Text::new()
            .toned(row.tone, row.text.as_str())
            .toned(Tone::Dim, format!("  #{}", row.event));
        let cell = Cell::new(&text, self.page.ascii);
        let start = out.len();
        write_styled(out, &format!("{time:>width$}  ", width = TIME - 2), Tone::Dim, false);
        self.write_lanes(out, &self.drawn(row));
        match self.words {
            None => {
                end_line(out, start);
                out.push_str("  ");
                cell.write_paragraph(out, 0, self.page.width - 2, 2);
            }
            Some(words) => {
                let lines = cell.wrapped(words, false, &shown('…', self.page.ascii).0);
                for (nth, line) in lines.split('\n').enumerate() {
                    let start = if nth == 0 { start } else { out.len() };
                    if nth > 0 {
                        write_spaces(out, TIME);
                        self.write_lanes(out, &self.idle(&row.lives));
                    }
                    out.push_str(line);
                    end_line(out, start);
                }
            }
        }
    }

    /// The lanes on a line where nothing happens.
    fn idle(&self, lives: &[HostState]) -> Vec<(char, Tone)> {
        let mut cells = vec![(' ', Tone::Plain); lives.len() * self.pitch];
        for (lane, life) in lives.iter().enumerate() {
            cells[lane * self.pitch] = match life {
                HostState::Up => ('│', Tone::Dim),
                HostState::Paused => ('┆', Tone::Dim),
                HostState::Down | HostState::Halted(_) => ('·', Tone::Dim),
            };
        }
        cells
    }

    /// The lanes with the arrow or the signs of a row.
    fn drawn(&self, row: &DiagramRow) -> Vec<(char, Tone)> {
        let mut cells = self.idle(&row.lives);
        match &row.stroke {
            DiagramMark::Mark { lanes, sign } => {
                for &lane in lanes {
                    cells[lane * self.pitch] = (*sign, row.tone);
                }
            }
            DiagramMark::Arrow { from, to, .. } if from == to => {
                cells[from * self.pitch] = ('•', row.tone)
            }
            DiagramMark::Arrow { from, to, stage, .. } => {
                self.arrow(&mut cells, (*from, *to), *stage, row.tone)
            }
        }
        cells
    }

    fn arrow(
        &self,
        cells: &mut [(char, Tone)],
        (from, to): (usize, usize),
        stage: Stage,
        tone: Tone,
    ) {
        let right = from < to;
        let (start, end) = (from * self.pitch, to * self.pitch);
        let line = if stage == Stage::Delivered { '─' } else { '╌' };
        let first = start.min(end) + 1;
        for (column, cell) in (first..).zip(&mut cells[first..start.max(end)]) {
            *cell = (if column % self.pitch == 0 { '┼' } else { line }, tone);
        }
        cells[start] = ('●', tone);
        let before = if right { end - 1 } else { end + 1 };
        let (column, tip) = match (stage, right) {
            (Stage::Delivered, true) => (end, '▶'),
            (Stage::Delivered, false) => (end, '◀'),
            (Stage::Dropped(_), true) => (before, '⇥'),
            (Stage::Dropped(_), false) => (before, '⇤'),
            (Stage::Sent, true) => (before, '▷'),
            (Stage::Sent, false) => (before, '◁'),
        };
        cells[column] = (tip, tone);
    }

    /// Appends lanes; neighbours of the same tone are written together.
    fn write_lanes(&self, out: &mut String, cells: &[(char, Tone)]) {
        for run in cells.chunk_by(|a, b| a.1 == b.1) {
            let text: String = run.iter().map(|(c, _)| shown(*c, self.page.ascii).0).collect();
            write_styled(out, &text, run[0].1, false);
        }
    }
}
