//! The answers of the key-value store.

use raftsh::kv::{ClientId, Command, Effect, MAX_VALUE, Reply, RequestId, Store};

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

fn incr(key: &str, by: i64) -> Command {
    Command::Incr { key: key.into(), by }
}

fn append(key: &str, text: &str) -> Command {
    Command::Append { key: key.into(), text: text.into() }
}

#[test]
fn numbers_and_texts() {
    let put = |value: &str| Command::Put { key: "x".into(), value: value.into() };
    let done = |value: &str| Reply::Done(Some(value.into()));
    let mut store = Store::default();
    for (command, expected) in [
        (incr("x", 1), done("1")),
        (incr("x", -5), done("-4")),
        (incr("x", i64::MAX), done("9223372036854775803")),
        (incr("x", 5), Reply::NoNumber("9223372036854775803".into())),
        (put("abc"), Reply::Done(None)),
        (incr("x", 1), Reply::NoNumber("abc".into())),
        (append("x", "é"), done("4")),
        (append("y", ""), done("0")),
        (append("y", "1"), done("1")),
        (incr("y", 1), done("2")),
        (put("+1"), Reply::Done(None)),
        (incr("x", 1), Reply::NoNumber("+1".into())),
        (append("z", &"a".repeat(MAX_VALUE)), done(&MAX_VALUE.to_string())),
        (append("z", "a"), Reply::TooLong),
    ] {
        assert_eq!(store.apply(&command, None), (expected, Effect::Done), "{command}");
    }
    assert_eq!(store.get("z").map(str::len), Some(MAX_VALUE));
}

/// A request of a session is done once. One that its client has given up for a later one is not
/// done after that one. Clients do not disturb each other.
#[test]
fn sessions() {
    let id = |client, serial| Some(RequestId { client: ClientId(client), serial });
    let done = |value: &str| Reply::Done(Some(value.into()));
    let mut store = Store::default();
    let cas = Command::Cas { key: "x".into(), old: Some("9".into()), new: "0".into() };
    for (command, id, expected, effect) in [
        (incr("x", 1), id(3, 1), done("1"), Effect::Done),
        (incr("x", 1), id(3, 1), done("1"), Effect::Repeated),
        (incr("x", 1), id(1, 1), done("2"), Effect::Done),
        (incr("x", 1), id(3, 3), done("3"), Effect::Done),
        (incr("x", 1), id(3, 2), Reply::GivenUp, Effect::GivenUp),
        (incr("x", 1), id(3, 3), done("3"), Effect::Repeated),
        (cas.clone(), id(1, 2), Reply::Mismatch(Some("3".into())), Effect::Done),
        (
            Command::Put { key: "x".into(), value: "9".into() },
            None,
            Reply::Done(None),
            Effect::Done,
        ),
        (cas, id(1, 2), Reply::Mismatch(Some("3".into())), Effect::Repeated),
        (incr("x", 1), None, done("10"), Effect::Done),
        (incr("x", 1), None, done("11"), Effect::Done),
    ] {
        let copy = store.clone();
        assert_eq!(store.apply(&command, id), (expected, effect), "{command} {id:?}");
        // A copy, such as a snapshot holds, answers alike.
        let mut copy = copy;
        copy.apply(&command, id);
        assert_eq!(copy, store, "{command} {id:?}");
    }
}
