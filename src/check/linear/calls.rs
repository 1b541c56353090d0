//! The requests for one key that a judge has to place, and the values that they lead to.

use std::collections::{BTreeMap, BTreeSet};

use crate::sim::OpId;

use super::model::{Effect, Reply, Value};

/// A request for the key, with its answer so far.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Call {
    pub(super) effect: Effect,
    /// What was answered. Without an answer the request may have had its effect or not.
    pub(super) reply: Option<Reply>,
    /// Whether no answer can come any more.
    pub(super) is_final: bool,
}

impl Call {
    /// The value after the request, if it can have met this one: its answer, if there is one, must
    /// fit. A request without an answer counts only if it changes something.
    pub(super) fn meets(&self, value: &Value) -> Option<Value> {
        let (after, reply) = self.effect.apply(value);
        let fits = match &self.reply {
            Some(given) => *given == reply,
            None => reply.done && self.effect.changes(),
        };
        fits.then_some(after)
    }

    /// Whether its answer says that it changed nothing.
    fn only_reads(&self) -> bool {
        self.reply.as_ref().is_some_and(|reply| !reply.done || !self.effect.changes())
    }
}

/// One way in which the requests so far may have taken effect, as far as it matters later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Configuration {
    pub(super) value: Value,
    /// The requests that have taken effect and are still open, in order of their numbers.
    pub(super) done: Vec<OpId>,
    /// The open writes that may have taken effect unseen: another write overwrote each of them at
    /// once. Whether they did is decided later, by what fits. In order of their numbers.
    pub(super) unseen: Vec<OpId>,
}

impl Configuration {
    pub(super) fn new(value: Value) -> Configuration {
        Configuration { value, done: Vec::new(), unseen: Vec::new() }
    }

    pub(super) fn has_done(&self, op: OpId) -> bool {
        self.done.binary_search(&op).is_ok()
    }

    /// Whether the open write may have been overwritten unseen.
    pub(super) fn may_be_unseen(&self, op: OpId) -> bool {
        self.unseen.binary_search(&op).is_ok()
    }

    pub(super) fn add_done(&mut self, op: OpId) {
        if let Err(at) = self.done.binary_search(&op) {
            self.done.insert(at, op);
        }
    }

    /// The request is not open any more.
    pub(super) fn close(&mut self, op: OpId) {
        self.done.retain(|done| *done != op);
        self.unseen.retain(|unseen| *unseen != op);
    }
}

/// The requests for one key, by number, and which of them are open at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Calls {
    pub(super) calls: BTreeMap<OpId, Call>,
    /// The writes without an answer that have been invoked, by the value that they write.
    lost: BTreeMap<Value, BTreeSet<OpId>>,
    /// The other open requests.
    rest: BTreeSet<OpId>,
}

impl Calls {
    pub(super) fn get(&self, op: OpId) -> Option<&Call> {
        self.calls.get(&op)
    }

    /// The request is open from here on.
    pub(super) fn open(&mut self, op: OpId) {
        match self.calls.get(&op) {
            Some(Call { effect: Effect::Write(value), reply: None, .. }) => {
                self.lost.entry(value.clone()).or_default().insert(op);
            }
            Some(_) => {
                self.rest.insert(op);
            }
            None => {}
        }
    }

    /// The request is open no more.
    pub(super) fn close(&mut self, op: OpId) {
        self.rest.remove(&op);
        if let Some(Call { effect: Effect::Write(value), .. }) = self.calls.get(&op)
            && let Some(writes) = self.lost.get_mut(value)
        {
            writes.remove(&op);
            if writes.is_empty() {
                self.lost.remove(value);
            }
        }
    }

    /// The open requests other than the writes without an answer.
    pub(super) fn rest(&self) -> impl Iterator<Item = (OpId, &Call)> {
        self.rest.iter().filter_map(|op| Some((*op, self.calls.get(op)?)))
    }

    /// Of the open writes without an answer: for each value the first one that a configuration has
    /// not used. The others of that value are as good.
    pub(super) fn unused<'a>(
        &'a self,
        configuration: &'a Configuration,
    ) -> impl Iterator<Item = (OpId, &'a Value)> {
        self.lost.iter().filter_map(|(value, writes)| Some((first(writes, configuration)?, value)))
    }

    /// The same for one value.
    pub(super) fn unused_of(&self, value: &Value, configuration: &Configuration) -> Option<OpId> {
        first(self.lost.get(value)?, configuration)
    }

    /// Lets the requests that only read take effect where they fit: that is never worse than to
    /// wait.
    pub(super) fn absorb(&self, configuration: &mut Configuration) {
        for (op, call) in self.rest() {
            let fits = || call.only_reads() && call.meets(&configuration.value).is_some();
            if !configuration.has_done(op) && fits() {
                configuration.add_done(op);
            }
        }
    }

    /// Whether everything that may follow the second configuration may follow the first one.
    pub(super) fn covers(&self, one: &Configuration, other: &Configuration) -> bool {
        let fewer = |op: &OpId| other.has_done(*op) || self.get(*op).is_some_and(Call::only_reads);
        let more = |op: &OpId| {
            let call = self.get(*op);
            one.has_done(*op) || call.is_some_and(|call| call.reply.is_none())
        };
        one.value == other.value
            && one.done.iter().all(fewer)
            && other.done.iter().all(more)
            && other.unseen.iter().all(|op| one.may_be_unseen(*op))
    }
}

fn first(writes: &BTreeSet<OpId>, configuration: &Configuration) -> Option<OpId> {
    writes.iter().find(|op| !configuration.has_done(**op)).copied()
}
