//! Sets of nodes as they are typed: `n3`, `n1,n3`, `n1..n3`, `all`, `leader` and any mix of them
//! joined by commas.
//!
//! Only the spelling is checked here. Whether n9 exists, and which node leads, is found out on the
//! cluster when the command runs, so that a script can be checked without one.

use std::str::FromStr;

use crate::check::selector::Selector;
use crate::language::suggest;
use crate::quantity::shown;

/// What an error lists if a word names no node.
const NODES: &str = "nodes are n1, n2, …, or all, leader, followers, live, down";

/// A set of nodes as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The parts between the commas, in the order typed; at least one. They may overlap.
    pub parts: Vec<Selector>,
    /// The words as they were typed, for messages.
    pub text: String,
}

impl FromStr for Selection {
    type Err = String;

    fn from_str(text: &str) -> Result<Selection, String> {
        if text.is_empty() {
            return Err(format!("a node is missing; {NODES}"));
        }
        let parts = text.split(',').map(|part| match part {
            "" => Err(format!("a node is missing beside a comma of {}", shown(text))),
            _ => selector(part),
        });
        Ok(Selection { parts: parts.collect::<Result<_, _>>()?, text: text.to_owned() })
    }
}

/// Reads one word that names nodes.
pub fn selector(word: &str) -> Result<Selector, String> {
    if let Some((_, selector)) = Selector::WORDS.iter().find(|(name, _)| *name == word) {
        return Ok(*selector);
    }
    let Some((first, last)) = word.split_once("..") else {
        return node(word).map(Selector::Node);
    };
    if first.is_empty() || last.is_empty() {
        return Err(format!("{} has no end; write a range as n1..n3", shown(word)));
    }
    let (first, last) = (node(first)?, node(last)?);
    if first > last {
        return Err(format!("{} runs backwards; did you mean 'n{last}..n{first}'?", shown(word)));
    }
    Ok(Selector::Range(first, last))
}

/// Reads the name of one node, `n3`, as its number.
pub fn node(word: &str) -> Result<u64, String> {
    let digits = word.strip_prefix('n').filter(|digits| is_number(digits));
    match digits.map(str::parse) {
        Some(Ok(number)) => Ok(number),
        Some(Err(_)) => Err(format!("the number in {} is too large for a node", shown(word))),
        None => Err(not_a_node(word)),
    }
}

/// Whether these are the digits of a number without leading zeros.
pub(super) fn is_number(digits: &str) -> bool {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain && (digits == "0" || !digits.starts_with('0'))
}

fn not_a_node(word: &str) -> String {
    // `3`, `N3` and `n03` are near misses that the edit distance between words does not tell from
    // `n1`.
    let digits = word.trim_start_matches(['n', 'N']).trim_start_matches('0');
    let meant = if word.contains('=') {
        Some(format!("leader {word}"))
    } else if is_number(digits) && digits.len() <= 3 && word.len() <= 8 {
        Some(format!("n{digits}"))
    } else {
        suggest::nearest(word, Selector::WORDS.iter().map(|(name, _)| *name)).map(str::to_owned)
    };
    match meant {
        Some(meant) => format!("{} is not a node; did you mean '{meant}'?", shown(word)),
        None => format!("{} is not a node; {NODES}", shown(word)),
    }
}
