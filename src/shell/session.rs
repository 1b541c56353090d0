//! A stand-in for the session, so that the front of the shell can be tried. To be replaced.

use super::error::Error;
use super::output::Output;
use super::runner::Interpreter;
use super::statement::Statement;
use super::suggest;
use crate::view::document::Document;

/// What a session starts with.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// How many nodes.
    pub nodes: usize,
    /// Where all chance comes from.
    pub seed: u64,
}

/// A session.
pub struct Session {
    start: Start,
    said: u64,
}

impl Session {
    /// A session on a fresh cluster.
    pub fn new(start: Start) -> Session {
        Session { start, said: 0 }
    }
}

impl Interpreter for Session {
    fn execute(&mut self, statement: &Statement, out: &mut Output) -> Result<(), Error> {
        self.check(statement)?;
        let rest: Vec<&str> = statement.tokens[1..].iter().map(|token| token.text.as_str()).collect();
        match statement.word() {
            "echo" => out.emit(&Document::from(rest.join(" "))),
            "fail" => return Err(Error::failed("n2 is not the leader").help("run until leader")),
            "expect" => return Err(Error::expectation("expected something else")),
            "spin" => loop {
                out.check_stop()?;
            },
            "count" => {
                self.said += 1;
                out.emit(&Document::from(format!("{} of {}", self.said, self.start.nodes)));
            }
            _ => out.remark(&Document::from(format!("{} down", rest.join(" ")))),
        }
        Ok(())
    }

    fn check(&self, statement: &Statement) -> Result<(), Error> {
        let word = statement.word();
        let names = self.command_names();
        if names.iter().any(|name| name == word) {
            return Ok(());
        }
        let near = suggest::nearest(word, names.iter().map(String::as_str));
        let hint = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
        Err(Error::usage(format!("unknown command '{word}'{hint}")).word(word))
    }

    fn reset(&mut self) -> Result<(), Error> {
        self.said = 0;
        Ok(())
    }

    fn finish(&mut self, _out: &mut Output) -> Result<(), Error> {
        Ok(())
    }

    fn command_names(&self) -> Vec<String> {
        ["count", "echo", "expect", "fail", "kill", "quit", "repeat", "source", "spin"]
            .map(String::from)
            .into()
    }
}
