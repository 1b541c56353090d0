//! `transfer`: lets a leader hand over to another node, and waits until that is over.

use clap::Subcommand;
use serde::Serialize;

use super::time::{self, EventsShown, Run};
use crate::console::Output;
use crate::language::{Error, Selection};
use crate::raft::{NodeId, Term};
use crate::session::Session;
use crate::sim::Action;

/// Commands that move leadership.
#[derive(Clone, Debug, Subcommand)]
pub enum Transfer {
    /// Let the leader hand over to another node
    ///
    /// The leader brings the node's log up to date and tells it to start an election at once
    /// (Ongaro's thesis, §3.10). Until the transfer is over it takes no requests. It gives up after
    /// an election timeout.
    #[command(after_help = "transfer n2\ntransfer n2 --wait\ntransfer n2 --at n1")]
    Transfer {
        /// The node that is to lead
        #[arg(value_name = "NODE")]
        to: Selection,
        /// The leader that hands over; without it, the leader
        #[arg(long, value_name = "LEADER")]
        at: Option<Selection>,
        /// Run until the leader has learnt of a later term, or has given up
        #[arg(long)]
        wait: bool,
    },
}

/// How a transfer stands, for JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Pending,
    Done,
    #[serde(rename = "given up")]
    GivenUp,
}

impl Transfer {
    /// Whether it waits until the transfer is over.
    pub(super) fn waits(&self) -> bool {
        let Transfer::Transfer { wait, .. } = self;
        *wait
    }

    /// The single move that it makes; `None` if it waits, which is more than one move.
    pub(super) fn action(&self, session: &Session) -> Result<Option<Action>, Error> {
        if self.waits() { Ok(None) } else { self.first_move(session).map(Some) }
    }

    /// The move that begins the transfer, whether it is waited for or not.
    pub(super) fn first_move(&self, session: &Session) -> Result<Action, Error> {
        let (at, to) = self.ends(session)?;
        Ok(Action::Transfer(at, to))
    }

    /// The leader that hands over, and the node that is to lead.
    fn ends(&self, session: &Session) -> Result<(NodeId, NodeId), Error> {
        let Transfer::Transfer { to, at, .. } = self;
        let to = session.one(to)?;
        let at = match at {
            Some(at) => session.one(at)?,
            None => session.world().leader().ok_or_else(|| {
                Error::failed("there is no leader to hand over").help(session.way_to_a_leader())
            })?,
        };
        Ok((at, to))
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let (at, to) = self.ends(session)?;
        let applied = session.act(Action::Transfer(at, to))?;
        out.data("from", &at.to_string());
        out.data("to", &to.to_string());
        out.remark(&match applied.changed {
            true => format!("{at} hands over to {to}: until then it takes no requests").into(),
            false => format!("{at} hands over to {to} already: nothing changed").into(),
        });
        let term = session.world().host(at).report().map(|report| report.term).unwrap_or_default();
        let waited = match self.waits() {
            true => await_end((at, to, term), session, out),
            false => {
                out.hint("`run 1s` shows what follows");
                Ok(())
            }
        };
        out.data("outcome", &outcome((at, to, term), session));
        waited
    }
}

/// How the transfer stands that this leader began in this term.
fn outcome((at, to, term): (NodeId, NodeId, Term), session: &Session) -> Outcome {
    match session.world().host(at).record() {
        Some(record) if record.report.term > term => Outcome::Done,
        Some(record) if record.handing_over == Some(to) => Outcome::Pending,
        _ => Outcome::GivenUp,
    }
}

/// Lets time pass until the transfer is over.
fn await_end(
    transfer: (NodeId, NodeId, Term),
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let (at, to, _) = transfer;
    let mut run = Run::new(session, u64::MAX, EventsShown::ThatMatter);
    loop {
        match outcome(transfer, session) {
            Outcome::Pending => {}
            Outcome::Done => {
                run.finish(session, out, &format!("{at} has handed over {}", run.after()));
                return Ok(());
            }
            Outcome::GivenUp => {
                run.finish(session, out, &format!("{at} gave up {}", run.after()));
                let error = Error::failed(format!("{at} did not hand over to {to}"));
                return Err(error.help("`history --kind transfer_ended` tells why"));
            }
        }
        if session.is_at_limit() {
            run.finish(session, out, &format!("stopped {}", run.after()));
            return Ok(());
        }
        match run.step(u64::MAX, session, out) {
            Ok(true) if session.is_stopped() => {
                time::cut_short_by_violation(&mut run, session, out);
                return Ok(());
            }
            Ok(true) => {}
            Ok(false) => {
                run.finish(session, out, &format!("nothing more happens {}", run.after()));
                let error = Error::failed(format!("{at} has not handed over to {to}"));
                return Err(error.help("timers are off, or messages are held"));
            }
            Err(stopped) => {
                run.finish(session, out, &format!("interrupted {}", run.after()));
                return Err(stopped);
            }
        }
    }
}
