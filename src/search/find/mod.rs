//! Finding: moves that lead from the present moment to one at which a condition holds.
//!
//! | file | what |
//! |---|---|
//! | this one | random tries first, then breadth; the way that is handed out |
//! | `task` | what is looked for |
//! | `options` | which moves are possible now |
//! | `tries` | random ways |
//! | `breadth` | all ways, the shortest first, over shapes of the world |
//!
//! # What holds
//!
//! - No time passes on a way, and nothing is left to chance: a way is a list of moves by hand.
//! - Tries are numbered, and each has dice of its own. What is found is the shortest way of the
//!   lowest numbered group of tries that found one, so threads cannot be seen in it.
//! - A way that was found is shrunk before it is handed out.
//! - Not finding anything proves nothing.
//!
//! To add a kind of move, start at `options`.

mod breadth;
mod options;
mod task;
mod tries;

use super::moves::{Move, Tags};
use super::shrink::fewest_moves;
use super::stage::{Arena, Stage};
use crate::session::Session;
use crate::sim::Action;
use crate::view::event;

pub use options::MoveKinds;
pub use task::{DEPTH, FAULTS, SHAPES, Search, TRIES};

/// What was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The way; none if none was found.
    pub way: Option<Vec<WayMove>>,
    /// How many random ways were tried.
    pub tries: u64,
    /// How many shapes were seen.
    pub shapes: usize,
    /// Whether it was stopped before it was done.
    pub is_interrupted: bool,
}

/// A move of a way.
#[derive(Clone, Debug)]
pub struct WayMove {
    /// The action, as it is possible at its place in the way.
    pub action: Action,
    /// The command that makes it.
    pub line: String,
    /// What it leads to.
    pub comment: String,
}

/// Looks for a way. `told` hears now and then how many tries were made and how many shapes were
/// seen; `stop` says whether to stop.
pub fn find(
    session: &Session,
    search: &Search,
    stop: &(dyn Fn() -> bool + Sync),
    mut told: impl FnMut(u64, usize),
) -> Found {
    let base = Arena::at(&session.checkpoint());
    let nothing = Found { way: Some(Vec::new()), tries: 0, shapes: 0, is_interrupted: false };
    if search.holds(base.world()) {
        return nothing;
    }
    let seed = session.journal().seed;
    let (tried, tries) = tries::tries(&base, search, seed, stop, |tries| told(tries, 0));
    let (way, shapes) = match tried {
        Some(way) => (Some(way), 0),
        None if stop() => (None, 0),
        None => breadth::breadth(&base, search, stop, |shapes| told(tries, shapes)),
    };
    let way = way.map(|way| {
        let fewer = fewest_moves(&base, way, &search.condition, stop);
        told_way(&base, &fewer)
    });
    let is_interrupted = way.is_none() && stop();
    Found { way, tries, shapes, is_interrupted }
}

/// The moves of a way as commands, with what each leads to.
fn told_way(base: &Arena, way: &[Move]) -> Vec<WayMove> {
    let (mut arena, mut tags, mut told) = (base.clone(), Tags::default(), Vec::new());
    for one in way {
        let (Some(action), line) = (one.action(arena.world(), &tags), one.line(&tags)) else {
            continue;
        };
        if one.make(&mut arena, &mut tags) {
            let comment = event::gist(arena.world(), arena.latest());
            told.push(WayMove { action, line, comment });
        }
    }
    told
}
