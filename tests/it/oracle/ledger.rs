//! All entries that were ever written and committed anywhere, and the answers that the store must
//! give.

use std::collections::{BTreeMap, BTreeSet};

use raftsh::kv::{ClientId, Command, MAX_VALUE, Str};
use raftsh::raft::{Entry, NodeId, Payload};
use raftsh::sim::{Host, OpId, Outcome, World};

use super::{Verdict, hold};

/// The outcome of a request and the value that it returns.
pub(super) type Answer = (Outcome, Option<Str>);

/// The history of entries.
#[derive(Default)]
pub(super) struct Ledger {
    /// For each index and term: the payload of the entry, and the term of the entry before it. If
    /// these are the same in all logs, then logs that share an index and term share everything
    /// before it: log matching, step by step.
    links: BTreeMap<(usize, u32), (Payload, u32)>,
    committed: Vec<Entry>,
    /// For each term, the last index that was first committed in it.
    frontier: Vec<(u32, usize)>,
    payloads: BTreeSet<u32>,
    store: BTreeMap<Str, Str>,
    answers: Vec<Answer>,
    /// The latest request of each client that has a session, and the answer to it.
    sessions: BTreeMap<ClientId, (u32, Answer)>,
}

impl Ledger {
    /// An entry joined a log. Only a leader creates new entries.
    pub(super) fn link(
        &mut self,
        node: NodeId,
        index: usize,
        entry: Entry,
        before: u32,
        leads: bool,
    ) -> Verdict {
        let term = entry.term.0;
        let own = (entry.payload, before);
        let known = self.links.get(&(index, term)).copied();
        match known {
            None => {
                hold(leads, "followers invent nothing", || {
                    format!("{node} has {index}@{term}, nobody else")
                })?;
                self.links.insert((index, term), own);
                Ok(())
            }
            Some(known) if leads => hold(false, "leaders create each entry once", || {
                format!("{node} created {index}@{term} again: {own:?}, there was {known:?}")
            }),
            Some(known) => hold(known == own, "log matching", || {
                format!("{node} has {own:?} at {index}@{term}, others have {known:?}")
            }),
        }
    }

    /// A node committed an entry, as leader of this term or as follower.
    pub(super) fn commit(
        &mut self,
        world: &World,
        node: NodeId,
        index: usize,
        entry: Entry,
        leads: Option<u32>,
    ) -> Verdict {
        if index <= self.committed.len() {
            return self.agrees("committed prefixes agree", node, index, entry);
        }
        let Some(term) = leads else {
            return hold(false, "leaders commit first", || {
                format!("follower {node} is first to commit {index}")
            });
        };
        let request = request(entry);
        let call = request.and_then(|op| world.ops().call(op));
        let in_session = call.is_some_and(|call| call.in_session);
        let is_new = request.is_none_or(|op| self.payloads.insert(op.0)) || in_session;
        hold(is_new, "each request is committed once", || {
            format!("{node} committed {:?} again at {index}@{}", entry.payload, entry.term)
        })?;
        self.committed.push(entry);
        match self.frontier.iter_mut().find(|(t, _)| *t == term) {
            Some((_, last)) => *last = index,
            None => self.frontier.push((term, index)),
        }
        let command =
            request.and_then(|op| world.ops().get(op)).and_then(|op| op.asked.command().cloned());
        let answer = match (command, call.filter(|call| call.in_session)) {
            (Some(command), Some(call)) => self.in_session(call.client, call.serial, command),
            (Some(command), None) => self.carry_out(command),
            (None, _) => (Outcome::Ok, None),
        };
        self.answers.push(answer);
        Ok(())
    }

    pub(super) fn agrees(
        &self,
        property: &'static str,
        node: NodeId,
        index: usize,
        entry: Entry,
    ) -> Verdict {
        let first = self.committed.get(index - 1);
        hold(first == Some(&entry), property, || {
            format!("{node} has {entry:?} at {index}, committed was {first:?}")
        })
    }

    /// The last entry that was committed in a term before this one.
    pub(super) fn committed_before(&self, term: u32) -> Option<(usize, Entry)> {
        let last =
            self.frontier.iter().filter(|&&(t, _)| t < term).map(|&(_, index)| index).max()?;
        Some((last, self.committed[last - 1]))
    }

    pub(super) fn len(&self) -> usize {
        self.committed.len()
    }

    pub(super) fn last(&self) -> Option<(usize, Entry)> {
        self.committed.last().map(|&entry| (self.committed.len(), entry))
    }

    /// The answer to this request, if the entry at this index carries it.
    pub(super) fn answer(&self, index: usize, op: OpId) -> Option<&Answer> {
        self.committed.get(index - 1).filter(|&&entry| request(entry) == Some(op))?;
        self.answers.get(index - 1)
    }

    /// Each serial number of a client is carried out once, and none after a later one.
    fn in_session(&mut self, client: ClientId, serial: u32, command: Command) -> Answer {
        match self.sessions.get(&client) {
            Some((latest, answer)) if *latest == serial => return answer.clone(),
            Some((latest, _)) if *latest > serial => return (Outcome::Failed, None),
            _ => {}
        }
        let answer = self.carry_out(command);
        self.sessions.insert(client, (serial, answer.clone()));
        answer
    }

    fn carry_out(&mut self, command: Command) -> Answer {
        match command {
            Command::Incr { key, by } => {
                let found = self.store.get(&key).cloned();
                let now: Option<i64> = match found.as_deref() {
                    None => Some(0),
                    Some(text) if text.starts_with('+') => None,
                    Some(text) => text.parse().ok(),
                };
                let Some(sum) = now.and_then(|now| now.checked_add(by)) else {
                    return (Outcome::Failed, found);
                };
                self.store.insert(key, sum.to_string().into());
                return (Outcome::Ok, Some(sum.to_string().into()));
            }
            Command::Append { key, text } => {
                let value = format!("{}{text}", self.store.get(&key).map_or("", |now| now));
                if value.len() > MAX_VALUE {
                    return (Outcome::Failed, None);
                }
                let length = value.chars().count().to_string();
                self.store.insert(key, value.into());
                return (Outcome::Ok, Some(length.into()));
            }
            Command::Put { key, value } => {
                self.store.insert(key, value);
            }
            Command::Get { key } => return (Outcome::Ok, self.store.get(&key).cloned()),
            Command::Del { key } => {
                self.store.remove(&key);
            }
            Command::Cas { key, old, new } => {
                let found = self.store.get(&key).cloned();
                if found != old {
                    return (Outcome::Failed, found);
                }
                self.store.insert(key, new);
            }
        }
        (Outcome::Ok, None)
    }

    pub(super) fn same_store(&self, host: &Host) -> Verdict {
        let own = self.store.iter().map(|(key, value)| (key.as_ref(), value.as_ref()));
        hold(host.store.iter().eq(own), "state machines agree", || {
            format!("{} holds {:?}, expected {:?}", host.id, host.store, self.store)
        })
    }
}

/// The request that an entry carries.
fn request(entry: Entry) -> Option<OpId> {
    match entry.payload {
        Payload::Command(number) => Some(OpId(number)),
        Payload::Noop | Payload::Configuration(_) => None,
    }
}
