//! Conditions as they are typed: `n1.term >= 3 and not (leader or n2.state == down)`.
//!
//! A parser by hand, because its errors are half of what it is for: each one points at the bytes
//! that are wrong, says what was expected there, and names the word that was probably meant. It
//! knows the language and no cluster; whether n9 exists is for whoever looks at the condition.
//!
//! ```text
//! or    = and { "or" and }          and = unary { "and" unary }
//! unary = "not" unary | "(" or ")" | fact
//! ```
//!
//! Only `not` and parentheses recurse, and only to a bounded depth; chains are loops. Time is
//! linear in the source.

mod expected;
mod facts;
mod lexer;
mod parser;

pub use expected::ExpectedWord;
pub use facts::{FACTS, PROPERTIES, SUBJECTS};

use crate::check::condition::Condition;
use crate::language::error::Error;

/// Reads a condition. `base` is where the source begins in its line: errors point into the line.
pub fn parse(source: &str, base: usize) -> Result<Condition, Error> {
    parser::Parser::new(source).whole().map_err(|mut error| {
        error.at = error.at.map(|span| base + span.start..base + span.end);
        error
    })
}

/// What may stand next where only this much of a condition was typed; nothing if it is wrong
/// already.
pub fn wanted(source: &str) -> Option<ExpectedWord> {
    parser::Parser::new(source).wanted()
}
