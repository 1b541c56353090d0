//! Bad input of any kind and size: a clear error, the right status, and never a panic, a hang or
//! unbounded memory.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::process::{raftsh, run, start};
use crate::surroundings::directory;

/// The text, the exit status, and a part of the output.
type Case<'a> = (&'a str, i32, &'a str);

/// Runs each text alone through `-c`.
fn through_c(cases: &[Case<'_>]) {
    for &(text, status, piece) in cases {
        let ended = run(&mut raftsh(&["-c", text]), b"");
        let said = ended.said();
        assert_eq!(ended.status, Some(status), "{text}\n{}", start(&said));
        assert!(said.contains(piece), "{text}\nhas no {piece:?}:\n{}", start(&said));
    }
}

#[test]
fn numbers_and_names_beyond_all_bounds() {
    through_c(&[
        ("step 99999999999999999999", 2, "'99999999999999999999' is too large"),
        ("step -1", 2, "'-1' is negative"),
        ("step x", 2, "error: "),
        ("cluster 0", 2, "a cluster has 1 to 101 nodes, not 0"),
        ("cluster 102", 2, "a cluster has 1 to 101 nodes, not 102"),
        ("cluster -1", 2, "'-1' is negative"),
        ("cluster 3 --seed 99999999999999999999", 2, "is too large"),
        ("cluster 3 --seed -1", 2, "'-1' is negative"),
        ("set heartbeat 0", 2, "a timer needs more than 0"),
        ("set election-timeout 0us..5ms", 2, "a timer needs more than 0"),
        ("set batch 0", 2, "at least 1 entry"),
        ("set batch 99999999999", 2, "too large"),
        ("set latency 15ms..5ms", 2, "runs backwards"),
        ("set latency", 2, "set needs a value: set latency 5ms..15ms"),
        ("set latecy 5ms", 2, "did you mean 'latency'?"),
        ("run 99999999h", 2, "the longest duration is 10000h"),
        ("run -5s", 2, "'-5s' is negative"),
        ("run 5", 2, "has no unit"),
        ("run 0.0001us", 2, "not a whole number of microseconds"),
        ("loss 101%", 2, "'101%' is more than 100%"),
        ("loss NaN%", 2, "not a percentage"),
        ("kill n0", 1, "unknown node 'n0'"),
        ("kill n6", 1, "nodes are n1 to n5"),
        ("kill n99999999999999999999999", 2, "too large for a node"),
        ("kill n1..n99999", 1, "unknown node 'n99999'"),
        ("kill n3..n1", 2, "did you mean 'n1..n3'?"),
        ("kill n1,n2,n9; expect n1.state == down", 1, "unknown node 'n9'"),
        ("history --since x", 1, "unknown mark 'x'"),
        ("history --since 99999999999999999999", 2, "too large"),
        ("history --last 99999999999999999999", 2, "too large"),
        ("history --kind klil", 2, "unknown kind 'klil'"),
        ("logs --last 0", 0, "(none)"),
        ("ops 99999999999999999999", 2, "too large"),
        ("repeat 99999999999 { }", 0, ""),
        ("repeat 18446744073709551615 { repeat 18446744073709551615 { } }", 0, ""),
        ("repeat 99999999999999999999 { }", 2, "is not a number"),
        ("repeat -1 { }", 2, "error: "),
        ("run until time >= 10000h within 99999h", 2, "the longest duration"),
    ]);
}

#[test]
fn words_that_are_missing_too_many_or_wrong() {
    through_c(&[
        ("klil n1", 2, "did you mean 'kill'?"),
        ("--help", 2, "unknown command '--help'"),
        ("-x", 2, "unknown command '-x'"),
        ("put n1", 2, "put needs KEY=VALUE: put x=5"),
        ("put n1 x", 2, "'x' is not KEY=VALUE"),
        ("put n1 =5", 2, "has no key before"),
        ("put n1 \"=5\"", 2, "has no key before"),
        ("put \"\" x=5", 2, "a node is missing"),
        ("put n1,n2 x=5", 1, "'n1,n2' is 2 nodes"),
        ("put n1 x=5 --wiat", 2, "no option '--wiat'"),
        ("put n1 x=5 y=6", 2, "unexpected "),
        ("get n1 ''", 2, "a key cannot be empty"),
        ("del n1 \"\"", 2, "a key cannot be empty"),
        ("cas n1 '' a b", 2, "a key cannot be empty"),
        ("cas n1 x 5", 2, "cas needs the new value"),
        ("cut n1 n1", 1, "no link between n1 and n1"),
        ("cut n1", 2, "cut needs a second set of nodes: cut n1 n3"),
        ("heal n1 n2 n3", 2, "usage: heal [A [B]]"),
        ("partition | |", 2, "a group is empty"),
        ("partition n1", 2, "two groups or more"),
        ("partition n1 | n1", 1, "n1 is in two groups"),
        ("partition n1 | ", 2, "a group is empty"),
        ("corrupt n1", 1, "no entry on its disk"),
        ("disk", 2, "disk needs a further word"),
        ("disk ctu n1", 2, "did you mean 'cut'?"),
        ("restart down", 1, "no node is down now"),
        ("put leader x=5", 1, "there is no leader now"),
        ("expect", 2, "a condition is missing"),
        ("expect leader and", 2, "error: "),
        ("expect laeder", 2, "did you mean 'leader'?"),
        ("expect n9.term == 1", 1, "unknown node 'n9'"),
        ("expect n1.term >= 99999999999999999999", 2, "error: "),
        ("expect leader", 3, "expected `leader`, found none"),
        ("run until", 2, "a condition is missing"),
        ("run until leader within", 2, "within needs a duration"),
        ("run 5s 5s", 2, "unexpected "),
        ("help klil", 2, "did you mean 'kill'?"),
        ("echo 'a", 2, "this quote is never closed"),
        ("echo \"a", 2, "this quote is never closed"),
        ("echo \"a\\", 2, "this quote is never closed"),
        ("echo \"\\q\"", 2, "is not an escape"),
        ("echo \"\\u{d800}\"", 2, "is not an escape"),
        ("echo \"\\x", 2, "error: "),
        ("}", 2, "'}' closes a block"),
        ("{", 2, "opens a block only after `repeat N`"),
        ("repeat 3 {", 2, "never closed"),
        ("repeat 3", 2, "error: "),
        ("repeat", 2, "error: "),
        ("!", 2, "'!' needs a command"),
        ("!!step", 2, "one '!' is enough"),
        ("!klil", 2, "did you mean 'kill'?"),
        ("!echo a", 3, "was expected to fail"),
        ("!quit", 2, "`quit` never fails"),
        ("!put n1 x=5", 0, "expected: "),
        ("source", 2, "needs a file"),
        ("source missing.raft", 2, "no such file"),
        ("source /", 2, "is a directory"),
        ("", 0, ""),
        (" ; ;; # nothing", 0, ""),
    ]);
}

#[test]
fn arguments_of_the_process() {
    for (arguments, status, piece) in [
        (&["--width", "1"][..], 2, "expected a number from 20 to 1000"),
        (&["--width", "99999999999999999999"], 2, "expected a number from 20 to 1000"),
        (&["--klil"], 2, "unexpected argument '--klil'"),
        (&["klil"], 2, "unrecognized subcommand 'klil'"),
        (&["--nodes"], 2, "a value is required"),
        (&["--nodes", "-1"], 2, "error: "),
        (&["--nodes", "1e9"], 2, "error: "),
        (&["--seed", "99999999999999999999"], 2, "a number from 0 to"),
        (&["--seed", ""], 2, "error: "),
        (&["-c"], 2, "a value is required"),
        (&["run"], 2, "<FILE>"),
        (&["run", ""], 2, "cannot read"),
        (&["run", "/"], 2, "is a directory"),
        (&["run", "missing.raft"], 2, "no such file"),
        (&["check-syntax", "missing.raft"], 2, "no such file"),
        (&["run", "\u{1b}[2J\u{202e}.raft"], 2, "no such file"),
    ] {
        let ended = run(&mut raftsh(arguments), b"");
        let said = ended.said();
        assert_eq!(ended.status, Some(status), "{arguments:?}\n{said}");
        assert!(said.contains(piece), "{arguments:?}\nhas no {piece:?}:\n{said}");
        assert!(
            !said.contains('\u{1b}') && !said.contains('\u{202e}'),
            "{arguments:?} drives the terminal"
        );
    }
}

/// Runs each text from standard input, as a file, and through `check-syntax`.
#[test]
fn lines_and_nests_of_any_size() {
    let many = |part: &str, times: usize| part.repeat(times);
    let cases: Vec<(&str, Vec<u8>, i32, &str)> = vec![
        ("10 MB", vec![b'a'; 10_000_000], 2, "line longer than 64 KiB"),
        ("10 MB of blanks", vec![b' '; 10_000_000], 2, "line longer than 64 KiB"),
        ("10 MB of lines", many("# a comment\n\n", 800_000).into(), 0, ""),
        ("NUL", b"echo a\0b\n".to_vec(), 2, "control character \\x00"),
        ("only NUL", vec![0; 1_000], 2, "control character \\x00"),
        ("ESC", b"echo \x1b[2J\n".to_vec(), 2, "control character \\x1b"),
        ("no UTF-8", b"echo \xff\xfe\n".to_vec(), 2, "byte 0xff is not UTF-8 text"),
        ("half a character", b"echo \xf0\x9f".to_vec(), 2, "is not UTF-8 text"),
        (
            "100,000 parentheses",
            format!("expect {}leader", many("(", 60_000)).into(),
            2,
            "nested deeper",
        ),
        (
            "too many parentheses",
            format!("expect {}leader", many("(", 100_000)).into(),
            2,
            "64 KiB",
        ),
        (
            "closing parentheses",
            format!("expect leader{}", many(")", 60_000)).into(),
            2,
            "no '(' is open for this ')'",
        ),
        ("15,000 not", format!("expect {}leader", many("not ", 15_000)).into(), 2, "nested deeper"),
        ("100,000 not", format!("expect {}leader", many("not ", 100_000)).into(), 2, "64 KiB"),
        ("60 KB of and", format!("expect {}agree", many("agree and ", 6_000)).into(), 0, ""),
        ("60 KB of or", format!("expect {}agree", many("leader or ", 6_000)).into(), 0, ""),
        (
            "a list",
            format!("expect n1.log == [{}1]", many("1,", 30_000)).into(),
            3,
            "expected `n1.log ==",
        ),
        (
            "many facts",
            format!("expect leader{}", many(" and leader", 5_000)).into(),
            3,
            "expected `leader and leader",
        ),
        ("100,000 {", many("repeat 1 {\n", 100_000).into(), 2, "nest at most 32 deep"),
        ("100,000 { in a line", many("{ ", 30_000).into(), 2, "opens a block only"),
        ("100,000 }", many("}\n", 100_000).into(), 2, "closes a block"),
        (
            "an endless block",
            format!("repeat 2 {{\n{}", many("echo a\n", 200_000)).into(),
            2,
            "error: ",
        ),
        ("a long set", format!("!kill {}n9", many("n1,", 20_000)).into(), 0, "expected: "),
        ("30,000 words", format!("status {}", many("a ", 30_000)).into(), 2, "error: "),
        ("30,000 ;", format!("expect agree{}", many(";", 30_000)).into(), 0, ""),
        ("60 KB of quotes", format!("expect agree;echo {}", many("''", 30_000)).into(), 0, ""),
        ("a long command", many("k", 60_000).into(), 2, "unknown command"),
    ];
    for (name, text, status, piece) in cases {
        let root = directory("sizes", &[("x.raft", &text)]);
        let pipe = run(&mut raftsh(&[]), &text);
        let file = run(raftsh(&["run", "x.raft"]).current_dir(&root), b"");
        let checked = run(raftsh(&["check-syntax", "x.raft"]).current_dir(&root), b"");
        for ended in [&pipe, &file] {
            assert_eq!(ended.status, Some(status), "{name}\n{}", start(&ended.said()));
            assert!(ended.said().contains(piece), "{name}\n{}", start(&ended.said()));
            assert!(ended.said().len() < 2_000, "{name} is answered with a flood");
        }
        assert_eq!(checked.status, Some(if status == 2 { 2 } else { 0 }), "{name}");
        assert_eq!(pipe.err.replace("<stdin>", "x.raft"), file.err, "{name}");
    }
}

#[test]
fn files_that_source_each_other() {
    let chain: Vec<[String; 2]> = (0..40)
        .map(|depth| [format!("d{depth}.raft"), format!("source d{}.raft", depth + 1)])
        .collect();
    let mut files = vec![
        ("self.raft", "source self.raft"),
        ("a.raft", "source b.raft"),
        ("b.raft", "source a.raft"),
        ("twice.raft", "source leaf.raft\nsource leaf.raft"),
        ("leaf.raft", "echo leaf"),
        ("d40.raft", "echo deep"),
    ];
    files.extend(chain.iter().map(|[name, text]| (name.as_str(), text.as_str())));
    let files: Vec<(&str, &[u8])> =
        files.into_iter().map(|(name, text)| (name, text.as_bytes())).collect();
    let root = directory("nests", &files);
    for (file, status, piece) in [
        ("self.raft", 2, "'self.raft' sources itself"),
        ("a.raft", 2, "'a.raft' sources itself"),
        ("twice.raft", 0, "leaf\nleaf\n"),
        ("d0.raft", 2, "nested deeper than 32 files"),
        ("d8.raft", 0, "deep"),
        ("d7.raft", 2, "nested deeper than 32 files"),
    ] {
        let ended = run(raftsh(&["run", file]).current_dir(&root), b"");
        let said = ended.said();
        assert_eq!(ended.status, Some(status), "{file}\n{said}");
        assert!(said.contains(piece), "{file}\n{said}");
    }
}

#[test]
fn a_reader_may_leave() {
    let script = b"repeat 1000000 { echo y }\n";
    let root = directory("leaving", &[("y.raft", script)]);
    for arguments in
        [&["run", "y.raft"][..], &["--keep-going", "run", "y.raft"], &["--echo", "run", "y.raft"]]
    {
        let mut child = raftsh(arguments)
            .current_dir(&root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!(
            (ended.status.code(), ended.stderr.as_slice()),
            (Some(0), &b""[..]),
            "{arguments:?}"
        );
    }
}

/// Every command without arguments, and with fifty words that make no sense.
#[test]
fn every_command_with_nothing_and_with_nonsense() {
    const NONSENSE: &[&str] = &[
        "--",
        "-",
        "---",
        "=",
        "==",
        "n1",
        "n0",
        "n1,",
        ",n1",
        "n1..",
        "..",
        "*",
        "%",
        "0%",
        "1e9",
        "0x10",
        "٣",
        "ｎ1",
        "\"\"",
        "''",
        "\"\\0\"",
        "\"\\u{202e}\"",
        "'a b'",
        "until",
        "within",
        "not",
        "and",
        "or",
        "(",
        ")",
        "[",
        "]",
        "|",
        "||",
        "!",
        "--wait",
        "--wait=",
        "--last",
        "--last=-1",
        "--kind=",
        "--since=#",
        "--one-way",
        "--help=x",
        "18446744073709551616",
        "-0",
        "+1",
        "1.5",
        "none",
        "true",
        "\u{1f600}",
    ];
    let names = raftsh::command::Grammar::default().names();
    assert!(names.len() >= 30);
    // The folder takes the files that `save` writes here.
    let root = directory("nonsense", &[]);
    // A hunt of a thousand storms takes its time, and has a test of its own.
    for name in names.iter().filter(|name| *name != "hunt") {
        let alone = run(raftsh(&["-c", name]).current_dir(&root), b"");
        assert!(matches!(alone.status, Some(0..=3)), "{name}");
        let mut script: String = NONSENSE.iter().map(|word| format!("{name} {word}\n")).collect();
        script.push_str(&format!("{name} {}\n", NONSENSE.join(" ")));
        script.push_str(
            &NONSENSE
                .iter()
                .map(|word| format!("{name} n1 {word}\n{name} leader x {word}\n"))
                .collect::<String>(),
        );
        let ended = run(raftsh(&["--keep-going"]).current_dir(&root), script.as_bytes());
        assert!(matches!(ended.status, Some(0..=3)), "{name}");
        assert!(!ended.said().contains(['\0', '\u{202e}', '\u{1b}']), "{name} drives the terminal");
    }
}

#[test]
fn keys_and_values_never_drive_the_terminal() {
    let words = [
        "\"\\e[2J\\e]0;title\\x07\"",
        "\"\\n\\r\\t\\0\\x7f\"",
        "\"\\u{202e}\\u{2066}\\u{200f}\\u{9b}\\u{feff}\\u{2028}\"",
        "'\"'",
        "\"'\"",
        "\"\\\\\"",
        "\u{1f600}\u{1f468}\u{200d}\u{1f469}",
        "漢字",
        "e\u{301}\u{301}\u{301}",
        "'#'",
        "' '",
        "'{'",
        "none",
    ];
    let mut script = "run until leader\n".to_owned();
    for word in words {
        script.push_str(&format!(
            "put leader {word}={word}\nget leader {word}\ncas leader {word} {word} {word}\n"
        ));
        script.push_str(&format!("run until op != pending\nexpect committed {word}={word}\n"));
        script.push_str(&format!("!expect leader == n9 or committed {word}=x\n"));
    }
    script.push_str("run 1s\nlogs\nkv\nops\nhistory\nstatus\n");
    for width in ["20", "40", "100", "1000"] {
        let ended = run(&mut raftsh(&["--width", width, "--color", "never"]), script.as_bytes());
        assert_eq!((ended.status, ended.err.as_str()), (Some(0), ""), "{width}");
        let drives = |c: &char| {
            (c.is_control() && *c != '\n')
                || "\u{202e}\u{2066}\u{200f}\u{feff}\u{2028}".contains(*c)
        };
        let found = ended.out.chars().find(drives);
        assert_eq!(found, None, "{width}");
        for shown in ["\\x1b[2J", "\\u{202e}", "\\n\\r\\t", "漢字", "\u{1f600}"] {
            assert!(width == "20" || ended.out.contains(shown), "{width}: {shown}");
        }
    }
}

#[test]
fn values_of_sixty_kilobytes() {
    let value = "v".repeat(60_000);
    let script = format!(
        "run until leader\nput leader x={value} --wait\nput leader {value}=x --wait\nrun 1s\nkv\nops\nlogs\nhistory\nexpect n1.kv.x == {value}\n!expect n1.kv.x == y\n"
    );
    let ended = run(&mut raftsh(&[]), script.as_bytes());
    assert_eq!(ended.status, Some(0), "{}", start(&ended.err));
}

/// A value that is the word `none` is never shown as a missing value.
#[test]
fn the_word_none_is_not_nothing() {
    let setup = "run until leader; put leader x=none; put leader y=\"a b\"; get leader x; get leader z --wait";
    for (condition, found) in [
        ("leader.kv.x == none", "n3: \"none\""),
        ("leader.kv.y == none", "n3: \"a b\""),
        ("leader.kv.z != none", "n3: none"),
        ("op3.value == none", "op3: \"none\""),
        ("op4.value != none", "op4: none"),
    ] {
        let line = format!("cluster 3; {setup}; expect {condition}");
        let ended = run(&mut raftsh(&["-c", &line]), b"");
        assert_eq!(ended.status, Some(3), "{condition}: {}", ended.err);
        assert!(ended.err.contains(&format!(", found {found}\n")), "{condition}: {}", ended.err);
        let told = ended.out.contains("answered op3: ok, \"none\"")
            && ended.out.ends_with("op4: ok, none\n");
        assert!(told, "{}", ended.out);
    }
}

/// Pinned names are accepted even where nothing of the kind exists yet.
#[test]
fn what_is_pinned_is_taken() {
    through_c(&[
        ("history --type InstallSnapshot", 0, "no such event has happened yet"),
        ("deliver n1 n2 --type InstallSnapshot", 1, "no InstallSnapshot to deliver from n1 to n2"),
        ("help tick", 0, "tick NODE\n"),
        ("run until leader; tick all", 1, "'all' is 5 nodes, but this needs one"),
    ]);
}
