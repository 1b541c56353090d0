//! Single things as they are typed: event `42`, request `op3`, message `m12`, entry `3@2`.

use super::select::is_number;
use crate::quantity::{self, shown};
use crate::raft::{Index, Position, Term};

/// Reads an event's number: `42`. The list of events shows it as `#42`, which begins a comment.
///
/// # Errors
/// If it is no number.
pub fn event(text: &str) -> Result<u64, String> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    match is_number(digits) {
        true => quantity::count(digits),
        false => Err(format!("{} is not an event; write its number, as in 42", shown(text))),
    }
}

/// Reads a request: `op3`, `3`, or `op`, which is the latest one (`None`).
///
/// # Errors
/// If it is none of these.
pub fn op(text: &str) -> Result<Option<u64>, String> {
    if text == "op" {
        return Ok(None);
    }
    numbered(text, "op", "a request").map(Some)
}

/// Reads a message: `m12` or `12`.
///
/// # Errors
/// If it is neither.
pub fn message(text: &str) -> Result<u64, String> {
    numbered(text, "m", "a message")
}

fn numbered(text: &str, letters: &str, what: &str) -> Result<u64, String> {
    let digits = text.strip_prefix(letters).unwrap_or(text);
    match is_number(digits) {
        true => quantity::count(digits),
        false => Err(format!("{} is not {what}; write it as {letters}12", shown(text))),
    }
}

/// Reads an entry by its index and term: `3@2`.
///
/// # Errors
/// If it is not of that form.
pub fn entry(text: &str) -> Result<Position, String> {
    let wrong = || {
        let text = shown(text);
        format!("{text} is not an entry; write its index and term, as in 3@2")
    };
    let (index, term) = text.split_once('@').ok_or_else(wrong)?;
    let number = |digits: &str| {
        let number = is_number(digits).then(|| digits.parse::<u64>().unwrap_or(u64::MAX));
        // No entry has an index or a term that large.
        number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)).ok_or_else(wrong)
    };
    Ok(Position { index: Index(number(index)?), term: Term(number(term)?) })
}
