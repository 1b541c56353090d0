//! The chain of causes that led to an event.

use std::convert::Infallible;

use crate::explain::case::Case;
use crate::explain::claim::{Claim, LifeClaim};
use crate::history::lives::{self, Chain};
use crate::raft::Timer;
use crate::sim::{Event, EventId, EventKind};

/// The most stretches of the past that are made again.
const STRETCHES: u32 = 24;

/// Up to this many heartbeats in a row are told one by one. A leader's chain has all those of its
/// reign.
const HEARTBEATS: usize = 3;

/// The chain of causes, the first cause first.
pub(in crate::explain) fn life(case: &Case<'_>, event: EventId) -> Vec<Claim> {
    let mut left = STRETCHES;
    let go_on = || {
        left = left.saturating_sub(1);
        Ok::<bool, Infallible>(left > 0)
    };
    let Ok(Chain { events, is_whole }) = lives::chain(event, case.events(), case.tree, go_on);
    let cut = events.first().filter(|_| !is_whole);
    let mut claims: Vec<Claim> =
        cut.map(|first| Claim::new(LifeClaim::ChainCut { at: first.id }, [])).into_iter().collect();
    let mut rest = &events[..];
    while let Some(first) = rest.first() {
        let beats = rest.iter().take_while(|event| is_heartbeat(first, event)).count();
        let (run, after) = rest.split_at(beats.max(1));
        claims.extend(told(run));
        rest = after;
    }
    claims
}

/// Whether an event is the firing of the same heartbeat timer.
fn is_heartbeat(first: &Event, event: &Event) -> bool {
    let fired = EventKind::TimerFired { timer: Timer::Heartbeat };
    event.node == first.node && first.kind == fired && event.kind == fired
}

/// The claims for a single event, or for heartbeats in a row.
fn told(run: &[Event]) -> Vec<Claim> {
    match run {
        [first, between @ .., last] if run.len() > HEARTBEATS => {
            let kind = LifeClaim::Heartbeats { node: first.node, count: between.len() as u64 };
            let ends = [between.first(), between.last()].into_iter().flatten();
            let folded = Claim::new(kind, ends.map(|event| event.id));
            vec![Claim::event(first), folded, Claim::event(last)]
        }
        _ => run.iter().map(Claim::event).collect(),
    }
}
