//! The store itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::command::{Command, Str};

/// Keys and values. A clone shares them until one side changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Store {
    entries: Arc<BTreeMap<Str, Str>>,
}

/// What the store answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Done. A `get` brings the value, if there is one.
    Done(Option<Str>),
    /// A `cas` that did not match: nothing was changed. Brings what the key holds instead.
    Mismatch(Option<Str>),
}

impl Store {
    /// Carries out a command.
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

    /// What a key holds.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(AsRef::as_ref)
    }

    /// All keys and values, in order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(key, value)| (key.as_ref(), value.as_ref()))
    }
}
