//! Turns lines into statements and blocks.
//!
//! A [`Builder`] takes one line at a time and returns what is complete: a command at once, a
//! `repeat` block with the line that closes it. It keeps only open blocks, which are bounded in
//! depth and in size. After an error inside a block, the rest of that block is skipped; otherwise
//! each of its lines would give another error.

use std::ops::Range;
use std::rc::Rc;

use super::error::Error;
use super::line::{self, LinePart, Token};

/// The prompt before a command, in a terminal and wherever a session is shown.
pub const PROMPT: &str = "raft> ";

/// The prompt before further lines of a command, while a block is open.
pub const CONTINUED: &str = "....> ";

/// The prompt while `depth` blocks are open. A terminal may show more text before it.
pub fn prompt(depth: usize) -> &'static str {
    if depth == 0 { PROMPT } else { CONTINUED }
}

/// The maximum depth of nested `repeat` blocks.
pub const MAX_DEPTH: usize = 32;

/// The most bytes of source that one outermost block may span.
pub const MAX_BLOCK: usize = 1024 * 1024;

/// Where a statement comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePlace {
    /// The name of the file, `<stdin>` or `<command>`; `None` at the prompt and in transcripts.
    pub source: Option<Rc<str>>,
    /// The line, counted from 1.
    pub line: u64,
}

/// One command as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whether it has a `!` before it. The runner handles this; an interpreter can ignore it.
    pub negated: bool,
    /// Its words, without the `!`. The interpreter and `check` always get at least one.
    pub tokens: Vec<Token>,
    /// The source and the line it comes from.
    pub place: SourcePlace,
    /// The full line of source that contains it. Spans are in bytes of this line.
    pub text: Rc<str>,
}

impl Statement {
    /// A statement of one word, which comes from no line.
    pub fn of_word(word: &str) -> Statement {
        let token = Token { text: word.to_owned(), span: 0..word.len(), quoted: false };
        let place = SourcePlace { source: None, line: 1 };
        Statement { negated: false, tokens: vec![token], place, text: word.into() }
    }

    /// The first word, which names the command.
    pub fn word(&self) -> &str {
        self.tokens.first().map_or("", |token| &token.text)
    }

    /// Its words, without their quotes.
    pub fn words(&self) -> Vec<&str> {
        self.tokens.iter().map(|token| token.text.as_str()).collect()
    }

    /// From the first word to the last, in bytes of the line.
    pub fn span(&self) -> Range<usize> {
        match (self.tokens.first(), self.tokens.last()) {
            (Some(first), Some(last)) => first.span.start..last.span.end,
            _ => 0..self.text.len(),
        }
    }

    /// The command as it was typed, without `!`, comments and the line's other commands.
    pub fn source(&self) -> &str {
        &self.text[self.span()]
    }
}

/// What the runner runs: a command, or a block of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A command.
    Command(Statement),
    /// `repeat N { … }`.
    Repeat {
        /// The words before the brace.
        head: Statement,
        /// The number of repetitions.
        count: u64,
        /// The commands and blocks to repeat.
        body: Vec<Node>,
    },
}

impl Node {
    /// The statement that messages show for the node.
    pub fn statement(&self) -> &Statement {
        match self {
            Node::Command(statement) | Node::Repeat { head: statement, .. } => statement,
        }
    }

    /// Whether running it would do nothing, whatever its count. Blocks without commands need not be
    /// run at all.
    pub fn is_idle(&self) -> bool {
        match self {
            Node::Command(_) => false,
            Node::Repeat { head, count, body } => {
                !head.negated && (*count == 0 || body.iter().all(Node::is_idle))
            }
        }
    }
}

/// An error together with the statement it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub error: Box<Error>,
    /// The statement. It has no words if the line could not be read.
    pub statement: Box<Statement>,
    /// Whether it is a violation that no command expected. The command itself did not fail, so a
    /// `!` before it does not expect this failure.
    pub charged: bool,
}

impl Failure {
    /// An error about a statement.
    pub fn new(error: Error, statement: &Statement) -> Failure {
        Failure { error: Box::new(error), statement: Box::new(statement.clone()), charged: false }
    }

    /// An error about a line that did not become a statement.
    pub fn in_line(error: Error, place: SourcePlace, text: impl Into<Rc<str>>) -> Failure {
        let statement = Statement { negated: false, tokens: Vec::new(), place, text: text.into() };
        Failure { error: Box::new(error), statement: Box::new(statement), charged: false }
    }
}

/// Puts lines together into statements and blocks.
#[derive(Default)]
pub struct Builder {
    /// The open blocks, outermost first.
    open: Vec<Open>,
    /// After an error inside blocks: how many of them must be closed before reading continues.
    skipping: usize,
    /// Bytes of source since the outermost open block began.
    bytes: usize,
}

/// An open block.
struct Open {
    head: Statement,
    count: u64,
    brace: usize,
    body: Vec<Node>,
}

impl Builder {
    /// How many blocks are open.
    pub fn depth(&self) -> usize {
        self.open.len().max(self.skipping)
    }

    /// Forgets all open blocks.
    pub fn clear(&mut self) {
        *self = Builder::default();
    }

    /// Reports a line that could not be read: the rest of an open block is skipped.
    pub fn spoil(&mut self) {
        self.skipping = self.depth();
        self.open.clear();
    }

    /// Takes a line, and returns what it completes. After an error, nothing of the line is kept.
    pub fn feed(&mut self, place: &SourcePlace, text: &str) -> Result<Vec<Node>, Failure> {
        let text: Rc<str> = text.into();
        let mut pieces = Vec::new();
        let split = line::split_into(&text, &mut pieces);
        let depth_after = pieces.iter().fold(self.depth(), |depth, piece| match piece {
            LinePart::Open(_) => depth + 1,
            LinePart::Close(_) => depth.saturating_sub(1),
            LinePart::Word(_) | LinePart::Semicolon => depth,
        });
        let read = split.and_then(|()| {
            if self.skipping > 0 {
                self.skipping = depth_after;
                return Ok(Vec::new());
            }
            let (words, done) = (Vec::new(), Vec::new());
            let mut parser =
                Parser { blocks: self, place, text: &text, words, closed: false, done };
            parser.line(pieces).map(|()| parser.done)
        });
        read.map_err(|error| {
            // The following lines are skipped until these blocks are closed.
            self.open.clear();
            self.skipping = depth_after;
            Failure::in_line(error, place.clone(), text)
        })
    }

    /// Ends the input: an open block is now an error.
    pub fn end(&mut self) -> Result<(), Failure> {
        let open = std::mem::take(&mut self.open);
        self.clear();
        let Some(block) = open.into_iter().next() else { return Ok(()) };
        let error = Error::usage("this block is never closed").at(block.brace..block.brace + 1);
        Err(Failure::new(
            error.help("close it with '}', which must be a separate word"),
            &block.head,
        ))
    }
}

/// The state while one line is read.
struct Parser<'a> {
    blocks: &'a mut Builder,
    place: &'a SourcePlace,
    text: &'a Rc<str>,
    /// The words of the command being read.
    words: Vec<Token>,
    /// Whether a block was just closed, so that a separator must follow.
    closed: bool,
    /// The complete commands and blocks that are not inside an open block.
    done: Vec<Node>,
}

impl Parser<'_> {
    fn line(&mut self, pieces: Vec<LinePart>) -> Result<(), Error> {
        for piece in pieces {
            match piece {
                LinePart::Word(token) if self.closed => {
                    return Err(Error::usage("expected ';' or the end of the line after '}'")
                        .at(token.span));
                }
                LinePart::Word(token) => self.words.push(token),
                LinePart::Semicolon => self.end_command()?,
                LinePart::Open(at) => self.open(at)?,
                LinePart::Close(at) => self.close(at)?,
            }
        }
        self.end_command()?;
        self.measure()
    }

    /// Keeps an open block within [`MAX_BLOCK`].
    fn measure(&mut self) -> Result<(), Error> {
        self.blocks.bytes =
            if self.blocks.open.is_empty() { 0 } else { self.blocks.bytes + self.text.len() + 1 };
        if self.blocks.bytes > MAX_BLOCK {
            return Err(Error::usage("this block is larger than 1 MiB")
                .help("move commands into a file and `source` it"));
        }
        Ok(())
    }

    fn end_command(&mut self) -> Result<(), Error> {
        self.closed = false;
        if self.words.is_empty() {
            return Ok(());
        }
        let statement = self.statement()?;
        if statement.word() == "repeat" {
            if let Some(glued) = statement.tokens.iter().find_map(blank_missing) {
                return Err(glued);
            }
            let error =
                Error::usage("`repeat` needs a block on the same line").at(statement.span());
            return Err(error.help("repeat N { CMD; CMD }"));
        }
        self.add(Node::Command(statement));
        Ok(())
    }

    fn add(&mut self, node: Node) {
        match self.blocks.open.last_mut() {
            Some(block) => block.body.push(node),
            None => self.done.push(node),
        }
    }

    fn open(&mut self, at: usize) -> Result<(), Error> {
        let brace = at..at + 1;
        let head =
            if self.closed || self.words.is_empty() { None } else { Some(self.statement()?) };
        let Some(head) = head.filter(|head| head.word() == "repeat") else {
            return Err(Error::usage("'{' opens a block only after `repeat N`")
                .at(brace)
                .help("to mean the character, quote it: '{'"));
        };
        let Some(number) = head.tokens.get(1) else {
            return Err(Error::usage("`repeat` needs a number before its block")
                .at(brace)
                .help("repeat N { CMD; CMD }"));
        };
        if let Some(extra) = head.tokens.get(2) {
            let message = format!("`repeat` takes one number, then '{{', not '{}'", extra.text);
            return Err(Error::usage(message).at(extra.span.clone()));
        }
        let digits = number.text.bytes().all(|byte| byte.is_ascii_digit());
        let Some(count) = number.text.parse().ok().filter(|_| digits) else {
            let message = format!("'{}' is not a number", number.text);
            return Err(Error::usage(message).at(number.span.clone()));
        };
        if self.blocks.open.len() == MAX_DEPTH {
            return Err(Error::usage(format!("blocks nest at most {MAX_DEPTH} deep")).at(brace));
        }
        self.blocks.open.push(Open { head, count, brace: at, body: Vec::new() });
        Ok(())
    }

    fn close(&mut self, at: usize) -> Result<(), Error> {
        self.end_command()?;
        let Some(Open { head, count, body, .. }) = self.blocks.open.pop() else {
            let error = Error::usage("'}' closes a block, and none is open").at(at..at + 1);
            return Err(error.help("to mean the character, quote it: '}'"));
        };
        self.add(Node::Repeat { head, count, body });
        self.closed = true;
        Ok(())
    }

    /// Makes a statement from the words that were read, and removes `!` from the first one.
    fn statement(&mut self) -> Result<Statement, Error> {
        let mut tokens = std::mem::take(&mut self.words);
        let bang = tokens[0].span.start;
        let negated = self.text[bang..].starts_with('!');
        if negated {
            tokens[0].text.remove(0);
            tokens[0].span.start += 1;
            if tokens[0].span.is_empty() {
                tokens.remove(0);
            }
            let again =
                tokens.first().is_some_and(|token| self.text[token.span.start..].starts_with('!'));
            if again || tokens.is_empty() {
                let what = if again { "one '!' is enough" } else { "'!' needs a command after it" };
                return Err(Error::usage(what).at(bang..bang + 1));
            }
        }
        Ok(Statement { negated, tokens, place: self.place.clone(), text: self.text.clone() })
    }
}

/// The error about a word with a brace at one end that was probably meant to open a block.
fn blank_missing(token: &Token) -> Option<Error> {
    let (start, end) = (token.span.start, token.span.end);
    let (side, brace) = match token.text.as_str() {
        _ if token.quoted => return None,
        text if text.starts_with('{') => ("after", start..start + 1),
        text if text.ends_with('{') => ("before", end - 1..end),
        _ => return None,
    };
    let error = Error::usage(format!("a blank is missing {side} '{{'")).at(brace);
    Some(error.help("repeat N { CMD; CMD }: each brace is a separate word"))
}
