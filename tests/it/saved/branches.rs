//! `save --all`: all branches, the marks, the captions and the present moment come
//! back.

use raftsh::check::Checker;
use raftsh::console::Output;
use raftsh::history::tree::{BranchId, Tree};
use raftsh::language::Status;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};

use super::moves::Dice;
use crate::schedules::seeds;
use crate::surroundings::{Folder, directory};

/// Runs lines on a session, and returns what was said, and the worst status.
fn run_on(session: &mut Session, lines: &str) -> (String, Status) {
    let mut out = Output::captured(200);
    let mut runner = Runner::new(session, &mut out);
    runner.run(&mut Script::text(Some("t"), lines), FailurePolicy::KeepGoing);
    let worst = runner.worst;
    (out.take(), worst)
}

fn new_session() -> Session {
    Session::new(Start { nodes: 3, ..Start::default() })
}

/// Everything that is to come back, branch by branch, in words.
fn told(tree: &Tree<Checker>) -> Vec<String> {
    let branch = |branch: BranchId| {
        let (name, end) = (tree.name(branch), tree.end(branch));
        let from = tree.parting(branch).map(|parting| {
            let from = tree.name(parting.place.branch);
            format!("{from} {:?} {} {}", parting.place.moment, parting.event, parting.time_us)
        });
        let journal = end.journal();
        let actions: Vec<String> = journal.actions().map(|action| action.to_string()).collect();
        let world = end.world();
        let (fingerprint, events) = (world.fingerprint(), world.event_count());
        let chosen = tree.has_default_name(branch);
        format!("{name} {chosen} {from:?} {fingerprint} {events} {} {actions:?}", journal.steps)
    };
    let mut told: Vec<String> = tree.branches().map(branch).collect();
    for (name, mark) in tree.marks() {
        let on = tree.name(mark.place.branch);
        let fingerprint = tree.world_at(mark.place).fingerprint();
        told.push(format!("{name} {on} {:?} {} {fingerprint}", mark.place.moment, mark.event));
    }
    for (said, text) in tree.captions() {
        let on = tree.name(said.place.branch);
        told.push(format!("{on} {:?} {} {} {text}", said.place.moment, said.event, said.time_us));
    }
    let (here, world) = (tree.here(), tree.timeline().world());
    let (name, fingerprint) = (tree.name(here.branch), world.fingerprint());
    told.push(format!("{name} {:?} {} {fingerprint}", here.moment, tree.is_past()));
    told
}

/// Saves a session with all its branches, and loads it again.
fn round_trip(session: &mut Session, folder: &Folder) -> (Session, String) {
    let file = folder.join("all.yaml");
    let file = file.to_str().unwrap();
    let (said, status) = run_on(session, &format!("save --all {file}"));
    assert_eq!(status, Status::Ok, "{said}");
    let mut again = new_session();
    let (said, status) = run_on(&mut again, &format!("load {file}"));
    let text = std::fs::read_to_string(file).unwrap();
    assert_eq!(status, Status::Ok, "{said}\n{text}");
    assert!(!said.contains("ends differently"), "{said}\n{text}");
    (again, text)
}

#[test]
fn branches_marks_and_the_present_moment_come_back() {
    let folder = directory("saved-branches", &[]);
    for lines in [
        "",
        "run 1s",
        "run 1s; goto 100ms",
        "run until leader; mark a; kill leader; run 1s; goto a; put x=5 --wait; branch other",
        "run 1s; goto 150ms; mark quiet; kill n1; goto quiet; kill n2; back; kill n3; switch b1",
        "branch trunk; run 1s; goto 0; branch empty; goto 0; kill n1; goto start; mark zero",
        "run until leader; put x=1 --wait; back 3; put y=2; back 2; mark m; step 3; goto m; step 5",
        "run 1s; goto 0; run 500ms",
        "echo start; run until leader; echo \"it's: {a}, \\\"b\\\" – #1\"; goto 20; run 5ms; echo now",
        "run until leader; mend; back 20; cut n1 n2; settle; back 4; heal; run 1s; goto 200ms",
        "break leader; run 2s; continue; goto 183ms; timeout n1; settle; mark end2",
    ] {
        let mut session = new_session();
        let (said, status) = run_on(&mut session, lines);
        assert_eq!(status, Status::Ok, "{lines}\n{said}");
        let (mut again, text) = round_trip(&mut session, &folder);
        assert_eq!(told(again.tree()), told(session.tree()), "{lines}\n{text}");
        // It is the same file again, and one can go on as before.
        assert_eq!(round_trip(&mut again, &folder).1, text, "{lines}");
        for session in [&mut session, &mut again] {
            run_on(session, "step 3; back; kill n1; branches");
        }
        assert_eq!(told(again.tree()), told(session.tree()), "{lines}");
    }
}

#[test]
fn random_walks_come_back() {
    let folder = directory("saved-walks", &[]);
    let mut branches = 0;
    for seed in 1..=seeds().div_ceil(20) {
        let mut dice = Dice::new(seed);
        let mut session = new_session();
        for nth in 0..25 {
            let line = match dice.below(16) {
                0 => "run until leader within 1s".to_owned(),
                1 => format!("run {}ms", 1 + dice.below(400)),
                2 => format!("step {}", 1 + dice.below(30)),
                3 => "put x=5 --wait 300ms".to_owned(),
                4 => "kill n1".to_owned(),
                5 => "restart".to_owned(),
                6 => "settle".to_owned(),
                7 => "cut n1 n2".to_owned(),
                8 => format!("back {}", 1 + dice.below(12)),
                9 => format!("goto {}ms", dice.below(600)),
                10 => format!("goto {}", dice.below(80)),
                11 => format!("mark m{nth}x"),
                12 => format!("undo {}", 1 + dice.below(2)),
                13 => "mend within 300ms".to_owned(),
                14 => format!("set loss {}%", dice.below(20)),
                _ => "switch main".to_owned(),
            };
            // Some fail, and change nothing or only time.
            run_on(&mut session, &line);
        }
        branches += session.tree().branches().count();
        let (again, text) = round_trip(&mut session, &folder);
        assert_eq!(told(again.tree()), told(session.tree()), "seed {seed}\n{text}");
    }
    assert!(branches as u64 > 2 * seeds().div_ceil(20), "{branches}");
}

#[test]
fn edited_trees_are_refused_or_noticed() {
    let folder = directory("saved-edited-tree", &[]);
    let mut session = new_session();
    run_on(
        &mut session,
        "run until leader; echo hi; mark a; kill n1; run 1s; goto a; put x=5 --wait",
    );
    let (_, text) = round_trip(&mut session, &folder);
    let file = folder.join("edited.yaml");
    for (from, to, why) in [
        ("from: \"main\"", "from: \"nobody\"", "no branch 'nobody' comes before"),
        ("\"b1\"", "\"main\"", "names something else already"),
        ("\"b1\"", "\"n1\"", "n1"),
        ("{end: \"b1\"", "{end: \"b2\"", "this ends another branch"),
        ("- put x=5 --wait", "- {do: \"put x=5 --wait\", steps: 1}", "needs"),
        ("moves: 1, steps", "moves: 99, steps", "does not reach this moment"),
        ("\nat: {branch: \"b1\"}", "", "'at' is missing"),
        ("\nat: {branch: \"b1\"}", "\nat: {branch: \"b9\"}", "no branch 'b9'"),
        ("mark: \"a\"", "mark: \"leader\"", "leader"),
        ("\nmarks:\n- {mark", "\nmarks:\n- {mock", "mock"),
        ("\ncaptions:\n- {caption: \"hi\", ", "\ncaptions:\n- {", "a caption needs caption"),
        ("- kill n1\n- run 1s\n", "", "no branch can begin at the end"),
        ("- kill n1\n", "- kill n2\n", ""),
    ] {
        assert!(text.contains(from), "{from}\n{text}");
        std::fs::write(&file, text.replace(from, to)).unwrap();
        let mut other = new_session();
        let (said, status) = run_on(&mut other, &format!("load {}", file.display()));
        match why {
            "" => {
                assert!(status == Status::Ok && said.contains("ends differently"), "{to}\n{said}")
            }
            why => {
                assert!(said.contains(why) && status == Status::Usage, "{to}\n{said}");
                assert!(other.journal().is_empty() && other.tree().branches().count() == 1);
            }
        }
    }
    let (said, status) = run_on(&mut session, "save --all bug.raft");
    assert!(status == Status::Usage && said.contains("a script has no branches"), "{said}");
}
