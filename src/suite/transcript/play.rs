//! Runs what stands in a tutorial, as if somebody typed it at a prompt, and keeps what is said.

use std::path::Path;

use super::markdown::Exchange;
use crate::console::{Interrupt, Output};
use crate::language::Status;
use crate::script::{FailurePolicy, Runner, Script, SourceEnd};
use crate::session::{Session, Start};

/// The most bytes that one command may say.
pub const MOST_SAID: usize = 4 * 1024 * 1024;

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It said this, and ended like this.
    Said(String, Status),
    /// It said more than [`MOST_SAID`], and was stopped.
    TooMuch,
    /// It was not run, because the session had ended on that line: by `quit`, or by the command
    /// that said too much.
    NeverRun(usize),
}

/// Runs a session of a tutorial that stands in this file: the replies to its commands, one each,
/// but fewer if it was interrupted. As at a prompt, what broke is told of, and the next command
/// need not say that it was expected.
pub fn play(exchanges: &[Exchange], file: &Path, start: Start, width: usize) -> Vec<Reply> {
    let mut session = Session::new(start);
    let mut out = Output::captured_up_to(MOST_SAID, width);
    let mut runner = Runner::new(&mut session, &mut out);
    runner.within(file);
    let mut replies = Vec::new();
    let mut ended = None;
    for exchange in exchanges {
        if let Some(line) = ended {
            replies.push(Reply::NeverRun(line));
            continue;
        }
        runner.worst = Status::Ok;
        let ending =
            runner.run(&mut Script::text(None, exchange.command.as_str()), FailurePolicy::Stop);
        if Interrupt::raised() {
            return replies;
        }
        runner.interpreter.seen();
        let said = runner.out.take();
        if ending == SourceEnd::Quit {
            ended = Some(exchange.line);
        }
        replies.push(match runner.out.closed() {
            true => Reply::TooMuch,
            false => Reply::Said(said, runner.worst),
        });
    }
    replies
}
