//! Puts the words of a statement in the form in which clap reads them.
//!
//! clap cannot read two forms that users may type. In a request without a node, arguments would
//! shift left, so `leader` is inserted. Options after a condition would be taken for its words, so
//! they are moved to the front.

use std::borrow::Cow;

use clap::{Arg, Command};

use super::asked::{is_asked, names_nodes};
use super::grammar::mask;
use super::outlook::{ArgumentSlot, slot, takes_condition, takes_optional_value, value_name};
use crate::language::{Error, Statement, Token, suggest};
use crate::quantity::shown;
use crate::sim::settings::SETTING_NAMES;
use crate::word::QuotedWord;

/// A statement as clap and the readers of conditions get it.
pub(super) struct Arranged<'a> {
    /// The words for clap.
    pub(super) words: Vec<String>,
    /// The statement, without the options of a command that ends with a condition.
    pub(super) statement: Cow<'a, Statement>,
}

/// Arranges the words of a statement by the definition of its command.
///
/// # Errors
/// If a condition is torn apart by an option, or if a key and its value are not one word.
pub(super) fn arrange<'a>(
    definition: &Command,
    statement: &'a Statement,
) -> Result<Arranged<'a>, Error> {
    if takes_condition(definition) {
        return around_condition(definition, statement);
    }
    let mut words: Vec<String> = statement.tokens.iter().map(mask).collect();
    if definition.get_positionals().next().is_some_and(is_asked) {
        let (plain, _) = split(definition, &statement.tokens);
        let is_node = plain.first().is_some_and(|first| !first.quoted && names_nodes(&first.text));
        one_word(definition, &plain, is_node, statement)?;
        if !is_node && asks_leader(definition, &plain) {
            words.insert(1, "leader".to_owned());
        }
    }
    Ok(Arranged { words, statement: Cow::Borrowed(statement) })
}

/// Splits the words after the command's name into plain ones and options with their values.
fn split<'t>(definition: &Command, tokens: &'t [Token]) -> (Vec<&'t Token>, Vec<&'t Token>) {
    let (mut plain, mut options) = (Vec::new(), Vec::new());
    let mut awaits: Option<&Arg> = None;
    for token in tokens.iter().skip(1) {
        let is_option = !token.quoted && token.text.starts_with("--");
        if let Some(option) = awaits.take()
            && !(is_option && takes_optional_value(option))
        {
            options.push(token);
        } else if is_option {
            options.push(token);
            let name = token.text.trim_start_matches("--");
            let known = definition.get_arguments().find(|known| known.get_long() == Some(name));
            awaits = known.filter(|option| option.get_action().takes_values());
        } else {
            plain.push(token);
        }
    }
    (plain, options)
}

/// Moves the options to the front, so that the words of the condition are the rest.
fn around_condition<'a>(
    definition: &Command,
    statement: &'a Statement,
) -> Result<Arranged<'a>, Error> {
    let (plain, options) = split(definition, &statement.tokens);
    if options.is_empty() {
        let words = statement.tokens.iter().map(mask).collect();
        return Ok(Arranged { words, statement: Cow::Borrowed(statement) });
    }
    let known: Vec<String> = definition
        .get_arguments()
        .filter_map(|argument| argument.get_long().map(|long| format!("--{long}")))
        .collect();
    for option in options.iter().filter(|token| !token.quoted && token.text.starts_with("--")) {
        let name = option.text.split('=').next().unwrap_or_default();
        if !known.iter().any(|known| known == name) {
            let near = suggest::hint(name, &known);
            let message = format!("{} has no option {}{near}", statement.word(), shown(name));
            let error = Error::usage(message).at(option.span.clone());
            return Err(match near.is_empty() {
                true => error.help("a value that begins with -- needs quotes"),
                false => error,
            });
        }
    }
    let between = |pair: &[&Token]| {
        let gap = pair[0].span.end..pair[1].span.start;
        options.iter().any(|option| gap.contains(&option.span.start)).then(|| pair[1].span.clone())
    };
    if let Some(span) = plain.windows(2).find_map(between) {
        let message =
            format!("unexpected {} after an option", shown(&statement.text[span.clone()]));
        return Err(Error::usage(message)
            .at(span)
            .help("put options before or after the whole condition"));
    }
    let name = statement.tokens.first();
    let order = name.into_iter().chain(options.iter().copied()).chain(plain.iter().copied());
    let words = order.map(mask).collect();
    let tokens = name.into_iter().chain(plain).cloned().collect();
    let statement = Statement { tokens, ..statement.clone() };
    Ok(Arranged { words, statement: Cow::Owned(statement) })
}

/// Whether a request whose first word is no node goes to the leader. If there are words for all
/// arguments, the first one was meant as a node.
fn asks_leader(definition: &Command, plain: &[&Token]) -> bool {
    let is_full = plain.len() >= definition.get_positionals().count();
    plain.first().is_none_or(|first| !is_full || first.text.contains('='))
}

/// Refuses `put x 5` and `put n1 x = 5`, and says how they are written.
fn one_word(
    definition: &Command,
    plain: &[&Token],
    is_node: bool,
    statement: &Statement,
) -> Result<(), Error> {
    let is_assignment = |argument: &Arg| slot(argument) == Some(ArgumentSlot::Assignment);
    if !definition.get_positionals().nth(1).is_some_and(is_assignment) {
        return Ok(());
    }
    let (node, rest) = plain.split_at(usize::from(is_node));
    let text = |nth: usize| rest.get(nth).map_or("", |token| token.text.as_str());
    let (key, value) = match rest.len() {
        2 if !text(0).contains('=') => (text(0), text(1).strip_prefix('=').unwrap_or(text(1))),
        2 if text(0).split_once('=').is_some_and(|(_, value)| value.is_empty()) => {
            (text(0).trim_end_matches('='), text(1))
        }
        3 if text(1) == "=" && !rest[1].quoted => (text(0), text(2)),
        _ => return Ok(()),
    };
    if key.is_empty() || value.contains('=') {
        return Ok(());
    }
    let node = node.first().map(|node| format!("{} ", node.text)).unwrap_or_default();
    let meant = format!("{} {node}{}={}", statement.word(), QuotedWord(key), QuotedWord(value));
    let span = rest[0].span.start..rest[rest.len() - 1].span.end;
    Err(Error::usage("a key and its value are one word").meant(meant).at(span))
}

/// The error about `set x=5`, which says how a setting and how a key is written.
pub(super) fn set_as_one_word(statement: &Statement) -> Option<Error> {
    let (name, pair, key, value) = match statement.tokens.as_slice() {
        [name, pair] => {
            let (key, value) = pair.text.split_once('=')?;
            (name, pair.span.clone(), key, value)
        }
        [name, key, sign, value] if matches!(sign.text.as_str(), "=" | "to") => {
            (name, key.span.start..value.span.end, key.text.as_str(), value.text.as_str())
        }
        _ => return None,
    };
    if name.text != "set" {
        return None;
    }
    let is_setting = SETTING_NAMES.contains(&key);
    let (key, value) = (QuotedWord(key), QuotedWord(value));
    let error = Error::usage("a setting and its value are two words").at(pair);
    Some(match is_setting {
        true => error.meant(format!("set {key} {value}")),
        false => error.meant(format!("put {key}={value}")),
    })
}

/// The help for an error about a word that is missing: a comment hides it, or a key was taken for
/// a node.
pub(super) fn why_missing(definition: &Command, statement: &Statement) -> Option<String> {
    if let Some(hidden) = hidden_word(statement) {
        return Some(about_comment(hidden, statement));
    }
    let (plain, _) = split(definition, &statement.tokens);
    let first = definition.get_positionals().next().filter(|first| is_asked(first));
    match (first, plain.as_slice()) {
        (Some(_), [word])
            if !word.quoted && slot_after_node(definition) == Some(ArgumentSlot::Key) =>
        {
            let (name, word) = (statement.word(), &word.text);
            Some(format!(
                "'{word}' names the node; for a key of this name write {name} \"{word}\", or \
                 {name} \
                 leader {word}"
            ))
        }
        _ => None,
    }
}

fn slot_after_node(definition: &Command) -> Option<ArgumentSlot> {
    definition.get_positionals().nth(1).and_then(slot)
}

/// The word after the `#` that directly follows a statement, if a comment does.
fn hidden_word(statement: &Statement) -> Option<&str> {
    let behind = statement.text.get(statement.span().end..)?;
    let comment = behind.trim_start().strip_prefix('#')?;
    Some(comment.split([' ', '\t', ';']).next().unwrap_or_default())
}

/// Whether a comment follows a statement and begins with what is more likely to be a value: `#5`,
/// `#m12`.
pub(super) fn hides_value(statement: &Statement) -> bool {
    let digits = |hidden: &str| is_number(hidden.trim_start_matches(['m', 'n']));
    hidden_word(statement).is_some_and(digits)
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// What to know about a `#` in the line.
pub(super) const COMMENT: &str = "# begins a comment, so the rest of the line is not read";

/// What to type instead of `--since #5`.
fn about_comment(hidden: &str, statement: &Statement) -> String {
    let last = statement.tokens.last().map_or("", |token| token.text.as_str());
    let of_events = ["--since", "--until"].contains(&last);
    match is_number(hidden) && last.starts_with("--") {
        true if of_events => format!("# begins a comment; event {hidden} is typed {hidden}"),
        true => format!("# begins a comment; write {last} {hidden}"),
        false => COMMENT.to_owned(),
    }
}

/// The hint about a number that a comment hides, where the command takes one more: `step #5`.
pub(super) fn hidden_number(definition: &Command, statement: &Statement) -> Option<String> {
    let hidden = hidden_word(statement).filter(|hidden| is_number(hidden))?;
    let (plain, _) = split(definition, &statement.tokens);
    let next = definition.get_positionals().nth(plain.len())?;
    let typed = statement.source();
    (value_name(next) == "N")
        .then(|| format!("# began a comment, so {hidden} was not read: `{typed} {hidden}`"))
}
