//! Conditions as text, in the language in which they are read.
//!
//! Parentheses are printed only where `and` and `or` would bind otherwise, and a key or value is
//! quoted only where it would not be read back as one word.

use std::fmt::{self, Display, Write};

use super::{Comparison, Condition, Fact, Field, NodeQuantifier, OpRef, OpTest, Property};
use crate::quantity::show_duration;
use crate::word::{OrNone, QuotedWord};

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
            Fact::LeaderIs { equal, node } => write!(f, "leader {} n{node}", sign(*equal)),
            Fact::Node { subject, property } => write!(f, "{subject}.{property}"),
            Fact::Op { op, test: OpTest::Outcome { equal, outcome } } => {
                write!(f, "{op} {} {outcome}", sign(*equal))
            }
            Fact::Op { op, test: OpTest::Value { equal, value } } => {
                write!(f, "{op}.value {} {}", sign(*equal), OrNone(value.as_deref()))
            }
            Fact::Committed { key, value } => {
                write!(f, "committed {}={}", QuotedWord(key), QuotedWord(value))
            }
            Fact::Agree => f.write_str("agree"),
            Fact::Safe => f.write_str("safe"),
            Fact::Violated(property) => write!(f, "violated {property}"),
            Fact::Quiet => f.write_str("quiet"),
            Fact::Messages { comparison, count } => write!(f, "messages {comparison} {count}"),
            Fact::Time { comparison, us } => write!(f, "time {comparison} {}", show_duration(*us)),
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

impl Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Property::Role { equal, role } => write!(f, "role {} {role}", sign(*equal)),
            Property::State { equal, state } => write!(f, "state {} {state}", sign(*equal)),
            Property::Vote { equal, vote: Some(node) } => {
                write!(f, "vote {} n{node}", sign(*equal))
            }
            Property::Vote { equal, vote: None } => write!(f, "vote {} none", sign(*equal)),
            Property::Number { field, comparison, value } => {
                write!(f, "{field} {comparison} {value}")
            }
            Property::Log { equal, terms } => {
                write!(f, "log {} [", sign(*equal))?;
                for (nth, term) in terms.iter().enumerate() {
                    write!(f, "{}{term}", if nth == 0 { "" } else { "," })?;
                }
                f.write_char(']')
            }
            Property::Kv { key, equal, value } => {
                write!(f, "kv.{} {} {}", QuotedWord(key), sign(*equal), OrNone(value.as_deref()))
            }
        }
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
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

fn sign(equal: bool) -> Comparison {
    if equal { Comparison::Equal } else { Comparison::NotEqual }
}
