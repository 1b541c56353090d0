//! Exports: what the formats promise, on sessions as people make them.

mod clocks;
mod page;
mod xml;

use std::fs;

use crate::call::{raftsh, run};
use crate::surroundings::{Folder, directory, on_one_line};

/// A session in which much goes wrong, with keys and values that try to break every notation.
pub(crate) const WILD: &str = "cluster 5 --seed 3; duplicate 20%; loss 5%; run until leader; \
    put 'a<b>&\"'=\"x'\"; put \"</script><b>\"='<!--'; put 'end; note over n1: #'='%%{x}%%'; \
    put \"a\\nb\\u{202e}c\\u{2028}\"='loop end'; put 'x:y->>z'='{{x}}'; run 300ms; \
    partition n1,n2 | n3..n5; run 1s; kill leader; pause n2; run 1s; heal; resume n2; restart; \
    disk slow n3 50ms; run 2s";

/// The files that a session exports under these names.
pub(crate) fn exported(commands: &str, names: &[&str]) -> Vec<String> {
    let folder = Folder::new("export");
    let exports: Vec<String> = names.iter().map(|name| format!("export {name}")).collect();
    let all = format!("{commands}; {}", exports.join("; "));
    let (status, _, errors) = run(raftsh(&["-q", "-c", &all]).current_dir(&folder));
    assert_eq!((status, errors.as_str()), (0, ""), "{all}");
    let file = |name: &&str| {
        let name = name.split(' ').next().unwrap();
        fs::read_to_string(folder.join(name)).unwrap()
    };
    names.iter().map(file).collect()
}

#[test]
fn events_are_those_of_history() {
    let said = run(&mut raftsh(&["-q", "-c", &format!("{WILD}; history --format json")])).1;
    let last = said.lines().last().unwrap();
    let events = last.split_once("\"events\":[").unwrap().1;
    for (text, part) in
        [("", "whole.jsonl"), (" n2,n3 --since 400ms", "part.jsonl n2,n3 --since 400ms")]
    {
        let said =
            run(&mut raftsh(&["-q", "-c", &format!("{WILD}; history{text} --format json")])).1;
        let last = said.lines().last().unwrap().to_owned();
        let lines = &exported(WILD, &[part])[0];
        let joined = lines.lines().collect::<Vec<_>>().join(",");
        assert!(lines.lines().count() > 100 && joined.starts_with("{\"id\":"));
        assert!(last.contains(&format!("\"events\":[{joined}]")), "{part}");
    }
    assert!(events.len() > 10_000);
}

#[test]
fn the_same_session_gives_the_same_bytes() {
    let names = ["a.html", "a.svg", "a.mmd", "a.shiviz", "a.jsonl"];
    assert_eq!(exported(WILD, &names), exported(WILD, &names));
}

#[test]
fn a_picture_is_well_formed_whatever_keys_hold() {
    let svg = &exported(WILD, &["a.svg"])[0];
    let texts = xml::texts(svg).unwrap_or_else(|why| panic!("{why}"));
    let all = texts.join(" ");
    for text in ["a<b>&\\\"", "</script><b>", "a\\nb\\u{202e}c\\u{2028}", "loop end"] {
        assert!(all.contains(text), "{text}");
    }
    assert!(!svg.contains("<b>") && !svg.contains("<!--") && !svg.contains("</script"));
    // Every message that was delivered within the picture is an arrow that goes down.
    let arrows: Vec<[i64; 4]> = svg.lines().filter_map(xml::arrow).collect();
    assert!(arrows.len() > 100, "{}", arrows.len());
    assert!(arrows.iter().all(|[_, begin, _, end]| begin <= end));
    let slanted = arrows.iter().filter(|[_, begin, _, end]| begin < end).count();
    assert!(slanted * 10 > arrows.len() * 9, "{slanted} of {}", arrows.len());
}

#[test]
fn a_diagram_stays_short_enough_for_mermaid() {
    let long = format!("{WILD}; repeat 30 {{ put leader x=1; run 300ms }}");
    for commands in ["cluster 3", WILD, &long] {
        let text = &exported(commands, &["a.mmd"])[0];
        assert!(text.starts_with("sequenceDiagram\n    participant n1\n"), "{text}");
        assert!(text.len() < 50_000 && text.ends_with('\n'));
        for line in text.lines().skip(6) {
            assert!(line.starts_with("    n") || line.starts_with("    Note over n"), "{line}");
            assert!(!line.contains("a<b>") && !line.contains("%%"), "{line}");
        }
    }
}

#[test]
fn clocks_are_those_that_the_messages_carry() {
    for part in ["", " n1..n3", " --since 700ms", " n2,n4 --since 300ms --until 2s"] {
        let name = format!("a.shiviz{part}");
        let jsonl = format!("a.jsonl{part}");
        let texts = exported(WILD, &[&name, &jsonl, "all.jsonl"]);
        clocks::check(&texts[0], &texts[1], &texts[2])
            .unwrap_or_else(|why| panic!("{part}: {why}"));
    }
}

/// In the past, an export shows what had happened by then.
#[test]
fn an_export_shows_the_moment_at_which_one_stands() {
    let commands = format!("{WILD}; goto 120");
    let texts = exported(&commands, &["past.jsonl"]);
    let last = texts[0].lines().last().unwrap();
    let until = exported(WILD, &["until.jsonl --until 120"]);
    assert!(texts[0].starts_with(&until[0]) && last.contains("\"id\":1"), "{last}");
}

#[test]
fn a_format_keeps_the_last_events_that_fit() {
    let folder = Folder::new("export-long");
    let commands = "cluster 5; run until leader; repeat 80 { put x=1; run 100ms }; export a.svg";
    let (status, said, _) = run(raftsh(&["-c", commands]).current_dir(&folder));
    assert_eq!(status, 0);
    let said = said.lines().rev().take(2).collect::<Vec<_>>().join("\n");
    assert!(
        said.contains("wrote 2,000 events to a.svg") || said.contains("wrote 2000 events"),
        "{said}"
    );
    assert!(said.contains("earlier events left out"), "{said}");
}

#[test]
fn names_that_tell_no_format_are_refused() {
    let folder = directory("export-names", &[("a.raft", b"kill n1\n")]);
    for (command, error) in [
        ("export a.txt", "the suffix of 'a.txt' tells no format"),
        ("export a", "the suffix of 'a' tells no format"),
        ("export -", "standard output has no suffix"),
        ("export --as mmd a.raft", "'a.raft' is the name of a script"),
        ("export --as gif -", "known are html, svg, mmd, shiviz, jsonl"),
        ("export a.svg n9", "unknown node 'n9'"),
        ("export no/such/folder/a.svg", "cannot write"),
    ] {
        let (status, _, errors) = run(raftsh(&["-c", command]).current_dir(&folder));
        let expected = if error == "unknown node 'n9'" { 1 } else { 2 };
        assert!(on_one_line(&errors).contains(error), "{command}: {errors}");
        assert_eq!(status, expected, "{command}");
    }
    assert_eq!(fs::read_to_string(folder.join("a.raft")).unwrap(), "kill n1\n");
}

#[test]
fn scripts_tutorials_and_sessions_are_exported_from_outside() {
    let tutorial = "# T\n```raftsh reset\nraft> run until leader\n...\nraft> !kill n9\n...\n```\n";
    let files: &[(&str, &[u8])] = &[
        ("a.raft", b"run until leader\necho unseen\nsave s.yaml\n"),
        ("t.md", tutorial.as_bytes()),
        ("bad.raft", b"run until leader\nexpect n1.term == 77\n"),
    ];
    let folder = directory("export-outside", files);
    let export = |words: &[&str]| {
        let words: Vec<&str> = std::iter::once("export").chain(words.iter().copied()).collect();
        run(raftsh(&words).current_dir(&folder))
    };
    let (status, said, errors) = export(&["a.raft", "a.svg", "a.jsonl"]);
    assert_eq!((status, errors.as_str()), (0, ""));
    assert_eq!(said.lines().count(), 2, "{said}");
    let events = fs::read_to_string(folder.join("a.jsonl")).unwrap();
    assert!(events.contains("\"role\":\"leader\""));
    for (source, file) in [("t.md", "t.jsonl"), ("s.yaml", "s.jsonl")] {
        let (status, _, errors) = export(&[source, file]);
        assert_eq!((status, errors.as_str()), (0, ""), "{source}");
        assert_eq!(fs::read_to_string(folder.join(file)).unwrap(), events, "{source}");
    }
    // A script that fails is what one wants to look at.
    let (status, _, errors) = export(&["bad.raft", "bad.jsonl"]);
    assert!(status == 3 && errors.contains("bad.raft:2"), "{errors}");
    assert_eq!(fs::read_to_string(folder.join("bad.jsonl")).unwrap(), events);
    let (status, said, _) = export(&["a.raft", "a.shiviz", "--format", "json"]);
    let begin = "{\"file\":\"a.shiviz\",\"format\":\"shiviz\",\"events\":";
    assert!(status == 0 && said.starts_with(begin) && said.lines().count() == 1, "{said}");
    // A wrong name is found before anything runs.
    assert_eq!(export(&["a.raft", "b.svg", "b.txt"]).0, 2);
    assert!(!folder.join("b.svg").exists());
    assert_eq!(export(&["missing.raft", "b.svg"]).0, 2);
}
