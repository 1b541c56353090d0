//! Sentences about what engines do.

use crate::raft::{Index, Label, NodeId, Term};
use crate::view::document::Tone;
use crate::view::words;

pub(super) fn entries_cached(through: Index) -> (Tone, String) {
    (Tone::Plain, format!("wrote its entries up to {through}, without a sync"))
}

pub(super) fn vote_cached(term: Term, vote: Option<NodeId>) -> (Tone, String) {
    let vote = words::node_or_none(vote);
    (Tone::Plain, format!("wrote term {term} and vote {vote}, without a sync"))
}

pub(super) fn timer_fired(timer: Label) -> (Tone, String) {
    (Tone::Plain, format!("{timer} timer ran out"))
}

pub(super) fn noted(note: Label) -> (Tone, String) {
    (Tone::Dim, format!("says: {note}"))
}

pub(super) fn power_cut() -> (Tone, String) {
    (Tone::Bad, "lost its power".to_owned())
}
