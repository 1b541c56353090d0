//! Idle heartbeats: those that caused nothing else.
//!
//! A leader without new entries sends heartbeats to every follower twenty times a second, and each
//! follower answers. In a list of events they only distract, unless they cause something. A
//! heartbeat here consists of the firing of a leader's heartbeat timer, each AppendEntries without
//! entries, and its acceptance, from sending to delivery or drop. A heartbeat is idle unless one of
//! its events, or one that it caused, is the cause of another event: a node learns of a new leader
//! or commit index, a follower refuses, or an answer lets the leader send entries.

use crate::history::EventLog;
use crate::raft::{MessageSummary, Timer};
use crate::sim::{Event, EventDetail, EventKind, Family, Passage};

/// For each event that is kept, whether it is part of an idle heartbeat.
pub(super) fn idle(log: &EventLog) -> Vec<bool> {
    let first = log.forgotten() + 1;
    let place = |event: &Event| {
        let cause = event.cause()?.checked_sub(first)?;
        usize::try_from(cause).ok()
    };
    let mut idle: Vec<bool> = Vec::with_capacity(log.iter().len());
    for event in log.iter() {
        let answers = place(event).is_some_and(|cause| idle[cause]);
        idle.push(beats(&event.kind, answers));
    }
    // A cause precedes its effects, so one pass from the end is enough: an event that is not idle
    // makes its cause not idle.
    for (nth, event) in log.iter().enumerate().rev() {
        if !idle[nth]
            && let Some(cause) = place(event)
        {
            idle[cause] = false;
        }
    }
    idle
}

/// Whether an event is part of a heartbeat, given whether its cause is.
fn beats(kind: &EventKind, cause_beats: bool) -> bool {
    let attributes = kind.attributes();
    match attributes.subject {
        EventDetail::Message(Passage {
            said: MessageSummary::AppendEntries { entries, .. },
            ..
        }) => entries == 0,
        EventDetail::Message(Passage {
            said: MessageSummary::AppendEntriesAccepted { .. },
            ..
        }) => cause_beats,
        EventDetail::Message(_) => false,
        // A message was duplicated.
        _ if attributes.family == Family::Message => cause_beats,
        _ => matches!(kind, EventKind::TimerFired { timer: Timer::Heartbeat }),
    }
}
