//! Engines: somebody else's Raft in a process of its own. The engines of these tests are small
//! programs for a shell, and the kits in `scripts/engines`.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "processes end in real time"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::call::{raftsh, run};
use crate::surroundings::{Folder, directory};

/// An engine for a shell that answers hello and its start, and then does this at its first timer.
fn engine(then: &str) -> String {
    format!(
        r#"read -r hello; echo '{{"name":"sh","version":"1","protocol":1,"can":[]}}'
read -r start
echo $$ >> pids
echo '{{"out":[{{"set":"election"}}],"state":{{"role":"follower","term":0,"commit":0}}}}'
read -r timer
{then}
"#
    )
}

/// Runs commands with this engine at one node; returns the exit status, both outputs, and the
/// folder.
fn with(name: &str, then: &str, commands: &str) -> ((i32, String, String), Folder) {
    let folder = directory(name, &[("engine.sh", engine(then).as_bytes())]);
    let commands = format!("set engine-timeout 1s; {commands}");
    let mut command = raftsh(&["--nodes", "1", "--engine", "sh engine.sh", "-c", &commands]);
    (run(command.current_dir(&*folder)), folder)
}

/// Waits until none of the processes is there any more whose numbers are in the file `pids`.
fn assert_none_left(folder: &Path) {
    let pids = std::fs::read_to_string(folder.join("pids")).unwrap();
    let is_there = |pid: &&str| {
        let alive = Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status();
        alive.is_ok_and(|status| status.success())
    };
    let began = Instant::now();
    while pids.lines().any(|pid| is_there(&pid)) {
        assert!(began.elapsed() < Duration::from_secs(20), "processes are left: {pids}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whatever a process does halts its node as it should, leaves raftsh in order, and leaves no
/// process behind.
#[test]
fn an_engine_that_fails_halts_its_node() {
    let answer = r#"{"out":[],"state":{"role":"follower","term":0,"commit":0}}"#;
    // Both lines in one write: of two writes, the second may come after the answer was taken.
    let twice = format!("printf '%s\\n%s\\n' '{answer}' '{answer}'; sleep 60");
    for (name, then, halted, status) in [
        ("dies", "echo 'no way' >&2; exit 101", "crashed, exit status 101", 3),
        ("killed", "kill -9 $$", "crashed, signal 9", 3),
        ("hangs", "sleep 60", "hangs", 3),
        ("half", "printf '{\"out\":'; sleep 60", "hangs", 3),
        ("half-dies", "printf '{\"out\":'", "crashed, exit status 0", 3),
        ("closes", "exec >&-; sleep 60", "crashed, it closed its output", 3),
        ("twice", &twice, "more than one line", 2),
        ("floods", "yes", "more than one line", 2),
        (
            "no-end",
            "head -c 20000000 /dev/zero | tr '\\0' a; sleep 60",
            "a line of more than 16 MiB",
            2,
        ),
        ("no-json", "echo hello; sleep 60", "its answer: expected value", 2),
        ("no-out", "echo '{}'; sleep 60", "missing field `out`", 2),
        (
            "write-2",
            r#"echo '{"out":[{"write":2,"term":1,"vote":1}]}'; sleep 60"#,
            "write 2 where write 1 is due",
            2,
        ),
        (
            "after",
            r#"echo '{"out":[{"send":2,"body":0,"after":1}]}'; sleep 60"#,
            "it sends to node 2",
            2,
        ),
        ("apply", r#"echo '{"out":[{"apply":[1]}]}'; sleep 60"#, "it applies entry 1", 2),
        (
            "role",
            r#"echo '{"out":[],"state":{"role":"king","term":0,"commit":0}}'; sleep 60"#,
            "a role called",
            2,
        ),
    ] {
        let ((found, said, errors), folder) = with(name, then, "run 2s; status; engine log n1");
        assert_eq!(found, status, "{name}: {said}{errors}");
        assert!(said.contains("halted") && said.contains(halted), "{name}: {said}{errors}");
        if name == "dies" {
            assert!(said.contains("no way"), "{said}");
        }
        assert_none_left(&folder);
    }
}

/// A halted node starts again from its disk, in a new process.
#[test]
fn a_halted_engine_can_be_restarted() {
    let commands = "set on-violation continue; run 2s; restart n1; status; expect n1.state == up; \
        expect violated engine-alive";
    let ((status, said, errors), folder) = with("again", "exit 1", commands);
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
    assert_none_left(&folder);
}

/// raftsh is killed while its engines hang, and none of them is left.
#[test]
fn no_engine_outlives_raftsh() {
    let folder = directory("outlives", &[("engine.sh", engine("sleep 60").as_bytes())]);
    let call = ["--nodes", "3", "--engine", "sh engine.sh", "-c", "run 5s"];
    let mut command = raftsh(&call);
    let mut child =
        command.current_dir(&*folder).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while !folder.join("pids").exists() {
        assert!(began.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(200));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_none_left(&folder);
}

/// What cannot be an engine is refused, with a status that says whose fault that is.
#[test]
fn what_cannot_run_is_refused() {
    for (arguments, status, message) in [
        (&["--engine", ""][..], 2, "an engine is a command"),
        (&["--engine", "'x"], 2, "a quote in the command does not close"),
        (&["--nodes", "3", "--engine", "n3=sh"], 2, "n1 has no engine"),
        (&["--engine", "/no/such/program"], 1, "could not be started"),
        (&["--engine", "cat"], 2, "broke the protocol: its hello"),
        (&["--engine", "true"], 1, "crashed, exit status 0"),
    ] {
        let (found, said, errors) = run(raftsh(arguments).args(["-c", "status"]));
        assert_eq!(found, status, "{arguments:?}: {said}{errors}");
        assert!(errors.contains(message), "{arguments:?}: {errors}");
    }
}

/// Moves and settings that the protocol has no words for are refused with status 1.
#[test]
fn what_engines_do_not_take_is_refused() {
    for command in [
        "flaw on vote-twice",
        "preload n1 1,1",
        "set batch 10",
        "set pre-vote on",
        "set sessions on",
        "transfer n1",
    ] {
        let ((status, said, errors), _folder) = with("refused", "sleep 1", command);
        assert_eq!(status, 1, "{command}: {said}{errors}");
    }
}

/// The folder of the kits.
fn kits() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/engines")
}

/// Whether a program is there. If not, that is said aloud.
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn has(program: &str, arguments: &[&str]) -> bool {
    let found = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        eprintln!("SKIPPED: {program} {} is missing", arguments.join(" "));
    }
    found
}

fn has_python() -> bool {
    has("python3", &["-c", "import json"])
}

/// The student's Raft passes everything, and does so in the same bytes each time.
#[test]
fn a_student_passes() {
    if !has_python() {
        return;
    }
    let script = kits().join("python/elections.raft");
    let play = || run(&mut raftsh(&["run", &script.to_string_lossy()]));
    let (status, said, errors) = play();
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
    assert!(said.contains("lives lived again: all answers are the same"), "{said}");
    assert_eq!(play().1, said);
}

/// A hunt finds the student's mistake, and nothing in the Raft without it. Its scripts can be run,
/// shrunk ones as well: no storm sets what the engine does not heed.
#[test]
fn a_hunt_finds_the_mistake() {
    if !has_python() {
        return;
    }
    let folder = Folder::new("engine-hunt");
    let hunt = |file: &str, seeds: &str| {
        let engine = format!("python3 {}", kits().join("python").join(file).display());
        let arguments = ["hunt", "--nodes", "3", "--for", "3s", "--first", "--jobs", "1"];
        let mut command = raftsh(&arguments);
        command.args(["--seeds", seeds, "--engine", &engine, "--out", "."]);
        run(command.current_dir(&*folder))
    };
    let (status, said, errors) = hunt("student.py", "1..2");
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
    for seeds in ["1..20", "5..5"] {
        let (status, said, errors) = hunt("mistaken.py", seeds);
        assert_eq!(status, 3, "{said}{errors}");
        let again = run(raftsh(&["run", "vote-up-to-date.raft"]).current_dir(&*folder));
        assert_eq!((again.0, again.2.as_str()), (0, ""), "{seeds}: {said}");
    }
    let shrink = ["shrink", "vote-up-to-date.raft", "--out", "short.raft"];
    let (status, said, errors) = run(raftsh(&shrink).current_dir(&*folder));
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
    let (status, said, errors) = run(raftsh(&["run", "short.raft"]).current_dir(&*folder));
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
}

/// Going back, branches and saved sessions hold engines as they hold raftsh's own nodes.
#[test]
fn time_travel_and_saved_sessions_hold_engines() {
    if !has_python() {
        return;
    }
    let folder = Folder::new("engine-travel");
    let engine = format!("python3 {}", kits().join("python/student.py").display());
    let commands = "run until leader; put x=1 --wait; mark here; run 2s; kill leader; \
        run until leader; put x=2 --wait; goto here; status; put x=3 --wait; branches; \
        switch main; expect committed x=2; save session.yaml; engine verify";
    let mut command = raftsh(&["--nodes", "3", "--engine", &engine, "-c", commands]);
    let (status, said, errors) = run(command.current_dir(&*folder));
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
    let loads = "load session.yaml; expect committed x=2; status";
    let (status, said, errors) = run(raftsh(&["-c", loads]).current_dir(&*folder));
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
    assert!(!said.contains("edited"), "{said}");
}

/// An engine whose answers depend on more than its inputs is found out.
#[test]
fn an_engine_that_is_not_deterministic_is_found() {
    if !has_python() {
        return;
    }
    let text = "import random, sys\nsys.path.insert(0, KIT)\nfrom raftsh_engine import run\n\
        from student import Student\n\
        class Moody(Student):\n    def state(self):\n        \
        return {**super().state(), 'mood': random.random()}\nrun(Moody)\n";
    let kit = format!("{:?}", kits().join("python").to_string_lossy());
    let folder = directory("moody", &[("moody.py", text.replace("KIT", &kit).as_bytes())]);
    let commands = "run until leader; engine verify";
    let mut command = raftsh(&["--nodes", "3", "--engine", "python3 moody.py", "-c", commands]);
    let (status, said, errors) = run(command.current_dir(&*folder));
    assert_eq!(status, 2, "{said}{errors}");
    assert!(said.contains("is not deterministic at input 0 of life 1"), "{said}");
}
