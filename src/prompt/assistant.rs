//! Answers the line editor while a line is typed: the pure functions of `complete`, `hint` and
//! `colour`, behind the traits of rustyline.

use std::borrow::Cow;
use std::cell::Cell;

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::Validator;
use rustyline::{Context, Helper, Result};

use super::keys::{self, Walk};
use super::{colour, complete, hint};
use crate::console::terminal;
use crate::script::TypingContext;
use crate::view::document::{STANDARD_WIDTH, Text, Tone};
use crate::view::render;

/// Helps the user to type a line.
#[derive(Default)]
pub(super) struct InputAssistant {
    /// The grammar and the cluster; `None` before the first line.
    pub(super) typing_context: Option<TypingContext>,
    /// Whether colours are shown. Without them, hints must be set off from the line in another way.
    pub(super) coloured: bool,
    /// Whether only ASCII is shown, apart from what was typed.
    pub(super) ascii: bool,
    /// The width of the prompt before the line, in columns.
    pub(super) lead: usize,
    /// Whether the line continues an open block.
    pub(super) in_block: bool,
    /// How the history is walked, for the keys that do so.
    pub(super) walk: Walk,
    /// Whether the line has any text at present.
    pub(super) begun: Cell<bool>,
}

impl Helper for InputAssistant {}
impl Validator for InputAssistant {}

impl Completer for InputAssistant {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        let Some(typing_context) = &self.typing_context else { return Ok((pos, Vec::new())) };
        let (start, found) = complete::complete(line, pos, typing_context);
        // A blank follows the only candidate, unless there is one already.
        let alone = found.len() == 1 && !line[pos..].starts_with(char::is_whitespace);
        let offer = |candidate: complete::Candidate| {
            let blank = if alone && candidate.whole { " " } else { "" };
            let about = if candidate.about.is_empty() {
                String::new()
            } else {
                format!("  {}", candidate.about)
            };
            let display = render::shown(&format!("{}{about}", candidate.text), self.ascii);
            Pair { display, replacement: format!("{}{blank}", candidate.text) }
        };
        Ok((start, found.into_iter().map(offer).collect()))
    }
}

impl Hinter for InputAssistant {
    type Hint = hint::Hint;

    fn hint(&self, line: &str, pos: usize, context: &Context<'_>) -> Option<hint::Hint> {
        self.begun.set(!line.is_empty());
        self.walk.look(line, pos, context);
        let typing_context = self.typing_context.as_ref().filter(|_| pos == line.len())?;
        let width = terminal::columns().unwrap_or(STANDARD_WIDTH);
        // The line may be wider than its number of characters. This estimate is never too small,
        // but may make the hint shorter than it could be.
        let room = width.checked_sub(self.lead + 2 * line.len() - line.chars().count() + 4)?;
        // In ASCII an ellipsis takes three columns.
        let room = if self.ascii { room.checked_sub(2)? } else { room };
        let mut hint = match keys::earlier(line, context) {
            Some(rest) => hint::earlier(line, &rest, typing_context, room),
            None => hint::hint(line, typing_context, room)?,
        };
        hint.shown = render::shown(&hint.shown, self.ascii);
        if self.coloured {
            return Some(hint);
        }
        let arrow = if self.ascii { "-> " } else { "→ " };
        let (arrow, shown) = match hint.offers {
            true => (arrow, hint.shown.as_str()),
            false => ("", hint.shown.strip_prefix(&hint.certain).unwrap_or_default().trim_start()),
        };
        let shown = if shown.is_empty() { String::new() } else { format!("  ({arrow}{shown})") };
        // What does not look like the rest of the line is accepted only if an arrow says so.
        let certain = if hint.offers { hint.certain } else { String::new() };
        Some(hint::Hint { shown, certain, ..hint })
    }
}

impl Hint for hint::Hint {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        Some(self.certain.as_str()).filter(|certain| !certain.is_empty())
    }
}

impl Highlighter for InputAssistant {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        let drives = |c: char| c.is_control() && c != '\n';
        match &self.typing_context {
            Some(typing_context) if !line.contains(drives) => {
                render::coloured(&colour::toned(line, pos, self.in_block, typing_context)).into()
            }
            _ => line.into(),
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        render::coloured(&Text::new().toned(Tone::Dim, hint)).into()
    }

    fn highlight_char(&self, _line: &str, _pos: usize, _kind: CmdKind) -> bool {
        true
    }
}
