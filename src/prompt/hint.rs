//! The hint that is shown in grey after the cursor: how the command continues.

use super::cursor::Cursor;
use super::redirect;
use super::value::{self, ValueHint};
use crate::command::{ArgumentSlot, Outlook};
use crate::language::condition::{self, Scope};
use crate::script::TypingContext;

/// A hint at the end of the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hint {
    /// The text that is shown after the line.
    pub shown: String,
    /// What the right arrow accepts: the rest of a word that is certain, of an earlier line, or a
    /// value that is offered.
    pub certain: String,
    /// Whether it offers more than the rest of a command's name.
    pub offers: bool,
}

/// The hint for the beginning of an earlier line, of which `rest` is missing. The present value of
/// what is being typed is shown after it.
pub fn earlier(line: &str, rest: &str, typing_context: &TypingContext, columns: usize) -> Hint {
    let note = Cursor::find(line, line.len(), typing_context)
        .filter(|cursor| !cursor.quoting && !cursor.in_name())
        .and_then(|cursor| {
            let outlook = typing_context.grammar.outlook(&cursor.words())?;
            value::hint(&cursor, &outlook, typing_context)
        });
    let note = note.filter(|note| !note.offered);
    let note = note.and_then(|note| Some(note.text[note.text.find(" (")?..].to_owned()));
    let shown = fitted(format!("{rest}{}", note.unwrap_or_default()), columns);
    Hint { shown: shown.unwrap_or_default(), certain: rest.to_owned(), offers: true }
}

/// The hint for a line whose cursor is at its end, at most `columns` wide.
pub fn hint(line: &str, typing_context: &TypingContext, columns: usize) -> Option<Hint> {
    if line.trim().is_empty() || line.contains('\n') {
        return None;
    }
    if let Some(shown) = redirect::missing(line, typing_context) {
        return Some(Hint { shown: fitted(shown.to_owned(), columns)?, ..Hint::default() });
    }
    let cursor = Cursor::find(line, line.len(), typing_context).filter(|cursor| !cursor.quoting)?;
    let Parts { certain, rest, offers, glued } = if cursor.in_name() {
        name(&cursor, typing_context)?
    } else {
        word(&cursor, typing_context)?
    };
    let blank = glued || line.ends_with(char::is_whitespace) || rest.is_empty();
    let blank = if blank { "" } else { " " };
    let shown = fitted(format!("{certain}{blank}{rest}"), columns)?;
    // What does not fit cannot be accepted unseen.
    let certain = if shown.starts_with(&certain) { certain } else { String::new() };
    Some(Hint { shown, certain, offers })
}

/// The parts of a hint.
#[derive(Default)]
struct Parts {
    /// What the right arrow accepts.
    certain: String,
    /// The synopsis of what follows.
    rest: String,
    /// Whether `certain` is more than the rest of a command's name.
    offers: bool,
    /// Whether `rest` continues the word at the cursor.
    glued: bool,
}

impl Parts {
    fn rest(rest: String) -> Parts {
        Parts { rest, ..Parts::default() }
    }
}

/// The hint while the name of a command is typed.
fn name(cursor: &Cursor<'_>, typing_context: &TypingContext) -> Option<Parts> {
    if let Some(commands) = typing_context.session.aliases.get(cursor.typed) {
        return Some(Parts::rest(format!("= {commands}")));
    }
    let grammar = &typing_context.grammar;
    let meant = grammar.meant(cursor.typed);
    let [name] = meant.as_slice() else { return None };
    // The rest of the name can be shown only if the short form is a prefix of it, unlike an alias.
    let certain = name.strip_prefix(cursor.typed).unwrap_or_default().to_owned();
    let rest = grammar.outlook(&[name, ""])?.rest;
    Some(Parts { certain, rest, ..Parts::default() })
}

/// The hint while a further word is typed.
fn word(cursor: &Cursor<'_>, typing_context: &TypingContext) -> Option<Parts> {
    let outlook = typing_context.grammar.outlook(&cursor.words())?;
    let begun = |from: usize| !cursor.arguments(from).is_empty();
    let rest = match outlook.slot {
        Some(ArgumentSlot::Condition(scope)) if begun(outlook.from) => {
            conditional(cursor.text(outlook.from), scope, cursor)?
        }
        Some(ArgumentSlot::Question) if begun(outlook.from) => {
            conditional(cursor.text(outlook.from), Scope::Moment, cursor)?
        }
        Some(ArgumentSlot::StopCondition | ArgumentSlot::Distance) if begun(outlook.from) => {
            let within = outlook.slot == Some(ArgumentSlot::StopCondition);
            match cursor.arguments(outlook.from) {
                [.., last] if within && last.text == "within" => "DURATION".to_owned(),
                [until, ..] if until.text == "until" => {
                    let rest = conditional(cursor.text(outlook.from + 1), Scope::Steps, cursor)?;
                    let may_end = within && rest.starts_with('[');
                    if may_end { format!("{rest} [within DURATION]") } else { rest }
                }
                _ => return None,
            }
        }
        _ => return Some(valued(cursor, outlook, typing_context)),
    };
    Some(Parts::rest(rest))
}

/// The synopsis of what follows, with the present value of what is typed.
fn valued(cursor: &Cursor<'_>, outlook: Outlook, typing_context: &TypingContext) -> Parts {
    match value::hint(cursor, &outlook, typing_context) {
        None => Parts::rest(outlook.rest),
        Some(ValueHint { word, text, offered: true }) => {
            let rest = outlook.rest.strip_prefix(word).unwrap_or_default().to_owned();
            Parts { certain: text, rest, offers: true, glued: true }
        }
        Some(ValueHint { word: "", text, .. }) => {
            Parts { glued: true, ..Parts::rest(format!("{text} {}", outlook.rest)) }
        }
        Some(ValueHint { word, text, .. }) => Parts::rest(outlook.rest.replacen(word, &text, 1)),
    }
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
