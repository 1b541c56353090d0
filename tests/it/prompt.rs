//! A person at a terminal: the first minutes with raftsh, keys, pastes, windows, history.
#![cfg(unix)]

mod display;
mod earlier;
pub(crate) mod person;
mod reading;
mod sending;
mod window;

use person::{Desk, Person};
use window::Window;

use crate::call;

const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const CTRL_P: &str = "\x10";

fn sits_down(name: &str) -> Person {
    Desk::new(name).sits_down()
}

#[test]
fn the_first_minutes() {
    let mut person = sits_down("first");
    person.sees("greeting");
    // A newcomer asks before there is a leader; the error says why that fails and what to do.
    person.asks("put n1 x=5", &["n1 is not the leader", "run until leader"]);
    person.asks("status", &["no leader", "5 of 5 up", "follower", "n5"]);
    person.asks("klil n1", &["unknown command 'klil'", "did you mean 'kill'?"]);
    person.asks("run until leader", &["became candidate", "became leader of term 1", " after "]);
    person.asks(
        "put leader x=5",
        &["op1", "put x=5", "not committed yet", "run until op != pending"],
    );
    person.asks("step 10", &["AppendEntries", "#"]);
    person.asks("run until op != pending", &["answered op1: ok", " after "]);
    person.asks("logs", &["put x=5", "committed and applied", "index"]);
    person.asks("kill leader", &["is down (was leader of term 1)", "restart"]);
    assert!(person.line().contains(" no leader@1 4/5 raft> "), "{}", person.line());
    person.asks("run until leader", &["became leader of term", "4 of 5 up"]);
    person.asks("restart down", &["started from its disk: term 1"]);
    person.asks("history --last 3", &["ms", "#"]);
    person.asks("history", &["was killed", "accepted op1: put x=5", "commit index rose to 1"]);
    person.asks("help", &["put", "kill", "run", "conditions"]);
    person
        .asks("help put", &["KEY=VALUE", "raft> put n1 x=5", "raft> put x=5 --wait", "'a value'"]);
    person.asks("expect no-leader", &["expected `no-leader`, found n1 as leader"]);
    person.presses("quit\r");
    person.sees_it_end(0);
}

#[test]
fn the_prompt_shows_the_cluster() {
    let mut person = sits_down("glance");
    assert_eq!(person.line().trim_end(), "t=0 no leader 5/5 raft>");
    person.gives("run until leader");
    assert!(person.line().contains("@1 5/5 raft> "), "{}", person.line());
    person.gives("kill all");
    assert!(person.line().contains(" no leader 0/5 raft> "), "{}", person.line());
    person.gives("cluster 3");
    assert_eq!(person.line().trim_end(), "t=0 no leader 3/3 raft>");
}

#[test]
fn the_prompt_is_red_once_a_property_is_violated() {
    let mut person = Desk { no_color: false, ..Desk::new("violated") }.sits_down();
    person.gives("flaw on vote-not-persisted");
    let line = person.coloured_line();
    assert!(line.contains("{yellow 1} {yellow flaw} raft>"), "{line}");
    person.gives("run until violated durable-before-reply");
    let line = person.coloured_line();
    assert!(line.contains("{red 1} {red flaw} {red 1} {red violated} {red raft>}"), "{line}");
}

#[test]
fn an_interrupted_run_keeps_the_cluster() {
    let mut person = sits_down("interrupt");
    person.asks("cluster 101", &["fresh cluster of 101 nodes"]);
    person.asks("run until leader", &[" after "]);
    person.types("run 10000h");
    person.presses("\r");
    person.waits_until("the run to begin", |person| {
        let screen = person.screen().join("\n");
        screen.split("run 10000h").nth(1).is_some_and(|below| below.contains('#'))
    });
    person.presses(CTRL_C);
    person.waits_until("the next prompt", |person| person.line().contains("raft>"));
    let answer = person.answer();
    assert!(answer.contains("interrupted after ") && answer.contains("interrupted"), "{answer}");
    person.asks("status n1", &["101 of 101 up", "leader"]);
    person.asks("expect leader and time > 0us", &[]);
    person.asks("put leader x=5 --wait", &["op1: ok"]);
    // A Ctrl-C for one run does not interrupt the next.
    person.asks("run 1s", &["ran "]);
    person.presses(CTRL_D);
    person.sees_it_end(0);
}

#[test]
fn a_long_run_tells_how_far_it_has_come() {
    let mut person = sits_down("progress");
    person.gives("cluster 5; run until leader; run 1s");
    person.types("run 10000h");
    person.presses("\r");
    person.waits_until("how far it has come", |person| {
        person
            .screen()
            .last()
            .is_some_and(|row| row.contains(" of 10000h00m, ") && row.contains("Ctrl-C stops"))
    });
    person.presses(CTRL_C);
    person.waits_until("the next prompt", |person| person.line().contains("raft>"));
    // The progress line is gone.
    let screen = person.screen().join("\n");
    assert!(
        screen.contains("\ninterrupted after ") && !screen.contains("Ctrl-C stops"),
        "{screen}"
    );
}

/// One line says what happened. At the prompt, a second one suggests what to try next; scripts
/// print only the first.
#[test]
fn each_change_suggests_what_to_do_next() {
    let commands = [
        "cluster 3",
        "set heartbeat 40ms",
        "run until leader",
        "put leader x=5",
        "run 1s; kill leader",
        "restart down",
        "pause n1",
        "resume n1",
        "isolate n1",
        "heal",
        "delay n1 n2 5ms",
        "hold n1 n2",
        "release",
        "timeout n1",
        "corrupt n2",
        "disk cut n2",
        "flaw on vote-not-persisted",
        "save a.yaml",
        "load a.yaml",
    ];
    let desk = Desk::new("next");
    let mut person = desk.sits_down();
    for command in commands {
        let answer = person.gives(command);
        assert!(answer.lines().rev().take(2).any(|line| line.contains('`')), "{command}\n{answer}");
    }
    let script = call::run(call::raftsh(&["-c", &commands.join("; ")]).current_dir(&desk.home));
    assert_eq!((script.0, script.1.contains('`')), (0, false), "{}{}", script.1, script.2);
}

#[test]
fn a_hint_is_not_given_for_ever() {
    let mut person = sits_down("hints");
    person.gives("run until leader");
    let given =
        |person: &mut Person| person.gives("put leader x=1").contains("waits for the outcome");
    assert_eq!([(); 4].map(|()| given(&mut person)), [true, true, true, false]);
}

#[test]
fn ctrl_c_drops_the_line_and_ctrl_d_leaves() {
    let mut person = sits_down("control");
    person.types("kill all");
    person.drops();
    person.asks("status", &["5 of 5 up"]);
    // In an open block, Ctrl-C drops the whole block.
    person.gives("repeat 2 {");
    person.gives("kill all");
    person.drops();
    assert_eq!(person.answer(), "");
    person.asks("status", &["5 of 5 up"]);
    // Where there is nothing to drop, the user probably wants to leave.
    person.drops();
    assert!(person.answer().contains("Ctrl-D or `quit` leaves"), "{}", person.answer());
    person.presses(CTRL_D);
    person.sees_it_end(0);
}

#[test]
fn a_block_spans_lines() {
    let mut person = sits_down("block");
    for line in ["repeat 2 {", "repeat 2 {", "echo one\"\"two", "}"] {
        person.gives(line);
        assert_eq!(person.line().trim_end(), "....>");
    }
    let answer = person.gives("}");
    assert_eq!(answer.matches("onetwo").count(), 4, "{answer}");
    // A failure drops the rest of the line, not the session.
    let answer = person.asks("klil; echo never", &["unknown command"]);
    assert!(!answer.contains("\nnever"), "{answer}");
    person.presses("quit\r");
    person.sees_it_end(0);
}

#[test]
fn history_survives() {
    let desk = Desk::new("history");
    let mut person = desk.sits_down();
    person.asks("echo remembered", &["remembered"]);
    person.asks(" echo secret", &["secret"]);
    person.presses(CTRL_D);
    person.sees_it_end(0);
    let kept = std::fs::read_to_string(desk.home.join(".local/state/raftsh/history")).unwrap();
    assert!(kept.contains("echo remembered") && !kept.contains("secret"), "{kept}");
    let mut person = desk.sits_down();
    // The line before, from the last session: the one that begins with a blank was not kept.
    person.presses(CTRL_P);
    person.waits_until("the line before", |person| person.line().contains("echo remembered"));
    assert_eq!(person.gives(""), "remembered");
}

/// All lines count that come faster than they are answered, as from a terminal without bracketed
/// paste.
#[test]
fn what_is_typed_ahead_is_not_lost() {
    let mut person = sits_down("ahead");
    person.presses("echo on'e'\recho tw'o'\rrepeat 2 {\recho thre'e'\r}\recho fou'r'\r");
    for word in ["one", "two", "three\nthree", "four"] {
        person.reads(word);
    }
    person.waits_for_prompt(7);
    person.presses(CTRL_D);
    person.sees_it_end(0);
}

/// With bracketed paste, the pasted lines are one edit, which one Enter runs, and an empty line
/// among them repeats nothing.
#[test]
fn a_pasted_script_runs_as_a_script() {
    let mut person = sits_down("paste");
    let script = "# a story\r\rstep\r\r\rrepeat 2 {\r  step\r}\r\r";
    person.presses(&format!("\x1b[200~{script}\x1b[201~"));
    person.waits_until("the paste", |person| person.screen().iter().any(|row| row == "}"));
    person.gives("");
    person.asks("history", &["#1 "]);
    let count = person.gives("expect messages == 99");
    assert!(count.contains("found"), "{count}");
    person.asks("run until leader", &["elected after "]);
    let steps = person.screen().join("\n");
    assert!(steps.contains("raft> "), "{steps}");
}

#[test]
fn an_empty_line_steps_again() {
    let mut person = sits_down("again");
    let first = person.gives("step");
    person.ponders();
    let second = person.gives("");
    assert!(second.starts_with("step\n") && second != first, "{second}");
    // What was repeated can be repeated again, with its number.
    person.ponders();
    assert!(person.gives("").starts_with("step\n"));
    person.asks("3 s", &[]);
    person.ponders();
    assert!(person.gives("").starts_with("repeat 3 { step }\n"));
    // A command that only looks is not repeated, and ends the repetition.
    person.gives("status");
    person.ponders();
    assert_eq!(person.gives(""), "");
    // A line with several commands is not repeated either.
    person.gives("step; step");
    person.ponders();
    assert_eq!(person.gives(""), "");
}

#[test]
fn short_words_count_at_the_prompt_only() {
    let mut person = sits_down("short");
    person.asks("st", &["no leader, 5 of 5 up"]);
    person.asks(
        "re n1",
        &["error: 're' is ambiguous", "commands are redo, release, repeat, restart, resume"],
    );
    person.asks("k n1; 2 sta n2", &["n1 is down", "n2"]);
    person.asks("!k n9", &["failed as expected: unknown node"]);
    person.asks("help prompt", &["Short names of commands: ", "s step, r run"]);
    let script = Desk::new("short-script");
    std::fs::write(script.home.join("a.raft"), "st\n").unwrap();
    let mut person = script.sits_down();
    person
        .asks("source a.raft", &["a.raft:1:1: error: unknown command 'st'", "short for `status`"]);
}

#[test]
fn an_interactive_session_begins_with_init_raft() {
    let desk = Desk::new("init");
    let directory = desk.home.join(".config/raftsh");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("init.raft"), "cluster 3\necho 'at your service'\n").unwrap();
    let mut person = desk.sits_down();
    assert!(person.screen()[1..].contains(&"at your service".to_owned()), "{:?}", person.screen());
    assert!(!person.screen()[2..].join("").contains('`'), "{:?}", person.screen());
    person.asks("status", &["3 of 3 up"]);
    // An error in it is shown, and the prompt comes all the same.
    std::fs::write(directory.join("init.raft"), "cluster 3\nklil\necho never\n").unwrap();
    let mut person = desk.sits_down();
    // The name of the file may be so long that the terminal breaks the line after it.
    let words = person.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("error: unknown command 'klil'") && !words.contains(" never"),
        "{words}"
    );
    person.presses(CTRL_D);
    person.sees_it_end(0);
    // `--no-init` leaves it out, and scripts never read it.
    let arguments = vec!["--no-init".to_owned()];
    let mut person =
        Desk { home: desk.home.clone(), arguments, ..Desk::new("init-not") }.sits_down();
    person.asks("status", &["5 of 5 up"]);
    let arguments = ["-c", "status"].map(String::from).to_vec();
    let mut person = Desk { home: desk.home.clone(), arguments, ..Desk::new("init-c") }.starts();
    person.reads("5 of 5 up");
    person.sees_it_end(0);
}

/// raftsh ends when its terminal is closed, at the prompt and in the middle of a run, even if no
/// signal reports it.
#[test]
fn a_closed_terminal_ends_it() {
    for keys in ["", "repeat 1000000 { echo on; run 1s }\r"] {
        let mut window = Window::opens();
        window.reads("raft> ");
        window.presses(keys);
        if !keys.is_empty() {
            window.reads("ran 1s (");
        }
        window.closes();
    }
}

#[test]
fn a_session_is_recorded_as_it_is_typed() {
    let mut desk = Desk::new("record");
    desk.arguments = ["record", "told.md"].map(String::from).to_vec();
    let mut person = desk.sits_down();
    person.gives("run until leader");
    person.gives("s"); // short for `step`
    person.ponders();
    person.gives(""); // an empty line repeats it
    person.gives("put leader x=1"); // the hint of the prompt is not recorded
    person.gives("klil");
    person.gives("repeat 2 {");
    person.drops();
    // The file is complete after every command.
    let told = || std::fs::read_to_string(desk.home.join("told.md")).unwrap();
    assert!(
        told().ends_with("error: unknown command 'klil'; did you mean 'kill'?\nklil\n^~~~\n```\n"),
        "{}",
        told()
    );
    person.gives("repeat 2 {");
    person.gives("step");
    person.gives("}");
    person.gives("status");
    // A test cannot interrupt a run at the same place again, so the record ends there.
    person.types("run 10000h");
    person.presses("\r");
    person.waits_until("the run to begin", |person| {
        let screen = person.screen().join("\n");
        screen.split("run 10000h").nth(1).is_some_and(|below| below.contains('#'))
    });
    person.presses(CTRL_C);
    person.reads("the recording ends here");
    person.gives("echo unheard");
    person.presses("quit\r");
    person.sees_it_end(0);
    let told = told();
    let commands: Vec<&str> = told
        .lines()
        .filter(|line| line.starts_with("raft> ") || line.starts_with("....> "))
        .collect();
    let expected = [
        "raft> run until leader",
        "raft> step",
        "raft> step",
        "raft> put leader x=1",
        "raft> klil",
        "raft> repeat 2 {",
        "....> step",
        "....> }",
        "raft> status",
    ];
    assert_eq!(commands, expected, "{told}");
    assert!(told.starts_with("```raftsh\nraft> run until leader\n"), "{told}");
    let tested = call::run(call::raftsh(&["test", "told.md"]).current_dir(&desk.home));
    assert_eq!(
        (tested.0, tested.1.as_str()),
        (0, "ok      told.md (7 commands)\n1 passed\n"),
        "{told}"
    );
}
