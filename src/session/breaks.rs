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
use crate::sim::{Event, OpId, World};
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

    /// Whether its condition turns from false to true.
    fn turns_true(&mut self, world: &World, latest: &[Event]) -> bool {
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
    Run(Box<RunPlan>),
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
    pub(super) list: Vec<Breakpoint>,
    /// The number of the latest one.
    latest: u64,
    /// Whether they stop the present command.
    pub(super) armed: bool,
    /// Those whose conditions turned true in the present command, all at the same step.
    pub(super) hits: Vec<Hit>,
    /// Whether they have stopped the present command.
    pub(super) stopped: bool,
    /// The changes that were not shown yet, the latest last.
    pub(super) changes: VecDeque<WatchedChange>,
    /// What is left of the latest command that was stopped.
    pub(super) rest: Option<Rest>,
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
            if breakpoint.turns_true(world, latest) {
                breakpoint.hits += 1;
                self.hits.push(Hit { id: breakpoint.id, text: breakpoint.row().text });
            }
        }
        let hits = &self.hits;
        self.list.retain(|kept| !kept.once || !hits.iter().any(|hit| hit.id == kept.id));
    }

    /// The first moment after `now_us` at which a condition may change merely because time passes.
    pub(super) fn next_moment_us(&self, now_us: u64) -> Option<u64> {
        let moment = |breakpoint: &Breakpoint| match &breakpoint.kind {
            Kind::Break { condition, .. } => condition.next_moment_us(now_us),
            Kind::Watch { .. } => None,
        };
        self.list.iter().filter(|_| self.armed).filter_map(moment).min()
    }

    /// Adds a breakpoint.
    ///
    /// # Errors
    /// If there are as many as there may be.
    pub(super) fn add_break(
        &mut self,
        condition: Condition,
        once: bool,
        world: &World,
    ) -> Result<&Breakpoint, Error> {
        self.add(Kind::Break { condition, before: None, held: false }, once, world)
    }

    /// Watches a value.
    ///
    /// # Errors
    /// As [`Breakpoints::add_break`].
    pub(super) fn add_watch(
        &mut self,
        value: Operand,
        world: &World,
    ) -> Result<&Breakpoint, Error> {
        self.add(Kind::Watch { value, last: None }, false, world)
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
