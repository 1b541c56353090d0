//! Sentences of claims, a file for each group of kinds.
//!
//! A sentence says what its claim says, no more: who, what, which index and term. The section of
//! the paper and the numbers of the events stand at its end, in the same way for all kinds. What an
//! event says has the event's own sentence.
//!
//! No sentence asserts that a node keeps a rule: a node with a flaw may break it. Where a rule
//! decides, the sentence tells what the rule asks for.
//!
//! To change a sentence, start at the file of its group; the kinds are in
//! [`crate::explain::claim`].

mod election;
mod life;
mod reach;
mod read;
mod replication;
mod state;

use super::document::{Text, Tone};
use super::event;
use crate::explain::{Case, Claim, ClaimKind};
use crate::quantity;
use crate::sim::Event;

/// The most events that a sentence names.
const EVENTS: usize = 5;

/// A claim as one sentence, with the section of the paper and the events at its end.
pub fn sentence(case: &Case<'_>, claim: &Claim) -> Text {
    let text = match &claim.kind {
        ClaimKind::Event(event) => of_event(case, event),
        ClaimKind::Election(kind) => Text::from(election::sentence(kind)),
        ClaimKind::Reach(kind) => Text::from(reach::sentence(kind)),
        ClaimKind::Read(kind) => Text::from(read::sentence(kind)),
        ClaimKind::Replication(kind) => Text::from(replication::sentence(kind)),
        ClaimKind::State(kind) => Text::from(state::sentence(kind)),
        ClaimKind::Life(kind) => Text::from(life::sentence(kind)),
    };
    let at = match &claim.kind {
        ClaimKind::Event(event) => format!(" at {}", quantity::time(event.time_us)),
        ClaimKind::Election(_)
        | ClaimKind::Reach(_)
        | ClaimKind::Read(_)
        | ClaimKind::Replication(_)
        | ClaimKind::State(_)
        | ClaimKind::Life(_) => String::new(),
    };
    let events = || claim.events.iter().map(|event| format!("#{event}{at}"));
    let shown = text.0.iter().map(|span| span.text.as_str()).collect::<String>();
    let section = claim.about().section.filter(|section| !shown.contains(section));
    let more = claim.events.len().saturating_sub(EVENTS);
    let more = (more > 0).then(|| format!("{more} more"));
    let sources = section.map(str::to_owned).into_iter().chain(events().take(EVENTS)).chain(more);
    let sources = sources.collect::<Vec<_>>().join(", ");
    if sources.is_empty() { text } else { text.toned(Tone::Dim, format!(" ({sources})")) }
}

/// What an event says.
fn of_event(case: &Case<'_>, event: &Event) -> Text {
    let (tone, words) = event::sentence(case.world(), event);
    Text::from(format!("{} ", event.node)).toned(tone, words)
}
