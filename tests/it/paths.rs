//! Two moves that do not affect each other lead to equal worlds and equal ledgers in either order.

use raftsh::check::Checker;
use raftsh::history;
use raftsh::kv::Command;
use raftsh::raft::{Entry, Group, Index, NodeId, NodeSet, Note, Payload, Term, Timer};
use raftsh::seq::{Pool, digest};
use raftsh::sim::{Action, DiskMove, EnabledMove, Event, EventKind, Ops, Range, Setting, Watch};

use crate::saved::moves::{Dice, random_action};

type Timeline = history::Timeline<Checker>;

fn pick<T: Copy>(dice: &mut Dice, all: &[T]) -> Option<T> {
    (!all.is_empty()).then(|| all[dice.below(all.len())])
}

fn make(timeline: &mut Timeline, enabled: EnabledMove) {
    let action = enabled.action(timeline.world()).unwrap();
    timeline.act(action.clone()).unwrap_or_else(|refused| panic!("{action}: {refused}"));
}

/// The node at which the move happens.
fn node(enabled: EnabledMove) -> NodeId {
    match enabled {
        EnabledMove::Deliver(route) => route.to,
        EnabledMove::Fire(node, _) | EnabledMove::Sync(node) => node,
    }
}

/// A cluster of three nodes whose writes take time.
fn begin(seed: u64) -> Timeline {
    let mut timeline = Timeline::new(3, seed);
    let latency = Range { min_us: 1, max_us: 9_000 };
    timeline.act(Action::Set(Setting::DiskLatency(latency))).unwrap();
    timeline
}

/// Makes one random move: mostly an enabled one, rarely an election timer, sometimes a request,
/// and any move by hand if `meddles`.
fn go_on(dice: &mut Dice, timeline: &mut Timeline, meddles: bool) {
    if meddles && dice.below(8) == 0 {
        // A refused move has changed nothing.
        let action = random_action(dice, timeline.world());
        // A disk that lied is found out when its node ends. Whether the node still counts as
        // holding what is committed depends on which of the two comes first.
        let lies = matches!(action, Action::Disk(_, DiskMove::Lie));
        if !lies && !matches!(action, Action::Flaw(..) | Action::Corrupt(..) | Action::Preload(_)) {
            let _ = timeline.act(action);
        }
        return;
    }
    if dice.below(8) == 0
        && let Some(leader) = timeline.world().leader()
    {
        let command = Command::Put { key: "x".into(), value: dice.below(3).to_string().into() };
        // A leader that hands over refuses it.
        let _ = timeline.act(Action::Invoke(leader, command));
        return;
    }
    let enabled = timeline.world().enabled();
    let is_timer = |one: &&EnabledMove| matches!(one, EnabledMove::Fire(_, Timer::Election));
    let calm: Vec<EnabledMove> = enabled.iter().filter(|one| !is_timer(one)).copied().collect();
    let chosen = if calm.is_empty() || dice.below(15) == 0 {
        pick(dice, &enabled)
    } else {
        pick(dice, &calm)
    };
    chosen.into_iter().for_each(|enabled| make(timeline, enabled));
}

/// Makes two moves at different nodes, in either order.
#[test]
fn what_is_remembered_does_not_depend_on_the_order() {
    let (mut deliveries, mut others, mut changed) = (0, 0, 0);
    for seed in 1..=300 {
        let (mut dice, mut timeline, meddles) = (Dice::new(seed), begin(seed), seed % 2 == 0);
        for _ in 0..80 {
            let before = timeline.watch().clone();
            go_on(&mut dice, &mut timeline, meddles);
            changed += u32::from(before != *timeline.watch());
            let enabled = timeline.world().enabled();
            let (Some(one), Some(other)) = (pick(&mut dice, &enabled), pick(&mut dice, &enabled))
            else {
                continue;
            };
            if node(one) == node(other) {
                continue;
            }
            let (mut first, mut second) = (timeline.clone(), timeline.clone());
            [one, other].into_iter().for_each(|enabled| make(&mut first, enabled));
            [other, one].into_iter().for_each(|enabled| make(&mut second, enabled));
            assert!(
                first.watch() == second.watch(),
                "seed {seed}: {one} and {other}\n{first:?}\n{second:?}"
            );
            let hashes = [&first, &second].map(|path| digest(path.watch()));
            assert_eq!(hashes[0], hashes[1], "seed {seed}: {one} and {other}");
            // Where links lose messages at random, the dice decide, and the order of the draws
            // differs.
            if !meddles {
                let shapes = [&first, &second].map(|path| path.world().shape());
                assert_eq!(shapes[0], shapes[1], "seed {seed}: {one} and {other}");
            }
            let messages =
                matches!((one, other), (EnabledMove::Deliver(_), EnabledMove::Deliver(_)));
            *if messages { &mut deliveries } else { &mut others } += 1;
        }
    }
    assert!(
        deliveries > 1_500 && others > 1_500,
        "{deliveries} pairs of deliveries, {others} others"
    );
    assert!(changed > 10_000, "what happened counts: {changed}");
}

/// Leaders of different terms append at the same index. The ledger is the same in every order,
/// also where a later entry follows.
#[test]
fn entries_of_two_leaders_at_one_index() {
    let node = |number: usize| NodeId::at(number - 1);
    let entry = |term| Entry { term: Term(term), payload: Payload::Noop };
    // At n1 three entries of term 1, at n2 one of term 1 and two of term 2, at n3 one of term 3.
    let appended = [
        [(1, 1, 1), (1, 2, 1), (1, 3, 1)].as_slice(),
        &[(2, 1, 1), (2, 2, 2), (2, 3, 2)],
        &[(3, 1, 3)],
    ];
    let ledger = |order: [usize; 3]| {
        let mut checker = Checker::watching(&Group::of(NodeSet::first(3)), &Pool::default());
        let mut id = 0;
        let mut happens = |number, kind| {
            id += 1;
            checker.look(&[Event::new(id, 0, None, node(number), kind)], None, &Ops::default());
        };
        // Before a timer has fired, the checker would take these entries for prepared ones.
        (1..=3)
            .for_each(|number| happens(number, EventKind::TimerFired { timer: Timer::Election }));
        for nth in order {
            for &(number, index, term) in appended[nth] {
                let index = Index(index);
                let note = Note::EntryAppended { index, entry: entry(term) };
                happens(number, EventKind::Note(note));
                // Once a disk holds the entry, it exists for all nodes.
                happens(
                    number,
                    EventKind::EntriesSynced { kept: index.previous(), through: index },
                );
            }
        }
        checker
    };
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for order in orders {
        assert!(ledger(order) == ledger([0, 1, 2]), "{order:?}");
    }
}
