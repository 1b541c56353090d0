//! The list of moves that rebuilds a world, and the commands that made them.

use std::sync::Arc;

use crate::kv::Str;
use crate::quantity::MAX_DURATION_US;
use crate::seq::Seq;
use crate::sim::{Action, Applied, DiskMove, Request, Settings, World};

/// How a world came to be: where it came from, and the moves that were made since.
#[derive(Clone, Copy, Debug)]
pub struct Journal<'a> {
    /// How many nodes it has.
    pub nodes: usize,
    /// The seed of its dice.
    pub seed: u64,
    /// The settings it began with.
    pub settings: Settings,
    /// How many steps were made in all.
    pub steps: u64,
    /// What the moves led to.
    pub world: &'a World,
    pub(super) moves: &'a Moves,
}

impl<'a> Journal<'a> {
    /// The moves, in order. Steps in a row that nobody made by different commands are one move, and
    /// so is waiting in a row, as long as it can be typed.
    pub fn actions(self) -> impl DoubleEndedIterator<Item = Action> + ExactSizeIterator + use<'a> {
        (0..self.moves.list.end()).map(move |nth| self.moves.action(nth))
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

    /// The commands that made the moves, as they were typed, in order. A move that was made without
    /// a command is told as it would be typed.
    pub fn commands(self) -> impl Iterator<Item = Typed> + use<'a> {
        let mut said = self.moves.said.iter().peekable();
        let mut gave_up = self.moves.gave_up.iter().copied().peekable();
        let mut at = 0;
        std::iter::from_fn(move || {
            if let Some(Said { text, to, cut, .. }) = said.next_if(|said| said.from == at) {
                at = *to;
                return Some(Typed { text: text.clone(), cut: cut.as_deref().copied() });
            }
            (at < self.moves.list.end()).then(|| {
                while gave_up.next_if(|nth| *nth < at).is_some() {}
                let fails = if gave_up.peek() == Some(&at) { "!" } else { "" };
                let text = format!("{fails}{}", self.moves.action(at)).into();
                at += 1;
                Typed { text, cut: None }
            })
        })
    }

    /// Whether any of them broke a property.
    pub fn is_broken(self) -> bool {
        !self.moves.broke.is_empty()
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

/// A command that changed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// As it was typed, with a `!` before it if it failed.
    pub text: Str,
    /// How much of it was done, if it did not come to its end.
    pub cut: Option<Cut>,
}

/// How much was done of a command that was cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// So many steps.
    pub steps: u64,
    /// So much virtual time passed, in microseconds.
    pub us: u64,
}

/// How a command ended that may have changed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It did what it says.
    Well,
    /// It failed, and will do so again.
    Badly,
    /// It was ended from outside, or by a violation.
    CutShort,
}

/// The list of moves, in little room: there may be millions. It needs nobody else to tell them.
#[derive(Clone, Debug)]
pub(super) struct Moves {
    list: Seq<Move>,
    /// What was asked in moves that ask something, in order; the world holds the same ones.
    requests: Seq<Request>,
    /// The positions of those that gave up before their end, in order.
    gave_up: Seq<usize>,
    /// The properties that broke, each with the position of the move in which it did, in order.
    broke: Seq<(usize, &'static str)>,
    /// The commands that made moves, in order.
    said: Seq<Said>,
    /// Whether the next move is another one than the latest, however alike they are.
    apart: bool,
}

/// A move.
#[derive(Clone, Debug)]
enum Move {
    Step(u64),
    Wait(u64),
    /// The request at this position among all.
    Invoke(usize),
    Other(Arc<Action>),
}

/// A command, and the positions of the moves that it made.
#[derive(Clone, Debug)]
struct Said {
    text: Str,
    from: usize,
    to: usize,
    cut: Option<Box<Cut>>,
}

/// So many commands are looked back for one of the same words: blocks repeat what they say.
const ALIKE: usize = 8;

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
    /// No moves yet, of the world whose requests these are.
    pub(super) fn new(requests: &Seq<Request>) -> Moves {
        Moves {
            list: Seq::new(),
            requests: requests.emptied(),
            gave_up: Seq::new(),
            broke: Seq::new(),
            said: Seq::new(),
            apart: false,
        }
    }

    /// The move at a position.
    fn action(&self, nth: usize) -> Action {
        match self.list.get(nth) {
            Some(Move::Step(count)) => Action::Step(*count),
            Some(Move::Wait(duration_us)) => Action::Wait(*duration_us),
            Some(Move::Invoke(request)) => {
                let Some(Request { node, command }) = self.requests.get(*request) else {
                    unreachable!("what a move asks is kept with it")
                };
                Action::Invoke(*node, command.clone())
            }
            Some(Move::Other(action)) => Action::clone(action),
            None => unreachable!("only moves that were made are asked for"),
        }
    }

    /// The latest move, to be made longer by one like it.
    fn last_mut(&mut self) -> Option<&mut Move> {
        if std::mem::take(&mut self.apart) {
            return None;
        }
        self.list.get_mut(self.list.end().checked_sub(1)?)
    }

    /// The latest move broke properties. It ends there: whoever makes it again ends there too.
    pub(super) fn broke(&mut self, properties: impl Iterator<Item = &'static str>) {
        let latest = self.list.end().saturating_sub(1);
        self.broke.extend(properties.map(|property| (latest, property)));
        self.apart = true;
    }

    /// A command begins, whose moves are its own: returns the position of its first one.
    pub(super) fn begin_command(&mut self) -> usize {
        self.apart = true;
        self.list.end()
    }

    /// A command ends that began at this position, unless it made no move.
    pub(super) fn end_command(&mut self, from: usize, text: &str, cut: Option<Cut>) {
        self.apart = true;
        let to = self.list.end();
        if to == from {
            return;
        }
        let alike = self.said.iter().rev().take(ALIKE).find(|said| said.text == text);
        let text = alike.map_or_else(|| text.into(), |said| said.text.clone());
        self.said.push(Said { text, from, to, cut: cut.map(Box::new) });
    }

    /// One more step: by far the most frequent move.
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
            (_, Action::Step(count)) => Move::Step(count),
            (_, Action::Wait(duration_us)) => Move::Wait(duration_us),
            (_, Action::Invoke(node, command)) => {
                self.requests.push(Request { node, command });
                Move::Invoke(self.requests.end() - 1)
            }
            (_, action) if applied.stopped => Move::Other(Arc::new(done(action, applied))),
            (_, action) => Move::Other(Arc::new(action)),
        };
        self.list.push(made);
    }
}
