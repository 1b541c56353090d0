//! Starting an engine, and giving it inputs.

use std::fmt::Write;

use super::fault::{Breakdown, EngineFault};
use super::hello::Ability;
use super::input::{EngineInput, Through};
use super::node::{EngineNode, Machine};
use super::sound::{self, Known};
use super::timers;
use super::wire;
use crate::kv::Command;
use crate::raft::{Index, Input, Log, Message, NodeId};
use crate::sim::bytes::DiskState;
use crate::sim::client::OpId;
use crate::sim::event::EventId;
use crate::sim::host::{Host, PendingRequest};
use crate::sim::host_context::HostContext;
use crate::sim::record::{NodeLife, Record};
use crate::sim::state::{HaltReason, HostState};

/// How many inputs may follow from each other at one moment at one node.
const AT_ONCE_MAX: u32 = 10_000;

impl HostContext<'_> {
    /// Whether an engine runs here.
    #[inline(always)]
    pub(in crate::sim) fn runs_engine(&self) -> bool {
        matches!(self.host.life, Some(NodeLife { node: Machine::Engine(_), .. }))
    }

    /// Starts the engine from what its disk holds.
    pub(in crate::sim) fn start_engine(
        &mut self,
        state: DiskState,
        log: Log,
        cause: EventId,
        first: bool,
    ) {
        let Some(kept) = &self.host.engine else { return };
        let node = EngineNode::new(kept.engine.clone(), state, log.last_index());
        let empty = state == DiskState::default() && log.last_index().0 == 0;
        let group = self.environment.first_group_of(self.host.id);
        let record = Record::starting(state.hard_state, (log, None), group);
        self.host.life = Some(NodeLife { node: Machine::Engine(Box::new(node)), record });
        self.host.state = HostState::Up;
        let line = self.start_line(state);
        self.exchange(line, cause, Through::Start { first, empty });
        self.finish_instant_writes();
    }

    /// Gives the engine one of the inputs that every node gets.
    #[cold]
    pub(in crate::sim) fn input_of_engine(&mut self, input: &Input, cause: EventId) {
        match *input {
            Input::Timeout(timer) => {
                self.tell_engine(EngineInput::Timer(timers::name(timer)), cause);
            }
            Input::Propose { ticket, .. } => self.request_of_engine(OpId(ticket.0), cause),
            Input::Written(ticket) => {
                self.record_mut(|record| record.has_written(ticket));
                self.tell_engine(EngineInput::Written(ticket), cause);
            }
            // An engine has its settings from its start, and hears nothing of its disk's room.
            Input::Configure(_) | Input::DiskSpace(_) => {}
            // Messages come with their text; version 1 of the protocol has no words for the others.
            Input::Message(_)
            | Input::Transfer(_)
            | Input::Read { .. }
            | Input::Change { .. }
            | Input::Snapshot { .. } => {}
        }
    }

    /// Gives the engine a message as it was sent.
    #[cold]
    pub(in crate::sim) fn message_of_engine(
        &mut self,
        message: &Message,
        body: &str,
        cause: EventId,
        heartbeat: bool,
    ) {
        let (from, kind, term) = (message.from, message.body.kind(), message.term);
        self.environment.heard_heartbeat = heartbeat;
        self.tell_engine(EngineInput::Message { from, body, kind, term }, cause);
        self.environment.heard_heartbeat = false;
    }

    fn request_of_engine(&mut self, op: OpId, cause: EventId) {
        // Whatever becomes of the node, the client hears of it.
        let attempt = self.environment.attempt;
        self.host.pending.push_back(PendingRequest { index: Index(0), op, attempt });
        self.tell_engine(EngineInput::Request(op), cause);
    }

    /// Gives the engine an input and carries out its answer.
    pub(in crate::sim) fn tell_engine(&mut self, input: EngineInput<'_>, cause: EventId) {
        self.environment.begun = true;
        let line = self.input_line(input);
        let through = match input {
            EngineInput::Message { from, kind, term, .. } => Through::Message { from, kind, term },
            EngineInput::Timer(_) => Through::Timer,
            _ => Through::Other,
        };
        if let EngineInput::Message { from, kind, term, .. } = input {
            let now_us = self.environment.now_us;
            self.record_mut(|record| record.is_answered(from, kind, term, now_us));
        }
        self.exchange(line, cause, through);
        self.finish_instant_writes();
    }

    fn exchange(&mut self, line: String, cause: EventId, through: Through) {
        let (nodes, id) = (self.environment.network.cluster_size(), self.host.id);
        let Host { life, engine, .. } = &mut *self.host;
        let Some(NodeLife { node: Machine::Engine(node), record }) = life else { return };
        let text = match node.life.ask(line) {
            Ok(text) => text,
            Err(breakdown) => return self.breaks_down(breakdown, cause),
        };
        let known = Known {
            node,
            id,
            nodes,
            last: record.log.last_index(),
            ops: &self.environment.ops,
            timers: engine.as_ref().map_or(0, |engine| engine.timers.len()),
        };
        let answer = wire::answer(&text).and_then(|answer| {
            sound::check(&answer, &known)?;
            Ok(answer)
        });
        match answer {
            Ok(answer) => self.follow_answer(answer, cause, through),
            Err(what) => self.breaks_down(Breakdown::Protocol(what), cause),
        }
    }

    /// The engine gave no answer, or one that the protocol does not allow.
    pub(super) fn breaks_down(&mut self, breakdown: Breakdown, cause: EventId) {
        let fault = EngineFault::from(&breakdown);
        if let Some(engine) = &mut self.host.engine {
            engine.protocol = engine.protocol.or(Some(fault).filter(EngineFault::is_of_protocol));
            engine.failure = Some(breakdown.into());
        }
        self.halt(HaltReason::Engine(fault), Some(cause));
    }

    /// Finishes the writes that take no time. An engine may write again whenever a write is done.
    fn finish_instant_writes(&mut self) {
        if self.environment.at_once > 0 {
            return;
        }
        while self.host.writes.front().is_some_and(|write| write.due.is_none()) {
            self.environment.at_once += 1;
            if self.environment.at_once > AT_ONCE_MAX {
                let what = "it writes again and again, and its disk takes no time".to_owned();
                self.breaks_down(Breakdown::Protocol(what), 0);
                break;
            }
            self.finish_write();
        }
        self.environment.at_once = 0;
    }

    fn random(&mut self) -> u32 {
        self.environment.dice.below(1 << 32) as u32
    }

    fn start_line(&mut self, state: DiskState) -> String {
        let (random, clock_us) = (self.random(), self.clock_us());
        let Host { id, engine, life, .. } = &*self.host;
        let nodes = self.environment.network.cluster_size();
        let mut line = format!(
            r#"{{"in":"start","node":{},"of":{nodes},"now":{clock_us},"random":{random},"disk":"#,
            id.number()
        );
        let (Some(kept), Some(NodeLife { record, .. })) = (engine, life) else { return line };
        let more = kept.kept(state.more);
        if state.is_blob {
            let _ = write!(line, r#"{{"blob":{}}}"#, more.map_or("null", AsRef::as_ref));
        } else {
            let (term, vote) = (state.hard_state.current_term, state.hard_state.voted_for);
            let vote = vote.map_or(0, NodeId::number);
            let _ = write!(line, r#"{{"term":{term},"vote":{vote},"log":["#);
            for (nth, (index, entry)) in
                record.log.iter_from(record.log.base().index.next()).enumerate()
            {
                line.push_str(if nth == 0 { "" } else { "," });
                let data = self.environment.ops.data(entry.payload);
                let raw = kept.raws.get(&(index, entry.term));
                wire::entry(entry.term.0, data.as_deref(), raw, &mut line);
            }
            line.push(']');
            if state == DiskState::default() && record.log.last_index().0 == 0 {
                // Whether this engine writes a log or a blob is not known before it has written.
                line.push_str(r#","blob":null"#);
            }
            if let Some(more) = more {
                let _ = write!(line, r#","more":{more}"#);
            }
            line.push('}');
        }
        line.push_str(&self.options());
        line.push('}');
        line
    }

    /// The settings that the engine heeds: `,"options":{"batch":64}`.
    fn options(&self) -> String {
        let Some(kept) = &self.host.engine else { return String::new() };
        let settings = self.environment.settings.of(self.host.id).all();
        let mut options = String::new();
        for setting in settings {
            if kept.engine.hello.options.iter().any(|option| option == setting.name()) {
                let value = match setting.value().as_str() {
                    "on" => "true".to_owned(),
                    "off" => "false".to_owned(),
                    number if number.parse::<u64>().is_ok() => number.to_owned(),
                    text => format!("{text:?}"),
                };
                let comma = if options.is_empty() { "" } else { "," };
                let _ = write!(options, "{comma}\"{}\":{value}", setting.name());
            }
        }
        format!(r#","options":{{{options}}}"#)
    }

    fn input_line(&mut self, input: EngineInput<'_>) -> String {
        let (random, now_us) = (self.random(), self.clock_us());
        let begin = |kind| wire::begin(kind, now_us, random);
        let mut line = match input {
            EngineInput::Message { from, body, .. } => {
                let mut line = begin("message");
                let _ = write!(line, r#","from":{},"body":{body}"#, from.number());
                line
            }
            EngineInput::Timer(name) => {
                let mut line = begin("timer");
                line.push_str(r#","timer":"#);
                wire::string(name.text(), &mut line);
                line
            }
            EngineInput::Written(ticket) => {
                let mut line = begin("written");
                let _ = write!(line, r#","write":{}"#, ticket.0);
                line
            }
            EngineInput::Unreachable(node) => {
                let mut line = begin("unreachable");
                let _ = write!(line, r#","node":{}"#, node.number());
                line
            }
            EngineInput::Request(op) if self.answers_itself() => {
                let mut line = begin("request");
                let _ = write!(line, r#","op":{},"command":"#, op.0);
                let known = self.environment.ops.get(op);
                if let Some(asked) = known.and_then(|known| known.asked.command()) {
                    line.push_str(&command(asked));
                }
                line
            }
            EngineInput::Request(op) => {
                let mut line = begin("propose");
                let _ = write!(line, r#","op":{},"data":"#, op.0);
                wire::string(&self.environment.ops.proposal(op), &mut line);
                line
            }
        };
        line.push('}');
        line
    }

    /// Whether the engine is a whole server that answers requests itself.
    pub(super) fn answers_itself(&self) -> bool {
        let engine = self.host.engine.as_ref();
        engine.is_some_and(|kept| kept.engine.hello.can(Ability::Requests))
    }
}

/// A client's command: `["put","x","5"]`.
fn command(command: &Command) -> String {
    let mut line = String::from("[");
    for (nth, word) in command.words().into_iter().enumerate() {
        line.push_str(if nth == 0 { "" } else { "," });
        match word {
            Some(word) => wire::string(word.as_str(), &mut line),
            None => line.push_str("null"),
        }
    }
    line.push(']');
    line
}
