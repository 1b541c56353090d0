//! A session: a cluster with its past, and what commands need to act on it and to describe it.
//!
//! | file | what |
//! |---|---|
//! | this one | [`Session`]: moves, and the limits of the command that makes them |
//! | `present` | the nodes that a selection names now, conditions as they are now |
//! | [`breaks`] | breakpoints, watched values, and what is left of a stopped command |
//! | [`engines`] | the engines that a user chooses |
//! | `trial` | what would happen if time passed |
//! | [`measures`], `stopwatch` | the values that a script notes, and the time that it measures |
//! | [`mend`] | which moves end all faults, and what must follow from them |
//! | `refused` | the error and the hint when the world refuses a move |
//! | `search` | moments at which a condition holds |
//! | `stops` | what breakpoints do to the commands of a session |
//! | `travel` | going to other moments and branches, `undo`, `redo` |
//! | `undo_history` | what was replaced and undone |
//! | `unmet` | the error for a condition that should hold and does not |
//! | `judgement` | what a violation does to a script |
//! | `failure`, `explained` | what failed last; what explanations read |
//! | [`aliases`] | names that the user gave to commands |
//!
//! # What holds
//!
//! - A session changes only through [`Action`]s, or is replaced as a whole.
//! - It does not depend on the commands that act on it, nor on the scripts that contain them.
//!
//! To change a hint for a refused move, start at `refused`; to change what a violation does, at
//! `judgement`.

pub mod aliases;
pub mod breaks;
pub mod engines;
mod explained;
mod failure;
mod judgement;
pub mod measures;
pub mod mend;
mod present;
mod refused;
mod search;
mod stops;
mod stopwatch;
mod travel;
mod trial;
mod undo_history;
mod unmet;

use std::collections::BTreeSet;

use crate::check::condition::Condition;
use crate::check::evaluate;
use crate::check::{Checker, Election};
use crate::explain;
use crate::history::tree::Tree;
use crate::history::{CommandEnd, EventLog, Journal, Timeline};
use crate::language::{Error, Status};
use crate::raft::{NodeSet, Term};
use crate::sim::{Action, Applied, Event, EventKind, OnViolation, Refused, Settings, World};
use aliases::Aliases;
use breaks::Breakpoints;
pub use failure::FailedCommand;
use judgement::Judgement;
use measures::Measures;
use undo_history::UndoHistory;

/// What a fresh cluster starts with.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The number of nodes, 1 to 101.
    pub nodes: usize,
    /// The seed of all random numbers.
    pub seed: u64,
    /// The settings at the start.
    pub settings: Settings,
}

/// A cluster with its past, and the state of the command that is running.
pub struct Session {
    start: Start,
    /// What somebody chose for the present cluster, though it may be the default.
    chosen: Chosen,
    tree: Tree<Checker>,
    undo_history: UndoHistory,
    judgement: Judgement,
    /// What failed last.
    failure: Option<FailedCommand>,
    /// The cluster as it was when the latest command began, if its condition looks back.
    before: Option<World>,
    /// How many steps the current command may still make, if it has a limit.
    steps_left: Option<u64>,
    /// How many steps all further commands together may make, if that has a limit.
    steps_bound: Option<u64>,
    /// Whether the current command was cut short.
    was_cut_short: bool,
    /// What is recorded of the current command, if that is not what was typed.
    recorded: Option<RecordedText>,
    breaks: Breakpoints,
    /// Whether errors may try what would help, which takes time.
    tries: bool,
    /// The cluster that was set aside for another one, and its past.
    aside: Option<(Tree<Checker>, UndoHistory, Breakpoints)>,
    /// The nodes whose status is drawn again and again while time passes (`status --watch`).
    pub live_status: Option<NodeSet>,
    /// Whether a command may read standard input, because no commands are read from it.
    pub stdin_is_free: bool,
    /// Whether a script runs here only to see what it breaks. It cannot have another script
    /// examined in its turn: that might be the same one.
    pub is_examined: bool,
    /// The stopwatch, and what was measured.
    measures: Measures,
    /// The names that the user gave to commands. They survive `cluster` and `load`.
    pub aliases: Aliases,
}

/// What is recorded of a command in place of what was typed.
#[derive(Debug)]
struct RecordedText {
    text: String,
    /// Whether this command succeeds, though the one that was typed may fail.
    succeeds: bool,
}

/// What somebody chose: the number of nodes, and settings by their names.
#[derive(Clone, Debug, Default)]
struct Chosen {
    size: bool,
    settings: BTreeSet<&'static str>,
}

impl Default for Start {
    fn default() -> Start {
        Start { nodes: 5, seed: 1, settings: Settings::default() }
    }
}

impl Session {
    /// A session on a fresh cluster.
    pub fn new(start: Start) -> Session {
        Session::around(start, Tree::new(start.nodes, start.seed, start.settings))
    }

    fn around(start: Start, tree: Tree<Checker>) -> Session {
        Session {
            start,
            chosen: Chosen { size: start.nodes != Start::default().nodes, ..Chosen::default() },
            tree,
            undo_history: UndoHistory::default(),
            judgement: Judgement::default(),
            failure: None,
            before: None,
            steps_left: None,
            steps_bound: None,
            was_cut_short: false,
            recorded: None,
            breaks: Breakpoints::default(),
            tries: true,
            aside: None,
            live_status: None,
            stdin_is_free: false,
            is_examined: false,
            measures: Measures::default(),
            aliases: Aliases::default(),
        }
    }

    /// What the session began with.
    pub fn start(&self) -> Start {
        self.start
    }

    /// Whether somebody chose how many nodes the present cluster has.
    pub fn is_size_chosen(&self) -> bool {
        self.chosen.size
    }

    /// Somebody chose how many nodes the present cluster has.
    pub fn choose_size(&mut self) {
        self.chosen.size = true;
    }

    /// Whether somebody chose the value of the setting of this name.
    pub fn is_chosen(&self, setting: &str) -> bool {
        self.chosen.settings.contains(setting)
    }

    /// Somebody chose the value of the setting of this name.
    pub fn choose(&mut self, setting: &'static str) {
        self.chosen.settings.insert(setting);
    }

    /// Replaces the cluster by a fresh one. What [`Session::start`] returns stays the same.
    pub fn begin(&mut self, start: Start) {
        self.replace(Session::new(start));
    }

    /// Replaces the cluster and its past by those of another session. `undo` brings them back.
    pub fn replace(&mut self, mut other: Session) {
        other.tree.set_loaded();
        self.chosen = std::mem::take(&mut other.chosen);
        let former = self.turn_to(other.tree);
        self.undo_history.replaced(former);
        self.breaks.forget_rest();
        self.measures.stop();
    }

    /// Starts over on a fresh cluster. Nothing brings the former one back.
    pub fn start_over(&mut self) {
        self.begin(self.start);
        self.undo_history = UndoHistory::default();
        self.breaks = Breakpoints::default();
    }

    /// Checks that a command may read standard input.
    ///
    /// # Errors
    /// If commands are read from it.
    pub fn may_read_stdin(&self, command: &str) -> Result<(), Error> {
        if self.stdin_is_free {
            return Ok(());
        }
        let help = format!("`{command} FILE` reads a file; `raftsh run SCRIPT` leaves it free");
        Err(Error::usage("standard input is taken: commands are read from it").help(help))
    }

    /// The cluster as it is.
    pub fn world(&self) -> &World {
        self.tree.timeline().world()
    }

    /// The latest events.
    pub fn events(&self) -> &EventLog {
        self.tree.timeline().events()
    }

    /// Who stood for election in a term, who voted for whom, and who won. None once nothing is
    /// judged any more.
    pub fn election(&self, term: Term) -> Option<Election> {
        self.tree.timeline().watch().election(term)
    }

    /// Why a leader is impossible or unlikely under the present settings, links and disks; `None`
    /// if they are sound.
    pub fn doubt(&self) -> Option<String> {
        explain::doubt::doubt(self.world()).map(|doubt| doubt.to_string())
    }

    /// The moves that were made.
    pub fn journal(&self) -> Journal<'_> {
        self.tree.timeline().journal()
    }

    /// The violations that the script has yet to expect, and the cluster as it is.
    pub fn judgement(&mut self) -> (&mut Judgement, &World) {
        (&mut self.judgement, self.tree.timeline().world())
    }

    /// Begins a command. The moves that follow belong to it. With a number of steps, the command is
    /// cut short after that many.
    pub fn begin_command(&mut self, steps: Option<u64>) {
        self.steps_left = steps.or(self.steps_bound);
        (self.was_cut_short, self.recorded, self.before) = (false, None, None);
        self.tree.begin_command();
        self.breaks.begin_command(self.tree.timeline().world());
    }

    /// Ends the current command. Its text is kept if it changed anything.
    pub fn end_command(&mut self, typed: &str, ran: &Result<(), Error>) {
        let recorded = self.recorded.take();
        let succeeds = recorded.as_ref().is_some_and(|recorded| recorded.succeeds);
        let typed = recorded.as_ref().map_or(typed, |recorded| &recorded.text);
        let end = match ran {
            _ if self.was_cut_short || self.is_at_limit() => CommandEnd::CutShort,
            Err(error) if error.status == Status::Interrupted => CommandEnd::CutShort,
            Err(_) if !succeeds => CommandEnd::Failed,
            Err(_) | Ok(()) => CommandEnd::Succeeded,
        };
        self.tree.end_command(typed, end);
        self.undo_history.end_command(typed);
        if self.steps_bound.is_some() {
            self.steps_bound = self.steps_left;
        }
        (self.steps_left, self.was_cut_short) = (None, false);
    }

    /// Records another text than what is typed for the current command: a command that does the
    /// same.
    pub fn record_as(&mut self, text: String) {
        self.recorded = Some(RecordedText { text, succeeds: false });
    }

    /// The command that is recorded in place of the current one has succeeded, even if the current
    /// one fails.
    pub fn record_success(&mut self) {
        if let Some(recorded) = &mut self.recorded {
            recorded.succeeds = true;
        }
    }

    /// Bounds the steps that all further commands together may make. A command that reaches the
    /// bound is cut short.
    pub fn bound_steps(&mut self, steps: u64) {
        self.steps_bound = Some(steps);
    }

    /// Whether that bound is reached.
    pub fn is_out_of_steps(&self) -> bool {
        self.steps_bound == Some(0)
    }

    /// Marks the current command as cut short: it stops before it has done everything.
    pub fn cut_short(&mut self) {
        self.was_cut_short = true;
    }

    /// Whether the current command has stopped before it had done all that it says.
    pub fn is_cut_short(&self) -> bool {
        self.was_cut_short
    }

    /// Whether the current command has made as many steps as it may.
    pub fn is_at_limit(&self) -> bool {
        self.steps_left == Some(0)
    }

    /// A copy, which is asked about what is typed before it is sent, with every key. So it tries
    /// nothing on its own to find a hint; the violations that a script has yet to expect are left
    /// out, too.
    pub fn copy(&self) -> Session {
        let copy = Session::around(self.start, self.tree.sketch());
        let (aliases, undo_history) = (self.aliases.clone(), self.undo_history.sketch());
        let breaks = self.breaks.sketch();
        Session { aliases, undo_history, breaks, tries: false, ..copy }
    }

    /// Sets the cluster aside, and begins with a fresh one.
    pub fn set_aside(&mut self) {
        let Start { nodes, seed, settings } = self.start;
        let undo_history = std::mem::take(&mut self.undo_history);
        let tree = self.turn_to(Tree::new(nodes, seed, settings));
        self.aside = Some((tree, undo_history, std::mem::take(&mut self.breaks)));
    }

    /// Brings the cluster back that was set aside.
    pub fn bring_back(&mut self) {
        if let Some((tree, undo_history, breaks)) = self.aside.take() {
            self.turn_to(tree);
            (self.undo_history, self.breaks) = (undo_history, breaks);
            self.judgement.seen();
        }
    }

    /// A copy of the cluster and its history, to go back to.
    pub fn checkpoint(&self) -> Timeline<Checker> {
        self.tree.timeline().clone()
    }

    /// Takes back what was done since a checkpoint was made, without a trace.
    pub fn restore(&mut self, checkpoint: Timeline<Checker>) {
        self.tree.take_back(checkpoint);
        self.judgement.turn_to(self.tree.timeline().world());
    }

    /// Makes a move.
    ///
    /// # Errors
    /// If it is impossible; then nothing has changed.
    pub fn act(&mut self, action: Action) -> Result<Applied, Refused> {
        let action = match (action, self.steps_left) {
            (Action::Settle(nodes, _), Some(left)) => Action::Settle(nodes, Some(left)),
            (action, _) => action,
        };
        let waits = matches!(action, Action::Wait(_));
        if let Action::Set(setting) = &action {
            self.choose(setting.name());
        }
        let applied = self.tree.act(action)?;
        self.spend(applied.steps);
        if !self.breaks.is_empty() {
            let world = self.tree.timeline().world();
            if waits { self.breaks.judge(world, &[]) } else { self.breaks.observe(world) }
        }
        Ok(applied)
    }

    fn spend(&mut self, steps: u64) {
        if let Some(left) = &mut self.steps_left {
            *left = left.saturating_sub(steps);
        }
    }

    /// Makes a move, and calls `go_on` before it and, now and then, between its steps. These steps
    /// do not count against the step limit.
    ///
    /// # Errors
    /// If the move is impossible, or `go_on` fails.
    pub fn act_watched(
        &mut self,
        action: Action,
        go_on: impl FnMut() -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.tree.act_watched(action, go_on)
    }

    /// Makes the next step, if it is due by `until_us` and the command may make one. Returns
    /// whether it did.
    pub fn step(&mut self, until_us: u64) -> bool {
        let stepped = !self.is_at_limit() && self.tree.step(until_us);
        self.spend(u64::from(stepped));
        if stepped && !self.breaks.is_empty() {
            let timeline = self.tree.timeline();
            self.breaks.judge(timeline.world(), timeline.latest());
        }
        stepped
    }

    /// All events of the latest move or step.
    pub fn latest(&self) -> &[Event] {
        self.tree.timeline().latest()
    }

    /// Whether the current command must stop now: the latest step or move violated a property, and
    /// `on-violation` is `stop`, or a breakpoint stops it. A command with a step limit stops at its
    /// limit instead.
    pub fn is_stopped(&self) -> bool {
        match self.steps_left {
            Some(_) => self.is_at_limit(),
            None => self.breaks.stops() || self.is_violated(),
        }
    }

    /// Whether the latest step or move violated a property, and `on-violation` is `stop`.
    pub fn is_violated(&self) -> bool {
        is_violation(self.world(), self.latest())
    }

    /// Marks the violations that a true condition names as expected.
    ///
    /// # Errors
    /// If it names a node that does not exist, or depends on a violation after judging has ended.
    pub fn expect_violations(&mut self, condition: &Condition) -> Result<(), Error> {
        let said = evaluate::said_violated(self.world(), condition);
        self.judgement.accept(&said.map_err(|why| self.undecided(why))?);
        Ok(())
    }

    /// Lets time pass up to a moment, if nothing is due before it.
    ///
    /// # Errors
    /// If something is due before it.
    pub fn wait_until(&mut self, time_us: u64) -> Result<(), Error> {
        let left_us = time_us.saturating_sub(self.world().now_us());
        if left_us > 0 {
            self.act(Action::Wait(left_us))?;
        }
        Ok(())
    }
}

/// Whether a step or move with these events violated a property, and `on-violation` is `stop`.
fn is_violation(world: &World, latest: &[Event]) -> bool {
    let is_violation = |event: &Event| matches!(event.kind, EventKind::PropertyViolated { .. });
    // The findings of the checker are the last events of a batch.
    let said =
        |event: &&Event| is_violation(event) || matches!(event.kind, EventKind::JudgingEnded);
    let broke = latest.iter().rev().take_while(said).any(is_violation);
    broke && world.settings().on_violation == OnViolation::Stop
}
