//! The settings file that `--config` names.

use raftsh::history::initial::{Initial, Seed, read};
use raftsh::sim::{Range, Setting, Settings};

#[test]
fn what_is_said_and_what_is_not() {
    let initial =
        read("# small\nnodes: 3\nseed: '7'\nlatency: 1ms # fast\nnoop: on\r\nbatch: 9\n").unwrap();
    assert_eq!((initial.nodes, initial.seed), (Some(3), Some(Seed::Fixed(7))));
    let latency = Range::exactly(1_000);
    let mut expected = Settings { latency, ..Settings::default() };
    expected.set(Setting::Noop(true));
    expected.set(Setting::Batch(9));
    assert_eq!(initial.settings, expected);
    for empty in ["", "# nothing\n\n", "---\n"] {
        assert_eq!(read(empty), Ok(Initial::default()), "{empty:?}");
    }
}

#[test]
fn what_is_wrong_and_where() {
    for (text, line, message) in [
        ("nodes: 3\nlatancy: 5ms\n", Some(2), "unknown key 'latancy'"),
        ("nodes: 0\n", Some(1), "a cluster has 1 to 101 nodes, not 0"),
        ("nodes:\n", Some(1), "a number is missing"),
        (
            "\nseed: dice\n",
            Some(2),
            "expected a number from 0 to 18446744073709551615, or 'random'",
        ),
        ("loss: 101%\n", Some(1), "'101%' is more than 100%"),
        ("loss: 1%\nloss: 1%\n", Some(2), "'loss' is given twice"),
        ("loss: [1]\n", Some(1), "write a list or mapping with one line for each item"),
        ("loss: *a\n", Some(1), "anchors and aliases are not supported"),
        (
            "settings:\n  loss: 1%\n",
            Some(2),
            "unexpected indentation; write KEY: VALUE at the start of the line",
        ),
        ("- loss\n", Some(1), "expected KEY: VALUE, found a list"),
        ("loss\n", Some(1), "'loss' is neither 'KEY: VALUE' nor '- ITEM'"),
    ] {
        let fault = read(text).unwrap_err();
        assert_eq!((fault.line, fault.message.as_str()), (line, message), "{text:?}");
    }
}
