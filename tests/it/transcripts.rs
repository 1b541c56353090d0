//! Tutorials: which sessions Markdown contains, which outputs match the text, and how outputs are
//! mended and compared.

use raftsh::suite::transcript::difference::unified;
use raftsh::suite::transcript::markdown::{Exchange, Tutorial};
use raftsh::suite::transcript::pattern::{ActualOutput, line_matches};

/// The largest number of lines that a diff shows.
const MOST_SHOWN: usize = 200;

/// The sessions, one a line: `line:command=output lines`.
fn outline(text: &str) -> String {
    let tutorial = match Tutorial::read(text) {
        Ok(tutorial) => tutorial,
        Err(fault) => return format!("{}: {}", fault.line, fault.message),
    };
    let exchange = |exchange: &Exchange| {
        let output = tutorial.output(exchange).join("|");
        format!("{}:{}={output}", exchange.line, exchange.command.replace('\n', "/"))
    };
    let session =
        |session: &Vec<Exchange>| session.iter().map(exchange).collect::<Vec<_>>().join(" ; ");
    tutorial.sessions.iter().map(session).collect::<Vec<_>>().join("\n")
}

#[test]
fn fences() {
    for (text, expected) in [
        ("no fence", ""),
        ("```raftsh\nraft> a\n1\n2\nraft> b\n```\nx", "2:a=1|2 ; 5:b="),
        ("```raftsh\nraft> a\n\n 1\n\n```", "2:a=| 1|"),
        ("```raftsh\nraft> a\n```\n\n~~~ raftsh\nraft> b\n~~~\n", "2:a= ; 6:b="),
        ("```raftsh\nraft> a\n```\n```raftsh reset\nraft> b\n```", "2:a=\n5:b="),
        ("```raftsh ignore\nraft> a\nx\n```\n", ""),
        ("```raftsh ignore reset\nraft> a\n```\n```raftsh\nraft> b\n```", "5:b="),
        ("```sh\nraft> a\n```\n", ""),
        ("````md\n```raftsh\nraft> a\n```\n````\n```raftsh\nraft> b\n```", "7:b="),
        ("```raftsh\nraft> a\n~~~\n``\n````\n", "2:a=~~~|``"),
        ("- x\n  ```raftsh\n  raft> a\n    1\n 2\n  ```\n", "3:a=  1|2"),
        ("```raftsh\n\nraft> a\n```", "3:a="),
        (
            "```raftsh\nraft> repeat 2 {\n....> x\n....> }\n1\n....> 2\n```",
            "2:repeat 2 {/x/}=1|....> 2",
        ),
        ("```raftsh\nraft>\n1\n```", "2:=1"),
        ("```raftsh\r\nraft> a\r\n1\r\n```\r\n", "2:a=1"),
        ("``raftsh``\n`raftsh`\n```raftsh```\nx", ""),
        ("```rust\n", ""),
        ("x\n```raftsh\nraft> a\n", "2: this fence is never closed"),
        ("```raftsh\nraft> a\n```raftsh\nraft> b\n```\n", "2:a=```raftsh ; 4:b="),
        (
            "```raftsh\nabc\nraft> a\n```",
            "2: output before any command; commands begin with 'raft> '",
        ),
        // Fences in comments are ignored; fences in quotes and lists are found.
        ("<!--\n```raftsh\nraft> a\n```\n-->\n```raftsh\nraft> b\n```", "7:b="),
        ("<!-- x -->\n```raftsh\nraft> a\n```", "3:a="),
        ("<!-->\n```raftsh\nraft> a\n```\n-->", "3:a="),
        ("x <!--\n```raftsh\nraft> a\n```\n-->", "3:a="),
        ("```raftsh\nraft> a\n<!--\n```\n", "2:a=<!--"),
        ("<!-- x\n```sh\n```", ""),
        ("<!-- x\n```raftsh\n```", "1: this comment is never closed and hides everything below it"),
        ("> x\n> ```raftsh\n> raft> a\n>   1\n>\n> ```\nx", "3:a=  1|"),
        (">> ```raftsh\n> > raft> a\n>>1\n>> ```", "2:a=1"),
        ("> ```raftsh\n> raft> a\n\nx\n```\n", "1: this fence is never closed"),
        ("> ```sh\nx\n```raftsh\nraft> a\n```", "4:a="),
        ("- ```raftsh\n  raft> a\n  1\n  ```\n", "2:a=1"),
        ("10. > ```raftsh\n    > raft> a\n    > 1\n    > ```\n", "2:a=1"),
        ("-```raftsh\n", ""),
        ("```RAFTSH\nraft> a\n```", "1: 'RAFTSH' is not the mark of a fence; write 'raftsh'"),
        ("```{raftsh}\n```", "1: '{raftsh}' is not the mark of a fence; write 'raftsh'"),
        ("```raftsh,reset\n```", "1: 'raftsh,reset' is not the mark of a fence; write 'raftsh'"),
        ("```raftshell\n```", ""),
        (
            "```raftsh ignroe\n```",
            "1: unknown word 'ignroe' after 'raftsh'; did you mean 'ignore'?",
        ),
    ] {
        assert_eq!(outline(text), expected, "{text}");
    }
}

#[test]
fn only_outputs_are_rewritten() {
    for (text, expected) in [
        (
            "a\n```raftsh\nraft> x\nold\nraft> y\n```\nb",
            "a\n```raftsh\nraft> x\nnew\n\nraft> y\n```\nb",
        ),
        (
            "> - ```raftsh\n>   raft> x\n>   old\n>   ```",
            "> - ```raftsh\n>   raft> x\n>   new\n>\n>   ```",
        ),
        (
            "  ```raftsh\r\n  raft> x\r\n  ```\r\n",
            "  ```raftsh\r\n  raft> x\r\n  new\r\n\r\n  ```\r\n",
        ),
    ] {
        let tutorial = Tutorial::read(text).unwrap();
        let first = tutorial.exchanges().next().unwrap();
        let output = vec!["new".to_owned(), String::new()];
        assert_eq!(tutorial.with_outputs([(first, output)]), expected);
        assert_eq!(tutorial.with_outputs([]), text);
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split('|').filter(|line| !line.is_empty()).collect()
}

fn found(text: &str) -> ActualOutput<'_> {
    ActualOutput { lines: lines(text), failed: text.contains("error: ") }
}

#[test]
fn lines_with_any_characters() {
    for (expected, line, matches) in [
        ("abc", "abc", true),
        ("abc", "abcd", false),
        ("[..]", "", true),
        ("[..]", "anything", true),
        ("a[..]c", "ac", true),
        ("a[..]c", "abbc", true),
        ("a[..]c", "abbcd", false),
        ("ab[..]bc", "abc", false),
        ("[..]b[..]", "abc", true),
        ("[..]x[..]", "abc", false),
        ("a[..]b[..]b", "ab", false),
        ("a[..]b[..]b", "abb", true),
        ("[..]é[..]", "aéb", true),
        ("a[..][..]b", "ab", true),
        ("a[.]b", "a[.]b", true),
    ] {
        assert_eq!(line_matches(expected, line), matches, "{expected} {line}");
    }
}

#[test]
fn any_lines_but_no_error() {
    for (pattern, text, matches) in [
        ("", "", true),
        ("", "a", false),
        ("a", "", false),
        ("a|b", "a|b", true),
        ("...", "", true),
        ("...", "a|b", true),
        ("a|...|d", "a|b|c|d", true),
        ("a|...|d", "a|d", true),
        ("a|...|d", "a|d|d", true),
        ("a|...|d", "a|d|e", false),
        ("...|b|...|b", "a|b|c|b", true),
        ("...|b|...|b", "a|b|c", false),
        ("...|b|c", "b|b|c", true),
        ("a|...|...", "a", true),
        ("...", "error: no|x", false),
        ("error: [..]|...", "error: no|x", true),
        ("...|error: no", "a|error: no", true),
        ("...|[..]", "a|b.raft:3:1: error: no", true),
        ("...", "b.raft:3:1: error: no", false),
        ("...", "a|VIOLATED vote-once at #3", false),
        ("...|VIOLATED [..]", "a|VIOLATED vote-once at #3", true),
    ] {
        assert_eq!(found(text).matches(&lines(pattern)), matches, "{pattern} {text}");
    }
    assert!(ActualOutput { lines: vec!["error: said by echo"], failed: false }.matches(&["..."]));
}

#[test]
fn mending_keeps_what_fits() {
    for (pattern, text, expected) in [
        ("a|b", "a|c", "a|c"),
        ("", "a|b", "a|b"),
        ("a|b", "", ""),
        ("a[..]|b", "ax|c", "a[..]|c"),
        ("a[..]|b", "x|b", "x|b"),
        ("a|...|z", "a|b|c|y", "a|...|y"),
        ("a|...|z", "x|b|c|z", "x|...|z"),
        ("a|...|m|...|z", "a|1|n|2|z", "a|...|1|...|z"),
        ("a|...", "x|b|c", "x|..."),
        ("...|z", "x|y", "...|y"),
        ("a|b|c|d", "a|c|d", "a|c|d"),
        ("a|c|d", "a|b|c|d", "a|b|c|d"),
        ("...", "a|error: no|b", "...|error: no|b"),
        ("a", "...", "[..]..."),
        ("a", "raft> x", "[..]raft> x"),
        ("a", "```", "[..]```"),
        ("a|...|x[..]", "a|1|2|x7", "a|...|x[..]"),
    ] {
        let mended = found(text).mend(&lines(pattern));
        assert_eq!(mended.join("|"), expected, "{pattern} {text}");
    }
}

#[test]
fn what_was_mended_matches_and_needs_no_mending() {
    // All outputs of up to four lines over a small alphabet, elisions included.
    let all = |letters: &[&'static str]| {
        let mut texts: Vec<Vec<&'static str>> = vec![Vec::new()];
        let mut start = 0;
        for _ in 0..4 {
            let end = texts.len();
            for nth in start..end {
                let longer = |letter: &&'static str| [texts[nth].clone(), vec![*letter]].concat();
                let longer: Vec<_> = letters.iter().map(longer).collect();
                texts.extend(longer);
            }
            start = end;
        }
        texts
    };
    for pattern in all(&["a", "[..]b", "..."]) {
        for lines in all(&["a", "b", "error: "]) {
            let found = ActualOutput { failed: lines.contains(&"error: "), lines };
            let mended = found.mend(&pattern);
            let mended: Vec<&str> = mended.iter().map(String::as_str).collect();
            assert!(found.matches(&mended), "{pattern:?} {found:?} {mended:?}");
            if found.matches(&pattern) {
                assert_eq!(mended, pattern, "{found:?}");
            }
            assert_eq!(found.mend(&mended), mended, "{pattern:?} {found:?}");
        }
    }
}

#[test]
fn outputs_of_any_size_are_mended() {
    let many: Vec<String> = (0..5_000).map(|nth| nth.to_string()).collect();
    let lines: Vec<&str> = many.iter().map(String::as_str).collect();
    let others: Vec<&str> = many.iter().rev().map(String::as_str).collect();
    let found = ActualOutput { lines, failed: false };
    assert_eq!(found.mend(&others), many);
    // A text that is made to cost as much as possible.
    let found = ActualOutput { lines: vec!["a"; 300_000], failed: false };
    let pattern = [vec!["..."], vec!["a"; 100_000], vec!["b"]].concat();
    assert!(!found.matches(&pattern));
    assert_eq!(found.mend(&pattern).len(), 300_000);
}

fn diff(old: &str, new: &str, line: usize) -> String {
    fn lines(text: &str) -> Vec<&str> {
        text.split_terminator('|').collect()
    }
    let new: Vec<String> = lines(new).into_iter().map(str::to_owned).collect();
    unified("a", &lines(old), &new, line).join("|")
}

#[test]
fn diffs() {
    for (old, new, line, expected) in [
        ("x", "y", 7, "--- a expected|+++ a found|@@ -7 +7 @@|-x|+y"),
        ("", "y", 7, "--- a expected|+++ a found|@@ -6,0 +7 @@|+y"),
        ("x|y", "", 1, "--- a expected|+++ a found|@@ -1,2 +0,0 @@|-x|-y"),
        (
            "1|2|3|4|5|x",
            "1|2|3|4|5|y",
            10,
            "--- a expected|+++ a found|@@ -12,4 +12,4 @@| 3| 4| 5|-x|+y",
        ),
        ("x|x", "x|x", 1, "--- a expected|+++ a found"),
    ] {
        assert_eq!(diff(old, new, line), expected, "{old} {new}");
    }
}

#[test]
fn large_outputs_are_shown_in_part() {
    let text = |word: &str| format!("{word}|").repeat(200_000);
    let shown = diff(&text("a"), &text("b"), 1);
    assert!(shown.ends_with("|… and 399803 more lines"), "{}", &shown[shown.len() - 60..]);
    assert_eq!(shown.matches('|').count(), MOST_SHOWN);
}
