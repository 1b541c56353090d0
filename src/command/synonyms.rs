//! Names that other tools, or the paper, have for our commands.

/// Commands, each with its other names.
const OTHER_WORDS: &[(&str, &[&str])] = &[
    ("apropos", &["search"]),
    ("cluster", &["new", "reset"]),
    ("cut", &["block", "unplug"]),
    ("del", &["delete", "remove", "rm"]),
    ("expect", &["assert", "check"]),
    ("export", &["draw", "html", "page", "picture"]),
    ("heal", &["connect", "reconnect"]),
    ("history", &["events", "trace"]),
    ("isolate", &["disconnect"]),
    ("kill", &["crash", "down", "fail", "stop"]),
    ("kv", &["data", "store"]),
    ("logs", &["entries"]),
    ("mend", &["fix", "repair"]),
    ("partition", &["split"]),
    ("pause", &["freeze", "suspend"]),
    ("put", &["propose", "submit", "write"]),
    ("get", &["read"]),
    ("ops", &["requests"]),
    ("repeat", &["for", "loop"]),
    ("restart", &["recover", "start", "up"]),
    ("resume", &["unpause"]),
    ("run", &["advance", "sleep", "wait"]),
    ("source", &["include"]),
    ("status", &["ls", "nodes", "ps", "show", "state"]),
    ("tick", &["beat", "heartbeat"]),
    ("timeout", &["campaign", "elect", "election", "vote"]),
    ("why", &["diagnose", "explain"]),
];

/// The command that another name means: `kill` for `crash`.
pub(super) fn command_meant_by(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    OTHER_WORDS
        .iter()
        .find(|(_, others)| others.contains(&word.as_str()))
        .map(|(command, _)| *command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Grammar;

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
