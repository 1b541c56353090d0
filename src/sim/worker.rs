//! A client in the background: what it knows, and what it waits for.

use std::collections::BTreeMap;

use crate::kv::{Command, Str};
use crate::raft::NodeId;

use super::client::Outcome;
use super::load::Load;
use super::numbers::OpId;
use super::queue::DueTime;

/// The clients in the background.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Background {
    pub(super) load: Load,
    pub(super) workers: Vec<Worker>,
    /// How many values were written: each is written once.
    pub(super) values: u64,
}

/// A client in the background.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Worker {
    pub(super) name: Str,
    /// The node that it believes to lead.
    pub(super) believes: NodeId,
    /// The request that it waits for.
    pub(super) waits_for: Option<OpId>,
    /// When it may send its next request, in microseconds.
    pub(super) next_us: u64,
    /// When it does something: it sends a request, or waits no longer.
    pub(super) turn: Option<DueTime>,
    /// The latest value of each key that it knows.
    pub(super) known: BTreeMap<Str, Option<Str>>,
}

/// A client in the background, as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerState<'a> {
    /// Its name.
    pub name: &'a str,
    /// The node that it believes to lead.
    pub believes: NodeId,
    /// The request that it waits for.
    pub waits_for: Option<OpId>,
}

/// The name of the client with this number: `w1`.
pub(super) fn name(number: u32) -> Str {
    format!("w{number}").into()
}

/// Whether a name is one that clients in the background have.
pub fn is_background_name(name: &str) -> bool {
    let number = name.strip_prefix('w').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

impl Worker {
    /// A client that may send its first request at once.
    pub(super) fn new(name: Str, believes: NodeId, waits_for: Option<OpId>, now_us: u64) -> Worker {
        let known = BTreeMap::new();
        Worker { name, believes, waits_for, next_us: now_us, turn: None, known }
    }

    /// What the client knows of a key by an answer.
    pub(super) fn learns(&mut self, command: &Command, outcome: Outcome, value: Option<&str>) {
        let found = match (command, outcome) {
            (Command::Put { value, .. } | Command::Cas { new: value, .. }, Outcome::Ok) => {
                Some(value.clone())
            }
            (Command::Get { .. }, Outcome::Ok) | (Command::Cas { .. }, Outcome::Failed) => {
                value.map(Str::from)
            }
            (Command::Del { .. }, Outcome::Ok) => None,
            _ => return,
        };
        self.known.insert(Str::from(command.key()), found);
    }
}
