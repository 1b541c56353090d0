//! The lives of things: `history --op` and its kin, `why` of a thing, and that both tell the truth.

use raftsh::check::Checker;
use raftsh::console::Output;
use raftsh::disk::Content;
use raftsh::explain::claim::{ClaimKind, LifeClaim, ReplicationClaim};
use raftsh::explain::{Answer, Case, Thing, thing};
use raftsh::history::tree::Tree;
use raftsh::language::Status;
use raftsh::raft::{Flaw, Index, Note, Position};
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};
use raftsh::sim::rng::Dice;
use raftsh::sim::{Action, Event, EventId, EventKind, Stage};

use crate::losable::state;
use crate::schedules::seeds;
use crate::surroundings::{on_one_line, say, three_nodes};

/// Runs lines as a script, on 3 nodes; the output in one line, and the worst status.
fn script(lines: &str) -> (String, Status) {
    let (said, errors, worst) = say(&mut three_nodes(), 200, lines);
    (on_one_line(&(said + &errors)), worst)
}

const WRITTEN: &str = "run until leader; put x=5; run 100ms";

#[test]
fn questions_are_answered() {
    for (lines, question, told) in [
        // Why a node refused another one its vote.
        (
            "preload n1 1; preload n2 none --term 1; timeout n2; settle",
            "history --kind vote_refused",
            "n1 refused its vote to n2 in term 2: n2's log ends at 0@0, n1's at 1@1",
        ),
        (WRITTEN, "why 1@1", "1@1 cannot be lost, whichever nodes are killed now"),
        (WRITTEN, "why op1", "1@1 is committed: it is within the commit index of n1,n2,n3"),
        (WRITTEN, "why 1@1", "1@1 is durable on 3 of 3 nodes"),
        (WRITTEN, "why op", "op1"),
        // What could be lost if nodes died now.
        (
            "run until leader; hold leader all; put x=5; step",
            "why op1",
            "1@1 could be lost although no node is killed",
        ),
        // An entry that was replaced.
        (
            "preload n1 1,1; preload n2 1,2; preload n3 1,2; timeout n2; settle; tick n2; settle
             put n2 x=5; settle; tick n2; settle",
            "why 2@1",
            "2@1 is lost: 2@2 is committed in its place",
        ),
        // A message dropped by a cut.
        (
            "run until leader; cut leader all; put x=5",
            "history --kind message_dropped --last 1",
            "lost: the link is cut",
        ),
        (WRITTEN, "why n1", "its log ends at 1@1"),
        ("run until leader; kill n1", "why n1", "n1"),
        (WRITTEN, "history --op op1 --kind client_replied", "answered op1: ok"),
        (WRITTEN, "history --op 1 --kind entry_applied", "applied 1@1 put x=5"),
        (WRITTEN, "history --entry 1@1 --kind client_invoked", "no such event"),
    ] {
        let (said, _) = script(&format!("{lines}\n{question}"));
        assert!(said.contains(told), "{lines}; {question}: {told}\n{said}");
    }
}

#[test]
fn what_does_not_exist_has_no_life() {
    for (asked, told) in [
        ("op9", "there is no request op9 yet"),
        ("9999", "there is no event 9999 yet"),
        ("0", "events are counted from 1"),
        ("m9999", "there is no message m9999 yet"),
        ("7@9", "there never was an entry 7@9"),
        ("n9", "unknown node 'n9'"),
    ] {
        let (said, status) = script(&format!("{WRITTEN}; why {asked}"));
        assert!(said.contains(told) && status == Status::Failed, "{asked}: {said}");
    }
    for (option, told) in [
        ("--op 9", "there is no request op9 yet"),
        ("--op op9", "there is no request op9 yet"),
        ("--causes 9999", "there is no event 9999 yet"),
        ("--message m9999", "there is no message m9999 yet"),
        ("--message 9999", "there is no message m9999 yet"),
        ("--entry 7@9", "there never was an entry 7@9"),
    ] {
        let (said, status) = script(&format!("{WRITTEN}; history {option}"));
        assert!(said.contains(told) && status == Status::Failed, "{option}: {said}");
    }
    for wrong in ["--op x", "--causes n1", "--message op1", "--entry 3", "--entry 3@", "--op"] {
        assert_eq!(script(&format!("history {wrong}")).1, Status::Usage, "{wrong}");
    }
    assert_eq!(script("why op").1, Status::Failed);
    assert_eq!(script("history --op op").1, Status::Failed);
}

/// The numbers of the events that `history` lists, by its JSON.
fn listed(session: &mut Session, options: &str) -> Vec<EventId> {
    let mut out = Output::captured(200);
    let mut runner = Runner::new(session, &mut out);
    let line = format!("history {options} --format json");
    runner.run(&mut Script::text(None, line), FailurePolicy::Prompt);
    let answer: serde_json::Value = serde_json::from_str(out.take().trim()).unwrap();
    let events = answer["data"]["events"].as_array().unwrap().iter();
    events.map(|event| event["id"].as_u64().unwrap()).collect()
}

/// Lives are the same whether their events are kept or must be made again, and filters compose.
#[test]
fn lives_survive_forgetting() {
    let lines = "run until leader; hold n1 all; put x=5; run 100ms; release; run 300ms; kill n2
                 put y=6; run 100ms; restart n2; run 200ms";
    let session = |settings: &str| {
        let mut session = Session::new(Start { nodes: 3, ..Start::default() });
        let mut out = Output::captured(200);
        let mut runner = Runner::new(&mut session, &mut out);
        let lines = format!("{lines}{settings}");
        runner.run(&mut Script::text(None, lines), FailurePolicy::Prompt);
        session
    };
    let (mut kept, mut forgot) = (session(""), session("; set history 10"));
    for options in ["--op op1", "--op 2", "--entry 1@1", "--message m9", "--causes 200", "--op"] {
        let options = if options == "--op" { "--op op n1 --last 3" } else { options };
        let all = listed(&mut kept, options);
        assert!(!all.is_empty(), "{options}");
        assert_eq!(all, listed(&mut forgot, options), "{options}");
    }
    let since = listed(&mut kept, "--op op1 --since 100 --until 250");
    let all = listed(&mut kept, "--op op1");
    assert!(since.len() < all.len() && since.iter().all(|id| all.contains(id)));
    for asked in [Thing::Entry(entry(1, 1)), Thing::Message(9), Thing::Event(200)] {
        let answer = |session: &Session| thing(&Case::new(session.tree()), asked).unwrap();
        let (one, other) = (answer(&kept), answer(&forgot));
        assert_eq!(one.claims, other.claims, "{asked}");
    }
}

fn entry(index: u32, term: u32) -> Position {
    Position { index: Index(index), term: raftsh::raft::Term(term) }
}

/// Checks all that an answer says of a thing against the events and the world.
fn check(tree: &Tree<Checker>, asked: Thing, answer: &Answer) {
    let (world, events) = (tree.timeline().world(), tree.timeline().events());
    for claim in &answer.claims {
        for id in &claim.events {
            assert!(events.get(*id).is_some(), "{asked}: {claim:?} names an event that is none");
        }
        match &claim.kind {
            ClaimKind::Event(event) => assert_eq!(events.get(event.id), Some(event), "{asked}"),
            ClaimKind::Replication(ReplicationClaim::HeldBy { entry, on, .. }) => {
                for node in world.nodes().iter() {
                    let disk = &world.host(node).disk;
                    let held = disk.durable().1.get(entry.index.0 as usize - 1);
                    let damaged = disk.damaged().contains(&(entry.index.0 as usize));
                    let holds = held.is_some_and(|held| held.term() == entry.term.0) && !damaged;
                    assert_eq!(on.contains(node), holds, "{asked}: {node} of {claim:?}");
                }
                for id in &claim.events {
                    let kind = events.get(*id).unwrap().kind;
                    assert!(matches!(kind, EventKind::EntriesSynced { .. }), "{kind:?}");
                }
            }
            ClaimKind::Life(LifeClaim::StillInFlight { message, from, to, .. }) => {
                let found = world.network().in_flight().find(|one| one.id == *message).unwrap();
                assert_eq!((found.message.from, found.message.to), (*from, *to));
            }
            ClaimKind::Replication(ReplicationClaim::RequestEntry { op, .. }) => {
                assert!(world.ops().get(*op).is_some(), "{asked}: there is no {op}");
            }
            ClaimKind::Life(LifeClaim::Gone { entry, .. }) => {
                let has = |log: raftsh::raft::Log| log.term_at(entry.index) == Some(entry.term);
                assert!(!world.hosts().any(|host| has(host.log())), "{entry}");
            }
            _ => {}
        }
    }
}

/// The chain of causes of an event is the chain: each step is caused by the one before.
fn check_chain(tree: &Tree<Checker>, id: EventId, answer: &Answer) {
    let events = tree.timeline().events();
    let mut chain: Vec<EventId> =
        std::iter::successors(Some(id), |id| events.get(*id)?.cause()).collect();
    chain.reverse();
    let mut told: Vec<EventId> = Vec::new();
    for claim in &answer.claims {
        match &claim.kind {
            ClaimKind::Life(LifeClaim::Heartbeats { count, .. }) => {
                let from = chain.iter().position(|id| *id == claim.events[0]).unwrap();
                told.extend(&chain[from..from + *count as usize]);
            }
            _ => told.extend(&claim.events),
        }
    }
    assert_eq!(told, chain);
}

/// What the life of a thing consists of, by the plain definition of each option.
fn check_life(tree: &Tree<Checker>, asked: Thing) {
    let case = Case::new(tree);
    let life = case.life(asked, tree.timeline().events());
    let events: Vec<&Event> =
        life.iter().map(|id| tree.timeline().events().get(*id).unwrap()).collect();
    assert!(life.is_sorted() && !life.is_empty(), "{asked}");
    let all = tree.timeline().events().iter();
    let has = |event: &Event| life.binary_search(&event.id).is_ok();
    match asked {
        Thing::Message(message) => {
            for event in all {
                let passage = event.kind.attributes().message();
                if passage.is_some_and(|passage| passage.message == message) {
                    assert!(has(event), "{asked}: {event:?}");
                }
            }
            let delivered = events.iter().find(|event| {
                let passage = event.kind.attributes().message();
                passage.is_some_and(|one| one.message == message && one.stage == Stage::Delivered)
            });
            if let Some(delivered) = delivered {
                let caused = |event: &&Event| event.cause() == Some(delivered.id);
                assert!(tree.timeline().events().iter().filter(caused).all(has), "{asked}");
            }
        }
        Thing::Entry(Position { index, term }) => {
            for event in all {
                match event.kind {
                    EventKind::Note(Note::EntryAppended { index: at, entry })
                    | EventKind::EntryApplied { index: at, entry, .. } => {
                        assert_eq!(has(event), at == index && entry.term == term, "{event:?}");
                    }
                    EventKind::EntriesSynced { kept, through } if has(event) => {
                        assert!(kept < index, "{asked}: {event:?} {through}");
                    }
                    EventKind::Note(Note::CommitAdvanced { commit }) if has(event) => {
                        assert!(commit >= index, "{asked}: {event:?}");
                    }
                    _ => {}
                }
            }
        }
        Thing::Event(_) | Thing::Op(_) | Thing::Node(_) => {}
    }
}

/// Asks about things of a random state, whatever flaw is on.
fn ask(tree: &Tree<Checker>, dice: &mut Dice) {
    let case = Case::new(tree);
    let world = tree.timeline().world();
    let answer = |asked: Thing| {
        let answer = thing(&case, asked).unwrap();
        check(tree, asked, &answer);
        let is_chain = matches!(asked, Thing::Event(_));
        assert!(is_chain || answer.claims.len() <= 10, "{asked}: {} lines", answer.claims.len());
        assert!(!answer.claims.is_empty(), "{asked} has no answer");
        answer
    };
    for node in world.nodes().iter() {
        answer(Thing::Node(u64::from(node.number())));
    }
    if world.event_count() > 0 {
        let id = 1 + dice.below(world.event_count());
        check_chain(tree, id, &answer(Thing::Event(id)));
    }
    if world.network().sent() > 0 {
        let asked = Thing::Message(1 + dice.below(world.network().sent()));
        answer(asked);
        check_life(tree, asked);
    }
    if let Some(latest) = world.ops().latest() {
        let number = 1 + dice.below(u64::from(latest.0));
        answer(Thing::Op(raftsh::check::condition::OpRef::Number(number)));
    }
    let appended = tree.timeline().events().iter().filter_map(|event| match event.kind {
        EventKind::Note(Note::EntryAppended { index, entry }) => {
            Some(Position { index, term: entry.term })
        }
        _ => None,
    });
    let entries: Vec<Position> = appended.collect();
    if let Some(entry) = entries.get(dice.below(entries.len() as u64) as usize) {
        answer(Thing::Entry(*entry));
        check_life(tree, Thing::Entry(*entry));
    }
}

#[test]
fn lives_are_true_in_random_states() {
    for seed in 1..=seeds() / 3 {
        let mut dice = Dice::new(seed ^ 0x11fe5);
        ask(&state::random(seed, &mut dice), &mut dice);
    }
}

#[test]
fn lives_are_true_with_any_flaw_on() {
    for seed in 1..=seeds() / 6 {
        let mut dice = Dice::new(seed ^ 0xf1a3);
        let mut tree = state::random(seed, &mut dice);
        let flaw = Flaw::ALL[seed as usize % Flaw::ALL.len()];
        let _ = tree.act(Action::Flaw(flaw, true));
        for _ in 0..30 {
            let action = state::action(tree.timeline().world(), &mut dice);
            let _ = tree.act(action);
            for _ in 0..dice.below(8) {
                tree.step(u64::MAX);
            }
        }
        ask(&tree, &mut dice);
    }
}
