//! Puts the commands of aliases in place of their names.

use std::ops::Range;

use super::short::is_count;
use crate::language::line::{self, MAX_LINE};
use crate::language::{Error, Token};
use crate::quantity::shown;
use crate::script::TypingContext;

/// The text of some commands with every alias replaced by its commands.
///
/// Inside its own commands, an alias means the command of which it is a short form: `alias st =
/// 'st; logs'` is `status; logs`.
///
/// # Errors
/// If the result is longer than a line may be.
pub(super) fn expand(text: &str, typing_context: &TypingContext) -> Result<String, Error> {
    expand_but(text, typing_context, &mut Vec::new())
}

/// Like [`expand`], without the aliases whose commands are being expanded.
fn expand_but<'a>(
    text: &str,
    typing_context: &'a TypingContext,
    open: &mut Vec<&'a str>,
) -> Result<String, Error> {
    let (mut pieces, mut changes) = (Vec::new(), Vec::<(Range<usize>, String)>::new());
    // What cannot be read is reported when the line is run.
    let _ = line::split_into(text, &mut pieces);
    let mut length = text.len();
    for words in line::commands(&pieces) {
        let Some((count, span, name)) = name(&words) else { continue };
        let known = typing_context.session.aliases.iter().find(|(known, _)| *known == name);
        let Some((name, commands)) = known else { continue };
        if open.contains(&name) {
            if let [full] = typing_context.grammar.meant(name).as_slice() {
                changes.push((span, full.clone()));
            }
            continue;
        }
        open.push(name);
        let full = expand_but(commands, typing_context, open)?;
        open.pop();
        length += full.len();
        if length > MAX_LINE {
            let error = Error::usage(format!(
                "with the alias {}, the line is longer than 64 KiB",
                shown(name)
            ));
            return Err(error.at(span));
        }
        match (count, words.last()) {
            // `3 st` repeats all commands of the alias.
            (Some(count), Some(last)) => {
                changes
                    .push((count.span.start..span.end, format!("repeat {} {{ {full}", count.text)));
                changes.push((last.span.end..last.span.end, " }".to_owned()));
            }
            _ => changes.push((span, full)),
        }
    }
    let (mut full, mut at) = (String::with_capacity(length), 0);
    for (span, replacement) in changes {
        full.push_str(&text[at..span.start]);
        full.push_str(&replacement);
        at = span.end;
    }
    full.push_str(&text[at..]);
    Ok(full)
}

/// The count before a command, and the place and the text of its name without a `!`.
fn name<'a>(words: &[&'a Token]) -> Option<(Option<&'a Token>, Range<usize>, &'a str)> {
    let (count, name) = match words {
        [count, name, ..] if is_count(count) => (Some(*count), *name),
        [name, ..] => (None, *name),
        [] => return None,
    };
    let text = name.text.trim_start_matches('!');
    let span = name.span.end.saturating_sub(text.len())..name.span.end;
    (!name.quoted).then_some((count, span, text))
}
