//! Finding moments: of an event, of a time, of a condition; some steps or commands back.

use super::super::events::EventLog;
use super::super::moves::{Moves, Position, UndoStep};
use super::super::timeline::Timeline;
use super::checkpoints::Checkpoint;
use super::walk::Walk;
use super::{Bookmark, BranchId, Moment, Place, Tree};
use crate::kv::Str;
use crate::sim::{EventId, Watch};

impl<W: Watch + Clone + 'static> Tree<W> {
    /// The latest checkpoint on the way to the end of a branch for which this holds. It must hold
    /// for the first ones on the way only, and for the start.
    pub(super) fn nearest(
        &self,
        branch: BranchId,
        holds: impl Fn(&Checkpoint<W>) -> bool,
    ) -> &Checkpoint<W> {
        let (mut branch, mut limit) = (branch, None);
        loop {
            let within = |checkpoint: &Checkpoint<W>| {
                limit.is_none_or(|limit| checkpoint.at <= limit) && holds(checkpoint)
            };
            let found = self.branch(branch).checkpoints.latest(within);
            match (found, self.parting(branch)) {
                (Some(found), _) => return found,
                (None, Some(parting)) => {
                    (branch, limit) = (parting.place.branch, Some(parting.place.moment.at));
                }
                (None, None) => unreachable!("the first branch has a checkpoint at its start"),
            }
        }
    }

    /// A walk along a branch, from the nearest checkpoint before a position.
    pub(super) fn walk_to(&self, branch: BranchId, at: Position) -> Walk<'_, W> {
        self.walk_from(branch, self.nearest(branch, |checkpoint| checkpoint.at <= at))
    }

    pub(super) fn walk_from(&self, branch: BranchId, from: &Checkpoint<W>) -> Walk<'_, W> {
        Walk::new(from.timeline(), self.moves(branch), from.at)
    }

    fn moves(&self, branch: BranchId) -> &Moves {
        &self.end(branch).moves
    }

    /// The start of the cluster, on the present branch.
    pub fn start(&self) -> Place {
        Place { branch: self.present, moment: Moment::after(Position::default()) }
    }

    /// The end of a branch.
    pub fn end_of(&self, branch: BranchId) -> Place {
        Place { branch, moment: Moment::after(self.moves(branch).end()) }
    }

    /// Right after the step or move that brought an event about; `None` if the branch ends before.
    pub fn place_of_event(&self, branch: BranchId, event: EventId) -> Option<Place> {
        if event == 0 {
            return Some(Place { branch, moment: Moment::after(Position::default()) });
        }
        if event > self.end(branch).world().event_count() {
            return None;
        }
        let from = self.nearest(branch, |checkpoint| checkpoint.event < event);
        let mut walk = self.walk_from(branch, from);
        while walk.world().event_count() < event {
            if !walk.advance() {
                return None;
            }
        }
        Some(Place { branch, moment: Moment::after(walk.at()) })
    }

    /// The latest moment that is not later than this; `None` if the branch ends before.
    pub fn place_at_time(&self, branch: BranchId, time_us: u64) -> Option<Place> {
        if time_us > self.end(branch).world().now_us() {
            return None;
        }
        let from = self.nearest(branch, |checkpoint| checkpoint.time_us <= time_us);
        let mut walk = self.walk_from(branch, from);
        let waited_us = walk.go_until(time_us);
        Some(Place { branch, moment: Moment { at: walk.at(), waited_us } })
    }

    /// This many steps and commands back on the present branch; `None` if there are fewer.
    pub fn back(&self, count: u64) -> Option<Place> {
        self.paced(count, |moves, at| {
            let at = moves.before(at)?;
            let pauses = at.steps == 0 && moves.is_pause(at.moves);
            Some(moves.before(at).filter(|_| pauses).unwrap_or(at))
        })
    }

    /// This many recorded steps and commands forward on the present branch; `None` if there are
    /// fewer.
    pub fn forward(&self, count: u64) -> Option<Place> {
        self.paced(count, |moves, at| {
            let at = moves.after(at)?;
            let pauses = at.steps == 0 && moves.is_pause(at.moves);
            Some(moves.after(at).filter(|_| pauses).unwrap_or(at))
        })
    }

    fn paced(
        &self,
        count: u64,
        pace: impl Fn(&Moves, Position) -> Option<Position>,
    ) -> Option<Place> {
        let Place { branch, moment } = self.here();
        let moves = self.moves(branch);
        let mut at = moment.at;
        for _ in 0..count {
            at = pace(moves, at)?;
        }
        Some(Place { branch, moment: Moment::after(at) })
    }

    /// The last commands before this moment that changed something, the latest first.
    pub fn undo_steps(&self) -> impl Iterator<Item = (UndoStep, Place)> {
        let Place { branch, moment } = self.here();
        let moves = self.moves(branch);
        let mut at = moment.at;
        if moment.waited_us > 0 {
            // The wait is a part of the next move.
            at.steps = at.steps.max(1);
        }
        std::iter::from_fn(move || {
            let step = moves.undo_step_before(at)?;
            at = step.from;
            Some((step, Place { branch, moment: Moment::after(at) }))
        })
    }

    /// Shows each moment of a branch from one position to another, in order, both included.
    ///
    /// # Errors
    /// What `visit` fails with, which ends the walk.
    pub fn visit<E>(
        &self,
        branch: BranchId,
        from: Position,
        to: Position,
        mut visit: impl FnMut(&Timeline<W>, Position) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut walk = self.walk_to(branch, from);
        walk.go_to(from);
        loop {
            visit(walk.timeline(), walk.at())?;
            if walk.at() >= to || !walk.advance() {
                return Ok(());
            }
        }
    }

    /// The events from this number on, up to the present moment, made again if they are no longer
    /// kept. `check_stop` is called before each step.
    ///
    /// # Errors
    /// What `check_stop` fails with.
    pub fn events_from<E>(
        &self,
        event: EventId,
        mut check_stop: impl FnMut() -> Result<(), E>,
    ) -> Result<EventLog, E> {
        let Place { branch, moment } = self.here();
        let from = self.nearest(branch, |checkpoint| checkpoint.event < event.max(1));
        let mut walk = self.walk_from(branch, from);
        let mut log = walk.timeline().events.clone();
        log.keep(u64::MAX);
        while walk.at() < moment.at {
            check_stop()?;
            walk.advance();
            log.add(walk.timeline().latest());
        }
        Ok(log)
    }

    /// Positions of a branch up to one of them, some thousand steps apart, the latest first. The
    /// last one is the start.
    pub fn checkpoint_positions(&self, branch: BranchId, to: Position) -> Vec<Position> {
        let (mut branch, mut limit, mut found) = (branch, to, Vec::new());
        loop {
            let here = self.branch(branch).checkpoints.iter().rev();
            found.extend(here.map(|checkpoint| checkpoint.at).filter(|at| *at <= limit));
            let Some(parting) = self.parting(branch) else { return found };
            (branch, limit) = (parting.place.branch, limit.min(parting.place.moment.at));
        }
    }

    /// The same moment on the branch from which all others that have it have parted.
    pub(super) fn on_the_oldest(&self, mut place: Place) -> Place {
        while let Some(parting) = self.parting(place.branch) {
            let (at, limit) = (place.moment.at, parting.place.moment.at);
            if at == self.moves(place.branch).settled(limit) {
                place = Place { moment: Moment { at: limit, ..place.moment }, ..parting.place };
            } else if at < limit {
                place.branch = parting.place.branch;
            } else {
                break;
            }
        }
        place
    }

    /// Where two branches part.
    pub fn parting_of(&self, left: BranchId, right: BranchId) -> Option<Bookmark> {
        let way = |mut branch: BranchId| {
            let mut way = vec![(branch, None)];
            while let Some(parting) = self.parting(branch) {
                branch = parting.place.branch;
                way.push((branch, Some(parting)));
            }
            way
        };
        let (left, right) = (way(left), way(right));
        // The first branch that both come from, and where each leaves it.
        let both = left.iter().find_map(|(branch, leaves)| {
            let other = right.iter().find(|(other, _)| other == branch)?;
            Some((*leaves, other.1))
        });
        match both? {
            (Some(one), Some(other)) => {
                let first = one.place.moment <= other.place.moment;
                Some(if first { one } else { other })
            }
            (one, other) => one.or(other),
        }
    }

    /// The next command of a branch after a moment, which may also be the one at which the branch
    /// left another. None if the branch ends there.
    pub fn command_after(&self, branch: BranchId, at: Moment) -> Option<Str> {
        let moves = self.moves(branch);
        let next = moves.settled(at.at).moves;
        // A branch that begins while nothing happens begins with a wait.
        let waits = at.waited_us > 0
            && self.parting(branch).is_some_and(|parting| parting.place.moment == at);
        moves.command_text(next + usize::from(waits))
    }
}
