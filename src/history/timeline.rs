//! A world with its journal and its events.

use crate::sim::{Action, Applied, Event, EventId, EventRecorder, Refused, Settings, Watch, World};

use super::events::EventLog;
use super::journal::{CommandEnd, Journal};
use super::moves::{Begun, Extent, Moves};

/// The number of steps between two calls of `go_on`.
const SLICE: u64 = 4_096;

/// A world with its journal, its events and its watcher.
#[derive(Clone, Debug)]
pub struct Timeline<W = ()> {
    world: World,
    /// The origin: nodes, seed, settings.
    origin: (usize, u64, Settings),
    pub(super) moves: Moves,
    /// The number of steps made in all.
    pub(super) steps: u64,
    /// The start of the current command, if one is running.
    begun: Option<CommandStart>,
    pub(super) events: EventLog,
    /// The watcher, with the events of the move that is being made.
    recorder: EventRecorder<W>,
}

/// The state at the start of a command.
#[derive(Clone, Copy, Debug)]
struct CommandStart {
    moves: Begun,
    steps: u64,
}

/// What grows with every move and step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Totals {
    moves: usize,
    pub(super) steps: u64,
    time_us: u64,
    events: EventId,
}

impl<W: Watch + 'static> Timeline<W> {
    /// A fresh cluster.
    pub fn new(nodes: usize, seed: u64) -> Timeline<W> {
        Timeline::with_settings(nodes, seed, Settings::default())
    }

    /// A fresh cluster with other settings.
    pub fn with_settings(nodes: usize, seed: u64, settings: Settings) -> Timeline<W> {
        let mut events = EventLog::default();
        events.keep(settings.history);
        let mut world = World::with_settings(nodes, seed, settings);
        let watch = W::watching(world.first_group(), world.pool());
        let mut recorder = EventRecorder::new(watch);
        world.start_engines(&mut recorder);
        events.end(recorder.end());
        let moves = Moves::new(world.ops().requests());
        Timeline {
            world,
            origin: (nodes, seed, settings),
            moves,
            steps: 0,
            begun: None,
            events,
            recorder,
        }
    }

    /// The world as it is now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The moves that led to the present world, with its origin.
    pub fn journal(&self) -> Journal<'_> {
        let (nodes, seed, settings) = self.origin;
        Journal { nodes, seed, settings, steps: self.steps, world: &self.world, moves: &self.moves }
    }

    /// The latest events.
    pub fn events(&self) -> &EventLog {
        &self.events
    }

    /// Begins a command. The moves that follow belong to it.
    pub fn begin_command(&mut self) {
        let from = self.moves.begin_command();
        let moves = Begun { from, time_us: self.world.now_us() };
        self.begun = Some(CommandStart { moves, steps: self.steps });
    }

    /// Ends the current command. Its text is kept with its moves; a command that made no move is
    /// not kept.
    pub fn end_command(&mut self, typed: &str, end: CommandEnd) {
        let Some(CommandStart { moves, steps }) = self.begun.take() else { return };
        let us = self.world.now_us() - moves.time_us;
        let extent = Extent { steps: self.steps - steps, us };
        match end {
            CommandEnd::Succeeded => self.moves.end_command(moves, typed, None),
            CommandEnd::Failed => self.moves.end_command(moves, &format!("!{typed}"), None),
            CommandEnd::CutShort => self.moves.end_command(moves, typed, Some(extent)),
        }
    }

    /// Makes a move. A move that changes nothing is not recorded.
    ///
    /// # Errors
    /// If it is impossible; then nothing has changed.
    pub fn act(&mut self, action: Action) -> Result<Applied, Refused> {
        if let Action::Step(count) = action {
            let steps = (0..count).take_while(|_| self.step(u64::MAX)).count() as u64;
            return Ok(Applied { steps, changed: steps > 0, ..Applied::default() });
        }
        let (broken, events) = (self.world.violations().len(), self.world.event_count());
        let applied = self.make(&action)?;
        if applied.changed || self.world.event_count() > events {
            self.moves.push(action, &applied);
            self.note_broken(broken);
        }
        Ok(applied)
    }

    /// Makes a move other than [`Action::Step`] without recording it.
    pub(super) fn make(&mut self, action: &Action) -> Result<Applied, Refused> {
        let applied = self.watched(|world, recorder| world.apply(action.clone(), recorder))?;
        self.events.keep(self.world.settings().history);
        self.steps += applied.steps;
        Ok(applied)
    }

    /// Makes the next step, if it is due by `until_us`, without recording it; false if none is.
    pub(super) fn make_step(&mut self, until_us: u64) -> bool {
        let stepped = self.watched(|world, recorder| world.step(until_us, recorder));
        self.steps += u64::from(stepped);
        stepped
    }

    /// Makes a move as [`Timeline::act`] does, and calls `go_on` before it and, now and then,
    /// between its steps.
    ///
    /// # Errors
    /// If the move is impossible; then nothing has changed. If `go_on` fails; then some of the
    /// steps may have been made.
    pub fn act_watched<E: From<Refused>>(
        &mut self,
        action: Action,
        mut go_on: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        go_on()?;
        let Action::Step(mut left) = action else {
            self.act(action)?;
            return Ok(());
        };
        loop {
            let count = left.min(SLICE);
            left -= count;
            // Fewer steps than asked for means that nothing more is due.
            if self.act(Action::Step(count))?.steps < count || left == 0 {
                return Ok(());
            }
            go_on()?;
        }
    }

    /// Makes the next step, if it is due by `until_us`; false if none is.
    pub fn step(&mut self, until_us: u64) -> bool {
        let broken = self.world.violations().len();
        let stepped = self.make_step(until_us);
        if stepped {
            self.moves.push_step();
            self.note_broken(broken);
        }
        stepped
    }

    /// Attributes the violations after the first `before` to the latest move.
    #[inline]
    fn note_broken(&mut self, before: usize) {
        let violations = self.world.violations();
        if violations.len() > before {
            self.moves.broke(violations[before..].iter().map(|violation| violation.property));
        }
    }

    /// Runs `happen` with a recorder whose watcher sees each event, and keeps the events.
    fn watched<R>(
        &mut self,
        happen: impl FnOnce(&mut World, &mut EventRecorder<dyn Watch>) -> R,
    ) -> R {
        self.recorder.begin(self.events.begin());
        let result = happen(&mut self.world, &mut self.recorder);
        self.events.end(self.recorder.end());
        result
    }

    /// What was done so far. If it is the same as before, nothing was done.
    pub(super) fn totals(&self) -> Totals {
        Totals {
            moves: self.moves.list.end(),
            steps: self.steps,
            time_us: self.world.now_us(),
            events: self.world.event_count(),
        }
    }

    /// The present moment without moves and events.
    pub(super) fn bare(&self) -> Timeline<W>
    where
        W: Clone,
    {
        Timeline {
            world: self.world.clone(),
            origin: self.origin,
            moves: Moves::new(self.world.ops().requests()),
            steps: self.steps,
            begun: None,
            events: self.events.emptied(),
            recorder: self.recorder.clone(),
        }
    }

    /// The recorder, with the watcher.
    pub fn recorder(&self) -> &EventRecorder<W> {
        &self.recorder
    }

    /// The watcher.
    pub fn watch(&self) -> &W {
        self.recorder.watch()
    }

    /// All events of the latest move, however few events are kept.
    pub fn latest(&self) -> &[Event] {
        self.events.latest()
    }

    /// Rebuilds the world from the journal. It equals the present one, event for event.
    pub fn replay(&self) -> Timeline<W> {
        let (nodes, seed, settings) = self.origin;
        let mut again = Timeline::with_settings(nodes, seed, settings);
        for action in self.journal().actions() {
            // A move that was possible once is possible again, because the same moves lead to the
            // same worlds.
            let _ = again.act(action);
        }
        again
    }
}
