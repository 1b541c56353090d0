//! The key-value store.

use std::collections::BTreeMap;

use triomphe::Arc;

use super::command::{Command, Str};
use super::reply::{MAX_VALUE, Reply};
use super::session::{Effect, RequestId, Sessions};

/// Keys and values, and the sessions of clients. A clone shares them until one side changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Store {
    entries: Arc<BTreeMap<Str, Str>>,
    sessions: Sessions,
}

impl Store {
    /// Applies a command. With an id, the command is part of a session: it is carried out once,
    /// however often it is applied.
    pub fn apply(&mut self, command: &Command, id: Option<RequestId>) -> (Reply, Effect) {
        let Some(id) = id else { return (self.carry_out(command), Effect::Done) };
        if let Some(known) = self.sessions.known(id) {
            return known;
        }
        let reply = self.carry_out(command);
        self.sessions.remember(id, reply.clone());
        (reply, Effect::Done)
    }

    /// Carries a command out, whether it was done before or not.
    fn carry_out(&mut self, command: &Command) -> Reply {
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
            Command::Incr { key, by } => return self.incr(key, *by),
            Command::Append { key, text } => return self.append(key, text),
        }
        Reply::Done(None)
    }

    fn incr(&mut self, key: &Str, by: i64) -> Reply {
        let found = self.entries.get(key);
        let sum = found.map_or(Some(0), |value| number(value)).and_then(|now| now.checked_add(by));
        match (sum, found) {
            (Some(sum), _) => {
                let sum = Str::from(sum.to_string());
                self.put(key, &sum);
                Reply::Done(Some(sum))
            }
            (None, found) => Reply::NoNumber(found.cloned().unwrap_or_default()),
        }
    }

    fn append(&mut self, key: &Str, text: &Str) -> Reply {
        let found = self.entries.get(key).map_or("", AsRef::as_ref);
        if found.len().saturating_add(text.len()) > MAX_VALUE {
            return Reply::TooLong;
        }
        let value = Str::from(format!("{found}{text}"));
        self.put(key, &value);
        Reply::Done(Some(value.chars().count().to_string().into()))
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

    /// Forgets the sessions of all clients.
    pub fn forget_sessions(&mut self) {
        self.sessions = Sessions::default();
    }

    /// The answer to a command that only reads, from the present keys and values; `None` for any
    /// other command.
    pub fn read(&self, command: &Command) -> Option<Reply> {
        match command {
            Command::Get { key } => Some(Reply::Done(self.entries.get(key).cloned())),
            Command::Put { .. }
            | Command::Del { .. }
            | Command::Cas { .. }
            | Command::Incr { .. }
            | Command::Append { .. } => None,
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

/// A value as a number: decimal digits, after a minus sign if it is negative.
fn number(value: &str) -> Option<i64> {
    if value.starts_with('+') { None } else { value.parse().ok() }
}
