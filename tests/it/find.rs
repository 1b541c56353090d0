//! `find`: goals that can be reached are reached, impossible ones are not; the way leads there when
//! it is gone; threads cannot be seen in it.

use raftsh::check::condition::Condition;
use raftsh::console::Output;
use raftsh::language::Status;
use raftsh::language::condition::{Scope, parse};
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::search::find::{FAULTS, MoveKinds, Search, find};
use raftsh::session::{Session, Start};

use crate::surroundings::{Folder, on_one_line};

fn say(session: &mut Session, text: &str) -> (Status, String) {
    let mut out = Output::captured(100);
    let mut runner = Runner::new(session, &mut out);
    runner.run(&mut Script::text(None, text), FailurePolicy::Stop);
    let status = runner.worst;
    (status, out.take() + &out.take_errors())
}

fn session(setup: &str) -> Session {
    let mut session = Session::new(Start::default());
    let (status, said) = say(&mut session, setup);
    assert_eq!(status, Status::Ok, "{setup}: {said}");
    session
}

const LEADER: &str = "cluster 3; set disk-latency 0us; timeout n1; settle; expect leader == n1";

/// Situations that people want to see: how the cluster begins, the goal, and options.
const GOALS: [(&str, &str, &str, &str); 11] = [
    ("two leaders", "cluster 3", "leaders >= 2", ""),
    ("terms without a leader", "cluster 3", "any.term >= 3 and no-leader", ""),
    (
        "a split vote",
        "cluster 3; set disk-latency 0us",
        "n1.vote == n1 and n2.vote == n2 and n3.vote == n3 and n1.term == n2.term and n2.term == \
         n3.term",
        "",
    ),
    ("a commit", LEADER, "committed x=1", "--moves deliver,put"),
    (
        "a stale read: an old leader's store misses what was committed",
        "cluster 3; set disk-latency 0us; timeout n1; settle; put n1 x=1; settle; tick n1; settle",
        "committed x=2 and n1.role == leader and n1.kv.x == 1",
        "--moves deliver,timeout,put",
    ),
    (
        "figure 8 (c): an entry of an earlier term on a majority, not committed",
        "cluster 3; set disk-latency 0us; timeout n1; settle; put n1 x=1; kill n1; restart n1",
        "n1.role == leader and n1.term >= 2 and n1.log == [1] and n2.log == [1] and all.commit == 0",
        "--moves deliver,timeout",
    ),
    (
        "an entry that is replaced",
        "cluster 3; set disk-latency 0us; timeout n1; settle; cut n1 n2,n3; put n1 x=1; timeout n2; \
         settle; put n2 x=2; expect n1.log == [1] and n2.log == [2]; heal",
        "n1.log == [2]",
        "",
    ),
    ("a leader that cannot commit", LEADER, "n1.last == 1 and up == 1", "--moves put,kill"),
    (
        "equal logs, but not everybody knows what is committed",
        "cluster 3; set disk-latency 0us; timeout n1; settle; put n1 x=1",
        "not agree and quiet and leader.commit == 1",
        "--moves deliver",
    ),
    (
        "an unknown outcome",
        "cluster 3; set disk-latency 0us; timeout n1; settle; put n1 x=1",
        "op1 == unknown",
        "",
    ),
    (
        "two leaders of one term, with a flaw",
        "cluster 3; set disk-latency 0us; set on-violation continue; flaw on vote-twice",
        "violated election-safety",
        "",
    ),
];

#[test]
fn goals_are_reached_and_the_way_leads_there() {
    for (name, setup, goal, options) in GOALS {
        let mut here = session(setup);
        let before = here.world().fingerprint();
        let line = format!("find {goal} {options} --tries 3000");
        let (status, said) = say(&mut here, &line);
        assert_eq!(status, Status::Ok, "{name}: {said}");
        assert_eq!(here.world().fingerprint(), before, "{name} changes the cluster");
        // What it prints leads there, typed line by line.
        let is_move = |line: &&str| !line.starts_with(['`', ' ']);
        let way: Vec<&str> = said.lines().filter(is_move).collect();
        assert!(!way.is_empty() && way.len() <= 40, "{name}: {said}");
        let (status, told) = say(&mut here, &format!("{}\nexpect {goal}", way.join("\n")));
        let expected = if goal.contains("violated") { Status::Expectation } else { Status::Ok };
        assert!(status == Status::Ok || status == expected, "{name}: {told}");
        assert_eq!(here.world().now_us(), session(setup).world().now_us(), "{name} takes time");
    }
}

#[test]
fn impossible_goals_are_not_reached() {
    for (setup, goal) in [
        ("cluster 3", "n1.role == leader and n2.role == leader and n1.term == n2.term"),
        (LEADER, "any.commit >= 1 and all.last == 0"),
        (LEADER, "not safe"),
    ] {
        let mut here = session(setup);
        let line = format!("find {goal} --tries 300 --depth 4");
        let (status, said) = say(&mut here, &line);
        assert_eq!(status, Status::Expectation, "{said}");
        let said = on_one_line(&said);
        assert!(said.contains("300 random tries") && said.contains("no proof"), "{said}");
    }
}

#[test]
fn threads_do_not_show() {
    let condition = |text: &str| -> Condition { parse(text, 0, Scope::Moment).unwrap() };
    for (setup, goal, tries) in [
        ("cluster 3; set disk-latency 0us", "leaders >= 2", 200),
        (LEADER, "n1.term == 2 and n2.term == 3", 0),
    ] {
        let session = session(setup);
        let search = |jobs: usize| {
            let search = Search {
                condition: condition(goal),
                tries,
                depth: 12,
                kinds: MoveKinds::default(),
                faults: FAULTS,
                shapes: 5_000,
                jobs,
            };
            let found = find(&session, &search, &|| false, |_, _| {});
            let way = found.way.unwrap_or_default();
            let lines: Vec<String> = way.into_iter().map(|one| one.line).collect();
            (lines, found.tries, found.shapes)
        };
        let one = search(1);
        assert!(!one.0.is_empty(), "{goal}: {one:?}");
        assert_eq!(search(2), one);
        assert_eq!(search(5), one);
    }
}

#[test]
fn going_there_is_one_command() {
    let mut here = session("cluster 3; set disk-latency 0us");
    let before = here.world().fingerprint();
    let (status, said) = say(&mut here, "find leaders >= 2 --go");
    assert_eq!(status, Status::Ok, "{said}");
    assert_eq!(say(&mut here, "expect leaders >= 2").0, Status::Ok);
    let after = here.world().fingerprint();
    let folder = Folder::new("find-go");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (yaml, script) = (path("a.yaml"), path("a.raft"));
    say(&mut here, &format!("save \"{yaml}\""));
    let saved = std::fs::read_to_string(&yaml).unwrap();
    assert!(saved.contains("- timeout n") && !saved.contains("find"), "{saved}");
    let (status, said) = say(&mut here, "undo");
    assert!(status == Status::Ok && said.contains("find leaders >= 2"), "{said}");
    assert_eq!(here.world().fingerprint(), before);
    say(&mut here, "redo");
    assert_eq!(here.world().fingerprint(), after);
    say(&mut here, &format!("load \"{yaml}\""));
    assert_eq!(here.world().fingerprint(), after);
    say(&mut here, "cluster 3; set disk-latency 0us");
    let (status, said) = say(&mut here, &format!("find leaders >= 2 --out \"{script}\""));
    assert_eq!(status, Status::Ok, "{said}");
    let text = std::fs::read_to_string(&script).unwrap();
    assert!(text.starts_with("cluster 3 --seed 1") && text.ends_with("expect leaders >= 2\n"));
    assert_eq!(say(&mut here, &text).0, Status::Ok, "{text}");
}

#[test]
fn hostile_words_end_clearly() {
    let mut here = session("cluster 3");
    for (line, status, why) in [
        ("find", Status::Usage, "a condition is missing"),
        ("find n9.term == 1", Status::Failed, "unknown node 'n9'"),
        ("find leader --moves fly", Status::Usage, "is no move"),
        ("find leader --depth 5000", Status::Usage, "at most 1000 moves"),
        ("find leader changes", Status::Usage, ""),
        ("find all.term == 0", Status::Ok, "holds already"),
        ("find leader --tries 0 --depth 0", Status::Expectation, "no proof"),
        ("find leader --moves kill --tries 10", Status::Expectation, "no proof"),
        ("find leader --out /nowhere/at/all", Status::Usage, "cannot write"),
    ] {
        let (found, said) = say(&mut here, line);
        assert_eq!(found, status, "{line}: {said}");
        assert!(on_one_line(&said).contains(why), "{line}: {said}");
    }
}
