//! What could be lost: every set of nodes that is said to be unable to lose an entry is tried, and
//! for nearly every set that is said to be able a simple schedule is found that loses it.

mod schedule;
pub(crate) mod state;

use raftsh::check::Checker;
use raftsh::disk::CrashTail;
use raftsh::explain::Case;
use raftsh::explain::losable::{self, Loss};
use raftsh::history::Timeline;
use raftsh::history::tree::Tree;
use raftsh::raft::{Entry, Index, Log, NodeSet, Position};
use raftsh::sim::rng::Dice;
use raftsh::sim::{Action, Setting, World};

use crate::schedules::seeds;
use schedule::{at_random, directed};

/// An entry with the log up to it, of a node that has it.
struct Target {
    entry: Position,
    path: Vec<Entry>,
}

impl Target {
    fn of(log: &Log, index: Index) -> Option<Target> {
        let entry = log.position(index)?;
        let path = log.iter_from(Index(1)).take(index.0 as usize).map(|(_, entry)| entry).collect();
        Some(Target { entry, path })
    }

    /// Whether another entry was committed in its place, or in the place of one before it.
    fn is_lost(&self, world: &World) -> bool {
        world.hosts().any(|host| {
            let Some(record) = host.record() else { return false };
            let through = self.path.len().min(record.report.commit.0 as usize);
            (1..=through).any(|at| {
                record.committed(Index(at as u32)).is_some_and(|entry| entry != self.path[at - 1])
            })
        })
    }
}

/// The entries at the ends of all logs and disks, and one from somewhere.
fn targets(world: &World, dice: &mut Dice) -> Vec<Target> {
    let mut found: Vec<Target> = Vec::new();
    for host in world.hosts() {
        let log = host.log();
        let last = log.last_index();
        let some = Index(dice.below(u64::from(last.0) + 1) as u32);
        for index in [last, some] {
            let known = |target: &Target| log.position(index) == Some(target.entry);
            if index.0 > 0 && !found.iter().any(known) {
                found.extend(Target::of(&log, index));
            }
        }
    }
    found
}

/// A set of running nodes that contains none of those that could lose the entry.
fn unable(loss: &Loss, world: &World, dice: &mut Dice) -> Option<NodeSet> {
    let running = world.hosts().filter(|host| host.is_running()).map(|host| host.id);
    let mut set: NodeSet = running.filter(|_| dice.below(4) > 0).collect();
    while let Some(way) = loss.ways.iter().find(|way| way.killed.difference(set).is_empty()) {
        let nth = dice.below(way.killed.len() as u64) as usize;
        set.remove(way.killed.iter().nth(nth)?);
    }
    Some(set)
}

/// The cluster after these nodes were killed, with the least left on their disks that is possible.
fn killed_worst(timeline: &Timeline<Checker>, nodes: NodeSet) -> Timeline<Checker> {
    let mut copy = timeline.clone();
    if matches!(copy.world().settings().crash_tail, CrashTail::Torn | CrashTail::Any) {
        let _ = copy.act(Action::Set(Setting::CrashTail(CrashTail::Lose)));
    }
    let _ = copy.act(Action::Kill(nodes));
    copy
}

fn killed(timeline: &Timeline<Checker>, nodes: NodeSet) -> Timeline<Checker> {
    let mut copy = timeline.clone();
    let _ = copy.act(Action::Kill(nodes));
    copy
}

#[test]
fn what_is_said_to_be_lost_is_lost_and_nothing_else() {
    let (mut able, mut tried, mut kept) = (0u64, 0u64, 0u64);
    let mut not_found = Vec::new();
    let seeds = (seeds() / 10).max(10);
    for seed in 1..=seeds {
        let mut dice = Dice::new(seed ^ 0x1057);
        let tree = state::random(seed, &mut dice);
        let case = Case::new(&tree);
        let world = tree.timeline().world();
        if !world.violations().is_empty() || world.judging_ended().is_some() {
            continue;
        }
        for target in targets(world, &mut dice) {
            let loss = losable::losable(&case, target.entry);
            assert!(loss.is_sure && !loss.sampled);
            if target.is_lost(world) {
                continue;
            }
            for way in &loss.ways {
                able += 1;
                let found = directed(killed_worst(tree.timeline(), way.killed), way, &target);
                let states: Vec<_> = world.hosts().map(|host| host.state).collect();
                if let Err(end) = found {
                    not_found.push(format!(
                        "seed {seed}: {} of {}: {way:?} of {:?}, {states:?}\n{end}",
                        target.entry,
                        world.cluster_size(),
                        target.path
                    ));
                }
            }
            for _ in 0..3 {
                let Some(set) = unable(&loss, world, &mut dice) else { continue };
                tried += 1;
                let copy = killed(tree.timeline(), set);
                let (end, lost) = at_random(copy, &target, &mut dice);
                assert!(
                    !lost,
                    "seed {seed}: {} is lost though {set} was said to be unable: {loss:?}\n{end}",
                    target.entry
                );
                kept += u64::from(loss.ways.is_empty());
            }
        }
    }
    // The schedule that is tried is a simple one, and misses some.
    let missed = not_found.len() as u64;
    assert!(missed * 20 <= able, "{missed} of {able}: {}", not_found.join("\n"));
    assert!(able > seeds / 2 && tried > 2 * seeds && kept > seeds / 4, "{able} {tried} {kept}");
}

/// The tree, which the helpers of other tests use.
pub(crate) type Cluster = Tree<Checker>;
