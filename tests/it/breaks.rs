//! Breakpoints, watched values and `continue`: in scripts, at the prompt, in transcripts.

use std::path::Path;

use raftsh::console::Output;
use raftsh::language::Status;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};
use raftsh::suite::transcript::markdown::Tutorial;
use raftsh::suite::transcript::play::{self, Reply};

use crate::call;
use crate::surroundings::{directory, on_one_line};

fn start() -> Start {
    Start { nodes: 3, ..Start::default() }
}

/// Runs lines on 3 nodes: what was said, the worst status, and the session after them.
fn run_lines(name: Option<&str>, lines: &str, policy: FailurePolicy) -> (String, Status, Session) {
    let mut session = Session::new(start());
    let mut out = Output::captured(200);
    let mut runner = Runner::new(&mut session, &mut out);
    runner.run(&mut Script::text(name, lines), policy);
    runner.finish();
    let worst = runner.worst;
    (out.take(), worst, session)
}

/// Runs lines as a script, which must succeed.
fn script(lines: &str) -> (String, Session) {
    let (said, status, session) = run_lines(Some("t"), lines, FailurePolicy::Stop);
    assert_eq!(status, Status::Ok, "{lines}\n{said}");
    (said, session)
}

/// What is said where lines are typed at a prompt.
fn prompt(lines: &str) -> String {
    run_lines(None, lines, FailurePolicy::Prompt).0
}

fn count(said: &str, part: &str) -> usize {
    said.matches(part).count()
}

#[test]
fn breakpoints_stop_runs_steps_settles_and_waits() {
    for (lines, stop) in [
        ("break leader; run 2s", "stopped by break 1 (leader) after 7 steps; t=183.691ms"),
        ("break leader; run until n1.commit == 9 within 2s", "stopped by break 1 (leader) after"),
        ("break leader; run until leader", "stopped by break 1 (leader) after 7 steps"),
        ("break leader; run 2s --all", "stopped by break 1 (leader) after 7 steps"),
        ("break leader; step 100", "stopped by break 1 (leader) after 7 steps of 100"),
        (
            "run until leader; break any.commit == 1; put x=5; settle",
            "stopped by break 1 (any.commit == 1) after",
        ),
        (
            "run until leader; break any.commit == 1; put x=5 --wait",
            "stopped by break 1 (any.commit == 1) after",
        ),
        ("break time >= 100ms; run 2s", "t=100.000ms"),
        ("kill all; break time >= 1s; run 2s", "stopped by break 1 (time >= 1s) after 0 steps"),
        ("break event vote_granted n3; run 2s", "stopped by break 1 (event vote_granted n3)"),
        ("break leader changes; run 2s", "stopped by break 1 (leader changes) after 7 steps"),
        ("break leader; break up == leaders + 2", ""),
    ] {
        let (said, status, _) = run_lines(Some("t"), lines, FailurePolicy::Stop);
        match stop {
            "" => assert_eq!(status, Status::Usage, "{lines}\n{said}"),
            stop => assert!(on_one_line(&said).contains(stop), "{lines}\n{said}"),
        }
    }
    // A condition that is true when a command begins stops nothing before it was false.
    script("run until leader; break leader; run 1s; expect time >= 1s");
    script(
        "run until leader; break leader; run 100ms; kill leader; run 3s
         expect leader and time < 2s",
    );
    // Commands that move no time are not stopped, and `mend` is not.
    script(
        "run until leader; break no-leader; kill leader; expect no-leader; step; expect up == 2",
    );
    script("break leader; mend; expect quiet or agree; expect op == ok");
    // `changes` compares with the last stop.
    script(
        "break n1.term changes; run 5s; expect n1.term == 1 and time < 1s
         continue; expect n1.term == 1 and time == 5s
         timeout n1; run 1s; expect n1.term == 2 and time == 6s
         timeout n2; run 1s; expect n1.term == 3 and time < 7s",
    );
}

#[test]
fn continue_does_the_rest_of_a_command_in_a_script() {
    for (lines, rest) in [
        ("break leader; run 2s", "run 1816309us"),
        ("break leader; run until n1.commit == 9 within 2s", "!run until n1.commit == 9 within"),
        ("break leader; step 100", "step 93"),
        ("run until leader; break any.commit == 1; put x=5; settle", "settle"),
        ("run until leader; break any.commit == 1; put x=5; settle --steps 90", "settle --steps"),
        ("run until leader; break any.commit == 1; put x=5; settle n1,n3", "settle n1,n3"),
        ("run until leader; break n1.last >= 1; put x=5 --wait", "run until op1 != pending within"),
        ("break leader; run until messages changes and time > 1s", "do: \"run 59816309us\""),
    ] {
        let plain = lines.split("; ").filter(|part| !part.starts_with("break"));
        let plain = plain.collect::<Vec<_>>().join("; ");
        let bang = if rest.starts_with('!') { "!" } else { "" };
        let continued = format!("{lines}; {bang}continue; !continue; save -");
        let (said, with) = script(&continued);
        let (_, without) = match bang {
            "" => script(&plain),
            _ => script(&plain.replace("run", "!run")),
        };
        assert_eq!(
            (with.world().fingerprint(), with.world().event_count(), with.world().now_us()),
            (
                without.world().fingerprint(),
                without.world().event_count(),
                without.world().now_us()
            ),
            "{lines}\n{said}"
        );
        assert!(said.contains(rest), "{lines}: {rest}\n{said}");
    }
    // Nothing is left of a command that had done everything at the stop.
    let (said, _) = script("break leader; run until leader; continue; !continue; step 2");
    assert!(said.contains("nothing is left of the command that stopped"), "{said}");
    // `undo` and a new cluster leave nothing to continue; going elsewhere does.
    script("break leader; run 1s; undo; !continue");
    script("break leader; run 1s; cluster 3; !continue");
    script("break leader; run 1s; goto 0; unbreak all; continue; expect time > 800ms");
}

#[test]
fn a_saved_session_that_was_stopped_ends_alike() {
    let folder = directory("breaks-saved", &[]);
    let file = folder.join("s.yaml");
    let file = file.to_str().unwrap();
    for lines in [
        "break leader; run 2s",
        "break leader; run 2s; continue",
        "break --once any.commit == 1; run until leader; put x=5 --wait; kill n1; continue",
        "break messages changes; step 9; continue; continue; run 50ms; continue",
        "run until leader; break any.commit == 1; put x=5; settle; put y=6; continue",
        "break leader; run until messages changes and time > 1s; cut n1 n2; continue",
        "kill all; break time >= 1s; run 2s; restart all; continue",
        "run until leader; break messages == 0; put x=1 --wait; kill all; !continue",
        "run until leader; break n1.role == candidate; put x=1 --wait 1s; isolate n3; run 2s",
    ] {
        let (said, status, session) =
            run_lines(Some("t"), &format!("{lines}; save {file}"), FailurePolicy::KeepGoing);
        assert!(status < Status::Usage, "{lines}\n{said}");
        let (loaded, again) = script(&format!("load {file}; save -"));
        assert!(!loaded.contains("ends differently"), "{lines}\n{said}\n{loaded}");
        assert_eq!(session.world().fingerprint(), again.world().fingerprint(), "{lines}");
        assert!(!loaded.contains("- continue") && !loaded.contains("- break"), "{loaded}");
    }
}

#[test]
fn a_stop_ends_the_line_at_a_prompt_and_continue_does_the_rest() {
    let said = prompt("break leader\nrun 2s; echo after\necho next\ncontinue\ncontinue");
    let at = |part: &str| said.find(part).unwrap_or_else(|| panic!("{part}\n{said}"));
    assert!(at("stopped by") < at("next") && at("next") < at("ran 1816"), "{said}");
    assert!(at("ran 1816") < at("after\n") && count(&said, "after\n") == 1, "{said}");
    assert!(said.contains("no breakpoint has stopped a command that could continue"), "{said}");
    // A block, with what is left of the turn, of the block, and of the line.
    let said = prompt(
        "break n1.last >= 1\nrun until leader; repeat 3 { put x=1 --wait; run 20ms; echo turn }; \
         echo done\necho stopped\ncontinue",
    );
    let stopped = said.find("stopped\n").expect(&said);
    let (before, after) = said.split_at(stopped);
    assert_eq!((count(before, "turn\n"), count(after, "turn\n")), (0, 3), "{said}");
    assert_eq!((count(before, "done\n"), count(after, "done\n")), (0, 1), "{said}");
    assert!(after.trim_end().ends_with("done"), "{said}");
    // It may stop again and again.
    let said = prompt(
        "break messages changes\nrepeat 2 { step 2; echo turn }; echo done\n\
         continue\ncontinue\ncontinue\ncontinue\ncontinue\ncontinue\ncontinue",
    );
    assert_eq!((count(&said, "turn\n"), count(&said, "done\n")), (2, 1), "{said}");
    // What follows `continue` on its line comes after all that.
    let said = prompt("break leader\nrun 2s; echo one\ncontinue; echo two");
    assert!(said.find("one\n").unwrap() < said.find("two\n").unwrap(), "{said}");
    // An expected failure is judged when the rest has ended.
    let said = prompt("break leader\n!run until n1.commit == 7 within 1s; echo after\ncontinue");
    assert!(said.contains("failed as expected") && said.contains("after\n"), "{said}");
    // All that `continue` did is undone at once.
    let said = prompt(
        "break leader\nrun 2s; kill n1; kill n2\ncontinue\nundo\nexpect up == 3 and leader\n\
         expect time < 200ms",
    );
    assert!(said.contains("undone: continue") && !said.contains("error"), "{said}");
}

#[test]
fn a_stop_ends_sourced_files_at_a_prompt() {
    let files: &[(&str, &[u8])] = &[
        ("inner.raft", b"run 2s\necho inner\nrepeat 2 {\n  echo turn\n}\n"),
        ("outer.raft", b"echo begin\nsource inner.raft; echo behind\nsource last.raft\n"),
        ("last.raft", b"echo last\n"),
        ("wrong.raft", b"run 2s\nkill n9\n"),
    ];
    let folder = directory("breaks-source", files);
    let path = folder.join("outer.raft");
    let path = path.to_str().unwrap();
    let said = prompt(&format!("break leader\nsource {path}; echo done\necho typed\ncontinue"));
    let order = ["begin", "stopped by", "typed", "inner", "turn", "turn", "behind", "last", "done"];
    let mut at = 0;
    for part in order {
        at += said[at..].find(part).unwrap_or_else(|| panic!("{part}\n{said}")) + part.len();
    }
    // In a script, a stop ends only the command.
    let (said, session) = script(&format!("break leader\nsource {path}; echo done\ncontinue"));
    assert!(said.find("inner").unwrap() < said.find("done").unwrap(), "{said}");
    assert_eq!(session.world().now_us(), 2_000_000);
    // An error of a file that continues still says where the file was sourced.
    let wrong = folder.join("wrong.raft");
    let said = prompt(&format!("break leader\nsource {}\ncontinue; echo no", wrong.display()));
    assert!(said.contains("wrong.raft:2") && !said.contains("no\n"), "{said}");
}

#[test]
fn a_transcript_is_a_prompt_line_by_line() {
    let text = "```raftsh\nraft> cluster 3\nraft> break leader\nraft> run 2s; echo after\n\
                raft> echo between\nraft> continue\n```\n";
    let tutorial = Tutorial::read(text).unwrap();
    let replies = play::play(&tutorial.sessions[0], Path::new("t.md"), start(), 100);
    let said: Vec<&str> = replies
        .iter()
        .map(|reply| match reply {
            Reply::Said(said, Status::Ok) => said.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(said[2].contains("stopped by break 1 (leader)") && !said[2].contains("after\n"));
    assert_eq!(said[3], "between\n");
    assert!(said[4].contains("ran 1816309us") && said[4].ends_with("after\n"), "{}", said[4]);
}

#[test]
fn watched_values_are_shown_when_they_change() {
    let (said, _) = script("watch leader; watch n3.term; run 300ms; goto 0; goto end; undo; redo");
    assert!(said.contains("watch 1: leader, now none"), "{said}");
    assert!(said.contains("watch 1: leader none → n3  #"), "{said}");
    assert!(said.contains("watch 2: n3.term 0 → 1  #"), "{said}");
    // Going elsewhere shows nothing.
    assert_eq!(count(&said, " → n3  #") + count(&said, "term 0 → 1"), 2, "{said}");
    let (said, _) = script("run until leader; watch up; watch n1.term; kill n2; timeout n1");
    assert!(said.contains("watch 1: up 3 → 2") && said.contains("n1.term 1 → 2"), "{said}");
    let (said, _) =
        script("run until leader; watch op; watch n1.kv.x; put x=5; settle; tick leader; settle");
    assert!(said.contains("op none → pending") && said.contains("op pending → ok"), "{said}");
    assert!(said.contains("n1.kv.x none → 5"), "{said}");
    let (_, with) = script("watch messages; run until leader; put x=5; settle; run 1s");
    let (_, without) = script("run until leader; put x=5; settle; run 1s");
    assert_eq!(with.world().fingerprint(), without.world().fingerprint());
}

#[test]
fn the_list_of_breakpoints() {
    let (said, session) = script(
        "break --once leader; watch n1.term; break leader; run 2s; breaks; unbreak 2; !unbreak 2
         !unbreak 7; kill leader; continue; breaks",
    );
    assert!(said.contains("stopped by break 1 (leader) and break 3 (leader)"), "{said}");
    let rows = session.breakpoint_rows();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((rows[0].id, rows[0].hits, rows[0].once), (3, 2, false));
    script("break leader; cluster 5; breaks; run 2s; expect time < 1s; unbreak all; unbreak all");
    // They survive going elsewhere, and each gets a number of its own.
    let (_, session) = script("break leader; unbreak 1; break leader; run 1s; undo");
    assert_eq!(session.breakpoint_rows()[0].id, 2);
    // A node that the new cluster does not have stops nothing.
    script("break n3.term >= 1; watch n3.term; cluster 2; run 2s; expect time >= 2s");
    for (lines, why) in [
        ("break", "a condition is missing"),
        ("break n9.term == 1", "unknown node 'n9'"),
        ("watch", "a value is missing"),
        ("watch time", "'time' changes with every step"),
        ("watch all.term", "'all' may be several nodes"),
        ("watch n1", "is not a value of the cluster"),
        ("watch n1.term == 2", "expected the end after n1.term"),
        ("watch n9.term", "unknown node 'n9'"),
        ("watch 5", "is not a value of the cluster"),
        ("unbreak", "needs"),
        ("unbreak x", "neither a number nor all"),
        ("continue", "no breakpoint has stopped"),
        ("repeat 101 { break leader }", "there are 100 breakpoints"),
    ] {
        let (said, status, _) = run_lines(Some("t"), lines, FailurePolicy::Stop);
        assert!(said.contains(why) && status != Status::Ok, "{lines}: {why}\n{said}");
    }
}

#[test]
fn stops_in_json() {
    let lines = "break leader; watch leader; run 2s; breaks; continue; unbreak 1";
    let (status, said, _) =
        call::run(&mut call::raftsh(&["--nodes", "3", "--format", "json", "-c", lines]));
    assert_eq!(status, 0, "{said}");
    let objects: Vec<serde_json::Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let data = |nth: usize| &objects[nth]["data"];
    assert_eq!(data(2)["stopped"], serde_json::json!({"by": "break", "id": 1}));
    let change = &data(2)["watched"][0];
    assert_eq!(
        (&change["id"], &change["old"], &change["new"]),
        (&2.into(), &"none".into(), &"n3".into())
    );
    assert!(change["event"].as_u64().unwrap() > 0);
    assert_eq!(
        data(3)["breaks"][0],
        serde_json::json!({"id": 1, "kind": "break", "text": "leader", "once": false, "hits": 1})
    );
    assert!(data(4).get("stopped").is_none() && data(4)["steps"].as_u64().unwrap() > 0);
    let broken = "cluster 3; flaw on vote-twice; set timers off; timeout n1,n2; settle; \
                  expect violated vote-once";
    let (_, said, _) = call::run(&mut call::raftsh(&["--format", "json", "-c", broken]));
    assert!(said.contains(r#""stopped":{"by":"violation","id":null}"#), "{said}");
}
