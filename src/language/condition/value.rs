//! A value alone, as `watch` takes it: `n1.term`, `leader`, `count(live.term == 2)`.

use super::lexer::{TokenKind, wrong};
use super::parser::Parser;
use super::subject::{WordPart, is_request, one_node, subject};
use crate::check::condition::Operand;
use crate::language::error::Error;
use crate::quantity::shown;

/// What can be watched, for errors.
const EXAMPLES: &str = "values are, for example: n1.term, leader, op3, op.value, messages, \
                        count(live.term == 2)";

impl<'a> Parser<'a> {
    /// Reads the whole source as one value that a cluster has.
    pub(super) fn whole_value(&mut self) -> Result<Operand, Error> {
        let token = self.next()?;
        let text = self.text(&token);
        if token.kind == TokenKind::End {
            return Err(wrong("a value is missing", token.span).help(EXAMPLES));
        }
        if token.kind != TokenKind::Word {
            return Err(self.surprised("a value", &token).help(EXAMPLES));
        }
        let value = match text {
            "leader" => Operand::Leader,
            "time" => {
                return Err(wrong("'time' changes with every step", token.span).help(EXAMPLES));
            }
            _ => match self.counted(text, &token)? {
                Some(count) => count,
                None => self.value_of(WordPart::of(text, token.span.start))?,
            },
        };
        let rest = self.peek()?.clone();
        match rest.kind {
            TokenKind::End => Ok(value),
            _ => {
                let source = self.rest_of_source(0).trim();
                let error = self.surprised(&format!("the end after {value}"), &rest);
                Err(error.help(format!("`break {source}` stops when a condition becomes true")))
            }
        }
    }

    /// Reads a value of a request or of a node.
    fn value_of(&mut self, word: WordPart<'a>) -> Result<Operand, Error> {
        let (head, rest) = word.split();
        if is_request(head.text) {
            return self.request(head, rest);
        }
        let is_value = word.text.contains('.');
        if !is_value {
            let message = format!("{} is not a value of the cluster", shown(word.text));
            return Err(wrong(message, word.span()).help(EXAMPLES));
        }
        let (nodes, property) = subject(word)?;
        let Some(property) = property else {
            let message = format!("{} is not a value of the cluster", shown(word.text));
            return Err(wrong(message, word.span()).help(EXAMPLES));
        };
        let field = self.field(property)?;
        match one_node(nodes) {
            Some(one) => Ok(Operand::Field(one, field)),
            None => {
                let message = format!("'{nodes}' may be several nodes, and `watch` needs one");
                Err(wrong(message, word.span()).help(EXAMPLES))
            }
        }
    }
}
