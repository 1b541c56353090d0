//! Runs the commands of a tutorial as if they were typed at a prompt, and keeps their output.

use std::path::Path;

use super::markdown::Exchange;
use crate::console::{Interrupt, Output};
use crate::language::Status;
use crate::script::{FailurePolicy, Runner, Script, SourceEnd};
use crate::session::{Session, Start};

/// The most bytes of output that are held of one command, or of one script.
pub const MOST_SAID: usize = 4 * 1024 * 1024;

/// The reply to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Its output, and the status with which it ended.
    Said(String, Status),
    /// It printed more than [`MOST_SAID`] bytes, and was stopped.
    TooMuch,
    /// It did not run, because the session had ended at this line: by `quit`, or by a command that
    /// printed too much.
    NeverRun(usize),
}

/// Runs one session of the tutorial in `file`, and returns one reply per command, or fewer after
/// Ctrl-C. As at a prompt, violations are reported, and the next command need not expect them.
pub fn play(exchanges: &[Exchange], file: &Path, start: Start, width: usize) -> Vec<Reply> {
    play_on(&mut Session::new(start), exchanges, file, width)
}

/// As [`play`], on this session, which must be fresh.
pub fn play_on(
    session: &mut Session,
    exchanges: &[Exchange],
    file: &Path,
    width: usize,
) -> Vec<Reply> {
    let mut out = Output::captured_up_to(MOST_SAID, width);
    let mut runner = Runner::new(session, &mut out);
    runner.within(file);
    runner.stops_lines = true;
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
