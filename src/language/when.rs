//! Moments as they are typed: `180ms`, `42`, `start`, `end`, or the name of a mark.

use std::str::FromStr;

use super::select::{self, is_number};
use crate::quantity::{self, shown};

/// A moment of a session, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// The latest moment at or before this time, in microseconds.
    Time(u64),
    /// Right after the step or command that brought this event about; 0 is the start.
    Event(u64),
    /// The start of the cluster.
    Start,
    /// The end of the branch.
    End,
    /// A mark.
    Name(String),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<When, String> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        match text {
            "start" => Ok(When::Start),
            "end" => Ok(When::End),
            _ if is_number(digits) => quantity::count(digits).map(When::Event),
            _ if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                quantity::duration(text).map(When::Time)
            }
            _ => name(text).map(When::Name),
        }
    }
}

/// Reads the name of a mark or a branch.
///
/// # Errors
/// If it has other characters, or would name something else.
pub fn name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) || !text.chars().all(plain) {
        return Err(format!(
            "{} is not a name; a name is a letter, then letters, digits, '-' and '_'",
            shown(text)
        ));
    }
    let numbered = |letters: &str| text.strip_prefix(letters).is_some_and(is_number);
    if select::selector(text).is_ok() || numbered("n") {
        return Err(format!("{} names nodes", shown(text)));
    }
    if text == "op" || numbered("op") {
        return Err(format!("{} names a request", shown(text)));
    }
    if numbered("m") {
        return Err(format!("{} names a message", shown(text)));
    }
    match text {
        "start" | "end" => Err(format!("{} already names a moment", shown(text))),
        _ => Ok(text.to_owned()),
    }
}
