//! What a request comes to: where its entry is, and its outcome, if it is waited for.

use clap::Args;

use crate::check::condition::{Comparison, Condition, Fact, OpRef, Operand};
use crate::command::time::{self, EventsShown};
use crate::console::Output;
use crate::language::Error;
use crate::quantity;
use crate::raft::NodeId;
use crate::session::Session;
use crate::sim::{OpId, Outcome};
use crate::view::document::{Text, Tone};
use crate::view::tables;

/// `--wait`
#[derive(Args, Clone, Copy, Debug)]
pub struct Wait {
    /// Run until the outcome is known, for at most DURATION or 60s
    #[arg(long = "wait", value_name = "DURATION", num_args = 0..=1, default_missing_value = "60s",
          value_parser = quantity::duration)]
    pub(in crate::command) within_us: Option<u64>,
}

/// What follows once a request is accepted: it is waited for, or how to wait is said.
pub(super) fn follow(
    op: OpId,
    wait: Wait,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let waited = match wait.within_us {
        Some(within_us) => await_outcome(op, within_us, session, out),
        None => {
            hint_at_outcome(op, session, out);
            Ok(())
        }
    };
    if let Some(request) = session.world().ops().get(op) {
        out.data("outcome", &request.outcome.to_string());
    }
    waited
}

/// Says that a request is an entry in the log of a node.
pub(super) fn say_accepted(op: OpId, id: NodeId, session: &Session, out: &mut Output) {
    let Some(known) = session.world().ops().get(op) else { return };
    let words = known.asked.to_string();
    let last = session.world().host(id).record().map(|record| record.log.last());
    let last = last.unwrap_or_default();
    out.data("index", &last.index.0);
    out.data("term", &last.term.0);
    let again = match (known.attempts, known.call.retry_of) {
        (attempts @ 2.., _) => format!(" again (attempt {attempts})"),
        (_, Some(first)) => format!(" repeats {first}"),
        _ => String::new(),
    };
    let text = Text::new()
        .toned(Tone::Strong, format!("{op}{again}"))
        .plain(format!(": {words} is entry {last} in the log of {id}, not committed yet"));
    // A cluster of one node whose disk takes no time has answered already.
    if is_pending(op, session) || !again.is_empty() {
        out.remark(&text.into());
    } else {
        out.remark(&outcome_line(op, session).into());
    }
}

/// Suggests to wait for the outcome, if it would come.
fn hint_at_outcome(op: OpId, session: &Session, out: &mut Output) {
    if out.gives_hints() && is_pending(op, session) {
        out.hint(match session.would_meet(&is_known(op)) {
            true => "`run until op != pending` waits for the outcome",
            false => "no answer would come soon; `why op == ok` says what is missing",
        });
    }
}

/// `op3 != pending`
fn is_known(op: OpId) -> Condition {
    Condition::Is(Fact::Compare {
        left: Operand::Op(OpRef::Number(u64::from(op.0))),
        comparison: Comparison::NotEqual,
        right: Operand::Outcome(Outcome::Pending),
    })
}

/// Whether a leader has had no answer from a majority for an election timeout.
pub(super) fn hears_too_few(leader: NodeId, session: &Session) -> bool {
    session.world().contact(leader).is_some_and(|contact| contact.is_lost)
}

pub(super) fn outcome_line(op: OpId, session: &Session) -> Text {
    let Some(request) = session.world().ops().get(op) else { return Text::new() };
    let text = Text::new().toned(Tone::Strong, op.to_string()).plain(": ");
    text.toned(tables::outcome_tone(request.outcome), tables::outcome(request))
}

fn is_pending(op: OpId, session: &Session) -> bool {
    session.world().ops().get(op).is_some_and(|op| op.outcome == Outcome::Pending)
}

/// `--wait`: lets time pass until the outcome of the request is known.
fn await_outcome(
    op: OpId,
    within_us: u64,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let shown = EventsShown::ThatMatter;
    let ran = time::run_until(Some(&is_known(op)), within_us, shown, session, out);
    awaited(op, ran, session, out)
}

/// Tells how a run ended that waited for the outcome of a request.
pub(in crate::command) fn awaited(
    op: OpId,
    ran: Result<(), Error>,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    ran.map_err(|error| {
        match session.world().leader().filter(|leader| hears_too_few(*leader, session)) {
            Some(leader) => error.help(format!(
                "{leader} has no answer from a majority; `why leader` says what is between"
            )),
            None => error,
        }
    })?;
    session.record_success();
    if session.has_stopped() && is_pending(op, session) {
        session.rest_awaits(op);
        return Ok(());
    }
    out.emit(&outcome_line(op, session).into());
    match session.world().ops().get(op).map(|op| op.outcome) {
        Some(Outcome::Failed) => {
            Err(Error::failed(format!("{op} failed: it is not done and never will be")))
        }
        Some(Outcome::Unknown) => {
            Err(Error::failed(format!("the outcome of {op} is unknown: it may or may not be done"))
                .help(
                    "the node that would have answered crashed or stepped down; a `get` shows \
                    whether it was done",
                ))
        }
        _ => Ok(()),
    }
}
