//! What clients saw: the record of their requests, and the judgement of the answers.
//!
//! Like the [ledger](super::ledger), this record is made of events, and never looks at a node. Of
//! [`Ops`] it reads what clients asked for and what they were told. It costs nothing while there
//! are no requests.
//!
//! - `linearizability`: each key has a [`Register`], which hears of each sending and each answer.
//!   Requests that promise nothing (reads of a node's own store) are no part of it.
//! - `reply-of-request`: entries are applied to a store of the judge's own, once each, in the order
//!   in which nodes apply them first. So it is known what each request gave.
//! - `exactly-once`: of each client that store knows the latest request that was carried out in a
//!   session. So it is known which entries must not be carried out again.
//! - `read-current`: for each read that is no entry, how much was applied when it was sent.

mod at_odds;
mod known;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::kv::{self, ClientId, Str};
use crate::raft::{Entry, Index, Payload};
use crate::seq::Seq;
use crate::sim::{Call, Event, EventId, EventKind, OpId, Ops, Outcome, ReadKind, TextId};

use super::linear::{Answer, Effect, Register, Reply, Verdict};
use super::property::{EXACTLY_ONCE, LINEARIZABILITY, Property, READ_CURRENT, REPLY_OF_REQUEST};
use known::{Known, Stage};

/// What is wrong after an event.
pub(super) enum Objection {
    /// A property is violated, for this reason.
    Violated(&'static Property, String),
    /// A key is not judged any more.
    Undecided,
}

/// The record of what clients asked for and were told.
#[derive(Clone, Debug, Default)]
pub(super) struct Clients {
    /// All requests, request 1 at position 0.
    known: Seq<Known>,
    /// The judge of each key that is not at rest.
    keys: Arc<BTreeMap<Str, Arc<Register>>>,
    /// The values of the keys that are at rest, as the answers have them.
    resting: Arc<BTreeMap<Str, Str>>,
    /// The judge's own store, after the entry `applied`.
    store: Arc<BTreeMap<Str, Str>>,
    /// The last entry that any node has applied.
    applied: Index,
    /// The latest request of each client, by its number for it, that a session has had carried out.
    sessions: Arc<BTreeMap<ClientId, u32>>,
    /// The entries that must not be carried out: their sessions had them, or later ones, before.
    repeats: Arc<BTreeSet<Index>>,
    /// The latest request of each client in a session.
    latest: Arc<BTreeMap<ClientId, OpId>>,
    /// What entries gave whose requests are not answered yet.
    given: Arc<BTreeMap<OpId, Reply>>,
    /// The last entry that any node had applied when these reads were sent, which are no entries
    /// and not confirmed yet.
    reads: Arc<BTreeMap<OpId, Index>>,
    /// The latest application of an entry, for the answers that it causes.
    applying: EventId,
}

impl Clients {
    /// Records an event, which is of this kind, and objects to what it shows to be wrong.
    #[inline(always)]
    pub(super) fn note(
        &mut self,
        event: &Event,
        kind: EventKind,
        ops: &Ops,
        object: &mut dyn FnMut(Objection),
    ) {
        match kind {
            EventKind::ClientInvoked { op, .. } => self.invoked(op, event.id, ops),
            EventKind::EntryApplied { index, entry, effect, .. } => {
                self.applying = event.id;
                if index == self.applied.next() {
                    self.applied = index;
                    object_to(REPLY_OF_REQUEST, self.apply(event, index, entry, ops), object);
                }
                if effect == kv::Effect::Done && self.repeats.contains(&index) {
                    let detail = format!(
                        "{} carried out {index}@{}, though its session had had that request, or \
                         a later one, carried out before",
                        event.node, entry.term
                    );
                    object_to(EXACTLY_ONCE, Some(detail), object);
                }
            }
            EventKind::ReadConfirmed { op, index } => {
                object_to(READ_CURRENT, self.confirmed(event, op, index), object);
            }
            EventKind::ClientReplied { op, outcome, value, .. } => {
                self.replied(event, op, (outcome, value), ops, object);
            }
            _ => {}
        }
    }

    /// Whether every entry is to be carried out wherever it is applied.
    pub(super) fn has_no_repeats(&self) -> bool {
        self.repeats.is_empty()
    }

    /// Entries were applied that had been applied before, the last one by this event.
    pub(super) fn applied_again(&mut self, last: &Event) {
        self.applying = last.id;
    }

    fn known_mut(&mut self, op: OpId) -> Option<&mut Known> {
        self.known.get_mut((op.0 as usize).checked_sub(1)?)
    }

    fn invoked(&mut self, op: OpId, event: EventId, ops: &Ops) {
        if let Some(known) = self.known_mut(op) {
            // It is sent again: its interval is open since its first sending.
            if known.stage == Stage::Unknown {
                known.stage = Stage::Open;
            }
            return;
        }
        self.give_up_earlier(op, ops);
        let stage = Stage::Open;
        self.known.push(Known { invoked: event, told: 0, stage, is_applied: false });
        let request = ops.get(op).filter(|request| request.call.is_linearizable());
        if let Some((request, command)) = request.and_then(|it| Some((it, it.asked.command()?))) {
            if request.call.read.is_some_and(|read| !read.is_entry()) {
                Arc::make_mut(&mut self.reads).insert(op, self.applied);
            }
            let effect = Effect::of(command);
            self.register(command.key()).invoked(op, effect);
        }
    }

    /// What is wrong with the index at which a read is confirmed.
    fn confirmed(&mut self, event: &Event, op: OpId, index: Index) -> Option<String> {
        let applied = Arc::make_mut(&mut self.reads).remove(&op)?;
        (index < applied).then(|| {
            format!(
                "{} answers {op} by entries up to {index}, but entry {applied} had been applied \
                 when {op} was sent",
                event.node
            )
        })
    }

    /// A client's next request in a session gives up the one before it: that is not answered any
    /// more.
    fn give_up_earlier(&mut self, op: OpId, ops: &Ops) {
        let Some(call) = ops.call(op).filter(|call| call.in_session) else { return };
        let earlier = Arc::make_mut(&mut self.latest).insert(call.client, op);
        let Some(earlier) = earlier.filter(|earlier| *earlier != op) else { return };
        let Some(request) = ops.get(earlier).filter(|request| request.call.is_linearizable())
        else {
            return;
        };
        let is_unknown = self.known_mut(earlier).is_some_and(|known| known.stage == Stage::Unknown);
        if is_unknown {
            let given_up = Answer::Unknown { is_final: true };
            if let Some(key) = request.asked.key() {
                self.tell(key, earlier, given_up);
            }
        }
    }

    /// Whether an entry of a request is to be carried out: not if its session has had it, or a
    /// later one, carried out before.
    fn begins(&mut self, call: &Call, index: Index) -> bool {
        let Some(id) = call.id() else { return true };
        if self.sessions.get(&id.client).is_some_and(|latest| id.serial <= *latest) {
            Arc::make_mut(&mut self.repeats).insert(index);
            return false;
        }
        Arc::make_mut(&mut self.sessions).insert(id.client, id.serial);
        true
    }

    /// The judge of a key.
    fn register(&mut self, key: &str) -> &mut Register {
        let keys = Arc::make_mut(&mut self.keys);
        // Most keys have a judge, so that no copy of the key is needed.
        if !keys.contains_key(key) {
            let value = self.resting.get(key).cloned();
            keys.insert(key.into(), Arc::new(Register::at(value)));
        }
        let Some(register) = keys.get_mut(key) else { unreachable!("every key has a judge now") };
        Arc::make_mut(register)
    }

    /// Tells the judge of a key an answer. A judge that has nothing to remember but the value is
    /// not kept.
    fn tell(&mut self, key: &str, op: OpId, answer: Answer) -> Verdict {
        let register = self.register(key);
        let verdict = register.answered(op, answer);
        if let Some(value) = register.resting().cloned() {
            Arc::make_mut(&mut self.keys).remove(key);
            if self.resting.get(key) != value.as_ref() {
                let resting = Arc::make_mut(&mut self.resting);
                match value {
                    Some(value) => drop(resting.insert(key.into(), value)),
                    None => drop(resting.remove(key)),
                }
            }
        }
        verdict
    }

    /// Applies an entry that no node has applied before. Returns what is wrong with that.
    fn apply(&mut self, event: &Event, index: Index, entry: Entry, ops: &Ops) -> Option<String> {
        let Payload::Command(number) = entry.payload else { return None };
        let op = OpId(number);
        let request = ops.get(op)?;
        if !self.begins(request.call, index) {
            return None;
        }
        let command = request.asked.command()?;
        let key = command.key();
        let (after, reply) = Effect::of(command).apply(&self.store.get(key).cloned());
        if self.store.get(key) != after.as_ref() {
            let store = Arc::make_mut(&mut self.store);
            match after {
                Some(value) => drop(store.insert(key.into(), value)),
                None => drop(store.remove(key)),
            }
        }
        let known = self.known_mut(op)?;
        known.is_applied = true;
        let may_be_answered = match known.stage {
            Stage::Open => true,
            Stage::Unknown => request.call.in_session,
            Stage::Answered => false,
            Stage::Refused => {
                return Some(format!(
                    "{op} was answered `failed`, but {} applied its entry {index}@{}",
                    event.node, entry.term
                ));
            }
        };
        if may_be_answered {
            Arc::make_mut(&mut self.given).insert(op, reply);
        }
        None
    }

    /// A client was told something.
    fn replied(
        &mut self,
        event: &Event,
        op: OpId,
        (outcome, value): (Outcome, Option<TextId>),
        ops: &Ops,
        object: &mut dyn FnMut(Objection),
    ) {
        // A read of a node's own store promises nothing.
        let promises = |call: &Call| call.is_linearizable();
        let Some(request) = ops.get(op).filter(|request| promises(request.call)) else { return };
        let Some(key) = request.asked.key() else { return };
        let of_entry = request.call.read.is_none_or(ReadKind::is_entry);
        if !of_entry {
            Arc::make_mut(&mut self.reads).remove(&op);
        }
        let in_session = request.call.in_session;
        if request.outcome == Outcome::Unknown && outcome != Outcome::Unknown {
            // Its client waits no longer, and hears no answer.
            return;
        }
        let by_entry = event.cause().is_some_and(|cause| cause == self.applying);
        let reply = |done| Reply { done, value: value.map(|text| ops.text(text).into()) };
        let (answer, stage) = match outcome {
            Outcome::Ok => (Answer::Reply(reply(true)), Stage::Answered),
            Outcome::Failed if by_entry => (Answer::Reply(reply(false)), Stage::Answered),
            Outcome::Failed => (Answer::Refused, Stage::Refused),
            Outcome::Unknown => (Answer::Unknown { is_final: !in_session }, Stage::Unknown),
            Outcome::Pending => return,
        };
        // The first answer counts.
        let is_open = |stage| matches!(stage, Stage::Open | Stage::Unknown);
        let Some(known) = self.known_mut(op).filter(|known| is_open(known.stage)) else { return };
        (known.told, known.stage) = (event.id, stage);
        let keeps = stage == Stage::Unknown && in_session;
        let is_given = !keeps && self.given.contains_key(&op);
        let given = is_given.then(|| Arc::make_mut(&mut self.given).remove(&op)).flatten();
        if let Answer::Reply(reply) = &answer
            && of_entry
            && given.as_ref() != Some(reply)
        {
            let detail = wrong_reply(event, op, reply, given.as_ref());
            object_to(REPLY_OF_REQUEST, Some(detail), object);
        }
        match self.tell(key, op, answer) {
            Verdict::Linearizable => {}
            Verdict::Undecided => object(Objection::Undecided),
            Verdict::Violated => {
                let detail = at_odds::detail(&self.known, key, ops);
                object_to(LINEARIZABILITY, Some(detail), object);
            }
        }
    }
}

fn object_to(
    property: &'static Property,
    detail: Option<String>,
    object: &mut dyn FnMut(Objection),
) {
    if let Some(detail) = detail {
        object(Objection::Violated(property, detail));
    }
}

/// Why an answer is not that of the request's own entry.
fn wrong_reply(event: &Event, op: OpId, reply: &Reply, given: Option<&Reply>) -> String {
    let node = event.node;
    match given {
        None => format!("{node} answered {op} before any node had applied its entry"),
        Some(given) => format!(
            "{node} answered {op} with {}, but its entry gave {}",
            at_odds::words(reply),
            at_odds::words(given)
        ),
    }
}

impl Clients {
    /// The fields that decide what will be objected to. When a request was sent and answered
    /// matters to the register of its key alone.
    fn comparable(&self) -> impl Eq + Hash + '_ {
        let Clients {
            known,
            keys,
            resting,
            store,
            applied,
            sessions,
            repeats,
            latest,
            given,
            reads,
            applying: _,
        } = self;
        let stages: Vec<_> = known.iter().map(|known| (known.stage, known.is_applied)).collect();
        (stages, keys, resting, store, applied, given, (sessions, repeats, latest, reads))
    }
}

impl PartialEq for Clients {
    fn eq(&self, other: &Clients) -> bool {
        self.comparable() == other.comparable()
    }
}

impl Eq for Clients {}

impl Hash for Clients {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.comparable().hash(state);
    }
}
