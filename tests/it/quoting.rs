//! Words print as they have to be typed.

use raftsh::word::{QuotedWord, is_invisible, quoted};

#[test]
fn what_is_quoted_reads_back() {
    for text in [
        "x",
        "",
        "a b",
        "-5",
        "\"",
        "\\",
        "é\u{301}",
        "\u{1b}[2J\n\r\t\0",
        "a.b",
        "漢字",
        "[1,2]=#;",
        "\u{9f}",
        "none",
        "a\u{200b}\u{ad}b\u{fe0f}\u{e000}\u{202e}\u{3164}\u{3000}\u{10ffff}",
    ] {
        let shown = QuotedWord(text).to_string();
        match shown.starts_with('"') {
            true => assert_eq!(quoted(&shown), Ok((text.to_owned(), shown.len()))),
            false => assert_eq!(shown, text),
        }
    }
}

#[test]
fn what_cannot_be_seen_is_spelt_out() {
    for (text, shown) in [
        ("\u{1b}[2J", r#""\x1b[2J""#),
        ("a\u{200b}", r#""a\u{200b}""#),
        ("\u{ad}", r#""\u{ad}""#),
        ("\u{2764}\u{fe0f}", "\"\u{2764}\\u{fe0f}\""),
        ("\u{e000}", r#""\u{e000}""#),
        ("\u{202e}", r#""\u{202e}""#),
        ("\u{3164}", r#""\u{3164}""#),
        ("a\u{a0}b", r#""a\u{a0}b""#),
        ("\u{1ffff}", r#""\u{1ffff}""#),
        ("a b", r#""a b""#),
        ("e\u{301}", "\"e\u{301}\""),
        ("日本é", "日本é"),
    ] {
        assert_eq!(QuotedWord(text).to_string(), shown);
    }
    assert!(['a', ' ', 'é', '漢', '\u{301}', '✓', '😀'].iter().all(|c| !is_invisible(*c)));
}
