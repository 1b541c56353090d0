//! The nodes before a property: `n1` of `n1.kv.x`, `n1..n3` of `n1..n3.term`.

use std::ops::Range;

use super::lexer::wrong;
use super::parser::unknown;
use super::vocabulary::{FACTS, SUBJECTS};
use crate::check::condition::{NodeQuantifier, OneNode};
use crate::check::selector::Selector;
use crate::language::error::Error;
use crate::language::select::{self, is_number};
use crate::quantity::shown;

/// A part of a dotted word, and the byte where it begins.
#[derive(Clone, Copy)]
pub(super) struct WordPart<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl<'a> WordPart<'a> {
    /// A whole word.
    pub(super) fn of(text: &'a str, start: usize) -> WordPart<'a> {
        WordPart { text, start }
    }

    pub(super) fn span(self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The parts before and after the first dot.
    pub(super) fn split(self) -> (WordPart<'a>, Option<WordPart<'a>>) {
        let Some((head, rest)) = self.text.split_once('.') else { return (self, None) };
        let rest = WordPart { text: rest, start: self.start + head.len() + 1 };
        (WordPart { text: head, ..self }, Some(rest))
    }
}

/// Whether a word names a request: `op`, `op3`.
pub(super) fn is_request(word: &str) -> bool {
    word.strip_prefix("op").is_some_and(|digits| digits.is_empty() || is_number(digits))
}

/// The node, if these are certainly not several.
pub(super) fn one_node(subject: NodeQuantifier) -> Option<OneNode> {
    match subject {
        NodeQuantifier::Every(Selector::Node(number)) => Some(OneNode::Number(number)),
        NodeQuantifier::Every(Selector::Leader) => Some(OneNode::Leader),
        NodeQuantifier::Every(_) | NodeQuantifier::Any => None,
    }
}

/// Splits a word into the nodes that it names and the rest after their dot. `n1..n3` contains dots
/// itself.
pub(super) fn subject(word: WordPart<'_>) -> Result<(NodeQuantifier, Option<WordPart<'_>>), Error> {
    let (first, rest) = word.split();
    if let Some(rest) = rest.filter(|rest| rest.text.starts_with('.')) {
        let (last, behind) = WordPart { text: &rest.text[1..], start: rest.start + 1 }.split();
        let range =
            WordPart { text: &word.text[..last.span().end - word.start], start: word.start };
        let selector =
            select::selector(range.text).map_err(|message| wrong(message, range.span()))?;
        return Ok((NodeQuantifier::Every(selector), behind));
    }
    if first.text == "any" {
        return Ok((NodeQuantifier::Any, rest));
    }
    // Before a property, a word must name nodes; alone, it may be any unknown condition.
    let only_a_node = first.text.strip_prefix('n').is_some_and(is_number) || rest.is_some();
    match select::selector(first.text) {
        Ok(selector) => Ok((NodeQuantifier::Every(selector), rest)),
        Err(message) if only_a_node && !first.text.is_empty() => Err(wrong(message, first.span())),
        Err(_) if word.text.starts_with('!') => {
            Err(wrong(format!("unknown condition {}", shown(word.text)), word.span())
                .help("write 'not'"))
        }
        Err(_) => {
            let error =
                unknown("condition", word.text, word.span(), &[&FACTS[..], &SUBJECTS].concat());
            let key = "to ask for a key, write n1.kv.KEY or all.kv.KEY, as in all.kv.x == 5";
            Err(if error.help.is_empty() { error.help(key) } else { error })
        }
    }
}
