//! The hint that is shown in grey after the cursor: how the command continues.

use super::cursor::Cursor;
use crate::command::ArgumentSlot;
use crate::language::condition::{self, Scope};
use crate::script::TypingContext;

/// A hint at the end of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The text that is shown after the line.
    pub shown: String,
    /// The part of it that the right arrow accepts: the rest of a word that is certain.
    pub certain: String,
}

/// The hint for a line whose cursor is at its end, at most `columns` wide.
pub fn hint(line: &str, typing_context: &TypingContext, columns: usize) -> Option<Hint> {
    if line.trim().is_empty() || line.contains('\n') {
        return None;
    }
    let cursor =
        Cursor::find(line, line.len(), &typing_context.grammar).filter(|cursor| !cursor.quoting)?;
    let grammar = &typing_context.grammar;
    let (certain, rest) = if cursor.in_name() {
        let meant = grammar.meant(cursor.typed);
        let [name] = meant.as_slice() else { return None };
        // The rest of the name can be shown only if the short form is a prefix of it, unlike an
        // alias.
        let certain = name.strip_prefix(cursor.typed).unwrap_or_default();
        (certain.to_owned(), grammar.outlook(&[name, ""])?.rest)
    } else {
        let outlook = grammar.outlook(&cursor.words())?;
        let begun = |from: usize| !cursor.arguments(from).is_empty();
        let rest = match outlook.slot {
            Some(ArgumentSlot::Condition) if begun(outlook.from) => {
                conditional(cursor.text(outlook.from), Scope::Moment, &cursor)?
            }
            Some(ArgumentSlot::StopCondition) if begun(outlook.from) => match cursor
                .arguments(outlook.from)
            {
                [.., last] if last.text == "within" => "DURATION".to_owned(),
                [until, ..] if until.text == "until" => {
                    let rest = conditional(cursor.text(outlook.from + 1), Scope::Steps, &cursor)?;
                    if rest.starts_with('[') { format!("{rest} [within DURATION]") } else { rest }
                }
                _ => return None,
            },
            _ => outlook.rest,
        };
        (String::new(), rest)
    };
    let blank = if line.ends_with(char::is_whitespace) || rest.is_empty() { "" } else { " " };
    let shown = fitted(format!("{certain}{blank}{rest}"), columns)?;
    Some(Hint { shown, certain })
}

/// How a condition continues; `None` while one of its words is being typed.
fn conditional(before: &str, scope: Scope, cursor: &Cursor<'_>) -> Option<String> {
    Some(condition::wanted(before, scope).filter(|_| cursor.typed.is_empty())?.synopsis())
}

/// The text, cut to fit; `None` if too little of it would be left.
fn fitted(text: String, columns: usize) -> Option<String> {
    if text.chars().count() <= columns {
        return Some(text).filter(|text| !text.is_empty());
    }
    let short: String =
        text.chars().take(columns.checked_sub(1).filter(|columns| *columns > 4)?).collect();
    Some(format!("{short}…"))
}
