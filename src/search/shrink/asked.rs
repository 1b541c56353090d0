//! What `shrink` is asked for: the present run of a session, and what broke in it.

use super::goal::Goal;
use super::recording::Recording;
use super::timed::RerunLines;
use super::{Shrunk, of_moves, of_typed};
use crate::language::Error;
use crate::session::Session;

/// What a session's run breaks, and a shorter script that breaks it, too.
#[derive(Clone, Debug)]
pub struct SessionShrunk {
    /// The property, or `expect` with its condition.
    pub breaks: String,
    /// How many commands and nodes the run had.
    pub from: (usize, usize),
    /// The script; none if nothing shorter reproduces it.
    pub shrunk: Option<Shrunk>,
}

/// A shorter script that violates the property that the session's run has violated first, or that
/// fails the `expect` that failed last.
///
/// # Errors
/// If the run broke nothing.
pub fn shrink_session(
    session: &Session,
    rerun: RerunLines,
    stop: &dyn Fn() -> bool,
) -> Result<SessionShrunk, Error> {
    let world = session.world();
    let violated = world.violations().first().map(|violation| violation.property);
    let unmet = || {
        let failed = session.failed_expect()?;
        Some(Goal::unmet(failed.clone(), world))
    };
    let goal = violated.map(Goal::Violated).or_else(unmet).ok_or_else(|| {
        Error::failed("nothing is broken: no property is violated, and no `expect` has failed")
            .help("`hunt` looks for violations; `shrink FILE` shrinks a script")
    })?;
    let journal = session.journal();
    let from = (journal.commands().count() + 2, journal.nodes);
    let shrunk = shortest(session, &goal, rerun, stop);
    Ok(SessionShrunk { breaks: goal.breaks(), from, shrunk })
}

/// The shorter one of two scripts: of moves by hand, and of the commands that were typed.
fn shortest(
    session: &Session,
    goal: &Goal,
    rerun: RerunLines,
    stop: &dyn Fn() -> bool,
) -> Option<Shrunk> {
    let journal = session.journal();
    let by_hand = of_moves(&Recording::of(journal), goal, stop);
    let typed = of_typed(journal, goal, rerun, stop);
    match (by_hand, typed) {
        (Some(by_hand), Some(typed)) => {
            let runs = by_hand.runs + typed.runs;
            // What happens by chance under one seed explains less than what is done by hand.
            let size = |one: &Shrunk| (one.nodes, one.commands);
            let shorter = if size(&by_hand) <= size(&typed) { by_hand } else { typed };
            Some(Shrunk { runs, ..shorter })
        }
        (by_hand, typed) => by_hand.or(typed),
    }
}
