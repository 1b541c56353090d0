//! Sessions that are saved and loaded, and scripts and settings files.

mod bad;
mod branches;
mod clones;
pub(crate) mod moves;
mod travel;
mod typed;

use std::path::Path;

use moves::{Dice, random_action, random_settings};
use raftsh::check::Checker;
use raftsh::history::{self, saved};
use raftsh::language::Status;
use raftsh::session::{Session, Start};
use raftsh::sim::{Action, DiskMove, EventRecorder, OnViolation, Range, Setting, World};
use raftsh::word::QuotedWord;

use crate::process::{raftsh, run};
use crate::surroundings::{self, directory};

/// Runs commands on a session; returns their output and their status.
fn say(session: &mut Session, text: &str) -> (String, Status) {
    // A line has room for the path of any file.
    let (said, _, status) = surroundings::say(session, 1_000, text);
    (said, status)
}

/// The session as `save` writes it.
fn saved(session: &mut Session) -> String {
    let (text, status) = say(session, "save -");
    assert_eq!(status, Status::Ok, "{text}");
    text
}

/// Writes a file of a test; returns its name as it is typed.
fn file(directory: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    QuotedWord(path.to_str().unwrap()).to_string()
}

/// A timeline with a checker, as in a session, so that violations are events too.
type Timeline = history::Timeline<Checker>;

/// A timeline after this many random moves.
fn random_timeline(seed: u64, moves: usize) -> Timeline {
    let mut dice = Dice::new(seed);
    let nodes = [1, 2, 3, 5, 7, 101][dice.below(if seed.is_multiple_of(20) { 6 } else { 5 })];
    let settings = random_settings(&mut dice);
    let mut timeline = Timeline::with_settings(nodes, dice.next(), settings);
    for _ in 0..moves {
        let action = random_action(&mut dice, timeline.world());
        // A refused move has changed nothing.
        let _ = timeline.act(action);
        for _ in 0..dice.below(20) {
            timeline.step(u64::MAX);
        }
    }
    timeline
}

/// Any session can be saved, loaded and saved again: the bytes, the journal and the events are the
/// same. As a script it leads to the same events too.
#[test]
fn any_session_comes_back() {
    let root = directory("saved", &[]);
    let (mut accepted, mut longest, mut broken) = (std::collections::BTreeSet::new(), 0, 0);
    for seed in 1..=120 {
        let timeline = random_timeline(seed, 60);
        accepted.extend(timeline.journal().actions().map(|action| moves::place(&action)));
        longest = longest.max(timeline.world().event_count());
        let text = saved::session(timeline.journal()).unwrap();
        let mut session = Session::new(Start::default());
        let name = file(&root, "any.yaml", &text);
        let (said, status) = say(&mut session, &format!("run 1s; load {name}"));
        assert_eq!(status, Status::Ok, "seed {seed}: {said}");
        assert_eq!(session.journal(), timeline.journal(), "seed {seed}");
        let differing = session
            .events()
            .iter()
            .zip(timeline.events().iter())
            .find(|(loaded, made)| loaded != made);
        assert_eq!(differing, None, "seed {seed}");
        assert!(session.events().iter().eq(timeline.events().iter()), "seed {seed}");
        let fingerprint = timeline.world().fingerprint();
        assert_eq!(session.world().fingerprint(), fingerprint, "seed {seed}");
        assert_eq!(saved(&mut session), text, "seed {seed}");
        let violated = !timeline.world().violations().is_empty();
        broken += usize::from(violated);
        let script = saved::script(timeline.journal());
        let mut session = Session::new(Start { nodes: 4, seed: 9, ..Start::default() });
        let (said, status) = say(&mut session, &script);
        assert_eq!(status, Status::Ok, "seed {seed}: {}", crate::process::start(&said));
        assert!(session.events().iter().eq(timeline.events().iter()), "seed {seed}, as a script");
        // A script sets `on-violation continue`, whatever the session had set.
        let goes_on = |world: &World| {
            let mut world = world.clone();
            let go_on = Action::Set(Setting::OnViolation(OnViolation::Continue));
            world.apply(go_on, &mut EventRecorder::new(())).unwrap();
            world.fingerprint()
        };
        assert_eq!(goes_on(session.world()), goes_on(timeline.world()), "seed {seed}, as a script");
    }
    assert_eq!(accepted.len(), moves::PLACES, "a move never was possible");
    assert!(longest > 1_000 && broken > 3, "{longest} events, {broken} with a violation");
}

/// A move that is refused, or that asks for what is so already, leaves the world unchanged; a move
/// that reports a change has changed it.
#[test]
fn only_what_changes_something_leaves_a_trace() {
    let (mut refused, mut idle) = (0, 0);
    for seed in 1..=60 {
        let (mut dice, mut timeline) = (Dice::new(seed), random_timeline(seed, 20));
        for _ in 0..60 {
            let before = timeline.world().fingerprint();
            let action = random_action(&mut dice, timeline.world());
            let changed = timeline.act(action.clone()).map(|applied| applied.changed);
            assert_eq!(timeline.world().clone().fingerprint(), timeline.world().fingerprint());
            let left = timeline.world().fingerprint() != before;
            // Reading a whole disk changes nothing, but it is an event.
            let told = changed == Ok(true)
                || matches!(action, Action::Disk(_, DiskMove::Scrub)) && changed.is_ok();
            assert_eq!(left, told, "seed {seed}: {action}: {changed:?}");
            refused += u32::from(changed.is_err());
            idle += u32::from(changed == Ok(false));
        }
    }
    assert!(refused > 100 && idle > 100, "{refused} refused, {idle} idle");
}

/// After `load` a session continues as if it had never been interrupted.
#[test]
fn a_loaded_session_goes_on() {
    let root = directory("saved-on", &[]);
    let (first, rest) = (
        "run until leader; put leader x=5; run 10ms; hold",
        "run 300ms; drop --all; release; run 1s",
    );
    let mut whole = Session::new(Start { nodes: 3, seed: 7, ..Start::default() });
    say(&mut whole, first);
    let name = file(&root, "on.yaml", saved(&mut whole));
    say(&mut whole, rest);
    let mut loaded = Session::new(Start::default());
    let (said, status) = say(&mut loaded, &format!("load {name}; {rest}"));
    assert_eq!(status, Status::Ok, "{said}");
    assert_eq!(loaded.journal(), whole.journal());
    assert!(loaded.events().iter().eq(whole.events().iter()));
    assert_eq!(loaded.world().fingerprint(), whole.world().fingerprint());
    // `cluster` still makes the cluster that raftsh started with.
    say(&mut loaded, "cluster");
    assert_eq!((loaded.journal().nodes, loaded.journal().seed), (5, 1));
}

/// The script of a session with violations expects each one where it happened: it passes as it is,
/// and fails if they do not happen.
#[test]
fn a_script_says_what_broke() {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    say(
        &mut session,
        "flaw on vote-twice; set timers off; timeout n1,n2; settle; expect violated vote-once; put n1 x=1",
    );
    say(
        &mut session,
        "run 1s; expect violated election-safety; set on-violation continue; run 1s; kill n3",
    );
    let (script, status) = say(&mut session, "save --script -");
    assert_eq!(status, Status::Ok, "{script}");
    let after =
        |line: &str| script.lines().skip_while(|other| *other != line).nth(1).map(str::to_owned);
    assert!(script.starts_with("cluster 3 --seed 1 --set on-violation=continue\n"), "{script}");
    assert_eq!(after("settle --steps 5").as_deref(), Some("expect violated vote-once"), "{script}");
    assert!(after("expect violated election-safety").is_some(), "{script}");
    let run = |script: &str| {
        let mut again = Session::new(Start::default());
        let (said, status) = say(&mut again, script);
        (said, status, again)
    };
    let (said, status, again) = run(&script);
    assert_eq!(status, Status::Ok, "{said}");
    assert!(again.events().iter().eq(session.events().iter()));
    let correct = script.replace("flaw on vote-twice\n", "");
    let unsaid = script.replace("expect violated election-safety\n", "");
    assert!(correct != script && unsaid != script, "{script}");
    for other in [correct, unsaid] {
        let (said, status, _) = run(&other);
        assert_eq!(status, Status::Expectation, "{said}");
    }
}

/// A `settle` that gave up has changed the cluster all the same; a script has to expect that it
/// fails.
#[test]
fn what_gave_up_is_saved_as_such() {
    let root = directory("saved-gave-up", &[]);
    let mut timeline = Timeline::new(101, 1);
    let all = timeline.world().nodes();
    let rounds = (0..11).flat_map(|_| [Action::Timeout(all), Action::Wait(1)]);
    let first =
        [Action::Set(Setting::Timers(false)), Action::Set(Setting::DiskLatency(Range::exactly(0)))];
    let hold = [Action::Hold(all, all)].into_iter().chain(rounds);
    for action in
        first.into_iter().chain(hold).chain([Action::Release(all, all), Action::Settle(None, None)])
    {
        timeline.act(action.clone()).unwrap_or_else(|refused| panic!("{action}: {refused}"));
    }
    assert_eq!(timeline.journal().moves().filter(|made| made.gave_up).count(), 1);
    let script = saved::script(timeline.journal());
    assert!(script.ends_with("\n!settle\n"));
    let name = file(&root, "x.yaml", saved::session(timeline.journal()).unwrap());
    for text in [format!("load {name}"), script] {
        let mut session = Session::new(Start::default());
        let (said, status) = say(&mut session, &text);
        assert_eq!(status, Status::Ok, "{}", crate::process::start(&said));
        assert_eq!(session.journal(), timeline.journal());
    }
}

/// The word `none` is an ordinary value where it is quoted.
#[test]
fn a_key_may_hold_the_word_none() {
    let mut session = Session::new(Start { nodes: 1, ..Start::default() });
    let (said, status) = say(
        &mut session,
        "run until leader; put n1 x=none --wait; cas n1 x \"none\" 1 --wait; expect n1.kv.x == 1
         cas n1 y none 2 --wait; expect n1.kv.y == 2; !cas n1 y none 3 --wait; !cas n1 y 'none' 3 --wait
         put n1 none=none --wait; cas n1 none 'none' none --wait; !cas n1 'none' none 3 --wait",
    );
    assert_eq!(status, Status::Ok, "{said}");
}

/// A move that does not fit into a line is refused, and long lists become several moves.
#[test]
fn every_move_is_a_line() {
    let root = directory("saved-lines", &[]);
    let mut session = Session::new(Start { nodes: 1, ..Start::default() });
    let backslashes = "\\".repeat(40_000);
    let (said, status) = say(&mut session, &format!("run until leader; put n1 x={backslashes}"));
    assert_eq!(status, Status::Usage, "{said}");
    let text = "cluster 101; hold; repeat 3 { timeout all; run 5ms }; drop --all";
    let (said, status) = say(&mut session, text);
    assert_eq!(status, Status::Ok, "{}", crate::process::start(&said));
    assert!(
        session.journal().actions().filter(|action| action.to_string().starts_with("drop")).count()
            > 1
    );
    let before: Vec<_> = session.journal().moves().collect();
    let name = file(&root, "x.yaml", saved(&mut session));
    assert_eq!(say(&mut session, &format!("load {name}")).1, Status::Ok);
    assert!(session.journal().moves().eq(before));
}

#[test]
fn settings_of_a_process() {
    let root = directory("saved-config", &[]);
    std::fs::write(
        root.join("c.yaml"),
        "# fast\nnodes: 3\nseed: 7\nlatency: 1ms\nloss: 5%\nelection-timeout: 1s\n",
    )
    .unwrap();
    let call = |arguments: &[&str]| run(raftsh(arguments).current_dir(&root), b"");
    let config = &["--config", "c.yaml", "-q"];
    let made =
        call(&[config, &["-c", "run 3s; save s.yaml; save --script s.raft; history"][..]].concat());
    assert_eq!((made.status, made.err.as_str()), (Some(0), ""));
    assert!(made.out.lines().next().unwrap().starts_with("  1000.000ms"), "{}", made.out);
    // The saved session loads, and the script runs, without the settings file.
    let loaded = call(&["-q", "-c", "load s.yaml; history; save t.yaml"]);
    assert!(made.out.ends_with(&loaded.out), "{}", loaded.said());
    let bytes = |name: &str| std::fs::read(root.join(name)).unwrap();
    assert_eq!(bytes("s.yaml"), bytes("t.yaml"));
    assert_eq!(call(&["-q", "run", "s.raft"]).status, Some(0));
    let script = String::from_utf8(bytes("s.raft")).unwrap();
    assert!(script.starts_with(
        "cluster 3 --seed 7 --set election-timeout=1s --set latency=1ms --set loss=5%\n"
    ));
    std::fs::write(root.join("h.raft"), script + "history\n").unwrap();
    assert!(call(&["-q", "run", "h.raft"]).out.ends_with(&loaded.out));
    // The command line overrides the file, and `cluster` uses the settings of the file.
    let nodes = |arguments: &[&str]| {
        let text = call(&[config, arguments, &["-c", "cluster; save -"]].concat()).out;
        text.lines().take(5).map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(nodes(&[]), "raftsh: 2 nodes: 3 seed: 7 settings:   election-timeout: 1s");
    assert_eq!(
        nodes(&["--nodes", "4", "--seed", "8"]),
        "raftsh: 2 nodes: 4 seed: 8 settings:   election-timeout: 1s"
    );
    for (text, error) in [
        ("latancy: 5ms\n", "error: bad.yaml:1: unknown key 'latancy'; did you mean 'latency'?"),
        ("nodes: 3\nnodes: 102\n", "error: bad.yaml:2: 'nodes' is given twice"),
        ("nodes: 102\n", "error: bad.yaml:1: a cluster has 1 to 101 nodes, not 102"),
        (
            "\nheartbeat: fast\n",
            "error: bad.yaml:2: 'fast' is not a duration; write it as 500us, 150ms, 2s, 5m, 10h \
             or 1m30s",
        ),
    ] {
        std::fs::write(root.join("bad.yaml"), text).unwrap();
        for call_of in [&["-c", "echo no"][..], &["check-syntax", "s.raft"]] {
            let ended = call(&[&["--config", "bad.yaml"], call_of].concat());
            assert_eq!((ended.status, ended.out.as_str()), (Some(2), ""), "{text}");
            assert_eq!(ended.err.lines().next(), Some(error));
        }
    }
    std::fs::write(root.join("bad.yaml"), "#".repeat(256 * 1024 + 1)).unwrap();
    for (name, error) in [
        ("bad.yaml", "error: cannot read 'bad.yaml': it is larger than 256 KiB\n"),
        ("none.yaml", "error: cannot read 'none.yaml': no such file\n"),
        (".", "error: cannot read '.': is a directory\n"),
    ] {
        let ended = call(&["--config", name, "-c", "echo no"]);
        assert_eq!((ended.status, ended.err.as_str()), (Some(2), error));
    }
}

#[test]
fn standard_streams() {
    let root = directory("saved-streams", &[]);
    let text = run(&mut raftsh(&["-q", "-c", "step 9; save -"]), b"").out;
    let text = &text[text.find("raftsh: 2").unwrap()..];
    let load = |arguments: &[&str], input: &str| {
        run(raftsh(arguments).current_dir(&root), input.as_bytes())
    };
    assert_eq!(load(&["-q", "-c", "load -; save -"], text).out, text);
    let ended = load(&["-c", "load -"], "");
    assert_eq!(
        (ended.status, ended.err.contains("<stdin>: this is not a saved session")),
        (Some(2), true)
    );
    for arguments in [&[][..], &["run", "-"]] {
        let ended = load(arguments, "load -\n");
        assert_eq!(ended.status, Some(2));
        assert!(
            ended.err.contains("standard input is taken: commands are read from it"),
            "{}",
            ended.err
        );
    }
}

#[test]
fn what_is_forgotten_can_be_had_again() {
    let root = directory("saved-history", &[]);
    let mut session = Session::new(Start::default());
    say(&mut session, "set history 10; run 1s");
    let kept = session.events().iter().count();
    let (said, _) = say(&mut session, "history --last 1");
    assert!(
        kept == 10 && said.contains("are no longer kept") && said.contains("--since start"),
        "{said}"
    );
    let (said, _) = say(&mut session, "history --last 1 --since 999ms");
    assert!(!said.contains("no longer kept"), "{said}");
    let text = saved(&mut session).replace("- set history 10\n", "");
    let name = file(&root, "h.yaml", text);
    let (said, status) = say(&mut session, &format!("load {name}; history --since 1 --last 1"));
    assert_eq!((status, session.events().forgotten()), (Status::Ok, 0), "{said}");
    assert!(!said.contains("no longer kept"));
}
