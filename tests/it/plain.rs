//! Plain English: phrases that must not come back, in sources and in output, and lines that fit.

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

/// The widest that a line of code or a comment may be.
const WIDTH: usize = 100;

fn phrases(_file: &str, text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.to_lowercase();
        let all = PHRASES.iter().filter(|phrase| line.contains(&phrase.to_lowercase()));
        found.extend(all.map(|phrase| (number, format!("'{phrase}' is not plain English"))));
    }
    found
}

/// Long lines, but for tables in comments, strings and the rows of a macro, which cannot break.
fn long_lines(file: &str, text: &str) -> Vec<Finding> {
    let is_whole = |line: &str| {
        let text = line.trim_start();
        text.starts_with("//! |")
            || text.starts_with('|')
            || text.contains('"')
            || text.contains('$')
            || text.starts_with("#[")
            || text.contains("https://")
            || text.contains("\\u{")
            || text.starts_with("=> ")
            || text.ends_with("\\n\\")
            || file == "command/help/topics.rs"
            || file == "command/help/glossary.rs"
            || file.ends_with(".md")
            || file.ends_with(".raft") && text.starts_with("expect ") && !text.contains('#')
    };
    // In tests, scripts stand in strings of many lines; the formatter sees to code.
    let counts = |line: &str| !file.starts_with("it/") || line.trim_start().starts_with("//");
    let wide = |line: &&str| line.chars().count() > WIDTH && counts(line) && !is_whole(line);
    let lines = (1..).zip(text.lines());
    let wide = lines.filter(|(_, line)| wide(line));
    wide.map(|(number, line)| (number, format!("{} columns", line.chars().count()))).collect()
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

#[test]
fn lines_fit_into_a_hundred_columns() {
    assert!(!long_lines("a.rs", &"x".repeat(WIDTH + 1)).is_empty());
    for folder in ["src", "tests", "benches", "scripts"] {
        hold(long_lines, &files(folder, &[".rs", ".raft"]));
    }
}
