//! The requests for one key that a judge has to place, and the values that they lead to.

use std::collections::{BTreeMap, BTreeSet};

use crate::sim::OpId;

use super::model::{Effect, Reply, Value};

/// A set of requests, in order of their numbers. It is for sets that are small and change all the
/// time, mostly at their ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct OpSet(Vec<OpId>);

impl OpSet {
    pub(super) fn contains(&self, op: OpId) -> bool {
        self.0.binary_search(&op).is_ok()
    }

    pub(super) fn insert(&mut self, op: OpId) {
        if self.0.last().is_none_or(|last| *last < op) {
            self.0.push(op);
        } else if let Err(at) = self.0.binary_search(&op) {
            self.0.insert(at, op);
        }
    }

    /// Removes a request. Returns false if the set did not have it.
    pub(super) fn remove(&mut self, op: OpId) -> bool {
        let at = self.0.binary_search(&op);
        at.map(|at| self.0.remove(at)).is_ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = OpId> {
        self.0.iter().copied()
    }
}

impl FromIterator<OpId> for OpSet {
    fn from_iter<I: IntoIterator<Item = OpId>>(ops: I) -> OpSet {
        let mut set = OpSet::default();
        ops.into_iter().for_each(|op| set.insert(op));
        set
    }
}

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
    /// The requests that have taken effect and are still open.
    pub(super) done: OpSet,
    /// The open writes that may have taken effect unseen: another write overwrote each of them at
    /// once. Whether they did is decided later, by what fits.
    pub(super) unseen: OpSet,
}

impl Configuration {
    pub(super) fn new(value: Value) -> Configuration {
        Configuration { value, done: OpSet::default(), unseen: OpSet::default() }
    }

    pub(super) fn has_done(&self, op: OpId) -> bool {
        self.done.contains(op)
    }

    /// Whether the open write may have been overwritten unseen.
    pub(super) fn may_be_unseen(&self, op: OpId) -> bool {
        self.unseen.contains(op)
    }

    /// The request is not open any more.
    pub(super) fn close(&mut self, op: OpId) {
        self.done.remove(op);
        self.unseen.remove(op);
    }
}

/// The requests for one key, by number, and which of them are open at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Calls {
    /// In order of their numbers.
    calls: Vec<(OpId, Call)>,
    /// The writes without an answer that have been invoked, by the value that they write.
    lost: BTreeMap<Value, BTreeSet<OpId>>,
    /// The other open requests.
    rest: OpSet,
}

impl Calls {
    /// Whether there is no request.
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    pub(super) fn get(&self, op: OpId) -> Option<&Call> {
        self.calls.get(self.find(op)?).map(|(_, call)| call)
    }

    pub(super) fn get_mut(&mut self, op: OpId) -> Option<&mut Call> {
        let at = self.find(op)?;
        self.calls.get_mut(at).map(|(_, call)| call)
    }

    /// Adds a request. Mostly its number is higher than those of all others.
    pub(super) fn add(&mut self, op: OpId, call: Call) {
        let before = self.calls.iter().rposition(|(other, _)| *other < op);
        self.calls.insert(before.map_or(0, |at| at + 1), (op, call));
    }

    /// Forgets a request that is not open.
    pub(super) fn forget(&mut self, op: OpId) {
        if let Some(at) = self.find(op) {
            self.calls.remove(at);
        }
    }

    /// The position of a request. Mostly it is the latest one.
    fn find(&self, op: OpId) -> Option<usize> {
        match self.calls.last() {
            Some((last, _)) if *last == op => Some(self.calls.len() - 1),
            _ => self.calls.binary_search_by_key(&op, |(op, _)| *op).ok(),
        }
    }

    /// The request is open from here on.
    pub(super) fn open(&mut self, op: OpId) {
        match self.get(op) {
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
        if self.rest.remove(op) {
            return;
        }
        let Some(Call { effect: Effect::Write(value), .. }) = self.get(op) else { return };
        let value = value.clone();
        if let Some(writes) = self.lost.get_mut(&value) {
            writes.remove(&op);
            if writes.is_empty() {
                self.lost.remove(&value);
            }
        }
    }

    /// The open requests other than the writes without an answer.
    pub(super) fn rest(&self) -> impl Iterator<Item = (OpId, &Call)> {
        self.rest.iter().filter_map(|op| Some((op, self.get(op)?)))
    }

    /// The open writes with an answer that a configuration has not placed when it places this one,
    /// which may have overwritten them unseen.
    pub(super) fn unseen(&self, configuration: &Configuration, by: OpId) -> OpSet {
        let writes = self.rest().filter(|(_, call)| call.effect.is_blind() && call.reply.is_some());
        let others = writes.map(|(op, _)| op).filter(|op| *op != by);
        others.filter(|op| !configuration.has_done(*op)).collect()
    }

    /// What an open request writes whose answer fits whatever it meets, if the open requests are
    /// writes, so that none of them needs a value.
    pub(super) fn only_writes(&self, op: OpId) -> Option<&Value> {
        let Call { effect: Effect::Write(value), reply, .. } = self.get(op)? else { return None };
        let fits = reply.as_ref().is_some_and(|reply| reply.done && reply.value.is_none());
        (fits && self.rest().all(|(_, call)| call.effect.is_blind())).then_some(value)
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
                configuration.done.insert(op);
            }
        }
    }

    /// Whether everything that may follow the second configuration may follow the first one.
    pub(super) fn covers(&self, one: &Configuration, other: &Configuration) -> bool {
        let fewer = |op| other.has_done(op) || self.get(op).is_some_and(Call::only_reads);
        let more = |op| {
            let call = self.get(op);
            one.has_done(op) || call.is_some_and(|call| call.reply.is_none())
        };
        one.value == other.value
            && one.done.iter().all(fewer)
            && other.done.iter().all(more)
            && other.unseen.iter().all(|op| one.may_be_unseen(op))
    }
}

fn first(writes: &BTreeSet<OpId>, configuration: &Configuration) -> Option<OpId> {
    writes.iter().find(|op| !configuration.has_done(**op)).copied()
}
