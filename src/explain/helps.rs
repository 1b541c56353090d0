//! What would help: moves are tried on copies of the cluster, and those after which the condition
//! holds are told. What was not tried is not claimed.
//!
//! The same cluster makes the same steps, so what a copy shows happens here, too, if somebody makes
//! these moves now and lets time pass.

use crate::check::Checker;
use crate::check::condition::{Condition, Fact};
use crate::check::evaluate::{self, Situation};
use crate::history::Timeline;
use crate::raft::NodeSet;
use crate::sim::{Action, DiskMove, HostState, Setting, World};

use super::answer::Help;
use super::case::Case;
use super::effort;

/// The most tries.
const TRIES: u32 = 200;

/// How much virtual time each try takes at most, in microseconds.
const TRY_US: u64 = 5_000_000;

/// The most steps of all tries together.
const STEPS: u64 = 200_000;

/// The most steps of one try: where time stands still, a try must end nonetheless.
const TRY_STEPS: u64 = 20_000;

/// The most entries and nodes that are looked at to judge the condition, in all tries together.
const EFFORT: u64 = 2_000_000;

/// What was tried, and what helped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// The moves after which the condition held, in the order in which they were tried.
    pub helps: Vec<Help>,
    /// How many tries there were.
    pub count: u32,
    /// The condition that was to hold, if it is not the one that was asked about.
    pub goal: Option<String>,
}

/// What would make a condition true that is false, or end one that tells what is missing.
pub fn helps(case: &Case<'_>, condition: &Condition, holds: bool) -> Tried {
    let Some(goal) = goal(condition, holds).filter(may_be_tried) else {
        return Tried::default();
    };
    let world = case.world();
    if !world.settings().engines.may_be_tried() {
        return Tried::default();
    }
    let named = (goal != *condition).then(|| goal.to_string());
    let tried = Tried { goal: named, ..Tried::default() };
    let mut trial = Trial { start: case.tree.timeline(), goal: &goal, tried, steps: 0, effort: 0 };
    // Where time alone is enough, no move is needed.
    if trial.attempt(&[]) {
        return trial.tried;
    }
    let moves = moves(world);
    for one in &moves {
        trial.attempt(std::slice::from_ref(one));
    }
    if trial.tried.helps.is_empty() {
        for (nth, one) in moves.iter().enumerate() {
            for other in &moves[nth + 1..] {
                trial.attempt(&[one.clone(), other.clone()]);
            }
        }
    }
    trial.tried
}

/// What somebody who asks why probably wants: that a false condition comes true, that there is a
/// leader, that what is denied comes true.
pub fn goal(condition: &Condition, holds: bool) -> Option<Condition> {
    match condition {
        _ if !holds => Some(condition.clone()),
        Condition::Is(Fact::NoLeader) => Some(Condition::Is(Fact::Leader)),
        Condition::Not(inner) => Some((**inner).clone()).filter(is_wanted),
        Condition::Is(_) | Condition::And(_) | Condition::Or(_) => None,
    }
}

/// Whether somebody who denies this in a question wants it to hold.
fn is_wanted(condition: &Condition) -> bool {
    matches!(
        condition,
        Condition::Is(Fact::Leader | Fact::Committed { .. } | Fact::Agree | Fact::Quiet)
    )
}

/// Whether moves are tried for a condition: not for one that compares with the past, or that
/// speaks of violations, which nobody wants to come about.
fn may_be_tried(condition: &Condition) -> bool {
    condition.facts().all(|(fact, _)| match fact {
        Fact::Changes(_)
        | Fact::Event { .. }
        | Fact::Violated(_)
        | Fact::Safe
        | Fact::Linearizable => false,
        Fact::Leader
        | Fact::NoLeader
        | Fact::Compare { .. }
        | Fact::Node { .. }
        | Fact::Committed { .. }
        | Fact::Agree
        | Fact::Quiet => true,
    })
}

/// The single moves that end one trouble each.
fn moves(world: &World) -> Vec<Action> {
    let network = world.network();
    let nodes = || world.nodes().iter();
    let mut moves = Vec::new();
    for host in world.hosts() {
        let node = NodeSet::one(host.id);
        match host.state {
            HostState::Down | HostState::Halted(_) => moves.push(Action::Restart(node)),
            HostState::Paused => moves.push(Action::Resume(node)),
            HostState::Up => {}
        }
        if *host.disk.trouble() != Default::default() {
            moves.push(Action::Disk(node, DiskMove::Restore));
        }
    }
    if nodes().any(|node| !world.settings_of(node).timers) {
        moves.push(Action::Set(Setting::Timers(true)));
    }
    for from in nodes() {
        for to in nodes().filter(|to| from < *to) {
            let (left, right) = (NodeSet::one(from), NodeSet::one(to));
            if network.is_cut(from, to) || network.is_cut(to, from) {
                moves.push(Action::Heal(left, right));
            }
            for (one, other) in [(from, to), (to, from)] {
                let (left, right) = (NodeSet::one(one), NodeSet::one(other));
                if network.is_held(one, other) {
                    moves.push(Action::Release(left, right));
                }
                let fault = network.fault(one, other);
                if fault.delay_us > 0 {
                    moves.push(Action::Delay(left, right, 0));
                }
                if fault.loss_ppm.is_some() {
                    moves.push(Action::LinkLoss(left, right, 0));
                }
            }
        }
    }
    moves
}

/// Tries moves on copies.
struct Trial<'a> {
    start: &'a Timeline<Checker>,
    goal: &'a Condition,
    tried: Tried,
    /// How many steps all tries have made.
    steps: u64,
    /// How many entries and nodes were looked at.
    effort: u64,
}

impl Trial<'_> {
    /// Tries these moves; returns whether the condition held after them.
    fn attempt(&mut self, moves: &[Action]) -> bool {
        if self.tried.count >= TRIES || self.steps >= STEPS || self.effort >= EFFORT {
            return false;
        }
        self.tried.count += 1;
        let mut copy = self.start.clone();
        let (begin_us, broken) = (copy.world().now_us(), copy.world().violations().len());
        for action in moves {
            if copy.act(action.clone()).is_err() {
                return false;
            }
        }
        let end_us = begin_us.saturating_add(TRY_US);
        let most = TRY_STEPS.min(STEPS - self.steps);
        let mut judged = false;
        for _ in 0..most {
            let now = Situation::now(copy.world());
            if copy.world().violations().len() > broken {
                return false;
            }
            let is_same = judged && !effort::may_change(self.goal, copy.latest());
            let holds = match is_same {
                true => Ok(false),
                false => {
                    self.effort += effort::of_judging(copy.world(), self.goal);
                    evaluate::holds(now, self.goal)
                }
            };
            judged = true;
            match holds {
                Ok(true) => {
                    let commands = moves.iter().map(Action::to_string).collect();
                    let after_us = copy.world().now_us() - begin_us;
                    self.tried.helps.push(Help { commands, after_us });
                    return true;
                }
                Ok(false) => {}
                Err(_) => return false,
            }
            if !copy.step(end_us) {
                return self.waits(&mut copy, begin_us, end_us, moves);
            }
            self.steps += 1;
        }
        false
    }

    /// Nothing is due any more: only the passing of time may make the condition true.
    fn waits(
        &mut self,
        copy: &mut Timeline<Checker>,
        begin_us: u64,
        end_us: u64,
        moves: &[Action],
    ) -> bool {
        let now_us = copy.world().now_us();
        let Some(moment_us) = self.goal.next_moment_us(now_us).filter(|us| *us <= end_us) else {
            return false;
        };
        if copy.act(Action::Wait(moment_us - now_us)).is_err() {
            return false;
        }
        let holds = evaluate::holds(Situation::now(copy.world()), self.goal) == Ok(true);
        if holds {
            let commands = moves.iter().map(Action::to_string).collect();
            self.tried.helps.push(Help { commands, after_us: copy.world().now_us() - begin_us });
        }
        holds
    }
}
