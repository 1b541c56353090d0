//! The facts: what a condition can ask about a cluster, a node, or a request.

use std::ops::Range;

use super::expected::ExpectedWord;
use super::lexer::{Token, TokenKind, wrong};
use super::parser::{Parser, unknown};
use super::subject::{WordPart, is_request, one_node, subject};
use super::vocabulary::{PROPERTIES, Scope};
use crate::check::condition::{Fact, Operand, Test};
use crate::check::property;
use crate::language::error::Error;
use crate::language::select;
use crate::language::suggest;
use crate::quantity::shown;
use crate::sim::EventKind;

impl<'a> Parser<'a> {
    /// Reads one fact.
    pub(super) fn fact(&mut self) -> Result<Fact, Error> {
        if self.peek()?.kind == TokenKind::Sign('[') {
            let terms = Operand::Log(self.terms()?);
            return self.compared(terms);
        }
        let token = self.next()?;
        let text = self.text(&token);
        if token.kind != TokenKind::Word || matches!(text, "and" | "or") {
            return Err(self.surprised("a condition", &token));
        }
        match text {
            "leader" => self.leader(),
            "no-leader" => Ok(Fact::NoLeader),
            "agree" => Ok(Fact::Agree),
            "quiet" => Ok(Fact::Quiet),
            "safe" => Ok(Fact::Safe),
            "linearizable" => Ok(Fact::Linearizable),
            "violated" => self.violated(),
            "committed" => self.committed(),
            "event" => self.event(&token),
            "changes" => {
                let error = wrong("a value is missing before 'changes'", token.span.clone());
                Err(error.help("for example: n1.term changes, or leader changes"))
            }
            _ if text.starts_with(|c: char| c.is_ascii_digit()) => {
                let literal = self.literal(text, &token)?;
                self.compared(literal)
            }
            _ => match self.counted(text, &token)? {
                Some(operand) => self.compared(operand),
                None => self.about(WordPart::of(text, token.span.start)),
            },
        }
    }

    /// Reads the rest of `leader`, of `leader == n1`, or of `leader changes`.
    fn leader(&mut self) -> Result<Fact, Error> {
        self.asks_to_join(true);
        let next = self.peek()?.clone();
        match next.kind {
            TokenKind::Compare(_) | TokenKind::Sign('=') => self.compared(Operand::Leader),
            TokenKind::Word if self.text(&next) == "changes" => self.compared(Operand::Leader),
            _ => Ok(Fact::Leader),
        }
    }

    /// Reads what follows a value: a comparison and the other value, or `changes`.
    fn compared(&mut self, left: Operand) -> Result<Fact, Error> {
        let kind = left.kind();
        self.asks_for(ExpectedWord::Comparison {
            ordered: kind.is_ordered(),
            changes: self.scope == Scope::Steps && !left.is_literal() && left != Operand::Time,
        });
        if self.changes(&left)? {
            return Ok(Fact::Changes(left));
        }
        let (comparison, right) = self.comparison_with(kind, &left.to_string())?;
        Ok(Fact::Compare { left, comparison, right })
    }

    /// Whether `changes` follows a value.
    fn changes(&mut self, value: &Operand) -> Result<bool, Error> {
        let span = self.peek()?.span.clone();
        if !self.takes("changes")? {
            return Ok(false);
        }
        self.speaks_of_steps("changes", span.clone())?;
        match value {
            Operand::Time => Err(wrong("'time' changes with every step", span)
                .help("to wait for a moment, write time >= 2s")),
            value if value.is_literal() => {
                Err(wrong(format!("{} never changes", shown(&value.to_string())), span))
            }
            _ => Ok(true),
        }
    }

    /// The error where a word asks about a step, and the command looks at a moment.
    fn speaks_of_steps(&self, word: &str, span: Range<usize>) -> Result<(), Error> {
        match self.scope {
            Scope::Steps => Ok(()),
            Scope::Moment => {
                let message = format!("'{word}' asks about a step, and `expect` about a moment");
                Err(wrong(message, span)
                    .help("write it in `run until`, as in `run until n1.term changes`"))
            }
        }
    }

    /// Reads `KIND [NODE]` after `event`.
    fn event(&mut self, token: &Token) -> Result<Fact, Error> {
        self.speaks_of_steps("event", token.span.clone())?;
        let names: Vec<&'static str> = EventKind::names().collect();
        self.asks_for(ExpectedWord::Words(names.clone()));
        let (word, span) = self.word("a kind of event, such as node_killed")?;
        let Some(kind) = names.iter().copied().find(|name| *name == word) else {
            let known = "`help events` lists the kinds";
            return Err(wrong(suggest::unknown("kind of event", word, &names, known), span));
        };
        self.asks_for(ExpectedWord::NodeOrJoin { open: self.is_open() });
        let next = self.peek()?.clone();
        let names_nodes =
            next.kind == TokenKind::Word && !matches!(self.text(&next), "and" | "or" | "changes");
        if !names_nodes {
            return Ok(Fact::Event { kind, nodes: None });
        }
        let (word, span) = self.word("a node")?;
        let nodes = select::selector(word).map_err(|message| wrong(message, span))?;
        Ok(Fact::Event { kind, nodes: Some(nodes) })
    }

    fn committed(&mut self) -> Result<Fact, Error> {
        self.asks_for(ExpectedWord::Key);
        let (key, _) = self.string("a write such as x=5")?;
        self.asks_for(ExpectedWord::Assign);
        let token = self.next()?;
        if token.kind != TokenKind::Sign('=') {
            let error = self.surprised("'=' and a value", &token);
            let help = "write committed x=5";
            return Err(if error.help.is_empty() { error.help(help) } else { error });
        }
        self.asks_for(ExpectedWord::Free("VALUE"));
        let (value, _) = self.string("a value (\"\" is the empty one)")?;
        Ok(Fact::Committed { key, value })
    }

    /// Reads the property in `violated election-safety`.
    fn violated(&mut self) -> Result<Fact, Error> {
        let names: Vec<&str> = property::ALL.iter().map(|property| property.name).collect();
        self.asks_for(ExpectedWord::Words(names.clone()));
        let (word, span) = self.word("a property such as election-safety")?;
        match property::named(word) {
            Some(property) => Ok(Fact::Violated(property.name)),
            None => {
                Err(unknown("property", word, span, &names).help("`help properties` lists them"))
            }
        }
    }

    /// Reads a fact about a request or about nodes: `op3.value == 5`, `n1.term >= 3`.
    fn about(&mut self, word: WordPart<'a>) -> Result<Fact, Error> {
        let (head, rest) = word.split();
        if is_request(head.text) {
            let request = self.request(head, rest)?;
            return self.compared(request);
        }
        let (subject, rest) = subject(word)?;
        let Some(property) = rest else {
            let behind = word.span().end;
            if self.rest_of_source(behind).starts_with(',') {
                let span = behind..behind + 1;
                return Err(wrong("a condition names one node, or one set of nodes", span)
                    .help("write n1..n2.term == 1, or n1.term == 1 and n3.term == 1"));
            }
            let message = format!(
                "{} needs a property, as in {}.role == leader",
                shown(word.text),
                word.text
            );
            return Err(wrong(message, word.span())
                .help(format!("properties are {}", PROPERTIES.join(", "))));
        };
        let field = self.field(property)?;
        let one = one_node(subject);
        self.asks_for(ExpectedWord::Comparison {
            ordered: field.kind().is_ordered(),
            changes: self.scope == Scope::Steps && one.is_some(),
        });
        let span = self.peek()?.span.clone();
        match one {
            Some(one) => {
                let value = Operand::Field(one, field.clone());
                if self.changes(&value)? {
                    return Ok(Fact::Changes(value));
                }
            }
            None if self.takes("changes")? => {
                let message = format!("'{subject}' may be several nodes, and 'changes' needs one");
                return Err(wrong(message, span).help("for example: n1.term changes"));
            }
            None => {}
        }
        let (comparison, right) =
            self.comparison_with(field.kind(), &format!("{subject}.{field}"))?;
        Ok(Fact::Node { subject, test: Test { field, comparison, right } })
    }
}
