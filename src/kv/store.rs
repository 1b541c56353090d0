//! The key-value store.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::command::{Command, Str};

/// Keys and values. A clone shares them until one side changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Store {
    entries: Arc<BTreeMap<Str, Str>>,
}

/// The store's answer to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The command was applied. Contains the value that a `get` found, if any.
    Done(Option<Str>),
    /// A `cas` found another value than expected and changed nothing. Contains that value, if any.
    Mismatch(Option<Str>),
}

impl Store {
    /// Applies a command.
    pub fn apply(&mut self, command: &Command) -> Reply {
        match command {
            Command::Put { key, value } => self.put(key, value),
            Command::Get { key } => return Reply::Done(self.entries.get(key).cloned()),
            Command::Del { key } => {
                if self.entries.contains_key(key) {
                    Arc::make_mut(&mut self.entries).remove(key);
                }
            }
            Command::Cas { key, old, new } => {
                let found = self.entries.get(key);
                if found != old.as_ref() {
                    return Reply::Mismatch(found.cloned());
                }
                self.put(key, new);
            }
        }
        Reply::Done(None)
    }

    fn put(&mut self, key: &Str, value: &Str) {
        let entries = Arc::make_mut(&mut self.entries);
        match entries.get_mut(key) {
            Some(present) => present.clone_from(value),
            None => {
                entries.insert(key.clone(), value.clone());
            }
        }
    }

    /// The value of a key; `None` if the key does not exist.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(AsRef::as_ref)
    }

    /// All keys and values, in order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(key, value)| (key.as_ref(), value.as_ref()))
    }
}
