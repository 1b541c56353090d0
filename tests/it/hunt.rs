//! Hunts: neither threads nor shards can be seen in a report, findings break again what they broke,
//! storms are survived by a correct cluster, and hostile calls end clearly.

use std::fs;

use raftsh::check::property;
use raftsh::console::{Output, json};
use raftsh::language::Status;
use raftsh::raft::Flaw;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::search::coverage::MARKS;
use raftsh::search::storm::trouble::{Trouble, Troubles};
use raftsh::search::{Hunted, Options, Plan, Report, Seeds, Shard, broken_by, hunt, merge};
use raftsh::session::{Session, Start};
use raftsh::sim::Setting;

use crate::call::{raftsh, run};
use crate::flaws;
use crate::schedules::seeds;
use crate::shrink::{commands, last_command};
use crate::surroundings::{Folder, on_one_line};

fn flawed(name: &str, seconds: u64) -> Plan {
    let flaw = Flaw::ALL.iter().copied().find(|flaw| flaw.name() == name).unwrap();
    Plan { flaws: vec![flaw], for_us: seconds * 1_000_000, ..Plan::default() }
}

fn hunted(plan: &Plan, seeds: &Seeds, options: Options) -> Report {
    let Hunted { report, is_interrupted, .. } = hunt(plan, seeds, options, &|| false, |_, _| {});
    assert!(!is_interrupted);
    report
}

fn all_of(to: u64) -> Seeds {
    Seeds::first(to)
}

/// The report of a hunt is the same bytes on 1, 2 and 7 threads, and if shards are merged.
#[test]
fn threads_and_shards_leave_no_trace() {
    let plan = flawed("vote-without-log-check", 4);
    for all in [false, true] {
        let options = |jobs| Options { first: false, all, jobs, rerun: None };
        let whole = json::line(&hunted(&plan, &all_of(30), options(1)));
        assert!(whole.contains("vote-up-to-date"), "{whole}");
        for jobs in [2, 7] {
            assert_eq!(json::line(&hunted(&plan, &all_of(30), options(jobs))), whole);
        }
        for of in [1, 3] {
            let shard = |is| {
                let seeds = Seeds { shard: Some(Shard { is, of }), ..all_of(30) };
                let line = json::line(&hunted(&plan, &seeds, options(2)));
                (format!("{is}.json"), json::read::<Report>(&line).unwrap())
            };
            // They are merged in any order.
            let shards: Vec<_> = (1..=of).rev().map(shard).collect();
            assert_eq!(json::line(&merge(&shards).unwrap()), whole);
        }
    }
}

/// `--first` ends at the lowest seed that breaks something, on any number of threads.
#[test]
fn the_first_finding_ends_a_hunt() {
    let plan = flawed("commit-earlier-terms", 5);
    let lowest = (1..).find(|seed| !broken_by(&plan, *seed).is_empty()).unwrap();
    for jobs in [1, 7] {
        let options = Options { first: true, all: false, jobs, rerun: None };
        let report = hunted(&plan, &all_of(1_000), options);
        assert_eq!((report.seeds.done, report.findings[0].seed), (lowest, lowest));
    }
}

/// A hunt that is stopped reports the unbroken run of seeds from the first.
#[test]
fn a_stopped_hunt_reports_what_it_has() {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    let asked = AtomicUsize::new(0);
    let stop = || asked.fetch_add(1, SeqCst) > 40;
    let plan = Plan { for_us: 1_000_000, ..Plan::default() };
    let options = Options { jobs: 2, ..Options::default() };
    let Hunted { report, is_interrupted, .. } =
        hunt(&plan, &all_of(1_000), options, &stop, |_, _| {});
    assert!(is_interrupted && report.seeds.done < 1_000);
    let same = hunted(&plan, &all_of(report.seeds.done), Options::default());
    assert_eq!((report.coverage, report.simulated_us), (same.coverage, same.simulated_us));
}

/// Scripts of findings pass, name their property in their last line, and break nothing without the
/// flaw.
#[test]
fn findings_break_again_what_they_broke() {
    for (name, seconds, tried) in [
        ("vote-twice", 5, 8),
        ("commit-earlier-terms", 5, 12),
        ("stale-append-accepted", 10, 12),
        ("truncate-always", 5, 8),
        ("acknowledge-before-sync", 5, 6),
        ("timeouts-not-random", 30, 10),
        ("first-appended-blindly", 20, 12),
        ("read-before-applied", 60, 5),
    ] {
        let report = hunted(&flawed(name, seconds), &all_of(tried), Options::default());
        assert!(!report.is_safe(), "{name}: found nothing");
        for found in &report.findings {
            let (session, said, status) = flaws::run(&found.script);
            assert_eq!(status, Status::Ok, "{name}\n{}\n{said}", found.script);
            let demanded = format!("expect violated {}", found.property);
            assert_eq!(last_command(&found.script), demanded, "{}", found.script);
            let violations = session.world().violations();
            assert!(violations.iter().any(|broken| broken.property == found.property));
            assert_eq!(found.commands, commands(&found.script));
        }
    }
}

/// What chance alone hardly brings about: a node that is left behind while the others have slow
/// timers, and leaders whose answers come late while they hold a lease.
#[test]
fn storms_reach_rare_states() {
    for (name, seed, property) in [
        ("timer-reset-by-anything", 284, "progress"),
        ("lease-begins-with-answer", 374, "read-current"),
    ] {
        assert_eq!(broken_by(&flawed(name, 60), seed), [property], "{name}");
    }
}

/// No storm makes a correct cluster violate anything, and after nearly every one it makes progress.
#[test]
fn correct_clusters_survive_storms() {
    let plan = Plan { for_us: 4_000_000, ..Plan::default() };
    let report = hunted(&plan, &all_of(seeds() / 10), Options::default());
    let scripts: Vec<_> = report.findings.iter().map(|found| &found.script).collect();
    assert!(report.is_safe(), "{scripts:?}");
    let mended = report.coverage.iter().find(|one| one.name == "mended").unwrap().count;
    assert_eq!(mended + report.not_judged, report.seeds.done);
    assert!(report.not_judged * 10 <= report.seeds.done, "{} not judged", report.not_judged);
}

/// Storms bring about everything that is counted.
#[test]
fn storms_reach_every_mark() {
    let plan = Plan { for_us: 8_000_000, ..Plan::default() };
    let report = hunted(&plan, &all_of(180), Options::default());
    let never: Vec<_> = report.coverage.iter().filter(|one| one.count < 3).collect();
    assert!(never.is_empty(), "{never:?}");
    assert_eq!(report.coverage.len(), MARKS.len());
}

/// Without faults nothing is lost or cut, and nobody crashes. Damage that nothing survives is made
/// only if it is named.
#[test]
fn storms_use_what_they_may() {
    let count = |report: &Report, name: &str| {
        report.coverage.iter().find(|one| one.name == name).unwrap().count
    };
    let plan = |faults: &str| Plan {
        troubles: Troubles::read(faults).unwrap(),
        for_us: 4_000_000,
        ..Plan::default()
    };
    let calm = hunted(&plan("none"), &all_of(12), Options::default());
    for mark in ["crashes", "halts", "pauses", "messages_lost", "messages_cut", "records_damaged"] {
        assert_eq!(count(&calm, mark), 0, "{mark}");
    }
    assert!(calm.is_safe() && count(&calm, "requests_done") > 50);
    let kills = hunted(&plan("kill"), &all_of(12), Options::default());
    assert!(count(&kills, "crashes") > 0 && count(&kills, "messages_lost") == 0);
    let unsafe_ones = |trouble: &&Trouble| !trouble.is_recoverable();
    for trouble in Trouble::ALL.iter().filter(unsafe_ones) {
        assert!(!Troubles::recoverable().has(*trouble));
    }
    // Disks that lie lose what was committed.
    let lies = hunted(&plan("lie,kill"), &all_of(60), Options::default());
    assert!(!lies.is_safe());
}

/// What somebody chose stays; the rest is drawn.
#[test]
fn what_was_chosen_stays() {
    let say = |session: &mut Session, text: &str| {
        let mut out = Output::captured(100);
        let mut runner = Runner::new(session, &mut out);
        runner.run(&mut Script::text(None, text), FailurePolicy::Stop);
        (runner.worst, out.take())
    };
    let mut session = Session::new(Start::default());
    assert_eq!(Plan::of(&session), Plan::default());
    say(&mut session, "cluster 5; set batch 64; set latency 3ms; flaw on vote-twice");
    let plan = Plan::of(&session);
    let names: Vec<_> = plan.chosen.iter().map(Setting::name).collect();
    assert_eq!((plan.nodes, names), (Some(5), vec!["latency", "batch"]));
    assert_eq!(plan.flaws[0].name(), "vote-twice");
    say(&mut session, "cluster; set heartbeat 60ms n2,n3");
    let plan = Plan::of(&session);
    assert_eq!((plan.nodes, plan.own.len(), plan.flaws.len()), (Some(5), 1, 0));
    let before = session.world().fingerprint();
    let (status, said) =
        say(&mut session, "hunt 4 --for 2s; hunt 2 --for 1s --faults none --clients 0");
    assert_eq!((status, session.world().fingerprint()), (Status::Ok, before), "{said}");
    assert!(said.contains("clusters of 5 nodes") && said.contains("no faults"), "{said}");
    let (status, said) = say(&mut session, "cluster 3; flaw on vote-twice; hunt 8 --for 5s");
    assert_eq!(status, Status::Expectation, "{said}");
    assert!(said.contains("\nexpect violated vote-once "), "{said}");
    for wrong in
        ["hunt 0", "hunt x", "hunt 2 --faults thunder", "hunt --for 0", "hunt --clients 101"]
    {
        assert_eq!(say(&mut session, wrong).0, Status::Usage, "{wrong}");
    }
}

fn call(arguments: &[&str]) -> (i32, String, String) {
    run(&mut raftsh(arguments))
}

#[test]
fn the_call_writes_reports_and_scripts() {
    let folder = Folder::new("hunt-reports");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let script = path("flawed.raft");
    fs::write(&script, "cluster 3\nset noop off\nflaw on vote-twice\n").unwrap();
    let common = ["hunt", &script, "--seeds", "1..9", "--for", "3s", "--format", "json"];
    let (status, whole, said) = call(&common);
    assert_eq!((status, said.as_str()), (3, ""));
    let value: serde_json::Value = serde_json::from_str(&whole).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 15, "{keys:?}");
    assert_eq!((&value["nodes"], &value["settings"]["noop"]), (&3.into(), &"off".into()));
    assert_eq!(value["flaws"][0], "vote-twice");
    let files = ["1/2", "2/2"].map(|shard| {
        let (_, report, _) = call(&[&common[..], &["--shard", shard]].concat());
        let file = path(&format!("{}.json", &shard[..1]));
        fs::write(&file, report).unwrap();
        file
    });
    let (out, junit) = (path("found"), path("hunt.xml"));
    let merge = ["hunt", "--merge", &files[1], &files[0], "--format", "json"];
    let (status, merged, _) = call(&[&merge[..], &["--out", &out, "--junit", &junit]].concat());
    assert_eq!((status, &merged), (3, &whole));
    let (status, ..) = call(&["run", &format!("{out}/vote-once.raft")]);
    assert_eq!(status, 0);
    let xml = fs::read_to_string(junit).unwrap();
    assert_eq!(xml.matches("<testcase ").count(), property::ALL.len());
    assert!(xml.contains("name=\"vote-once\">\n      <failure type=\"expectation\""), "{xml}");
    let (status, _, said) = call(&["hunt", "--merge", &files[0]]);
    assert!(status == 2 && said.contains("shard 2/2 is missing"), "{said}");
    let (status, _, said) = call(&["hunt", "--merge", &files[0], &files[0], &files[1]]);
    assert!(status == 2 && said.contains("there twice"), "{said}");
    let edited =
        fs::read_to_string(&files[0]).unwrap().replace("\"noop\":\"off\"", "\"noop\":\"on\"");
    let other = path("other.json");
    fs::write(&other, edited).unwrap();
    let (status, _, said) = call(&["hunt", "--merge", &other, &files[1]]);
    assert!(status == 2 && on_one_line(&said).contains("their settings differ"), "{said}");
    let (status, _, said) = call(&["hunt", "--merge", &script]);
    assert!(status == 2 && said.contains("no report of a hunt"), "{said}");
}

#[test]
fn hostile_calls_end_clearly() {
    let folder = Folder::new("hunt-hostile");
    let script = |name: &str, text: &str| {
        let file = folder.join(name);
        fs::write(&file, text).unwrap();
        file.to_string_lossy().into_owned()
    };
    let seeded = script("seeded.raft", "cluster 3 --seed 1\n");
    let endless = script("endless.raft", "repeat 1000000 { echo a }\n");
    let long = script("long.raft", "run 1000h\n");
    let failing = script("failing.raft", "put leader x=1\n");
    let itself = script("itself.raft", "hunt 1000000\n");
    let file = script("file", "");
    let inside = format!("{file}/out");
    for (arguments, why) in [
        (vec!["--jobs", "0"], "at least 1 thread is needed"),
        (vec!["--first", "--shard", "1/2"], "cannot be used with"),
        (vec!["--shard", "3/2"], "a shard is I/M"),
        (vec!["--seeds", "9..1"], "larger than the last"),
        (vec!["--faults", "kil"], "did you mean 'kill'"),
        (vec!["--out", &inside], "cannot write"),
        (vec!["--junit", &inside], "cannot write"),
        (vec!["--seed", "3"], "a hunt tries many seeds"),
        (vec![&seeded], "names a seed"),
        (vec![&endless], "more than 10000 commands"),
        (vec![&long], "more than 1000000 steps"),
        (vec![&failing], "there is no leader now"),
        (vec![&itself], "hunts itself"),
        (vec!["missing.raft"], "no such file"),
        (vec!["--junit", "-", "--format", "json"], "both write to standard output"),
    ] {
        let (status, out, said) = call(&[&["hunt"], &arguments[..]].concat());
        assert!(status == 2 && out.is_empty(), "{arguments:?}: {said}");
        assert!(on_one_line(&said).contains(why), "{arguments:?}: {said}");
    }
    let (status, out, _) = call(&[
        "hunt",
        "--seeds",
        "0..18446744073709551615",
        "--first",
        "--for",
        "1s",
        "--jobs",
        "2",
        &script("twice.raft", "flaw on vote-twice"),
    ]);
    assert!(status == 3 && out.contains("VIOLATED vote-once"), "{out}");
}
