//! Heartbeats that brought nothing about.
//!
//! A leader that has nothing to say says so twenty times a second to everybody, and everybody
//! answers. In a list of what happened that is noise, as long as nothing comes of it. Here a
//! heartbeat is the timer of a leader, each AppendEntries without entries, and its acceptance, from
//! their sending to their arrival or loss. Something came of it if an event that is none of these
//! names it as its cause, or if that is so of what it caused: a node that learns of a new leader or
//! commit index, a refusal, entries that follow an answer.

use crate::history::EventLog;
use crate::raft::{MessageSummary, Timer};
use crate::sim::{Event, EventDetail, EventKind, Family, Passage};

/// Of each event that is kept, whether it is part of a heartbeat that brought nothing about.
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
    // A cause comes before what it causes: what is found worth showing on the way back makes its
    // cause worth showing.
    for (nth, event) in log.iter().enumerate().rev() {
        if !idle[nth]
            && let Some(cause) = place(event)
        {
            idle[cause] = false;
        }
    }
    idle
}

/// Whether an event is part of a heartbeat, if one is told whether its cause is.
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
        // A copy.
        _ if attributes.family == Family::Message => cause_beats,
        _ => matches!(kind, EventKind::TimerFired { timer: Timer::Heartbeat }),
    }
}
