//! `why`: explanations of conditions and of things.

use clap::Subcommand;

use super::shared::format;
use crate::check::condition::{Condition, OpRef};
use crate::console::Output;
use crate::explain::{self, Answer, Case, Thing};
use crate::language::condition::Scope;
use crate::language::{Error, Statement};
use crate::raft::{Index, Position, Term};
use crate::session::Session;
use crate::view::{json, why};

/// Commands that explain.
#[derive(Clone, Debug, Subcommand)]
pub enum Why {
    /// Explain why a condition holds or does not, or the life of one thing
    ///
    /// A word of the form N, opN, `op`, mN, I@T or nN is an event, a request, a message, an entry
    /// or a node. Everything else is a condition. Each sentence names the events that it rests on.
    #[command(visible_alias = "w", arg = format(), after_help = "why leader\nrun 1s; why n2")]
    Why {
        /// A condition, or one thing
        #[arg(value_name = "COND|THING", num_args = 0.., trailing_var_arg = true,
              allow_hyphen_values = true)]
        words: Vec<String>,
        /// What is asked, read from the words; `None` until they are read, or without words.
        #[arg(skip)]
        question: Option<Question>,
    },
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Question {
    /// Why this holds, or does not.
    Condition(Condition),
    /// The life of this.
    Thing(Thing),
}

impl Why {
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        let Why::Why { words, question } = self;
        let first = statement.tokens.len() - words.len();
        *question = match &statement.tokens[first..] {
            [] => None,
            [only]
                if !only.quoted
                    && let Some(thing) = thing(&only.text) =>
            {
                Some(Question::Thing(thing))
            }
            _ => {
                let words = first..statement.tokens.len();
                Some(Question::Condition(super::condition(statement, words, Scope::Moment)?))
            }
        };
        Ok(())
    }

    pub(super) fn run(self, session: &Session, out: &mut Output) -> Result<(), Error> {
        let Why::Why { question, .. } = self;
        let case = Case::new(session.tree());
        let answer = match question {
            Some(Question::Condition(condition)) => {
                session.holds(&condition)?;
                explain::condition::condition(&case, &condition)
                    .map_err(|why| Error::failed(why.to_string()))?
            }
            Some(Question::Thing(thing)) => explain::thing(&case, thing).map_err(|missing| {
                Error::failed(missing.message).word(thing.to_string()).help(missing.help)
            })?,
            None => Answer::default(),
        };
        if out.is_json() {
            out.object(&json::why(&case, &answer));
        } else {
            out.emit(&why::answer(&case, &answer));
        }
        Ok(())
    }
}

/// The thing that a word names.
fn thing(word: &str) -> Option<Thing> {
    if word == "op" {
        return Some(Thing::Op(OpRef::Latest));
    }
    let number = |digits: &str| {
        let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| digits.parse::<u64>().unwrap_or(u64::MAX))
    };
    if let Some((index, term)) = word.split_once('@') {
        let narrow =
            |digits| number(digits).map(|number| u32::try_from(number).unwrap_or(u32::MAX));
        let position = Position { index: Index(narrow(index)?), term: Term(narrow(term)?) };
        return Some(Thing::Entry(position));
    }
    let with = |letters: &str| word.strip_prefix(letters).and_then(number);
    with("")
        .map(Thing::Event)
        .or_else(|| with("op").map(|number| Thing::Op(OpRef::Number(number))))
        .or_else(|| with("m").map(Thing::Message))
        .or_else(|| with("n").map(Thing::Node))
}
