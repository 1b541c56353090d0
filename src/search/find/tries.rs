//! Random ways.

use super::super::moves::{Move, Tags};
use super::super::stage::{Arena, Stage};
use super::options::options;
use super::task::Search;
use crate::parallel;
use crate::sim::rng::Dice;

/// How many tries are one piece of work. The shortest way of a piece is the one that counts.
const GROUP: u64 = 64;

/// The shortest way of the first group of tries that found one, and how many tries were made.
pub(super) fn tries(
    base: &Arena,
    search: &Search,
    seed: u64,
    stop: &(dyn Fn() -> bool + Sync),
    mut told: impl FnMut(u64),
) -> (Option<Vec<Move>>, u64) {
    let groups = usize::try_from(search.tries.div_ceil(GROUP)).unwrap_or(usize::MAX);
    let (mut found, mut made) = (None, 0);
    let try_group = |group: usize| {
        let first = group as u64 * GROUP;
        let count = GROUP.min(search.tries - first);
        let ways = (first..first + count)
            .take_while(|_| !stop())
            .filter_map(|nth| way(base, search, Dice::new(mixed(seed, nth))));
        // Of several of the same length, the first is taken.
        (ways.min_by_key(Vec::len), count)
    };
    parallel::in_order(search.jobs, groups, try_group, |(way, count)| {
        made += count;
        told(made);
        found = way;
        found.is_none() && !stop()
    });
    (found, made)
}

/// The seed of a try.
fn mixed(seed: u64, nth: u64) -> u64 {
    (seed ^ nth.wrapping_mul(0x9e37_79b9_7f4a_7c15)).rotate_left(17) ^ nth
}

/// One random way; none if it does not reach the goal.
fn way(base: &Arena, search: &Search, mut dice: Dice) -> Option<Vec<Move>> {
    let (mut arena, mut tags, mut way) = (base.clone(), Tags::default(), Vec::new());
    let broken = arena.world().violations().len();
    let (mut faults, mut refused) = (0, 0);
    while way.len() < search.depth && refused < search.depth {
        let options = options(arena.world(), search.kinds, faults < search.faults);
        let all = options.iter().map(|option| option.weight()).sum();
        let mut drawn = dice.below(all);
        let option = options.into_iter().find(|option| {
            let is_drawn = drawn < option.weight();
            drawn = drawn.saturating_sub(option.weight());
            is_drawn
        })?;
        if !option.one.make(&mut arena, &mut tags) {
            refused += 1;
            continue;
        }
        faults += usize::from(option.is_fault());
        way.push(option.one);
        if search.holds(arena.world()) {
            return Some(way);
        }
        if arena.world().ends(broken) {
            return None;
        }
    }
    None
}
