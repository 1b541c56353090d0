//! Calls, streams and exit statuses, with commands that need no particular cluster.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::call::{raftsh, run};
use crate::surroundings::directory;

#[test]
fn statuses() {
    for (arguments, status) in [
        (&["-c", "echo a; echo b"][..], 0),
        (&["-c", "quit; klil"], 0),
        (&["-c", "klil"], 2),
        (&["-c", "echo 'a"], 2),
        (&["-c", "!echo a"], 3),
        (&["--keep-going", "-c", "klil; !echo a; klil"], 3),
        (&["--nodes", "0"], 2),
        (&["--nodes", "102"], 2),
        (&["--width", "19"], 2),
        (&["--seed", "dice"], 2),
        (&["--color", "sometimes"], 2),
        (&["-c", "echo a", "run", "-"], 2),
        (&["run"], 2),
        (&["run", "missing.raft"], 2),
        (&["check-syntax", "missing.raft"], 2),
        (&["--version"], 0),
        (&["man"], 0),
        (&["completions", "fish"], 0),
        (&["completions", "cmd"], 2),
        (&["--help"], 0),
    ] {
        assert_eq!(run(&mut raftsh(arguments)).0, status, "{arguments:?}");
    }
}

#[test]
fn file_and_pipe_say_the_same() {
    let script = "echo one\nrepeat 2 {\n  echo two # no\n}\necho 'un\necho never\n";
    let root = directory("same", &[("a.raft", script.as_bytes())]);
    let file = run(raftsh(&["run", "a.raft"]).current_dir(&root));
    let stdin = std::fs::File::open(root.join("a.raft")).unwrap();
    let pipe = run(raftsh(&[]).stdin(stdin));
    assert_eq!(file.1, "one\ntwo\ntwo\n");
    assert_eq!(file.2, "a.raft:5:6: error: this quote is never closed\necho 'un\n     ^\n");
    assert_eq!(pipe, (file.0, file.1, file.2.replace("a.raft", "<stdin>")));
}

#[test]
fn a_pipe_is_answered_line_by_line() {
    let mut child = raftsh(&[]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) =
        (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for word in ["one", "two"] {
        writeln!(stdin, "echo {word}").unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert_eq!(answer, format!("{word}\n"));
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_closed_output_stops_quietly() {
    let mut child = raftsh(&["-c", "repeat 1000000000 { echo y }"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (line.as_str(), output.status.code(), output.stderr.as_slice()),
        ("y\n", Some(0), &b""[..])
    );
}

#[test]
fn sourced_files_are_found_from_where_they_are_named() {
    let root = directory(
        "source",
        &[
            ("a.raft", b"source sub/b.raft\necho a\n"),
            ("sub/b.raft", b"source c.raft\necho b\n"),
            ("sub/c.raft", b"echo c\n"),
            ("self.raft", b"echo in\n source ./self.raft\n"),
            ("ring.raft", b"source sub/ring.raft"),
            ("sub/ring.raft", b"source ../ring.raft"),
            ("dir.raft", b"source sub"),
            ("bad.raft", b"source sub/bad.raft\nklil\n"),
            ("sub/bad.raft", b"echo 'a\nklil\n"),
        ],
    );
    let run = |arguments: &[&str]| run(raftsh(arguments).current_dir(&root));
    assert_eq!(run(&["run", "a.raft"]), (0, "c\nb\na\n".into(), String::new()));
    for (file, error) in [
        ("self.raft", "self.raft:2:9: error: './self.raft' sources itself"),
        ("ring.raft", "sub/ring.raft:1:8: error: 'sub/../ring.raft' sources itself"),
        ("dir.raft", "dir.raft:1:8: error: cannot read 'sub': is a directory"),
    ] {
        for call in ["run", "check-syntax"] {
            let (status, _, said) = run(&[call, file]);
            assert_eq!((status, said.lines().next()), (2, Some(error)), "{call} {file}");
        }
    }
    let (status, _, said) = run(&["check-syntax", "bad.raft", "a.raft"]);
    let errors: Vec<&str> = said.lines().filter(|line| line.contains(": error: ")).collect();
    assert_eq!(status, 2);
    assert_eq!(errors.len(), 3, "{said}");
}

/// A prepared log that is wrong in itself is an error without a cluster, and `!` cannot expect it.
#[test]
fn impossible_logs_are_found_by_reading() {
    for (log, error) in [
        (
            "n1 2,1",
            "12: error: the term at index 2 is below the one before it, and terms never fall in a \
             log",
        ),
        (
            "n9 1,2,1",
            "12: error: the term at index 3 is below the one before it, and terms never fall in a \
             log",
        ),
        ("n1 1,5 --term 3", "12: error: a node in term 3 cannot hold an entry of term 5"),
        (
            "n1 0,1",
            "12: error: there are no leaders and no votes in term 0: terms of entries and votes \
             begin at 1",
        ),
        ("n1 none --vote n2", "12: error: there are no leaders and no votes in term 0"),
    ] {
        let root = directory("impossible", &[("x.raft", format!("preload {log}").as_bytes())]);
        for call in ["run", "check-syntax"] {
            let (status, _, said) = run(raftsh(&[call, "x.raft"]).current_dir(&root));
            assert_eq!(status, 2, "{call}: {said}");
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(said.starts_with(&format!("x.raft:1:{error}")), "{call}: {said}");
        }
        assert_eq!(run(&mut raftsh(&["-c", &format!("run 1s; !preload {log}")])).0, 2, "{log}");
    }
    // Whether a prepared log contradicts that of another node takes a cluster to find out.
    let lines = b"preload n1 1,2,3; preload n2 1,1,3";
    let root = directory("impossible", &[("x.raft", lines)]);
    for (call, status) in [("run", 1), ("check-syntax", 0)] {
        assert_eq!(run(raftsh(&[call, "x.raft"]).current_dir(&root)).0, status);
    }
}

#[test]
fn hostile_files_get_a_clear_error() {
    let deep = "repeat 1 {\n".repeat(100_000);
    let long = vec![b'a'; 10_000_000];
    for (content, error) in [
        (b"echo a\0b".as_slice(), "x.raft:1:7: error: control character \\x00 in the line"),
        (b"\n\xc3\xa9 \xff", "x.raft:2:3: error: byte 0xff is not UTF-8 text"),
        (deep.as_bytes(), "x.raft:33:10: error: blocks nest at most 32 deep"),
        (&long, "x.raft:1:65537: error: line longer than 64 KiB"),
    ] {
        let root = directory("hostile", &[("x.raft", content)]);
        for options in [
            &["run", "x.raft"][..],
            &["--keep-going", "run", "x.raft"],
            &["check-syntax", "x.raft"],
        ] {
            let (status, out, said) = run(raftsh(options).current_dir(&root));
            assert_eq!(
                (status, out.as_str(), said.lines().next()),
                (2, "", Some(error)),
                "{options:?}"
            );
        }
    }
}

#[test]
fn colour_is_for_those_who_want_it() {
    let plain = run(&mut raftsh(&["-c", "klil"]));
    assert!(!plain.2.contains('\u{1b}'));
    let asked = run(raftsh(&["--color", "never", "-c", "klil"]).env("CLICOLOR_FORCE", "1"));
    assert!(!asked.2.contains('\u{1b}'));
}

/// The help for the arguments is laid out for 100 columns unless a terminal says otherwise,
/// whatever `COLUMNS` is.
#[test]
fn no_variable_says_how_wide_the_help_is() {
    for arguments in [&["--help"][..], &["test", "--help"], &["nothing"]] {
        let plain = run(&mut raftsh(arguments));
        assert_eq!(
            run(raftsh(arguments).env("COLUMNS", "33").env("LINES", "5")),
            plain,
            "{arguments:?}"
        );
    }
    assert!(
        run(&mut raftsh(&["--help"]))
            .1
            .lines()
            .any(|line| (80..=100).contains(&line.chars().count()))
    );
}

#[test]
fn raftsh_tells_others_about_itself() {
    let page = run(&mut raftsh(&["man"])).1;
    for piece in [
        "put [NODE] KEY=VALUE [\\-\\-wait [DURATION]]",
        "Exit status: 0 success",
        "init.raft",
        "check\\-syntax",
        "\\-\\-seed",
    ] {
        assert!(page.contains(piece), "the page has no {piece}:\n{page}");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&mut raftsh(&["completions", shell])).1;
        for piece in ["raftsh", "check-syntax", "keep-going"] {
            assert!(script.contains(piece), "{shell} has no {piece}:\n{script}");
        }
    }
}

/// Bash completes files where a call takes files, and options only after a dash.
#[test]
fn bash_offers_files() {
    let script = run(&mut raftsh(&["completions", "bash"])).1;
    let section = |call: &str| {
        let (_, rest) = script.split_once(&format!("raftsh__subcmd__{call})\n")).unwrap();
        rest.split_once(";;\n        raftsh").map_or(rest, |(section, _)| section).to_owned()
    };
    for call in ["run", "test", "record", "check__subcmd__syntax"] {
        let section = section(call);
        let offers = section.matches("compgen -W \"${opts}\"").count();
        assert_eq!((offers, section.contains("${COMP_CWORD} -eq 2")), (1, false), "{section}");
    }
    assert!(section("completions").contains("${COMP_CWORD} -eq 2"));
}

/// A tutorial or a saved session in the place of a script gets one error, which names the call that
/// takes it.
#[test]
fn other_kinds_of_files_are_no_scripts() {
    let root = directory("kinds", &[("a.md", b"# A\n\ntext\n"), ("b.yaml", b"raftsh: 2\n")]);
    for (call, file, help) in [
        ("run", "a.md", "`raftsh test a.md` tests it"),
        ("check-syntax", "a.md", "`raftsh test a.md` tests it"),
        ("run", "b.yaml", "`load b.yaml` restores it"),
        ("check-syntax", "b.yaml", "`load b.yaml` restores it"),
    ] {
        let (status, _, said) = run(raftsh(&[call, file]).current_dir(&root));
        assert_eq!((status, said.matches("error").count()), (2, 1), "{said}");
        assert!(said.contains(help), "{said}");
    }
}

/// A call without `run` or `-c` gets a tip that shows the right call.
#[test]
fn a_script_or_command_in_place_of_a_subcommand_is_told() {
    let root = directory("bare", &[("script", b"echo a")]);
    for (arguments, tip) in [
        (&["a.raft"][..], Some("tip: to run a script: raftsh run a.raft\n")),
        (&["script"], Some("tip: to run a script: raftsh run script\n")),
        (&["status"], Some("tip: to run a command of the shell: raftsh -c status\n")),
        (
            &["put", "leader", "x=5"],
            Some(
                "tip: to run a command of the shell: raftsh -c 'put [NODE] KEY=VALUE [--wait \
                 [DURATION]] [--client NAME]'\n",
            ),
        ),
        (&["a; b.raft"], Some("tip: to run a script: raftsh run FILE\n")),
        (&["a.md"], Some("tip: to test a tutorial: raftsh test a.md\n")),
        (&["nothing"], None),
    ] {
        let (status, out, said) = run(raftsh(arguments).current_dir(&root));
        assert_eq!((status, out.as_str()), (2, ""), "{arguments:?}");
        assert!(said.contains("unrecognized subcommand"), "{said}");
        assert!(
            tip.map_or(!said.contains("tip:"), |tip| said.contains(tip)),
            "{arguments:?}: {said}"
        );
    }
}

#[test]
fn a_missing_file_is_suggested() {
    let root = directory("near", &[("election.raft", b"echo a"), ("sub/bug.yaml", b"")]);
    for (arguments, error) in [
        (
            &["run", "electoin.raft"][..],
            "cannot read 'electoin.raft': no such file; did you mean 'election.raft'?",
        ),
        (
            &["-c", "source election"],
            "cannot read 'election': no such file; did you mean 'election.raft'?",
        ),
        (
            &["-c", "load sub/bgu.yaml"],
            "cannot read 'sub/bgu.yaml': no such file; did you mean 'sub/bug.yaml'?",
        ),
        (&["run", "xyz"], "cannot read 'xyz': no such file"),
    ] {
        let (status, _, said) = run(raftsh(arguments).current_dir(&root));
        let first = said.lines().next().unwrap_or_default();
        assert_eq!(
            (status, first.split_once("error: ").map(|(_, what)| what)),
            (2, Some(error)),
            "{arguments:?}"
        );
    }
}
