//! A person at a terminal: the first minutes with raftsh, Ctrl-C, Ctrl-D, history.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use rexpect::session::{Options, PtySession, spawn_with_options};

/// Patience for one answer, in milliseconds: machines that test are slow and shared.
const PATIENCE_MS: u64 = 60_000;

/// A fresh directory in which the prompt keeps its history.
fn state(name: &str) -> String {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prompt").join(name);
    let _ = std::fs::remove_dir_all(&root);
    root.to_string_lossy().into_owned()
}

/// Somebody at a terminal.
struct Person(PtySession);

impl Person {
    /// Starts raftsh and waits for its first prompt.
    fn sits_down(state: &str) -> Person {
        let mut command = Command::new(env!("CARGO_BIN_EXE_raftsh"));
        command.env("NO_COLOR", "1").env("TERM", "xterm").env("XDG_STATE_HOME", state);
        command.env_remove("RAFTSH_HISTORY").env_remove("CLICOLOR_FORCE");
        let options = Options::new().timeout_ms(Some(PATIENCE_MS)).strip_ansi_escape_codes(true);
        let mut person = Person(spawn_with_options(command, options).unwrap());
        let greeting = person.reads("raft> ");
        assert!(greeting.contains("5 nodes") && greeting.contains("`help`"), "{greeting}");
        person
    }

    /// What appears before this.
    fn reads(&mut self, text: &str) -> String {
        self.0.exp_string(text).unwrap_or_else(|error| panic!("waited for {text:?}: {error}"))
    }

    /// Types a line. Its echo is read away, so that what is read next is the answer.
    fn types(&mut self, line: &str) {
        self.0.send(line).unwrap();
        self.0.flush().unwrap();
        self.reads(line);
        self.0.send("\r").unwrap();
        self.0.flush().unwrap();
    }

    fn presses(&mut self, control: char) {
        self.0.send_control(control).unwrap();
        self.0.flush().unwrap();
    }

    /// Types a line and reads the answer up to the next prompt: it holds all of these.
    fn asks(&mut self, line: &str, pieces: &[&str]) -> String {
        self.types(line);
        let answer = self.reads("raft> ");
        for piece in pieces {
            assert!(answer.contains(piece), "{line}\nlacks {piece:?}:\n{answer}");
        }
        answer
    }

    /// Waits until raftsh has ended, with this status.
    fn sees_it_end(mut self, status: i32) {
        self.0.exp_eof().unwrap();
        // The type is not handed on by rexpect; its words are `Exited(Pid(123), 0)`.
        let ended = format!("{:?}", self.0.process().wait().unwrap());
        assert!(ended.starts_with("Exited(") && ended.ends_with(&format!(", {status})")), "{ended}");
    }
}

#[test]
fn the_first_minutes() {
    let mut person = Person::sits_down(&state("first"));
    // A newcomer asks before there is a leader, and is told why not and what to do.
    person.asks("put n1 x=5", &["n1 is not the leader", "run until leader"]);
    person.asks("status", &["no leader", "5 of 5 up", "follower", "n5"]);
    person.asks("klil n1", &["unknown command 'klil'", "did you mean 'kill'?"]);
    person.asks("run until leader", &["became candidate", "became leader of term 1", "came true"]);
    person.asks("put leader x=5", &["op1", "put x=5", "not committed yet", "run until op != pending"]);
    person.asks("step 10", &["AppendEntries", "#"]);
    person.asks("run until op != pending", &["answered op1: ok", "came true"]);
    person.asks("logs", &["put x=5", "committed and applied", "index"]);
    person.asks("kill leader", &["is down (was leader in term 1)", "restart"]);
    person.asks("run until leader", &["became leader of term", "4 of 5 up"]);
    person.asks("restart down", &["started from its disk: term 1"]);
    person.asks("history --last 3", &["ms", "#"]);
    person.asks("history", &["was killed", "took op1: put x=5", "commit index rose to 1"]);
    person.asks("help", &["put", "kill", "run", "conditions"]);
    // Help shows examples behind a prompt of their own.
    person.types("help put");
    for piece in ["KEY=VALUE", "raft> put n1 x=5", "raft> put leader x=5", "'a value'", "raft> "] {
        person.reads(piece);
    }
    person.asks("expect no-leader", &["no-leader is not so", "found"]);
    person.types("quit");
    person.sees_it_end(0);
}

#[test]
fn an_interrupted_run_keeps_the_cluster() {
    let mut person = Person::sits_down(&state("interrupt"));
    person.asks("cluster 101", &["fresh cluster of 101 nodes"]);
    person.asks("run until leader", &["came true"]);
    person.types("run 10000h");
    // The line has been taken: the terminal shows nothing more until the interruption is answered.
    person.reads("\n");
    person.presses('c');
    let answer = person.reads("raft> ");
    assert!(answer.contains("stopped: ") && answer.contains("interrupted"), "{answer}");
    person.asks("status n1", &["101 of 101 up", "leader"]);
    person.asks("expect leader and time > 0us", &[]);
    person.asks("put leader x=5 --wait", &["op1: ok"]);
    // Nor is the next run interrupted by what was pressed before.
    person.asks("run 1s", &["ran: "]);
    person.presses('d');
    person.sees_it_end(0);
}

#[test]
fn ctrl_c_drops_the_line_and_ctrl_d_leaves() {
    let mut person = Person::sits_down(&state("control"));
    person.0.send("kill all").unwrap();
    person.0.flush().unwrap();
    person.reads("kill all");
    person.presses('c');
    person.reads("raft> ");
    person.asks("status", &["5 of 5 up"]);
    // In an open block as well: the block is dropped.
    person.types("repeat 2 {");
    person.reads("....> ");
    person.types("kill all");
    person.reads("....> ");
    person.presses('c');
    person.reads("raft> ");
    person.asks("status", &["5 of 5 up"]);
    person.presses('d');
    person.sees_it_end(0);
}

#[test]
fn a_block_spans_lines() {
    let mut person = Person::sits_down(&state("block"));
    person.types("repeat 2 {");
    person.reads("....> ");
    person.types("repeat 2 {");
    person.reads("....> ");
    person.types("echo one\"\"two");
    person.reads("....> ");
    person.types("}");
    person.reads("....> ");
    let answer = person.asks("}", &[]);
    assert_eq!(answer.matches("onetwo").count(), 4, "{answer}");
    // A failure drops the rest of the line, not the session.
    let answer = person.asks("klil; echo nev\"\"er", &["unknown command"]);
    assert!(!answer.contains("never"), "{answer}");
    person.types("quit");
    person.sees_it_end(0);
}

#[test]
fn history_survives() {
    let state = state("history");
    let mut person = Person::sits_down(&state);
    person.asks("echo re\"\"membered", &["remembered"]);
    person.asks(" echo sec\"\"ret", &["secret"]);
    person.presses('d');
    person.sees_it_end(0);
    let mut person = Person::sits_down(&state);
    // The line before, from the last session: the one that began with a blank was not kept.
    person.presses('p');
    person.reads("echo re\"\"membered");
    person.0.send("\r").unwrap();
    person.0.flush().unwrap();
    let answer = person.reads("raft> ");
    assert!(answer.contains("remembered"), "{answer}");
    person.presses('d');
    person.sees_it_end(0);
}

/// Lines that come faster than they are answered, as from a terminal that pastes without saying so, all count.
#[test]
fn what_is_typed_ahead_is_not_lost() {
    let mut person = Person::sits_down(&state("ahead"));
    person.0.send("echo on'e'\recho tw'o'\rrepeat 2 {\recho thre'e'\r}\recho fou'r'\r").unwrap();
    person.0.flush().unwrap();
    for word in ["one", "two", "three", "three", "four"] {
        person.reads(word);
    }
    person.presses('d');
    person.sees_it_end(0);
}
