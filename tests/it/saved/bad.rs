//! Files that are no sessions: each gets a clear error, and the cluster stays as it was.

use raftsh::history::saved::MAX_BYTES;
use raftsh::language::Status;
use raftsh::session::{Session, Start};

use super::{file, saved, say};
#[cfg(unix)]
use crate::prompt::person::Desk;
use crate::surroundings::directory;

/// A valid session, of which the tests spoil one line.
const GOOD: &str = "raftsh: 2
nodes: 3
seed: 1
settings:
  loss: 0%
  noop: off
moves:
- step 5
- kill n2
- 'put n1 x=\": \"'
...
";

fn check(bad: impl AsRef<[u8]>, status: Status, message: &str) {
    let root = directory("saved-bad", &[]);
    let name = file(&root, "bad.yaml", bad);
    let mut session = Session::new(Start { nodes: 2, seed: 5, ..Start::default() });
    say(&mut session, "run 1s");
    let before = saved(&mut session);
    let (said, ended) = say(&mut session, &format!("load {name}"));
    let said = said.split("\nload ").next().unwrap_or_default();
    let path = root.join("bad.yaml").display().to_string();
    assert_eq!(
        (ended, said),
        (status, format!("t:1:6: error: {}", message.replace("FILE", &path)).as_str())
    );
    assert_eq!(saved(&mut session), before, "{message}");
}

/// The valid session with one line changed.
fn spoilt(from: &str, to: &str) -> String {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    GOOD.replace(from, to)
}

#[test]
fn bad_forms() {
    for (from, to, message) in [
        (
            "raftsh: 2",
            "raftsh: 3",
            "FILE:1: this file is of version '3'; this raftsh reads versions 1 to 2",
        ),
        (
            "raftsh: 2",
            "raftsh: two",
            "FILE:1: this file is of version 'two'; this raftsh reads versions 1 to 2",
        ),
        ("raftsh: 2", "", "FILE: this is not a saved session: it has no line 'raftsh: 2'"),
        ("nodes: 3\n", "", "FILE: 'nodes' is missing"),
        ("nodes: 3", "nodes: 0", "FILE:2: a cluster has 1 to 101 nodes, not 0"),
        ("nodes: 3", "nodes:", "FILE:2: a number is missing"),
        ("nodes: 3", "nodes: [3]", "FILE:2: write a list or mapping with one line for each item"),
        ("seed: 1", "seed: 1\nseed: 2", "FILE:4: 'seed' is given twice"),
        ("seed: 1", "sede: 1", "FILE:3: unknown key 'sede'; did you mean 'seed'?"),
        ("seed: 1", "seed: -1", "FILE:3: '-1' is negative; expected 0 or more"),
        (
            "seed: 1",
            "seed: 18446744073709551616",
            "FILE:3: '18446744073709551616' is too large; the largest number is 18446744073709551615",
        ),
        ("loss: 0%", "lots: 0%", "FILE:5: unknown key 'lots'; did you mean 'loss'?"),
        ("loss: 0%", "loss: much", "FILE:5: 'much' is not a percentage; write it as 12.5%, or 0"),
        ("loss: 0%", "loss: &a 0%", "FILE:5: anchors and aliases are not supported"),
        (
            "  noop: off",
            "    noop: off",
            "FILE:6: indented by 4, unlike the 2 of the lines like it",
        ),
        ("  noop: off", "\tnoop: off", "FILE:6: character \\u{9} is not allowed here unescaped"),
        ("moves:", "moves: 7", "FILE: "),
        ("moves:\n", "", "FILE: 'moves' is missing"),
        ("- step 5", "- step 5\n  noop: on", "FILE:9: 'noop' is given twice"),
        ("- step 5", "- *a", "FILE:8: anchors and aliases are not supported"),
        ("- step 5", "- - step 5", "FILE:8: this is nested too deep"),
        (
            "- step 5",
            "- {step: 5}",
            "FILE:8: moves[0]: unknown field `step`, expected one of `do`, `steps`, `us`",
        ),
        ("- step 5", "- {do: {}}", "FILE:8: write a list or mapping with one line for each item"),
        (
            "- step 5",
            "- {do: [x], us: 1}",
            "FILE:8: write a list or mapping with one line for each item",
        ),
        (
            "- step 5",
            "- {do: \"x, us: 1}",
            "FILE:8: write a list or mapping with one line for each item",
        ),
        ("- step 5", "- step: 5", "FILE:8: quote the whole item, because it contains ': '"),
        ("- step 5", "-", "FILE:8: nothing follows this '-'"),
        (
            "- step 5",
            "- !!str step 5",
            "FILE:8: tags are not supported; quote a line that begins with '!'",
        ),
        ("- step 5", "- |\n  step 5", "FILE:8: texts of several lines are not supported"),
        ("- step 5", "- 'step 5", "FILE:8: this quote is not closed on its line"),
        ("- step 5", "- step\n  5", "FILE:9: '5' is neither 'KEY: VALUE' nor '- ITEM'"),
        ("- step 5", "- \"\\q\"", "FILE:8: "),
        (
            "- step 5",
            "- \u{2028}step 5",
            "FILE:8: character \\u{2028} is not allowed here unescaped",
        ),
        ("...\n", "", "FILE:10: the file is cut short: its last line is not '...'"),
        ("...\n", "...", "FILE:11: the file is cut short: its last line is not '...'"),
        ("...\n", "...\n- step\n", "FILE:12: nothing can follow the line '...'"),
    ] {
        let bad = spoilt(from, to);
        if message.ends_with(": ") {
            // The YAML parser words these errors, so only the status is checked.
            let root = directory("saved-words", &[]);
            let name = file(&root, "bad.yaml", bad);
            let (said, status) = say(&mut Session::new(Start::default()), &format!("load {name}"));
            assert_eq!(status, Status::Usage, "{said}");
            continue;
        }
        check(bad, Status::Usage, message);
    }
    for cut in 0..GOOD.len() {
        let root = directory("saved-cut", &[]);
        let name = file(&root, "bad.yaml", &GOOD[..cut]);
        let (said, status) = say(&mut Session::new(Start::default()), &format!("load {name}"));
        assert_eq!(status, Status::Usage, "cut to {cut} bytes: {said}");
    }
}

#[test]
fn bad_moves() {
    let long = format!("- put n1 x={}", "y".repeat(70_000));
    for (to, status, message) in [
        ("- klil n1", Status::Usage, "unknown command 'klil'; did you mean 'kill'?"),
        ("- status", Status::Usage, "'status' is not allowed in a saved session"),
        (
            "- run until n2.term == 9 within 1ms",
            Status::Expectation,
            "expected `n2.term == 9` within 1ms, found n2: 0",
        ),
        ("- put n1 x=5 --wait", Status::Failed, "n1 is not the leader; it knows no leader"),
        ("- set ascii on", Status::Usage, "'set ascii on' is not allowed in a saved session"),
        (
            "- {do: step 5, steps: 3, us: 0}",
            Status::Usage,
            "write a list or mapping with one line for each item",
        ),
        (
            "- {do: \"put n1 x=5 --wait\", steps: 3, us: 0}",
            Status::Failed,
            "n1 is not the leader; it knows no leader",
        ),
        (
            "- {do: \"status\", steps: 3, us: 0}",
            Status::Usage,
            "'status' is not allowed in a saved session",
        ),
        ("- {do: \"step 5\", steps: 3}", Status::Usage, "moves[0]: missing field `us`"),
        ("- step --help", Status::Usage, "'step --help' is not allowed in a saved session"),
        ("- cluster 3", Status::Usage, "'cluster 3' is not allowed in a saved session"),
        ("- load x", Status::Usage, "'load x' is not allowed in a saved session"),
        ("- source x", Status::Usage, "'source x' is not allowed in a saved session"),
        ("- quit", Status::Usage, "'quit' is not allowed in a saved session"),
        ("- repeat 2 { step }", Status::Usage, "'repeat 2 { step }' must be a single command"),
        ("- repeat 2 {", Status::Usage, "'repeat 2 {' must be a single command"),
        ("- step; step", Status::Usage, "'step; step' must be a single command"),
        ("- step;", Status::Usage, "'step;' must be a single command"),
        ("- '!step'", Status::Expectation, "'step' succeeded, but was expected to fail"),
        ("- '! step'", Status::Usage, "'! step' must be a single command"),
        ("- 'step # on'", Status::Usage, "'step # on' must be a single command"),
        ("- '# step'", Status::Usage, "'# step' must be a single command"),
        ("- ''", Status::Usage, "'' must be a single command"),
        ("- step five", Status::Usage, "'five' is not a number"),
        ("- put n1 'x", Status::Usage, "this quote is never closed"),
        (&long, Status::Usage, "line longer than 64 KiB"),
        ("- kill n4", Status::Failed, "unknown node 'n4'"),
        ("- kill down", Status::Failed, "no node is down now"),
        ("- put n1 x=5", Status::Failed, "n1 is not the leader; it knows no leader"),
        ("- deliver m99", Status::Failed, "m99 is not in flight"),
        ("- flaw", Status::Usage, "'flaw' is not allowed in a saved session"),
        ("- flaw on", Status::Usage, "flaw on needs a name"),
        ("- flaw on nope", Status::Usage, "unknown flaw 'nope'; `flaw` lists them"),
        (
            "- flaw on vote-twise",
            Status::Usage,
            "unknown flaw 'vote-twise'; did you mean 'vote-twice'?",
        ),
        ("- flaw up vote-twice", Status::Usage, "flaw has no 'up'"),
        ("- disk", Status::Usage, "disk needs a further word"),
        ("- disk cut", Status::Usage, "disk cut needs nodes"),
        ("- disk cutt n1", Status::Usage, "disk has no 'cutt'; did you mean 'cut'?"),
        ("- disk cut n9", Status::Failed, "unknown node 'n9'"),
        ("- disk slow n1", Status::Usage, "disk slow needs a duration"),
        (
            "- disk slow n1 99999999999999h",
            Status::Usage,
            "'99999999999999h' is too long; the longest duration is 10000h",
        ),
        ("- disk slow n1 -1ms", Status::Usage, "'-1ms' is negative; a duration is 0 or more"),
        ("- disk show n1", Status::Usage, "'disk show n1' is not allowed in a saved session"),
        ("- disk stale n1", Status::Failed, "n1 has no older version of a record on its disk"),
        ("- corrupt n1", Status::Failed, "n1 has no entry on its disk to corrupt"),
        ("- corrupt n1 --entry 7", Status::Failed, "n1 has no entry 7 on its disk to corrupt"),
        ("- corrupt n1 --entry 99999999999", Status::Usage, "'99999999999' is too large"),
        ("- corrupt n1 --byte 96", Status::Failed, "n1 has no byte 96 on its disk to corrupt"),
        ("- set on-violation never", Status::Usage, "'never' is not one of stop, continue"),
        ("- set recovery hope", Status::Usage, "'hope' is not one of halt, truncate"),
        ("- expect safe", Status::Usage, "'expect safe' is not allowed in a saved session"),
    ] {
        check(spoilt("- step 5", to), status, &format!("FILE:8: {message}"));
    }
    // In version 1 each line is a move of the world.
    let first = |to: &str| spoilt("- step 5", to).replace("raftsh: 2", "raftsh: 1");
    for (to, status, message) in [
        ("- run 10s", Status::Failed, "a step is due before that"),
        ("- run until leader", Status::Usage, "'run until leader' is not a single move"),
        ("- '!step'", Status::Usage, "'step' is not a single move"),
    ] {
        check(first(to), status, &format!("FILE:8: {message}"));
    }
    // A `put` to a node that does not lead fails in the last move, after all others were made.
    check(GOOD, Status::Failed, "FILE:10: n1 is not the leader; it knows no leader");
}

#[test]
fn bad_bytes() {
    check(b"raftsh: 1\nnodes: \xff\n", Status::Usage, "FILE:2: byte 0xff is not UTF-8 text");
    check("", Status::Usage, "FILE: this is not a saved session: it has no line 'raftsh: 2'");
    check(vec![b'['; MAX_BYTES + 1], Status::Usage, "cannot read 'FILE': it is larger than 16 MiB");
    let many = |line: &str, bytes: usize| spoilt("- step 5\n", &line.repeat(bytes / line.len()));
    let brackets = spoilt("- step 5", &format!("- {}", "[".repeat(1_000_000)));
    check(brackets, Status::Usage, "FILE:8: write a list or mapping with one line for each item");
    check(many("- a\n", MAX_BYTES - 500), Status::Usage, "FILE:1000101: more than 1000100 lines");
    // As large as is allowed, and wrong only at the end.
    check(
        many("- heal\n", 6_900_000),
        Status::Failed,
        &format!("FILE:{}: n1 is not the leader; it knows no leader", 6_900_000 / 7 + 9),
    );
    let mut session = Session::new(Start::default());
    for (name, message) in [
        ("nowhere.yaml", "cannot read 'nowhere.yaml': no such file"),
        (".", "cannot read '.': is a directory"),
        ("/dev/zero", "cannot read '/dev/zero': it is larger than 16 MiB"),
    ] {
        let (said, status) = say(&mut session, &format!("load {name}"));
        assert_eq!(
            (status, said.lines().next()),
            (Status::Usage, Some(format!("t:1:6: error: {message}").as_str()))
        );
    }
    let (said, status) = say(&mut session, "save /nowhere/at/all.yaml");
    assert_eq!(status, Status::Usage);
    assert!(said.contains("cannot write '/nowhere/at/all.yaml': no such file"), "{said}");
}

/// A move that takes forever can be interrupted. Only a terminal shows that it is running: there,
/// a long `load` prints its progress.
#[cfg(unix)]
#[test]
fn an_endless_session_is_interrupted() {
    let arguments = vec!["-c".to_owned(), "load endless.yaml".to_owned()];
    let desk = Desk { arguments, ..Desk::new("saved-endless") };
    file(&desk.home, "endless.yaml", spoilt("- step 5", "- step 18446744073709551615"));
    let mut person = desk.starts();
    person.reads("line 8 of the session; Ctrl-C stops");
    person.presses("\x03");
    person.reads("interrupted");
    person.sees_it_end(130);
}
