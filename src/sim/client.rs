//! Clients: what they asked of which node, and what became of it.

use std::fmt;

use crate::kv::{Command, Str};
use crate::raft::{NodeId, Payload};
use crate::seq::Seq;

/// The number of an accepted request, from 1: `op1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(pub u32);

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "op{}", self.0)
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Done.
    Ok,
    /// Certainly not done, and never will be.
    Failed,
    /// Nothing yet.
    Pending,
    /// May or may not be done, for good: whoever would answer has lost its place.
    Unknown,
}

impl Outcome {
    /// Each outcome with its word.
    pub const WORDS: &[(&str, Outcome)] = &[
        ("ok", Outcome::Ok),
        ("failed", Outcome::Failed),
        ("pending", Outcome::Pending),
        ("unknown", Outcome::Unknown),
    ];
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, _) = Outcome::WORDS[*self as usize];
        f.write_str(word)
    }
}

/// A request that a node accepted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Op {
    /// The node that accepted it.
    pub node: NodeId,
    /// What was asked.
    pub command: Command,
    /// What became of it.
    pub outcome: Outcome,
    /// What a `get` returned, or what a `cas` found instead of what it expected.
    pub value: Option<Str>,
}

/// All requests that were accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ops(Seq<Op>);

/// So many requests a cluster takes. Beyond this a script that repeats without end would fill the
/// machine's memory.
pub const MAX_OPS: usize = 16_000_000;

impl Ops {
    /// A new request; `None` when there were [`MAX_OPS`] already.
    pub(super) fn add(&mut self, node: NodeId, command: Command) -> Option<OpId> {
        if self.0.len() >= MAX_OPS {
            return None;
        }
        self.0.push(Op { node, command, outcome: Outcome::Pending, value: None });
        self.latest()
    }

    /// The request's answer.
    pub(super) fn answer(&mut self, id: OpId, outcome: Outcome, value: Option<Str>) {
        if let Some(op) = (id.0 as usize).checked_sub(1).and_then(|position| self.0.get_mut(position)) {
            op.outcome = outcome;
            op.value = value;
        }
    }

    /// The request with this number.
    pub fn get(&self, id: OpId) -> Option<&Op> {
        self.0.get((id.0 as usize).checked_sub(1)?)
    }

    /// The number of the latest request.
    pub fn latest(&self) -> Option<OpId> {
        (!self.0.is_empty()).then(|| OpId(self.0.end() as u32))
    }

    /// The latest `count` requests, in order.
    pub fn last(&self, count: usize) -> impl Iterator<Item = (OpId, &Op)> {
        let start = self.0.end().saturating_sub(count);
        (start as u32 + 1..).map(OpId).zip(self.0.iter_from(start))
    }

    /// What an entry carries, if a client asked for it.
    pub fn command(&self, payload: Payload) -> Option<&Command> {
        self.get(OpId(payload.0)).map(|op| &op.command)
    }
}

impl OpId {
    /// The payload of the entry that carries this request. 0 is the protocol's own empty entry.
    pub(super) fn payload(self) -> Payload {
        Payload(self.0)
    }
}
