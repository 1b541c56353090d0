//! Walking along recorded moves, on a copy of an earlier moment.

use super::super::moves::{Moment, Moves, Position};
use super::super::timeline::Timeline;
use crate::raft::NodeSet;
use crate::sim::{Action, Watch, World};

/// A timeline that makes recorded moves again, from one position on. It records none of them.
pub(super) struct Walk<'a, W> {
    timeline: Timeline<W>,
    moves: &'a Moves,
    at: Position,
}

impl<'a, W: Watch + 'static> Walk<'a, W> {
    /// A walk along these moves, of which the timeline has made those before the position.
    pub(super) fn new(timeline: Timeline<W>, moves: &'a Moves, at: Position) -> Walk<'a, W> {
        Walk { timeline, moves, at: moves.settled(at) }
    }

    /// Where it is.
    pub(super) fn at(&self) -> Position {
        self.at
    }

    /// The world there.
    pub(super) fn world(&self) -> &World {
        self.timeline.world()
    }

    /// The timeline there. It has recorded no moves.
    pub(super) fn timeline(&self) -> &Timeline<W> {
        &self.timeline
    }

    /// Makes one more step, or the next move if that is made at once; false at the end.
    pub(super) fn advance(&mut self) -> bool {
        let Some(next) = self.moves.after(self.at) else { return false };
        match self.moves.steps(self.at.moves) {
            0 => self.make(self.moves.action(self.at.moves)),
            _ => self.make_steps(1),
        }
        self.at = next;
        true
    }

    /// Goes to a position, which must not be before this one.
    pub(super) fn go_to(&mut self, to: Position) {
        while self.at < to {
            let steps = self.moves.steps(self.at.moves);
            let wanted = if self.at.moves < to.moves { steps } else { to.steps };
            match steps {
                0 => self.make(self.moves.action(self.at.moves)),
                _ => self.make_steps(wanted - self.at.steps),
            }
            self.at = match wanted < steps {
                true => Position { steps: wanted, ..self.at },
                false => Position { moves: self.at.moves + 1, steps: 0 },
            };
        }
    }

    /// Goes as far as it is not later than this, and returns how long nothing happens from there
    /// until then, in microseconds.
    pub(super) fn go_until(&mut self, time_us: u64) -> u64
    where
        W: Clone,
    {
        let left_us = |walk: &Self| time_us.saturating_sub(walk.world().now_us());
        while let Some(next) = self.moves.after(self.at) {
            match self.moves.action(self.at.moves) {
                Action::Step(_) if !self.timeline.make_step(time_us) => break,
                Action::Step(_) => {}
                Action::Wait(us) if us > left_us(self) => break,
                Action::Settle(nodes, _) => {
                    let before = self.timeline.clone();
                    self.settle(nodes, 1);
                    if self.world().now_us() > time_us {
                        self.timeline = before;
                        break;
                    }
                }
                action => self.make(action),
            }
            self.at = next;
        }
        left_us(self)
    }

    /// Makes some steps of the present move.
    fn make_steps(&mut self, count: u64) {
        match self.moves.action(self.at.moves) {
            Action::Settle(nodes, _) => self.settle(nodes, count),
            _ => {
                for _ in 0..count {
                    self.timeline.make_step(u64::MAX);
                }
            }
        }
    }

    fn settle(&mut self, nodes: Option<NodeSet>, count: u64) {
        self.make(Action::Settle(nodes, Some(count)));
    }

    fn make(&mut self, action: Action) {
        // A move that was possible once is possible again, because the same moves lead to the same
        // worlds.
        let _ = self.timeline.make(&action);
    }

    /// The timeline here, after this much time in which nothing is due. Its moves are those that
    /// were walked, and its events are joined by those that `end`, the end of the branch, still
    /// keeps.
    pub(super) fn arrive(mut self, waited_us: u64, end: &Timeline<W>) -> Timeline<W> {
        if waited_us > 0 {
            self.make(Action::Wait(waited_us));
        }
        let Walk { mut timeline, moves, at } = self;
        let (now_us, requests) = (timeline.world().now_us(), timeline.world().ops().plain());
        timeline.moves = moves.through(Moment { at, waited_us }, now_us, requests);
        timeline.events = timeline.events.with_older(&end.events);
        timeline
    }
}
