//! Hints and suggestions are followed, on a copy of the cluster in which they were given: none
//! fails.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use raftsh::console::Output;
use raftsh::console::json::Standing;
use raftsh::language::{Error, Failure, Statement, Status};
use raftsh::script::{FailurePolicy, Interpreter, Runner, Script, TypingContext};
use raftsh::session::{Session, Start};
use raftsh::suite::transcript::markdown::Tutorial;

use crate::surroundings::on_one_line;

/// A session whose hints are followed after each command.
struct Follower {
    session: Session,
    /// How often each hint had been given before the current command.
    given: BTreeMap<String, u32>,
    followed: usize,
    failed: Vec<String>,
}

impl Follower {
    fn new(start: Start) -> Follower {
        let session = Session::new(start);
        Follower { session, given: BTreeMap::new(), followed: 0, failed: Vec::new() }
    }

    /// Follows each command that a text suggests between backticks.
    fn follow(&mut self, text: &str, said: &str) {
        for command in text.split('`').skip(1).step_by(2) {
            // A word in capitals is a place for something that the reader chooses.
            let is_open = command.split([' ', '=']).any(|word| {
                word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c == '-')
            });
            if is_open || command.starts_with("raftsh") || command.contains(".yaml") {
                continue;
            }
            let mut copy = self.session.copy();
            let mut out = Output::captured(100);
            let mut runner = Runner::new(&mut copy, &mut out);
            runner.run(&mut Script::text(None, command), FailurePolicy::Stop);
            let worst = runner.worst;
            self.followed += 1;
            if worst != Status::Ok {
                self.failed.push(format!("{said}\n  {text}\n  {command}: {}", out.take()));
            }
        }
    }
}

impl Interpreter for Follower {
    fn execute(&mut self, statement: &Statement, out: &mut Output) -> Result<(), Error> {
        out.hints = true;
        let ran = self.session.execute(statement, out);
        let given: BTreeMap<String, u32> =
            out.hints_given().map(|(hint, count)| (hint.to_owned(), count)).collect();
        let before = std::mem::replace(&mut self.given, given.clone());
        for (hint, count) in given {
            if before.get(&hint) != Some(&count) {
                self.follow(&hint, statement.source());
            }
        }
        if let Err(error) = &ran {
            for help in &error.help {
                self.follow(help, statement.source());
            }
        }
        ran
    }

    fn check(&self, statement: &Statement) -> Result<(), Error> {
        self.session.check(statement)
    }

    fn reset(&mut self) {
        self.session.reset();
    }

    fn owed(&mut self, next: &Statement, out: &mut Output) -> Result<(), Failure> {
        self.session.owed(next, out)
    }

    fn seen(&mut self) {
        self.session.seen();
    }

    fn failed(&mut self, error: &mut Error, out: &mut Output) {
        self.session.failed(error, out);
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), Failure> {
        self.session.finish(out)
    }

    fn typing_context(&self) -> Option<TypingContext> {
        self.session.typing_context()
    }

    fn standing(&self) -> Standing<'_> {
        self.session.standing()
    }
}

fn paths(folder: &str, end: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.to_string_lossy().ends_with(end)).collect();
    paths.sort();
    paths
}

fn report(followed: usize, failed: &[String], least: usize) {
    assert!(failed.is_empty(), "{} of {followed} fail:\n{}", failed.len(), failed.join("\n"));
    assert!(followed >= least, "only {followed} hints were given");
}

#[test]
fn hints_in_tutorials_are_true() {
    let (mut followed, mut failed) = (0, Vec::new());
    for path in paths("scripts/tutorials", ".md") {
        let tutorial = Tutorial::read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for session in &tutorial.sessions {
            let mut follower = Follower::new(Start::default());
            let mut out = Output::captured(100);
            let mut runner = Runner::new(&mut follower, &mut out);
            runner.within(&path);
            for exchange in session {
                let mut script = Script::text(None, exchange.command.as_str());
                runner.run(&mut script, FailurePolicy::Stop);
                runner.interpreter.seen();
            }
            followed += follower.followed;
            failed.extend(follower.failed);
        }
    }
    report(followed, &failed, 200);
}

#[test]
fn hints_in_stories_are_true() {
    let (mut followed, mut failed) = (0, Vec::new());
    for path in paths("scripts", ".raft") {
        let mut follower = Follower::new(Start::default());
        let mut out = Output::captured(100);
        let mut runner = Runner::new(&mut follower, &mut out);
        runner.file(&path, FailurePolicy::KeepGoing);
        followed += follower.followed;
        failed.extend(follower.failed);
    }
    report(followed, &failed, 200);
}

/// What is suggested in states in which the usual suggestion would be wrong.
#[test]
fn suggestions_fit_the_state() {
    for (lines, said) in [
        ("kill all", "`restart n1,n2,n3` starts them again"),
        ("run until leader; kill leader", "`run until leader` lets the others elect a leader"),
        ("set timers off; kill n1", "`run 1s` shows what follows, `restart n1` starts it again"),
        ("set timers off; kill leader", "timers are off: `set timers on` or `timeout n1` starts"),
        ("kill n1,n2; put leader x=1", "there is no leader now"),
        ("run until leader; isolate leader; put leader x=1", "no answer would come soon"),
        ("run until leader; put leader x=1", "`run until op != pending` waits for the outcome"),
        ("run until leader == n3; get n1 x", "`get x` asks n3, the leader"),
        ("get n1 x", "there is no leader now, and `run until leader` waits for one"),
    ] {
        let mut follower = Follower::new(Start { nodes: 3, ..Start::default() });
        let mut out = Output::captured(100);
        let mut runner = Runner::new(&mut follower, &mut out);
        runner.run(&mut Script::text(None, lines), FailurePolicy::Prompt);
        let text = on_one_line(&out.take());
        assert!(text.contains(said), "{lines}: {text}");
        assert!(follower.failed.is_empty(), "{:?}", follower.failed);
    }
}
