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
}

impl Arena {
    /// A fresh cluster of this many nodes, all running.
    pub fn new(nodes: usize, seed: u64, settings: Settings) -> Arena {
        Arena::begin(World::with_settings(nodes, seed, settings), |checker| checker)
    }

    /// The same, but what clients saw is not judged: see [`Checker::without_clients`].
    pub fn without_clients(nodes: usize, seed: u64, settings: Settings) -> Arena {
        Arena::begin(World::with_settings(nodes, seed, settings), Checker::without_clients)
    }

    fn begin(mut world: World, adjust: fn(Checker) -> Checker) -> Arena {
        let checker = adjust(Checker::watching(world.first_group(), world.pool()));
        let mut recorder = EventRecorder::new(checker);
        world.start_engines(&mut recorder);
        Arena { world, recorder }
    }

    /// The present moment of a timeline.
    pub(super) fn at(timeline: &Timeline<Checker>) -> Arena {
        Arena { world: timeline.world().clone(), recorder: timeline.recorder().clone() }
    }
}

impl Stage for Arena {
    fn world(&self) -> &World {
        &self.world
    }

    fn act(&mut self, action: Action) -> Result<Applied, Refused> {
        self.recorder.begin_anew();
        self.world.apply(action, &mut self.recorder)
    }

    fn step(&mut self, until_us: u64) -> bool {
        self.recorder.begin_anew();
        self.world.step(until_us, &mut self.recorder)
    }

    fn latest(&self) -> &[Event] {
        self.recorder.events()
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
