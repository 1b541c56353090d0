//! Sentences of claims, a file for each group of kinds.

mod life;
mod state;

use super::document::{Text, Tone};
use crate::explain::{Case, Claim, ClaimKind};

/// A claim as one sentence, with the section of the paper and the events at its end.
pub fn sentence(case: &Case<'_>, claim: &Claim) -> Text {
    let text = match &claim.kind {
        ClaimKind::State(kind) => state::sentence(kind),
        ClaimKind::Life(kind) => life::sentence(case, kind, &claim.events),
    };
    let section = claim.about().section.map(str::to_owned).into_iter();
    let sources = section.chain(claim.events.iter().map(|event| format!("#{event}")));
    let sources = sources.collect::<Vec<_>>().join(", ");
    if sources.is_empty() { text } else { text.toned(Tone::Dim, format!(" ({sources})")) }
}
