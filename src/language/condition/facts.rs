//! The facts: what a condition can ask about a cluster, a node, or a request.

use std::ops::Range;

use super::expected::ExpectedWord;
use super::lexer::{Kind, wrong};
use super::parser::{Parser, unknown};
use crate::check::condition::{Fact, Field, NodeQuantifier, OpRef, OpTest, Property, State};
use crate::check::property;
use crate::language::error::Error;
use crate::language::select::{self, is_number};
use crate::quantity::{self, shown};
use crate::raft::RoleName;
use crate::sim::Outcome;

/// The words with which a fact may begin, apart from nodes and numbered requests.
pub const FACTS: [&str; 10] = [
    "leader",
    "no-leader",
    "agree",
    "quiet",
    "safe",
    "violated",
    "committed",
    "messages",
    "time",
    "op",
];

/// The sets of nodes that a fact may be about. `leader` is another one, listed in [`FACTS`].
pub const SUBJECTS: [&str; 5] = ["all", "any", "live", "followers", "down"];

/// The properties of a node that a fact can test.
pub const PROPERTIES: [&str; 11] =
    ["role", "state", "term", "vote", "commit", "applied", "last", "match", "next", "log", "kv"];

/// A part of a dotted word, and the byte where it begins.
#[derive(Clone, Copy)]
struct WordPart<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> WordPart<'a> {
    fn span(self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The parts before and after the first dot.
    fn split(self) -> (WordPart<'a>, Option<WordPart<'a>>) {
        let Some((head, rest)) = self.text.split_once('.') else { return (self, None) };
        let rest = WordPart { text: rest, start: self.start + head.len() + 1 };
        (WordPart { text: head, ..self }, Some(rest))
    }
}

impl<'a> Parser<'a> {
    /// Reads one fact.
    pub(super) fn fact(&mut self) -> Result<Fact, Error> {
        let token = self.next()?;
        let text = self.text(&token);
        if token.kind != Kind::Word || matches!(text, "and" | "or") {
            return Err(self.surprised("a condition", &token));
        }
        match text {
            "leader" => self.leader(),
            "no-leader" => Ok(Fact::NoLeader),
            "agree" => Ok(Fact::Agree),
            "quiet" => Ok(Fact::Quiet),
            "safe" => Ok(Fact::Safe),
            "violated" => self.violated(),
            "committed" => self.committed(),
            "messages" => {
                Ok(Fact::Messages { comparison: self.comparison()?, count: self.number()? })
            }
            "time" => self.time(),
            _ => self.about(WordPart { text, start: token.span.start }),
        }
    }

    /// Reads the rest of `leader`, or of `leader == n1`.
    fn leader(&mut self) -> Result<Fact, Error> {
        self.asks_to_join(true);
        if !matches!(self.peek()?.kind, Kind::Compare(_) | Kind::Sign('=')) {
            return Ok(Fact::Leader);
        }
        let equal = self.equal("nodes")?;
        self.asks_for(ExpectedWord::Node);
        let (word, span) = self.word("a node")?;
        match select::node(word) {
            Ok(node) => Ok(Fact::LeaderIs { equal, node }),
            Err(_) if word == "none" => {
                Err(wrong("'none' is not a node", span).help("write 'no-leader'"))
            }
            Err(message) => Err(wrong(message, span)),
        }
    }

    fn committed(&mut self) -> Result<Fact, Error> {
        self.asks_for(ExpectedWord::Key);
        let (key, _) = self.string("a write such as x=5")?;
        self.asks_for(ExpectedWord::Assign);
        let token = self.next()?;
        if token.kind != Kind::Sign('=') {
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

    fn time(&mut self) -> Result<Fact, Error> {
        let comparison = self.comparison()?;
        self.asks_for(ExpectedWord::Free("DURATION"));
        let (word, span) = self.word("a duration such as 150ms")?;
        let us = quantity::duration(word).map_err(|message| wrong(message, span))?;
        Ok(Fact::Time { comparison, us })
    }

    /// Reads a fact about a request or about nodes: `op3.value == 5`, `n1.term >= 3`.
    fn about(&mut self, word: WordPart<'a>) -> Result<Fact, Error> {
        let (head, rest) = word.split();
        if let Some(number) =
            head.text.strip_prefix("op").filter(|digits| digits.is_empty() || is_number(digits))
        {
            return self.op(number, head, rest);
        }
        let (subject, rest) = subject(word)?;
        let Some(property) = rest else {
            let message = format!(
                "{} needs a property, as in {}.role == leader",
                shown(word.text),
                word.text
            );
            return Err(wrong(message, word.span())
                .help(format!("properties are {}", PROPERTIES.join(", "))));
        };
        Ok(Fact::Node { subject, property: self.property(property)? })
    }

    fn op(
        &mut self,
        number: &str,
        head: WordPart<'a>,
        rest: Option<WordPart<'a>>,
    ) -> Result<Fact, Error> {
        let op = match number.parse() {
            Ok(number) => OpRef::Number(number),
            Err(_) if number.is_empty() => OpRef::Latest,
            Err(_) => {
                return Err(wrong(
                    format!("the number in {} is too large", shown(head.text)),
                    head.span(),
                ));
            }
        };
        let test = match rest {
            None => OpTest::Outcome {
                equal: self.equal("outcomes")?,
                outcome: self.one_of("outcome", Outcome::WORDS)?,
            },
            Some(piece) if piece.text == "value" => {
                OpTest::Value { equal: self.equal("values")?, value: self.string_or_none()? }
            }
            Some(piece) => {
                let shown = shown(piece.text);
                let message = format!(
                    "unknown property {shown} of a request; write {0} or {0}.value",
                    head.text
                );
                return Err(wrong(message, piece.span()));
            }
        };
        Ok(Fact::Op { op, test })
    }

    /// Reads a node's property after the first dot, and what it is compared with.
    fn property(&mut self, word: WordPart<'a>) -> Result<Property, Error> {
        let (name, rest) = word.split();
        match name.text {
            "kv" => return self.kv(word, rest),
            "match" | "next" => return self.progress(name, rest),
            _ => {}
        }
        if let Some(rest) = rest.filter(|_| PROPERTIES.contains(&name.text)) {
            let span = rest.start - 1..rest.span().end;
            return Err(wrong(format!("nothing can follow '{}'", name.text), span));
        }
        match name.text {
            "role" => Ok(Property::Role {
                equal: self.equal("roles")?,
                role: self.one_of("role", RoleName::WORDS)?,
            }),
            "state" => Ok(Property::State {
                equal: self.equal("states")?,
                state: self.one_of("state", State::WORDS)?,
            }),
            "vote" => Ok(Property::Vote { equal: self.equal("votes")?, vote: self.vote()? }),
            "log" => Ok(Property::Log { equal: self.equal("logs")?, terms: self.terms()? }),
            "term" => self.compared(Field::Term),
            "commit" => self.compared(Field::Commit),
            "applied" => self.compared(Field::Applied),
            "last" => self.compared(Field::Last),
            "" => Err(wrong("a property is missing after the dot", name.start - 1..name.start)
                .help(format!("properties are {}", PROPERTIES.join(", ")))),
            _ => Err(unknown("property", name.text, name.span(), &PROPERTIES)),
        }
    }

    fn compared(&mut self, field: Field) -> Result<Property, Error> {
        Ok(Property::Number { field, comparison: self.comparison()?, value: self.number()? })
    }

    /// Reads `match.n2` or `next.n2`, and its comparison.
    fn progress(
        &mut self,
        name: WordPart<'a>,
        node: Option<WordPart<'a>>,
    ) -> Result<Property, Error> {
        let Some(node) = node else {
            return Err(wrong(format!("{0} needs a node, as in {0}.n2", name.text), name.span()));
        };
        let number = select::node(node.text).map_err(|message| {
            wrong(
                message,
                if node.text.is_empty() { node.start - 1..node.start } else { node.span() },
            )
        })?;
        self.compared(if name.text == "match" { Field::Match(number) } else { Field::Next(number) })
    }

    /// `kv.x`: the rest of the word is the key, dots included. A quoted key may follow the dot
    /// directly.
    fn kv(&mut self, word: WordPart<'a>, key: Option<WordPart<'a>>) -> Result<Property, Error> {
        let key = match key {
            Some(key) if !key.text.is_empty() => key.text.to_owned(),
            Some(_) if self.quoted_follows(&word)? => self.string("a key")?.0,
            _ => return Err(wrong("a key is missing; write kv.x, or kv.\"a key\"", word.span())),
        };
        Ok(Property::Kv { key, equal: self.equal("values")?, value: self.string_or_none()? })
    }

    /// Whether a quoted string directly follows a word.
    fn quoted_follows(&mut self, word: &WordPart<'a>) -> Result<bool, Error> {
        self.asks_for(ExpectedWord::Free("KEY"));
        let token = self.peek()?;
        Ok(matches!(token.kind, Kind::Quoted(_)) && token.span.start == word.span().end)
    }

    /// Reads a node or `none`.
    fn vote(&mut self) -> Result<Option<u64>, Error> {
        self.asks_for(ExpectedWord::NodeOrNone);
        let (word, span) = self.word("a node or none")?;
        if word == "none" {
            return Ok(None);
        }
        select::node(word).map(Some).map_err(|message| wrong(message, span))
    }

    /// Reads a list of terms: `[1,1,4]`.
    fn terms(&mut self) -> Result<Vec<u64>, Error> {
        self.asks_for(ExpectedWord::Free("[TERM,…]"));
        let open = self.next()?;
        if open.kind != Kind::Sign('[') {
            return Err(self.surprised("a list of terms such as [1,1,4]", &open));
        }
        let mut terms = Vec::new();
        if self.peek()?.kind == Kind::Sign(']') {
            self.next()?;
            return Ok(terms);
        }
        loop {
            terms.push(self.number()?);
            let token = self.next()?;
            match token.kind {
                Kind::Sign(',') => {}
                Kind::Sign(']') => return Ok(terms),
                Kind::End => return Err(wrong("this '[' is never closed", open.span)),
                _ => return Err(self.surprised("',' or ']'", &token)),
            }
        }
    }
}

/// Splits a word into the nodes that it names and the rest after their dot. `n1..n3` contains dots
/// itself.
fn subject(word: WordPart<'_>) -> Result<(NodeQuantifier, Option<WordPart<'_>>), Error> {
    let (first, rest) = word.split();
    if let Some(rest) = rest.filter(|rest| rest.text.starts_with('.')) {
        let (last, behind) = WordPart { text: &rest.text[1..], start: rest.start + 1 }.split();
        let range =
            WordPart { text: &word.text[..last.span().end - word.start], start: word.start };
        let selector =
            select::selector(range.text).map_err(|message| wrong(message, range.span()))?;
        return Ok((NodeQuantifier::Every(selector), behind));
    }
    if first.text == "any" {
        return Ok((NodeQuantifier::Any, rest));
    }
    // Before a property, a word must name nodes; alone, it may be any unknown condition.
    let only_a_node = first.text.strip_prefix('n').is_some_and(is_number) || rest.is_some();
    match select::selector(first.text) {
        Ok(selector) => Ok((NodeQuantifier::Every(selector), rest)),
        Err(message) if only_a_node && !first.text.is_empty() => Err(wrong(message, first.span())),
        Err(_) if word.text.starts_with('!') => {
            Err(wrong(format!("unknown condition {}", shown(word.text)), word.span())
                .help("write 'not'"))
        }
        Err(_) => {
            let error =
                unknown("condition", word.text, word.span(), &[&FACTS[..], &SUBJECTS].concat());
            let key = "to ask for a key, write n1.kv.KEY or all.kv.KEY, as in all.kv.x == 5";
            Err(if error.help.is_empty() { error.help(key) } else { error })
        }
    }
}
