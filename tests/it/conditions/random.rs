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

const COMPARISONS: [Comparison; 6] = {
    use Comparison::*;
    [Equal, NotEqual, Less, AtMost, Greater, AtLeast]
};

const WORDS: [&str; 15] = [
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
    "n1.term",
    "op.value",
    "leader.kv.é",
];

fn generate_fact(dice: &mut Dice) -> Fact {
    let equal = pick(dice, &[Comparison::Equal, Comparison::NotEqual]);
    let word = pick(dice, &WORDS).to_owned();
    match dice.below(8) {
        0 => pick(
            dice,
            &[Fact::Leader, Fact::NoLeader, Fact::Agree, Fact::Quiet, Fact::Linearizable],
        ),
        1 => Fact::Committed { key: word, value: pick(dice, &WORDS).to_owned() },
        2 => Fact::Changes(loop {
            let value = value(dice, 1);
            if !value.is_literal() && value != Operand::Time {
                break value;
            }
        }),
        3 => {
            let nodes = pick(dice, &[None, Some(Selector::Node(1)), Some(Selector::Leader)]);
            Fact::Event { kind: pick(dice, &["node_killed", "role_changed"]), nodes }
        }
        4 => {
            let left = loop {
                let left = value(dice, 1);
                // The field of a node on the left is a fact about nodes, and words there are none.
                if !matches!(
                    left,
                    Operand::Field(..)
                        | Operand::Role(_)
                        | Operand::State(_)
                        | Operand::Outcome(_)
                        | Operand::Node(_)
                        | Operand::Text(_)
                        | Operand::None
                ) {
                    break left;
                }
            };
            let kind = left.kind();
            let comparison = if kind.is_ordered() { pick(dice, &COMPARISONS) } else { equal };
            let none = left != Operand::Leader;
            Fact::Compare { comparison, right: of_kind(dice, kind, none), left }
        }
        _ => {
            let range = Selector::Range(1, 1 + dice.below(7) as u64);
            let selector = pick(
                dice,
                &[Selector::Node(7), range, Selector::All, Selector::Down, Selector::Leader],
            );
            let subject = pick(dice, &[NodeQuantifier::Any, NodeQuantifier::Every(selector)]);
            node(subject, generate_test(dice, 2))
        }
    }
}

fn generate_test(dice: &mut Dice, depth: usize) -> Test {
    let field = any_field(dice);
    let ordered = field.kind().is_ordered();
    let comparison = if ordered {
        pick(dice, &COMPARISONS)
    } else {
        pick(dice, &[Comparison::Equal, Comparison::NotEqual])
    };
    let right = loop {
        let right = if depth > 1 { of_kind(dice, field.kind(), true) } else { value(dice, 0) };
        if right.kind().compares_with(field.kind()) && right != Operand::None {
            break right;
        }
    };
    // A number as typed is a text behind a value of the store.
    let right = match right {
        Operand::Number(number) if field.kind() == Kind::Text => text(&number.to_string()),
        Operand::Text(_) if field.kind() == Kind::Number => Operand::Number(3),
        right => plain_for(field.kind(), right),
    };
    test(field, comparison, right)
}

/// Words that count are texts behind a value of the store.
fn plain_for(kind: Kind, right: Operand) -> Operand {
    match right {
        Operand::Leaders | Operand::Up | Operand::Messages | Operand::Count(..)
            if kind == Kind::Text =>
        {
            text("leaders")
        }
        right => right,
    }
}

fn any_field(dice: &mut Dice) -> Field {
    let key = pick(dice, &WORDS).to_owned();
    let number = pick(dice, &[0, 1, 7, u64::MAX]);
    let fields = [
        Field::Role,
        Field::State,
        Field::Term,
        Field::Vote,
        Field::Leader,
        Field::Commit,
        Field::Applied,
        Field::Last,
        Field::Match(number),
        Field::Next(1),
        Field::Log,
        Field::Kv(key),
    ];
    pick(dice, &fields)
}

/// A value of this kind, `none` only if that may stand.
fn of_kind(dice: &mut Dice, kind: Kind, none: bool) -> Operand {
    for _ in 0..200 {
        let value = value(dice, 1);
        if value.kind() == kind && (value != Operand::None) {
            return value;
        }
    }
    match kind {
        Kind::Node if none => Operand::None,
        Kind::Node => Operand::Node(1),
        Kind::Text => Operand::None,
        kind => panic!("no value of {}", kind.plural()),
    }
}

fn value(dice: &mut Dice, depth: usize) -> Operand {
    let number = pick(dice, &[0, 1, 7, u64::MAX]);
    let op = pick(dice, &[OpRef::Latest, OpRef::Number(number)]);
    match dice.below(16) {
        0 => Operand::Number(number),
        1 => Operand::Duration(pick(dice, &[1, 1_000, 90_000_000])),
        2 => Operand::Role(pick(dice, RoleName::WORDS).1),
        3 => Operand::State(pick(dice, State::WORDS).1),
        4 => Operand::Outcome(pick(dice, Outcome::WORDS).1),
        5 => Operand::Node(number),
        6 => Operand::Log(vec![number; dice.below(4)]),
        7 => Operand::Text(pick(dice, &WORDS).to_owned()),
        8 => {
            let node = pick(dice, &[OneNode::Leader, OneNode::Number(number)]);
            Operand::Field(node, any_field(dice))
        }
        9 => Operand::Leader,
        10 => Operand::Op(op),
        11 => Operand::OpValue(op),
        12 if depth > 0 => {
            let nodes = pick(dice, &[Selector::Live, Selector::Node(2), Selector::Leader]);
            Operand::Count(nodes, Box::new(generate_test(dice, depth - 1)))
        }
        13 => Operand::Leaders,
        14 => pick(dice, &[Operand::Up, Operand::Messages]),
        _ => Operand::Time,
    }
}
