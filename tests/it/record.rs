//! `raftsh record`: a session from a pipe becomes a tutorial that passes. (For a terminal see
//! `prompt`.)

use std::fs;
use std::path::Path;

use crate::call;
use crate::process::{raftsh, run};
use crate::surroundings::directory;

/// Records these lines; returns the status and all output.
fn record(root: &Path, arguments: &[&str], lines: &str) -> (i32, String) {
    let ended = run(raftsh(&["record"]).args(arguments).current_dir(root), lines.as_bytes());
    (ended.status.unwrap(), ended.said())
}

fn passes(root: &Path, file: &str) {
    let (status, said, errors) = call::run(call::raftsh(&["test", file]).current_dir(root));
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
}

const SESSION: &str = "status
run until leader
klil n2; echo discarding

put leader x=1 --wait
repeat 2 {
  echo hi
}
echo \"raft> x\"; echo '```'; echo ...
source part.raft
repeat 3 { klil }
# a remark
quit
";

#[test]
fn a_session_from_a_pipe() {
    let root = directory("record/pipe", &[("deep/part.raft", b"echo part\nexpect no-leader\n")]);
    let (status, said) = record(&root, &["deep/a.md"], SESSION);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("9 commands in deep/a.md; `raftsh test deep/a.md` runs it"), "{said}");
    let text = fs::read_to_string(root.join("deep/a.md")).unwrap();
    for piece in [
        "```raftsh\nraft> status\nt=0",
        "raft> repeat 2 {\n....>   echo hi\n....> }\nhi\nhi\n",
        "\n[..]raft> x\n[..]```\n[..]...\n",
        "raft> source part.raft\npart\npart.raft:2:1: error: expected `no-leader`, found n3 as \
         leader\n",
        "\nraft> # a remark\n```\n",
    ] {
        assert!(text.contains(piece), "{piece}\n{text}");
    }
    assert!(
        !text.contains("unheard\nunheard") && !text.contains("quit") && !text.contains("<stdin>"),
        "{text}"
    );
    passes(&root, "deep/a.md");
}

#[test]
fn what_would_not_be_taken_for_a_tutorial_is_not_written() {
    let root = directory("record/name", &[]);
    for name in ["a.txt", "md", "a.raft", "-"] {
        let (status, said) = record(&root, &[name], "status\n");
        assert_eq!(status, 2, "{name}: {said}");
        assert!(said.contains(&format!("error: '{name}' is not named like a tutorial")), "{said}");
        assert!(!root.join(name).exists(), "{name}");
    }
}

#[test]
fn the_cluster_that_it_begins_with_is_part_of_it() {
    let root = directory("record/start", &[("fast.yaml", b"latency: 1ms\nloss: 5%\n")]);
    let options = ["a.md", "--nodes", "3", "--seed", "7", "--config", "fast.yaml"];
    let (status, said) = record(&root, &options, "run until leader\nstatus\n");
    assert_eq!(status, 0, "{said}");
    let text = fs::read_to_string(root.join("a.md")).unwrap();
    assert!(
        text.starts_with("```raftsh\nraft> cluster 3 --seed 7 --set latency=1ms --set loss=5%\n"),
        "{text}"
    );
    passes(&root, "a.md");
}

#[test]
fn nothing_that_is_there_is_lost() {
    let root = directory("record/there", &[("a.md", b"# Mine"), ("b.md", b"")]);
    let (status, said) = record(&root, &["a.md"], "echo a\n");
    assert_eq!(status, 2);
    assert!(said.contains("error: 'a.md' exists already") && said.contains("--append"), "{said}");
    for file in ["a.md", "b.md"] {
        assert_eq!(record(&root, &["--append", file], "kill n1\n").0, 0);
        assert_eq!(record(&root, &["--append", file], "expect n1.state == up\n").0, 0);
        passes(&root, file);
    }
    let text = fs::read_to_string(root.join("a.md")).unwrap();
    assert!(text.starts_with("# Mine\n\n```raftsh reset\nraft> kill n1\n"), "{text}");
    assert!(text.ends_with("```\n\n```raftsh reset\nraft> expect n1.state == up\n```\n"), "{text}");
}

#[test]
fn what_cannot_be_written_is_said() {
    let root = directory("record/wrong", &[("folder.md/x", b"")]);
    for (arguments, piece) in [
        (&["no/such/folder.md"][..], "error: cannot write 'no/such/folder.md': no such file"),
        (&["--append", "missing.md"], "error: cannot write 'missing.md': no such file"),
        (&["folder.md"], "error: 'folder.md' exists already"),
        (&["--quiet", "a.md"], "error: --quiet and --format json do not go together with record"),
        (
            &["--format", "json", "a.md"],
            "error: --quiet and --format json do not go together with record",
        ),
        (&[], "error: "),
    ] {
        let (status, said) = record(&root, arguments, "echo a\n");
        assert_eq!(status, 2, "{said}");
        assert!(said.starts_with(piece), "{said}");
    }
    // A session without commands records nothing.
    for lines in ["", "\n\n", "quit\n"] {
        let (status, said) = record(&root, &["a.md"], lines);
        assert_eq!((status, said.as_str()), (0, "nothing was typed, so a.md was not written\n"));
        assert!(!root.join("a.md").exists());
    }
}
