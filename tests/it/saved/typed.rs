//! Saved sessions hold the commands as they were typed, and can be edited.

use raftsh::language::Status;
use raftsh::session::{Session, Start};

use super::moves::Dice;
use super::{file, saved, say};
#[cfg(unix)]
use crate::prompt::person::Desk;
use crate::surroundings::{directory, on_one_line};

/// A session after these lines were typed. Some may have failed.
fn typed(text: &str) -> Session {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    for line in text.lines() {
        say(&mut session, line);
    }
    session
}

/// The lines below `moves:` of a saved session.
fn moves(text: &str) -> Vec<&str> {
    let lines = text.lines().skip_while(|line| !line.starts_with("moves:")).skip(1);
    lines.take_while(|line| line.starts_with("- ")).collect()
}

#[test]
fn what_changed_something_is_kept_as_it_was_typed() {
    for (text, expected) in [
        ("status; run until leader; logs; expect leader", &["- run until leader"][..]),
        ("put leader x=5", &[]),
        (
            "run until leader; put  leader   x=5 # five",
            &["- run until leader", "- put  leader   x=5"],
        ),
        (
            "run until leader; put leader 'a b'=\"c: d\"",
            &["- run until leader", "- \"put leader 'a b'=\\\"c: d\\\"\""],
        ),
        ("kill n2; kill n2; kill n2,n3", &["- kill n2", "- kill n2,n3"]),
        ("!run until leader within 1ms", &["- \"!run until leader within 1ms\""]),
        ("run until leader within 1ms", &["- \"!run until leader within 1ms\""]),
        ("!kill n2\nkill n3", &["- kill n2", "- kill n3"]),
        ("run 0s; step 0; heal; set loss 0%; flaw; set ascii on", &[]),
        (
            "repeat 2 { step; repeat 2 { step 2 } }",
            &["- step", "- step 2", "- step 2", "- step", "- step 2", "- step 2"],
        ),
        (
            "partition n1 | n2,n3; set noop on; flaw on vote-twice",
            &["- partition n1 | n2,n3", "- set noop on", "- flaw on vote-twice"],
        ),
        ("step 5; cluster 2; run 1ms; disk scrub all", &["- run 1ms", "- disk scrub all"]),
        (
            "flaw on vote-twice; set timers off; timeout n1,n2; run 5s",
            &[
                "- flaw on vote-twice",
                "- set timers off",
                "- timeout n1,n2",
                "- {do: \"run 5s\", steps: 2, us: 1902}",
            ],
        ),
    ] {
        let mut session = typed(text);
        let text_saved = saved(&mut session);
        let found = moves(&text_saved);
        let alike = |(found, expected): (&&str, &&str)| {
            let known = |line: &str| line.split(", steps").next().unwrap_or_default().to_owned();
            known(found) == known(expected)
        };
        assert!(
            found.len() == expected.len() && found.iter().zip(expected).all(alike),
            "{text}: {found:?}"
        );
    }
}

/// Saves a session, loads it and saves it again: everything must be equal.
fn comes_back(session: &mut Session, what: &str) -> String {
    let root = directory("typed", &[]);
    let text = saved(session);
    let name = file(&root, "x.yaml", &text);
    let mut loaded = Session::new(Start::default());
    let (said, status) = say(&mut loaded, &format!("load {name}"));
    assert_eq!(status, Status::Ok, "{what}: {said}\n{text}");
    assert!(!said.contains("edited"), "{what}: {said}");
    assert!(loaded.events().iter().eq(session.events().iter()), "{what}");
    assert_eq!(loaded.journal(), session.journal(), "{what}");
    assert_eq!(saved(&mut loaded), text, "{what}");
    text
}

#[test]
fn a_command_that_was_cut_short_is_as_long_again() {
    let mut session = typed(
        "flaw on vote-twice; set timers off; timeout n1,n2; run 5s; status
         run 5s\nput n1 x=1 --wait\nsettle\nstep 50\nset timers on\nstep 7\nrun 1s\nkill n3\nrun until n3.state == up within 50ms",
    );
    let text = comes_back(&mut session, "violations");
    assert!(text.matches("- {do: ").count() >= 2, "{text}");
    // Without the flaw nothing is violated. Each command still goes as far as before, and no
    // further.
    let root = directory("typed-cut", &[]);
    let name = file(
        &root,
        "x.yaml",
        text.replace("- flaw on vote-twice\n", "").replace("# FLAWED: vote-twice\n", ""),
    );
    let mut edited = Session::new(Start::default());
    let (said, status) = say(&mut edited, &format!("load --keep-going {name}; violations"));
    assert_eq!(status, Status::Ok, "{said}");
    assert!(
        said.contains("edited, or another version") && said.contains("no property was violated"),
        "{said}"
    );
    let cuts = |text: &str| {
        moves(text)
            .iter()
            .filter(|line| line.contains("{do:"))
            .map(|line| line.to_string())
            .collect::<Vec<_>>()
    };
    let steps = |line: &String| {
        line.split("steps: ").nth(1).map(|rest| rest.split(',').next().unwrap().to_owned())
    };
    let (before, after) = (cuts(&text), cuts(&saved(&mut edited)));
    assert_eq!(
        before.iter().filter_map(steps).collect::<Vec<_>>()[0],
        after.iter().filter_map(steps).collect::<Vec<_>>()[0]
    );
}

/// After a line is deleted from a saved session, the rest runs without it.
#[test]
fn a_line_that_is_taken_out_never_happened() {
    let root = directory("typed-edited", &[]);
    let mut session = typed(
        "run until leader; put leader x=5 --wait\nkill leader; run until leader; put leader x=6 --wait; restart all; run 1s; kill n3",
    );
    let text = saved(&mut session);
    for (line, holds) in [
        ("- kill n3\n", "expect all.state == up"),
        ("- put leader x=6 --wait\n", "expect not leader.kv.x == 6"),
        ("- kill leader\n", "expect not n3.state == up"),
    ] {
        assert_eq!(text.matches(line).count(), 1, "{line}{text}");
        let name = file(&root, "x.yaml", text.replace(line, ""));
        let mut loaded = Session::new(Start::default());
        let (said, status) = say(&mut loaded, &format!("load {name}; {holds}"));
        assert_eq!(status, Status::Ok, "{line}{said}");
        assert!(
            said.contains(
                "the session ends differently than when it was saved: edited, or another version"
            ),
            "{said}"
        );
    }
    // A command that fails now: `load` refuses the file and names the line, or skips it.
    let edited =
        text.replace("- run until leader\n- put leader x=5 --wait\n", "- put leader x=5 --wait\n");
    let at = edited.lines().position(|line| line == "- put leader x=5 --wait").unwrap() + 1;
    let name = file(&root, "y.yaml", edited);
    let mut loaded = Session::new(Start { nodes: 2, ..Start::default() });
    let (said, status) = say(&mut loaded, &format!("load {name}"));
    assert_eq!((status, loaded.world().cluster_size()), (Status::Failed, 2), "{said}");
    assert!(said.contains(&format!("y.yaml:{at}: there is no leader now")), "{said}");
    assert!(said.contains("`load --keep-going FILE` skips such lines"), "{said}");
    let (said, status) =
        say(&mut loaded, &format!("load --keep-going {name}; expect leader.last == 1"));
    assert_eq!(status, Status::Ok, "{said}");
    assert!(
        said.contains(&format!("skipped line {at}, put leader x=5 --wait: there is no leader now")),
        "{said}"
    );
    // A command with `!` that does not fail is an error as well.
    let text = saved(&mut typed("!run until leader within 1ms"));
    let name = file(&root, "z.yaml", text.replace("within 1ms", "within 5s"));
    let (said, status) = say(&mut loaded, &format!("load {name}"));
    assert_eq!(status, Status::Expectation, "{said}");
    let (said, status) = say(&mut loaded, &format!("load --keep-going {name}; expect time < 1ms"));
    assert_eq!(status, Status::Ok, "what is left out has not happened: {said}");
}

/// Random commands of all kinds. Many of them fail.
#[test]
fn any_commands_come_back() {
    let words = [
        "step",
        "step 7",
        "run 20ms",
        "run until leader",
        "run until n1.term >= 3 within 400ms",
        "put leader x=1",
        "put leader y=2 --wait",
        "get n1 x --wait 50ms",
        "cas leader x 1 2",
        "kill leader",
        "kill n2",
        "restart down",
        "restart n1",
        "cut n1 n2",
        "isolate leader",
        "heal",
        "partition n1 | n2,n3",
        "pause n3",
        "resume all",
        "settle",
        "timeout n2",
        "tick leader",
        "deliver n1 n2",
        "drop n2 n3",
        "drop --all",
        "hold n1 n3",
        "release",
        "dup n1 n2",
        "corrupt n3",
        "disk cut n1",
        "disk restore all",
        "disk sync n1",
        "disk slow n2 20ms",
        "disk lose n2",
        "set loss 10%",
        "set timers off",
        "set timers on",
        "set on-violation continue",
        "flaw on vote-twice",
        "flaw on commit-on-append",
        "flaw off vote-twice",
        "set crash-tail any",
        "status",
        "expect leader",
        "delay n1 n2 20ms",
        "duplicate 20% all all",
        "set disk-latency 0us",
    ];
    let (mut failed, mut cut) = (0, 0);
    for seed in 1..=150 {
        let mut dice = Dice::new(seed);
        let mut session = Session::new(Start { nodes: 3, seed, ..Start::default() });
        if seed % 2 == 0 {
            say(
                &mut session,
                "flaw on vote-twice; flaw on commit-on-append; run until leader; timeout down; timeout n1; timeout n2",
            );
        }
        for _ in 0..25 {
            say(&mut session, words[dice.below(words.len())]);
        }
        let text = comes_back(&mut session, &format!("seed {seed}"));
        failed += text.matches("- \"!").count();
        cut += text.matches("- {do:").count();
    }
    assert!(failed > 50 && cut > 20, "{failed} failed, {cut} were cut short");
}

/// Version 1 lists moves of the world. Its `run` lets time pass without events.
#[test]
fn the_first_version_is_read() {
    let root = directory("typed-first", &[]);
    let text = "raftsh: 1\nnodes: 3\nseed: 7\nsettings:\n  noop: on\nmoves:\n- run 10ms\n- step 30\n- kill n2\n- set timers off\n- timeout n3\n- settle --steps 3\n...\n";
    let name = file(&root, "one.yaml", text);
    let mut session = Session::new(Start::default());
    let (said, status) = say(&mut session, &format!("load {name}"));
    assert_eq!((status, session.world().cluster_size()), (Status::Ok, 3), "{said}");
    assert!(!said.contains("edited"), "{said}");
    let actions: Vec<String> =
        session.journal().actions().map(|action| action.to_string()).collect();
    assert_eq!(
        actions,
        ["run 10ms", "step 30", "kill n2", "set timers off", "timeout n3", "settle --steps 3"]
    );
    comes_back(&mut session, "a session of the first version");
}

/// `load` and `source`, given the wrong kind of file, name the command that takes it.
#[test]
fn a_script_is_no_session() {
    let root = directory("typed-kinds", &[]);
    let mut session = typed("run until leader; kill leader");
    let script = file(&root, "a.raft", "");
    let (said, status) = say(&mut session, &format!("save {script}"));
    assert_eq!(status, Status::Ok, "{said}");
    let text = std::fs::read_to_string(root.join("a.raft")).unwrap();
    assert!(text.starts_with("cluster 3 --seed 1\nstep "), "{text}");
    let (said, status) = say(&mut session, &format!("load {script}"));
    let said = on_one_line(&said);
    assert!(status == Status::Usage && said.contains("` runs it"), "{said}");
    let yaml = file(&root, "a.yaml", saved(&mut session));
    let (said, status) = say(&mut session, &format!("source {yaml}"));
    let said = on_one_line(&said);
    assert!(status == Status::Usage && said.contains("is a saved session, not a script"), "{said}");
}

/// A command that Ctrl-C cut short goes just as far when it is loaded.
#[cfg(unix)]
#[test]
fn what_was_interrupted_is_as_long_again() {
    let desk = Desk::new("typed-interrupted");
    let mut person = desk.sits_down();
    person.presses("run 9000h\r");
    person.reads("Ctrl-C stops");
    person.drops();
    person.asks("save x.yaml", &["saved 1 move to x.yaml"]);
    person.asks("load x.yaml", &["loaded 1 move from x.yaml"]);
    person.gives("save y.yaml");
    let text = |name: &str| std::fs::read_to_string(desk.home.join(name)).unwrap();
    assert_eq!(text("x.yaml"), text("y.yaml"));
    assert!(text("x.yaml").contains("- {do: \"run 9000h\", steps: "), "{}", text("x.yaml"));
}
