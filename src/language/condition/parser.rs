//! How facts are combined into a condition, and the small steps of reading a fact.

use std::ops::Range;

use super::expected::ExpectedWord;
use super::lexer::{Lexer, Token, TokenKind, wrong};
use super::vocabulary::Scope;
use crate::check::condition::{Comparison, Condition, Kind, MAX_DEPTH};
use crate::language::error::Error;
use crate::language::suggest;
use crate::quantity::{self, shown};

/// Examples of conditions, for an error about a missing one.
const EXAMPLES: &str =
    "conditions are, for example: leader; n1.commit >= 5; op == ok; not (agree or quiet)";

/// The error about a word that is not in a closed set: it names the nearest word, and lists them
/// all.
pub(super) fn unknown(what: &str, word: &str, span: Range<usize>, options: &[&str]) -> Error {
    let all = format!("expected one of {}", options.join(", "));
    let error = wrong(suggest::unknown(what, word, options, &all), span);
    if suggest::nearest(word, options).is_some() { error.help(all) } else { error }
}

/// Parses a condition from left to right, with one token of lookahead.
pub(super) struct Parser<'a> {
    source: &'a str,
    /// What the condition may ask about.
    pub(super) scope: Scope,
    lexer: Lexer<'a>,
    ahead: Option<Token>,
    depth: usize,
    /// How many parentheses are open.
    open: usize,
    /// What is expected next.
    asks: ExpectedWord,
    /// What was expected when the source ended.
    stopped: Option<ExpectedWord>,
}

impl<'a> Parser<'a> {
    /// A parser at the beginning of the source.
    pub(super) fn new(source: &'a str, scope: Scope) -> Parser<'a> {
        let (lexer, asks) = (Lexer::new(source), ExpectedWord::default());
        Parser { source, scope, lexer, ahead: None, depth: 0, open: 0, asks, stopped: None }
    }

    /// What may come at the end of the source; `None` if there is an error before the end.
    pub(super) fn wanted(mut self) -> Option<ExpectedWord> {
        let _ = self.whole();
        self.stopped
    }

    /// Notes what is expected next.
    pub(super) fn asks_for(&mut self, wanted: ExpectedWord) {
        self.asks = wanted;
    }

    /// Notes that the condition may be complete here.
    pub(super) fn asks_to_join(&mut self, comparable: bool) {
        self.asks_for(ExpectedWord::Join { comparable, open: self.open > 0 });
    }

    /// Reads the whole source as one condition.
    pub(super) fn whole(&mut self) -> Result<Condition, Error> {
        if self.peek()?.kind == TokenKind::End {
            return Err(wrong("a condition is missing", 0..self.source.len()).help(EXAMPLES));
        }
        let condition = self.or()?;
        let token = self.peek()?.clone();
        match token.kind {
            TokenKind::End => Ok(condition),
            TokenKind::Sign(')') => Err(wrong("no '(' is open for this ')'", token.span)),
            _ => Err(self.surprised("'and', 'or' or the end of the condition", &token)),
        }
    }

    fn or(&mut self) -> Result<Condition, Error> {
        self.chain("or", Parser::and, Condition::or)
    }

    fn and(&mut self) -> Result<Condition, Error> {
        self.chain("and", Parser::unary, Condition::and)
    }

    /// Reads parts that are joined by `word`.
    fn chain(
        &mut self,
        word: &str,
        part: fn(&mut Parser<'a>) -> Result<Condition, Error>,
        join: fn(Vec<Condition>) -> Condition,
    ) -> Result<Condition, Error> {
        let mut parts = vec![part(self)?];
        self.asks_to_join(false);
        while self.takes(word)? {
            parts.push(part(self)?);
            self.asks_to_join(false);
        }
        Ok(join(parts))
    }

    fn unary(&mut self) -> Result<Condition, Error> {
        self.asks_for(ExpectedWord::Fact);
        let start = self.peek()?.span.clone();
        if self.takes("not")? {
            self.deeper(&start)?;
            let inner = self.unary()?;
            self.shallower();
            return Ok(Condition::Not(Box::new(inner)));
        }
        if self.peek()?.kind != TokenKind::Sign('(') {
            return self.fact().map(Condition::Is);
        }
        self.next()?;
        self.deeper(&start)?;
        self.open += 1;
        let inner = self.or()?;
        let token = self.next()?;
        self.open -= 1;
        match token.kind {
            TokenKind::Sign(')') => {}
            TokenKind::End => return Err(wrong("this '(' is never closed", start)),
            _ => return Err(self.surprised("'and', 'or' or ')'", &token)),
        }
        self.shallower();
        Ok(inner)
    }

    /// Goes one level deeper, if the limit allows it.
    pub(super) fn deeper(&mut self, span: &Range<usize>) -> Result<(), Error> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        Err(wrong(format!("the condition is nested deeper than {MAX_DEPTH} levels"), span.clone()))
    }

    /// Comes one level back up.
    pub(super) fn shallower(&mut self) {
        self.depth -= 1;
    }

    /// Whether a parenthesis is open.
    pub(super) fn is_open(&self) -> bool {
        self.open > 0
    }

    /// The source from a byte on.
    pub(super) fn rest_of_source(&self, at: usize) -> &'a str {
        &self.source[at..]
    }

    /// The next token, which is not consumed.
    pub(super) fn peek(&mut self) -> Result<&Token, Error> {
        let token = match self.ahead.take() {
            Some(token) => token,
            None => self.lexer.next()?,
        };
        if token.kind == TokenKind::End && self.stopped.is_none() {
            self.stopped = Some(self.asks.clone());
        }
        Ok(self.ahead.insert(token))
    }

    /// Consumes the next token.
    pub(super) fn next(&mut self) -> Result<Token, Error> {
        let token = self.peek()?.clone();
        self.ahead = None;
        Ok(token)
    }

    /// The source text of a token.
    pub(super) fn text(&self, token: &Token) -> &'a str {
        &self.source[token.span.clone()]
    }

    /// Consumes the next token if it is this bare word.
    pub(super) fn takes(&mut self, word: &str) -> Result<bool, Error> {
        let token = self.peek()?.clone();
        let found = token.kind == TokenKind::Word && self.text(&token) == word;
        if found {
            self.ahead = None;
        }
        Ok(found)
    }

    /// The error about a token where something else was expected.
    pub(super) fn surprised(&self, expected: &str, token: &Token) -> Error {
        let text = self.text(token);
        match token.kind {
            TokenKind::End => wrong(format!("expected {expected} here"), token.span.clone()),
            TokenKind::Quoted(_) => {
                let text = shown(text);
                wrong(
                    format!("expected {expected}, found {}", &text[1..text.len() - 1]),
                    token.span.clone(),
                )
            }
            _ => {
                let error = wrong(
                    format!("expected {expected}, found {}", shown(text)),
                    token.span.clone(),
                );
                match text {
                    "&&" => error.help("write 'and'"),
                    "||" | "|" => error.help("write 'or'"),
                    "=" | "is" | "equals" => error.help("write '==' to compare"),
                    _ => error,
                }
            }
        }
    }

    /// Consumes a bare word, and returns it with its span.
    pub(super) fn word(&mut self, expected: &str) -> Result<(&'a str, Range<usize>), Error> {
        let token = self.next()?;
        match token.kind {
            TokenKind::Word => Ok((self.text(&token), token.span)),
            _ => Err(self.surprised(expected, &token)),
        }
    }

    /// Consumes a key, a value or a name: a bare word, or a quoted one. The flag says whether it
    /// was quoted, because only a bare `none` means no value.
    pub(super) fn string(&mut self, expected: &str) -> Result<(String, bool), Error> {
        let token = self.next()?;
        match token.kind {
            TokenKind::Word => Ok((self.text(&token).to_owned(), false)),
            TokenKind::Quoted(text) => Ok((text, true)),
            TokenKind::Sign('=' | ',' | '[') | TokenKind::Compare(_) => Err(self
                .surprised(expected, &token)
                .help("quote it if this is part of it: \"a=b\"")),
            _ => Err(self.surprised(expected, &token)),
        }
    }

    /// Consumes a comparison: any of them between values that have an order, `==` or `!=` between
    /// others.
    pub(super) fn comparison(&mut self, kind: Kind) -> Result<Comparison, Error> {
        let token = self.next()?;
        match token.kind {
            TokenKind::Compare(comparison) if kind.is_ordered() || !comparison.is_of_order() => {
                Ok(comparison)
            }
            TokenKind::Compare(comparison) => {
                let message =
                    format!("'{comparison}' does not compare {}; use == or !=", kind.plural());
                Err(wrong(message, token.span))
            }
            _ if kind.is_ordered() => Err(self.surprised("a comparison (== != < <= > >=)", &token)),
            _ => Err(self.surprised("== or !=", &token)),
        }
    }

    /// Consumes a number.
    pub(super) fn number(&mut self) -> Result<u64, Error> {
        let (word, span) = self.word("a number")?;
        quantity::count(word).map_err(|message| wrong(message, span))
    }

    /// Consumes one of a closed set of words.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        what: &str,
        options: &[(&'static str, T)],
    ) -> Result<T, Error> {
        let words: Vec<&'static str> = options.iter().map(|(word, _)| *word).collect();
        let (word, span) = self.word(&format!("one of {}", words.join(", ")))?;
        match options.iter().find(|(name, _)| *name == word) {
            Some((_, value)) => Ok(*value),
            None => Err(unknown(what, word, span, &words)),
        }
    }
}
