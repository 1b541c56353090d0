//! The text of a line or of a cell, escaped and measured.
//!
//! Data must not control the terminal: a character that could move the cursor, change colours or
//! turn the writing direction is shown as an escape. After that every character has a known width,
//! and cells can be aligned, cut and wrapped.

use std::borrow::Cow;
use std::ops::Range;

use super::page::{end_line, write_spaces};
use super::safe::{safe, width_of, width_of_char};
use crate::view::document::{Text, Tone};
use crate::view::theme;

/// Escaped text with its width.
pub(super) struct Cell<'a> {
    spans: Vec<(Cow<'a, str>, Tone)>,
    /// Its width, in columns of the terminal.
    pub(super) width: usize,
}

impl<'a> Cell<'a> {
    /// The cell that shows this text, in ASCII if `ascii`.
    pub(super) fn new(text: &'a Text, ascii: bool) -> Cell<'a> {
        let spans: Vec<_> =
            text.0.iter().map(|span| (safe(&span.text, ascii), span.tone)).collect();
        let width = spans.iter().map(|(text, _)| width_of(text)).sum();
        Cell { spans, width }
    }

    /// Appends the cell with its colours.
    pub(super) fn write(&self, out: &mut String, head: bool) {
        for (text, tone) in &self.spans {
            write_styled(out, text, *tone, head);
        }
    }

    /// The cell with its colours, in lines of at most `width` columns. Lines break at spaces where
    /// possible. A text of more than 12 lines is cut off and ends in the ellipsis.
    pub(super) fn wrapped(&self, width: usize, head: bool, ellipsis: &str) -> String {
        const MOST_LINES: usize = 12;
        let whole = self.whole();
        let mut out = String::new();
        let mut lines = lines(&whole, width, width).enumerate().peekable();
        while let Some((nth, line)) = lines.next() {
            if nth > 0 {
                out.push('\n');
            }
            if nth + 1 == MOST_LINES && lines.peek().is_some() {
                let room = width.saturating_sub(width_of(ellipsis));
                self.write_range(&mut out, line.start..line_end(&whole, line.start, room), head);
                write_styled(&mut out, ellipsis, Tone::Dim, head);
                break;
            }
            self.write_range(&mut out, line, head);
        }
        out
    }

    /// Appends the cell with its colours as lines of at most `width` columns, none of which ends in
    /// spaces. The first line follows `used` columns that are already written; the others are
    /// indented.
    pub(super) fn write_paragraph(
        &self,
        out: &mut String,
        used: usize,
        width: usize,
        indent: usize,
    ) {
        self.write_lines(out, used, width, indent, false);
    }

    /// Like [`Cell::write_paragraph`], in the style of a table's head if `head`.
    pub(super) fn write_lines(
        &self,
        out: &mut String,
        used: usize,
        width: usize,
        indent: usize,
        head: bool,
    ) {
        let whole = self.whole();
        let room = |taken| width.saturating_sub(taken).max(1);
        for (nth, line) in lines(&whole, room(used), room(indent)).enumerate() {
            if nth > 0 {
                write_spaces(out, indent);
            }
            self.write_range(out, line, head);
            let begin = out.rfind('\n').map_or(0, |end| end + 1);
            end_line(out, begin);
        }
    }

    /// Its text without tones.
    pub(super) fn whole(&self) -> String {
        self.spans.iter().map(|(text, _)| text.as_ref()).collect()
    }

    /// Appends a part of the cell, given in bytes of its joined text. The colours are closed at its
    /// end, so that no line leaks its colour into the frame.
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

    /// Whether it holds a number, with or without a unit or the mark `~`. Columns of numbers are
    /// aligned to the right.
    pub(super) fn is_number(&self) -> bool {
        let text = match self.spans.as_slice() {
            [(text, _)] => text,
            [(text, _), (mark, _)] if mark == "~" => text,
            _ => return false,
        };
        let number = text.trim_end_matches('%').trim_end_matches(|c: char| c.is_ascii_lowercase());
        let unit = &text[number.len()..];
        number.starts_with(|c: char| c.is_ascii_digit())
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && matches!(unit, "" | "us" | "ms" | "s" | "m" | "h" | "%")
    }

    /// Whether it shows that there is no value (empty, `-`, `–` or `none`). Such cells may be in a
    /// column of any kind.
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
    let (begin, end) = theme::codes(tone, head);
    out.push_str(begin);
    out.push_str(text);
    out.push_str(end);
}

/// The lines into which a text is broken, in bytes, without the spaces at their ends. The first has
/// at most `first` columns, the others at most `width`. An empty text is one empty line.
fn lines(text: &str, first: usize, width: usize) -> impl Iterator<Item = Range<usize>> {
    let next = move |&(_, end): &(usize, usize)| {
        (end < text.len()).then(|| (end, line_end(text, end, width)))
    };
    std::iter::successors(Some((0, line_end(text, 0, first))), next)
        .map(|(start, end)| start..start + text[start..end].trim_end_matches(' ').len())
}

/// The end of the line that begins at `start`, in bytes: after the last space that fits. A word
/// that is too long for a line is broken after its last comma or `..`, so that the names in
/// `n9..n11,n20` stay whole, or else in the middle.
fn line_end(text: &str, start: usize, width: usize) -> usize {
    let end = cut(text, start, width);
    if end == text.len() || text[end..].starts_with(' ') {
        return end + text[end..].len() - text[end..].trim_start_matches(' ').len();
    }
    let line = &text[start..end];
    let behind = |sign: &str| line.rfind(sign).map(|at| at + sign.len());
    let length = match line.trim_start_matches(' ').contains(' ') {
        true => behind(" "),
        false => behind(",").or_else(|| behind("..")),
    };
    length.map_or(end, |length| start + length)
}

/// The end of the text from `start` on that fits into `width` columns, in bytes; at least one
/// character.
fn cut(text: &str, start: usize, width: usize) -> usize {
    let mut used = 0;
    for (at, c) in text[start..].char_indices() {
        used += width_of_char(c);
        if used > width && at > 0 {
            return start + at;
        }
    }
    text.len()
}
