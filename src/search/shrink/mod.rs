//! Shrinking: a short script that breaks the same property, or fails the same `expect`.
//!
//! ```text
//! Recording ─▶ by hand ─▶ fewer moves ─▶ fewer nodes, plainer settings ─▶ `settle` ─▶ script
//! ```
//!
//! | file | what |
//! |---|---|
//! | this one | the pipeline, its budget, and what it hands out |
//! | `goal` | what must happen again |
//! | `by_hand` | a recorded run as moves by hand: no time passes, and nothing is left to chance |
//! | `recording`, `play` | a recorded run; a run by hand, up to its goal |
//! | `reduce` | delta debugging over moves; then nodes, settings, keys and values |
//! | `plain` | a move with fewer nodes |
//! | `timed` | delta debugging over command lines, for what only the passing of time breaks |
//! | `script` | the script, with a comment on each line |
//!
//! # What holds
//!
//! - What decides is the recording and the budget, which counts runs: the same recording gives the
//!   same script everywhere.
//! - A run by hand has no timers that fire, no latencies and no dice: a message arrives when a
//!   move says so, or never. So deleting a move changes nothing but its consequences.
//! - Every step keeps a run that was made and judged. A script is handed out only if its commands
//!   broke the property when they were run.
//!
//! To add a reduction, start at `reduce`; to change what a comment says, at `script`.

mod asked;
mod by_hand;
mod goal;
mod plain;
mod play;
mod recording;
mod reduce;
mod script;
mod timed;

use super::moves::{Move, Scene};
use super::stage::Arena;
use crate::check::condition::Condition;
use crate::history::Journal;
use crate::session::Start;

pub use asked::{SessionShrunk, shrink_session};
pub(super) use goal::Goal;
pub use recording::Recording;
use reduce::Budget;
use timed::Timed;
pub use timed::{Rerun, RerunLines};

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
    if before_mend.is_none()
        && let Some(shrunk) = of_moves(recording, goal, stop)
    {
        return Some(shrunk);
    }
    let rerun = rerun?;
    timed(timed::lines(recording, before_mend), goal, rerun, stop)
        .or_else(|| timed(timed::steps(recording, before_mend), goal, rerun, stop))
}

/// A shorter script of moves by hand.
fn of_moves(recording: &Recording, goal: &Goal, stop: &dyn Fn() -> bool) -> Option<Shrunk> {
    let mut budget = Budget::new(stop);
    let scene = by_hand::Form::ALL.iter().find_map(|form| {
        let scene = by_hand::by_hand(recording, *form, goal)?;
        budget.attempt(scene, goal)
    })?;
    shrink_scene(scene, goal, &mut budget)
}

/// A shorter script of a scene that reaches the goal.
fn shrink_scene(scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Option<Shrunk> {
    let scene = reduce::reduce(scene, goal, budget);
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
    reduce::fewer(way, |moves| match stop() {
        true => None,
        false => {
            let played = play::play_on(base.clone(), &moves, &goal);
            Some(played.reached.then_some(played.made))
        }
    })
}
