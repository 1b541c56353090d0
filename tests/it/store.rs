//! The answers of the key-value store.

use raftsh::kv::{Command, Effect, Reply, Store};

#[test]
fn answers() {
    let cas = |old: Option<&str>, new: &str| Command::Cas {
        key: "x".into(),
        old: old.map(Into::into),
        new: new.into(),
    };
    let get = Command::Get { key: "x".into() };
    let mut store = Store::default();
    for (command, expected) in [
        (get.clone(), Reply::Done(None)),
        (cas(Some("1"), "2"), Reply::Mismatch(None)),
        (cas(None, "1"), Reply::Done(None)),
        (cas(None, "9"), Reply::Mismatch(Some("1".into()))),
        (cas(Some("1"), "2"), Reply::Done(None)),
        (get.clone(), Reply::Done(Some("2".into()))),
        (Command::Put { key: "x".into(), value: "3".into() }, Reply::Done(None)),
        (Command::Del { key: "y".into() }, Reply::Done(None)),
        (get.clone(), Reply::Done(Some("3".into()))),
        (Command::Del { key: "x".into() }, Reply::Done(None)),
        (get, Reply::Done(None)),
    ] {
        assert_eq!(store.apply(&command, None), (expected, Effect::Done), "{command}");
    }
}
