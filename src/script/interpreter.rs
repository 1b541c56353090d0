//! The trait through which the runner executes and checks commands.

use std::rc::Rc;

use crate::command::Grammar;
use crate::console::Output;
use crate::console::json::Standing;
use crate::language::{Error, Failure, Statement};
use crate::session::Session;
use crate::sim::World;

/// Knows what commands mean, and runs them for the runner. An interpreter whose commands break no
/// properties can keep the default methods.
pub trait Interpreter {
    /// Runs one command, and writes its output to `out` as it happens.
    fn execute(&mut self, statement: &Statement, out: &mut Output) -> Result<(), Error>;
    /// Checks one command without running it.
    fn check(&self, statement: &Statement) -> Result<(), Error>;
    /// Whether a command only shows something, so that its output may be sent elsewhere or shown
    /// through a pager.
    fn only_shows(&self, _statement: &Statement) -> bool {
        false
    }
    /// Starts over on a fresh cluster. Called before each further script.
    fn reset(&mut self);
    /// Sets the cluster aside, and begins with a fresh one.
    fn set_aside(&mut self) {}
    /// Brings the cluster back that was set aside.
    fn bring_back(&mut self) {}
    /// Called before each command other than `source`. A violation by the previous command fails
    /// here, unless `next` expects it.
    ///
    /// # Errors
    /// The failure, with the command that it belongs to. It is returned only once.
    fn owed(&mut self, _next: &Statement, _out: &mut Output) -> Result<(), Failure> {
        Ok(())
    }
    /// Called at the prompt between two lines: the user has seen the violations so far, and the
    /// next command need not expect them.
    fn seen(&mut self) {}
    /// Called when the latest command has failed, which was not expected: its violations, and why
    /// its condition does not hold, become part of `error`.
    fn failed(&mut self, _error: &mut Error, _out: &mut Output) {}
    /// Called at the end of each script. A violation that no command has expected fails here.
    ///
    /// # Errors
    /// The failure, with the command that it belongs to.
    fn finish(&mut self, _out: &mut Output) -> Result<(), Failure> {
        Ok(())
    }
    /// What completion, hints and colours need to know before the next line is typed. `None` if
    /// there is no cluster.
    fn typing_context(&self) -> Option<TypingContext> {
        None
    }
    /// Whether the latest command was stopped by a breakpoint.
    fn has_stopped(&self) -> bool {
        false
    }
    /// Whether `continue` has a command to continue.
    fn can_continue(&self) -> bool {
        false
    }
    /// Called when a block or a sourced file begins, which counts as one command.
    fn begin_group(&mut self) {}
    /// Called when the block or file that began last ends. `text` is the command that ran it.
    fn end_group(&mut self, _text: &str) {}
    /// Where the session stands.
    fn standing(&self) -> Standing<'_>;
}

/// What the prompt knows while a line is being typed.
pub struct TypingContext {
    /// The grammar that reads commands.
    pub grammar: Rc<Grammar>,
    /// A copy of the session: what is typed can be tried on it.
    pub session: Session,
}

impl TypingContext {
    /// The cluster.
    pub fn world(&self) -> &World {
        self.session.world()
    }
}
