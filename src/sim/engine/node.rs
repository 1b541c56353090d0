//! The node of an engine, and what its host keeps for it.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::raft::{HardState, Index, Label, Node, Term, Timer};
use crate::seq::Seq;

use super::fault::{Breakdown, EngineFault};
use super::life::{Engine, Life};
use crate::sim::bytes::DiskState;
use crate::sim::queue::ArmedTimer;
use crate::sim::settings::Range;

/// What runs at a host: raftsh's own Raft, or an engine.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every node is raftsh's own, and behind a box it would be slower"
)]
pub(in crate::sim) enum Machine {
    /// raftsh's own Raft.
    Own(Node),
    /// An engine.
    Engine(Box<EngineNode>),
}

/// An engine that runs.
#[derive(Clone, Debug)]
pub struct EngineNode {
    /// Its inputs and answers since its start.
    pub life: Life,
    /// How many writes it has asked for since its start.
    pub(super) writes: u32,
    /// The last index that its disk will have when all its writes have finished.
    pub(super) handed: u32,
    /// What it has handed to its disk last: its term and vote, and what it keeps beside its log.
    pub(super) state: DiskState,
    /// Whether its disk holds a blob, so that its log is known only if it says so.
    pub(super) is_blob: bool,
    /// Whether it has ever said what its log is, or written it.
    pub(super) gives_log: bool,
    /// Whether it says whom it voted for, or has written that.
    pub(super) gives_vote: bool,
    /// The commit index that it said at its first start, until all nodes have started.
    pub(super) commit_held: Option<Index>,
    /// The entries that it wants applied, until then.
    pub(super) applies_held: Vec<Index>,
}

impl EngineNode {
    pub(super) fn new(engine: Arc<Engine>, state: DiskState, last: Index) -> EngineNode {
        let is_blob = state.is_blob;
        EngineNode {
            life: Life::new(engine),
            writes: 0,
            handed: last.0,
            state,
            is_blob,
            gives_log: !is_blob,
            gives_vote: state.hard_state != HardState::default(),
            commit_held: None,
            applies_held: Vec::new(),
        }
    }
}

impl Hash for EngineNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // All else follows from the inputs.
        self.life.digest().hash(state);
    }
}

/// What a host keeps for its engine, whether that runs or not.
#[derive(Clone, Debug)]
pub struct EngineHost {
    /// The engine that runs here.
    pub engine: Arc<Engine>,
    /// Its timers besides the election timer and the heartbeat timer, in order of their names.
    pub(in crate::sim) timers: BTreeMap<Label, NamedTimer>,
    /// The ranges of the election timer and the heartbeat timer, if the engine gave them.
    pub(super) ranges: [Option<Range>; 2],
    /// What was written beside the data of an entry, by its index and term.
    pub(super) raws: Arc<BTreeMap<(Index, Term), Arc<str>>>,
    /// The latest texts that were written beside the log, or in its place.
    pub(super) mores: Seq<Arc<str>>,
    /// Its lives that are over, the first one first.
    pub lives: Seq<Life>,
    /// How the engine broke the protocol first, if it ever did.
    pub protocol: Option<EngineFault>,
    /// Why the latest life ended, if the engine failed.
    pub failure: Option<Arc<Breakdown>>,
}

/// How many of the latest texts beside the log a host keeps: an older one may come back.
const MORES: usize = 256;

/// A timer of any name.
#[derive(Clone, Copy, Debug, Hash)]
pub(in crate::sim) struct NamedTimer {
    pub(in crate::sim) armed: ArmedTimer,
    pub(in crate::sim) range: Range,
}

impl EngineHost {
    pub(in crate::sim) fn new(engine: Arc<Engine>) -> EngineHost {
        EngineHost {
            engine,
            timers: BTreeMap::new(),
            ranges: [None; 2],
            raws: Arc::default(),
            mores: Seq::new(),
            lives: Seq::new(),
            protocol: None,
            failure: None,
        }
    }

    /// From what the engine wants the duration of a timer drawn, if it says so.
    pub(in crate::sim) fn range(&self, timer: Timer) -> Option<Range> {
        self.ranges[timer as usize]
    }

    /// The number of a text that is written beside the log.
    pub(super) fn keep(&mut self, text: Arc<str>) -> u32 {
        self.mores.push(text);
        self.mores.forget_before(self.mores.end().saturating_sub(MORES));
        self.mores.end() as u32
    }

    /// The text with this number.
    pub(super) fn kept(&self, number: u32) -> Option<&Arc<str>> {
        self.mores.get((number as usize).checked_sub(1)?)
    }

    /// A life is over.
    pub(in crate::sim) fn ends(&mut self, mut life: Life) {
        life.end();
        self.lives.push(life);
        self.timers.clear();
        self.ranges = [None; 2];
    }
}

impl Hash for EngineHost {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let EngineHost { engine, timers, ranges, raws: _, mores: _, lives, protocol, failure } =
            self;
        (engine.identity(), timers, ranges, protocol).hash(state);
        // What was written beside the log follows from the lives.
        lives.iter().for_each(|life| life.digest().hash(state));
        failure.is_some().hash(state);
    }
}
