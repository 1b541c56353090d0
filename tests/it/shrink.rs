//! `shrink` and the scripts of hunts: they break the same again, they are short, and threads cannot
//! be seen in them.

use std::fs;

use raftsh::command::rerun::rerun;
use raftsh::language::Status;
use raftsh::raft::Flaw;
use raftsh::search::{Options, Plan, Seeds, hunt};

use crate::call::{raftsh, run};
use crate::flaws;
use crate::surroundings::{Folder, on_one_line};

fn call(arguments: &[&str]) -> (i32, String, String) {
    run(&mut raftsh(arguments))
}

/// The command in the last line of a script, which has a comment.
pub(crate) fn last_command(script: &str) -> &str {
    let last = script.lines().last().unwrap_or_default();
    let (command, comment) = last.split_once('#').unwrap_or_default();
    assert!(!comment.trim().is_empty(), "{script}");
    command.trim_end()
}

/// How many commands a script has.
pub(crate) fn commands(script: &str) -> usize {
    script.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count()
}

/// The scripts of what a hunt finds about a flaw, the same on any number of threads.
fn scripts(name: &str) -> Vec<(String, String, usize)> {
    let flaw = *Flaw::ALL.iter().find(|flaw| flaw.name() == name).unwrap();
    let plan = Plan { flaws: vec![flaw], for_us: 5_000_000, ..Plan::default() };
    let hunted = |jobs| {
        let options = Options { jobs, rerun: Some(rerun), ..Options::default() };
        hunt(&plan, &Seeds::first(12), options, &|| false, |_, _| {}).report.findings
    };
    let found = hunted(1);
    assert_eq!(hunted(2), found);
    found.into_iter().map(|found| (found.property, found.script, found.commands)).collect()
}

#[test]
fn findings_are_short_and_break_again() {
    for name in ["vote-twice", "vote-not-persisted", "truncate-always"] {
        let found = scripts(name);
        assert!(!found.is_empty(), "{name}");
        for (property, script, commands) in found {
            let (_, said, status) = flaws::run(&script);
            assert_eq!(status, Status::Ok, "{name}\n{script}\n{said}");
            assert_eq!(last_command(&script), format!("expect violated {property}"), "{script}");
            assert!(commands <= 40, "{name}: {commands} commands\n{script}");
            assert_eq!(self::commands(&script), commands, "{script}");
        }
    }
}

/// What takes a long storm to find is short, too: leases that are too long only for a clock that
/// runs slowly, for which the script lets time pass; and a change of the members after many others.
#[test]
fn what_is_rare_is_short_too() {
    for (name, seed) in [("lease-without-allowance", 937), ("joint-left-early", 3)] {
        let flaw = *Flaw::ALL.iter().find(|flaw| flaw.name() == name).unwrap();
        let plan = Plan { flaws: vec![flaw], ..Plan::default() };
        let options = Options { jobs: 1, rerun: Some(rerun), ..Options::default() };
        let seeds = Seeds { all: seed..=seed, shard: None };
        let found = hunt(&plan, &seeds, options, &|| false, |_, _| {}).report.findings;
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        assert!(finding.commands <= 30, "{}", finding.script);
        let (_, said, status) = flaws::run(&finding.script);
        assert_eq!(status, Status::Ok, "{}\n{said}", finding.script);
    }
}

#[test]
fn a_script_is_shrunk() {
    let folder = Folder::new("shrink");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let file = |name: &str, text: &str| {
        fs::write(path(name), text).unwrap();
        path(name)
    };
    let long = file(
        "long.raft",
        "cluster 5 --seed 1\nset noop on\nrun until leader\nput leader x=1 --wait\nrun 1s\n\
         set timers off\nkill leader\nflaw on vote-twice\ntimeout live\nsettle\n",
    );
    let out = path("short.raft");
    let (status, said, errors) = call(&["shrink", &long, "--out", &out, "--format", "json"]);
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
    let value: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(value["breaks"], "vote-once");
    let size = |of: &str, what: &str| value[of][what].as_u64().unwrap();
    assert!(size("to", "commands") <= 10 && size("to", "nodes") <= 3, "{said}");
    assert_eq!(size("from", "nodes"), 5);
    assert_eq!(value["script"].as_str().unwrap(), fs::read_to_string(&out).unwrap());
    assert_eq!(call(&["run", &out]).0, 0);
    // What is short already breaks the same, too.
    let (status, again, _) = call(&["shrink", &out]);
    assert!(status == 0 && again.contains("expect violated vote-once"), "{again}");

    let unmet = file(
        "unmet.raft",
        "cluster 3\nrun until leader\nput x=5 --wait\nrun 1s\n\
                     kill n1\nrun 1s\nexpect n2.kv.x == 6\n",
    );
    let (status, said, _) = call(&["shrink", &unmet]);
    assert_eq!((status, last_command(&said)), (0, "expect n2.kv.x == 6"), "{said}");
    let (status, _, said) = call(&["shrink", &file("fine.raft", "run 1s\n")]);
    assert!(status == 1 && on_one_line(&said).contains("nothing is broken"), "{said}");
    let (status, _, said) = call(&["shrink", &file("wrong.raft", "rnu 1s\n")]);
    assert!(status == 2 && on_one_line(&said).contains("cannot be run"), "{said}");
    assert_eq!(call(&["shrink", "missing.raft"]).0, 2);
    assert_eq!(call(&["shrink", &long, "--out", &format!("{long}/x")]).0, 2);

    let (status, said, _) = call(&["-c", &format!("cluster 3; shrink \"{long}\"; status")]);
    assert!(status == 0 && said.contains("expect violated vote-once"), "{said}");
    assert_eq!(call(&["-c", "cluster 3; shrink"]).0, 1);

    // A script that shrinks itself comes to an end.
    let (status, _, said) =
        call(&["run", &file("self.raft", &format!("shrink {}", path("self.raft")))]);
    assert!(status == 2 && on_one_line(&said).contains("cannot shrink another one"), "{said}");
}
