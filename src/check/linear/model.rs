//! What a request does to its key: the judge's own model of the store.
//!
//! Keys are independent, so a register is enough: a value, or none. The model shares no code with
//! [`crate::kv`], for otherwise a mistake of the store would be one of the judge, too.

use crate::kv::{Command, Str};

/// The value of a key; none if the key does not exist.
pub type Value = Option<Str>;

/// What a request does to the value of its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It reads the value.
    Read,
    /// It sets the value, whatever it was; none deletes the key.
    Write(Value),
    /// It sets the value if it was the old one.
    Swap {
        /// The expected value.
        old: Value,
        /// The new value.
        new: Str,
    },
    /// It adds to a number; no value counts as 0.
    Add(i64),
    /// It adds text at the end; no value counts as empty.
    Append(Str),
}

/// An answer that says what the request did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reply {
    /// Whether it did what it was to do. Otherwise it changed nothing.
    pub done: bool,
    /// The value that it returned: what was read, what was found instead of the expected value, the
    /// sum, or the length of the extended text in characters.
    pub value: Value,
}

/// The longest text that an append makes, in bytes.
const MAX_TEXT: usize = 64 * 1024;

/// Which values a request may have met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// One of these.
    These(Vec<Value>),
    /// Too many to list.
    Many,
}

impl Effect {
    /// What a command does to its key.
    pub fn of(command: &Command) -> Effect {
        match command {
            Command::Put { value, .. } => Effect::Write(Some(value.clone())),
            Command::Get { .. } => Effect::Read,
            Command::Del { .. } => Effect::Write(None),
            Command::Cas { old, new, .. } => Effect::Swap { old: old.clone(), new: new.clone() },
            Command::Incr { by, .. } => Effect::Add(*by),
            Command::Append { text, .. } => Effect::Append(text.clone()),
        }
    }

    /// The value after the request, if it met this one, and the answer to it.
    pub fn apply(&self, met: &Value) -> (Value, Reply) {
        let reply = |done, value| Reply { done, value };
        match self {
            Effect::Read => (met.clone(), reply(true, met.clone())),
            Effect::Write(value) => (value.clone(), reply(true, None)),
            Effect::Swap { old, new } if old == met => (Some(new.clone()), reply(true, None)),
            Effect::Swap { .. } => (met.clone(), reply(false, met.clone())),
            Effect::Add(more) => match number(met).and_then(|number| number.checked_add(*more)) {
                Some(sum) => {
                    let sum = Some(Str::from(sum.to_string()));
                    (sum.clone(), reply(true, sum))
                }
                None => (met.clone(), reply(false, met.clone())),
            },
            Effect::Append(text) => {
                let before = met.as_deref().unwrap_or_default();
                if before.len().saturating_add(text.len()) > MAX_TEXT {
                    return (met.clone(), reply(false, None));
                }
                let length = before.chars().count() + text.chars().count();
                let after = Some(Str::from(format!("{before}{text}")));
                (after, reply(true, Some(length.to_string().into())))
            }
        }
    }

    /// Whether what it does, and the answer to it, is the same whatever value it meets.
    pub(super) fn is_blind(&self) -> bool {
        matches!(self, Effect::Write(_))
    }

    /// Whether it can change a value at all.
    pub(super) fn changes(&self) -> bool {
        !matches!(self, Effect::Read)
    }

    /// The values that it may have met, if it is not blind: with this answer, or, without one, to
    /// change anything.
    pub(super) fn met(&self, reply: Option<&Reply>) -> Met {
        match (self, reply) {
            (Effect::Read, Some(reply)) => Met::These(vec![reply.value.clone()]),
            (Effect::Swap { .. }, Some(Reply { done: false, value })) => {
                Met::These(vec![value.clone()])
            }
            (Effect::Swap { old, .. }, _) => Met::These(vec![old.clone()]),
            (Effect::Read | Effect::Write(_), _) => Met::These(Vec::new()),
            (Effect::Add(_) | Effect::Append(_), _) => Met::Many,
        }
    }
}

/// A value as a number in decimal digits, after a minus sign if it is negative.
fn number(value: &Value) -> Option<i64> {
    let Some(text) = value.as_deref() else { return Some(0) };
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}
