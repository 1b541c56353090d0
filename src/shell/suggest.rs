//! "Did you mean": the nearest of several words, and the commands behind words that mean the same.
//!
//! Damerau-Levenshtein counts a swap of neighbours as one slip, as fingers do. How many slips may separate two words
//! grows with their length, because among short words everything is near everything.

use std::path::Path;

/// Longer words are no slips of the finger, and comparing them would cost time and memory.
const LONGEST: usize = 64;

/// The candidate nearest to the word, if one is near enough; of several, the first.
///
/// A candidate that the word begins counts as near (`stat` for `status`), unless another is nearer.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
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
        .filter(|candidate| candidate.chars().count() <= LONGEST)
        .filter_map(|candidate| slips(candidate).map(|slips| (slips, candidate)))
        .min_by_key(|&(slips, _)| slips)
        .map(|(_, candidate)| candidate)
}

/// Commands, and what people who come from other tools, or from the paper, call them.
const OTHER_WORDS: &[(&str, &[&str])] = &[
    ("apropos", &["find", "search"]),
    ("cluster", &["new", "reset"]),
    ("cut", &["block", "unplug"]),
    ("del", &["delete", "remove", "rm"]),
    ("echo", &["print"]),
    ("expect", &["assert", "check"]),
    ("heal", &["connect", "reconnect"]),
    ("help", &["man"]),
    ("history", &["events", "trace"]),
    ("isolate", &["disconnect"]),
    ("kill", &["crash", "down", "fail", "shutdown", "stop"]),
    ("kv", &["data", "store"]),
    ("logs", &["entries"]),
    ("partition", &["split"]),
    ("pause", &["freeze", "suspend"]),
    ("put", &["propose", "submit", "write"]),
    ("get", &["read"]),
    ("ops", &["requests"]),
    ("repeat", &["for", "loop"]),
    ("restart", &["boot", "recover", "start", "up"]),
    ("resume", &["continue", "unpause"]),
    ("run", &["advance", "sleep", "wait"]),
    ("source", &["include"]),
    ("status", &["info", "ls", "nodes", "ps", "show", "state"]),
    ("step", &["next"]),
    ("tick", &["beat", "heartbeat"]),
    ("timeout", &["campaign", "elect", "election", "vote"]),
];

/// The command that somebody has in mind who calls it by another word: `crash` for `kill`.
pub fn command_meant_by(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    OTHER_WORDS.iter().find(|(_, others)| others.contains(&word.as_str())).map(|(command, _)| *command)
}

/// So many files of a directory are looked at.
const FILES: usize = 10_000;

/// The file beside a missing one whose name is nearest to its name; in the same words, with its directory.
pub fn nearest_file(missing: &Path) -> Option<String> {
    let (directory, name) = (missing.parent()?, missing.file_name()?.to_str()?);
    let here = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let entries = std::fs::read_dir(here).ok()?.take(FILES);
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    // A link that leads nowhere is missing, and there.
    names.retain(|known| known != name);
    // A directory lists its files in no order.
    names.sort_unstable();
    let near = nearest(name, names.iter().map(String::as_str))?;
    Some(directory.join(near).to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::{OTHER_WORDS, command_meant_by, nearest};
    use crate::shell::command::Grammar;

    #[test]
    fn near_words() {
        let commands = ["kill", "restart", "status", "step", "settings", "set", "timeout", "tick", "help"];
        for (word, expected) in [
            ("klil", Some("kill")),
            ("kil", Some("kill")),
            ("KILL", Some("kill")),
            ("killl", Some("kill")),
            ("staus", Some("status")),
            ("stat", Some("status")),
            ("restrat", Some("restart")),
            ("setings", Some("settings")),
            ("hepl", Some("help")),
            ("timeuot", Some("timeout")),
            ("xyzzy", None),
            ("make", None),
            ("", None),
            ("s", None),
        ] {
            assert_eq!(nearest(word, commands), expected, "{word}");
        }
        assert_eq!(nearest("n9", ["n1", "n2", "n3"]), Some("n1"));
        assert_eq!(nearest("y", ["x"]), None);
        assert_eq!(nearest(&"k".repeat(60_000), commands), None);
    }

    #[test]
    fn other_words_mean_commands_and_are_none() {
        let commands = Grammar::default().names();
        for (command, others) in OTHER_WORDS {
            assert!(commands.iter().any(|known| known == command), "{command}");
            for other in *others {
                assert!(!commands.iter().any(|known| known == other), "{other}");
                assert_eq!(command_meant_by(other), Some(*command), "{other} stands there twice");
            }
        }
        assert_eq!(command_meant_by("Crash"), Some("kill"));
        assert_eq!(command_meant_by("kill"), None);
    }
}
