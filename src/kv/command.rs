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
}

impl Command {
    /// The key that the command reads or changes.
    pub fn key(&self) -> &str {
        let (Command::Put { key, .. }
        | Command::Get { key }
        | Command::Del { key }
        | Command::Cas { key, .. }) = self;
        key
    }
}

/// Prints the command without the node it is sent to, as it is typed and as entries show it:
/// `put x=5`.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Put { key, value } => {
                write!(f, "put {}={}", QuotedWord(key), QuotedWord(value))
            }
            Command::Get { key } => write!(f, "get {}", QuotedWord(key)),
            Command::Del { key } => write!(f, "del {}", QuotedWord(key)),
            Command::Cas { key, old, new } => {
                write!(f, "cas {} {} {}", QuotedWord(key), OrNone(old.as_deref()), QuotedWord(new))
            }
        }
    }
}
