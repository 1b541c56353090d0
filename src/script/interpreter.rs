//! What the runner asks of whoever knows what commands mean.

use std::rc::Rc;

use crate::command::Grammar;
use crate::console::Output;
use crate::language::{Error, Failure, Statement};
use crate::sim::World;

/// Whoever knows what commands mean. One whose commands leave nothing open has nothing to say to
/// most of this.
pub trait Interpreter {
    /// Runs one command; what it has to say goes to `out` as it happens.
    fn execute(&mut self, statement: &Statement, out: &mut Output) -> Result<(), Error>;
    /// Parses one command, runs nothing.
    fn check(&self, statement: &Statement) -> Result<(), Error>;
    /// Starts over on a fresh cluster (before each further script).
    fn reset(&mut self);
    /// Called before each command: what the commands so far have left open fails here, unless the
    /// next one makes it good.
    ///
    /// # Errors
    /// That failure, with the command it belongs to. It is told of once.
    fn owed(&mut self, _next: &Statement, _out: &mut Output) -> Result<(), Failure> {
        Ok(())
    }
    /// Called where a line of the prompt has ended: whoever sits there has seen what the commands
    /// so far have left open.
    fn seen(&mut self) {}
    /// The latest command has failed with this error: what else it has brought about belongs to it.
    fn failed(&mut self, _error: &mut Error) {}
    /// Called at the end of each script: what is still open fails here.
    ///
    /// # Errors
    /// That failure, with the command it belongs to.
    fn finish(&mut self, _out: &mut Output) -> Result<(), Failure> {
        Ok(())
    }
    /// What there is to see for somebody who types the next command; nothing if commands are about
    /// nothing.
    fn sight(&self) -> Option<TypingContext> {
        None
    }
    /// Virtual time, in microseconds.
    fn time_us(&self) -> u64;
}

/// What there is to see for somebody who types a line.
pub struct TypingContext {
    /// How commands are read.
    pub grammar: Rc<Grammar>,
    /// The cluster as it is.
    pub world: World,
}
