//! "Did you mean": the nearest of several words.
//!
//! Damerau-Levenshtein counts a swap of neighbours as one slip, as fingers do. How many slips may
//! separate two words grows with their length, because among short words everything is near
//! everything.

use crate::quantity::shown;

/// Longer words are no slips of the finger, and comparing them would cost time and memory.
const LONGEST: usize = 64;

/// The candidate nearest to the word, if one is near enough; of several, the first.
///
/// A candidate that the word begins counts as near (`stat` for `status`), unless another is nearer.
pub fn nearest<S: AsRef<str>>(word: &str, candidates: impl IntoIterator<Item = S>) -> Option<S> {
    let length = word.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let wanted = word.to_lowercase();
    let allowed = length.max(3) / 3;
    let slips = |candidate: &str| {
        let lower = candidate.to_lowercase();
        let slips = strsim::damerau_levenshtein(&wanted, &lower);
        // A one-letter name shares nothing with a word one slip away from it.
        let near = slips <= allowed && slips < candidate.chars().count().max(length);
        match near {
            true => Some(slips),
            false if length >= 2 && lower.starts_with(&wanted) => Some(allowed + slips),
            false => None,
        }
    };
    candidates
        .into_iter()
        .filter(|candidate| candidate.as_ref().chars().count() <= LONGEST)
        .filter_map(|candidate| slips(candidate.as_ref()).map(|slips| (slips, candidate)))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// What is said behind an unknown word: which one was probably meant; nothing if none is near.
pub fn hint<S: AsRef<str>>(word: &str, candidates: impl IntoIterator<Item = S>) -> String {
    let near = nearest(word, candidates);
    near.map(|near| format!("; did you mean '{}'?", near.as_ref())).unwrap_or_default()
}

/// What is said of a word that is none of these names: which one was probably meant, or else what
/// there is.
pub fn unknown<S: AsRef<str>>(
    what: &str,
    word: &str,
    names: impl IntoIterator<Item = S>,
    otherwise: &str,
) -> String {
    match hint(word, names) {
        near if near.is_empty() => format!("unknown {what} {}; {otherwise}", shown(word)),
        near => format!("unknown {what} {}{near}", shown(word)),
    }
}
