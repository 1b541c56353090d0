//! Shrinking: a short script that breaks the same property, or fails the same `expect`.
//!
//! ```text
//! Recording ─▶ by hand ─▶ a stretch ─▶ fewer moves ─▶ fewer nodes, plainer settings ─▶ an end
//!           ─▶ script
//! ```
//!
//! | file | what |
//! |---|---|
//! | this one | the pipeline, its budget, and what it hands out |
//! | `goal` | what must happen again |
//! | `by_hand` | a recorded run as moves by hand, in which nothing is left to chance |
//! | `form`, `hand_copy` | how they treat disks and time; the cluster in which they are made |
//! | `recording`, `play` | a recorded run; a run by hand, up to its goal |
//! | `window` | stretches of a long run, and ends of a short one, that do it alone |
//! | `story` | moves whose messages are named by the moves that sent them |
//! | `fewer` | delta debugging over moves |
//! | `reduce` | fewer nodes, plainer settings, keys and values, one command for several |
//! | `plain` | a move with fewer nodes |
//! | `timed` | delta debugging over command lines, for what only the passing of time breaks |
//! | `script` | the script, with a comment on each line |
//!
//! # What holds
//!
//! - What decides is the recording and the budget, which counts runs, moves and steps: the same
//!   recording gives the same script everywhere.
//! - A run by hand has no timers that fire, no latencies and no dice: a message arrives when a
//!   move says so, or never. So deleting a move changes nothing but its consequences.
//! - In the last form, in which time passes and moves finish writes, the nodes end exactly as in
//!   the recorded run: see the test in `by_hand`. What is new in a storm has to be repeated there.
//! - Every step keeps a run that was made and judged. A script is handed out only if its commands
//!   broke the property when they were run.
//!
//! To add a reduction, start at `reduce`; to change what a comment says, at `script`.

mod asked;
mod budget;
mod by_hand;
mod fewer;
mod form;
mod goal;
mod hand_copy;
mod plain;
mod play;
mod recording;
mod reduce;
mod script;
mod story;
mod timed;
mod window;

use super::moves::{Move, Scene};
use super::stage::Arena;
use crate::check::condition::Condition;
use crate::check::property;
use crate::history::Journal;
use crate::session::Start;

pub use asked::{SessionShrunk, shrink_session};
use budget::Budget;
use form::Form;
pub(super) use goal::Goal;
pub use recording::Recording;
use timed::Timed;
pub use timed::{Rerun, RerunLines};

/// How many commands a script of moves by hand may have before another way is tried as well.
const FEW_COMMANDS: usize = 20;

/// A script that was shrunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shrunk {
    /// The script, without a heading.
    pub script: String,
    /// How many commands it has.
    pub commands: usize,
    /// How many nodes its cluster has.
    pub nodes: usize,
    /// How many runs were made.
    pub runs: u64,
}

/// A shorter script that reaches the goal; none if there is none, or if `stop` says that nobody
/// waits for it any more. `before_mend` is the number of moves before the end of all faults, if the
/// run was judged by what followed from that.
pub(super) fn shrink(
    recording: &Recording,
    goal: &Goal,
    before_mend: Option<usize>,
    rerun: Option<RerunLines>,
    stop: &dyn Fn() -> bool,
) -> Option<Shrunk> {
    let by_hand = by_moves(recording, goal, before_mend, stop);
    if by_hand.as_ref().is_some_and(|shrunk| shrunk.commands <= FEW_COMMANDS) {
        return by_hand;
    }
    let typed = rerun.and_then(|rerun| {
        let lines = timed(timed::lines(recording, before_mend), goal, rerun, stop);
        if lines.is_some() || by_hand.is_some() {
            return lines;
        }
        timed(timed::steps(recording, before_mend), goal, rerun, stop)
    });
    by_hand.into_iter().chain(typed).min_by_key(|shrunk| shrunk.commands)
}

/// A shorter script of moves by hand, with the end of all faults if what follows from that decides.
fn by_moves(
    recording: &Recording,
    goal: &Goal,
    before_mend: Option<usize>,
    stop: &dyn Fn() -> bool,
) -> Option<Shrunk> {
    let (Some(before), Goal::Violated(property)) = (before_mend, goal) else {
        return of_moves(recording, goal, stop);
    };
    if property::is_safety(property)
        && let Some(shrunk) = of_moves(recording, goal, stop)
    {
        return Some(shrunk);
    }
    let actions = recording.actions.iter().take(before).cloned().collect();
    let storm = Recording { actions, ..*recording };
    of_moves(&storm, &Goal::Unmended(property), stop)
}

/// A shorter script of moves by hand.
fn of_moves(recording: &Recording, goal: &Goal, stop: &dyn Fn() -> bool) -> Option<Shrunk> {
    let scenes = Form::ALL.map(|form| by_hand::by_hand(recording, form, goal));
    let mut budget = Budget::new(stop);
    let stretch = window::of_any(&scenes, goal, &mut budget);
    let mut whole = scenes.into_iter();
    let scene = stretch.or_else(|| whole.find_map(|scene| budget.attempt(scene, goal)))?;
    shrink_scene(scene, goal, &mut budget)
}

/// A shorter script of a scene that reaches the goal.
fn shrink_scene(scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Option<Shrunk> {
    let mut scene = reduce::reduce(scene, goal, budget);
    while let Some(end) = window::end(&scene, goal, budget) {
        let shorter = reduce::reduce(end, goal, budget);
        if shorter.moves.len() >= scene.moves.len() {
            break;
        }
        scene = shorter;
    }
    let (script, commands) = script::script(&scene, goal)?;
    Some(Shrunk { script, commands, nodes: scene.nodes, runs: budget.runs })
}

/// A shorter script of the commands that were typed.
fn of_typed(
    journal: Journal<'_>,
    goal: &Goal,
    rerun: RerunLines,
    stop: &dyn Fn() -> bool,
) -> Option<Shrunk> {
    let lines = journal.commands().map(|command| command.text.trim_start_matches('!').to_owned());
    let (nodes, seed, settings) = (journal.nodes, journal.seed, journal.settings);
    let start = Start { nodes, seed, settings };
    timed(Timed { start, lines: lines.collect() }, goal, rerun, stop)
}

fn timed(timed: Timed, goal: &Goal, rerun: RerunLines, stop: &dyn Fn() -> bool) -> Option<Shrunk> {
    let mut trier = timed::Trier::new(goal, rerun, stop);
    let timed = trier.attempt(timed)?;
    let timed = trier.reduce(timed);
    let (script, commands) = timed.script(goal);
    (!stop()).then_some(Shrunk { script, commands, nodes: timed.start.nodes, runs: trier.runs })
}

/// The moves of a way without those that it does not need to make the condition true.
pub(super) fn fewest_moves(
    base: &Arena,
    way: Vec<Move>,
    condition: &Condition,
    stop: &dyn Fn() -> bool,
) -> Vec<Move> {
    let goal = Goal::Holds(condition.clone());
    fewer::fewer(way, |moves| match stop() {
        true => None,
        false => {
            let played = play::play_on(base.clone(), &moves, &goal);
            Some(played.reached.then_some(played.made))
        }
    })
}
