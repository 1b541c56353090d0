//! What several families share: `--format`, conditions that end a line, and reports on moves.

use std::ops::Range;

use clap::{Arg, Args, value_parser};

use crate::check::condition::Condition;
use crate::console::{Format, Output};
use crate::language::condition::Scope;
use crate::language::{Error, Selection, Statement, condition};
use crate::raft::NodeSet;
use crate::session::Session;
use crate::sim::{Action, Applied};
use crate::view::document::{Document, Paragraph, Text, Tone};
use crate::view::{breaks, event};

/// The name of the option `--format`.
pub(super) const FORMAT: &str = "format";

/// The option `--format`: part of the definition of every command that only looks.
pub(super) fn format() -> Arg {
    Arg::new(FORMAT)
        .long(FORMAT)
        .value_name("table|json")
        .value_parser(value_parser!(Format))
        .help("Print a table, or one JSON object")
}

/// Reads the condition in these words of a statement.
pub(super) fn condition(
    statement: &Statement,
    words: Range<usize>,
    scope: Scope,
) -> Result<Condition, Error> {
    let tokens = statement.tokens.get(words).unwrap_or_default();
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => {
            let (start, end) = (first.span.start, last.span.end);
            condition::parse(&statement.text[start..end], start, scope)
        }
        _ => {
            let end = statement.span().end;
            Err(Error::usage("a condition is missing")
                .at(end..end)
                .help("for example: leader, or n1.commit >= 3"))
        }
    }
}

/// The nodes to which something is done.
#[derive(Args, Clone, Debug)]
pub struct NodesArgument {
    /// The nodes, such as n2, n1,n3 or leader
    pub(super) nodes: Selection,
}

/// The nodes of whose timers, disks and the like something is done.
#[derive(Args, Clone, Debug)]
pub struct OptionalNodes {
    /// The nodes, such as n2, n1,n3 or leader
    pub(super) nodes: Selection,
}

/// Makes a move and shows all its events.
pub(super) fn act_and_show(
    action: Action,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    session.act(action)?;
    if !out.is_json() {
        out.remark(&event::list(session.world(), session.latest()));
        out.hint("`step` makes the next step, `messages` lists what is in flight");
    }
    Ok(())
}

/// Shows the changes of watched values since this was called last. In JSON they are shown when the
/// command ends.
pub fn tell_changes(session: &mut Session, out: &mut Output) {
    if !out.is_json() {
        let changes = session.take_changes();
        changes.iter().for_each(|change| out.emit(&breaks::change(change).into()));
    }
}

/// Warns if the move has made a leader impossible or unlikely. `before` is what was doubtful before
/// it.
pub(super) fn warn(before: Option<String>, session: &Session, out: &mut Output) {
    if let Some(doubt) = session.doubt().filter(|doubt| before.as_ref() != Some(doubt)) {
        out.data("warning", &doubt);
        let text = Text::new().toned(Tone::Warn, "warning").plain(format!(": {doubt}"));
        out.remark(&Document::new().paragraph(Paragraph::hanging(2, text)));
    }
}

/// Reports one line for each node: that it changed, or that nothing changed.
pub(super) fn say_nodes(
    nodes: NodeSet,
    applied: Applied,
    changed: &str,
    unchanged: &str,
    out: &mut Output,
) {
    out.data("changed", &applied.changed);
    let reached = if applied.stopped { applied.nodes } else { nodes };
    for node in reached.iter() {
        if applied.nodes.contains(node) {
            out.remark(&format!("{node} {changed}").into());
        } else {
            out.remark(&format!("{node} {unchanged}: nothing changed").into());
        }
    }
}
