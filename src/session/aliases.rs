//! The names that a user gave to commands: `alias st = 'status; logs'`.
//!
//! They belong to the shell, not to the cluster: no saved session holds them, and they survive
//! `cluster` and `load`. The prompt replaces the name by the commands; no other part of
//! raftsh sees the name.

use std::collections::BTreeMap;

/// All aliases, by name.
#[derive(Clone, Debug, Default)]
pub struct Aliases(BTreeMap<String, String>);

impl Aliases {
    /// The commands that a name stands for.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Lets a name stand for these commands. Returns what it stood for before.
    pub fn set(&mut self, name: &str, commands: &str) -> Option<String> {
        self.0.insert(name.to_owned(), commands.to_owned())
    }

    /// Forgets a name. Returns what it stood for.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// The names and what they stand for, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, commands)| (name.as_str(), commands.as_str()))
    }
}
