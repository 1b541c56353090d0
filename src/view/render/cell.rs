//! The text of a line or of a cell, made safe and measured.
//!
//! Data must not drive the terminal: whatever could move the cursor, change colours or turn the writing direction is
//! shown as an escape. After that every character has a width, and cells can be aligned, cut and wrapped.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use tabled::grid::util::string::{get_char_width, get_string_width};

use crate::view::document::{Text, Tone};
use crate::view::theme;

/// Safe text with its width.
pub(super) struct Cell<'a> {
    spans: Vec<(Cow<'a, str>, Tone)>,
    /// How many columns of the terminal it takes.
    pub(super) width: usize,
}

impl<'a> Cell<'a> {
    /// The cell that shows this text.
    pub(super) fn new(text: &'a Text) -> Cell<'a> {
        let spans: Vec<_> = text.0.iter().map(|span| (safe(&span.text), span.tone)).collect();
        let width = spans.iter().map(|(text, _)| width_of(text)).sum();
        Cell { spans, width }
    }

    /// Appends the cell with its colours.
    pub(super) fn write(&self, out: &mut String, head: bool) {
        for (text, tone) in &self.spans {
            write_styled(out, text, *tone, head);
        }
    }

    /// The cell with its colours, in lines of at most `width` columns. Lines break at spaces where they can. Of a very
    /// long text only the beginning is shown, up to a `…`.
    pub(super) fn wrapped(&self, width: usize, head: bool) -> String {
        const MOST_LINES: usize = 12;
        let whole: String = self.spans.iter().map(|(text, _)| text.as_ref()).collect();
        let mut out = String::new();
        let mut start = 0;
        for nth in 0..MOST_LINES {
            let last = nth + 1 == MOST_LINES;
            let line = line_end(&whole, start, width);
            if last && line < whole.len() {
                self.write_range(&mut out, start..cut(&whole, start, width - 1), head);
                write_styled(&mut out, "…", Tone::Dim, head);
                break;
            }
            self.write_range(&mut out, start..start + whole[start..line].trim_end_matches(' ').len(), head);
            start = line;
            if start == whole.len() {
                break;
            }
            out.push('\n');
        }
        out
    }

    /// Appends a part of the cell, given in bytes of its joined text. The colours are closed at its end, so that a line
    /// never leaks its colour into the frame.
    fn write_range(&self, out: &mut String, range: Range<usize>, head: bool) {
        let mut offset = 0;
        for (text, tone) in &self.spans {
            let (start, end) = (range.start.max(offset), range.end.min(offset + text.len()));
            if start < end {
                write_styled(out, &text[start - offset..end - offset], *tone, head);
            }
            offset += text.len();
        }
    }

    /// Whether it holds a number, perhaps with a unit: such columns stand at the right.
    pub(super) fn is_number(&self) -> bool {
        let [(text, _)] = self.spans.as_slice() else { return false };
        let number = text.trim_end_matches('%').trim_end_matches(|c: char| c.is_ascii_lowercase());
        let unit = &text[number.len()..];
        number.starts_with(|c: char| c.is_ascii_digit())
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && matches!(unit, "" | "us" | "ms" | "s" | "m" | "h" | "%")
    }

    /// Whether it says that there is nothing to say, whatever the column holds.
    pub(super) fn is_blank(&self) -> bool {
        self.spans.iter().all(|(text, _)| matches!(text.as_ref(), "" | "-" | "–" | "none"))
    }
}

/// Appends text in the style of its tone.
pub(super) fn write_styled(out: &mut String, text: &str, tone: Tone, head: bool) {
    if text.is_empty() || (tone == Tone::Plain && !head) {
        out.push_str(text);
        return;
    }
    let written = write!(out, "{}", theme::style(tone, head).style(text));
    debug_assert!(written.is_ok(), "writing to a string never fails");
}

/// The columns that safe text takes.
fn width_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { get_string_width(text) }
}

/// The text with everything escaped that could drive the terminal.
fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(drives_terminal) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if !drives_terminal(c) => out.push(c),
            _ if c.is_ascii() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            _ => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    Cow::Owned(out)
}

/// Control characters, line separators, marks that turn the direction of writing, and the byte order mark.
fn drives_terminal(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Where the line ends that starts here, in bytes: behind the last space that fits, or in the middle of a word.
fn line_end(text: &str, start: usize, width: usize) -> usize {
    let end = cut(text, start, width);
    if end == text.len() || text[end..].starts_with(' ') {
        return end + text[end..].len() - text[end..].trim_start_matches(' ').len();
    }
    match text[start..end].trim_start_matches(' ').rfind(' ') {
        Some(_) => start + text[start..end].rfind(' ').map_or(end - start, |space| space + 1),
        None => end,
    }
}

/// How far text reaches that fits into so many columns; at least one character.
fn cut(text: &str, start: usize, width: usize) -> usize {
    let mut used = 0;
    for (at, c) in text[start..].char_indices() {
        used += get_char_width(c);
        if used > width && at > 0 {
            return start + at;
        }
    }
    text.len()
}
