//! "Did you mean": finds the nearest of several words.
//!
//! The Damerau-Levenshtein distance counts a swap of two neighbours as one typing error. The
//! distance allowed between two words grows with their length, because short words are all near
//! each other.

use crate::quantity::shown;

/// The longest word that is compared, in characters. A longer word is no typing error, and
/// comparing it would cost time and memory.
const LONGEST: usize = 64;

/// The candidate nearest to the word, if one is near enough; the first of several equally near
/// ones.
///
/// A candidate that begins with the word counts as near (`stat` for `status`), unless another is
/// nearer.
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
        // A one-letter name shares nothing with a word at distance 1.
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

/// The suggestion to add after an unknown word; empty if no candidate is near.
pub fn hint<S: AsRef<str>>(word: &str, candidates: impl IntoIterator<Item = S>) -> String {
    let near = nearest(word, candidates);
    near.map(|near| format!("; did you mean '{}'?", near.as_ref())).unwrap_or_default()
}

/// The error about an unknown word: with the nearest name, or else with `otherwise`, which lists
/// what is known.
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
