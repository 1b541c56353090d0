//! An error as the user sees it.
//!
//! ```text
//! demo.raft:3:1: error: unknown command 'klil'; did you mean 'kill'?
//! klil n2
//! ^~~~
//! help: …
//! ```
//!
//! The source line is shown as far as it fits around the place, with everything escaped that would move the cursor, so
//! that the caret stands below what it means.

use std::ops::Range;

use super::error::Error;
use super::line;
use super::statement::Statement;
use crate::view::document::{Document, Text, Tone};

/// Columns of source shown at most.
const SHOWN: usize = 90;

/// Characters of a message shown at most: a word of 64 KiB may be quoted in it.
const MESSAGE: usize = 400;

/// The error, where it is, the line, a caret, and help.
pub fn render(error: &Error, statement: &Statement) -> Document {
    let span = span(error, statement);
    let mut head = Text::new();
    if let Some(source) = &statement.place.source {
        let column = statement.text[..span.start].chars().count() + 1;
        head = head.toned(Tone::Strong, format!("{source}:{}:{column}: ", statement.place.line));
    }
    let mut document =
        Document::new().line(head.toned(Tone::Bad, "error: ").plain(shorten(&error.message, MESSAGE)));
    if !statement.text.trim().is_empty() {
        let (shown, caret) = excerpt(&statement.text, &span);
        document = document.line(shown).line(Text::new().toned(Tone::Bad, caret));
    }
    help(document, error)
}

/// An error that is about no line of any script.
pub fn render_bare(error: &Error) -> Document {
    let head = Text::new().toned(Tone::Bad, "error: ").plain(shorten(&error.message, MESSAGE));
    help(Document::new().line(head), error)
}

fn help(document: Document, error: &Error) -> Document {
    error.help.iter().fold(document, |document, help| {
        document.line(Text::new().toned(Tone::Dim, "help: ").plain(shorten(help, MESSAGE)))
    })
}

/// A text, or as many characters of it as wanted and `…`.
pub fn shorten(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.into(),
    }
}

/// What the caret points at: the error's own place, else its word, else the whole command.
fn span(error: &Error, statement: &Statement) -> Range<usize> {
    place(error, statement).unwrap_or_else(|| statement.span())
}

/// What exactly an error is about, in bytes of its line; nothing if it is the command as a whole.
pub fn place(error: &Error, statement: &Statement) -> Option<Range<usize>> {
    let named = || {
        let word = error.word.as_deref()?;
        let token = statement.tokens.iter().find(|token| token.text == word);
        if let Some(token) = token {
            return Some(token.span.clone());
        }
        let token = statement.tokens.iter().find(|token| token.text.contains(word))?;
        // Within the token, the word itself, unless escapes hide it.
        let inside = statement.text.get(token.span.clone()).and_then(|source| source.find(word));
        Some(
            inside.map_or(token.span.clone(), |at| token.span.start + at..token.span.start + at + word.len()),
        )
    };
    let Range { start, end } = error.at.clone().or_else(named)?;
    let start = floor(&statement.text, start);
    Some(start..floor(&statement.text, end).max(start))
}

/// The nearest place between two characters at or before this one.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The part of the line around the span, and below it the caret.
fn excerpt(text: &str, span: &Range<usize>) -> (String, String) {
    let cells: Vec<Cell> = text.char_indices().map(|(at, c)| Cell::new(at, c)).collect();
    let first = cells.iter().position(|cell| cell.at >= span.start).unwrap_or(cells.len());
    let from = window_start(&cells, first);
    let (mut shown, mut caret, mut column) = (String::new(), String::new(), 0);
    if from > 0 {
        shown.push('…');
        caret.push(' ');
        column += 1;
    }
    for cell in &cells[from..] {
        if column + cell.width > SHOWN {
            shown.push('…');
            break;
        }
        let mark = match cell.at {
            at if at < span.start => ' ',
            at if at == span.start => '^',
            at if at < span.end => '~',
            _ => '\0',
        };
        for nth in 0..cell.width {
            caret.extend(Some(if mark == '^' && nth > 0 { '~' } else { mark }).filter(|&mark| mark != '\0'));
        }
        shown.push_str(&cell.shown);
        column += cell.width;
    }
    if !caret.contains('^') {
        caret.push('^');
    }
    (shown, caret)
}

/// Where to begin so that the character at `first` is shown with a good deal before and after it.
fn window_start(cells: &[Cell], first: usize) -> usize {
    let total: usize = cells.iter().map(|cell| cell.width).sum();
    if total <= SHOWN {
        return 0;
    }
    // A third of the room goes to what stands before; all but the start of the line if it ends soon after.
    let (mut from, mut room) = (first, SHOWN / 3);
    while from > 0 && cells[from - 1].width <= room {
        room -= cells[from - 1].width;
        from -= 1;
    }
    from
}

/// A character of the source line as it is shown.
struct Cell {
    at: usize,
    shown: String,
    width: usize,
}

impl Cell {
    fn new(at: usize, c: char) -> Cell {
        let (shown, width) = match c {
            '\t' => (" ".into(), 1),
            c if c.is_control() || reorders(c) => {
                let shown = line::escape(c);
                let width = shown.len();
                (shown, width)
            }
            c => (c.into(), columns(c)),
        };
        Cell { at, shown, width }
    }
}

/// Characters that make a terminal show a line in another order than it is read.
fn reorders(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How many columns a character takes, near enough to place a caret: East Asian characters and emoji take two, marks
/// on the character before take none.
fn columns(c: char) -> usize {
    match c as u32 {
        0x300..=0x36f | 0x200b..=0x200d | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f => 2,
        0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1f64f | 0x1f680..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::statement::{Builder, Failure, Place};
    use crate::view::document::Block;

    fn plain(document: &Document) -> String {
        let line = |block: &Block| match block {
            Block::Line(text) => text.0.iter().map(|span| span.text.as_str()).collect::<String>() + "\n",
            Block::Table(_) => String::new(),
        };
        document.0.iter().map(line).collect()
    }

    fn shown(line: &str, error: Error) -> String {
        let place = Place { source: Some("a.raft".into()), line: 7 };
        let nodes = Builder::default().feed(&place, line).unwrap();
        plain(&render(&error, nodes[0].statement()))
    }

    #[test]
    fn the_caret_stands_below_what_is_meant() {
        let error = || Error::failed("no");
        for (line, error, column, caret) in [
            ("  kill n2 # x", error(), 3, "  ^~~~~~~"),
            ("kill n1,n9 n9", error().word("n9"), 12, "           ^~"),
            ("kill n1,n9", error().word("n9"), 9, "        ^~"),
            ("kill n9", error().word("absent"), 1, "^~~~~~~"),
            ("\tkill n9", error().word("n9"), 7, "      ^~"),
            ("echo 日本 n9", error().word("n9"), 9, "          ^~"),
            ("echo 日本 n9", error().word("日本"), 6, "     ^~~~"),
            ("!kill n2", error(), 2, " ^~~~~~~"),
            ("kill n2", error().at(7..7), 8, "       ^"),
            ("kill n2", error().at(99..200), 8, "       ^"),
            ("kill é", error().at(6..9), 6, "     ^"),
        ] {
            let text = shown(line, error);
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines[0], format!("a.raft:7:{column}: error: no"), "{line}");
            assert_eq!(lines[2], caret, "{line}");
        }
    }

    #[test]
    fn help_and_the_prompt() {
        let place = Place { source: None, line: 1 };
        let failure =
            Failure::in_line(Error::usage("bad").at(0..1).help("do this").help("or that"), place, "x");
        assert_eq!(
            plain(&render(&failure.error, &failure.statement)),
            "error: bad\nx\n^\nhelp: do this\nhelp: or that\n"
        );
        assert_eq!(plain(&render_bare(&Error::usage("bad"))), "error: bad\n");
    }

    #[test]
    fn long_and_hostile_lines_are_tamed() {
        let place = || Place { source: None, line: 1 };
        let text = format!("{}\u{1b}[2J\0{}", "a".repeat(500), "b".repeat(60_000));
        let failure = Failure::in_line(Error::usage("m".repeat(9000)).at(500..501), place(), text);
        let text = plain(&render(&failure.error, &failure.statement));
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].chars().count() < 420);
        assert!(lines[1].starts_with(&format!("…{}\\x1b[2J\\x00bbb", "a".repeat(30))), "{}", lines[1]);
        assert!(lines[1].ends_with("b…") && lines[1].chars().count() < 100);
        assert_eq!(lines[2], format!("{}^~~~", " ".repeat(31)));
    }
}
