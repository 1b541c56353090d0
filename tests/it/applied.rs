//! What a node committed and applied stays reported as committed and applied, even when its log
//! holds other entries by now.

use raftsh::language::Status;

use crate::flaws::run;

/// Two disks lie, so that their nodes lose an entry that n1 has committed and applied, and another
/// entry replaces it.
const REPLACED: &str = "\
cluster 3
set timers off
timeout n1; settle
disk lie n2,n3
put n1 b=1; settle
kill n2,n3
disk restore n2,n3
restart n2,n3
expect violated committed-on-majority
timeout n2; settle
expect violated leader-completeness
put n2 c=1; settle
expect violated commit-kept
";

fn after_that(commands: &str) -> (String, Status) {
    let (_, said, status) = run(&format!("{REPLACED}{commands}"));
    (said, status)
}

#[test]
fn a_log_marks_what_was_applied_and_not_what_took_its_place() {
    let (said, status) = after_that("logs n1\n");
    assert_eq!(status, Status::Ok, "{said}");
    let row = said
        .lines()
        .find(|line| line.contains("put c=1 ~"))
        .expect("n1 has the other entry in memory");
    assert!(!row.contains('✓'), "{row}");
    let (said, _) = after_that("logs n1 --format json\n");
    assert!(
        said.contains(r#""command":"put c=1","durable":false,"committed":false,"applied":false"#),
        "{said}"
    );
}

#[test]
fn what_is_committed_is_what_was_committed() {
    for condition in
        ["committed b=1", "not committed c=1", "n1.kv.b == 1", "n1.kv.c == none", "n1.applied == 1"]
    {
        let (said, status) = after_that(&format!("expect {condition}\n"));
        assert_eq!(status, Status::Ok, "{condition}: {said}");
    }
}

/// The commit index is in memory only: after a restart nothing that the node starts with is
/// committed.
#[test]
fn a_start_forgets_what_was_committed() {
    let (said, status) = after_that("restart n1\nexpect not committed b=1\n");
    assert_eq!(status, Status::Ok, "{said}");
}

/// The entries that a node applied, with what each gave, in order of the events.
fn applied(said: &str) -> Vec<(u64, String)> {
    let line = said.lines().find(|line| line.starts_with('{')).expect("a line of JSON");
    let shown: serde_json::Value = serde_json::from_str(line).unwrap();
    let events = shown["data"]["events"].as_array().unwrap();
    let gave = |event: &serde_json::Value| {
        let [command, outcome, value, effect] =
            ["command", "outcome", "value", "effect"].map(|field| event[field].to_string());
        (event["index"].as_u64().unwrap(), format!("{command} {outcome} {value} {effect}"))
    };
    events.iter().map(gave).collect()
}

/// A start applies the whole log again, part of it as remembered from an earlier start. All of it
/// gives what it gave at first: also answers that depend on what came before, and repeated requests
/// of a session.
#[test]
fn what_is_applied_again_gives_the_same() {
    let round = "put n1 a=1 --client c1; settle; incr n1 n --client c1; settle
        append n1 s x; settle; cas n1 a 1 2; settle; cas n1 a 1 3; settle
        tick n1; settle\n";
    let again = "kill n2; restart n2; tick n1; settle\n";
    let script = format!(
        "cluster 3\nset timers off\nset sessions on\ntimeout n1; settle
        incr n1 n --client c2; settle; retry op1; settle\n{}{again}{round}{again}{again}kill n3; {round}restart n3; tick n1; settle
        {round}{again}expect all.kv.n == n1.kv.n and all.kv.s == n1.kv.s and all.kv.a == n1.kv.a
        history n2 --kind entry_applied --format json",
        round.repeat(8)
    );
    let (_, said, status) = run(&script);
    assert_eq!(status, Status::Ok, "{said}");
    let all = applied(&said);
    let starts = all.iter().filter(|(index, _)| *index == 1).count();
    let last = all.iter().map(|(index, _)| *index).max().unwrap();
    assert!(starts == 5 && last == 57, "{starts} lives, {last} entries");
    let mut first = Vec::new();
    for (index, gave) in &all {
        match first.get(*index as usize - 1) {
            None => first.push(gave),
            Some(before) => assert_eq!(*before, gave, "entry {index}"),
        }
    }
    assert!(first.iter().any(|gave| gave.contains("failed")), "{first:?}");
    assert!(first.iter().any(|gave| gave.contains("repeated")), "{first:?}");
}

/// What one node has applied says nothing about a log that holds other entries.
#[test]
fn another_log_is_applied_as_it_is() {
    let violated: String = [
        "term-monotonic",
        "committed-on-majority",
        "vote-once",
        "election-safety",
        "leader-completeness",
        "committed-agreement",
        "state-machine-safety",
        "reply-of-request",
        "log-matching",
    ]
    .map(|property| format!("expect violated {property}\n"))
    .concat();
    let (_, said, status) = run(&format!(
        "cluster 3\nset timers off\nset on-violation continue
        timeout n1; settle; disk lie n2,n3
        repeat 40 {{ put n1 b=1; settle }}
        kill n1; restart n1; timeout n1; settle; put n1 b=2; settle; isolate n1
        kill n2,n3; disk restore n2,n3; restart n2,n3
        timeout n2; settle
        repeat 50 {{ put n2 c=1; settle }}
        kill n3; restart n3; tick n2; settle
        expect n1.kv.b == 2 and n3.kv.c == 1 and n3.kv.b == none\n{violated}"
    ));
    assert_eq!(status, Status::Ok, "{said}");
}
