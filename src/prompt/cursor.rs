//! Where the cursor is: in which word of which command.

use std::borrow::Cow;

use super::meant::meant;
use super::redirect::{self, Place};

use crate::language::line::LinePart;
use crate::language::{Token, line};
use crate::script::TypingContext;

/// Marks the cursor while the line is split: a Unicode noncharacter, which no text should contain.
const CURSOR: char = '\u{fdd1}';

/// The word at the cursor, and the words of its command before it.
pub(super) struct Cursor<'a> {
    /// The line up to the cursor.
    line: &'a str,
    /// The words before it: the command's name in full, without `!` and count.
    before: Vec<Token>,
    /// Where the word begins, in bytes of the line.
    pub(super) start: usize,
    /// The part of the word before the cursor, as it was typed.
    pub(super) typed: &'a str,
    /// Whether the cursor is inside quotes.
    pub(super) quoting: bool,
}

impl<'a> Cursor<'a> {
    /// Finds the word at byte `at` of the line. `None` inside a comment or a redirection, which
    /// have no words of a command.
    pub(super) fn find(
        line: &'a str,
        at: usize,
        typing_context: &TypingContext,
    ) -> Option<Cursor<'a>> {
        // Of several lines that were pasted together, only the last one counts.
        let line = line.get(..at)?;
        let first = line.rfind('\n').map_or(0, |end| end + 1);
        let Place::Commands(begin) = redirect::place(&line[first..], typing_context) else {
            return None;
        };
        let first = first + begin;
        let (pieces, quoting) = split(&line[first..])?;
        let mut words: Vec<Token> = line::commands(&pieces).last()?.into_iter().cloned().collect();
        let at_hand = words.pop().filter(|word| word.text.ends_with(CURSOR))?;
        let bang = words.is_empty() && at_hand.text.starts_with('!');
        let start = first + at_hand.span.start + usize::from(bang);
        Some(Cursor {
            line,
            before: meant(words, first, typing_context),
            start,
            typed: &line[start..],
            quoting,
        })
    }

    /// Whether the word is the name of the command.
    pub(super) fn in_name(&self) -> bool {
        self.before.is_empty()
    }

    /// The words of the command. The last one is the word at the cursor.
    pub(super) fn words(&self) -> Vec<&str> {
        self.before.iter().map(|word| word.text.as_str()).chain([self.typed]).collect()
    }

    /// The words of the command's arguments from argument `from` on, without the one at the cursor.
    pub(super) fn arguments(&self, from: usize) -> &[Token] {
        self.before.get(from + 1..).unwrap_or_default()
    }

    /// The text of the line from this argument up to the word at the cursor.
    pub(super) fn text(&self, from: usize) -> &'a str {
        let start = self.before.get(from + 1).map_or(self.start, |word| word.span.start);
        &self.line[start..self.start]
    }
}

/// The parts of a line with the cursor at its end, and whether the cursor is inside quotes.
fn split(line: &str) -> Option<(Vec<LinePart>, bool)> {
    let closed = |quote: &str| line::split(&format!("{line}{CURSOR}{quote}")).ok();
    closed("").map(|pieces| (pieces, false)).or_else(|| {
        let pieces = closed("\"").or_else(|| closed("'"))?;
        Some((pieces, true))
    })
}

/// The meaning of the beginning of a word, its quotes and escapes resolved. If they cannot be
/// resolved yet, the text itself.
pub(super) fn meaning(typed: &str) -> Cow<'_, str> {
    if !typed.contains(['"', '\'']) {
        return Cow::Borrowed(typed);
    }
    match split(typed).as_ref().map(|(pieces, _)| pieces.as_slice()) {
        Some([LinePart::Word(word)]) => Cow::Owned(word.text.trim_end_matches(CURSOR).to_owned()),
        _ => Cow::Borrowed(typed),
    }
}
