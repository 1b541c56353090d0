//! Where a trial takes place: a world alone, which is fast, or a timeline, which records the moves.

use crate::check::Checker;
use crate::history::Timeline;
use crate::sim::{Action, Applied, Event, EventRecorder, Refused, Settings, Watch, World};

/// A judged world that can be changed.
pub trait Stage {
    /// The world as it is now.
    fn world(&self) -> &World;
    /// Makes a move other than [`Action::Step`].
    fn act(&mut self, action: Action) -> Result<Applied, Refused>;
    /// Makes the next step, if it is due by `until_us`; false if none is.
    fn step(&mut self, until_us: u64) -> bool;
    /// All events of the latest move or step.
    fn latest(&self) -> &[Event];
    /// Who judges it.
    fn checker(&self) -> &Checker;
}

/// A world with its checker and nothing else: it keeps no history, and reuses the memory for the
/// events of each step.
#[derive(Clone)]
pub struct Arena {
    world: World,
    recorder: EventRecorder<Checker>,
    latest: Vec<Event>,
}

impl Arena {
    /// A fresh cluster of this many nodes, all running.
    pub fn new(nodes: usize, seed: u64, settings: Settings) -> Arena {
        let mut world = World::with_settings(nodes, seed, settings);
        let checker = Checker::watching(world.first_group(), world.pool());
        let mut recorder = EventRecorder::new(checker);
        world.start_engines(&mut recorder);
        let latest = recorder.end();
        Arena { world, recorder, latest }
    }

    /// The present moment of a timeline.
    pub(super) fn at(timeline: &Timeline<Checker>) -> Arena {
        let (world, recorder) = (timeline.world().clone(), timeline.recorder().clone());
        Arena { world, recorder, latest: Vec::new() }
    }

    fn begin(&mut self) {
        self.latest.clear();
        self.recorder.begin(std::mem::take(&mut self.latest));
    }
}

impl Stage for Arena {
    fn world(&self) -> &World {
        &self.world
    }

    fn act(&mut self, action: Action) -> Result<Applied, Refused> {
        self.begin();
        let applied = self.world.apply(&action, &mut self.recorder);
        self.latest = self.recorder.end();
        applied
    }

    fn step(&mut self, until_us: u64) -> bool {
        self.begin();
        let stepped = self.world.step(until_us, &mut self.recorder);
        self.latest = self.recorder.end();
        stepped
    }

    fn latest(&self) -> &[Event] {
        &self.latest
    }

    fn checker(&self) -> &Checker {
        self.recorder.watch()
    }
}

impl Stage for Timeline<Checker> {
    fn world(&self) -> &World {
        Timeline::world(self)
    }

    fn act(&mut self, action: Action) -> Result<Applied, Refused> {
        Timeline::act(self, action)
    }

    fn step(&mut self, until_us: u64) -> bool {
        Timeline::step(self, until_us)
    }

    fn latest(&self) -> &[Event] {
        Timeline::latest(self)
    }

    fn checker(&self) -> &Checker {
        self.watch()
    }
}
