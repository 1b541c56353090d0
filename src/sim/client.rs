//! Clients: their requests, the node that accepted each, and the outcomes.

use std::fmt;

use crate::kv::{Command, Str};
use crate::raft::{NodeId, Payload};
use crate::seq::{Pool, Seq};

/// The number of an accepted request, from 1: `op1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(pub u32);

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "op{}", self.0)
    }
}

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The command was applied.
    Ok,
    /// The command was not applied and never will be, or its `cas` did not match.
    Failed,
    /// There is no answer yet.
    Pending,
    /// There will never be an answer: the leader that accepted the request stepped down or stopped.
    /// The command may or may not take effect.
    Unknown,
}

impl Outcome {
    /// The word for each outcome.
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

/// A request that a node accepted, with its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op<'a> {
    /// The node that accepted it.
    pub node: NodeId,
    /// The client's command.
    pub command: &'a Command,
    /// The outcome so far.
    pub outcome: Outcome,
    /// The value that a `get` returned, or that a `cas` found instead of the expected one.
    pub value: Option<&'a str>,
}

/// A client's request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// The node that accepted it.
    pub node: NodeId,
    /// The client's command.
    pub command: Command,
}

/// The answer to a request, so far.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Answer {
    outcome: Outcome,
    value: Option<Str>,
}

/// All requests that were accepted. A request never changes and its answer does, so they are kept
/// apart: the journal can share the requests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ops {
    requests: Seq<Request>,
    answers: Seq<Answer>,
}

/// The most requests that a cluster accepts. Without a limit, a script that repeats without end
/// would fill the machine's memory.
pub const MAX_OPS: usize = 16_000_000;

impl Default for Ops {
    fn default() -> Ops {
        Ops { requests: Seq::in_pool(&Pool::default()), answers: Seq::new() }
    }
}

impl Ops {
    /// Adds a request; `None` if there are [`MAX_OPS`] already.
    pub(super) fn add(&mut self, node: NodeId, command: Command) -> Option<OpId> {
        if self.requests.len() >= MAX_OPS {
            return None;
        }
        self.requests.push(Request { node, command });
        self.answers.push(Answer { outcome: Outcome::Pending, value: None });
        self.latest()
    }

    /// Sets the request's answer.
    pub(super) fn answer(&mut self, id: OpId, outcome: Outcome, value: Option<Str>) {
        if let Some(answer) = id.position().and_then(|position| self.answers.get_mut(position)) {
            *answer = Answer { outcome, value };
        }
    }

    /// The requests in order, request 1 at position 0.
    pub fn requests(&self) -> &Seq<Request> {
        &self.requests
    }

    /// The request with this number.
    pub fn get(&self, id: OpId) -> Option<Op<'_>> {
        let position = id.position()?;
        Some(op(self.requests.get(position)?, self.answers.get(position)?))
    }

    /// The number of the latest request; none if there is no request yet.
    pub fn latest(&self) -> Option<OpId> {
        (!self.requests.is_empty()).then(|| OpId(self.requests.end() as u32))
    }

    /// The latest `count` requests, in order.
    pub fn last(&self, count: usize) -> impl Iterator<Item = (OpId, Op<'_>)> {
        let start = self.requests.end().saturating_sub(count);
        let ops = self.requests.iter_from(start).zip(self.answers.iter_from(start));
        (start as u32 + 1..).map(OpId).zip(ops.map(|(request, answer)| op(request, answer)))
    }

    /// The command that an entry carries; none if no client asked for the entry.
    pub fn command(&self, payload: Payload) -> Option<&Command> {
        match payload {
            Payload::Command(number) => {
                self.requests.get(OpId(number).position()?).map(|request| &request.command)
            }
            Payload::Noop | Payload::Configuration(_) => None,
        }
    }
}

fn op<'a>(request: &'a Request, answer: &'a Answer) -> Op<'a> {
    let Request { node, command } = request;
    Op { node: *node, command, outcome: answer.outcome, value: answer.value.as_deref() }
}

impl OpId {
    /// The request's position among all requests, from 0. There is no request 0.
    fn position(self) -> Option<usize> {
        (self.0 as usize).checked_sub(1)
    }

    /// The payload of the entry that carries this request.
    pub(super) fn payload(self) -> Payload {
        Payload::Command(self.0)
    }
}
