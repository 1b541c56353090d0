//! Only the group counts majorities.

use crate::architecture::{files, hold};
use crate::source::{Finding, code};

/// Finds code outside of `raft/group.rs` that halves a number of nodes: it assumes that all nodes
/// vote.
fn majorities(file: &str, text: &str) -> Vec<Finding> {
    if file == "raft/group.rs" {
        return Vec::new();
    }
    let code = code(text);
    let halves = |line: &str| {
        let line: String = line.split_whitespace().collect();
        let counts =
            ["len()", "size", "count()", "nodes", "voters"].iter().any(|word| line.contains(word));
        let halved = ["/2", "*2<", "*2>"].iter().any(|half| line.contains(half));
        counts && halved
    };
    let lines = code.lines().zip(1..).filter(|(line, _)| halves(line));
    lines
        .map(|(line, number)| {
            (number, format!("a majority is a matter of the group: {}", line.trim()))
        })
        .collect()
}

#[test]
fn nobody_but_the_group_counts_majorities() {
    for (file, text) in [
        ("raft/election.rs", "if votes.len() > self.cluster_size / 2 {"),
        ("check/property/x.rs", "holders.len() * 2 > size"),
        ("view/glance.rs", "_ if up * 2 <= nodes => Tone::Bad,"),
        ("raft/commit.rs", "let majority = voters.count() / 2 + 1;"),
    ] {
        assert_ne!(majorities(file, text), [], "{text}");
    }
    for text in ["let middle = high - (high - low) / 2;", "// size / 2", "grid.page.width / 2"] {
        assert_eq!(majorities("view/render.rs", text), [], "{text}");
    }
    hold(majorities, &files("src", &[".rs"]));
}
