//! Going to other moments, branches, and what differs between them, as it is typed.

use raftsh::console::Output;
use raftsh::language::Status;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};

use crate::surroundings::{self, directory, on_one_line};

/// Runs lines at the prompt, on 3 nodes; the output in one line.
fn said(lines: &str) -> String {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    let mut out = Output::captured(200);
    let mut runner = Runner::new(&mut session, &mut out);
    runner.run(&mut Script::text(None, lines), FailurePolicy::Prompt);
    on_one_line(&out.take())
}

/// Runs lines as a script on 3 nodes; the output in one line, and how it ended.
fn script(lines: &str) -> (String, Status) {
    let (said, _, worst) = surroundings::say(&mut surroundings::three_nodes(), 200, lines);
    (on_one_line(&said), worst)
}

/// Commands that must all succeed.
fn succeeds(lines: &str) {
    let (said, status) = script(lines);
    assert_eq!(status, Status::Ok, "{lines}\n{said}");
}

const ELECTED: &str = "run until leader; mark elected; put x=5 --wait; kill leader; run 1s";

#[test]
fn every_kind_of_moment() {
    succeeds(&format!(
        "{ELECTED}
         goto elected; expect leader == n3 and up == 3 and time < 200ms
         goto start; expect time == 0ms and n1.term == 0
         goto 0; expect time == 0ms
         goto 20; expect leader == n3
         goto 100ms; expect time == 100ms and no-leader
         goto 100ms; goto 1s; expect time == 1s
         goto end; expect up == 2
         goto start; !goto 9999; expect time == 0ms
         !goto 10h; !goto nowhere; !goto main; expect time == 0ms
         goto end; expect n3.state == down"
    ));
    for (line, told) in [
        ("goto 9999", "there is no event 9999 yet"),
        ("goto 10h", "is not reached yet"),
        ("goto main", "'main' is a branch"),
        ("goto electd", "unknown mark 'electd'; did you mean 'elected'?"),
        ("goto n1", "names nodes"),
        ("mark op", "names a request"),
        ("mark end", "already names a moment"),
        ("mark 5x", "is not a name"),
        ("mark main", "is the name of a branch"),
        ("back 100000", "the start is nearer than that"),
        ("forward", "nothing is recorded after this moment"),
        ("undo 100", "can be undone, not 100"),
        ("redo", "there is nothing to redo"),
        ("switch nobody", "unknown branch 'nobody'"),
        ("switch elected", "'elected' is a mark"),
        ("compare main", "with itself"),
        ("back leader", "is not a number"),
    ] {
        let said = said(&format!("{ELECTED}\n{line}"));
        assert!(said.contains(told), "{line}: {told}\n{said}");
    }
}

#[test]
fn back_and_forward_walk_along_what_is_recorded() {
    succeeds(
        "run until leader; kill n1
         back; expect up == 3 and leader; back; expect no-leader
         forward 2; expect n1.state == down and up == 2
         back until n3.role == candidate; expect n3.role == candidate
         forward until leader; expect leader == n3
         back until event role_changed n3; expect n3.role == candidate
         forward until n1.state == down; expect n1.state == down
         back; run 100ms; expect time > 200ms; switch main; expect time < 200ms",
    );
    let (said, status) = script("run until leader; back until n1.state == down");
    assert_eq!(status, Status::Expectation, "{said}");
    let (said, status) =
        script("run until leader; back 1; !forward until up == 1; expect no-leader");
    assert_eq!(status, Status::Ok, "{said}");
}

#[test]
fn undo_takes_back_what_was_typed() {
    succeeds(
        "run until leader; set latency 20ms; flaw on vote-twice; kill n1
         undo; expect up == 3; undo 3; expect time == 0ms; redo 4; expect up == 2
         status; undo; kill n2; !redo; expect n2.state == down and n1.state == up
         undo 2; redo; expect n2.state == up",
    );
    // Blocks count as one command, as does a repeated command at the prompt.
    succeeds("run until leader; repeat 3 { step; step }; kill n1; undo 2; redo; expect up == 3");
    succeeds(
        "run until leader; repeat 2 { kill n1; restart n1 }; undo; expect time < 200ms and up == \
         3; !undo 5",
    );
    // So does one that begins in the past, but not one in which another cluster was left.
    succeeds(
        "run until leader; goto 0; repeat 2 { kill n1; restart n1 }; undo
         expect n1.state == up and time == 0ms and not any.term > 0; !undo 5",
    );
    let said = said("run until leader; kill n1; cluster 3; repeat 1 { undo; kill n2 }; undo");
    assert!(said.contains("undone: kill n2"), "{said}");
    // A wait up to the moment that was visited belongs to the command that was cut there.
    let said = self::said("run 1s; goto 500ms; kill n1; undo 2");
    assert!(said.contains("undone: kill n1 undone: run 1s branch b1, past, the start"), "{said}");
    // A violation that cut a command short is not unsaid, but the moment is as it was.
    succeeds(
        "set timers off; flaw on vote-twice; timeout n1,n2; settle; expect violated vote-once
         undo; expect safe; redo; expect violated vote-once",
    );
}

#[test]
fn undo_reaches_back_over_other_clusters() {
    let root = directory("travel-undo", &[("other.raft", b"kill n1\nkill n2\nundo\nkill n3\n")]);
    let file = root.join("other.raft").display().to_string();
    succeeds(&format!(
        "run until leader; kill n1; cluster 5; kill n5; undo; expect up == 5; undo; expect up == 2
         redo; expect up == 5; redo; expect n5.state == down
         cluster 1; cluster 2; undo 2; expect n5.state == down; !undo 99
         cluster 3; source '{file}'; expect n3.state == down and n1.state == down and n2.state == up"
    ));
    succeeds(&format!("source '{file}'; undo 1; expect up == 2"));
    let saved = root.join("s.yaml").display().to_string();
    succeeds(&format!(
        "run until leader; save '{saved}'; kill n1; load '{saved}'; expect up == 3; undo
         expect n1.state == down; redo; expect up == 3"
    ));
    // On a branch that began inside what was loaded, only its own commands are undone.
    succeeds(&format!(
        "run until leader; run 1s; save '{saved}'; load '{saved}'; goto 20; kill n1; undo
         expect up == 3 and time < 200ms; switch main; expect time > 1s"
    ));
}

#[test]
fn what_is_done_in_the_past_begins_a_branch() {
    for (lines, told) in [
        ("goto elected; kill n1", "branch b1 begins at event 20 of main"),
        ("goto elected; kill n1; goto elected; kill n2", "branch b2 begins at event 20 of main"),
        ("goto elected; kill n1; undo; kill n2", "branch b2 begins at event 20 of main"),
        ("goto elected; branch other; kill n1; branches", "other (here)"),
        ("goto elected; status", "branch main, past; t="),
        ("goto 100ms; kill n1; compare main", "main run until leader b1 kill n1"),
        ("goto elected; kill n1; compare main", "main put x=5 --wait b1 kill n1"),
        (
            "goto elected; put x=5 --wait; kill leader; run 1s; goto end; compare main",
            "nothing differs",
        ),
        ("goto elected; run 1s; compare main --at 20", "nothing differs"),
        ("when leader == n3", "first held at event 20"),
        ("when no-leader", "does not hold now; it first held at the start"),
        ("when --all n3.state == down", "began to hold at event"),
        ("when n1.term == 77", "never held"),
    ] {
        let said = said(&format!("{ELECTED}\n{lines}"));
        assert!(said.contains(told), "{lines}: {told}\n{said}");
        assert!(!said.contains("error"), "{lines}: {said}");
    }
    // Only time has passed on b1: it is forgotten when it is left, and its name is used again.
    succeeds(&format!(
        "{ELECTED}\ngoto elected; run 1s; switch main; !switch b1; goto elected; kill n1; \
         !switch b2; switch main
         switch b1; branch kept; switch main; switch kept; expect n1.state == down"
    ));
    // So is one that is left because another begins; its name is used at once.
    let said = said("run until leader; goto 0; run 10ms; undo; kill n1; branches");
    assert!(said.contains("└ b1 (here)"), "{said}");
    assert!(!said.contains("b2"), "{said}");
    // Two branches part at the earlier of two moments, whichever is named first.
    let waits =
        "run until leader; run 1s; goto 188ms; kill n1; switch main; goto 187500us; kill n2";
    for both in ["b1 b2", "b2 b1"] {
        let said = self::said(&format!("{waits}\ncompare {both}"));
        assert!(said.contains("t=187.500ms: b") && said.contains("b1 run 1s"), "{both}: {said}");
    }
    // One may begin where another began, and on it.
    succeeds(&format!(
        "{ELECTED}\ngoto elected; kill n1; run 100ms; goto 250ms; kill n2; branches; switch b1
         expect n2.state == up; switch b2; expect n2.state == down and n1.state == down
         compare b1; compare main b1; goto elected; expect up == 3"
    ));
}

/// `set history` is about memory, not about what can be seen.
#[test]
fn what_is_no_longer_kept_is_made_again() {
    let listed = |settings: &str, since: &str| {
        let said = said(&format!("{settings}\nrun 3s; history --heartbeats --since {since}"));
        said.split("ran 3s").nth(1).unwrap().split_once("up ").unwrap().1.to_owned()
    };
    for since in ["start", "0", "20", "183691us", "1s", "2900ms"] {
        let all = listed("set history 1000000", since);
        assert!(all.contains("⟵"), "{since}: {all}");
        assert_eq!(listed("set history 10", since), all, "{since}");
    }
    let said = said("set history 10; run 3s; history");
    assert!(said.contains("`history --since start` replays the session"), "{said}");
}

/// However many branches somebody begins, memory and time are bounded.
#[test]
fn branches_are_bounded() {
    let many = "run 100ms; repeat 9998 { goto 0; kill n1 }; goto 0; kill n2";
    succeeds(&format!(
        "{many}\ngoto 0; !kill n1; switch main; kill n1; cluster 3; goto 0; kill n1"
    ));
    let said = said(&format!("{many}\ngoto 0; kill n3"));
    assert!(said.contains("there are 10,000 branches, and no further one can begin"));
}

/// A violation counts on whichever branch it happened; going back does not unsay it.
#[test]
fn going_back_does_not_unsay_a_violation() {
    let broken = "set timers off; flaw on vote-twice; timeout n1,n2; settle";
    let (said, status) = script(&format!("{broken}\ngoto start"));
    assert_eq!(status, Status::Expectation, "{said}");
    let (said, status) =
        script(&format!("set on-violation continue; {broken}\ngoto start; expect safe"));
    assert_eq!(status, Status::Expectation, "{said}");
}

/// In the past, `save` writes the branch up to that moment.
#[test]
fn the_past_can_be_saved() {
    let root = directory("travel-save", &[]);
    let file = root.join("s.yaml").display().to_string();
    succeeds(&format!(
        "{ELECTED}\ngoto elected; save '{file}'; load '{file}'; expect time < 184ms and leader == n3
         cluster 3; run 2s; back 3; save '{file}'; load '{file}'; expect time > 1s; undo"
    ));
    let (said, _) = script(&format!("run 2s; back 3; save '{file}'; load '{file}'"));
    assert!(!said.contains("edited"), "{said}");
}
