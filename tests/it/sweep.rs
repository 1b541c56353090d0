//! `stopwatch`, `measure` and `raftsh sweep`: the report is the same on any number of threads and
//! for shards joined, failed seeds are left out, and what is measured agrees with what is known.

use std::fs;

use raftsh::console::Output;
use raftsh::language::Status;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};

use serde_json::json;

use crate::call::{raftsh, run};
use crate::surroundings::{Folder, on_one_line};

fn call(arguments: &[&str]) -> (i32, String, String) {
    run(&mut raftsh(arguments))
}

fn file(folder: &Folder, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

const ELECTION: &str = "run until leader\nstopwatch\nkill leader\nrun until leader\n\
                        measure election\nmeasure term leader.term\nmeasure size 5\n";

#[test]
fn a_session_measures() {
    let mut out = Output::captured(100);
    let mut session = Session::new(Start::default());
    let mut say = |text: &str| {
        let mut runner = Runner::new(&mut session, &mut out);
        runner.run(&mut Script::text(None, text), FailurePolicy::Stop);
        (runner.worst, out.take() + &out.take_errors())
    };
    for (typed, status, says) in [
        ("measure a", Status::Failed, "the stopwatch is not set"),
        ("run 1s; stopwatch", Status::Ok, "stopwatch set at 1000.000ms"),
        ("run 250ms; measure a", Status::Ok, "a: 250ms"),
        ("measure a 7", Status::Ok, "a: 7"),
        ("measure b.c-d_9 1m30s", Status::Ok, "b.c-d_9: 90s"),
        ("measure up up", Status::Ok, "up: 5"),
        ("measure n count(all.role == follower)", Status::Ok, "n: 4"),
        ("measure t leader.term", Status::Ok, "t: 1"),
        ("measure t n9.term", Status::Failed, "unknown node 'n9'"),
        ("measure t n1.kv.x", Status::Failed, "not a number"),
        ("put x=12 --wait; measure x leader.kv.x", Status::Ok, "x: 12"),
        ("measure t n1.role", Status::Usage, "neither a number nor a duration"),
        ("measure t 5 6", Status::Usage, ""),
        ("measure a,b 5", Status::Usage, "is no name"),
        ("measure", Status::Usage, ""),
        ("goto 500ms; measure a", Status::Failed, "later than this moment"),
        ("cluster 3; measure a", Status::Failed, "the stopwatch is not set"),
    ] {
        let (found, said) = say(typed);
        assert_eq!(found, status, "{typed}: {said}");
        assert!(on_one_line(&said).contains(says), "{typed}: {said}");
    }
    let noted: Vec<(String, u64)> =
        session.take_measures().into_iter().map(|measure| (measure.name, measure.value)).collect();
    let noted: Vec<(&str, u64)> =
        noted.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let expected =
        [("a", 250_000), ("a", 7), ("b.c-d_9", 90_000_000), ("up", 5), ("n", 4), ("t", 1)];
    assert_eq!((&noted[..6], &noted[6..]), (&expected[..], &[("x", 12)][..]));
}

#[test]
fn threads_and_shards_do_not_show() {
    let folder = Folder::new("sweep");
    let script = file(&folder, "election.raft", ELECTION);
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let sweep = |more: &[&str]| {
        let common = ["sweep", &script, "--seeds", "3..40", "--format", "json"];
        let (status, report, said) = call(&[&common[..], more].concat());
        assert_eq!((status, said.as_str()), (0, ""));
        report
    };
    let whole = sweep(&["--jobs", "1", "--csv", &path("whole.csv")]);
    for jobs in ["2", "7"] {
        assert_eq!(sweep(&["--jobs", jobs]), whole);
    }
    let value: serde_json::Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(value["seeds"], json!({"from": 3, "to": 40, "done": 38}));
    assert_eq!((&value["shard"], &value["failed"]), (&json!(null), &json!([])));
    let names: Vec<&str> = value["measures"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(names, ["election", "term", "size"]);
    let (election, size) = (&value["measures"][0], &value["measures"][2]);
    assert_eq!(
        (&election["count"], &size["mean"], &size["p99"]),
        (&38.into(), &5.into(), &5.into())
    );
    let lines = |name: &str| -> Vec<String> {
        fs::read_to_string(path(name)).unwrap().lines().map(str::to_owned).collect()
    };
    let mut all = lines("whole.csv");
    assert_eq!(all.len(), 3 * 38);
    // The report says of the values in the file what can be counted there.
    let mut values: Vec<u64> =
        all.iter().filter_map(|line| line.split_once(",election,")?.1.parse().ok()).collect();
    values.sort_unstable();
    assert_eq!((&election["p50"], &election["p90"]), (&values[18].into(), &values[34].into()));
    let mut joined = Vec::new();
    for shard in 1..=3 {
        let (of, csv) = (format!("{shard}/3"), path("shard.csv"));
        sweep(&["--shard", &of, "--csv", &csv]);
        joined.extend(lines("shard.csv"));
    }
    all.sort();
    joined.sort();
    assert_eq!(joined, all);
    let (status, text, _) = call(&["sweep", &script, "--seeds", "1..20", "--plot"]);
    assert!(status == 0 && text.contains(" p50 ") && text.contains("up to here"), "{text}");
}

#[test]
fn seeds_that_fail_are_left_out() {
    let folder = Folder::new("sweep-fails");
    let script = format!("{ELECTION}expect leader.term == 2\n");
    let script = file(&folder, "fails.raft", &script);
    let (status, report, _) =
        call(&["sweep", &script, "--seeds", "1..60", "--format", "json", "--jobs", "2"]);
    let value: serde_json::Value = serde_json::from_str(&report).unwrap();
    let failed = value["failed"].as_array().unwrap();
    assert!(status == 3 && !failed.is_empty() && failed.len() < 60, "{report}");
    assert_eq!(value["measures"][1]["most"], 2, "a failed seed measures nothing");
    assert_eq!(value["measures"][0]["count"], 60 - failed.len());
    assert!(failed[0]["error"].as_str().unwrap().contains(":8: expected `leader.term == 2`"));
    for seed in failed.iter().map(|failed| failed["seed"].to_string()) {
        assert_eq!(call(&["run", &script, "--seed", &seed]).0, 3);
    }
    let (status, text, _) = call(&["sweep", &script, "--seeds", "1..60"]);
    assert!(status == 3 && text.contains("failed and left out"), "{text}");
}

#[test]
fn hostile_sweeps_end_clearly() {
    let folder = Folder::new("sweep-hostile");
    let script = |name: &str, text: &str| file(&folder, name, text);
    let plain = script("plain.raft", "measure a 1\n");
    let inside = format!("{plain}/out.csv");
    for (arguments, status, why) in [
        (vec![script("a.raft", "cluster 3 --seed 1\n").as_str()], 2, "names a seed"),
        (vec![&script("b.raft", "cluster 3 --seed=1\n")], 2, "names a seed"),
        (vec![&script("c.raft", "load x.yaml\n")], 2, "a seed of its own"),
        (vec![&script("d.raft", "repeat 2 { save x.yaml }\n")], 2, "contains `save`"),
        (vec![&script("e.raft", "hunt 2\n")], 2, "contains `hunt`"),
        (vec![&plain, "--csv", &inside], 2, "cannot write"),
        (vec![&plain, "--jobs", "0"], 2, "at least 1 thread"),
        (vec![&plain, "--seeds", "9..1"], 2, "larger than the last"),
        (vec![&plain, "--seed", "3"], 2, "many seeds"),
        (vec!["missing.raft"], 2, "no such file"),
        (vec![], 2, "SCRIPT"),
    ] {
        let (found, out, said) = call(&[&["sweep"], &arguments[..]].concat());
        assert_eq!((found, out.as_str()), (status, ""), "{arguments:?}: {said}");
        assert!(on_one_line(&said).contains(why), "{arguments:?}: {said}");
    }
    let nothing = script("nothing.raft", "run 1s\n");
    let (status, out, _) = call(&["sweep", &nothing, "--seeds", "1..2"]);
    assert!(status == 0 && out.contains("nothing was measured"), "{out}");
}

/// The medians of figure 16 whose distributions are narrow, and how often the vote is split.
/// `scripts/figures/compare` compares all of them, with more runs.
#[test]
fn published_numbers() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/figures/");
    let sweep = |name: &str, seeds: &str, more: &[&str]| {
        let script = format!("{root}{name}");
        let common = ["sweep", &script, "--seeds", seeds, "--format", "json"];
        let (status, report, said) = call(&[&common[..], more].concat());
        assert_eq!((status, said.as_str()), (0, ""));
        serde_json::from_str::<serde_json::Value>(&report).unwrap()
    };
    let figure = sweep("figure-16.raft", "1..40", &[]);
    for (name, paper_us) in [("150-200", 147_000), ("12-24", 30_000)] {
        let measures = figure["measures"].as_array().unwrap();
        let found = measures.iter().find(|one| one["name"] == name).unwrap();
        let median_us = found["p50"].as_u64().unwrap();
        let (low, high) = (paper_us * 85 / 100, paper_us * 115 / 100);
        assert!((low..=high).contains(&median_us), "{name}: {median_us}");
    }
    let folder = Folder::new("sweep-splits");
    let csv = folder.join("splits.csv").to_string_lossy().into_owned();
    sweep("split-votes.raft", "1..400", &["--csv", &csv]);
    let lines = fs::read_to_string(&csv).unwrap();
    for percent in [5, 10, 20, 30] {
        let values = lines.lines().filter_map(|line| {
            line.split_once(&format!(",term-{percent},"))?.1.parse::<u64>().ok()
        });
        let (splits, all) = values
            .fold((0u32, 0u32), |(splits, all), term| (splits + u32::from(term > 2), all + 1));
        let l = f64::from(percent) / 100.0;
        let r = 1.0 - l;
        let formula = 6.0 * l * l * r * r + 4.0 * l * l * l * r + l * l * l * l;
        let found = f64::from(splits) / f64::from(all);
        let tolerance = 4.0 * (formula * (1.0 - formula) / f64::from(all)).sqrt();
        assert!(all == 400 && (found - formula).abs() <= tolerance, "{percent}: {found} {formula}");
    }
}
