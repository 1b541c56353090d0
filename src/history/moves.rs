//! The list of moves, as it is stored.

use std::sync::Arc;

use crate::kv::Str;
use crate::quantity::MAX_DURATION_US;
use crate::seq::Seq;
use crate::sim::{Action, Applied, Asked, DiskMove, Request};

/// The list of moves. There may be millions, so a move takes 16 bytes. Reading the list needs no
/// world.
#[derive(Clone, Debug)]
pub(super) struct Moves {
    pub(super) list: Seq<Move>,
    /// The client requests among the moves, in order. The world has equal ones, in the same pool.
    requests: Seq<Request>,
    /// The positions of the moves that gave up before their end, in order.
    pub(super) gave_up: Seq<usize>,
    /// The violated properties, each with the position of the move that violated it, in order.
    pub(super) broke: Seq<(usize, &'static str)>,
    /// The commands that made moves, in order.
    pub(super) commands: Seq<CommandSpan>,
    /// Blocks and sourced files, which `undo` takes for one command, in order. None is inside
    /// another.
    groups: Seq<Group>,
    /// How many of the first moves were loaded together: no command of its own made them.
    loaded: usize,
    /// Whether the next move must not be merged into the latest one.
    apart: bool,
}

/// A move as it is stored.
#[derive(Clone, Debug)]
pub(super) enum Move {
    Step(u64),
    Wait(u64),
    /// The request at this position in `requests`.
    Invoke(usize),
    /// Any other move.
    Other(Arc<Made>),
}

impl Move {
    /// How many steps it has that can be made one by one; 0 if it is made at once.
    fn steps(&self) -> u64 {
        match self {
            Move::Step(count) => *count,
            Move::Other(made) if matches!(made.action, Action::Settle(..)) => made.steps,
            Move::Wait(_) | Move::Invoke(_) | Move::Other(_) => 0,
        }
    }
}

/// A move, and how many steps it made.
#[derive(Debug)]
pub(super) struct Made {
    action: Action,
    steps: u64,
}

/// How far a command got that was cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The number of steps it made.
    pub steps: u64,
    /// The virtual time that passed, in microseconds.
    pub us: u64,
}

/// A command, and the positions of its moves: from `from` to before `to`.
#[derive(Clone, Debug)]
pub(super) struct CommandSpan {
    pub(super) text: Str,
    from: u32,
    pub(super) to: u32,
    /// When it began, in microseconds.
    began_us: u64,
    pub(super) extent: Option<Box<Extent>>,
}

impl CommandSpan {
    /// The position of its first move.
    pub(super) fn from(&self) -> usize {
        self.from as usize
    }
}

/// A block or a sourced file, and the positions of its moves: from `from` to before `to`.
#[derive(Clone, Debug)]
struct Group {
    text: Str,
    from: u32,
    to: u32,
}

/// The beginning of a command.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun {
    /// The position of its first move.
    pub(super) from: usize,
    /// When it began, in microseconds.
    pub(super) time_us: u64,
}

/// A command shares its text with an equal one among this many before it, because a `repeat` block
/// runs the same few commands again and again.
const SHARED_WITHIN: usize = 8;

/// A position as it is stored. There are fewer moves than would fill the memory many times over.
fn narrow(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// The part of a move that was made before a violation ended it. Made again, this part ends at the
/// same point, even if nothing is violated.
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
        // A violation does not end other moves midway.
        other => other,
    }
}

impl Moves {
    /// An empty list for the world with these requests.
    pub(super) fn new(requests: &Seq<Request>) -> Moves {
        Moves {
            list: Seq::new(),
            requests: requests.emptied(),
            gave_up: Seq::new(),
            broke: Seq::new(),
            commands: Seq::new(),
            groups: Seq::new(),
            loaded: 0,
            apart: false,
        }
    }

    /// The move at a position.
    pub(super) fn action(&self, nth: usize) -> Action {
        match self.list.get(nth) {
            Some(Move::Step(count)) => Action::Step(*count),
            Some(Move::Wait(duration_us)) => Action::Wait(*duration_us),
            Some(Move::Invoke(request)) => {
                let Some(Request { node, asked: Asked::Command(command) }) =
                    self.requests.get(*request)
                else {
                    unreachable!("each move that makes a request has its request")
                };
                Action::Invoke(*node, command.clone())
            }
            Some(Move::Other(made)) => made.action.clone(),
            None => unreachable!("only moves that were made are asked for"),
        }
    }

    /// The latest move, if the next one may be merged into it.
    fn last_mut(&mut self) -> Option<&mut Move> {
        if std::mem::take(&mut self.apart) {
            return None;
        }
        self.list.get_mut(self.list.end().checked_sub(1)?)
    }

    /// Records that the latest move violated properties. No later step is merged into it, so a
    /// replay that stops at violations stops at the same step.
    pub(super) fn broke(&mut self, properties: impl Iterator<Item = &'static str>) {
        let latest = self.list.end().saturating_sub(1);
        self.broke.extend(properties.map(|property| (latest, property)));
        self.apart = true;
    }

    /// Begins a command. Returns the position of its first move.
    pub(super) fn begin_command(&mut self) -> usize {
        self.apart = true;
        self.list.end()
    }

    /// Ends a command. It is kept if it made any move.
    pub(super) fn end_command(&mut self, begun: Begun, text: &str, extent: Option<Extent>) {
        self.apart = true;
        let to = self.list.end();
        if to == begun.from {
            return;
        }
        let alike = self.commands.iter().rev().take(SHARED_WITHIN).find(|span| span.text == text);
        let text = alike.map_or_else(|| text.into(), |span| span.text.clone());
        let (from, to) = (narrow(begun.from), narrow(to));
        let (began_us, extent) = (begun.time_us, extent.map(Box::new));
        self.commands.push(CommandSpan { text, from, to, began_us, extent });
    }

    /// All moves so far were loaded together.
    pub(super) fn set_loaded(&mut self) {
        self.loaded = self.list.end();
    }

    /// Joins the moves from this position on to one group, as which `undo` takes them back.
    pub(super) fn group(&mut self, from: usize, text: &str) {
        let to = self.list.end();
        if to <= from {
            return;
        }
        while self.groups.last().is_some_and(|group| group.from as usize >= from) {
            self.groups.truncate(self.groups.end() - 1);
        }
        self.groups.push(Group { text: text.into(), from: narrow(from), to: narrow(to) });
    }

    /// Adds a step, by far the most frequent move.
    pub(super) fn push_step(&mut self) {
        match self.last_mut() {
            Some(Move::Step(total)) => *total = total.saturating_add(1),
            _ => self.list.push(Move::Step(1)),
        }
    }

    pub(super) fn push(&mut self, action: Action, applied: &Applied) {
        if applied.unsettled {
            self.gave_up.push(self.list.end());
        }
        let made = match (self.last_mut(), action) {
            (Some(Move::Wait(total_us)), Action::Wait(duration_us))
                if total_us.saturating_add(duration_us) <= MAX_DURATION_US =>
            {
                *total_us += duration_us;
                return;
            }
            (_, Action::Wait(duration_us)) => Move::Wait(duration_us),
            (_, Action::Invoke(node, command)) => {
                self.requests.push(Request { node, asked: Asked::Command(command) });
                Move::Invoke(self.requests.end() - 1)
            }
            (_, action) => {
                let action = if applied.stopped { done(action, applied) } else { action };
                Move::Other(Arc::new(Made { action, steps: applied.steps }))
            }
        };
        self.list.push(made);
    }
}

/// A position among the moves: after some of them, and after some steps of the next one,
/// which are fewer than that has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The moves made in full.
    pub moves: usize,
    /// The steps made of the next move.
    pub steps: u64,
}

/// A moment: after some moves, and after a time in which nothing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// After these moves.
    pub at: Position,
    /// How long nothing has happened since then, in microseconds.
    pub waited_us: u64,
}

impl Moment {
    /// Right after these moves.
    pub fn after(at: Position) -> Moment {
        Moment { at, waited_us: 0 }
    }
}

/// What `undo` takes back at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoStep {
    /// The command as typed.
    pub text: Str,
    /// The position before it.
    pub from: Position,
}

/// Positions among the moves.
impl Moves {
    /// The position after all moves.
    pub(super) fn end(&self) -> Position {
        Position { moves: self.list.end(), steps: 0 }
    }

    /// The position after all moves, as it stays if the command that runs makes further steps.
    pub(super) fn here(&self) -> Position {
        match self.list.last() {
            Some(Move::Step(count)) => Position { moves: self.list.end() - 1, steps: *count },
            Some(_) | None => self.end(),
        }
    }

    /// A position as it is named after further steps may have been added to its move.
    pub(super) fn settled(&self, at: Position) -> Position {
        match at.steps > 0 && at.steps >= self.steps(at.moves) {
            true => Position { moves: at.moves + 1, steps: 0 },
            false => at,
        }
    }

    /// How many steps the move at a position has that can be made one by one; 0 if it is made at
    /// once.
    pub(super) fn steps(&self, nth: usize) -> u64 {
        self.list.get(nth).map_or(0, Move::steps)
    }

    /// The position after one more step, or after the next move if that is made at once. None at
    /// the end.
    pub(super) fn after(&self, at: Position) -> Option<Position> {
        if at.moves >= self.list.end() {
            return None;
        }
        let steps = at.steps + 1;
        Some(match steps < self.steps(at.moves) {
            true => Position { steps, ..at },
            false => Position { moves: at.moves + 1, steps: 0 },
        })
    }

    /// The position before the last step, or before the last move if that was made at once. None
    /// at the start.
    pub(super) fn before(&self, at: Position) -> Option<Position> {
        if at.steps > 0 {
            return Some(Position { steps: at.steps - 1, ..at });
        }
        let moves = at.moves.checked_sub(1)?;
        Some(Position { moves, steps: self.steps(moves).saturating_sub(1) })
    }

    /// Whether all moves after a position are steps and waits.
    pub(super) fn only_time_passes_after(&self, at: Position) -> bool {
        let rest = self.list.range(at.moves.min(self.list.end())..self.list.end());
        let idle = |made: &Move| matches!(made, Move::Step(_) | Move::Wait(_));
        rest.skip(usize::from(at.steps > 0)).all(idle)
    }

    /// Whether the move at a position lets time pass, and its command does more than that.
    pub(super) fn is_pause(&self, nth: usize) -> bool {
        let waits = |nth| matches!(self.list.get(nth), Some(Move::Wait(_)));
        let Some(span) = self.command_of(nth) else { return false };
        waits(nth) && !(span.from()..span.to as usize).all(waits)
    }

    /// The command that made the move at a position, if a command did.
    fn command_of(&self, nth: usize) -> Option<&CommandSpan> {
        let after = first_without(&self.commands, |span| span.from() <= nth);
        self.commands.get(after.checked_sub(1)?).filter(|span| nth < span.to as usize)
    }

    /// The text of the command that made the move at a position; None after the last move.
    pub(super) fn command_text(&self, nth: usize) -> Option<Str> {
        let made = nth < self.list.end();
        made.then(|| match self.command_of(nth) {
            Some(span) => span.text.clone(),
            None => self.action(nth).to_string().into(),
        })
    }

    /// The command, block or file that made the last move before a position.
    pub(super) fn undo_step_before(&self, at: Position) -> Option<UndoStep> {
        let last = if at.steps > 0 { at.moves } else { at.moves.checked_sub(1)? };
        if last < self.loaded {
            return None;
        }
        let after = first_without(&self.groups, |group| group.from as usize <= last);
        let group = after.checked_sub(1).and_then(|nth| self.groups.get(nth));
        let (text, from) =
            match (group.filter(|group| last < group.to as usize), self.command_of(last)) {
                (Some(group), _) => (group.text.clone(), group.from as usize),
                (None, Some(span)) => (span.text.clone(), span.from()),
                (None, None) => (self.action(last).to_string().into(), last),
            };
        Some(UndoStep { text, from: Position { moves: from, steps: 0 } })
    }

    /// The moves up to a moment. `now_us` is the time then, and `requests` the number of moves
    /// [`Action::Invoke`] made by then. A command that made further moves is cut short there, and a
    /// wait of the moment
    /// belongs to it.
    pub(super) fn through(&self, moment: Moment, now_us: u64, requests: usize) -> Moves {
        let Moment { at, waited_us } = moment;
        let mut kept = self.clone();
        kept.apart = true;
        kept.list.truncate(at.moves);
        if at.steps > 0 {
            kept.list.push(self.part(at));
        }
        if waited_us > 0 {
            kept.list.push(Move::Wait(waited_us));
        }
        let end = kept.list.end();
        kept.loaded = self.loaded.min(end);
        kept.requests.truncate(requests);
        keep_while(&mut kept.gave_up, |nth| *nth < at.moves);
        keep_while(&mut kept.broke, |(nth, _)| *nth < at.moves);
        keep_while(&mut kept.groups, |group| group.to as usize <= at.moves);
        keep_while(&mut kept.commands, |span| span.to as usize <= at.moves);
        let cut = self.commands.get(kept.commands.end()).filter(|span| span.from() < end);
        if let Some(CommandSpan { text, from, began_us, .. }) = cut {
            let moves = kept.list.range(*from as usize..end);
            let steps = moves.map(Move::steps).sum();
            let extent = Extent { steps, us: now_us.saturating_sub(*began_us) };
            let (text, from, began_us) = (text.clone(), *from, *began_us);
            let (to, extent) = (narrow(end), Some(Box::new(extent)));
            kept.commands.push(CommandSpan { text, from, to, began_us, extent });
        }
        kept
    }

    /// The move at a position, as far as it was made there.
    fn part(&self, at: Position) -> Move {
        match self.list.get(at.moves) {
            Some(Move::Other(made)) => {
                let action = match &made.action {
                    Action::Settle(nodes, _) => Action::Settle(*nodes, Some(at.steps)),
                    action => action.clone(),
                };
                Move::Other(Arc::new(Made { action, steps: at.steps }))
            }
            Some(Move::Step(_) | Move::Wait(_) | Move::Invoke(_)) | None => Move::Step(at.steps),
        }
    }
}

/// Keeps the elements before the first for which this does not hold. It holds for no later one.
fn keep_while<T: Clone>(seq: &mut Seq<T>, holds: impl Fn(&T) -> bool) {
    seq.truncate(first_without(seq, holds));
}

/// The position of the first element for which this does not hold. It holds for no later one.
fn first_without<T: Clone>(seq: &Seq<T>, holds: impl Fn(&T) -> bool) -> usize {
    let (mut low, mut high) = (seq.start(), seq.end());
    while low < high {
        let middle = low + (high - low) / 2;
        if seq.get(middle).is_some_and(&holds) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
