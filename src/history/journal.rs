//! The list of moves that rebuilds a world.

use std::sync::Arc;

use crate::quantity::MAX_DURATION_US;
use crate::seq::Seq;
use crate::sim::{Action, Applied, DiskMove, OpId, Ops, Settings};

/// How a world came to be: where it came from, and the moves that were made since.
#[derive(Clone, Copy, Debug)]
pub struct Journal<'a> {
    /// How many nodes it has.
    pub nodes: usize,
    /// The seed of its dice.
    pub seed: u64,
    /// The settings it began with.
    pub settings: Settings,
    pub(super) moves: &'a Moves,
    /// The requests of the world that the moves led to.
    pub(super) ops: &'a Ops,
}

impl<'a> Journal<'a> {
    /// The moves, in order. Steps in a row are one move, and so is waiting in a row, as long as it can be typed.
    pub fn actions(self) -> impl DoubleEndedIterator<Item = Action> + ExactSizeIterator + use<'a> {
        (0..self.moves.list.end()).map(move |nth| self.action(nth))
    }

    /// The moves, in order, with what became of each.
    pub fn moves(self) -> impl Iterator<Item = Made> + use<'a> {
        let mut gave_up = self.moves.gave_up.iter().copied().peekable();
        let mut broke = self.moves.broke.iter().peekable();
        self.actions().enumerate().map(move |(nth, action)| {
            let of_this = std::iter::from_fn(|| broke.next_if(|(at, _)| *at == nth));
            let broke = of_this.map(|(_, property)| *property).collect();
            Made { action, gave_up: gave_up.next_if_eq(&nth).is_some(), broke }
        })
    }

    /// Whether any of them broke a property.
    pub fn is_broken(self) -> bool {
        !self.moves.broke.is_empty()
    }

    fn action(self, nth: usize) -> Action {
        match self.moves.list.get(nth) {
            Some(Move::Step(count)) => Action::Step(*count),
            Some(Move::Wait(duration_us)) => Action::Wait(*duration_us),
            Some(Move::Invoke(op)) => {
                let Some(op) = self.ops.get(*op) else { unreachable!("a world keeps its requests") };
                Action::Invoke(op.node, op.command.clone())
            }
            Some(Move::Other(action)) => Action::clone(action),
            None => unreachable!("only moves that were made are asked for"),
        }
    }
}

impl PartialEq for Journal<'_> {
    fn eq(&self, other: &Journal<'_>) -> bool {
        (self.nodes, self.seed, self.settings) == (other.nodes, other.seed, other.settings)
            && self.moves().eq(other.moves())
    }
}

impl Eq for Journal<'_> {}

/// A move that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The move.
    pub action: Action,
    /// Whether it gave up before its end: it was made all the same, but its command fails.
    pub gave_up: bool,
    /// The properties that broke in it.
    pub broke: Vec<&'static str>,
}

/// The list of moves, in little room: there may be millions.
#[derive(Clone, Debug, Default)]
pub(super) struct Moves {
    list: Seq<Move>,
    /// The positions of those that gave up before their end, in order.
    gave_up: Vec<usize>,
    /// The properties that broke, each with the position of the move in which it did, in order.
    broke: Vec<(usize, &'static str)>,
}

/// A move.
#[derive(Clone, Debug)]
enum Move {
    Step(u64),
    Wait(u64),
    /// A request, of which the world knows the rest.
    Invoke(OpId),
    Other(Arc<Action>),
}

/// So much of a move as was done before a violation ended it: made again, it ends there, violation or not.
fn done(action: Action, applied: &Applied) -> Action {
    match action {
        Action::Settle(nodes, _) => Action::Settle(nodes, Some(applied.steps)),
        Action::Deliver(mut messages) => {
            messages.truncate(usize::try_from(applied.messages).unwrap_or(usize::MAX));
            Action::Deliver(messages)
        }
        Action::Timeout(_) => Action::Timeout(applied.nodes),
        Action::Restart(_) => Action::Restart(applied.nodes),
        Action::Resume(_) => Action::Resume(applied.nodes),
        Action::Disk(_, DiskMove::Sync) => Action::Disk(applied.nodes, DiskMove::Sync),
        // In the midst of others nothing is looked at.
        other => other,
    }
}

impl Moves {
    fn last_mut(&mut self) -> Option<&mut Move> {
        self.list.get_mut(self.list.end().checked_sub(1)?)
    }

    /// The latest move broke properties.
    pub(super) fn broke(&mut self, properties: impl Iterator<Item = &'static str>) {
        let latest = self.list.end().saturating_sub(1);
        self.broke.extend(properties.map(|property| (latest, property)));
    }

    /// One more step: by far the most frequent move.
    pub(super) fn push_step(&mut self) {
        match self.last_mut() {
            Some(Move::Step(total)) => *total = total.saturating_add(1),
            _ => self.list.push(Move::Step(1)),
        }
    }

    pub(super) fn push(&mut self, action: Action, applied: &Applied) {
        match (self.last_mut(), action) {
            (Some(Move::Step(total)), Action::Step(count)) => *total = total.saturating_add(count),
            (Some(Move::Wait(total_us)), Action::Wait(duration_us))
                if total_us.saturating_add(duration_us) <= MAX_DURATION_US =>
            {
                *total_us += duration_us;
            }
            (_, action) => {
                if applied.unsettled {
                    self.gave_up.push(self.list.end());
                }
                self.list.push(match (action, applied.op) {
                    (Action::Step(count), _) => Move::Step(count),
                    (Action::Wait(duration_us), _) => Move::Wait(duration_us),
                    (Action::Invoke(..), Some(op)) => Move::Invoke(op),
                    (action, _) if applied.stopped => Move::Other(Arc::new(done(action, applied))),
                    (action, _) => Move::Other(Arc::new(action)),
                });
            }
        }
    }
}
