//! Clients in the background: `w1`, `w2`, … at work while time passes.
//!
//! A client has one request at a time. It sends it to the node that it believes to lead, and waits
//! for the answer as long as the [`Load`] says. After a refusal or without an answer it turns to
//! another node: the one that was named as leader, or one by chance. A request of a session is sent
//! again, until there is an answer; any other is left with an unknown outcome.
//!
//! What a client does next is its turn, which is a step: a request is sent, or a wait ends. All
//! choices and pauses are drawn by the world's generator. Without clients nothing is drawn.

use crate::kv::{Command, Str};
use crate::raft::NodeId;

use super::answer::{Applied, Refused};
use super::client::{OpId, Outcome, ReadKind};
use super::environment::Environment;
use super::event::EventKind;
use super::load::{Load, RequestKind};
use super::queue::Planned;
use super::requests::{RequestOptions, Sender};
use super::settings::Range;
use super::worker::{Background, Worker, WorkerState, name};
use super::world::{Events, World};

impl World {
    /// The load that clients in the background make; none if there are none.
    pub fn load(&self) -> Option<Load> {
        self.environment.background.as_ref().map(|background| background.load)
    }

    /// The clients in the background, in order.
    pub fn workers(&self) -> impl Iterator<Item = WorkerState<'_>> {
        let background = self.environment.background.iter();
        background.flat_map(|background| &background.workers).map(|worker| WorkerState {
            name: &worker.name,
            believes: worker.believes,
            waits_for: worker.waits_for,
        })
    }

    /// Sets clients to work, or stops all of them.
    pub(super) fn set_load(&mut self, load: Option<Load>) -> Applied {
        let changed = self.load() != load;
        if changed {
            let former = self.environment.background.take();
            let turns = former.iter().flat_map(|former| &former.workers);
            for due in turns.filter_map(|worker| worker.turn) {
                self.environment.queue.unplan_turn(due);
            }
            let values = former.map_or(0, |former| former.values);
            if let Some(load) = load {
                let background = Background { load, workers: Vec::new(), values };
                self.environment.background = Some(Box::new(background));
                for number in 1..=load.clients {
                    self.hire(name(number));
                }
            }
        }
        Applied { changed, ..Applied::default() }
    }

    /// Adds a client. It begins after a pause, with a node by chance. If a client of this name is
    /// still waiting for an answer, it waits on.
    fn hire(&mut self, name: Str) {
        let nodes = self.hosts.len() as u64;
        let latest = self.ops().names.get(&name).and_then(|client| client.latest);
        let pending =
            |op: &OpId| self.ops().get(*op).is_some_and(|known| known.outcome == Outcome::Pending);
        let waits_for = latest.filter(pending);
        let environment = &mut self.environment;
        let believes = NodeId::at(environment.dice.below(nodes) as usize);
        let Some(background) = &mut environment.background else { return };
        let worker = background.workers.len();
        let hired = Worker::new(name, believes, waits_for, environment.now_us);
        background.workers.push(hired);
        environment.pause(worker);
    }

    /// A client's turn.
    pub(super) fn turn(&mut self, worker: u32, events: Events) {
        let nth = worker as usize;
        let Some(worker) = self.environment.worker(nth) else { return };
        worker.turn = None;
        let (node, waits_for) = (worker.believes, worker.waits_for);
        match waits_for {
            Some(op) => self.waits_no_longer(nth, node, op, events),
            None => self.sends(nth, node, events),
        }
    }

    /// The client sends its next request.
    fn sends(&mut self, nth: usize, node: NodeId, events: Events) {
        let Some(command) = self.environment.next_command(nth) else { return };
        let Some(worker) = self.environment.worker(nth) else { return };
        let options = RequestOptions { client: Some(worker.name.clone()), read: None };
        let reads_anywhere = command.is_read() && self.settings().reads == ReadKind::Index;
        // Any node that knows a leader takes such a read, so that not the leader alone answers.
        let node = match reads_anywhere {
            true => NodeId::at(self.environment.dice.below(self.hosts.len() as u64) as usize),
            false => node,
        };
        let sent = self.invoke(node, command, &options, Sender::Background, events);
        self.has_sent(nth, node, sent, events);
    }

    /// The client has waited long enough, or its request was lost. A request of a session is sent
    /// again, to another node.
    fn waits_no_longer(&mut self, nth: usize, node: NodeId, op: OpId, events: Events) {
        let in_session = self.ops().call(op).is_some_and(|call| call.in_session);
        let known = self.ops().get(op).map(|known| (known.call.client, known.node, known.outcome));
        let Some((client, asked, outcome)) = known else { return };
        let mut node = node;
        if outcome == Outcome::Pending {
            let kind = EventKind::ClientTimedOut { client, op };
            let timed_out = self.record(events, None, asked, kind);
            node = self.environment.another_node(nth, self.hosts.len(), None);
            if !in_session {
                let now_us = self.now_us();
                if self.environment.ops.give_up(op, now_us) {
                    let attempt = self.ops().get(op).map_or(1, |known| known.attempts);
                    self.environment.tell_unknown(
                        &mut events.events,
                        asked,
                        (op, attempt),
                        timed_out,
                    );
                }
                return;
            }
        }
        let sent = self.retry(op, node, Sender::Background, events);
        self.has_sent(nth, node, sent, events);
    }

    /// What follows from a request that was sent.
    fn has_sent(
        &mut self,
        nth: usize,
        node: NodeId,
        sent: Result<Applied, Refused>,
        events: Events,
    ) {
        let gap_us = self.environment.gap();
        let now_us = self.now_us();
        let next_us = now_us.saturating_add(gap_us);
        let Some(worker) = self.environment.worker(nth) else { return };
        worker.next_us = next_us;
        let op = sent.as_ref().ok().and_then(|applied| applied.op);
        match (op, sent) {
            (Some(op), _) => {
                worker.waits_for = Some(op);
                let answered = self.ops().get(op).map(|known| known.outcome);
                match answered {
                    Some(Outcome::Pending) | None => self.environment.await_answer(nth),
                    Some(_) => self.environment.heard(op, node),
                }
            }
            (None, Err(refused)) => {
                let leader = match refused {
                    Refused::NotLeader { leader, .. } => leader,
                    _ => None,
                };
                let name = worker.name.clone();
                let client = self.environment.ops.names.client(&name);
                self.record(events, None, node, EventKind::ClientRefused { client, leader });
                self.environment.another_node(nth, self.hosts.len(), leader);
                self.environment.plan_turn(nth, next_us);
            }
            (None, Ok(_)) => self.environment.plan_turn(nth, next_us),
        }
    }
}

impl Environment {
    fn worker(&mut self, nth: usize) -> Option<&mut Worker> {
        self.background.as_mut()?.workers.get_mut(nth)
    }

    /// A pause between two requests: half of the usual one to one and a half of it.
    fn gap(&mut self) -> u64 {
        let Some(background) = &self.background else { return 0 };
        let usual_us = 1_000_000 / u64::from(background.load.rate.max(1));
        let (min_us, max_us) = ((usual_us / 2).max(1), (usual_us + usual_us / 2).max(1));
        self.dice.within(Range { min_us, max_us })
    }

    /// Plans a client's turn, instead of the one that was planned.
    fn plan_turn(&mut self, nth: usize, time_us: u64) {
        let due = self.queue.due_at(time_us.max(self.now_us));
        let Some(worker) = self.worker(nth) else { return };
        if let Some(before) = worker.turn.replace(due) {
            self.queue.unplan_turn(before);
        }
        self.queue.plan_turn(due, Planned::Turn { client: nth as u32 });
    }

    /// The client's next turn comes after a pause.
    fn pause(&mut self, nth: usize) {
        let gap_us = self.gap();
        self.plan_turn(nth, self.now_us.saturating_add(gap_us));
    }

    fn await_answer(&mut self, nth: usize) {
        let timeout_us =
            self.background.as_ref().map_or(0, |background| background.load.timeout_us);
        self.plan_turn(nth, self.now_us.saturating_add(timeout_us));
    }

    /// The client turns to another node than the one it believes to lead: to this leader, or to one
    /// by chance.
    fn another_node(&mut self, nth: usize, nodes: usize, leader: Option<NodeId>) -> NodeId {
        let Some(worker) = self.worker(nth) else { return NodeId::at(0) };
        let before = worker.believes;
        let believes = match leader.filter(|leader| *leader != before) {
            Some(leader) => leader,
            None if nodes == 1 => before,
            None => {
                let drawn = self.dice.below(nodes as u64 - 1) as usize;
                NodeId::at(drawn + usize::from(drawn >= before.position()))
            }
        };
        if let Some(worker) = self.worker(nth) {
            worker.believes = believes;
        }
        believes
    }

    /// The outcome of a request has become known, or unknown: the client that waits for it may
    /// continue.
    #[inline]
    pub(super) fn heard(&mut self, op: OpId, node: NodeId) {
        if self.background.is_some() {
            self.let_continue(op, node);
        }
    }

    fn let_continue(&mut self, op: OpId, node: NodeId) {
        let Some(background) = &mut self.background else { return };
        let waits = |worker: &Worker| worker.waits_for == Some(op);
        let Some(nth) = background.workers.iter().position(waits) else { return };
        let worker = &mut background.workers[nth];
        let Some(known) = self.ops.get(op) else { return };
        if known.outcome == Outcome::Unknown {
            if known.call.in_session {
                self.another_node(nth, self.network.cluster_size(), None);
                return self.pause(nth);
            }
            worker.waits_for = None;
            let next_us = worker.next_us;
            self.another_node(nth, self.network.cluster_size(), None);
            return self.plan_turn(nth, next_us);
        }
        worker.waits_for = None;
        // A follower answers such a read too.
        if known.call.read != Some(ReadKind::Index) {
            worker.believes = node;
        }
        if let Some(command) = known.asked.command() {
            worker.learns(command, known.outcome, known.value);
        }
        let next_us = worker.next_us;
        self.plan_turn(nth, next_us);
    }

    /// The client's next command, drawn from the mix.
    fn next_command(&mut self, nth: usize) -> Option<Command> {
        let background = self.background.as_mut()?;
        let Load { keys, mix, .. } = background.load;
        let kind = mix.at(self.dice.below(mix.total()));
        let number = 1 + self.dice.below(u64::from(keys));
        background.values += 1;
        let worker = background.workers.get(nth)?;
        let value = || Str::from(format!("{}-{}", worker.name, background.values));
        let key = Str::from(match kind {
            RequestKind::Incr => format!("count{number}"),
            RequestKind::Append => format!("text{number}"),
            _ => format!("k{number}"),
        });
        Some(match kind {
            RequestKind::Put => Command::Put { key, value: value() },
            RequestKind::Get => Command::Get { key },
            RequestKind::Cas => {
                let old = worker.known.get(&key).cloned().flatten();
                Command::Cas { key, old, new: value() }
            }
            RequestKind::Del => Command::Del { key },
            RequestKind::Incr => Command::Incr { key, by: 1 },
            RequestKind::Append => Command::Append { key, text: value() },
        })
    }
}
