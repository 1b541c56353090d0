//! `settle`: one move of many steps.

use super::stops::{is_at_break, why_stopped};
use super::time::{EventsShown, Run, cut_short_by_violation};
use crate::console::Output;
use crate::language::Error;
use crate::raft::NodeSet;
use crate::session::Session;
use crate::session::breaks::Rest;

/// Makes the move of `settle`, in which everything happens but timers.
pub(super) fn settle(
    nodes: Option<NodeSet>,
    most: Option<u64>,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let mut run = Run::new(session, u64::MAX, EventsShown::ThatMatter);
    let (applied, is_left) = session.settle(nodes, most)?;
    run.steps = applied.steps;
    run.tell(session, out);
    if applied.unsettled {
        run.finish(session, out, &format!("not settled {}", run.after()));
        return Err(Error::failed(format!("not settled {}", run.after()))
            .help("nodes answer each other without end; `messages` shows what is in flight"));
    }
    if is_at_break(session) {
        let most = most.map(|most| most - applied.steps);
        session.stop_with(if is_left { Rest::Settle(nodes, most) } else { Rest::Nothing });
        let how = format!("{} {}", why_stopped(session), run.after());
        run.finish(session, out, &how);
        return Ok(());
    }
    if session.is_stopped() {
        if applied.stopped {
            cut_short_by_violation(&mut run, session, out);
        } else {
            run.finish(session, out, &format!("settled {}, with a violation", run.after()));
        }
        return Ok(());
    }
    if applied.stopped {
        session.cut_short();
    }
    run.finish(session, out, &format!("settled {}", run.after()));
    Ok(())
}
