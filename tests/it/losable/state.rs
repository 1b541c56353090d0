//! Random states of clusters.

use raftsh::disk::CrashTail;
use raftsh::history::tree::Tree;
use raftsh::kv::Command;
use raftsh::raft::{NodeId, NodeSet, RoleName};
use raftsh::sim::rng::Dice;
use raftsh::sim::{Action, DiskMove, LinkDirection, Range, Setting, Settings, World};

use super::Cluster;

/// A cluster after some random moves.
pub(crate) fn random(seed: u64, dice: &mut Dice) -> Cluster {
    let nodes = [1, 2, 3, 3, 3, 4, 5, 5, 5, 5, 7][dice.below(11) as usize];
    let mut tree = Tree::new(nodes, seed, Settings::default());
    for setting in settings(dice) {
        let _ = tree.act(Action::Set(setting));
    }
    if dice.below(4) > 0 {
        (0..40).for_each(|_| _ = tree.step(u64::MAX));
    }
    for _ in 0..10 + dice.below(60) {
        let action = action(tree.timeline().world(), dice);
        let _ = tree.act(action);
        for _ in 0..dice.below(8) {
            tree.step(u64::MAX);
        }
    }
    tree
}

fn settings(dice: &mut Dice) -> Vec<Setting> {
    let mut found =
        vec![Setting::DiskLatency(Range::exactly([1_000, 20_000, 0][dice.below(3) as usize]))];
    if dice.below(3) == 0 {
        found.push(Setting::Batch(1 + dice.below(2) as u32));
    }
    if dice.below(3) == 0 {
        found.push(Setting::Noop(true));
    }
    if dice.below(3) == 0 {
        let tails = [CrashTail::Keep, CrashTail::Torn, CrashTail::Any];
        found.push(Setting::CrashTail(tails[dice.below(3) as usize]));
    }
    found
}

fn some(world: &World, dice: &mut Dice) -> NodeSet {
    NodeSet::one(NodeId::at(dice.below(world.cluster_size() as u64) as usize))
}

/// A random move, most of them at nodes that lead.
pub(crate) fn action(world: &World, dice: &mut Dice) -> Action {
    let leads = |node: &NodeId| {
        world.host(*node).report().is_some_and(|report| report.role == RoleName::Leader)
    };
    let leaders: Vec<NodeId> = world.nodes().iter().filter(leads).collect();
    let leader = leaders.get(dice.below(leaders.len() as u64) as usize).copied();
    let (one, other) = (some(world, dice), some(world, dice));
    let put = Command::Put { key: "x".into(), value: dice.below(9).to_string().into() };
    let message = {
        let all = world.network().oldest_first(|_| true);
        all.get(dice.below(all.len() as u64) as usize).map(|one| one.id)
    };
    match dice.below(24) {
        0..=6 => leader.map_or(Action::Timeout(one), |leader| Action::Invoke(leader, put)),
        7 | 8 => Action::Timeout(one),
        9 => Action::Kill(one),
        10 | 11 => Action::Restart(world.down()),
        12 => Action::Pause(one),
        13 => Action::Resume(world.nodes()),
        14 | 15 => Action::Cut(one, other, LinkDirection::Both),
        16 => Action::HealAll,
        17 => Action::Hold(one, world.nodes()),
        18 => Action::Release(world.nodes(), world.nodes()),
        19 | 20 => message.map_or(Action::HealAll, |message| Action::Deliver(vec![message])),
        21 => message.map_or(Action::HealAll, |message| Action::Drop(vec![message])),
        22 => Action::Disk(
            one,
            [DiskMove::Sync, DiskMove::Sync, DiskMove::Lie][dice.below(3) as usize],
        ),
        _ => Action::Isolate(one),
    }
}
