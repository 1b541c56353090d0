//! Delta debugging: fewer items that still reach the goal.
//!
//! Moves are left out in three rounds: those that begin something, each with all that follows from
//! it; then any; and at last any once more, with messages named by their routes.

use super::super::moves::{Move, Scene, Tags};
use super::super::stage::Arena;
use super::budget::Budget;
use super::goal::Goal;
use super::play::{self, Played, play_with};
use super::story::{Names, Story};
use crate::sim::{Action, DiskMove};

/// Of so few moves, any stretch and any two are left out on trial.
const FEW_MOVES: usize = 48;

/// After how many moves what they have led to is kept. Less is made again as fast as it is copied.
const SAVED_AFTER: usize = 200;

/// Leaves out moves until no single one can be left out.
pub(super) fn fewer_moves(scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Scene {
    let story = Story::of(&scene);
    let reached: Vec<usize> = (0..scene.moves.len()).collect();
    let mut replay = Replay { story: &story, reached, saved: None };
    replay.leave_out(|number| begins(&scene.moves[number]), goal, budget);
    replay.leave_out(|_| true, goal, budget);
    by_routes(story.by_routes(&[], &replay.reached), goal, budget)
}

/// Leaves out moves, with messages named by their routes.
fn by_routes(scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Scene {
    let moves = &scene.moves;
    let left = fewer((0..moves.len()).collect(), |left| match budget.is_spent() {
        true => None,
        false => Some(budget.run(|| {
            let mut tags = Tags::default();
            play_with(scene.arena(), &left, goal, |arena, at| moves[*at].make(arena, &mut tags))
        })),
    });
    let moves = left.into_iter().map(|at| moves[at].clone()).collect();
    Scene { moves, ..scene }
}

/// Whether a move begins something. The others only continue what was begun: messages arrive or are
/// lost, writes finish, time passes.
fn begins(one: &Move) -> bool {
    match one {
        Move::Deliver(_) | Move::Drop(_) | Move::Dup(_) => false,
        Move::Act(action) => !matches!(action, Action::Disk(_, DiskMove::Sync) | Action::Wait(_)),
        Move::Invoke(..) | Move::Retry(..) => true,
    }
}

/// Plays lists of moves. Each begins like the latest one that reached the goal, and what this
/// beginning led to is kept: its moves are not made again.
struct Replay<'a> {
    story: &'a Story<'a>,
    /// The latest list that reached the goal.
    reached: Vec<usize>,
    /// How many of its first moves are kept, and what they have led to.
    saved: Option<(usize, Arena, Names)>,
}

impl Replay<'_> {
    /// Leaves out such moves until no single one can be left out. The others stay as long as they
    /// change something.
    fn leave_out(&mut self, such: impl Fn(usize) -> bool, goal: &Goal, budget: &mut Budget<'_>) {
        let among = |numbers: &[usize]| numbers.iter().copied().filter(|one| such(*one)).collect();
        let all: Vec<usize> = among(&self.reached);
        let mut attempt = |replay: &mut Replay<'_>, left: Vec<usize>| {
            if budget.is_spent() {
                return None;
            }
            let stays = |number: &usize| !such(*number) || left.binary_search(number).is_ok();
            let numbers: Vec<usize> = replay.reached.iter().copied().filter(stays).collect();
            let made = budget.run(|| replay.play(&numbers, goal));
            Some(made.map(|made| among(&made)))
        };
        let left = fewer(all, |left| attempt(self, left));
        if self.reached.len() <= FEW_MOVES {
            fewer_of_few(left, |left| attempt(self, left));
        }
    }

    /// Plays the moves with these numbers.
    fn play(&mut self, numbers: &[usize], goal: &Goal) -> Played<usize> {
        let same = numbers.iter().zip(&self.reached).take_while(|(one, other)| one == other);
        let same = same.count();
        let saved = self.saved.take().filter(|(count, ..)| *count <= same);
        let (from, mut arena, mut names) = saved.unwrap_or_else(|| {
            let (arena, names) = self.story.beginning();
            (0, arena, names)
        });
        let mut effort = 0;
        for number in &numbers[from..same] {
            effort += play::effort(&arena);
            self.story.make(&mut arena, &mut names, *number);
        }
        if same >= SAVED_AFTER {
            self.saved = Some((same, arena.clone(), names.clone()));
        }
        let rest = play_with(arena, &numbers[same..], goal, |arena, number| {
            self.story.make(arena, &mut names, *number)
        });
        let made: Vec<usize> = numbers[..same].iter().copied().chain(rest.made).collect();
        if rest.reached {
            self.reached.clone_from(&made);
        }
        Played { made, effort: rest.effort + effort, ..rest }
    }
}

/// Delta debugging: leaves out runs of items, long ones first, until no single one can be left out.
/// `attempt` returns what is left of the items if they do it; none at all if nothing may be tried
/// any more.
pub(super) fn fewer<T: Clone>(
    mut items: Vec<T>,
    mut attempt: impl FnMut(Vec<T>) -> Option<Option<Vec<T>>>,
) -> Vec<T> {
    let mut size = items.len().div_ceil(2).max(1);
    loop {
        let (mut at, mut is_shorter) = (0, false);
        while at < items.len() {
            let mut left = items.clone();
            left.drain(at..(at + size).min(items.len()));
            match attempt(left) {
                None => return items,
                Some(Some(shorter)) => (items, is_shorter) = (shorter, true),
                Some(None) => at += size,
            }
        }
        match size {
            1 if !is_shorter => return items,
            1 => {}
            _ => size = size.div_ceil(2),
        }
    }
}

/// Leaves out any stretch of items, and any two, until nothing of that kind can be left out.
fn fewer_of_few<T: Clone>(
    mut items: Vec<T>,
    mut attempt: impl FnMut(Vec<T>) -> Option<Option<Vec<T>>>,
) {
    loop {
        let count = items.len();
        let stretches = (2..count).rev().flat_map(|size| {
            (0..=count - size).map(move |from| (from..from + size).collect::<Vec<_>>())
        });
        let pairs = (0..count).flat_map(|one| (one + 2..count).map(move |other| vec![one, other]));
        let shorter = stretches.chain(pairs).find_map(|gone| {
            let stays = (0..count).filter(|at| !gone.contains(at));
            match attempt(stays.map(|at| items[at].clone()).collect()) {
                None => Some(None),
                Some(reached) => reached.map(Some),
            }
        });
        match shorter {
            Some(Some(shorter)) => items = shorter,
            Some(None) | None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::by_hand;
    use super::super::form::Form;
    use super::super::play::play;
    use super::super::recording::Recording;
    use super::*;
    use crate::raft::Flaw;
    use crate::search::plan::Plan;
    use crate::search::trial;
    use crate::sim::rng::Dice;

    /// What is kept of the latest list changes nothing: any lists, played one after the other, lead
    /// to the same as when each is played in a cluster of its own.
    #[test]
    fn replays_are_plays() {
        let flaw = Flaw::ALL.iter().find(|flaw| flaw.name() == "commit-earlier-terms");
        let plan = Plan { flaws: flaw.copied().into_iter().collect(), ..Plan::default() };
        let broken = |seed| {
            let (timeline, _) = trial::record(&plan, seed);
            let goal = Goal::Violated(timeline.world().violations().first()?.property);
            let scene = by_hand(&Recording::of(timeline.journal()), Form::ALL[0], &goal);
            let is_long = (2 * SAVED_AFTER..8 * SAVED_AFTER).contains(&scene.moves.len());
            (is_long && play(&scene, &goal).reached).then_some((scene, goal))
        };
        let (scene, goal) = (1..=100).find_map(broken).expect("a long run that can be repeated");
        let story = Story::of(&scene);
        let reached: Vec<usize> = (0..scene.moves.len()).collect();
        let mut replay = Replay { story: &story, reached, saved: None };
        let (mut dice, mut reached) = (Dice::new(1), 0);
        for _ in 0..300 {
            let count = replay.reached.len() as u64;
            let (from, size) = (dice.below(count), 1 + dice.below(20));
            let is_gone = |at: u64| (from..from + size).contains(&at);
            let left = (0..).zip(&replay.reached).filter(|(at, _)| !is_gone(*at));
            let left: Vec<usize> = left.map(|(_, number)| *number).collect();
            let (again, alone) = (replay.play(&left, &goal), story.play(&[], &left, &goal));
            assert_eq!((again.reached, again.made), (alone.reached, alone.made), "{from} {size}");
            reached += usize::from(alone.reached);
        }
        assert!((30..270).contains(&reached), "{reached}");
    }

    /// Items that can only go together go if there are few of them.
    #[test]
    fn few_items_go_together() {
        let holds = |left: &[u32]| {
            let all = |these: &[u32]| these.iter().all(|one| left.contains(one));
            let none = |these: &[u32]| these.iter().all(|one| !left.contains(one));
            let together = [&[2, 5][..], &[3, 4], &[7, 8, 9]];
            left.contains(&6) && together.iter().all(|these| all(these) || none(these))
        };
        let attempt = |left: Vec<u32>| Some(holds(&left).then_some(left));
        assert_eq!(fewer((1..=9).collect(), attempt), [6, 7, 8, 9]);
        let mut shortest = Vec::new();
        fewer_of_few((1..=9).collect(), |left| {
            let reached = holds(&left).then_some(left);
            reached.iter().for_each(|left| shortest.clone_from(left));
            Some(reached)
        });
        assert_eq!(shortest, [6]);
    }
}
