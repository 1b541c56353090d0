//! Clients: their requests, the node that accepted each, and the outcomes.

use std::fmt;

use crate::kv::{ClientId, Command, RequestId, Str};
use crate::raft::{Change, NodeId, Payload};
use crate::seq::{Pool, Seq};

pub use super::numbers::{OpId, TextId};

use super::engine::{ForeignEntries, Given};
use super::names::{ClientNames, Texts};

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The command was applied.
    Ok,
    /// The command was not applied and never will be, or its `cas` did not match.
    Failed,
    /// There is no answer yet.
    Pending,
    /// There will be no answer: the leader that accepted the request stepped down or stopped, or
    /// the client waits no longer. The command may or may not take effect. Only a request of a
    /// session can be taken up again, by `retry`.
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

/// How a `get` is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadKind {
    /// By an entry in the log, like any other request. The answer is never stale.
    #[default]
    Log,
    /// From the store of the node that is asked, at once. The answer may be stale.
    Local,
    /// From the store of the node that is asked, once a majority has confirmed up to which entry
    /// that has to be applied (Ongaro's thesis, §6.4). The answer is never stale.
    Index,
    /// From the store of the leader, as long as it holds a lease (Ongaro's thesis, §6.4.1). The
    /// answer is not stale if clocks differ by no more than the lease allows for.
    Lease,
}

impl ReadKind {
    /// The word for each kind.
    pub const WORDS: &[(&str, ReadKind)] = &[
        ("log", ReadKind::Log),
        ("local", ReadKind::Local),
        ("index", ReadKind::Index),
        ("lease", ReadKind::Lease),
    ];

    /// Whether an answer of this kind promises to be linearizable.
    pub fn is_linearizable(self) -> bool {
        match self {
            ReadKind::Log | ReadKind::Index | ReadKind::Lease => true,
            ReadKind::Local => false,
        }
    }

    /// Whether a read of this kind is an entry in the log.
    pub fn is_entry(self) -> bool {
        match self {
            ReadKind::Log => true,
            ReadKind::Local | ReadKind::Index | ReadKind::Lease => false,
        }
    }
}

impl fmt::Display for ReadKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, _) = ReadKind::WORDS[*self as usize];
        f.write_str(word)
    }
}

/// An answer that a node gives: `Ok` or `Failed`, and the value that comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Answer {
    /// `Ok` or `Failed`.
    pub outcome: Outcome,
    /// What a `get` returned, what a `cas` or `incr` that failed found instead, the new number of
    /// an `incr`, the new length of an `append`.
    pub value: Option<TextId>,
}

/// A request that a node accepted, with its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op<'a> {
    /// The node that accepted it last.
    pub node: NodeId,
    /// What it asks for.
    pub asked: &'a Asked,
    /// The outcome so far.
    pub outcome: Outcome,
    /// The value that came with the answer: see [`Answer::value`].
    pub value: Option<&'a str>,
    /// What is known of it from its first sending on.
    pub call: &'a Call,
    /// How often it was sent.
    pub attempts: u32,
    /// When it was answered first, or given up last, in microseconds; none while it is pending.
    pub returned_us: Option<u64>,
}

/// A client's request, as the journal has it, too.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// The node that accepted it first.
    pub node: NodeId,
    /// What it asks for.
    pub asked: Asked,
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// A command for the state machine.
    Command(Command),
    /// A change to the members of the cluster.
    Change(Change),
}

impl Asked {
    /// The command for the state machine, if it is one.
    pub fn command(&self) -> Option<&Command> {
        match self {
            Asked::Command(command) => Some(command),
            Asked::Change(_) => None,
        }
    }

    /// The key that it is about; none if it is no command.
    pub fn key(&self) -> Option<&str> {
        self.command().map(Command::key)
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Asked::Command(command) => command.fmt(f),
            Asked::Change(change) => write!(f, "member {change}"),
        }
    }
}

/// What does not change of a request, beside its command.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    /// The client.
    pub client: ClientId,
    /// The client's number for it, from 1.
    pub serial: u32,
    /// How it is answered; none if it is no `get`.
    pub read: Option<ReadKind>,
    /// Whether it belongs to a session: then it is carried out once, however often it is sent.
    pub in_session: bool,
    /// The request that this one repeats under a number of its own.
    pub retry_of: Option<OpId>,
    /// When it was sent first, in microseconds.
    pub invoked_us: u64,
}

impl Call {
    /// What names it in its session; none if it belongs to none.
    pub fn id(&self) -> Option<RequestId> {
        let Call { client, serial, .. } = *self;
        self.in_session.then_some(RequestId { client, serial })
    }

    /// Whether its answer promises to be linearizable.
    pub fn is_linearizable(&self) -> bool {
        self.read.is_none_or(ReadKind::is_linearizable)
    }
}

/// What changes of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Progress {
    outcome: Outcome,
    value: Option<TextId>,
    returned_us: u64,
    node: NodeId,
    attempts: u32,
    /// How many of the attempts a node may still answer.
    open: u32,
}

/// All requests that were accepted. The request as such never changes, so the journal can share it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ops {
    requests: Seq<Request>,
    calls: Seq<Call>,
    progress: Seq<Progress>,
    /// The latest request that was typed.
    typed: Option<OpId>,
    /// How many requests were sent by the plain move [`super::Action::Invoke`].
    plain: usize,
    /// Whether any request belongs to a session.
    has_sessions: bool,
    pub(super) names: ClientNames,
    pub(super) texts: Texts,
    /// What entries of engines carry that is no request.
    pub foreign: ForeignEntries,
    /// What the nodes give to judge them by.
    pub given: Given,
}

/// The most requests that a cluster accepts. Without a limit, a script that repeats without end
/// would fill the machine's memory.
pub const MAX_OPS: usize = 16_000_000;

impl Default for Ops {
    fn default() -> Ops {
        Ops {
            requests: Seq::in_pool(&Pool::default()),
            calls: Seq::new(),
            progress: Seq::new(),
            typed: None,
            plain: 0,
            has_sessions: false,
            names: ClientNames::default(),
            texts: Texts::default(),
            foreign: ForeignEntries::default(),
            given: Given::default(),
        }
    }
}

impl Ops {
    /// The number of a text in an answer.
    pub(super) fn text_id(&mut self, text: &str) -> TextId {
        self.texts.id(&Str::from(text))
    }

    /// Adds a request, which is now pending; `None` if there are [`MAX_OPS`] already. `typed` says
    /// whether somebody typed it.
    pub(super) fn add(&mut self, request: Request, call: Call, typed: bool) -> Option<OpId> {
        if self.requests.len() >= MAX_OPS {
            return None;
        }
        self.progress.push(Progress {
            outcome: Outcome::Pending,
            value: None,
            returned_us: 0,
            node: request.node,
            attempts: 1,
            open: 1,
        });
        self.requests.push(request);
        self.has_sessions |= call.in_session;
        self.calls.push(call);
        let op = OpId(self.requests.end() as u32);
        if typed {
            self.typed = Some(op);
        }
        Some(op)
    }

    /// A request of a session is sent again, to this node. If it was given up, it is pending again.
    /// Returns the number of the attempt.
    pub(super) fn again(&mut self, id: OpId, node: NodeId) -> u32 {
        let Some(progress) = self.progress_mut(id) else { return 0 };
        progress.node = node;
        progress.attempts += 1;
        progress.open += 1;
        if progress.outcome == Outcome::Unknown {
            progress.outcome = Outcome::Pending;
        }
        progress.attempts
    }

    /// A node answers an attempt. The first answer counts. Returns false if the client hears no
    /// answer: it waits no longer, and the request belongs to no session.
    pub(super) fn answer(&mut self, id: OpId, answer: Answer, now_us: u64) -> bool {
        let in_session = self.call(id).is_some_and(|call| call.in_session);
        let Some(progress) = self.progress_mut(id) else { return false };
        progress.open = progress.open.saturating_sub(1);
        match progress.outcome {
            Outcome::Pending => {
                let Answer { outcome, value } = answer;
                (progress.outcome, progress.value) = (outcome, value);
                progress.returned_us = now_us;
                true
            }
            Outcome::Ok | Outcome::Failed => true,
            Outcome::Unknown => in_session,
        }
    }

    /// A node will not answer an attempt. Returns whether the outcome of the request is unknown by
    /// that.
    pub(super) fn lose_attempt(&mut self, id: OpId, now_us: u64) -> bool {
        let Some(progress) = self.progress_mut(id) else { return false };
        progress.open = progress.open.saturating_sub(1);
        progress.open == 0 && self.give_up(id, now_us)
    }

    /// The client waits no longer. Returns whether it did until now.
    pub(super) fn give_up(&mut self, id: OpId, now_us: u64) -> bool {
        match self.progress_mut(id) {
            Some(progress) if progress.outcome == Outcome::Pending => {
                (progress.outcome, progress.returned_us) = (Outcome::Unknown, now_us);
                true
            }
            _ => false,
        }
    }

    fn progress_mut(&mut self, id: OpId) -> Option<&mut Progress> {
        self.progress.get_mut(id.position()?)
    }

    /// The requests in order, request 1 at position 0.
    pub fn requests(&self) -> &Seq<Request> {
        &self.requests
    }

    /// The request with this number.
    pub fn get(&self, id: OpId) -> Option<Op<'_>> {
        let position = id.position()?;
        Some(self.op(
            self.requests.get(position)?,
            self.calls.get(position)?,
            self.progress.get(position)?,
        ))
    }

    /// What does not change of the request with this number.
    pub fn call(&self, id: OpId) -> Option<&Call> {
        self.calls.get(id.position()?)
    }

    /// What names a request in its session; none if it belongs to none.
    #[inline]
    pub(super) fn id_in_session(&self, id: OpId) -> Option<RequestId> {
        // Entries are applied again and again, mostly without any session.
        if self.has_sessions { self.call(id)?.id() } else { None }
    }

    /// The number of the latest request; none if there is no request yet.
    pub fn latest(&self) -> Option<OpId> {
        (!self.requests.is_empty()).then(|| OpId(self.requests.end() as u32))
    }

    /// The number of the latest request that somebody typed; none if there is none yet. Requests
    /// of background clients do not count.
    pub fn latest_typed(&self) -> Option<OpId> {
        self.typed
    }

    /// How many requests were sent by the plain move [`super::Action::Invoke`].
    pub fn plain(&self) -> usize {
        self.plain
    }

    /// One more request was sent by that move.
    pub(super) fn count_plain(&mut self) {
        self.plain += 1;
    }

    /// The latest `count` requests, in order.
    pub fn last(&self, count: usize) -> impl Iterator<Item = (OpId, Op<'_>)> {
        let start = self.requests.end().saturating_sub(count);
        let ops = self.requests.iter_from(start).zip(self.calls.iter_from(start));
        let ops = ops.zip(self.progress.iter_from(start));
        (start as u32 + 1..)
            .map(OpId)
            .zip(ops.map(|((request, call), progress)| self.op(request, call, progress)))
    }

    fn op<'a>(&'a self, request: &'a Request, call: &'a Call, progress: &Progress) -> Op<'a> {
        let Progress { outcome, value, returned_us, node, attempts, open: _ } = *progress;
        Op {
            node,
            asked: &request.asked,
            outcome,
            value: value.map(|text| self.text(text)),
            call,
            attempts,
            returned_us: (outcome != Outcome::Pending).then_some(returned_us),
        }
    }

    /// A text that an answer contains.
    pub fn text(&self, id: TextId) -> &str {
        self.texts.get(id)
    }

    /// The name of a client; none if it has none, because it is the client of a single request.
    pub fn client_name(&self, client: ClientId) -> Option<&str> {
        self.names.name(client)
    }

    /// The command that an entry carries; none if no client asked for the entry.
    pub fn command(&self, payload: Payload) -> Option<&Command> {
        match payload {
            Payload::Command(number) => self
                .requests
                .get(OpId(number).position()?)
                .and_then(|request| request.asked.command()),
            Payload::Noop | Payload::Configuration(_) => None,
        }
    }
}
