//! A `match` on the kind of an event names every kind, so that the compiler finds each place where
//! a new one is missing. Code to which only some kinds matter asks for their attributes.

use crate::source::{Finding, code, line_of, places, without_tests};

/// The enums of which every `match` must name all variants.
const KINDS: [&str; 2] = ["EventKind::", "Note::"];

/// The patterns of the `match` that begins here, each with its position.
fn patterns(code: &str, start: usize) -> Vec<(usize, &str)> {
    let Some(body) = code[start..].find('{').map(|at| start + at + 1) else { return Vec::new() };
    let (mut depth, mut begin, mut in_pattern, mut found) = (0, body, true, Vec::new());
    for (at, c) in code[body..].char_indices().map(|(at, c)| (body + at, c)) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        let closes = c == '}' && !code[at + 1..].trim_start().starts_with('.');
        if depth == 0 && in_pattern && code[at..].starts_with("=>") {
            found.push((begin, code[begin..at].trim()));
            in_pattern = false;
        } else if depth == 0 && !in_pattern && (c == ',' || closes) {
            (begin, in_pattern) = (at + 1, true);
        }
    }
    found
}

/// A pattern without its guard and without the comma of the arm before it.
fn bare(pattern: &str) -> &str {
    let pattern = pattern.trim_start_matches(',').trim();
    pattern.split(" if ").next().unwrap_or_default().trim()
}

/// Whether a pattern matches everything that is left: `_`, or a name.
fn takes_all(pattern: &str) -> bool {
    bare(pattern).chars().all(|c| c.is_ascii_lowercase() || c == '_') && !pattern.contains(" if ")
}

fn passed_over(file: &str, text: &str) -> Vec<Finding> {
    if file.starts_with("check/") || file.ends_with("/tests.rs") {
        return Vec::new();
    }
    let code = without_tests(&code(text));
    let mut found = Vec::new();
    for place in places(&code, "match") {
        let patterns = patterns(&code, place);
        let of_kinds = patterns.iter().any(|(_, one)| KINDS.iter().any(|kind| one.contains(kind)));
        let all = patterns.iter().find(|(_, one)| takes_all(one)).filter(|_| of_kinds);
        found.extend(
            all.map(|(at, one)| (line_of(&code, *at), format!("{} passes kinds over", bare(one)))),
        );
    }
    found
}

#[test]
fn no_kind_of_event_is_passed_over() {
    for wrong in [
        "match event.kind {\n    EventKind::NodeKilled => 1,\n    _ => 2,\n}",
        "match note { Note::CommitHeld { held } => { f(held) } _ => {} }",
        "match kind { EventKind::Note(Note::CommitHeld { .. }) => match x { _ => 1 }, other => 2 }",
        "f(match kind { EventKind::NodeKilled if x => a.b(), EventKind::NodePaused => S { x }.y, _ => 0 })",
    ] {
        assert_eq!(passed_over("view/event.rs", wrong).len(), 1, "{wrong}");
    }
    for right in [
        "match event.kind { EventKind::NodeKilled => match x { 1 => 1, _ => 2 }, EventKind::NodePaused => 2 }",
        "match x { 1 => f(EventKind::NodeKilled), _ => 2 }",
        "// match kind { EventKind::NodeKilled => 1, _ => 2 }",
        "#[cfg(test)]\nmod tests { fn f() { match kind { EventKind::NodeKilled => 1, _ => 2 } } }",
    ] {
        assert_eq!(passed_over("view/event.rs", right), [], "{right}");
    }
    crate::architecture::hold(passed_over, &crate::architecture::files("src", &[".rs"]));
}
