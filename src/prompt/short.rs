//! The short forms at the prompt: `s` and `ste` for `step`, `5 step` for `repeat 5 { step }`.
//!
//! A line is expanded as text, word by word, so that the rest of it stays as it was typed, and
//! messages quote a line that could be in a script. A line that cannot be split into words is left
//! as it is, and the runner reports the error.

use std::ops::Range;

use crate::command::Grammar;
use crate::language::{Error, Token, line};
use crate::quantity::shown;
use crate::session::aliases::Aliases;

/// The line with the name of every command in full.
///
/// # Errors
/// If a word may mean several commands.
pub fn spell_out(line: &str, grammar: &Grammar) -> Result<String, Error> {
    let Ok(pieces) = line::split(line) else { return Ok(line.to_owned()) };
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    for words in line::commands(&pieces) {
        let (count, words) = counted(&words);
        // A block has its own count.
        let block =
            words.last().is_some_and(|last| line[last.span.end..].trim_start().starts_with('{'));
        if let (Some(count), [.., last], false) = (count, words, block) {
            changes.push((count.span.clone(), format!("repeat {} {{", count.text)));
            spell_words(words, grammar, &mut changes)?;
            changes.push((last.span.end..last.span.end, " }".to_owned()));
        } else if count.is_none() {
            spell_words(words, grammar, &mut changes)?;
        }
    }
    let mut full = String::with_capacity(line.len());
    let mut at = 0;
    for (span, text) in changes {
        full.push_str(&line[at..span.start]);
        full.push_str(&text);
        at = span.end;
    }
    full.push_str(&line[at..]);
    Ok(full)
}

/// A number before a command, and the words of the command.
fn counted<'a>(words: &'a [&'a Token]) -> (Option<&'a Token>, &'a [&'a Token]) {
    match words {
        [count, rest @ ..] if !rest.is_empty() && is_count(count) => (Some(count), rest),
        words => (None, words),
    }
}

/// Whether a word before a command is a count.
pub(super) fn is_count(word: &Token) -> bool {
    !word.quoted && word.text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words that name a command: its name, and the subcommand after it, if the command has any.
/// Each comes with its span without a `!`, with what was typed, and with the names that it may
/// mean.
fn names<'a>(words: &[&'a Token], grammar: &Grammar) -> Vec<(Range<usize>, &'a str, Vec<String>)> {
    let Some(first) = words.first().filter(|first| !first.quoted) else { return Vec::new() };
    let typed = first.text.trim_start_matches('!');
    if typed.is_empty() {
        return Vec::new();
    }
    let meant = grammar.meant(typed);
    let second = words.get(1).filter(|second| !second.quoted && !second.text.is_empty());
    let second = match (meant.as_slice(), second) {
        ([name], Some(second)) => {
            let meant = grammar.meant_below(name, &second.text);
            Some((second.span.clone(), second.text.as_str(), meant))
        }
        _ => None,
    };
    let first = (first.span.end - typed.len()..first.span.end, typed, meant);
    [first].into_iter().chain(second).collect()
}

/// The words of a command, its name in full, without `!` and count. Their spans are moved by
/// `first`, so that they count from the beginning of the whole line.
/// An alias is left as it is.
pub(super) fn spelt_out(
    mut words: Vec<Token>,
    first: usize,
    grammar: &Grammar,
    aliases: &Aliases,
) -> Vec<Token> {
    for word in &mut words {
        word.span = word.span.start + first..word.span.end + first;
    }
    if words.first().is_some_and(is_count) {
        words.remove(0);
    }
    let found = names(&words.iter().collect::<Vec<_>>(), grammar);
    let found: Vec<_> =
        found.into_iter().map(|(.., meant)| <[String; 1]>::try_from(meant)).collect();
    if let Some(name) = words.first_mut().filter(|name| !name.quoted) {
        let bang = name.text.len() - name.text.trim_start_matches('!').len();
        name.text.drain(..bang);
        name.span.start += bang;
    }
    if words.first().is_some_and(|name| !name.quoted && aliases.get(&name.text).is_some()) {
        return words;
    }
    for (word, full) in words.iter_mut().zip(found) {
        if let Ok([full]) = full {
            word.text = full;
        }
    }
    words
}

/// Expands the name of the command, and its subcommand.
fn spell_words(
    words: &[&Token],
    grammar: &Grammar,
    changes: &mut Vec<(Range<usize>, String)>,
) -> Result<(), Error> {
    for ((span, typed, mut meant), what) in
        names(words, grammar).into_iter().zip(["command", "word"])
    {
        // A prefix of several names is an error, like an unknown word.
        if meant.len() > 1 {
            meant.sort();
            let error = Error::usage(format!("{} is ambiguous", shown(typed))).at(span);
            let error = error.help(format!("{what}s are {}", meant.join(", ")));
            return Err(match grammar.elsewhere(typed) {
                Some(line) if what == "command" => error.help(line),
                _ => error,
            });
        }
        changes.extend(meant.pop().map(|full| (span, full)));
    }
    Ok(())
}
