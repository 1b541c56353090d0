//! Moves whose messages are named by the moves that sent them.
//!
//! A route counts the messages in flight. So if a move that sends a message is left out, later
//! moves on its route are about other messages, and what follows is another story. A message that
//! is named by its origin stays the same one, and if its origin is left out, so are all moves about
//! it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::moves::{Move, Scene, Tags};
use super::super::stage::{Arena, Stage as _};
use super::goal::Goal;
use super::play::{Played, play_with};
use crate::raft::{NodeId, NodeSet};
use crate::sim::{Action, MessageId, Route};

/// A scene, and the messages that its moves are about.
pub(super) struct Story<'a> {
    scene: &'a Scene,
    /// The origin of each move's message; none for a move about no message.
    origins: Vec<Option<Origin>>,
    /// Who leads before each move, and who has a vote.
    ruled_by: Vec<(Option<NodeId>, NodeSet)>,
}

/// Where a message comes from: the number of the move that sent or copied it, and which one of its
/// messages it is.
type Origin = (usize, u64);

/// The messages and requests of the moves that were made.
#[derive(Clone)]
pub(super) struct Names {
    /// How many messages had been sent before and after each move.
    sent: Vec<Range<MessageId>>,
    tags: Tags,
}

impl<'a> Story<'a> {
    /// The story of a scene, which is played once for it.
    pub(super) fn of(scene: &'a Scene) -> Story<'a> {
        let mut story = Story { scene, origins: Vec::new(), ruled_by: Vec::new() };
        let (mut arena, mut names) = (scene.arena(), Names::new(scene.moves.len()));
        let mut known = BTreeMap::new();
        for (number, one) in scene.moves.iter().enumerate() {
            let message = route(one).and_then(|route| arena.world().message_at(route));
            story.origins.push(message.and_then(|id| known.get(&id).copied()));
            let world = arena.world();
            story.ruled_by.push((world.leader(), world.group().electorate()));
            story.make(&mut arena, &mut names, number);
            let sent = names.sent[number].clone();
            known.extend((0..).zip(sent).map(|(nth, before)| (before + 1, (number, nth))));
        }
        story
    }

    /// A fresh cluster, and no names yet.
    pub(super) fn beginning(&self) -> (Arena, Names) {
        (self.scene.arena(), Names::new(self.scene.moves.len()))
    }

    /// The scene that it tells.
    pub(super) fn scene(&self) -> &Scene {
        self.scene
    }

    /// Who leads before the move with this number, and who has a vote.
    pub(super) fn ruled_by(&self, number: usize) -> (Option<NodeId>, NodeSet) {
        self.ruled_by[number]
    }

    /// The same story in another scene, whose moves are the same but for the names of nodes.
    pub(super) fn told_in<'b>(&self, scene: &'b Scene) -> Story<'b> {
        Story { scene, origins: self.origins.clone(), ruled_by: Vec::new() }
    }

    /// Plays moves of another scene, then those with these numbers.
    pub(super) fn play(&self, first: &[Move], numbers: &[usize], goal: &Goal) -> Played<usize> {
        let (mut arena, mut names) = self.beginning();
        first.iter().for_each(|one| {
            one.make(&mut arena, &mut names.tags);
        });
        play_with(arena, numbers, goal, |arena, number| self.make(arena, &mut names, *number))
    }

    /// The same as a scene: moves that change nothing are left out, and messages have the routes
    /// that they have without the others.
    pub(super) fn by_routes(&self, first: &[Move], numbers: &[usize]) -> Scene {
        let (mut arena, mut names) = self.beginning();
        first.iter().for_each(|one| {
            one.make(&mut arena, &mut names.tags);
        });
        let with_route = |number: &usize| {
            let mut one = self.scene.moves[*number].clone();
            let message = self.origins[*number].and_then(|origin| names.message(origin));
            let now = message.and_then(|id| arena.world().route_of(id));
            if let (Some(route), Some(now)) = (route_mut(&mut one), now) {
                *route = now;
            }
            self.make(&mut arena, &mut names, *number).then_some(one)
        };
        let moves = numbers.iter().filter_map(with_route);
        let moves = first.iter().cloned().chain(moves).collect();
        Scene { moves, ..self.scene.without_moves() }
    }

    /// Makes the move with a number, and names the messages that it sends; false if it is
    /// impossible or changes nothing.
    pub(super) fn make(&self, arena: &mut Arena, names: &mut Names, number: usize) -> bool {
        let one = &self.scene.moves[number];
        let before = arena.world().network().sent();
        let is_made = match (route(one), self.origins[number]) {
            (Some(_), Some(origin)) => names.message(origin).is_some_and(|id| {
                let ids = vec![id];
                let action = match one {
                    Move::Drop(_) => Action::Drop(ids),
                    Move::Dup(_) => Action::Dup(ids),
                    _ => Action::Deliver(ids),
                };
                arena.act(action).is_ok()
            }),
            _ => one.make(arena, &mut names.tags),
        };
        if is_made {
            names.sent[number] = before..arena.world().network().sent();
        }
        is_made
    }
}

impl Names {
    /// No names yet, for a scene of this many moves.
    fn new(moves: usize) -> Names {
        Names { sent: vec![0..0; moves], tags: Tags::default() }
    }

    /// The message of this origin, if it was sent.
    fn message(&self, (number, nth): Origin) -> Option<MessageId> {
        let sent = &self.sent[number];
        (nth < sent.end - sent.start).then_some(sent.start + 1 + nth)
    }
}

/// The route of the message that a move is about; none if it is about no message.
fn route(one: &Move) -> Option<Route> {
    match one {
        Move::Deliver(route) | Move::Drop(route) | Move::Dup(route) => Some(*route),
        Move::Act(_) | Move::Invoke(..) | Move::Retry(..) => None,
    }
}

fn route_mut(one: &mut Move) -> Option<&mut Route> {
    match one {
        Move::Deliver(route) | Move::Drop(route) | Move::Dup(route) => Some(route),
        Move::Act(_) | Move::Invoke(..) | Move::Retry(..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::MessageKind;
    use crate::sim::Settings;

    /// A leader of three nodes sends heartbeats three times, and only the last one arrives.
    fn heartbeats() -> Scene {
        let [n1, n2] = [0, 1].map(NodeId::at);
        let (settle, tick) = (Action::Settle(None, None), Action::Tick(n1));
        let to_follower = |nth| Route { from: n1, to: n2, kind: MessageKind::AppendEntries, nth };
        let acts = [Action::Timeout(NodeSet::one(n1)), settle, tick.clone(), tick.clone(), tick];
        let mut moves: Vec<Move> = acts.into_iter().map(Move::Act).collect();
        moves.push(Move::Dup(to_follower(3)));
        moves.push(Move::Deliver(to_follower(4)));
        Scene { nodes: 3, seed: 1, settings: Settings::default(), moves }
    }

    /// Without moves that it does not come from, a message has another route; without its origin,
    /// nothing is left of it.
    #[test]
    fn messages_stay_the_same() {
        let scene = heartbeats();
        let story = Story::of(&scene);
        for (numbers, last) in [
            (&[0, 1, 2, 3, 4, 5, 6][..], "deliver n1 n2 --type AppendEntries --nth 4"),
            (&[0, 1, 3, 4, 5, 6], "deliver n1 n2 --type AppendEntries --nth 3"),
            (&[0, 1, 4, 5, 6], "deliver n1 n2 --type AppendEntries --nth 2"),
            (&[0, 1, 2, 3, 4, 6], "tick n1"),
            (&[0, 1, 2, 3, 5, 6], "tick n1"),
            (&[1, 2, 3, 4, 5, 6], ""),
        ] {
            let moves = story.by_routes(&[], numbers).moves;
            let line = moves.last().map(|one| one.line(&Tags::default())).unwrap_or_default();
            assert_eq!(line, last, "{numbers:?}");
        }
    }

    #[test]
    fn rule_is_known() {
        let scene = heartbeats();
        let story = Story::of(&scene);
        let n1 = Some(NodeId::at(0));
        for (number, leader) in [(0, None), (1, None), (2, n1), (5, n1)] {
            assert_eq!(story.ruled_by(number), (leader, NodeSet::first(3)), "{number}");
        }
    }
}
