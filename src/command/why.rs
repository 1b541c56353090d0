//! `why`: explanations of conditions and of things.

use clap::Subcommand;

use super::shared::format;
use crate::check::condition::{Condition, OpRef};
use crate::console::Output;
use crate::explain::{self, Answer, Case, Thing};
use crate::language::condition::Scope;
use crate::language::{Error, Statement};
use crate::raft::{Index, Position, Term};
use crate::session::{FailedCommand, Session};
use crate::sim::{Event, EventId};
use crate::view::{json, why};

/// Commands that explain.
#[derive(Clone, Debug, Subcommand)]
pub enum Why {
    /// Explain why a condition holds or does not, or the life of one thing
    ///
    /// Each sentence names the events that it rests on (`#42`), and the section of the paper whose
    /// rule decides. Of a condition, only the parts that decide are explained. Where something is
    /// missing, raftsh tries on copies of the cluster what would help: healing a link, starting,
    /// resuming or restoring a node, releasing a hold, switching timers on, waiting. The cluster
    /// itself does not change.
    ///
    /// A single word of the form N, opN, `op`, mN, I@T or nN is an event, a request, a message, an
    /// entry or a node; everything else is a condition. Without words, it explains what failed
    /// last, or the latest event. `help questions` lists what may be asked.
    #[command(
        visible_alias = "w",
        arg = format(),
        after_help = "why leader\nrun until leader; put x=5; why committed x=5\n\
            kill n1,n2,n3; !expect leader; why"
    )]
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

    /// The condition that is asked about, if it is one.
    pub(super) fn condition(&self) -> Option<&Condition> {
        match self {
            Why::Why { question: Some(Question::Condition(condition)), .. } => Some(condition),
            Why::Why { .. } => None,
        }
    }

    pub(super) fn run(self, session: &Session, out: &mut Output) -> Result<(), Error> {
        let Why::Why { question, .. } = self;
        let case = Case::new(session.tree());
        let answer = match question {
            Some(Question::Condition(condition)) => of_condition(&case, &condition, session)?,
            Some(Question::Thing(thing)) => of_thing(&case, thing)?,
            None => of_latest(&case, session)?,
        };
        if out.is_json() {
            out.object(&json::why(&case, &answer));
        } else {
            out.emit(&why::answer(&case, &answer));
        }
        Ok(())
    }
}

/// Why a condition holds or does not, and what would help.
fn of_condition(
    case: &Case<'_>,
    condition: &Condition,
    session: &Session,
) -> Result<Answer, Error> {
    let holds = session.holds(condition)?;
    let answer = explain::condition::condition(case, condition)
        .map_err(|why| Error::failed(why.to_string()))?;
    let tried = explain::helps::helps(case, condition, holds);
    Ok(Answer { helps: tried.helps, tried: tried.count, goal: tried.goal, ..answer })
}

fn of_thing(case: &Case<'_>, thing: Thing) -> Result<Answer, Error> {
    explain::thing(case, thing).map_err(|missing| {
        Error::failed(missing.message).word(thing.to_string()).help(missing.help)
    })
}

/// Why the latest failure; if nothing failed, the life of the latest event that was told.
fn of_latest(case: &Case<'_>, session: &Session) -> Result<Answer, Error> {
    if let Some(failure) = session.failure() {
        return match &failure.condition {
            Some(condition) => of_condition(case, condition, session),
            None => {
                let FailedCommand { command, message, nodes, .. } = failure;
                Ok(explain::refusal(case, command, message, *nodes))
            }
        };
    }
    match latest_told(case) {
        Some(event) => of_thing(case, Thing::Event(event)),
        None => Err(Error::failed("nothing has failed, and nothing has happened yet")
            .help("`why leader` explains a condition, `why n2` a node")),
    }
}

/// The latest event of those that runs print; the latest of all if there is none of these.
fn latest_told(case: &Case<'_>) -> Option<EventId> {
    let told = |event: &Event| {
        let told = event.kind.attributes().told;
        told.notable || told.commit.is_some()
    };
    let latest = case.world().event_count();
    case.latest(told).map(|event| event.id).or((latest > 0).then_some(latest))
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
