//! Flaws: each is shown by a script of its own, which is safe without the flaw.

use raftsh::check::caught::{CAUGHT, Caught};
use raftsh::console::Output;
use raftsh::language::Status;
use raftsh::raft::Flaw;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};

pub(crate) fn script_of(flaw: Flaw) -> String {
    let path = format!("{}/scripts/flaws/{flaw}.raft", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The same script without the flaw: what had to be violated must be safe, what had to fail must
/// succeed.
fn without(flaw: Flaw, script: &str) -> String {
    let switch = format!("flaw on {flaw}");
    assert_eq!(
        script.lines().filter(|line| line.trim() == switch).count(),
        1,
        "{flaw} is switched on once"
    );
    let mut lines = Vec::new();
    for line in script.lines().filter(|line| line.trim() != switch) {
        lines.push(match line.trim() {
            expected if expected.starts_with("expect violated ") => "expect safe".to_owned(),
            refused if refused.starts_with("!run until ") => refused[1..].to_owned(),
            flawed if flawed.ends_with("# only with the flaw") => format!("!{flawed}"),
            _ => line.to_owned(),
        });
    }
    lines.join("\n")
}

pub(crate) fn run(text: &str) -> (Session, String, Status) {
    let mut session = Session::new(Start::default());
    let mut out = Output::captured(100);
    let mut runner = Runner::new(&mut session, &mut out);
    runner.run(&mut Script::text(Some("t"), text), FailurePolicy::Stop);
    runner.finish();
    let status = runner.worst;
    let said = out.take();
    (session, said, status)
}

/// With the flaw a property is violated, or there is no progress; without it neither happens. The
/// table [`CAUGHT`] says which property, and at which event.
#[test]
fn every_mistake_is_caught_and_its_absence_is_not() {
    let mut measured = Vec::new();
    for &flaw in Flaw::ALL {
        let script = script_of(flaw);
        let (session, said, status) = run(&script);
        assert_eq!(status, Status::Ok, "{flaw}\n{said}");
        let caught = match session.world().violations() {
            [] => Caught::Progress,
            [first, ..] => Caught::By(first.property, first.event),
        };
        let last = script.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        let demanded = if caught == Caught::Progress { "!run until " } else { "expect violated " };
        assert!(last.starts_with(demanded), "{flaw} ends with {last}");
        measured.push((flaw.name(), caught));
        let (session, said, status) = run(&without(flaw, &script));
        assert_eq!(status, Status::Ok, "without {flaw}\n{said}");
        assert_eq!(session.world().violations(), [], "without {flaw}");
    }
    let table: Vec<String> = measured
        .iter()
        .map(|(flaw, caught)| format!("    ({flaw:?}, Caught::{caught:?}),"))
        .collect();
    assert!(measured == CAUGHT, "the table of src/check/caught.rs should be\n{}", table.join("\n"));
}

/// Traces, each with the flaw that it is about.
const TRACES: [(&str, &str); 20] = [
    ("acknowledge-after-sync", "acknowledge-before-sync"),
    ("candidate-viability", "commit-earlier-terms"),
    ("commit-index-never-falls", "commit-assigned"),
    ("commit-needs-a-majority", "commit-on-append"),
    ("duplicate-vote-reply", "votes-counted-by-message"),
    ("earlier-terms-are-not-counted", "commit-earlier-terms"),
    ("follower-commits-what-was-verified", "follower-commits-its-last"),
    ("former-candidate-votes-once", "vote-cleared-on-step-down"),
    ("last-term-before-last-index", "vote-by-last-index"),
    ("late-append-entries-truncates-nothing", "truncate-always"),
    ("leader-counts-itself-after-sync", "leader-counts-unsynced"),
    ("match-is-what-was-verified", "match-is-leaders-last"),
    ("old-leader-is-not-heard", "stale-append-accepted"),
    ("previous-entry-is-checked", "no-previous-check"),
    ("retransmitted-from-the-start", "first-appended-blindly"),
    ("stale-vote-reply", "stale-vote-counted"),
    ("up-to-date-check", "vote-without-log-check"),
    ("vote-first-come", "vote-twice"),
    ("vote-kept-on-append-entries", "vote-cleared-by-append"),
    ("vote-survives-a-crash", "vote-not-persisted"),
];

/// A trace fails if the nodes have the flaw that it is about.
#[test]
fn traces_do_not_survive_the_mistakes_that_they_are_about() {
    for (trace, flaw) in TRACES {
        let path = format!("{}/scripts/traces/{trace}.raft", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let flawed: Vec<String> = text
            .lines()
            .map(|line| match line.starts_with("cluster ") {
                true => format!("{line}; flaw on {flaw}"),
                false => line.to_owned(),
            })
            .collect();
        let (_, said, status) = run(&flawed.join("\n"));
        assert_eq!(status, Status::Expectation, "{trace} with {flaw}\n{said}");
    }
}

/// A leader that is alone is a majority, so it commits an entry at once if a flaw lets it count
/// what is not on its disk.
#[test]
fn a_lonely_leader_counts_itself() {
    for (flaw, noop, entry) in [
        ("leader-counts-unsynced", "off", "run 5ms; put n1 x=1"),
        ("leader-counts-unsynced", "on", "run 5ms"),
        ("commit-on-append", "on", "run 5ms"),
    ] {
        let (_, said, status) = run(&format!(
            "cluster 1; set disk-latency 5ms; set timers off; set noop {noop}; flaw on {flaw}; timeout n1; {entry}
             expect violated committed-on-majority"
        ));
        assert_eq!(status, Status::Ok, "{flaw}, noop {noop}: {said}");
    }
}

/// Every script in `scripts/flaws` has a flaw of its name, and every flaw has a script.
#[test]
fn every_script_has_its_mistake() {
    let folder = format!("{}/scripts/flaws", env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            entry.unwrap().file_name().to_string_lossy().trim_end_matches(".raft").to_owned()
        })
        .collect();
    names.sort();
    let mut flaws: Vec<&str> = Flaw::ALL.iter().map(|flaw| flaw.name()).collect();
    flaws.sort_unstable();
    assert_eq!(names, flaws);
}

/// Switching one flaw leaves the others as they are.
#[test]
fn mistakes_are_switched_one_by_one() {
    let mut flaws = raftsh::raft::Flaws::NONE;
    for &flaw in Flaw::ALL {
        assert!(flaws.set(flaw, true) && !flaws.set(flaw, true) && flaws.has(flaw));
        assert_eq!(flaws.iter().collect::<Vec<_>>(), [flaw]);
        assert!(flaws.set(flaw, false) && flaws.is_empty());
    }
}

/// `status` and `save` label a flawed cluster, so that nobody takes it for a correct one.
#[test]
fn a_flawed_protocol_is_labelled() {
    let (_, said, status) = run("flaw on vote-twice; flaw on commit-on-append; status; save -");
    assert_eq!(status, Status::Ok, "{said}");
    assert!(said.contains("FLAWED: vote-twice, commit-on-append; `flaw` tells more"), "{said}");
    assert!(said.contains("# FLAWED: vote-twice, commit-on-append\nraftsh: 2\n"), "{said}");
    let (_, said, _) = run("flaw on vote-twice; flaw off vote-twice; status; save -");
    assert!(!said.contains("FLAWED"), "{said}");
}

/// What the hint after `flaw on` suggests must be able to reveal the flaw: while timers are off,
/// waiting cannot.
#[test]
fn what_may_bring_it_to_light_is_told() {
    let hint = |before: &str, switch: &str| {
        let mut session = Session::new(Start::default());
        let mut out = Output::captured(200);
        out.hints = true;
        let text = format!("{before}\n{switch} vote-twice");
        Runner::new(&mut session, &mut out).run(&mut Script::text(None, text), FailurePolicy::Stop);
        out.take().lines().last().unwrap_or_default().to_owned()
    };
    assert!(hint("", "flaw on").starts_with("`run 10s` and faults may"));
    assert!(hint("set timers off", "flaw on").starts_with("timers are off: `set timers on` and"));
    assert_eq!(hint("flaw on vote-twice", "flaw off"), "`flaw` lists them all");
}
