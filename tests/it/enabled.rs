//! The enabled moves: each can be typed as it prints, by a name that lasts, and all others are
//! refused.

use std::collections::BTreeSet;

use raftsh::console::Output;
use raftsh::language::Status;
use raftsh::raft::{NodeId, Timer};
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};
use raftsh::sim::{Action, EnabledMove, EventKind, EventRecorder, Route, TransitState, World};

use crate::saved::moves::{Dice, random_action};

/// The number of random clusters.
const SEEDS: u64 = 60;

/// Makes random moves of every kind, and calls `look` after each of them.
fn everywhere(mut look: impl FnMut(&mut Session, &mut Dice)) {
    for seed in 1..=SEEDS {
        let mut dice = Dice::new(seed);
        let nodes = [1, 2, 3, 3, 5][dice.below(5)];
        let mut session = Session::new(Start { nodes, seed, ..Start::default() });
        for _ in 0..40 {
            let action = random_action(&mut dice, session.world());
            // A refused move has changed nothing.
            let _ = session.act(action);
            for _ in 0..dice.below(6) {
                session.step(u64::MAX);
            }
            look(&mut session, &mut dice);
        }
    }
}

fn accepted(world: &World, action: &Action) -> bool {
    // `disk sync` without an unfinished write is not refused, but changes nothing.
    world
        .clone()
        .apply(action.clone(), &mut EventRecorder::new(()))
        .is_ok_and(|applied| applied.changed)
}

fn typed(session: &mut Session, line: &str) -> (Status, String) {
    let mut out = Output::captured(100);
    let mut runner = Runner::new(session, &mut out);
    runner.run(&mut Script::text(None, line), FailurePolicy::Stop);
    let worst = runner.worst;
    (worst, out.take())
}

/// Every enabled move can be typed as it prints, and then exactly that happens.
#[test]
fn what_could_happen_can_be_typed() {
    let mut seen = [0; 4];
    everywhere(|session, dice| {
        let enabled = session.world().enabled();
        assert!(
            enabled.is_sorted() && enabled.iter().collect::<BTreeSet<_>>().len() == enabled.len()
        );
        let actions = enabled.iter().map(|one| one.action(session.world()).unwrap());
        assert!(actions.clone().all(|action| accepted(session.world(), &action)));
        // After a violation the next line would have to expect it, which is not what this test is
        // about.
        if enabled.is_empty() || !session.world().violations().is_empty() {
            return;
        }
        // The kind is drawn first, so that rare kinds come up as often as deliveries.
        let kind = dice.below(4);
        let such: Vec<EnabledMove> =
            enabled.iter().copied().filter(|one| place(one) == kind).collect();
        let from = if such.is_empty() { enabled } else { such };
        let chosen = from[dice.below(from.len())];
        seen[place(&chosen)] += 1;
        let (action, now_us) = (chosen.action(session.world()).unwrap(), session.world().now_us());
        let (node, unfinished) = match chosen {
            EnabledMove::Deliver(route) => (route.to, 0),
            EnabledMove::Fire(node, _) => (node, 0),
            EnabledMove::Sync(node) => (node, session.world().host(node).disk.unfinished()),
        };
        let (status, said) = typed(session, &chosen.to_string());
        assert!(matches!(status, Status::Ok | Status::Expectation), "{chosen}: {said}");
        assert_eq!(session.journal().actions().next_back().as_ref(), Some(&action), "{chosen}");
        assert_eq!(session.world().now_us(), now_us, "{chosen}: no time passes");
        let first = session.latest().first().unwrap_or_else(|| panic!("{chosen}: {said}"));
        assert_eq!(first.node, node);
        match (chosen, first.kind, action) {
            (EnabledMove::Deliver(_), EventKind::MessageDelivered { message, .. }, action) => {
                assert_eq!(action, Action::Deliver(vec![message]));
            }
            (EnabledMove::Fire(_, timer), EventKind::TimerFired { timer: fired }, _) => {
                assert_eq!(timer, fired);
            }
            (EnabledMove::Sync(_), EventKind::NodeHalted { .. }, _) => {}
            (EnabledMove::Sync(_), kind, _) => {
                let name = kind.name();
                assert!(
                    ["vote_synced", "entries_synced", "write_vanished"].contains(&name),
                    "{name}"
                );
                assert!(unfinished > 0);
            }
            (_, kind, _) => panic!("{chosen}: {kind:?}"),
        }
    });
    assert!(seen.iter().all(|&count| count > 100), "{seen:?}");
}

fn place(one: &EnabledMove) -> usize {
    match one {
        EnabledMove::Deliver(_) => 0,
        EnabledMove::Fire(_, Timer::Election) => 1,
        EnabledMove::Fire(_, Timer::Heartbeat) => 2,
        EnabledMove::Sync(_) => 3,
    }
}

/// A move that is not enabled is refused, or it needs a decision: a held message, a timer while
/// timers are off.
#[test]
fn what_could_not_happen_is_refused() {
    let mut missing = [0; 4];
    everywhere(|session, _| {
        let world = session.world();
        let enabled: BTreeSet<EnabledMove> = world.enabled().into_iter().collect();
        let held = |message: u64| {
            world
                .network()
                .in_flight()
                .any(|one| one.id == message && world.transit_state(one) == TransitState::Held)
        };
        let routes = world.network().in_flight().filter_map(|one| world.route_of(one.id));
        let deliveries = routes.map(EnabledMove::Deliver);
        let rest = world.nodes().iter().flat_map(|node| {
            [
                EnabledMove::Fire(node, Timer::Election),
                EnabledMove::Fire(node, Timer::Heartbeat),
                EnabledMove::Sync(node),
            ]
        });
        for other in deliveries.chain(rest).filter(|one| !enabled.contains(one)) {
            let waits = match other {
                EnabledMove::Deliver(route) => held(world.message_at(route).unwrap()),
                EnabledMove::Fire(node, _) => !world.settings_of(node).timers,
                EnabledMove::Sync(_) => false,
            };
            let action = other.action(world).unwrap();
            assert!(waits || !accepted(world, &action), "{other}");
            missing[place(&other)] += 1;
        }
    });
    assert!(missing.iter().all(|&count| count > 100), "{missing:?}");
}

/// A route finds its message, and dropping a message renumbers only later ones on the same route.
#[test]
fn a_message_is_found_by_its_route() {
    let (mut found, mut kept) = (0, 0);
    everywhere(|session, dice| {
        let world = session.world();
        let messages: Vec<(u64, Route)> = world
            .network()
            .oldest_first(|_| true)
            .iter()
            .map(|one| (one.id, world.route_of(one.id).unwrap()))
            .collect();
        for (id, route) in &messages {
            assert_eq!(world.message_at(*route), Some(*id));
            assert_eq!(world.message_at(Route { nth: 0, ..*route }), None);
            found += 1;
        }
        let Some((lost, gone)) = messages.get(dice.below(messages.len().max(1))) else { return };
        let mut after = world.clone();
        after.apply(Action::Drop(vec![*lost]), &mut EventRecorder::new(())).unwrap();
        assert_eq!(after.route_of(*lost), None);
        for (id, route) in messages.iter().filter(|(id, _)| id != lost) {
            let same_way = Route { nth: 1, ..*route } == Route { nth: 1, ..*gone };
            let nth = route.nth - usize::from(same_way && id > lost);
            assert_eq!(after.route_of(*id), Some(Route { nth, ..*route }));
            kept += 1;
        }
    });
    assert!(found > 5_000 && kept > 5_000, "{found} found, {kept} kept");
}

/// `deliver` refuses a route on which nothing is in flight, and says so.
#[test]
fn a_route_without_a_message_is_refused() {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    typed(&mut session, "set timers off; set disk-latency 0us; timeout n1");
    let [n1, n2] = [0, 1].map(NodeId::at);
    assert_eq!(
        session.world().enabled().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["deliver n1 n2 --type RequestVote --nth 1", "deliver n1 n3 --type RequestVote --nth 1"]
    );
    let EnabledMove::Deliver(route) = session.world().enabled()[0] else { panic!("a message") };
    assert_eq!((route.from, route.to), (n1, n2));
    let beyond = EnabledMove::Deliver(Route { nth: 2, ..route });
    assert_eq!(beyond.action(session.world()), None);
    let (status, said) = typed(&mut session, &beyond.to_string());
    assert_eq!(status, Status::Failed);
    assert!(
        said.contains("no RequestVote to deliver from n1 to n2: 1 such message in flight"),
        "{said}"
    );
}
