//! Random paths: those that lead to the same state have one shape, and worlds that differ have
//! different shapes.

use std::collections::BTreeMap;

use crate::disk::record::Content;
use crate::kv::Command;
use crate::raft::{NodeId, NodeSet, Ticket, Timer};
use crate::sim::engine::Machine;
use crate::sim::record::NodeLife;
use crate::sim::rng::Dice;
use crate::sim::{
    Action, DiskMove, EnabledMove, EventRecorder, Host, LinkDirection, Range, Setting, World,
};

fn make(world: &mut World, action: &Action) -> bool {
    world.apply(action.clone(), &mut EventRecorder::new(())).is_ok()
}

/// Makes an enabled move, which must succeed.
fn make_enabled(world: &mut World, enabled: EnabledMove) {
    let action = enabled.action(world).unwrap();
    assert!(make(world, &action), "{enabled}");
}

/// The node at which the move happens.
fn node(enabled: EnabledMove) -> NodeId {
    match enabled {
        EnabledMove::Deliver(route) => route.to,
        EnabledMove::Fire(node, _) | EnabledMove::Sync(node) => node,
    }
}

fn pick<T: Copy>(dice: &mut Dice, all: &[T]) -> Option<T> {
    (!all.is_empty()).then(|| all[dice.below(all.len() as u64) as usize])
}

/// A random move by hand. The world may refuse it.
fn meddle(dice: &mut Dice, world: &mut World) {
    let mut node = || NodeId::at(dice.below(world.cluster_size() as u64) as usize);
    let (one, other) = (NodeSet::one(node()), NodeSet::one(node()));
    let leader = world.leader().unwrap_or(node());
    let messages: Vec<u64> = world.network().in_flight().map(|message| message.id).collect();
    let message = pick(dice, &messages).into_iter().collect();
    let put = |value: &str| Command::Put { key: "x".into(), value: value.into() };
    let action = match dice.below(16) {
        0..=2 => Action::Invoke(leader, put("1")),
        3 => Action::Invoke(leader, put("2")),
        4 => Action::Kill(one),
        5 => Action::Restart(world.down()),
        6 => Action::Pause(one),
        7 => Action::Resume(one),
        8 => Action::Cut(one, other, LinkDirection::OneWay),
        9 => Action::HealAll,
        10 => Action::Hold(one, other),
        11 => Action::Release(world.nodes(), world.nodes()),
        12 => Action::Drop(message),
        13 => Action::Dup(message),
        14 => Action::Disk(
            one,
            [DiskMove::Fill, DiskMove::Cut, DiskMove::Lose][dice.below(3) as usize],
        ),
        _ => Action::Disk(one, DiskMove::Restore),
    };
    make(world, &action);
}

/// A cluster of three nodes whose writes take time.
fn begin(seed: u64) -> World {
    let mut world = World::new(3, seed);
    assert!(make(
        &mut world,
        &Action::Set(Setting::DiskLatency(Range { min_us: 1, max_us: 9_000 }))
    ));
    world
}

/// One random move. Election timers are rare: with more of them, no request would be committed.
fn go_on(dice: &mut Dice, world: &mut World, meddling_ppm: u32) {
    if dice.chance(meddling_ppm) {
        return meddle(dice, world);
    }
    let enabled = world.enabled();
    let is_timer = |one: &&EnabledMove| matches!(one, EnabledMove::Fire(_, Timer::Election));
    let calm: Vec<EnabledMove> = enabled.iter().filter(|one| !is_timer(one)).copied().collect();
    let chosen = if calm.is_empty() || dice.chance(50_000) {
        pick(dice, &enabled)
    } else {
        pick(dice, &calm)
    };
    chosen.into_iter().for_each(|enabled| make_enabled(world, enabled));
}

/// Two moves at different nodes do not affect each other: both orders lead to the same shape.
#[test]
fn paths_meet() {
    let (mut deliveries, mut others, mut told_apart) = (0, 0, 0);
    for seed in 1..=400 {
        let (mut dice, mut world) = (Dice::new(seed), begin(seed));
        for _ in 0..80 {
            go_on(&mut dice, &mut world, 100_000);
            let enabled = world.enabled();
            let (Some(one), Some(other)) = (pick(&mut dice, &enabled), pick(&mut dice, &enabled))
            else {
                continue;
            };
            if node(one) == node(other) {
                continue;
            }
            let (mut first, mut second) = (world.clone(), world.clone());
            [one, other].into_iter().for_each(|enabled| make_enabled(&mut first, enabled));
            [other, one].into_iter().for_each(|enabled| make_enabled(&mut second, enabled));
            assert_eq!(first.shape(), second.shape(), "seed {seed}: {one} and {other}");
            assert_same(&first, &second);
            let messages =
                matches!((one, other), (EnabledMove::Deliver(_), EnabledMove::Deliver(_)));
            *if messages { &mut deliveries } else { &mut others } += 1;
            told_apart += u32::from(first.fingerprint() != second.fingerprint());
        }
    }
    assert!(
        deliveries > 2_000 && others > 2_000,
        "{deliveries} pairs of deliveries, {others} others"
    );
    assert!(told_apart > 4_000, "{told_apart} with other fingerprints");
}

/// Worlds of the same shape are equal in every field that counts.
#[test]
fn other_worlds_have_other_shapes() {
    let mut shapes: BTreeMap<u64, World> = BTreeMap::new();
    let (mut worlds, mut met, mut told_apart) = (0, 0, 0);
    for seed in 1..=600 {
        // Runs with the same seed begin alike and diverge later, so some of them reach the same
        // state.
        let (mut dice, mut world) = (Dice::new(seed), begin(seed % 20));
        let meddling_ppm = if seed.is_multiple_of(2) { 0 } else { 200_000 };
        for _ in 0..60 {
            go_on(&mut dice, &mut world, meddling_ppm);
            worlds += 1;
            match shapes.get(&world.shape()) {
                Some(other) => {
                    assert_same(&world, other);
                    met += 1;
                    told_apart += u32::from(world.fingerprint() != other.fingerprint());
                }
                None => drop(shapes.insert(world.shape(), world.clone())),
            }
        }
    }
    assert!(worlds > 30_000 && shapes.len() > 10_000, "{worlds} worlds of {} shapes", shapes.len());
    assert!(met > 1_000 && told_apart > 500, "{met} met, {told_apart} with other fingerprints");
}

/// Compares two worlds in every field that counts.
#[track_caller]
fn assert_same(one: &World, other: &World) {
    for (a, b) in one.hosts().zip(other.hosts()) {
        assert_same_host(a, b);
    }
    let in_flight = |world: &World| -> Vec<String> {
        let routes = world.network().routes().into_iter();
        let text = |(route, one): (_, &super::InFlight)| {
            format!("{route:?} {:?} {} {}", one.message, one.heartbeat, one.held)
        };
        routes.map(text).collect()
    };
    assert_eq!(in_flight(one), in_flight(other));
    assert_eq!(one.enabled(), other.enabled());
    for (from, to) in
        one.nodes().iter().flat_map(|from| one.nodes().iter().map(move |to| (from, to)))
    {
        let link = |world: &World| {
            let network = world.network();
            (network.is_cut(from, to), network.is_held(from, to), network.fault(from, to))
        };
        assert_eq!(link(one), link(other));
    }
    assert_eq!((one.ops(), one.settings()), (other.ops(), other.settings()));
    assert_eq!(one.environment.begun, other.environment.begun);
}

#[track_caller]
fn assert_same_host(a: &Host, b: &Host) {
    assert_eq!((a.id, a.state, &a.store, &a.pending), (b.id, b.state, &b.store, &b.pending));
    assert_eq!((a.report(), a.hard_state(), a.log()), (b.report(), b.hard_state(), b.log()));
    if a.finished == b.finished {
        let node = |host: &Host| match &host.life {
            Some(NodeLife { node: Machine::Own(node), .. }) => Some(node.clone()),
            _ => None,
        };
        assert!(node(a) == node(b));
    }
    let disk = |host: &Host| {
        let disk = &host.disk;
        let slots: Vec<_> = disk.slots().collect();
        let (state, entries) = disk.durable();
        let entries: Vec<_> = entries.iter().map(|entry| (entry.term(), entry.content())).collect();
        (slots, (state, entries), *disk.trouble(), disk.unfinished(), disk.claimed())
    };
    assert_eq!(disk(a), disk(b));
    let known = |host: &Host| {
        let ticket = |ticket: Ticket| i64::from(ticket.0) - i64::from(host.finished.0);
        let waiting: Vec<_> = host
            .outbox
            .iter()
            .map(|one| (one.message.clone(), one.heartbeat, ticket(one.after)))
            .collect();
        let writes: Vec<_> = host.writes.iter().map(|write| ticket(write.ticket)).collect();
        let unreported: Vec<_> = host.unreported.iter().map(|one| ticket(*one)).collect();
        let timers = [host.election, host.heartbeat]
            .map(|armed_timer| (armed_timer.set_by.is_some(), armed_timer.due.is_some()));
        (waiting, writes, unreported, timers)
    };
    assert_eq!(known(a), known(b));
    let record = |host: &Host| {
        host.record().map(|record| {
            let last: Vec<_> = record.unfinished.iter().map(|(_, last)| *last).collect();
            (record.durable, record.progress.clone(), record.room, last, record.replaced.clone())
        })
    };
    assert_eq!(record(a), record(b));
    if !a.is_running() {
        assert_eq!((&a.lost_log, a.lost_synced), (&b.lost_log, b.lost_synced));
    }
}

/// A change of time, dice or numbers keeps the shape. Every other change changes it.
#[test]
fn only_what_decides_counts() {
    let all = NodeSet::first(3);
    let [one, other] = [0, 1].map(|at| NodeSet::one(NodeId::at(at)));
    let after = |actions: &[Action]| {
        let mut world = begin(1);
        assert!(
            make(&mut world, &Action::Timeout(one))
                && make(&mut world, &Action::Disk(one, DiskMove::Sync))
        );
        actions.iter().for_each(|action| assert!(make(&mut world, action), "{action}"));
        world.shape()
    };
    assert_eq!(begin(1).shape(), begin(2).shape(), "dice");
    let shape = after(&[]);
    for same in [
        vec![Action::Wait(100)],
        vec![Action::Dup(vec![1]), Action::Drop(vec![3])],
        vec![Action::Dup(vec![1]), Action::Drop(vec![1])],
        vec![Action::Cut(all, all, LinkDirection::Both), Action::HealAll],
        vec![Action::Pause(other), Action::Resume(other)],
    ] {
        assert_eq!(after(&same), shape, "{same:?}");
    }
    let mut shapes = std::collections::BTreeSet::from([shape]);
    for action in [
        Action::Dup(vec![1]),
        Action::Drop(vec![1]),
        Action::Drop(vec![2]),
        Action::Deliver(vec![1]),
        Action::Kill(one),
        Action::Kill(other),
        Action::Pause(other),
        Action::Timeout(one),
        Action::Timeout(other),
        Action::Cut(one, other, LinkDirection::OneWay),
        Action::Cut(other, one, LinkDirection::OneWay),
        Action::Hold(one, other),
        Action::Delay(one, other, 5),
        Action::LinkLoss(one, other, 5),
        Action::Disk(other, DiskMove::Lie),
        Action::Disk(other, DiskMove::Slow(5)),
        Action::Set(Setting::Noop(false)),
        Action::Set(Setting::Noop(true)),
        Action::Set(Setting::Timers(false)),
    ] {
        let fresh = shapes.insert(after(std::slice::from_ref(&action)));
        let is_usual = matches!(action, Action::Set(Setting::Noop(_)));
        assert!(fresh || is_usual, "{action}");
    }
}
