//! Delta debugging over command lines, for what no run by hand breaks: properties that only the
//! passing of time can break, such as `progress`.

use super::super::moves::{Move, Scene, Tags};
use super::super::stage::{Arena, Stage};
use super::fewer::fewer;
use super::goal::Goal;
use super::recording::Recording;
use super::script::{cluster, commented};
use crate::quantity;
use crate::raft::Flaw;
use crate::session::{Session, Start};
use crate::sim::{Action, MessageId, OnViolation, Route, Setting, Settings};

/// The most steps that all runs make together.
const STEPS_MAX: u64 = 30_000_000;

/// The most runs.
const RUNS_MAX: u64 = 2_000;

/// How many seeds are tried when a script is to be made of its plainest lines.
const SEEDS: u64 = 12;

/// What came of command lines that were run on a cluster of their own.
pub struct Rerun {
    /// The lines that succeeded, by their places.
    pub ran: Vec<usize>,
    /// The cluster to which they led, with its past.
    pub session: Session,
    /// How many steps were made.
    pub steps: u64,
}

/// Runs command lines on a cluster of their own, with at most this many steps. The caller of a
/// search gives it, because searches know no commands.
pub type RerunLines = fn(Start, &[String], u64) -> Rerun;

/// A cluster, and the lines that are run on it.
#[derive(Clone, Debug)]
pub(super) struct Timed {
    /// The cluster at the start.
    pub(super) start: Start,
    /// The commands.
    pub(super) lines: Vec<String>,
}

/// The recorded run as lines, up to a move; each stretch of time is a `run`. At the end all faults
/// end, if that is what the run was judged by.
pub(super) fn lines(recording: &Recording, before_mend: Option<usize>) -> Timed {
    let Recording { nodes, seed, settings, actions } = recording;
    let mut arena = Arena::new(*nodes, *seed, *settings);
    let mut lines = Vec::new();
    let mut told_us = 0;
    for action in actions.iter().take(before_mend.unwrap_or(usize::MAX)) {
        match action {
            Action::Step(count) => {
                for _ in 0..*count {
                    arena.step(u64::MAX);
                }
                continue;
            }
            Action::Wait(_) => {
                let _ = arena.act(action.clone());
                continue;
            }
            _ => {}
        }
        let now_us = arena.world().now_us();
        if now_us > told_us {
            lines.push(Action::Wait(now_us - told_us).to_string());
            told_us = now_us;
        }
        lines.extend(named(action, &arena).iter().map(|one| one.line(&Tags::default())));
        let _ = arena.act(action.clone());
    }
    let left_us = arena.world().now_us().saturating_sub(told_us);
    if left_us > 0 {
        lines.push(Action::Wait(left_us).to_string());
    }
    if before_mend.is_some() {
        lines.push("mend".to_owned());
    }
    let mut settings = *settings;
    settings.set(Setting::OnViolation(OnViolation::Stop));
    Timed { start: Start { nodes: *nodes, seed: *seed, settings }, lines }
}

/// The recorded run as lines, step by step, up to a move. They do exactly the same, and mean little
/// once one of them is left out. At the end all faults end, if that is what the run was judged by.
pub(super) fn steps(recording: &Recording, before_mend: Option<usize>) -> Timed {
    let Recording { nodes, seed, settings, actions } = recording;
    let stops = |action: &&Action| matches!(action, Action::Set(Setting::OnViolation(_)));
    let moves = actions.iter().take(before_mend.unwrap_or(usize::MAX));
    let ends = before_mend.map(|_| "mend".to_owned());
    let lines = moves.filter(|action| !stops(action)).map(Action::to_string).chain(ends).collect();
    let mut settings = *settings;
    settings.set(Setting::OnViolation(OnViolation::Stop));
    Timed { start: Start { nodes: *nodes, seed: *seed, settings }, lines }
}

/// The moves that an action makes, under names that survive.
fn named(action: &Action, arena: &Arena) -> Vec<Move> {
    let routes = |ids: &[MessageId], of: fn(Route) -> Move| {
        ids.iter().filter_map(|id| arena.world().route_of(*id)).map(of).collect()
    };
    match action {
        Action::Deliver(ids) => routes(ids, Move::Deliver),
        Action::Drop(ids) => routes(ids, Move::Drop),
        Action::Dup(ids) => routes(ids, Move::Dup),
        Action::Set(Setting::OnViolation(_)) => Vec::new(),
        action => vec![Move::Act(action.clone())],
    }
}

/// Tries lines, as long as the budget lasts.
pub(super) struct Trier<'a> {
    pub(super) runs: u64,
    steps: u64,
    goal: &'a Goal,
    rerun: RerunLines,
    stop: &'a dyn Fn() -> bool,
}

impl<'a> Trier<'a> {
    pub(super) fn new(goal: &'a Goal, rerun: RerunLines, stop: &'a dyn Fn() -> bool) -> Trier<'a> {
        Trier { runs: 0, steps: 0, goal, rerun, stop }
    }

    fn is_spent(&self) -> bool {
        self.runs >= RUNS_MAX || self.steps >= STEPS_MAX || (self.stop)()
    }

    /// The lines that ran, if they violate the property.
    pub(super) fn attempt(&mut self, timed: Timed) -> Option<Timed> {
        if self.is_spent() {
            return None;
        }
        self.runs += 1;
        let Rerun { ran, session, steps } =
            (self.rerun)(timed.start, &timed.lines, STEPS_MAX - self.steps);
        self.steps += steps;
        // The command that violates a property has not succeeded.
        let last = ran.last().map_or(0, |last| last + 1);
        let kept = ran.iter().copied().chain([last]).filter_map(|nth| timed.lines.get(nth));
        let lines = kept.cloned().collect();
        self.goal.is_reached(session.world()).then_some(Timed { lines, ..timed })
    }

    /// The lines with as little in them as possible.
    pub(super) fn reduce(&mut self, timed: Timed) -> Timed {
        let mut timed = self.plainest(&timed).unwrap_or(timed);
        timed = self.fewer_lines(timed);
        timed = self.fewer_nodes(timed);
        timed = self.plainer_settings(timed);
        timed = self.joined(timed);
        timed = self.rounder(timed);
        timed = self.fewer_lines(timed);
        self.joined(timed)
    }

    /// Makes one stretch of time of two that follow each other: nothing happened between them.
    fn joined(&mut self, timed: Timed) -> Timed {
        let mut lines: Vec<String> = Vec::new();
        for line in &timed.lines {
            match lines.last().and_then(|last| one_stretch(last, line)) {
                Some(both) => {
                    lines.pop();
                    lines.push(both);
                }
                None => lines.push(line.clone()),
            }
        }
        if lines.len() == timed.lines.len() {
            return timed;
        }
        self.attempt(Timed { lines, ..timed }).unwrap_or(timed)
    }

    /// What a person would try first: flaws and settings, a leader, a write, a crash, the end of
    /// all faults.
    fn plainest(&mut self, timed: &Timed) -> Option<Timed> {
        let is_setting = |line: &&String| line.starts_with("flaw ") || line.starts_with("set ");
        let first: Vec<String> = timed.lines.iter().take_while(is_setting).cloned().collect();
        let ends = timed.lines.last().filter(|line| *line == "mend").cloned();
        for middle in [
            &[][..],
            &["run until leader within 10s", "put leader x=1", "kill leader"],
            &["run until leader within 10s", "isolate leader", "put leader x=1", "run 1s"],
            &["run until leader within 10s", "kill followers", "put leader x=1", "run 1s"],
        ] {
            for seed in 1..=SEEDS {
                let middle = middle.iter().map(|line| (*line).to_owned());
                let lines: Vec<String> =
                    first.iter().cloned().chain(middle).chain(ends.clone()).collect();
                let start = Start { seed, ..timed.start };
                if let Some(found) = self.attempt(Timed { start, lines }) {
                    return Some(found);
                }
            }
        }
        None
    }

    fn fewer_lines(&mut self, timed: Timed) -> Timed {
        let lines = fewer(timed.lines.clone(), |lines| match self.is_spent() {
            true => None,
            false => Some(self.attempt(Timed { lines, ..timed }).map(|timed| timed.lines)),
        });
        Timed { lines, ..timed }
    }

    fn fewer_nodes(&mut self, timed: Timed) -> Timed {
        for nodes in 1..timed.start.nodes {
            for seed in [timed.start.seed, 1, 2, 3] {
                let start = Start { nodes, seed, ..timed.start };
                if let Some(fewer) = self.attempt(Timed { start, ..timed.clone() }) {
                    return fewer;
                }
            }
        }
        timed
    }

    fn plainer_settings(&mut self, mut timed: Timed) -> Timed {
        for setting in Settings::default().all() {
            let mut start = timed.start;
            if start.settings.set(setting)
                && let Some(plainer) = self.attempt(Timed { start, ..timed.clone() })
            {
                timed = plainer;
            }
        }
        timed
    }

    /// Makes the durations of `run` round.
    fn rounder(&mut self, mut timed: Timed) -> Timed {
        for at in 0..timed.lines.len() {
            let us = timed.lines.get(at).and_then(|line| line.strip_prefix("run "));
            let Some(us) = us.and_then(|us| quantity::duration(us).ok()) else { continue };
            for unit_us in [1_000_000, 100_000, 10_000, 1_000] {
                let mut lines = timed.lines.clone();
                lines[at] = Action::Wait(us.next_multiple_of(unit_us)).to_string();
                if let Some(rounder) = self.attempt(Timed { lines, ..timed.clone() }) {
                    timed = rounder;
                    break;
                }
            }
        }
        timed
    }
}

/// Two stretches of time as one; none if these lines are none.
fn one_stretch(first: &str, second: &str) -> Option<String> {
    let steps = |line: &str| line.strip_prefix("step ")?.parse::<u64>().ok();
    let us = |line: &str| quantity::duration(line.strip_prefix("run ")?).ok();
    if let (Some(first), Some(second)) = (steps(first), steps(second)) {
        return Some(Action::Step(first.saturating_add(second)).to_string());
    }
    let (first, second) = (us(first)?, us(second)?);
    Some(Action::Wait(first.saturating_add(second)).to_string())
}

impl Timed {
    /// The script, and how many commands it has.
    pub(super) fn script(&self, goal: &Goal) -> (String, usize) {
        let Start { nodes, seed, settings } = self.start;
        let scene = Scene { nodes, seed, settings, moves: Vec::new() };
        let mut text = commented(&scene.first_line(), &cluster(&settings));
        for line in &self.lines {
            text.push_str(&commented(line, about(line)));
        }
        text.push_str(&commented(&goal.line(), goal.meaning()));
        (text, self.lines.len() + 2)
    }
}

/// What a line is for.
fn about(line: &str) -> &'static str {
    let flaw = line.strip_prefix("flaw on ");
    let flaw = Flaw::ALL.iter().find(|known| Some(known.name()) == flaw);
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        _ if flaw.is_some() => flaw.map_or("", |flaw| flaw.does()),
        ["mend", ..] => "all faults end, but there is no progress",
        ["run", "until", ..] => "waits for a leader",
        ["run" | "step", ..] => "time passes",
        ["settle", ..] => "messages arrive, and writes finish",
        ["clients", ..] => "clients send requests",
        ["kill", ..] => "a crash",
        ["restart", ..] => "a start from what the disk holds",
        ["pause" | "resume", ..] => "a node stops for a while",
        ["cut" | "isolate" | "partition", ..] => "messages no longer arrive",
        ["heal", ..] => "messages arrive again",
        ["timeout" | "tick", ..] => "a timer fires",
        ["put" | "cas" | "incr" | "append" | "del" | "get", ..] => "a request",
        ["deliver" | "drop" | "dup" | "hold" | "release", ..] => "messages, by hand",
        ["loss" | "duplicate" | "delay", ..] => "a disturbed link",
        ["disk" | "corrupt", ..] => "a disk in trouble",
        ["boot", ..] => "a node starts beside the cluster",
        ["transfer", ..] => "the leader hands over",
        ["member", ..] => "the members change",
        ["snapshot", ..] => "a log forgets what the state machine has",
        ["drift", ..] => "a clock at another speed",
        ["set", ..] => "another setting from here on",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_time_are_joined() {
        for (first, second, both) in [
            ("step 3", "step 4", Some("step 7")),
            ("run 3ms", "run 1500us", Some("run 4500us")),
            ("step 3", "run 1s", None),
            ("run 1s", "heal", None),
            ("run until leader within 10s", "run 1s", None),
        ] {
            assert_eq!(one_stretch(first, second).as_deref(), both, "{first}; {second}");
        }
    }
}
