//! The commands that a client can send to the store.

use std::fmt;

use crate::word::{OrNone, QuotedWord};

/// The text of a key or value. It is immutable, and clones share it.
pub type Str = arcstr::ArcStr;

/// A client's request to the store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Sets a key.
    Put {
        /// The key.
        key: Str,
        /// Its new value.
        value: Str,
    },
    /// Reads a key. The request goes through the log like any other, so that its answer is not
    /// stale.
    Get {
        /// The key.
        key: Str,
    },
    /// Deletes a key. Does nothing if the key does not exist.
    Del {
        /// The key.
        key: Str,
    },
    /// Sets a key if it has the expected value (compare and swap).
    Cas {
        /// The key.
        key: Str,
        /// The expected value; `None` if the key must not exist.
        old: Option<Str>,
        /// The new value.
        new: Str,
    },
    /// Adds to a number. A key that does not exist counts as 0.
    Incr {
        /// The key.
        key: Str,
        /// What is added; it may be negative.
        by: i64,
    },
    /// Adds text at the end of a value. A key that does not exist counts as empty.
    Append {
        /// The key.
        key: Str,
        /// The text.
        text: Str,
    },
}

impl Command {
    /// The key that the command reads or changes.
    pub fn key(&self) -> &str {
        let (Command::Put { key, .. }
        | Command::Get { key }
        | Command::Del { key }
        | Command::Cas { key, .. }
        | Command::Incr { key, .. }
        | Command::Append { key, .. }) = self;
        key
    }

    /// Whether the command only reads.
    pub fn is_read(&self) -> bool {
        matches!(self, Command::Get { .. })
    }

    /// The command's name, as typed.
    pub fn verb(&self) -> &'static str {
        match self {
            Command::Put { .. } => "put",
            Command::Get { .. } => "get",
            Command::Del { .. } => "del",
            Command::Cas { .. } => "cas",
            Command::Incr { .. } => "incr",
            Command::Append { .. } => "append",
        }
    }

    /// The command as single words, its name first; none for a value that must not be there.
    pub fn words(&self) -> Vec<Option<Str>> {
        let by = |by: &i64| Str::from(by.to_string());
        let rest = match self {
            Command::Put { key, value } => vec![Some(key.clone()), Some(value.clone())],
            Command::Get { key } | Command::Del { key } => vec![Some(key.clone())],
            Command::Cas { key, old, new } => {
                vec![Some(key.clone()), old.clone(), Some(new.clone())]
            }
            Command::Incr { key, by: count } => vec![Some(key.clone()), Some(by(count))],
            Command::Append { key, text } => vec![Some(key.clone()), Some(text.clone())],
        };
        std::iter::once(Some(Str::from(self.verb()))).chain(rest).collect()
    }

    /// The words after the command's name and node: `x=5`.
    pub fn arguments(&self) -> impl fmt::Display {
        Arguments(self)
    }
}

/// The words after a command's name and node.
struct Arguments<'a>(&'a Command);

impl fmt::Display for Arguments<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Command::Put { key, value } => write!(f, "{}={}", QuotedWord(key), QuotedWord(value)),
            Command::Get { key } | Command::Del { key } => write!(f, "{}", QuotedWord(key)),
            Command::Cas { key, old, new } => {
                write!(f, "{} {} {}", QuotedWord(key), OrNone(old.as_deref()), QuotedWord(new))
            }
            Command::Incr { key, by: 1 } => write!(f, "{}", QuotedWord(key)),
            Command::Incr { key, by } => write!(f, "{} {by}", QuotedWord(key)),
            Command::Append { key, text } => write!(f, "{} {}", QuotedWord(key), QuotedWord(text)),
        }
    }
}

/// Prints the command without the node it is sent to, as it is typed and as entries show it:
/// `put x=5`.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb(), self.arguments())
    }
}
