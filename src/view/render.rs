//! The renderer: it turns documents into text.
//!
//! The text is always coloured; the colours are stripped where it is written to a stream that is
//! not a terminal. The same document and page give the same bytes. No line ends in spaces, so that
//! output can be pasted into a test.
//!
//! `layout` decides how a table that is too wide for the page is drawn: wrapped, split into several
//! tables, or as records. Wrapping is done here and not by the table library, which blanks cells
//! below their least width.

mod cell;
mod diagram;
mod excerpt;
mod layout;
mod page;
mod safe;
mod strip;

use tabled::builder::Builder;
use tabled::grid::records::vec_records::Text as Drawn;
use tabled::settings::Style;
use tabled::settings::style::HorizontalLine;
use tabled::settings::themes::Theme;

use self::cell::{Cell, write_styled};
use self::layout::TableSlice;
use self::page::{end_line, write_spaces};
use super::document::{Block, Document, Paragraph, Table, Text, Tone};

pub use self::diagram::lanes_that_fit;
pub use self::page::PageLayout;
pub use self::safe::width_of;

/// The document as coloured text, laid out for a page. Every line ends in a newline. A
/// [`Block::Line`] is not wrapped.
pub fn text(document: &Document, page: impl Into<PageLayout>) -> String {
    let page = page.into();
    let mut out = String::new();
    for block in &document.0 {
        match block {
            Block::Line(line) => write_line(&mut out, line, page),
            Block::Paragraph(Paragraph { text, indent }) => {
                // A deep indentation would leave little room on a narrow page.
                let indent = if page.width < 2 * indent { 2 } else { *indent };
                Cell::new(text, page.ascii).write_paragraph(&mut out, 0, page.width, indent);
            }
            Block::Example(indent, text) => {
                let cell = Cell::new(text, page.ascii);
                let start = out.len();
                let room = page.width.saturating_sub(cell.width);
                let indent = if room < *indent { room.min(2) } else { *indent };
                write_spaces(&mut out, indent);
                cell.write(&mut out, false);
                end_line(&mut out, start);
            }
            Block::Diagram(diagram) => diagram::write(&mut out, diagram, page),
            Block::RoleStrip(strip) => strip::write(&mut out, strip, page),
            Block::Excerpt(excerpt) => excerpt::write(&mut out, excerpt, page),
            Block::Table(table) => write_table(&mut out, table, page),
        }
    }
    out
}

fn write_line(out: &mut String, line: &Text, page: PageLayout) {
    let start = out.len();
    Cell::new(line, page.ascii).write(out, false);
    end_line(out, start);
}

/// Text with its invisible and control characters escaped, in ASCII if `ascii`.
pub fn shown(text: &str, ascii: bool) -> String {
    safe::safe(text, ascii).into_owned()
}

/// Text with its colours, neither escaped nor ended by a newline. It is for the prompt and for the
/// line that the user is typing, which the line editor shows and measures itself.
pub fn coloured(text: &Text) -> String {
    let mut out = String::new();
    for span in &text.0 {
        cell::write_styled(&mut out, &span.text, span.tone, false);
    }
    out
}

/// A table whose cells are escaped and measured.
struct Grid<'a> {
    page: PageLayout,
    table: &'a Table,
    head: Vec<Cell<'a>>,
    rows: Vec<Vec<Cell<'a>>>,
    /// The width of each column, including its title.
    widths: Vec<usize>,
    /// Whether each column holds only numbers, which are aligned to the right.
    numbers: Vec<bool>,
}

impl<'a> Grid<'a> {
    fn new(table: &'a Table, page: PageLayout) -> Grid<'a> {
        let cell = |text: &'a Text| Cell::new(text, page.ascii);
        let cells = |row: &'a Vec<Text>| row.iter().map(cell).collect::<Vec<_>>();
        let head = cells(&table.head);
        let rows: Vec<Vec<Cell<'_>>> = table.rows.iter().map(cells).collect();
        let mut widths: Vec<usize> = head.iter().map(|cell| cell.width).collect();
        let mut numbers = vec![None; head.len()];
        for row in &rows {
            assert_eq!(row.len(), head.len(), "a row has as many cells as the head");
            for (column, cell) in row.iter().enumerate() {
                widths[column] = widths[column].max(cell.width);
                if numbers[column] != Some(false) && !cell.is_blank() {
                    numbers[column] = Some(cell.is_number());
                }
            }
        }
        let numbers = numbers.into_iter().map(|number| number == Some(true)).collect();
        Grid { page, table, head, rows, widths, numbers }
    }
}

fn write_table(out: &mut String, table: &Table, page: PageLayout) {
    let grid = Grid::new(table, page);
    let narrowest = table.narrowest.unwrap_or(layout::NARROWEST_LONG);
    match layout::pieces(&grid.widths, table.key_columns, narrowest, page.width) {
        Some(pieces) => {
            for (nth, piece) in pieces.iter().enumerate() {
                if nth > 0 {
                    out.push('\n');
                }
                write_piece(out, &grid, piece);
            }
        }
        None => write_records(out, &grid),
    }
    if grid.rows.is_empty() {
        write_styled(out, "(none)", Tone::Dim, false);
        out.push('\n');
    }
}

/// Draws some of the columns with the table library.
fn write_piece(out: &mut String, grid: &Grid<'_>, piece: &TableSlice) {
    if piece.is_empty() {
        return;
    }
    let ellipsis = if grid.page.ascii { "..." } else { "…" };
    let cells = |row: &[Cell<'_>], head| {
        let fit = |(column, width): &(usize, usize)| {
            fitted(&row[*column], *width, head, ellipsis, grid.numbers[*column])
        };
        piece.iter().map(fit).collect::<Vec<_>>()
    };
    let head = std::iter::once(cells(&grid.head, true));
    let rows = grid.rows.iter().map(|row| cells(row, false));
    let mut drawn = Builder::from_vec(head.chain(rows).collect()).build();
    drawn.with(theme(grid));
    for line in drawn.to_string().split('\n') {
        let start = out.len();
        // The padding before the first column and after the last is dropped: there is no frame.
        let mut padded = line.chars();
        padded.next();
        padded.next_back();
        out.push_str(padded.as_str());
        end_line(out, start);
    }
}

/// The lines of a table: between columns, below the head, and below the row `line_below`.
fn theme(grid: &Grid<'_>) -> Theme {
    let [bar, line, cross, double, double_cross] = match grid.page.ascii {
        true => ['|', '-', '+', '=', '+'],
        false => ['│', '─', '┼', '═', '╪'],
    };
    let mut theme = Theme::from_style(Style::empty().vertical(bar));
    theme.insert_horizontal_line(1, HorizontalLine::new(line).intersection(cross));
    if let Some(row) = grid.table.line_below {
        theme.insert_horizontal_line(
            row + 2,
            HorizontalLine::new(double).intersection(double_cross),
        );
    }
    theme
}

/// A cell for the table library, wrapped if it is wider than its column. The width of a single line
/// is passed on, because measuring coloured text again would take the most time.
fn fitted(
    cell: &Cell<'_>,
    width: usize,
    head: bool,
    ellipsis: &str,
    number: bool,
) -> Drawn<String> {
    if cell.width > width {
        return Drawn::new(cell.wrapped(width, head, ellipsis));
    }
    let mut text = String::with_capacity(width + 16); // room for the colour codes
    let indent = if number { width - cell.width } else { 0 };
    write_spaces(&mut text, indent);
    cell.write(&mut text, head);
    Drawn::exact(text, indent + cell.width, Vec::new())
}

/// Draws each row as lines of `title: value`, with an empty line between rows.
fn write_records(out: &mut String, grid: &Grid<'_>) {
    let widest = grid.head.iter().map(|title| title.width).max().unwrap_or(0);
    let aligned = widest + 2 <= grid.page.width / 2;
    for (nth, row) in grid.rows.iter().enumerate() {
        if nth > 0 {
            out.push('\n');
        }
        for (title, cell) in grid.head.iter().zip(row) {
            match aligned {
                true => write_beside(out, title, cell, widest, grid.page.width),
                false => write_below(out, title, cell, grid.page.width),
            }
        }
        if grid.table.line_below == Some(nth) {
            let line = if grid.page.ascii { '=' } else { '═' };
            out.push('\n');
            out.extend(std::iter::repeat_n(line, widest.min(grid.page.width)));
            out.push('\n');
        }
    }
}

/// Writes a value after its title; all values begin in the same column.
fn write_beside(out: &mut String, title: &Cell<'_>, cell: &Cell<'_>, widest: usize, width: usize) {
    title.write(out, true);
    out.push(':');
    write_spaces(out, widest - title.width + 1);
    cell.write_paragraph(out, widest + 2, width, widest + 2);
}

/// Writes a value below its title, or after it if both fit on one line. This is for titles so long
/// that no column is left for values.
fn write_below(out: &mut String, title: &Cell<'_>, cell: &Cell<'_>, width: usize) {
    if title.width + 2 + cell.width <= width {
        return write_beside(out, title, cell, title.width, width);
    }
    title.write_lines(out, 0, width.saturating_sub(1), 2, true);
    out.pop();
    out.push_str(":\n");
    if cell.width > 0 {
        out.push_str("  ");
        cell.write_paragraph(out, 2, width, 2);
    }
}
