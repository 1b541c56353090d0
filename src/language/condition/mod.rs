//! Conditions as they are typed: `n1.term >= 3 and not (leader or n2.state == down)`.
//!
//! The parser is written by hand for the sake of its errors: each one points at the bytes that are
//! wrong, says what was expected there, and names the word that was probably meant. It knows the
//! language but no cluster; whether n9 exists is found out when the condition is evaluated.
//!
//! ```text
//! or    = and { "or" and }          and = unary { "and" unary }
//! unary = "not" unary | "(" or ")" | fact
//! ```
//!
//! Only `not` and parentheses recurse, and only to a bounded depth; chains are loops. Parsing takes
//! time linear in the length of the source.
//!
//! ```text
//! fact  = value cmp value | value "changes" | "event" kind [ nodes ] | "leader" | …
//! ```
//!
//! What a fact means on a cluster is not here, but in
//! [`check::condition`](crate::check::condition). To add a fact, start at `facts.rs`; to add a
//! value that can be compared, at `vocabulary.rs` and `operands.rs`; to change how facts are
//! combined, at `parser.rs`; to change what a word is, at `lexer.rs`.

mod expected;
mod facts;
mod lexer;
mod operands;
mod parser;
mod subject;
mod value;
mod vocabulary;

pub use expected::{ExpectedWord, typed_words};
pub use vocabulary::{FACTS, PROPERTIES, SUBJECTS, Scope, VALUES, kind_of};

use crate::check::condition::{Condition, Operand};
use crate::language::error::Error;

/// Parses a condition. Errors point into its line, in which the source begins at byte `base`.
pub fn parse(source: &str, base: usize, scope: Scope) -> Result<Condition, Error> {
    parser::Parser::new(source, scope).whole().map_err(|mut error| {
        error.at = error.at.map(|span| base + span.start..base + span.end);
        error
    })
}

/// Parses a value that can be watched. Errors point into its line, as those of [`parse`].
pub fn parse_value(source: &str, base: usize) -> Result<Operand, Error> {
    parser::Parser::new(source, Scope::Steps).whole_value().map_err(|mut error| {
        error.at = error.at.map(|span| base + span.start..base + span.end);
        error
    })
}

/// What may come next after this beginning of a condition; `None` if it has an error already.
pub fn wanted(source: &str, scope: Scope) -> Option<ExpectedWord> {
    parser::Parser::new(source, scope).wanted()
}
