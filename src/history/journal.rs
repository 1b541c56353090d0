//! What a world came from: its origin, the moves, and the commands that made them.

use super::moves::{CommandSpan, Extent, Moves};
use crate::kv::Str;
use crate::sim::{Action, Settings, World};

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
        self.commands_from(0)
    }

    /// The commands that made the moves from this one on. It must be the first one of a command.
    pub fn commands_from(self, first: usize) -> impl Iterator<Item = TypedCommand> + use<'a> {
        let mut commands = self.moves.commands.iter().peekable();
        while commands.next_if(|command| command.from() < first).is_some() {}
        let mut gave_up = self.moves.gave_up.iter().copied().peekable();
        let mut at = first;
        std::iter::from_fn(move || {
            if let Some(CommandSpan { text, to, extent, .. }) =
                commands.next_if(|command| command.from() == at)
            {
                at = *to as usize;
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

    /// The commands that made moves, as they were typed, each with the number of moves before it.
    pub fn typed(self) -> impl Iterator<Item = (usize, &'a Str)> {
        self.moves.commands.iter().map(|command| (command.from(), &command.text))
    }

    /// How many moves there are.
    pub fn len(self) -> usize {
        self.moves.list.end()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
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
