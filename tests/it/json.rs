//! JSON: every command answers with one object of the pinned shape, and the events alone suffice
//! to rebuild the state of the nodes.

mod mirror;
mod rebuild;

use raftsh::script::syntax::PROMPT_WORDS;
use serde_json::Value;

use crate::call::{raftsh, run};
use crate::surroundings::directory;

/// The objects on standard output, one a line, and the exit status.
fn objects(arguments: &[&str], script: &str) -> (Vec<Value>, i32) {
    let files = &[("script.raft", script.as_bytes()), ("sourced.raft", b"echo sourced\n")];
    let root = directory("json", files);
    let (status, text, _) = run(raftsh(arguments).args(["run", "script.raft"]).current_dir(&root));
    let read =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"));
    (text.lines().map(read).collect(), status)
}

#[track_caller]
fn has_keys(object: &Value, keys: &[&str]) {
    for key in keys {
        assert!(object.get(key).is_some(), "{key} is missing in {object}");
    }
}

/// The fields that every event of a kind has besides the common ones.
fn fields(kind: &str) -> &'static [&'static str] {
    match kind {
        "role_changed" => &["role", "term"],
        "vote_granted" => &["term", "candidate"],
        "entry_appended" | "entry_applied" => &["index", "term", "command"],
        "log_truncated" => &["from"],
        "entries_synced" => &["through"],
        "commit_advanced" => &["commit"],
        "node_restarted" => &["term", "vote", "last"],
        "node_halted" => &["reason"],
        "message_sent" => &["message", "from", "to", "type", "term"],
        "message_delivered" => &["message"],
        "message_dropped" => &["message", "reason"],
        "client_invoked" => &["op", "command", "client", "serial", "attempt", "read", "retry_of"],
        "client_refused" => &["client", "leader"],
        "client_timed_out" => &["client", "op"],
        "client_replied" => &["op", "outcome", "value"],
        "property_violated" => &["property", "detail"],
        _ => &[],
    }
}

/// The key under which a command's data is, and the fields of each member of the list there.
fn data(command: &str) -> (&'static str, &'static [&'static str]) {
    match command {
        "status" => (
            "nodes",
            &[
                "node",
                "state",
                "role",
                "term",
                "vote",
                "last_index",
                "last_term",
                "snapshot_index",
                "first_index",
                "engine",
                "commit",
                "applied",
            ],
        ),
        "logs" => ("nodes", &["node", "term", "vote", "snapshot", "first_index", "entries"]),
        "ops" => (
            "ops",
            &[
                "op",
                "node",
                "command",
                "outcome",
                "value",
                "client",
                "serial",
                "attempts",
                "retry_of",
                "read",
                "invoked_us",
                "returned_us",
            ],
        ),
        "clients" => ("", &[]),
        "kv" => ("nodes", &["node", "state", "applied", "kv"]),
        "links" => ("links", &["from", "to", "cut", "held"]),
        "messages" => ("messages", &["message", "from", "to", "type", "term", "travel"]),
        "settings" => ("settings", &["key", "value", "meaning", "nodes"]),
        "violations" => ("violations", &["property", "event", "node", "detail"]),
        "flaw" => ("", &[]),
        "engine" => ("engines", &[]),
        "help" | "apropos" | "echo" | "save" => ("text", &[]),
        "load" => ("moves", &[]),
        "export" => ("bytes", &[]),
        "diff" => ("diff", &[]),
        "cluster" => ("seed", &[]),
        "goto" | "back" | "forward" | "undo" | "redo" | "switch" | "branch" => ("at", &[]),
        "mark" => ("marks", &["name", "branch", "event", "time_us"]),
        "branches" => (
            "branches",
            &[
                "branch",
                "from",
                "event",
                "time_us",
                "last_event",
                "end_us",
                "leader",
                "term",
                "violations",
                "present",
            ],
        ),
        "compare" => ("differences", &["what", "of", "left", "right"]),
        "when" => ("first", &[]),
        "break" | "watch" | "breaks" | "unbreak" => {
            ("breaks", &["id", "kind", "text", "once", "hits"])
        }
        "snapshot" => ("nodes", &["node", "index", "term", "first", "changed"]),
        "members" => ("nodes", &["node", "voters", "outgoing", "learners", "entry", "committed"]),
        "hunt" => ("coverage", &["name", "count"]),
        "why" => ("claims", &["claim", "text", "nodes", "events", "index", "term", "section"]),
        "expect" | "quit" | "stopwatch" => ("", &[]),
        "measure" => ("value", &[]),
        "shrink" | "find" => ("script", &[]),
        _ => ("events", &["id", "time_us", "node", "kind", "cause"]),
    }
}

/// Checks one object; returns the number of its events.
fn check(object: &Value) -> usize {
    let keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    has_keys(object, &["schema", "line", "command", "ok", "time_us", "data"]);
    assert_eq!(object["schema"], 1);
    assert!(
        object["line"].is_u64() && object["time_us"].is_u64() && object["data"].is_object(),
        "{keys:?}"
    );
    if object["ok"] == false {
        has_keys(object, &["status", "error"]);
        assert!(matches!(object["status"].as_u64(), Some(1..=3)), "{object}");
    } else if object.get("expected").is_none() {
        let command = object["command"].as_str().unwrap();
        let (key, members) = match command.starts_with("disk show") {
            true => ("disk", &[][..]),
            false => data(command.split(' ').next().unwrap()),
        };
        assert!(
            key.is_empty() || object["data"].get(key).is_some(),
            "{key} is missing in {object}"
        );
        for member in object["data"].get(key).and_then(Value::as_array).into_iter().flatten() {
            has_keys(member, members);
        }
        if command.starts_with("logs") {
            let entries = object["data"]["nodes"].as_array().unwrap().iter();
            for entry in entries.flat_map(|node| node["entries"].as_array().unwrap()) {
                has_keys(entry, &["index", "term", "command", "durable", "committed", "applied"]);
            }
        }
    }
    let none = Vec::new();
    let events = object["data"].get("events").and_then(Value::as_array).unwrap_or(&none);
    for event in events {
        has_keys(event, &["id", "time_us", "node", "kind", "cause"]);
        has_keys(event, fields(event["kind"].as_str().unwrap()));
    }
    events.len()
}

const EVERY_COMMAND: &str = r#"preload n1 1,1,2
preload n2 1,1 --term 2 --vote n1
set timers on
run until leader
put leader "k\u{e9}y \"quoted\""='漢 \ 👍' --wait # no
get leader nothing --wait
del leader x
cas leader x none 5
!cas leader x 6 7 --wait
incr leader n 2 --client c1
append leader t abc
retry op --wait
clients 2
clients
clients off
run 300ms
ops
status
logs
history
kv
links
diff n1 n2
save -
save session.yaml
export session.svg
load session.yaml
settings
help
help conditions
apropos crash
set ascii off
echo "a \x7f \u{9b} b"
hold n1 n2
release
delay n1 n2 5ms
loss 10% n1 n2
duplicate 10% n1 n2
loss 0
duplicate 0
cut n1 n2
heal n1 n2
isolate n3
partition n1,n2 | n3,n4,n5
heal
pause n2
resume n2
disk cut n5
disk restore n5
disk slow n5 1ms
disk full n4
disk restore n4,n5
disk tear n5
disk show n5 --hex --last 1
disk scrub n5
disk sync n5
expect safe
violations
engine
flaw
flaw on vote-twice
flaw off vote-twice
run until leader
put leader z=1
messages
step 3
timeout followers
settle
run until leader
hold
tick leader
dup leader all --nth 1
deliver leader all --newest
drop leader all --all
drop leader all --all
release
settle
run until leader
put leader y=2 --wait
drift n5 +10%
drift n5 0
!transfer leader
boot
!member add n1
members
corrupt n4
kill n4
!restart n9
restart n4
mend
snapshot leader
run 50ms
status
expect leader
why leader
why
source sourced.raft
repeat 2 { echo again }
!expect no-leader
run 10s
mark here
back
back 3
forward
goto 0
goto here
undo
redo
back until no-leader
forward until leader
kill n1
branch other
branches
compare main
switch main
when leader
when --all n1.state == down
break --once messages changes
watch leader
run 1s
breaks
continue
unbreak all
hunt 2 --for 1s
stopwatch
measure wait
!expect n1.term == 99
shrink
find any.state == down --tries 64
cluster 3 --seed 9
quit
"#;

#[test]
fn every_command_answers_with_one_object() {
    let (found, status) = objects(&["--format", "json", "--echo"], EVERY_COMMAND);
    for object in &found {
        check(object);
        assert_eq!(object["ok"], true, "{object}");
    }
    assert_eq!(status, 0);
    let named = |command: &str| {
        found.iter().filter(|object| object["command"] == command).collect::<Vec<_>>()
    };
    // Each command prints one object; `source` and `repeat` print only those of their commands.
    assert_eq!(found.len(), EVERY_COMMAND.lines().count() + 1);
    assert_eq!(named("echo again").len(), 2);
    assert_eq!(named("echo sourced")[0]["line"], 1);
    assert_eq!(named("!restart n9")[0]["expected"], "unknown node 'n9'");
    assert_eq!(named(r#"echo "a \x7f \u{9b} b""#)[0]["data"]["text"][0], "a \\x7f \\u{9b} b");
    let long = &named("run 10s")[0]["data"];
    assert_eq!(
        (long["events"].as_array().unwrap().len(), &long["truncated"]),
        (1000, &Value::Bool(true))
    );
    let put = &found.iter().find(|object| object["line"] == 5).unwrap();
    assert_eq!(put["data"]["outcome"], "ok");
    let store = named("kv")[0]["data"]["nodes"][0]["kv"].as_object().unwrap().clone();
    assert_eq!(store.get("kéy \"quoted\""), Some(&Value::from("漢 \\ 👍")), "{store:?}");
    let names = raftsh::command::Grammar::default().names();
    let used: Vec<&str> = EVERY_COMMAND.split([' ', '\n', '!', '{']).collect();
    for name in names.iter().filter(|name| !PROMPT_WORDS.contains(&name.as_str())) {
        assert!(used.contains(&name.as_str()), "the script has no {name}");
    }
}

#[test]
fn failures_answer_with_one_object() {
    for (command, status) in [
        ("klil", 2),
        ("kill n9", 1),
        ("put n1 x=5", 1),
        ("expect leader", 3),
        ("!echo a", 3),
        ("!klil", 2),
        ("echo 'a", 2),
        ("source missing.raft", 2),
        ("repeat x { step }", 2),
        ("repeat 2 { klil }", 2),
        ("repeat 2 {", 2),
        ("status --format xml", 2),
        ("quit now", 2),
        ("put leader k=v --wait 1ms", 1),
        ("!repeat 1 { echo \u{e9} }", 3),
        ("run until leader within 1ms", 3),
    ] {
        let (found, exit) = objects(&["--format=json"], command);
        let failed: Vec<&Value> = found.iter().filter(|object| object["ok"] == false).collect();
        found.iter().for_each(|object| {
            check(object);
        });
        assert_eq!(failed.len(), 1, "{command}: {found:?}");
        assert_eq!(
            (failed[0]["status"].as_i64(), exit),
            (Some(status), status as i32),
            "{command}"
        );
        assert_eq!(failed[0]["line"], 1);
    }
}

/// A command that violates a property reports that at once, beside all its data. If the next
/// command does not expect the violation, a second object for the same command reports the
/// failure; the later object counts.
#[test]
fn a_violation_stands_beside_the_data() {
    let broken = "cluster 3\nflaw on commit-on-append\nrun until leader\nput leader x=1 --wait";
    let (rest, continued) = ("expect violated committed-on-majority", "set on-violation continue");
    let (expected, status) = objects(&["--format", "json"], &format!("{broken}\n{rest}\n"));
    assert_eq!((expected.len(), status), (5, 0));
    let answer = &expected[3];
    check(answer);
    assert_eq!(
        (&answer["ok"], &answer["data"]["violated"][0]),
        (&true.into(), &"committed-on-majority".into())
    );
    assert!(answer["data"]["events"].to_string().contains("property_violated"), "{answer}");
    assert_eq!(answer["data"]["op"], "op1");
    for (text, count) in [
        (broken.to_owned(), 5),
        (format!("{broken}\nstatus"), 5),
        (broken.replace("\nflaw", &format!("\n{continued}\nflaw")) + "\nstatus", 7),
    ] {
        let (found, status) = objects(&["--format", "json"], &text);
        assert_eq!((found.len(), status), (count, 3), "{found:?}");
        let failed = found.last().unwrap();
        check(failed);
        assert_eq!((&failed["ok"], &failed["status"]), (&false.into(), &3.into()));
        assert_eq!(failed["error"], "violated: committed-on-majority");
        let first =
            found.iter().find(|object| object["command"] == "put leader x=1 --wait").unwrap();
        assert_eq!((&failed["command"], &failed["line"]), (&first["command"], &first["line"]));
        assert_eq!(failed["data"], first["data"]);
    }
    let (found, _) = objects(&["--format", "json"], &broken.replace("put", "!put"));
    assert_eq!(found.iter().filter(|object| object["ok"] == false).count(), 1);
    assert!(found[3]["data"]["events"].to_string().contains("property_violated"), "{}", found[3]);
}

#[test]
fn one_command_can_answer_otherwise() {
    let output = |arguments: &[&str]| run(&mut raftsh(arguments)).1;
    let said = output(&["-c", "echo a; status --format json; echo b"]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[2]), (3, "a", "b"));
    check(&serde_json::from_str(lines[1]).unwrap());
    for (line, key) in [("violations", "violations"), ("flaw", "flaws")] {
        let said = output(&["-c", &format!("{line} --format json")]);
        let answer: Value =
            serde_json::from_str(&said).unwrap_or_else(|why| panic!("{why}: {said}"));
        check(&answer);
        assert!(answer["data"][key].is_array(), "{answer}");
    }
    let said = output(&["--format", "json", "-c", "links --format table; echo b"]);
    assert!(said.starts_with("from \\ to"), "{said}");
    assert!(said.lines().last().unwrap().starts_with(
        "{\"schema\":1,\"line\":1,\"command\":\"echo b\",\"ok\":true,\"time_us\":0,\"data\":"
    ));
}
