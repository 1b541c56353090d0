//! Plain English: phrases that must not come back, in sources and in output.

use crate::architecture::{files, hold};
use crate::source::Finding;

/// Words and phrases of a dialect that readers did not understand.
const PHRASES: &[&str] = &[
    "came true",
    "come true",
    "gave up:",
    "is not so",
    "lacks ",
    "so many",
    "so much as",
    "one word too many",
    "names no node now",
    "others take their place",
    "each way counts",
    "whoever",
    "held against",
    "without a word",
    "what it says is synced is not",
    "to be had",
    "stands here twice",
    "stands in two",
    "goes on its way",
    "what becomes of",
    "what comes of it",
    "what it finds out",
    "as it was: nothing",
    "takes no more",
    "lost its place",
    "is no KEY",
    "by itself alone",
    "nobody can overlook",
    "the other way round",
];

fn phrases(_file: &str, text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.to_lowercase();
        let all = PHRASES.iter().filter(|phrase| line.contains(&phrase.to_lowercase()));
        found.extend(all.map(|phrase| (number, format!("'{phrase}' is not plain English"))));
    }
    found
}

#[test]
fn sources_are_in_plain_english() {
    assert!(!phrases("a.rs", "// Whoever comes").is_empty());
    for folder in ["src", "benches", "scripts", "README.md"] {
        hold(phrases, &files(folder, &[".rs", ".raft", ".md"]));
    }
    let tests = files("tests", &[".rs", ".txt"]);
    let others: Vec<_> = tests.into_iter().filter(|(name, _)| name != "it/plain.rs").collect();
    hold(phrases, &others);
}
