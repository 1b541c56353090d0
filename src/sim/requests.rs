//! Requests: sending them to a node, sending them again, and the answers.

use std::collections::VecDeque;

use crate::kv::{self, Command, Effect, Reply, RequestId, Str};
use crate::raft::{
    Change, ClientMistake, Entry, Index, Input, NodeId, NodeSet, Payload, RoleName, Ticket,
};

use super::answer::{Applied, Refused};
use super::client::{Answer, Asked, Call, OpId, Outcome, ReadKind, Request};
use super::engine::Ability;
use super::environment::Environment;
use super::event::{Event, EventId, EventKind};
use super::host::{Host, PendingRequest};
use super::host_context::HostContext;
use super::record::{NodeLife, Record};
use super::replay::ApplyResult;
use super::world::{Events, World};

/// How a request is sent, if not as the settings say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RequestOptions {
    /// The name of the client; without one, the request has a client of its own.
    pub client: Option<Str>,
    /// How a `get` is answered; without it, as the setting `reads` says.
    pub read: Option<ReadKind>,
}

impl RequestOptions {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == RequestOptions::default()
    }
}

/// Who sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// Somebody at the prompt, or a script.
    Typed,
    /// A client in the background.
    Background,
}

impl World {
    /// A client sends a request to a node.
    pub(super) fn invoke(
        &mut self,
        node: NodeId,
        command: Command,
        options: &RequestOptions,
        sender: Sender,
        events: Events,
    ) -> Result<Applied, Refused> {
        let read = command
            .is_read()
            .then(|| options.read.unwrap_or(self.environment.settings.general().reads));
        self.takes_request(node, read)?;
        if let Some(name) = &options.client {
            self.client_is_free(name)?;
        }
        let call = self.new_call(options.client.as_ref(), read, None);
        let asked = Asked::Command(command);
        self.send(Request { node, asked }, call, sender, events)
    }

    /// A client sends a request again: under its old number if it belongs to a session, and else
    /// under a new one.
    pub(super) fn retry(
        &mut self,
        op: OpId,
        node: NodeId,
        sender: Sender,
        events: Events,
    ) -> Result<Applied, Refused> {
        let known = self.ops().get(op).ok_or(Refused::NoSuchRequest(op))?;
        let (call, asked) = (known.call.clone(), known.asked.clone());
        if asked.command().is_none() {
            return Err(Refused::ChangeAgain(op));
        }
        let client = self.ops().names.by_id(call.client);
        if call.in_session {
            if let Some(later) = client.and_then(|client| client.latest).filter(|at| *at != op) {
                return Err(Refused::GivenUp { op, later });
            }
            self.takes_request(node, call.read)?;
            return Ok(self.send_again(op, node, call, events));
        }
        self.takes_request(node, call.read)?;
        let name = self.ops().client_name(call.client).map(Str::from);
        // Only the latest request of a client may be under way with another one.
        if let Some(name) = &name
            && client.is_some_and(|client| client.latest != Some(op))
        {
            self.client_is_free(name)?;
        }
        let again = self.new_call(name.as_ref(), call.read, Some(op));
        self.send(Request { node, asked }, again, sender, events)
    }

    /// Whether a node takes a request now: it leads, or the request is a read that others take too.
    pub(super) fn takes_request(&self, id: NodeId, read: Option<ReadKind>) -> Result<(), Refused> {
        if let Some(kind) = read.filter(|kind| !kind.is_entry()) {
            return self.takes_read(id, kind);
        }
        let host = self.host(id);
        let Some(report) = host.report().filter(|_| host.is_up()) else {
            return Err(Refused::NotUp(id, host.state));
        };
        let is_server =
            host.engine.as_ref().is_some_and(|it| it.engine.hello.can(Ability::Requests));
        if report.role != RoleName::Leader && !is_server {
            return Err(Refused::NotLeader { node: id, leader: report.leader });
        }
        match host.record().and_then(|record| record.handing_over) {
            Some(to) => Err(Refused::HandsOver { node: id, to }),
            None => Ok(()),
        }
    }

    /// Whether a client has no request that is pending.
    fn client_is_free(&self, name: &Str) -> Result<(), Refused> {
        let latest = self.ops().names.get(name).and_then(|client| client.latest);
        let pending =
            |op: &OpId| self.ops().get(*op).is_some_and(|known| known.outcome == Outcome::Pending);
        match latest.filter(pending) {
            Some(op) => Err(Refused::ClientIsBusy { client: name.clone(), op }),
            None => Ok(()),
        }
    }

    /// The next request of a client; without a name, the first one of a new client.
    pub(super) fn new_call(
        &mut self,
        name: Option<&Str>,
        read: Option<ReadKind>,
        retry_of: Option<OpId>,
    ) -> Call {
        let Environment { ops, settings, now_us, .. } = &mut self.environment;
        let (client, serial) = match name {
            Some(name) => {
                let client = ops.names.next_request(name);
                (client.id, client.serial)
            }
            None => (ops.names.anonymous(), 1),
        };
        // Only what reaches the state machines can belong to a session.
        let in_session = settings.general().sessions && read.is_none_or(ReadKind::is_entry);
        Call { client, serial, read, in_session, retry_of, invoked_us: *now_us }
    }

    pub(super) fn send(
        &mut self,
        request: Request,
        call: Call,
        sender: Sender,
        events: Events,
    ) -> Result<Applied, Refused> {
        let (node, client) = (request.node, call.client);
        let shown = call.clone();
        let typed = sender == Sender::Typed;
        let change = match request.asked {
            Asked::Change(change) => Some(change),
            Asked::Command(_) => None,
        };
        let op = self.environment.ops.add(request, call, typed).ok_or(Refused::TooManyOps)?;
        self.environment.ops.names.sent(client, op);
        match change {
            Some(change) => self.hand_over_change(op, node, (shown, change), events),
            None => self.hand_over(op, node, shown, 1, events),
        }
        Ok(sent(op, node))
    }

    fn send_again(&mut self, op: OpId, node: NodeId, call: Call, events: Events) -> Applied {
        let attempt = self.environment.ops.again(op, node);
        self.hand_over(op, node, call, attempt, events);
        sent(op, node)
    }

    /// A leader gets a change to the members of the cluster.
    fn hand_over_change(
        &mut self,
        op: OpId,
        node: NodeId,
        (call, change): (Call, Change),
        events: Events,
    ) {
        let mut context = self.context(node, events);
        let cause = context.record(None, invoked(op, &call, 1));
        context.environment.attempt = 1;
        context.input(Input::Change { ticket: Ticket(op.0), change }, cause, false);
    }

    /// A node gets a request.
    fn hand_over(&mut self, op: OpId, node: NodeId, call: Call, attempt: u32, events: Events) {
        let read = call.read;
        let mut context = self.context(node, events);
        let cause = context.record(None, invoked(op, &call, attempt));
        let is_local = |read: ReadKind| {
            read == ReadKind::Local
                || read.is_entry() && context.environment.makes(node, ClientMistake::LocalReadAsLog)
        };
        if read.is_some_and(is_local) {
            return context.answer_from_store(op, attempt, cause);
        }
        context.environment.attempt = attempt;
        if context.confirms(op, read, cause) {
            return;
        }
        let ticket = Ticket(op.0);
        context.input(Input::Propose { ticket, payload: op.payload() }, cause, false);
    }
}

/// The event in which a request reaches a node.
fn invoked(op: OpId, call: &Call, attempt: u32) -> EventKind {
    let &Call { client, serial, read, in_session, retry_of, invoked_us: _ } = call;
    EventKind::ClientInvoked { op, client, serial, attempt, read, in_session, retry_of }
}

fn sent(op: OpId, node: NodeId) -> Applied {
    Applied { nodes: NodeSet::one(node), op: Some(op), changed: true, ..Applied::default() }
}

impl HostContext<'_> {
    /// The node has appended the entry of a request, and will answer when it applies it.
    pub(super) fn accepted(&mut self, ticket: Ticket, index: Index, cause: EventId) {
        let (op, attempt) = (OpId(ticket.0), self.environment.attempt);
        if self.environment.makes(self.host.id, ClientMistake::AnswerAtAppend) {
            return self.answer_early(op, attempt, cause);
        }
        self.host.pending.push_back(PendingRequest { index, op, attempt });
    }

    /// The node has not appended the entry of a request, and never will.
    #[cold]
    pub(super) fn refused(&mut self, ticket: Ticket, cause: EventId) {
        let answer = Answer { outcome: Outcome::Failed, value: None };
        let attempt = self.environment.attempt;
        self.forget_read(OpId(ticket.0));
        self.environment.reply(self.events, self.host.id, (OpId(ticket.0), attempt), answer, cause);
    }

    /// Answers with what the store, as it is, would say to the request.
    #[cold]
    fn answer_early(&mut self, op: OpId, attempt: u32, cause: EventId) {
        let mut store = self.host.store.clone();
        let (answer, _) = self.environment.carry_out(self.host.id, &mut store, op.payload());
        if let Some(answer) = answer {
            self.environment.reply(self.events, self.host.id, (op, attempt), answer, cause);
        }
    }

    /// Answers a read from the node's own store, however old that is.
    pub(super) fn answer_from_store(&mut self, op: OpId, attempt: u32, cause: EventId) {
        let Host { id, store, .. } = &*self.host;
        let command = self.environment.ops.get(op).and_then(|known| known.asked.command());
        let Some(reply) = command.and_then(|command| store.read(command)) else { return };
        let answer = self.environment.answer(reply);
        self.environment.reply(self.events, *id, (op, attempt), answer, cause);
    }

    /// The node no longer leads: it gives up its unanswered requests.
    #[cold]
    pub(super) fn no_longer_leads(&mut self, cause: EventId) {
        self.give_up_reads(cause);
        if !self.environment.makes(self.host.id, ClientMistake::AnswerByIndex) {
            self.give_up(cause);
        }
    }

    /// Gives up the node's unanswered requests: nobody can know whether they will take effect.
    pub(super) fn give_up(&mut self, cause: EventId) {
        self.give_up_reads(cause);
        let (Environment { now_us, .. }, node) = (&*self.environment, self.host.id);
        let now_us = *now_us;
        while let Some(PendingRequest { op, attempt, .. }) = self.host.pending.pop_front() {
            if self.environment.makes(node, ClientMistake::FailedForUnknown) {
                let failed = Answer { outcome: Outcome::Failed, value: None };
                self.environment.reply(self.events, node, (op, attempt), failed, cause);
            } else if self.environment.ops.lose_attempt(op, now_us) {
                self.environment.tell_unknown(self.events, node, (op, attempt), cause);
            }
        }
    }

    pub(super) fn apply_entries(&mut self, first: Index, through: Index, cause: EventId) {
        // Only then is the state machine as a start leaves it.
        let is_start = first == Index(1)
            && self.host.report().is_some_and(|report| report.applied == Index(0))
            && !self.environment.makes(self.host.id, ClientMistake::AppliedTwice);
        let from = if is_start { self.apply_again(through, cause) } else { first };
        let news = self.events.len();
        for index in (from.0..=through.0).map(Index) {
            let Host { id, life: Some(NodeLife { record, .. }), store, .. } = &mut *self.host
            else {
                return;
            };
            let Some(entry) = record.log.get(index) else { break };
            let result = self.environment.carry_out(*id, store, entry.payload);
            self.applied((index, entry), result, cause);
        }
        if is_start {
            self.remember_results((from, through), news);
        }
        if !self.host.reads.is_empty() {
            // The node reports it only after this step's outputs.
            self.record_mut(|record| record.report.applied = through);
            self.answer_reads(cause);
        }
    }

    /// Applies entries from index 1 on as they were applied before, if they were, no more than
    /// these are asked for, and nobody waits for an answer. Returns the index of the next entry to
    /// apply.
    #[cold]
    fn apply_again(&mut self, through: Index, cause: EventId) -> Index {
        let replay = &self.environment.replay;
        let knows = |record: &Record| replay.is_beginning_of(&record.log, through);
        if !self.host.record().is_some_and(knows) || !self.host.pending.is_empty() {
            return Index(1);
        }
        let replay = replay.clone();
        self.host.store = replay.store.clone();
        let mut index = Index(1);
        for (entries, results) in replay.pieces() {
            for (&entry, &(answer, effect)) in entries.iter().zip(results) {
                self.record(Some(cause), EventKind::EntryApplied { index, entry, answer, effect });
                self.environment.applied(index, entry);
                index = index.next();
            }
        }
        index
    }

    /// Remembers for the next start what these entries gave, which were applied in the events from
    /// this place on.
    #[cold]
    fn remember_results(&mut self, (from, through): (Index, Index), news: usize) {
        let Some(NodeLife { record, .. }) = &self.host.life else { return };
        let results = self.events[news..].iter().filter_map(|event| {
            let EventKind::EntryApplied { answer, effect, .. } = event.kind else { return None };
            Some((answer, effect))
        });
        let after = (&record.log, &self.host.store);
        self.environment.replay.extend((from, through), after, results);
    }

    /// An entry was applied, and gave this: if the node has its request, it answers.
    #[inline(always)]
    fn applied(
        &mut self,
        (index, entry): (Index, Entry),
        (answer, effect): ApplyResult,
        cause: EventId,
    ) {
        let applied =
            self.record(Some(cause), EventKind::EntryApplied { index, entry, answer, effect });
        self.environment.applied(index, entry);
        if !self.host.pending.is_empty() {
            self.answer_request((index, entry), answer, applied);
        }
    }

    /// If the node has the request of an entry that it has applied, it answers.
    fn answer_request(
        &mut self,
        (index, entry): (Index, Entry),
        answer: Option<Answer>,
        applied: EventId,
    ) {
        let is_change = matches!(entry.payload, Payload::Configuration(_));
        let done = Answer { outcome: Outcome::Ok, value: None };
        let Some(answer) = answer.or(is_change.then_some(done)) else { return };
        let Host { id, pending, engine, .. } = &mut *self.host;
        let asked = match self.environment.makes(*id, ClientMistake::AnswerByIndex) {
            // An engine may accept a request later, and at another index than it said.
            false if engine.is_some() => take_of(pending, entry.payload),
            false => pending.pop_front_if(|request| request.index == index),
            true => take_at(pending, index),
        };
        if let Some(PendingRequest { op, attempt, .. }) = asked {
            self.environment.reply(self.events, *id, (op, attempt), answer, applied);
        }
    }
}

/// Takes the request that an entry carries, wherever it stands.
fn take_of(pending: &mut VecDeque<PendingRequest>, payload: Payload) -> Option<PendingRequest> {
    let position = pending.iter().position(|request| request.op.payload() == payload)?;
    pending.remove(position)
}

/// Takes the request of an index, wherever it stands: those of earlier terms may stand before it.
fn take_at(pending: &mut VecDeque<PendingRequest>, index: Index) -> Option<PendingRequest> {
    let position = pending.iter().position(|request| request.index == index)?;
    pending.remove(position)
}

impl Environment {
    /// Whether a node answers clients with this mistake.
    #[inline]
    pub(super) fn makes(&self, node: NodeId, mistake: ClientMistake) -> bool {
        self.settings.of(node).raft.flaws.makes(mistake)
    }

    /// Applies what an entry carries to a store. Returns the answer; none if no client asked for
    /// the entry.
    #[inline(always)]
    fn carry_out(&mut self, node: NodeId, store: &mut kv::Store, payload: Payload) -> ApplyResult {
        let Some((command, id)) = self.ops.carried(payload) else { return (None, Effect::Done) };
        let id = id.filter(|_| !self.makes(node, ClientMistake::AppliedTwice));
        let (reply, effect) = store.apply(command, id);
        (Some(self.answer(reply)), effect)
    }

    /// The answer that a reply of the store becomes.
    fn answer(&mut self, reply: Reply) -> Answer {
        let (outcome, value) = match reply {
            Reply::Done(value) => (Outcome::Ok, value),
            Reply::Mismatch(value) => (Outcome::Failed, value),
            Reply::NoNumber(value) => (Outcome::Failed, Some(value)),
            Reply::TooLong | Reply::GivenUp => (Outcome::Failed, None),
        };
        Answer { outcome, value: value.map(|text| self.ops.texts.id(&text)) }
    }

    /// A node answers an attempt at a request.
    pub(super) fn reply(
        &mut self,
        events: &mut Vec<Event>,
        node: NodeId,
        (op, attempt): (OpId, u32),
        answer: Answer,
        cause: EventId,
    ) {
        if self.ops.answer(op, answer, self.now_us) {
            let Answer { outcome, value } = answer;
            let kind = EventKind::ClientReplied { op, outcome, value, attempt };
            self.record(events, Some(cause), node, kind);
            self.heard(op, node);
        }
    }

    /// The outcome of a request is unknown from now on.
    pub(super) fn tell_unknown(
        &mut self,
        events: &mut Vec<Event>,
        node: NodeId,
        (op, attempt): (OpId, u32),
        cause: EventId,
    ) {
        let kind = EventKind::ClientReplied { op, outcome: Outcome::Unknown, value: None, attempt };
        self.record(events, Some(cause), node, kind);
        self.heard(op, node);
    }
}

impl super::client::Ops {
    /// The command that an entry carries, and its id if it belongs to a session; none if no client
    /// asked for the entry.
    #[inline]
    fn carried(&self, payload: Payload) -> Option<(&Command, Option<RequestId>)> {
        let command = self.command(payload)?;
        let Payload::Command(number) = payload else { return None };
        Some((command, self.id_in_session(OpId(number))))
    }
}
