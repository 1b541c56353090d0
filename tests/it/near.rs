//! Sets of nodes as users type them, and suggestions for words that are nearly right.

use raftsh::check::selector::Selector;
use raftsh::language::Selection;
use raftsh::language::suggest::nearest;

fn parts(text: &str) -> Result<Vec<Selector>, String> {
    text.parse().map(|selection: Selection| {
        assert_eq!(selection.text, text);
        selection.parts
    })
}

#[test]
fn sets_as_typed() {
    use Selector::*;
    for (text, expected) in [
        ("n3", vec![Node(3)]),
        ("n1,n3", vec![Node(1), Node(3)]),
        ("n1..n3", vec![Range(1, 3)]),
        ("n2..n2", vec![Range(2, 2)]),
        ("n0", vec![Node(0)]),
        ("n18446744073709551615", vec![Node(u64::MAX)]),
        ("all,leader,followers,live,down", vec![All, Leader, Followers, Live, Down]),
        ("leader,n1..n2,n9,n9", vec![Leader, Range(1, 2), Node(9), Node(9)]),
    ] {
        assert_eq!(parts(text), Ok(expected), "{text}");
        let printed =
            parts(text).unwrap().iter().map(Selector::to_string).collect::<Vec<_>>().join(",");
        assert_eq!(printed, text);
    }
}

#[test]
fn bad_sets_say_why() {
    for (text, message) in [
        ("", "a node is missing; nodes are n1, n2, …, or all, leader, followers, live, down"),
        ("x1", "'x1' is not a node; nodes are n1, n2, …, or all, leader, followers, live, down"),
        ("n", "'n' is not a node; nodes are n1, n2, …, or all, leader, followers, live, down"),
        ("any", "'any' is not a node; nodes are n1, n2, …, or all, leader, followers, live, down"),
        ("laeder", "'laeder' is not a node; did you mean 'leader'?"),
        ("x=5", "'x=5' is not a node; did you mean 'leader x=5'?"),
        ("folowers", "'folowers' is not a node; did you mean 'followers'?"),
        ("n1,lvie", "'lvie' is not a node; did you mean 'live'?"),
        ("3", "'3' is not a node; did you mean 'n3'?"),
        ("N3", "'N3' is not a node; did you mean 'n3'?"),
        ("n03", "'n03' is not a node; did you mean 'n3'?"),
        ("n1..3", "'3' is not a node; did you mean 'n3'?"),
        ("n3..n1", "'n3..n1' runs backwards; did you mean 'n1..n3'?"),
        ("n1..", "'n1..' has no end; write a range as n1..n3"),
        (
            "n1...n3",
            "'.n3' is not a node; nodes are n1, n2, …, or all, leader, followers, live, down",
        ),
        ("n1,,n3", "a node is missing beside a comma of 'n1,,n3'"),
        (",", "a node is missing beside a comma of ','"),
        (
            "n99999999999999999999999",
            "the number in 'n99999999999999999999999' is too large for a node",
        ),
    ] {
        assert_eq!(parts(text), Err(message.to_owned()), "{text}");
    }
}

#[test]
fn long_words_and_lists_stay_cheap() {
    assert_eq!(parts(&vec!["n1"; 30_000].join(",")).unwrap().len(), 30_000);
    for text in ["x".repeat(60_000), ",".repeat(60_000), "n".repeat(60_000), "0".repeat(60_000)] {
        assert!(parts(&text).unwrap_err().chars().count() < 140);
    }
}

#[test]
fn near_words() {
    let commands =
        ["kill", "restart", "status", "step", "settings", "set", "timeout", "tick", "help"];
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
