//! Paths that differ only in the order of what does not touch each other lead to the same: to one
//! memory of the checker, whatever the numbers of events on the way.

use raftsh::check::Checker;
use raftsh::history;
use raftsh::raft::{NodeId, NodeSet, Timer};
use raftsh::seq::digest;
use raftsh::sim::{Action, EnabledMove, Range, Setting};

use crate::saved::moves::{Dice, random_action};

type Timeline = history::Timeline<Checker>;

fn pick<T: Copy>(dice: &mut Dice, all: &[T]) -> Option<T> {
    (!all.is_empty()).then(|| all[dice.below(all.len())])
}

fn make(timeline: &mut Timeline, enabled: EnabledMove) {
    let action = enabled.action(timeline.world()).unwrap();
    timeline.act(action.clone()).unwrap_or_else(|refused| panic!("{action}: {refused}"));
}

/// Where the move happens.
fn node(enabled: EnabledMove) -> NodeId {
    match enabled {
        EnabledMove::Deliver(route) => route.to,
        EnabledMove::Fire(node, _) | EnabledMove::Sync(node) => node,
    }
}

/// A cluster of three whose writes take time, and in which requests are made now and then.
fn begin(seed: u64) -> Timeline {
    let mut timeline = Timeline::new(3, seed);
    let latency = Range { min_us: 1, max_us: 9_000 };
    timeline.act(Action::Set(Setting::DiskLatency(latency))).unwrap();
    timeline
}

/// One more move: mostly one that could happen by itself, seldom a timer, sometimes anything.
fn go_on(dice: &mut Dice, timeline: &mut Timeline, meddles: bool) {
    if meddles && dice.below(8) == 0 {
        // What is refused has changed nothing.
        let action = random_action(dice, timeline.world());
        if !matches!(action, Action::Flaw(..) | Action::Corrupt(..) | Action::Preload(_)) {
            let _ = timeline.act(action);
        }
        return;
    }
    if dice.below(8) == 0
        && let Some(leader) = timeline.world().leader()
    {
        let command = raftsh::kv::Command::Put { key: "x".into(), value: dice.below(3).to_string().into() };
        timeline.act(Action::Invoke(leader, command)).unwrap();
        return;
    }
    let enabled = timeline.world().enabled();
    let is_timer = |one: &&EnabledMove| matches!(one, EnabledMove::Fire(_, Timer::Election));
    let calm: Vec<EnabledMove> = enabled.iter().filter(|one| !is_timer(one)).copied().collect();
    let chosen =
        if calm.is_empty() || dice.below(15) == 0 { pick(dice, &enabled) } else { pick(dice, &calm) };
    chosen.into_iter().for_each(|enabled| make(timeline, enabled));
}

/// Two moves at different nodes, in either order.
#[test]
fn what_is_remembered_does_not_depend_on_the_order() {
    let (mut deliveries, mut others, mut changed) = (0, 0, 0);
    for seed in 1..=300 {
        let (mut dice, mut timeline) = (Dice::new(seed), begin(seed));
        for _ in 0..80 {
            let before = timeline.watch().clone();
            go_on(&mut dice, &mut timeline, seed % 2 == 0);
            changed += u32::from(before != *timeline.watch());
            let enabled = timeline.world().enabled();
            let (Some(one), Some(other)) = (pick(&mut dice, &enabled), pick(&mut dice, &enabled)) else {
                continue;
            };
            if node(one) == node(other) {
                continue;
            }
            let (mut first, mut second) = (timeline.clone(), timeline.clone());
            [one, other].into_iter().for_each(|enabled| make(&mut first, enabled));
            [other, one].into_iter().for_each(|enabled| make(&mut second, enabled));
            assert!(first.watch() == second.watch(), "seed {seed}: {one} and {other}\n{first:?}\n{second:?}");
            assert_eq!(digest(first.watch()), digest(second.watch()), "seed {seed}: {one} and {other}");
            let messages = matches!((one, other), (EnabledMove::Deliver(_), EnabledMove::Deliver(_)));
            *if messages { &mut deliveries } else { &mut others } += 1;
        }
    }
    assert!(deliveries > 1_500 && others > 1_500, "{deliveries} pairs of deliveries, {others} others");
    assert!(changed > 10_000, "what happened counts: {changed}");
}

/// Two leaders of different terms that append at one index: whichever is first, the memory is one.
#[test]
fn entries_of_two_leaders_at_one_index() {
    let nodes = |numbers: &[usize]| numbers.iter().map(|&number| NodeId::at(number - 1)).collect::<NodeSet>();
    let mut timeline = Timeline::new(5, 1);
    for action in [
        Action::Set(Setting::Timers(false)),
        Action::Set(Setting::DiskLatency(Range::exactly(0))),
        Action::Timeout(nodes(&[1])),
        Action::Settle(None, None),
        Action::Isolate(nodes(&[1])),
        Action::Timeout(nodes(&[2])),
        Action::Settle(None, None),
    ] {
        timeline.act(action).unwrap();
    }
    let put = |node: usize| {
        let command = raftsh::kv::Command::Put { key: "x".into(), value: "1".into() };
        Action::Invoke(NodeId::at(node - 1), command)
    };
    let path = |order: [usize; 2]| {
        let mut timeline = timeline.clone();
        for node in order {
            timeline.act(put(node)).unwrap();
        }
        timeline.watch().clone()
    };
    // The entries carry the numbers of their requests, which differ: so only as far as those go.
    let (old_first, new_first) = (path([1, 2]), path([2, 1]));
    assert!(old_first != new_first);
    let text = |checker: &Checker| {
        let text = format!("{checker:?}");
        let digits = |c: char| c.is_ascii_digit();
        text.split("Command(").map(|piece| piece.trim_start_matches(digits)).collect::<String>()
    };
    let first = |text: &str| text.split("first: ").nth(1).unwrap().split("hiding").next().unwrap().to_owned();
    assert_eq!(first(&text(&old_first)), first(&text(&new_first)));
}
