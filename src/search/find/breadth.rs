//! All ways, the shortest first. Ways that lead to the same shape of the world meet there, and only
//! the first of them goes on.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::moves::{Move, Tags};
use super::super::stage::{Arena, Stage};
use super::options::{MoveOption, options};
use super::task::Search;
use crate::parallel;

/// How many places of one level keep their worlds. The worlds of further ones are made again.
const WORLDS_MAX: usize = 20_000;

/// How many places are one piece of work.
const GROUP: usize = 32;

/// A place that a way has reached.
#[derive(Clone)]
struct Place {
    way: Arc<Way>,
    faults: usize,
    world: Option<Box<(Arena, Tags)>>,
}

/// A way: its last move, and what was before.
struct Way {
    before: Option<Arc<Way>>,
    last: Option<Move>,
}

impl Way {
    fn moves(&self) -> Vec<Move> {
        let (mut moves, mut way) = (Vec::new(), Some(self));
        while let Some(one) = way {
            moves.extend(one.last.clone());
            way = one.before.as_deref();
        }
        moves.reverse();
        moves
    }
}

impl Drop for Way {
    /// A long way is dropped one move after the other, so that this needs little stack.
    fn drop(&mut self) {
        let mut before = self.before.take();
        while let Some(mut way) = before.and_then(Arc::into_inner) {
            before = way.before.take();
        }
    }
}

/// What follows from a place by one move.
struct Next {
    place: Place,
    shape: u64,
    is_goal: bool,
    /// Whether the way ends here, because a property was violated.
    ends: bool,
}

/// What has been seen so far.
struct Seen {
    shapes: BTreeSet<u64>,
    next_level: Vec<Place>,
    found: Option<Vec<Move>>,
}

impl Seen {
    fn add(&mut self, next: Next) {
        if self.found.is_some() || !self.shapes.insert(next.shape) {
            return;
        }
        if next.is_goal {
            self.found = Some(next.place.way.moves());
        } else if !next.ends {
            let keeps_world = self.next_level.len() < WORLDS_MAX;
            let world = next.place.world.filter(|_| keeps_world);
            self.next_level.push(Place { world, ..next.place });
        }
    }
}

/// The first of the shortest ways, and how many shapes were seen.
pub(super) fn breadth(
    base: &Arena,
    search: &Search,
    stop: &(dyn Fn() -> bool + Sync),
    mut told: impl FnMut(usize),
) -> (Option<Vec<Move>>, usize) {
    let shapes = [shape(base, 0)].into_iter().collect();
    let mut seen = Seen { shapes, next_level: Vec::new(), found: None };
    let way = Arc::new(Way { before: None, last: None });
    let world = Some(Box::new((base.clone(), Tags::default())));
    let mut level = vec![Place { way, faults: 0, world }];
    for _ in 0..search.depth {
        let groups: Vec<&[Place]> = level.chunks(GROUP).collect();
        let expand = |nth: usize| -> Vec<Next> {
            let places = groups[nth].iter().take_while(|_| !stop());
            places.flat_map(|place| expanded(base, place, search)).collect()
        };
        parallel::in_order(search.jobs, groups.len(), expand, |expanded| {
            for next in expanded {
                if seen.shapes.len() < search.shapes {
                    seen.add(next);
                }
            }
            told(seen.shapes.len());
            seen.found.is_none() && seen.shapes.len() < search.shapes && !stop()
        });
        drop(groups);
        let is_full = seen.shapes.len() >= search.shapes;
        if seen.found.is_some() || is_full || seen.next_level.is_empty() || stop() {
            break;
        }
        level = std::mem::take(&mut seen.next_level);
    }
    (seen.found, seen.shapes.len())
}

/// Everything that one move can lead to.
fn expanded(base: &Arena, place: &Place, search: &Search) -> Vec<Next> {
    let again = || {
        let (mut arena, mut tags) = (base.clone(), Tags::default());
        for one in place.way.moves() {
            one.make(&mut arena, &mut tags);
        }
        Box::new((arena, tags))
    };
    let here = place.world.clone().unwrap_or_else(again);
    let broken = here.0.world().violations().len();
    let options = options(here.0.world(), search.kinds, place.faults < search.faults);
    let follow = |option: MoveOption| {
        let mut world = here.clone();
        let (arena, tags) = &mut *world;
        if !option.one.make(arena, tags) {
            return None;
        }
        let faults = place.faults + usize::from(option.is_fault());
        let way = Way { before: Some(Arc::clone(&place.way)), last: Some(option.one) };
        let is_goal = search.holds(arena.world());
        let ends = arena.world().ends(broken);
        let shape = shape(arena, faults);
        let place = Place { way: Arc::new(way), faults, world: Some(world) };
        Some(Next { place, shape, is_goal, ends })
    };
    options.into_iter().filter_map(follow).collect()
}

/// The shape of the world, with the number of faults so far: fewer of them leave more ways open.
fn shape(arena: &Arena, faults: usize) -> u64 {
    arena.world().shape() ^ (faults as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
