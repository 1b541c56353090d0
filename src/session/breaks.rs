//! Breakpoints and watched values, and what is left of a command that a breakpoint stopped.
//!
//! They belong to the session, not to its cluster: no branch and no saved session has them, and
//! going to other moments leaves them alone. Without any, they cost a step one comparison.
//!
//! A breakpoint stops a command right after the step that turns its condition from false to true.
//! Whether it was true before is found out when a command begins, and after each of its steps.
//! `VALUE changes` compares with the latest stop of that breakpoint; if it is true already when a
//! command begins, because a command that nothing stops changed the value, it compares with that
//! moment from then on.

use std::collections::VecDeque;

use crate::check::condition::{Condition, Operand};
use crate::check::evaluate::{self, Situation};
use crate::console::diagnostic::shorten;
use crate::language::Error;
use crate::raft::NodeSet;
use crate::session::{Session, is_violation};
use crate::sim::{Action, Applied, Event, OpId, Refused, SETTLE_MAX, World};
use crate::view::breaks::{BreakpointRow, WatchedChange};

/// The most breakpoints and watched values together. Each is looked at after every step.
const MOST: usize = 100;

/// The most changes of watched values that a command keeps: the latest ones.
const MOST_CHANGES: usize = 1_000;

/// The most characters of a watched value that are kept.
const VALUE_WIDTH: usize = 400;

/// A breakpoint or a watched value.
#[derive(Clone, Debug)]
pub struct Breakpoint {
    /// Its number, counted from 1. Both kinds are numbered together, and no number is used twice.
    pub id: u64,
    /// Whether it is forgotten when it has stopped a command.
    pub once: bool,
    /// How often it stopped a command, or how often the value changed.
    pub hits: u64,
    kind: Kind,
}

/// What a breakpoint looks at.
#[derive(Clone, Debug)]
enum Kind {
    Break {
        condition: Condition,
        /// The cluster with which `changes` compares, if the condition has it.
        before: Option<Box<World>>,
        /// Whether the condition held after the latest step, or when the command began.
        held: bool,
    },
    Watch {
        value: Operand,
        /// The cluster when the value was looked at last.
        last: Option<Box<World>>,
    },
}

impl Breakpoint {
    /// It as `breaks` lists it.
    pub fn row(&self) -> BreakpointRow {
        let (kind, text) = match &self.kind {
            Kind::Break { condition, .. } => ("break", condition.to_string()),
            Kind::Watch { value, .. } => ("watch", value.to_string()),
        };
        BreakpointRow { id: self.id, kind, text, once: self.once, hits: self.hits }
    }

    /// A command begins on this cluster.
    fn arm(&mut self, world: &World) {
        match &mut self.kind {
            Kind::Break { condition, before, held } => {
                *held = holds(condition, before.as_deref(), world, &[]);
                if condition.looks_back() && (*held || before.is_none()) {
                    *before = Some(Box::new(world.clone()));
                    *held = holds(condition, before.as_deref(), world, &[]);
                }
            }
            Kind::Watch { last, .. } => *last = Some(Box::new(world.clone())),
        }
    }

    /// Whether its condition has become true.
    fn has_become_true(&mut self, world: &World, latest: &[Event]) -> bool {
        let Kind::Break { condition, before, held } = &mut self.kind else { return false };
        let holds = holds(condition, before.as_deref(), world, latest);
        let turned = holds && !*held;
        *held = holds;
        if turned && condition.looks_back() {
            *before = Some(Box::new(world.clone()));
        }
        turned
    }

    /// The change of its value since it was looked at last, if it changed.
    fn change(&mut self, world: &World) -> Option<WatchedChange> {
        let Kind::Watch { value, last: Some(last) } = &mut self.kind else { return None };
        // A node that does not exist has no value.
        if !evaluate::differs(last, world, value).unwrap_or(false) {
            return None;
        }
        let text = |world: &World| {
            let text = evaluate::value_text(world, value).unwrap_or_default();
            shorten(&text, VALUE_WIDTH)
        };
        let (old, new) = (text(last), text(world));
        let value = value.to_string();
        **last = world.clone();
        self.hits += 1;
        Some(WatchedChange { id: self.id, value, event: world.event_count(), old, new })
    }
}

/// Whether a breakpoint's condition holds. A condition that nobody can judge does not: it names a
/// node that does not exist in this cluster, or asks for violations after judging has ended.
fn holds(condition: &Condition, before: Option<&World>, world: &World, latest: &[Event]) -> bool {
    let now = Situation { world, before: before.unwrap_or(world), latest };
    evaluate::holds(now, condition).unwrap_or(false)
}

/// A breakpoint that stopped a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its number.
    pub id: u64,
    /// Its condition.
    pub text: String,
}

/// What is left of a command that a breakpoint stopped.
#[derive(Clone, Debug)]
pub enum Rest {
    /// Nothing: the command had done everything.
    Nothing,
    /// This many steps.
    Steps(u64),
    /// A run that goes no further than the stopped one.
    Run(RunPlan),
    /// A `settle`: between these nodes, and at most this many steps.
    Settle(Option<NodeSet>, Option<u64>),
}

/// A run that is to be made.
#[derive(Clone, Debug)]
pub struct RunPlan {
    /// What it waits for.
    pub until: Option<Condition>,
    /// For how long at most, in microseconds of virtual time.
    pub left_us: u64,
    /// The cluster when the command began, if the condition looks back.
    pub before: Option<World>,
    /// Whether it shows every event.
    pub shows_all: bool,
    /// The request whose outcome it waits for.
    pub op: Option<OpId>,
}

/// The breakpoints and watched values of a session.
#[derive(Clone, Debug, Default)]
pub(super) struct Breakpoints {
    list: Vec<Breakpoint>,
    /// The number of the latest one.
    latest: u64,
    /// Whether they stop the present command.
    armed: bool,
    /// Those that became true in the present command, all at the same step.
    hits: Vec<Hit>,
    /// Whether they have stopped the present command.
    stopped: bool,
    /// The changes that were not shown yet, the latest last.
    changes: VecDeque<WatchedChange>,
    /// What is left of the latest command that was stopped.
    rest: Option<Rest>,
}

impl Breakpoints {
    /// Whether there are none, so that nothing needs to be looked at.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// A copy that costs little: it knows what they are called, and whether a command was stopped.
    pub(super) fn sketch(&self) -> Breakpoints {
        let bare = |breakpoint: &Breakpoint| Breakpoint {
            kind: match &breakpoint.kind {
                Kind::Break { condition, held, .. } => {
                    Kind::Break { condition: condition.clone(), before: None, held: *held }
                }
                Kind::Watch { value, .. } => Kind::Watch { value: value.clone(), last: None },
            },
            ..*breakpoint
        };
        let list = self.list.iter().map(bare).collect();
        let rest = self.rest.as_ref().map(|_| Rest::Nothing);
        Breakpoints { list, latest: self.latest, rest, ..Breakpoints::default() }
    }

    /// A command begins on this cluster.
    pub(super) fn begin_command(&mut self, world: &World) {
        (self.armed, self.stopped) = (true, false);
        self.hits.clear();
        self.changes.clear();
        self.list.iter_mut().for_each(|breakpoint| breakpoint.arm(world));
    }

    /// Forgets what is left of a stopped command.
    pub(super) fn forget_rest(&mut self) {
        self.rest = None;
    }

    /// Whether a breakpoint is to stop the present command.
    pub(super) fn stops(&self) -> bool {
        !self.hits.is_empty()
    }

    /// Looks at the watched values after a step or move.
    pub(super) fn observe(&mut self, world: &World) {
        for change in self.list.iter_mut().filter_map(|breakpoint| breakpoint.change(world)) {
            self.changes.push_back(change);
            if self.changes.len() > MOST_CHANGES {
                self.changes.pop_front();
            }
        }
    }

    /// Looks at everything after a step with these events, or after some time in which nothing
    /// happened. A breakpoint that stops only once is forgotten when it does.
    pub(super) fn judge(&mut self, world: &World, latest: &[Event]) {
        self.observe(world);
        if !self.armed {
            return;
        }
        for breakpoint in &mut self.list {
            if breakpoint.has_become_true(world, latest) {
                breakpoint.hits += 1;
                self.hits.push(Hit { id: breakpoint.id, text: breakpoint.row().text });
            }
        }
        let hits = &self.hits;
        self.list.retain(|kept| !kept.once || !hits.iter().any(|hit| hit.id == kept.id));
    }

    /// The first moment after `now_us` at which a condition may change merely because time passes.
    fn next_moment_us(&self, now_us: u64) -> Option<u64> {
        let moment = |breakpoint: &Breakpoint| match &breakpoint.kind {
            Kind::Break { condition, .. } => condition.next_moment_us(now_us),
            Kind::Watch { .. } => None,
        };
        self.list.iter().filter(|_| self.armed).filter_map(moment).min()
    }

    fn add(&mut self, kind: Kind, once: bool, world: &World) -> Result<&Breakpoint, Error> {
        if self.list.len() >= MOST {
            let message = format!("there are {MOST} breakpoints and watched values already");
            return Err(Error::failed(message).help("`unbreak N` and `unbreak all` forget some"));
        }
        self.latest += 1;
        let mut added = Breakpoint { id: self.latest, once, hits: 0, kind };
        added.arm(world);
        self.list.push(added);
        Ok(&self.list[self.list.len() - 1])
    }
}

impl Session {
    /// All breakpoints and watched values, in the order of their numbers.
    pub fn breakpoint_rows(&self) -> Vec<BreakpointRow> {
        self.breaks.list.iter().map(Breakpoint::row).collect()
    }

    /// A value as it is now.
    ///
    /// # Errors
    /// If it names a node that does not exist.
    pub fn value_text(&self, value: &Operand) -> Result<String, Error> {
        evaluate::value_text(self.world(), value).map_err(|why| self.undecided(why))
    }

    /// Adds a breakpoint.
    ///
    /// # Errors
    /// If the condition names a node that does not exist, or there are as many as there may be.
    pub fn add_break(&mut self, condition: Condition, once: bool) -> Result<&Breakpoint, Error> {
        self.holds(&condition)?;
        let kind = Kind::Break { condition, before: None, held: false };
        self.breaks.add(kind, once, self.tree.timeline().world())
    }

    /// Watches a value.
    ///
    /// # Errors
    /// As [`Session::add_break`].
    pub fn add_watch(&mut self, value: Operand) -> Result<&Breakpoint, Error> {
        self.value_text(&value)?;
        let kind = Kind::Watch { value, last: None };
        self.breaks.add(kind, false, self.tree.timeline().world())
    }

    /// Forgets a breakpoint or watched value.
    ///
    /// # Errors
    /// If there is none of this number.
    pub fn unbreak(&mut self, id: u64) -> Result<Breakpoint, Error> {
        self.break_at(id).map(|nth| self.breaks.list.remove(nth))
    }

    /// Where the breakpoint or watched value of this number is in the list.
    ///
    /// # Errors
    /// If there is none.
    pub fn break_at(&self, id: u64) -> Result<usize, Error> {
        let list = &self.breaks.list;
        if let Some(nth) = list.iter().position(|breakpoint| breakpoint.id == id) {
            return Ok(nth);
        }
        let help = match list.len() {
            0 => "there are none; `break COND` and `watch VALUE` add one".to_owned(),
            _ => "`breaks` lists them with their numbers".to_owned(),
        };
        let message = format!("there is no breakpoint or watched value {id}");
        Err(Error::failed(message).word(id.to_string()).help(help))
    }

    /// Forgets all breakpoints and watched values. Returns how many there were.
    pub fn unbreak_all(&mut self) -> usize {
        std::mem::take(&mut self.breaks.list).len()
    }

    /// From now on, no breakpoint stops the present command.
    pub fn pass_breaks(&mut self) {
        self.breaks.armed = false;
    }

    /// The first moment after the present one at which a breakpoint may stop the command though
    /// nothing happens, in microseconds.
    pub fn next_break_us(&self) -> Option<u64> {
        match self.breaks.is_empty() || self.steps_left.is_some() {
            true => None,
            false => self.breaks.next_moment_us(self.world().now_us()),
        }
    }

    /// The breakpoints that stopped the present command, all at the same step.
    pub fn hits(&self) -> &[Hit] {
        &self.breaks.hits
    }

    /// The changes of watched values that were not taken yet, in order.
    pub fn take_changes(&mut self) -> VecDeque<WatchedChange> {
        std::mem::take(&mut self.breaks.changes)
    }

    /// A breakpoint stops the present command, of which this is left.
    pub fn stop_with(&mut self, rest: Rest) {
        if !matches!(rest, Rest::Nothing) {
            self.cut_short();
        }
        self.breaks.rest = Some(rest);
        self.breaks.stopped = true;
    }

    /// What is left of the command that was just stopped waits for the outcome of this request.
    pub fn rest_awaits(&mut self, op: OpId) {
        if let Some(Rest::Run(plan)) = &mut self.breaks.rest {
            plan.op = Some(op);
        }
    }

    /// Whether the latest command was stopped by a breakpoint.
    pub fn has_stopped(&self) -> bool {
        self.breaks.stopped
    }

    /// Whether there is a stopped command that can continue.
    pub fn can_continue(&self) -> bool {
        self.breaks.rest.is_some()
    }

    /// What is left of the latest command that was stopped. It can be taken once.
    pub fn take_rest(&mut self) -> Option<Rest> {
        self.breaks.rest.take()
    }

    /// Settles the cluster, up to a breakpoint. Returns what was done, and whether more is left.
    ///
    /// # Errors
    /// If the move is impossible; then nothing has changed.
    pub fn settle(
        &mut self,
        nodes: Option<NodeSet>,
        most: Option<u64>,
    ) -> Result<(Applied, bool), Refused> {
        if self.breaks.is_empty() || self.steps_left.is_some() {
            return self.act(Action::Settle(nodes, most)).map(|applied| (applied, false));
        }
        // The move is one, and its steps are many: a copy shows after which one it stops.
        let one = || Action::Settle(nodes, Some(1));
        let mut copy = self.checkpoint();
        let mut steps = 0;
        let may_step = |steps| steps < most.unwrap_or(SETTLE_MAX);
        while may_step(steps) && copy.act(one())?.steps > 0 {
            steps += 1;
            self.breaks.judge(copy.world(), copy.latest());
            if self.breaks.stops() || is_violation(copy.world(), copy.latest()) {
                break;
            }
        }
        let is_left = self.breaks.stops() && may_step(steps) && copy.act(one())?.steps > 0;
        let most = if is_left { Some(steps) } else { most };
        let applied = self.tree.act(Action::Settle(nodes, most))?;
        Ok((applied, is_left))
    }
}
