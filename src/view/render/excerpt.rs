//! A line of source with a caret below the part that an error is about.
//!
//! A long line is cut so that this part is shown. Characters that would move the cursor are
//! escaped, so that the caret is below the right column.

use super::cell::write_styled;
use super::page::PageLayout;
use super::safe::shown;
use crate::view::document::{Excerpt, Tone};

/// The most columns of source that are shown.
const SHOWN: usize = 90;

/// Appends the line and, below it, the caret.
pub(super) fn write(out: &mut String, excerpt: &Excerpt, page: PageLayout) {
    let (line, caret) = draw(excerpt, page);
    out.push_str(line.trim_end_matches(' '));
    out.push('\n');
    write_styled(out, &caret, Tone::Bad, false);
    out.push('\n');
}

fn draw(Excerpt { text, span }: &Excerpt, page: PageLayout) -> (String, String) {
    let most = SHOWN.min(page.width);
    let (ellipsis, ellipsis_width) = shown('…', page.ascii);
    let cells: Vec<Cell> =
        text.char_indices().map(|(at, c)| Cell::new(at, c, page.ascii)).collect();
    let first = cells.iter().position(|cell| cell.at >= span.start).unwrap_or(cells.len());
    let from = window_start(&cells, first, most);
    let mut line = String::new();
    // In columns: the line so far, the text before the caret, and the part that the caret marks.
    let (mut used, mut before, mut meant) = (0, 0, 0);
    if from > 0 {
        line.push_str(&ellipsis);
        (used, before) = (ellipsis_width, ellipsis_width);
    }
    for cell in &cells[from..] {
        if used + cell.width > most {
            line.push_str(&ellipsis);
            break;
        }
        line.push_str(&cell.shown);
        used += cell.width;
        if cell.at < span.start {
            before = used;
        } else if cell.at == span.start || cell.at < span.end {
            meant = used - before;
        }
    }
    let caret = format!("{:before$}^{}", "", "~".repeat(meant.saturating_sub(1)));
    (line, caret)
}

/// The first cell to show, so that the one at `first` is shown with text before and after it.
fn window_start(cells: &[Cell], first: usize, most: usize) -> usize {
    let total: usize = cells.iter().map(|cell| cell.width).sum();
    if total <= most {
        return 0;
    }
    // A third of the room goes to the text before `first`.
    let (mut from, mut room) = (first, most / 3);
    while from > 0 && cells[from - 1].width <= room {
        room -= cells[from - 1].width;
        from -= 1;
    }
    from
}

/// A character of the source line, as it is shown.
struct Cell {
    at: usize,
    shown: String,
    width: usize,
}

impl Cell {
    fn new(at: usize, c: char, ascii: bool) -> Cell {
        let (shown, width) = if c == '\t' { (" ".to_owned(), 1) } else { shown(c, ascii) };
        Cell { at, shown, width }
    }
}
