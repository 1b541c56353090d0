//! The two sides of a comparison: fields of nodes, requests, counts, and values as typed.

use super::expected::ExpectedWord;
use super::lexer::{Token, TokenKind, wrong};
use super::parser::{Parser, unknown};
use super::subject::{WordPart, is_request, one_node, subject};
use super::vocabulary::{PROPERTIES, plain_field};
use crate::check::condition::{
    Comparison, Field, Kind, NodeQuantifier, OpRef, Operand, State, Test,
};
use crate::check::selector::Selector;
use crate::language::error::Error;
use crate::language::select;
use crate::quantity::{self, shown};
use crate::raft::RoleName;
use crate::sim::Outcome;

impl<'a> Parser<'a> {
    /// Reads a number or a duration on the left of a comparison.
    pub(super) fn literal(&self, text: &str, token: &Token) -> Result<Operand, Error> {
        let read = if text.bytes().all(|byte| byte.is_ascii_digit()) {
            quantity::count(text).map(Operand::Number)
        } else {
            quantity::duration(text).map(Operand::Duration)
        };
        read.map_err(|message| wrong(message, token.span.clone()))
    }

    /// Reads the rest of a count whose first word was read; `None` if the word is none.
    pub(super) fn counted(&mut self, text: &str, at: &Token) -> Result<Option<Operand>, Error> {
        Ok(Some(match text {
            "messages" => Operand::Messages,
            "leaders" => Operand::Leaders,
            "up" => Operand::Up,
            "time" => Operand::Time,
            "count" => self.count(at)?,
            _ => return Ok(None),
        }))
    }

    /// Reads `(live.term == 2)` after `count`.
    fn count(&mut self, at: &Token) -> Result<Operand, Error> {
        const EXAMPLE: &str = "for example: count(live.role == leader) <= 1";
        self.asks_for(ExpectedWord::Free("(NODES.FIELD == VALUE)"));
        let open = self.next()?;
        if open.kind != TokenKind::Sign('(') {
            return Err(self.surprised("'(' after count", &open).help(EXAMPLE));
        }
        self.deeper(&at.span)?;
        self.asks_for(ExpectedWord::Subject);
        let (text, span) = self.word("nodes and a property")?;
        if !text.contains('.') && text != "any" && select::selector(text).is_err() {
            let message =
                format!("count counts nodes with a property, and {} is none", shown(text));
            return Err(wrong(message, span).help(EXAMPLE));
        }
        let (nodes, rest) = subject(WordPart::of(text, span.start))?;
        let NodeQuantifier::Every(nodes) = nodes else {
            return Err(wrong("'any' is no set of nodes to count", span).help("write all"));
        };
        let Some(property) = rest else {
            return Err(wrong(format!("{} needs a property", shown(text)), span).help(EXAMPLE));
        };
        let field = self.field(property)?;
        let kind = field.kind();
        self.asks_for(ExpectedWord::Comparison { ordered: kind.is_ordered(), changes: false });
        let (comparison, right) = self.comparison_with(kind, &format!("{nodes}.{field}"))?;
        self.asks_for(ExpectedWord::Close);
        let close = self.next()?;
        match close.kind {
            TokenKind::Sign(')') => {}
            TokenKind::End => return Err(wrong("this '(' is never closed", open.span)),
            _ => return Err(self.surprised("')'", &close).help(EXAMPLE)),
        }
        self.shallower();
        Ok(Operand::Count(nodes, Box::new(Test { field, comparison, right })))
    }

    /// Reads `op3` or `op3.value`.
    pub(super) fn request(
        &mut self,
        head: WordPart<'a>,
        rest: Option<WordPart<'a>>,
    ) -> Result<Operand, Error> {
        let number = head.text.strip_prefix("op").unwrap_or_default();
        let op = match number.parse() {
            Ok(number) => OpRef::Number(number),
            Err(_) if number.is_empty() => OpRef::Latest,
            Err(_) => {
                let message = format!("the number in {} is too large", shown(head.text));
                return Err(wrong(message, head.span()));
            }
        };
        match rest {
            None => Ok(Operand::Op(op)),
            Some(part) if part.text == "value" => Ok(Operand::OpValue(op)),
            Some(part) => {
                let shown = shown(part.text);
                let message = format!(
                    "unknown property {shown} of a request; write {0} or {0}.value",
                    head.text
                );
                Err(wrong(message, part.span()))
            }
        }
    }

    /// Reads a node's property after the first dot.
    pub(super) fn field(&mut self, word: WordPart<'a>) -> Result<Field, Error> {
        let (name, rest) = word.split();
        match name.text {
            "kv" => return self.kv(word, rest),
            "match" => return other_node(name, rest).map(Field::Match),
            "next" => return other_node(name, rest).map(Field::Next),
            _ => {}
        }
        if let Some(rest) = rest.filter(|_| PROPERTIES.contains(&name.text)) {
            let span = rest.start - 1..rest.span().end;
            return Err(wrong(format!("nothing can follow '{}'", name.text), span));
        }
        match plain_field(name.text) {
            Some(field) => Ok(field),
            None if name.text.is_empty() => {
                Err(wrong("a property is missing after the dot", name.start - 1..name.start)
                    .help(format!("properties are {}", PROPERTIES.join(", "))))
            }
            None => Err(unknown("property", name.text, name.span(), &PROPERTIES)),
        }
    }

    /// `kv.x`: the rest of the word is the key, dots included. A quoted key may follow the dot
    /// directly.
    fn kv(&mut self, word: WordPart<'a>, key: Option<WordPart<'a>>) -> Result<Field, Error> {
        match key {
            Some(key) if !key.text.is_empty() => Ok(Field::Kv(key.text.to_owned())),
            Some(_) if self.quoted_follows(&word)? => Ok(Field::Kv(self.string("a key")?.0)),
            _ => Err(wrong("a key is missing; write kv.x, or kv.\"a key\"", word.span())),
        }
    }

    /// Whether a quoted string directly follows a word.
    fn quoted_follows(&mut self, word: &WordPart<'a>) -> Result<bool, Error> {
        self.asks_for(ExpectedWord::Free("KEY"));
        let token = self.peek()?;
        Ok(matches!(token.kind, TokenKind::Quoted(_)) && token.span.start == word.span().end)
    }

    /// Reads a comparison, and the value on the right of it. `left` is the other side as typed.
    pub(super) fn comparison_with(
        &mut self,
        kind: Kind,
        left: &str,
    ) -> Result<(Comparison, Operand), Error> {
        let comparison = self.comparison(kind)?;
        let none = kind.has_none() && left != "leader";
        self.asks_for(ExpectedWord::Operand { kind, none });
        let token = self.peek()?.clone();
        let start = token.span.start;
        let Some(right) = self.reference(kind, &token)? else {
            return Ok((comparison, self.typed(kind, none)?));
        };
        if kind.compares_with(right.kind()) {
            return Ok((comparison, right));
        }
        let (what, other) = (kind.plural(), right.kind().plural());
        let message = format!("{left} and {right} cannot be compared: {what} and {other}");
        Err(wrong(message, start..token.span.end))
    }

    /// Reads a value of the cluster; `None`, and nothing is consumed, if a value as typed follows.
    fn reference(&mut self, kind: Kind, token: &Token) -> Result<Option<Operand>, Error> {
        if token.kind != TokenKind::Word {
            return Ok(None);
        }
        let text = self.text(token);
        let word = WordPart::of(text, token.span.start);
        let (head, rest) = word.split();
        let is_count = kind == Kind::Number
            && matches!(text, "messages" | "leaders" | "up" | "count")
            || kind == Kind::Duration && text == "time";
        if is_count {
            self.next()?;
            return self.counted(text, token);
        }
        if text == "leader" && kind == Kind::Node {
            self.next()?;
            return Ok(Some(Operand::Leader));
        }
        if is_request(head.text) {
            let is_value = rest.is_some_and(|rest| kind != Kind::Text || rest.text == "value");
            if !is_value && kind != Kind::Outcome {
                return Ok(None);
            }
            self.next()?;
            return self.request(head, rest).map(Some);
        }
        let Ok((nodes, Some(property))) = subject(word) else { return Ok(None) };
        // A value of the store may look like this: n1.txt.
        if kind == Kind::Text && !PROPERTIES.contains(&property.split().0.text) {
            return Ok(None);
        }
        self.next()?;
        let Some(node) = one_node(nodes) else {
            let message = format!(
                "'{nodes}' may be several nodes, and one value belongs on the right of a comparison"
            );
            let help = match kind {
                Kind::Text => "put the nodes on the left; to mean this text, quote it",
                _ => "put the nodes on the left, or name one: n1.term, leader.term",
            };
            return Err(wrong(message, token.span.clone()).help(help));
        };
        Ok(Some(Operand::Field(node, self.field(property)?)))
    }

    /// Reads a value as it is typed. `none` may stand for no node and no value, if `none` says so.
    fn typed(&mut self, kind: Kind, none: bool) -> Result<Operand, Error> {
        Ok(match kind {
            Kind::Number => Operand::Number(self.number()?),
            Kind::Duration => {
                let (word, span) = self.word("a duration such as 150ms")?;
                let us = quantity::duration(word).map_err(|message| wrong(message, span))?;
                Operand::Duration(us)
            }
            Kind::Role => Operand::Role(self.one_of("role", RoleName::WORDS)?),
            Kind::State => Operand::State(self.one_of("state", State::WORDS)?),
            Kind::Outcome => Operand::Outcome(self.one_of("outcome", Outcome::WORDS)?),
            Kind::Node => self.node(none)?,
            Kind::Nodes => self.nodes()?,
            Kind::Log => Operand::Log(self.terms()?),
            Kind::Text => {
                let (text, quoted) = self.string("a value or none")?;
                if quoted || text != "none" { Operand::Text(text) } else { Operand::None }
            }
        })
    }

    /// Reads a node, or `none` where that may stand.
    fn node(&mut self, none: bool) -> Result<Operand, Error> {
        let (word, span) = self.word(if none { "a node or none" } else { "a node" })?;
        match select::node(word) {
            Ok(number) => Ok(Operand::Node(number)),
            Err(_) if word == "none" && none => Ok(Operand::None),
            Err(_) if word == "none" => {
                Err(wrong("'none' is not a node", span).help("write 'no-leader'"))
            }
            Err(message) => Err(wrong(message, span)),
        }
    }

    /// Reads a set of nodes: `n1,n2`, `n1..n3,n5`, or none.
    fn nodes(&mut self) -> Result<Operand, Error> {
        let mut ranges = Vec::new();
        loop {
            let (word, span) = self.word("nodes such as n1,n2, or none")?;
            let end = span.end;
            if word == "none" && ranges.is_empty() {
                return Ok(Operand::None);
            }
            match select::selector(word) {
                Ok(Selector::Node(number)) => ranges.push((number, number)),
                Ok(Selector::Range(first, last)) => ranges.push((first, last)),
                Ok(_) => {
                    let message = format!("{} may be other nodes later", shown(word));
                    return Err(wrong(message, span).help("name the nodes: n1,n2 or n1..n3"));
                }
                Err(message) => return Err(wrong(message, span)),
            }
            // A look at the source, not at the next token: if the source ends here, the caller
            // knows what it expects, and it is no further node.
            if !self.rest_of_source(end).trim_start().starts_with(',') {
                return Ok(Operand::Nodes(ranges));
            }
            self.next()?;
        }
    }

    /// Reads a list of terms: `[1,1,4]`.
    pub(super) fn terms(&mut self) -> Result<Vec<u64>, Error> {
        let open = self.next()?;
        if open.kind != TokenKind::Sign('[') {
            return Err(self.surprised("a list of terms such as [1,1,4]", &open));
        }
        let mut terms = Vec::new();
        if self.peek()?.kind == TokenKind::Sign(']') {
            self.next()?;
            return Ok(terms);
        }
        loop {
            terms.push(self.number()?);
            let token = self.next()?;
            match token.kind {
                TokenKind::Sign(',') => {}
                TokenKind::Sign(']') => return Ok(terms),
                TokenKind::End => return Err(wrong("this '[' is never closed", open.span)),
                _ => return Err(self.surprised("',' or ']'", &token)),
            }
        }
    }
}

/// Reads the node in `match.n2` or `next.n2`.
fn other_node(name: WordPart<'_>, node: Option<WordPart<'_>>) -> Result<u64, Error> {
    let Some(node) = node else {
        return Err(wrong(format!("{0} needs a node, as in {0}.n2", name.text), name.span()));
    };
    select::node(node.text).map_err(|message| {
        let span = if node.text.is_empty() { node.start - 1..node.start } else { node.span() };
        wrong(message, span)
    })
}
