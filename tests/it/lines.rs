//! Lines become words, and words become statements and blocks: tables of cases, and many random
//! lines.

use raftsh::language::SourcePlace;
use raftsh::language::line::{LinePart, MAX_LINE, split};
use raftsh::language::statement::{Builder, MAX_DEPTH, Node};

use crate::saved::moves::Dice;

/// The pieces of a line in brackets, a quoted word with a tick before it.
fn shown(line: &str) -> String {
    let piece = |piece: LinePart| match piece {
        LinePart::Word(t) => {
            format!("[{}{}]", if t.quoted { "'" } else { "" }, t.text.escape_debug())
        }
        LinePart::Semicolon => ";".into(),
        LinePart::Open(_) => "{".into(),
        LinePart::Close(_) => "}".into(),
    };
    match split(line) {
        Ok(pieces) => pieces.into_iter().map(piece).collect(),
        Err(error) => format!("{:?}: {}", error.at.unwrap_or_default(), error.message),
    }
}

#[test]
fn words() {
    for (line, expected) in [
        ("", ""),
        ("  \t ", ""),
        ("# all of it", ""),
        ("kill n2", "[kill][n2]"),
        ("kill n2 # why", "[kill][n2]"),
        ("echo a#b '#' \"#\"", "[echo][a#b]['#]['#]"),
        ("a;b ;; c", "[a];[b];;[c]"),
        ("echo 'a;b' \"c;d\"", "[echo]['a;b]['c;d]"),
        ("put n1 x=\"a b\"c", "[put][n1]['x=a bc]"),
        ("echo ''", "[echo][']"),
        (r"echo 'a\n'", r"[echo]['a\\n]"),
        (r#"echo "\n\t\\\"\x41\u{e9}\u{1F600}""#, "[echo]['\\n\\t\\\\\\\"Aé😀]"),
        ("repeat 3 { step; x }", "[repeat][3]{[step];[x]}"),
        ("echo {a} '{' \"}\"", "[echo][{a}]['{]['}]"),
        ("!kill n1", "[!kill][n1]"),
        (r"echo C:\temp", r"[echo][C:\\temp]"),
        ("kill\u{a0}n2", "[kill][n2]"),
    ] {
        assert_eq!(shown(line), expected, "{line}");
    }
}

#[test]
fn errors_have_a_place() {
    for (line, expected) in [
        ("echo 'abc", "5..6: this quote is never closed"),
        ("echo x\"abc", "6..7: this quote is never closed"),
        ("echo \"abc\\", "5..6: this quote is never closed"),
        ("echo \"a\\xff\"", "7..9: '\\x' is not an escape; write \\x and two digits from 00 to 7f"),
        ("a\0b", "1..2: control character \\x00 in the line"),
        ("# \u{1b}[2J", "2..3: control character \\x1b in the line"),
        ("a\u{85}", "1..3: control character \\u{85} in the line"),
    ] {
        assert_eq!(shown(line), expected, "{line:?}");
    }
}

#[test]
fn spans_include_quotes() {
    let pieces = split("é 'b c'  d").unwrap();
    let spans: Vec<_> = pieces
        .iter()
        .filter_map(|p| if let LinePart::Word(t) = p { Some(t.span.clone()) } else { None })
        .collect();
    assert_eq!(spans, [0..2, 3..8, 10..11]);
}

#[test]
fn a_line_ends_at_64_kib() {
    assert!(split(&"a".repeat(MAX_LINE)).is_ok());
    assert_eq!(split(&"a".repeat(MAX_LINE + 1)).unwrap_err().at, Some(MAX_LINE..MAX_LINE));
    assert_eq!(split(&"é".repeat(MAX_LINE)).unwrap_err().at, Some(MAX_LINE..MAX_LINE));
}

fn node_shown(node: &Node) -> String {
    let bang = if node.statement().negated { "!" } else { "" };
    match node {
        Node::Command(s) => {
            format!(
                "{bang}{}",
                s.tokens.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ")
            )
        }
        Node::Repeat { count, body, .. } => {
            format!("{bang}{count}({})", body.iter().map(node_shown).collect::<Vec<_>>().join("; "))
        }
    }
}

/// The nodes or the error of each line, and the error at the end of the text if there is one,
/// separated by ` | `.
fn fed(text: &str) -> String {
    let mut builder = Builder::default();
    let mut said = Vec::new();
    for (nth, line) in text.lines().enumerate() {
        match builder.feed(&SourcePlace { source: None, line: nth as u64 + 1 }, line) {
            Ok(nodes) => said.extend(nodes.iter().map(node_shown)),
            Err(failure) => said.push(format!(
                "{:?}: {}",
                failure.error.at.unwrap_or_default(),
                failure.error.message
            )),
        }
    }
    if let Err(failure) = builder.end() {
        said.push(format!("{}: {}", failure.statement.place.line, failure.error.message));
    }
    said.join(" | ")
}

#[test]
fn statements_and_blocks() {
    for (text, expected) in [
        ("", ""),
        ("kill n1; ; status # x", "kill n1 | status"),
        ("!kill n1", "!kill n1"),
        ("! kill n1", "!kill n1"),
        ("'!kill' n1", "!kill n1"),
        ("repeat 3 { step; x }", "3(step; x)"),
        ("repeat 3 {\n step\n\n # no\n x\n}; y", "3(step; x) | y"),
        ("repeat 2 { repeat 3 { a } ; b }\nc", "2(3(a); b) | c"),
        ("repeat 2 { repeat 3 { a } }", "2(3(a))"),
        ("!repeat 0 { }", "!0()"),
        ("echo '{' \"}\" {a}", "echo { } {a}"),
    ] {
        assert_eq!(fed(text), expected, "{text}");
    }
}

#[test]
fn errors() {
    for (text, expected) in [
        ("a; }", "3..4: '}' closes a block, and none is open"),
        ("{ a }", "0..1: '{' opens a block only after `repeat N`"),
        ("echo {", "5..6: '{' opens a block only after `repeat N`"),
        ("repeat {", "7..8: `repeat` needs a number before its block"),
        ("repeat x { a }", "7..8: 'x' is not a number"),
        ("repeat -1 { a }", "7..9: '-1' is not a number"),
        ("repeat +1 { a }", "7..9: '+1' is not a number"),
        ("repeat 99999999999999999999 { a }", "7..27: '99999999999999999999' is not a number"),
        ("repeat 1 2 { a }", "9..10: `repeat` takes one number, then '{', not '2'"),
        ("repeat 3 step", "0..13: `repeat` needs a block on the same line"),
        ("repeat 3 {run 1s}", "9..10: a blank is missing after '{'"),
        ("repeat 3 {run 1s }", "9..10: a blank is missing after '{'"),
        ("repeat 3 {run; b }", "9..10: a blank is missing after '{'"),
        ("repeat 3{ run 1s }", "8..9: a blank is missing before '{'"),
        ("repeat 3 '{run'", "0..15: `repeat` needs a block on the same line"),
        ("repeat 1 { a } b", "15..16: expected ';' or the end of the line after '}'"),
        ("!", "0..1: '!' needs a command after it"),
        ("!!a", "0..1: one '!' is enough"),
        ("! !a", "0..1: one '!' is enough"),
        ("repeat 1 {\n a", "1: this block is never closed"),
    ] {
        assert!(fed(text).starts_with(expected), "{text}: {}", fed(text));
    }
}

#[test]
fn an_error_inside_a_block_drops_the_block_only() {
    let quote = "5..6: this quote is never closed";
    assert_eq!(fed("repeat 2 {\necho 'a\nrepeat 3 { b }\n}\nc"), format!("{quote} | c"));
    assert_eq!(fed("repeat 2 { 'a\n}\nc"), "11..12: this quote is never closed | c");
    assert_eq!(fed("repeat x {\n a\n}\nc"), "7..8: 'x' is not a number | c");
}

#[test]
fn depth_and_size_end() {
    let deep =
        |depth: usize| fed(&format!("{}a{}", "repeat 1 { ".repeat(depth), " }".repeat(depth)));
    assert!(deep(MAX_DEPTH).ends_with("1(a))))))))))))))))))))))))))))))))"));
    assert!(deep(MAX_DEPTH + 1).ends_with("blocks nest at most 32 deep"));
    assert!(fed(&"repeat 1 {\n".repeat(100_000)).ends_with("blocks nest at most 32 deep"));
    let long = format!("repeat 1 {{\n{}}}\nb", format!("{}\n", "a ".repeat(30_000)).repeat(20));
    assert_eq!(fed(&long), "0..0: this block is larger than 1 MiB | b");
}

#[test]
fn blocks_without_commands_are_idle() {
    for (text, idle) in
        [("repeat 9 { }", true), ("repeat 9 { repeat 0 { a } }", true), ("repeat 9 { a }", false)]
    {
        let nodes = Builder::default().feed(&SourcePlace { source: None, line: 1 }, text).unwrap();
        assert_eq!(nodes[0].is_idle(), idle, "{text}");
    }
}

/// How deep the blocks of a node nest.
fn depth(node: &Node) -> usize {
    match node {
        Node::Command(_) => 0,
        Node::Repeat { body, .. } => 1 + body.iter().map(depth).max().unwrap_or(0),
    }
}

#[test]
fn random_lines_never_panic() {
    let words = [
        "repeat 2 {",
        "{",
        "}",
        "!",
        "'",
        "\"",
        "\\",
        "\\x4",
        "\\u{",
        ";",
        "#",
        " ",
        "a",
        "é",
        "\0",
        "\t",
        "😀",
    ];
    let mut dice = Dice::new(1);
    let mut builder = Builder::default();
    for line in 0..20_000 {
        let length = dice.below(24);
        let mut bytes = Vec::new();
        for _ in 0..length {
            match dice.below(4) {
                0 => bytes.push(dice.below(256) as u8),
                _ => bytes.extend(words[dice.below(words.len())].as_bytes()),
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match builder.feed(&SourcePlace { source: None, line }, &text) {
            Ok(nodes) => {
                assert!(nodes.iter().all(|node| !node.statement().tokens.is_empty()));
                assert!(nodes.iter().all(|node| depth(node) <= MAX_DEPTH));
            }
            Err(failure) => {
                let at = failure.error.at.unwrap_or_default();
                assert!(failure.statement.text.get(at).is_some(), "an error points into its line");
            }
        }
    }
}
