//! Moments of a branch that are kept, from which others are reached by walking.
//!
//! They are a cache: what is not kept is made again from an earlier one. Their number is bounded:
//! when there are more, every second one goes, and from then on they are twice as far apart. So a
//! walk is at most as long as the branch divided by half of that number. In clusters with many
//! nodes there are fewer of them, and with many messages in flight they are farther apart, because
//! each takes more memory.

use super::super::moves::Position;
use super::super::timeline::Timeline;
use crate::sim::{EventId, Watch, World};

/// The most that all checkpoints of one branch take, counted in nodes: 4,096 checkpoints of 5
/// nodes.
const MOST_NODES: usize = 5 * 4_096;

/// How many of the messages, timers and writes that a checkpoint copies take as much as a node: a
/// message may be all that still holds the entries in it.
const COPIES_PER_NODE: usize = 4;

/// The fewest steps and moves between two checkpoints.
const APART: u64 = 4_096;

/// How many steps and moves there are at least for each message that a checkpoint copies.
const APART_PER_COPY: u64 = 4;

/// A moment that is kept. Its timeline has neither moves nor events.
#[derive(Clone, Debug)]
pub(super) struct Checkpoint<W> {
    pub(super) at: Position,
    pub(super) event: EventId,
    pub(super) time_us: u64,
    timeline: Timeline<W>,
    /// How much it takes, counted in nodes.
    weight: usize,
}

impl<W: Watch + Clone + 'static> Checkpoint<W> {
    /// The present moment of a timeline.
    pub(super) fn new(timeline: &Timeline<W>) -> Checkpoint<W> {
        let (world, moves) = (timeline.world(), &timeline.moves);
        Checkpoint {
            at: moves.here(),
            event: world.event_count(),
            time_us: world.now_us(),
            timeline: timeline.bare(),
            weight: world.cluster_size().max(world.copied() / COPIES_PER_NODE),
        }
    }

    /// The world then.
    pub(super) fn world(&self) -> &World {
        self.timeline.world()
    }

    /// The watcher then.
    pub(super) fn watch(&self) -> &W {
        self.timeline.watch()
    }

    /// A timeline that continues here. It has neither moves nor events of what was before.
    pub(super) fn timeline(&self) -> Timeline<W> {
        self.timeline.clone()
    }
}

/// The checkpoints of a branch, in order.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints<W> {
    list: Vec<Checkpoint<W>>,
    /// How many steps and moves lie between two.
    apart: u64,
    /// How many were made since the latest.
    since: u64,
    /// How much all of them may take together, counted in nodes.
    most_nodes: usize,
}

impl<W> Default for Checkpoints<W> {
    fn default() -> Checkpoints<W> {
        Checkpoints { list: Vec::new(), apart: APART, since: 0, most_nodes: MOST_NODES }
    }
}

impl<W: Watch + Clone + 'static> Checkpoints<W> {
    /// No checkpoints yet, which will be this far apart, with at most this many nodes together.
    pub(super) fn sparse(apart: u64, most_nodes: usize) -> Checkpoints<W> {
        Checkpoints { list: Vec::new(), apart, since: 0, most_nodes }
    }

    /// None yet, as far apart as these.
    pub(super) fn alike(&self) -> Checkpoints<W> {
        Checkpoints { list: Vec::new(), since: 0, ..*self }
    }

    /// The first one only.
    pub(super) fn first(&self) -> Checkpoints<W> {
        let list = self.list.first().cloned().into_iter().collect();
        Checkpoints { list, since: 0, ..*self }
    }

    /// Takes note of steps or moves just made, and keeps the present moment if the latest one is
    /// far enough.
    #[inline]
    pub(super) fn count(&mut self, made: u64, timeline: &Timeline<W>) {
        self.since += made;
        if self.since >= self.apart {
            self.keep_if_cheap(timeline);
        }
    }

    #[cold]
    fn keep_if_cheap(&mut self, timeline: &Timeline<W>) {
        if self.since >= APART_PER_COPY * timeline.world().copied() as u64 {
            self.keep(timeline);
        }
    }

    /// Keeps the present moment.
    pub(super) fn keep(&mut self, timeline: &Timeline<W>) {
        self.since = 0;
        let checkpoint = Checkpoint::new(timeline);
        if self.list.last().is_some_and(|last| last.at >= checkpoint.at) {
            return;
        }
        self.list.push(checkpoint);
        let weight: usize = self.list.iter().map(|checkpoint| checkpoint.weight).sum();
        if weight > self.most_nodes && self.list.len() > 1 {
            let mut nth = 0;
            // The first one, from which everything can be reached, stays.
            self.list.retain(|_| {
                nth += 1;
                nth % 2 == 1
            });
            self.apart *= 2;
        }
    }

    /// Forgets those after a position.
    pub(super) fn forget_after(&mut self, at: Position) {
        self.list.retain(|checkpoint| checkpoint.at <= at);
    }

    /// The latest checkpoint for which this holds; it must hold for the first ones only.
    pub(super) fn latest(&self, holds: impl Fn(&Checkpoint<W>) -> bool) -> Option<&Checkpoint<W>> {
        let after = self.list.partition_point(holds);
        self.list.get(after.checked_sub(1)?)
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Checkpoint<W>> {
        self.list.iter()
    }
}
