//! Runs command lines on a cluster of their own, for searches that try many of them.

use crate::console::Output;
use crate::language::SourcePlace;
use crate::language::statement::{Builder, Node};
use crate::search::shrink::Rerun;
use crate::session::{Session, Start};
use crate::view::document::STANDARD_WIDTH;

use super::Grammar;

/// Runs these lines until a property is violated; what fails is passed over. At most this many
/// steps are made.
pub fn rerun(start: Start, lines: &[String], most_steps: u64) -> Rerun {
    let grammar = Grammar::shared();
    let mut session = Session::new(start);
    session.bound_steps(most_steps);
    let mut out = Output::discarding(STANDARD_WIDTH);
    let place = SourcePlace { source: None, line: 1 };
    let mut ran = Vec::new();
    for (nth, line) in lines.iter().enumerate() {
        let nodes = Builder::default().feed(&place, line).unwrap_or_default();
        let [Node::Command(statement)] = nodes.as_slice() else { continue };
        let Ok(read) = grammar.read(statement) else { continue };
        session.begin_command(None);
        let done = read.command.run(&grammar, &mut session, &mut out);
        session.end_command(statement.source(), &done);
        out.take();
        if done.is_ok() {
            ran.push(nth);
        }
        if !session.world().violations().is_empty() || session.is_out_of_steps() {
            break;
        }
    }
    let steps = session.journal().steps;
    Rerun { ran, session, steps }
}
