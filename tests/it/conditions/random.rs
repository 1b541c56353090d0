//! Random conditions are printed and read back; no input of any kind makes the parser panic.

use super::*;

#[test]
fn no_input_panics() {
    const SOUP: [&str; 46] = [
        "leader",
        "no-leader",
        "n1",
        "n2.",
        "any",
        "all",
        ".",
        "..",
        "role",
        "kv",
        "log",
        "match",
        "op",
        "op3",
        "value",
        "committed",
        "violated",
        "time",
        "messages",
        "and",
        "or",
        "not",
        "(",
        ")",
        "[",
        "]",
        ",",
        "=",
        "==",
        "!=",
        "<",
        "<=",
        "!",
        "\"",
        "'",
        "\\",
        "\"a b\"",
        "'c'",
        "5",
        "2s",
        "none",
        "n1.kv.",
        "n1.term",
        "é",
        "\u{0}",
        " ",
    ];
    let mut dice = Dice::new(1);
    for _ in 0..100_000 {
        let mut soup = String::new();
        for _ in 0..dice.below(12) {
            soup.push_str(pick(&mut dice, &SOUP));
            soup.push_str(pick(&mut dice, &["", " "]));
        }
        survives(&soup);
        let bytes: Vec<u8> = (0..dice.below(24)).map(|_| dice.below(256) as u8).collect();
        survives(&String::from_utf8_lossy(&bytes));
    }
}

/// Whatever the result, errors point into the source, and conditions parse back as printed.
fn survives(source: &str) {
    match parse(source, 0) {
        Ok(condition) => assert_eq!(parse(&condition.to_string(), 0), Ok(condition), "{source}"),
        Err(error) => {
            let at = error.at.unwrap();
            assert!(
                source.get(at).is_some(),
                "{source:?}: the span cuts a character or lies outside"
            );
        }
    }
}

#[test]
fn printed_conditions_read_back() {
    let mut dice = Dice::new(42);
    for _ in 0..20_000 {
        let condition = generate(&mut dice, 4);
        let text = condition.to_string();
        assert_eq!(parse(&text, 0), Ok(condition), "{text}");
    }
}

fn generate(dice: &mut Dice, depth: usize) -> Condition {
    match if depth == 0 { 9 } else { dice.below(10) } {
        0 => Condition::Not(Box::new(generate(dice, depth - 1))),
        1..=2 => Condition::and((0..=dice.below(4)).map(|_| generate(dice, depth - 1)).collect()),
        3..=4 => Condition::or((0..=dice.below(4)).map(|_| generate(dice, depth - 1)).collect()),
        _ => Condition::Is(generate_fact(dice)),
    }
}

fn generate_fact(dice: &mut Dice) -> Fact {
    const COMPARISONS: [Comparison; 6] = {
        use Comparison::*;
        [Equal, NotEqual, Less, AtMost, Greater, AtLeast]
    };
    const WORDS: [&str; 12] = [
        "x",
        "",
        "none",
        "a b",
        "\"",
        "'\\'",
        "é\u{301}",
        "\u{1b}[2J\n",
        "a.b",
        "and",
        "漢字",
        "[1,2]=#;",
    ];
    let equal = dice.below(2) == 0;
    let comparison = pick(dice, &COMPARISONS);
    let value = pick(dice, &[0, 1, 7, u64::MAX]);
    let word = pick(dice, &WORDS).to_owned();
    let maybe = if equal { Some(word.clone()) } else { None };
    let op = pick(dice, &[OpRef::Latest, OpRef::Number(value)]);
    match dice.below(11) {
        0 => Fact::LeaderIs { equal, node: value },
        1 => pick(dice, &[Fact::Leader, Fact::NoLeader, Fact::Agree, Fact::Quiet]),
        2 => {
            Fact::Op { op, test: OpTest::Outcome { equal, outcome: pick(dice, Outcome::WORDS).1 } }
        }
        3 => Fact::Op { op, test: OpTest::Value { equal, value: maybe } },
        4 => Fact::Committed { key: word, value: pick(dice, &WORDS).to_owned() },
        5 => Fact::Messages { comparison, count: value },
        6 => Fact::Time { comparison, us: pick(dice, &[0, 1, 1_000, 90_000_000]) },
        _ => {
            let numbers = [
                Field::Term,
                Field::Commit,
                Field::Applied,
                Field::Last,
                Field::Match(value),
                Field::Next(1),
            ];
            let property = match dice.below(6) {
                0 => Property::Role { equal, role: pick(dice, RoleName::WORDS).1 },
                1 => Property::State { equal, state: pick(dice, State::WORDS).1 },
                2 => Property::Vote { equal, vote: pick(dice, &[None, Some(value)]) },
                3 => number(pick(dice, &numbers), comparison, value),
                4 => Property::Log { equal, terms: vec![value; dice.below(4)] },
                _ => Property::Kv { key: word, equal, value: maybe },
            };
            let range = Selector::Range(1, value.max(1));
            let selector = pick(
                dice,
                &[Selector::Node(value), range, Selector::All, Selector::Down, Selector::Leader],
            );
            node(pick(dice, &[NodeQuantifier::Any, NodeQuantifier::Every(selector)]), property)
        }
    }
}
