//! The words of a command while it is typed, as a script would have them.

use super::alias;
use super::short::spelt_out;
use crate::language::{Token, line};
use crate::script::TypingContext;

/// The words of a command, its name in full, without `!` and count. An alias is replaced by the
/// last of its commands, which the other words follow. The spans are moved by `first`, so that they
/// count from the beginning of the whole line; those of an alias's words are the alias's.
pub(super) fn meant(words: Vec<Token>, first: usize, typing_context: &TypingContext) -> Vec<Token> {
    let mut words =
        spelt_out(words, first, &typing_context.grammar, &typing_context.session.aliases);
    let Some(name) = words.first().filter(|name| !name.quoted) else { return words };
    if typing_context.session.aliases.get(&name.text).is_none() {
        return words;
    }
    let full = alias::expand(&name.text, typing_context).unwrap_or_default();
    let pieces = line::split(&full).unwrap_or_default();
    let last = line::commands(&pieces).filter(|words| !words.is_empty()).last();
    let last: Vec<Token> = last.unwrap_or_default().into_iter().cloned().collect();
    let mut full = spelt_out(last, 0, &typing_context.grammar, &Default::default());
    full.iter_mut().for_each(|word| word.span = name.span.clone());
    words.splice(..1, full);
    words
}
