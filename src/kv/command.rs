//! What a client may ask of the store.

use std::fmt;

use crate::word::{OrNone, QuotedWord};

/// Keys and values: text that is never changed and whose copies share it.
pub type Str = arcstr::ArcStr;

/// A request to the store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Sets a key.
    Put {
        /// The key.
        key: Str,
        /// Its new value.
        value: Str,
    },
    /// Reads a key. It goes through the log like any request, so that it cannot be stale.
    Get {
        /// The key.
        key: Str,
    },
    /// Removes a key; no harm if it is not there.
    Del {
        /// The key.
        key: Str,
    },
    /// Sets a key if it holds what is expected.
    Cas {
        /// The key.
        key: Str,
        /// What it must hold; `None`: it must not be there.
        old: Option<Str>,
        /// What it holds then.
        new: Str,
    },
}

impl Command {
    /// The key that it is about.
    pub fn key(&self) -> &str {
        let (Command::Put { key, .. }
        | Command::Get { key }
        | Command::Del { key }
        | Command::Cas { key, .. }) = self;
        key
    }
}

/// The request without the node it goes to, as it is typed and as entries show it: `put x=5`.
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
