//! The list of moves that rebuilds a world, and the commands that made them.

use std::sync::Arc;

use crate::kv::Str;
use crate::quantity::MAX_DURATION_US;
use crate::seq::Seq;
use crate::sim::{Action, Applied, DiskMove, Request, Settings, World};

/// The record from which a world can be rebuilt: its origin, and the moves made since.
#[derive(Clone, Copy, Debug)]
pub struct Journal<'a> {
    /// The number of nodes.
    pub nodes: usize,
    /// The seed of its random numbers.
    pub seed: u64,
    /// The settings at the start.
    pub settings: Settings,
    /// The number of steps made in all.
    pub steps: u64,
    /// The world to which the moves led.
    pub world: &'a World,
    pub(super) moves: &'a Moves,
}

impl<'a> Journal<'a> {
    /// The moves, in order. Consecutive steps of one command are one move; so are consecutive
    /// waits, up to the longest duration that can be typed.
    pub fn actions(self) -> impl DoubleEndedIterator<Item = Action> + ExactSizeIterator + use<'a> {
        (0..self.moves.list.end()).map(move |nth| self.moves.action(nth))
    }

    /// The moves, in order, each with its result.
    pub fn moves(self) -> impl Iterator<Item = RecordedMove> + use<'a> {
        let mut gave_up = self.moves.gave_up.iter().copied().peekable();
        let mut broke = self.moves.broke.iter().peekable();
        self.actions().enumerate().map(move |(nth, action)| {
            let of_this = std::iter::from_fn(|| broke.next_if(|(at, _)| *at == nth));
            let broke = of_this.map(|(_, property)| *property).collect();
            RecordedMove { action, gave_up: gave_up.next_if_eq(&nth).is_some(), broke }
        })
    }

    /// The commands that made the moves, as they were typed, in order. A move made without a
    /// command appears as the line that makes it.
    pub fn commands(self) -> impl Iterator<Item = TypedCommand> + use<'a> {
        let mut commands = self.moves.commands.iter().peekable();
        let mut gave_up = self.moves.gave_up.iter().copied().peekable();
        let mut at = 0;
        std::iter::from_fn(move || {
            if let Some(CommandSpan { text, to, extent, .. }) =
                commands.next_if(|command| command.from == at)
            {
                at = *to;
                return Some(TypedCommand {
                    text: text.clone(),
                    extent: extent.as_deref().copied(),
                });
            }
            (at < self.moves.list.end()).then(|| {
                while gave_up.next_if(|nth| *nth < at).is_some() {}
                let fails = if gave_up.peek() == Some(&at) { "!" } else { "" };
                let text = format!("{fails}{}", self.moves.action(at)).into();
                at += 1;
                TypedCommand { text, extent: None }
            })
        })
    }

    /// Whether any move violated a property.
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
pub struct RecordedMove {
    /// The move.
    pub action: Action,
    /// Whether it is a `settle` that gave up. The move was made, but its command failed.
    pub gave_up: bool,
    /// The properties that it violated.
    pub broke: Vec<&'static str>,
}

/// A command that changed the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedCommand {
    /// Its text as typed, with `!` in front if it failed.
    pub text: Str,
    /// How far it got, if it was cut short.
    pub extent: Option<Extent>,
}

/// How far a command got that was cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The number of steps it made.
    pub steps: u64,
    /// The virtual time that passed, in microseconds.
    pub us: u64,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandEnd {
    /// It did everything that it was to do.
    Succeeded,
    /// It failed, and fails again when it is replayed.
    Failed,
    /// Ctrl-C, a violation or the step limit ended it before it had done everything.
    CutShort,
}

/// The list of moves. There may be millions, so a move takes 16 bytes. Reading the list needs no
/// world.
#[derive(Clone, Debug)]
pub(super) struct Moves {
    list: Seq<Move>,
    /// The client requests among the moves, in order. The world has equal ones, in the same pool.
    requests: Seq<Request>,
    /// The positions of the moves that gave up before their end, in order.
    gave_up: Seq<usize>,
    /// The violated properties, each with the position of the move that violated it, in order.
    broke: Seq<(usize, &'static str)>,
    /// The commands that made moves, in order.
    commands: Seq<CommandSpan>,
    /// Whether the next move must not be merged into the latest one.
    apart: bool,
}

/// A move as it is stored.
#[derive(Clone, Debug)]
enum Move {
    Step(u64),
    Wait(u64),
    /// The request at this position in `requests`.
    Invoke(usize),
    Other(Arc<Action>),
}

/// A command, and the positions of its moves: from `from` to before `to`.
#[derive(Clone, Debug)]
struct CommandSpan {
    text: Str,
    from: usize,
    to: usize,
    extent: Option<Box<Extent>>,
}

/// A command shares its text with an equal one among this many before it, because a `repeat` block
/// runs the same few commands again and again.
const SHARED_WITHIN: usize = 8;

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
                    unreachable!("each move that makes a request has its request")
                };
                Action::Invoke(*node, command.clone())
            }
            Some(Move::Other(action)) => Action::clone(action),
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

    /// Ends the command whose first move is at `from`. It is kept if it made any move.
    pub(super) fn end_command(&mut self, from: usize, text: &str, extent: Option<Extent>) {
        self.apart = true;
        let to = self.list.end();
        if to == from {
            return;
        }
        let alike = self.commands.iter().rev().take(SHARED_WITHIN).find(|span| span.text == text);
        let text = alike.map_or_else(|| text.into(), |span| span.text.clone());
        self.commands.push(CommandSpan { text, from, to, extent: extent.map(Box::new) });
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
                self.requests.push(Request { node, command });
                Move::Invoke(self.requests.end() - 1)
            }
            (_, action) if applied.stopped => Move::Other(Arc::new(done(action, applied))),
            (_, action) => Move::Other(Arc::new(action)),
        };
        self.list.push(made);
    }
}
