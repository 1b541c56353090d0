//! What a client may ask of the store.

use std::fmt;
use std::sync::Arc;

/// A request to the store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Sets a key.
    Put {
        /// The key.
        key: Arc<str>,
        /// Its new value.
        value: Arc<str>,
    },
    /// Reads a key. It goes through the log like any request, so that it cannot be stale.
    Get {
        /// The key.
        key: Arc<str>,
    },
    /// Removes a key; no harm if it is not there.
    Del {
        /// The key.
        key: Arc<str>,
    },
    /// Sets a key if it holds what is expected.
    Cas {
        /// The key.
        key: Arc<str>,
        /// What it must hold; `None`: it must not be there.
        old: Option<Arc<str>>,
        /// What it holds then.
        new: Arc<str>,
    },
}

/// The request without the node it goes to, as it is typed and as entries show it: `put x=5`.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Put { key, value } => write!(f, "put {}={}", Word(key), Word(value)),
            Command::Get { key } => write!(f, "get {}", Word(key)),
            Command::Del { key } => write!(f, "del {}", Word(key)),
            Command::Cas { key, old, new } => {
                let old = old.as_deref().unwrap_or("none");
                write!(f, "cas {} {} {}", Word(key), Word(old), Word(new))
            }
        }
    }
}

/// A key or value as it has to be typed: quoted if it would not be one plain word otherwise.
pub struct Word<'a>(pub &'a str);

impl Word<'_> {
    fn is_plain(&self) -> bool {
        let plain = |c: char| c.is_alphanumeric() || "_-.:/@+*%,".contains(c);
        !self.0.is_empty() && !self.0.starts_with('-') && self.0.chars().all(plain)
    }
}

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_plain() {
            return f.write_str(self.0);
        }
        f.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                c if c.is_control() => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                c => write!(f, "{c}")?,
            }
        }
        f.write_str("\"")
    }
}
