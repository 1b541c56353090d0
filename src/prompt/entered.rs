//! A line as it was entered, made into the line that a script would have: aliases replaced, short
//! forms spelt out, and redirections taken out of it.

use super::{alias, redirect, short};
use crate::command::alias::redirection_inside;
use crate::language::Error;
use crate::script::{RedirectedCommand, TypingContext};

/// What an entered line means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// The line with its aliases replaced, as the history keeps it: it means the same in a later
    /// session, which may not know the aliases.
    pub kept: String,
    /// The line as a script would have it.
    pub line: String,
    /// The commands that send their output elsewhere.
    pub redirects: Vec<RedirectedCommand>,
}

impl Entered {
    /// A line that is taken as it is.
    pub(super) fn plain(line: &str) -> Entered {
        Entered { kept: line.to_owned(), line: line.to_owned(), redirects: Vec::new() }
    }
}

/// Reads a line. In an open block, no command sends its output elsewhere.
///
/// # Errors
/// If a short form is ambiguous, an alias too long, or a redirection has no target.
pub fn read(line: &str, in_block: bool, typing_context: &TypingContext) -> Result<Entered, Error> {
    if in_block {
        let kept = alias::expand(line, typing_context)?;
        let line = short::spell_out(&kept, &typing_context.grammar)?;
        return Ok(Entered { kept, line, redirects: Vec::new() });
    }
    let mut entered = Entered::default();
    for segment in redirect::segments(line, typing_context) {
        let moved = |error: Error| {
            let start = segment.commands.start;
            Error { at: error.at.clone().map(|at| at.start + start..at.end + start), ..error }
        };
        let commands = &line[segment.commands.clone()];
        // A comment after a redirection begins a word.
        if commands.starts_with('#') {
            entered.line.push(' ');
        }
        let kept = alias::expand(commands, typing_context).map_err(moved)?;
        if kept != commands
            && let Some(sign) = redirect::sign(&kept, typing_context)
        {
            return Err(redirection_inside(sign));
        }
        // The places of an error are those of the line that was typed.
        let whole = |error: Error| if kept == commands { moved(error) } else { error.at(0..0) };
        let spelt_out = short::spell_out(&kept, &typing_context.grammar).map_err(whole)?;
        let is_redirected = segment.redirection.is_some();
        entered.line.push_str(if is_redirected { spelt_out.trim_end() } else { &spelt_out });
        entered.kept.push_str(&kept);
        if let Some(redirection) = &segment.redirection {
            let end = entered.line.len();
            let to = redirect::target(line, redirection)?;
            let (typed, at) = (line.to_owned(), redirect::trimmed(line, redirection));
            entered.redirects.push(RedirectedCommand { end, to, typed, at });
            entered.kept.push_str(&line[redirection.at.start..redirection.target.end]);
        }
    }
    Ok(entered)
}
