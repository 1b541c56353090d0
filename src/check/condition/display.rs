//! Conditions as text, in the language in which they are read.
//!
//! Parentheses are printed only where `and` and `or` would bind otherwise, and a key or value is
//! quoted only where it would not be read back as one word.

use std::fmt::{self, Display, Write};

use super::{Comparison, Condition, Fact, Field, NodeQuantifier, OneNode, OpRef, Operand, Test};
use crate::check::selector::Selector;
use crate::quantity::show_duration;
use crate::word::{InQuotes, OrNone, QuotedWord};

impl Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
        })
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Not(inner) => {
                f.write_str("not ")?;
                operand(f, inner, matches!(**inner, Condition::And(_) | Condition::Or(_)))
            }
            Condition::And(parts) => joined(f, parts, " and ", |part| {
                matches!(part, Condition::And(_) | Condition::Or(_))
            }),
            Condition::Or(parts) => {
                joined(f, parts, " or ", |part| matches!(part, Condition::Or(_)))
            }
            Condition::Is(fact) => fact.fmt(f),
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Condition],
    word: &str,
    binds_weaker: impl Fn(&Condition) -> bool,
) -> fmt::Result {
    for (nth, part) in parts.iter().enumerate() {
        if nth > 0 {
            f.write_str(word)?;
        }
        operand(f, part, binds_weaker(part))?;
    }
    Ok(())
}

fn operand(f: &mut fmt::Formatter<'_>, condition: &Condition, parentheses: bool) -> fmt::Result {
    if parentheses { write!(f, "({condition})") } else { condition.fmt(f) }
}

impl Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fact::Leader => f.write_str("leader"),
            Fact::NoLeader => f.write_str("no-leader"),
            Fact::Node { subject, test } => write!(f, "{subject}.{test}"),
            Fact::Compare { left, comparison, right } => write!(f, "{left} {comparison} {right}"),
            Fact::Changes(value) => write!(f, "{value} changes"),
            Fact::Event { kind, nodes: None } => write!(f, "event {kind}"),
            Fact::Event { kind, nodes: Some(nodes) } => write!(f, "event {kind} {nodes}"),
            Fact::Committed { key, value } => {
                write!(f, "committed {}={}", QuotedWord(key), QuotedWord(value))
            }
            Fact::Agree => f.write_str("agree"),
            Fact::Safe => f.write_str("safe"),
            Fact::Violated(property) => write!(f, "violated {property}"),
            Fact::Linearizable => f.write_str("linearizable"),
            Fact::Quiet => f.write_str("quiet"),
        }
    }
}

impl Display for NodeQuantifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NodeQuantifier::Every(selector) => selector.fmt(f),
            NodeQuantifier::Any => f.write_str("any"),
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Test { field, comparison, right } = self;
        write!(f, "{field} {comparison} {right}")
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Number(number) => number.fmt(f),
            Operand::Duration(us) => f.write_str(&show_duration(*us)),
            Operand::Role(role) => role.fmt(f),
            Operand::State(state) => state.fmt(f),
            Operand::Outcome(outcome) => outcome.fmt(f),
            Operand::Node(number) => write!(f, "n{number}"),
            Operand::Nodes(ranges) => {
                ranges.iter().enumerate().try_for_each(|(nth, (first, last))| {
                    f.write_str(if nth == 0 { "" } else { "," })?;
                    match first == last {
                        true => write!(f, "n{first}"),
                        false => write!(f, "n{first}..n{last}"),
                    }
                })
            }
            Operand::Log(terms) => {
                f.write_char('[')?;
                for (nth, term) in terms.iter().enumerate() {
                    write!(f, "{}{term}", if nth == 0 { "" } else { "," })?;
                }
                f.write_char(']')
            }
            Operand::Text(text) if may_name_a_value(text) => InQuotes(text).fmt(f),
            Operand::Text(text) => OrNone(Some(text)).fmt(f),
            Operand::None => OrNone(None).fmt(f),
            Operand::Field(OneNode::Number(number), field) => write!(f, "n{number}.{field}"),
            Operand::Field(OneNode::Leader, field) => write!(f, "leader.{field}"),
            Operand::Leader => f.write_str("leader"),
            Operand::Op(op) => op.fmt(f),
            Operand::OpValue(op) => write!(f, "{op}.value"),
            Operand::Count(nodes, test) => write!(f, "count({nodes}.{test})"),
            Operand::Leaders => f.write_str("leaders"),
            Operand::Up => f.write_str("up"),
            Operand::Messages => f.write_str("messages"),
            Operand::Time => f.write_str("time"),
        }
    }
}

/// Whether a text could be read as `n1.term` or `op3.value`, so that it must be quoted. Quotes do
/// no harm, so a few more texts than necessary are.
fn may_name_a_value(text: &str) -> bool {
    let Some((head, _)) = text.split_once('.') else { return false };
    let number = head.strip_prefix("op").or(head.strip_prefix('n'));
    head == "any"
        || Selector::WORDS.iter().any(|(word, _)| *word == head)
        || number.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Role => f.write_str("role"),
            Field::State => f.write_str("state"),
            Field::Vote => f.write_str("vote"),
            Field::Leader => f.write_str("leader"),
            Field::Log => f.write_str("log"),
            Field::Snapshot => f.write_str("snapshot"),
            Field::First => f.write_str("first"),
            Field::Members => f.write_str("members"),
            Field::Outgoing => f.write_str("outgoing"),
            Field::Learners => f.write_str("learners"),
            Field::Kv(key) => write!(f, "kv.{}", QuotedWord(key)),
            Field::Term => f.write_str("term"),
            Field::Commit => f.write_str("commit"),
            Field::Applied => f.write_str("applied"),
            Field::Last => f.write_str("last"),
            Field::Match(node) => write!(f, "match.n{node}"),
            Field::Next(node) => write!(f, "next.n{node}"),
        }
    }
}

impl Display for OpRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpRef::Latest => f.write_str("op"),
            OpRef::Number(number) => write!(f, "op{number}"),
        }
    }
}
