//! Clients' requests: sending them, and listing their outcomes.

use std::convert::Infallible;

use clap::{Args, Subcommand};

use super::grammar::unmask;
use super::shared::format;
use crate::check::condition::{Condition, Fact, OpRef, OpTest};
use crate::console::Output;
use crate::kv::{self, Str};
use crate::language::line::MAX_LINE;
use crate::language::{Error, Selection, Statement};
use crate::quantity::{self, shown};
use crate::session::Session;
use crate::sim::{Action, OpId, Outcome, Refused};
use crate::view::document::{Text, Tone};
use crate::view::{json, tables};

/// Commands that send requests, and look at what became of them.
#[derive(Clone, Debug, Subcommand)]
pub enum Client {
    /// Set a key: a new entry for the log
    ///
    /// The request reaches the node at once; its outcome comes later, when the entry is committed.
    /// A node that is not the leader refuses.
    #[command(
        visible_alias = "p",
        after_help = "put n1 x=5\nput leader x=5 --wait\nput leader \"a key\"='a value'"
    )]
    Put {
        /// The node that gets the request
        node: Selection,
        /// The key and its new value
        #[arg(value_name = "KEY=VALUE", value_parser = assignment, allow_hyphen_values = true)]
        assignment: (Str, Str),
        #[command(flatten)]
        wait: Wait,
    },
    /// Read a key
    ///
    /// The read goes through the log like any request, so that it cannot be stale.
    #[command(after_help = "get leader x --wait")]
    Get(KeyArgument),
    /// Remove a key
    #[command(after_help = "del leader x")]
    Del(KeyArgument),
    /// Set a key if it holds what is expected
    ///
    /// OLD is what the key must hold; `none`: the key must not be there; a value that is the word
    /// none needs quotes. If it holds something else, the outcome is `failed`, and nothing has
    /// changed.
    #[command(after_help = "cas leader x 5 6\ncas leader lock none me --wait")]
    Cas {
        /// The node that gets the request
        node: Selection,
        /// The key
        #[arg(value_parser = key, allow_hyphen_values = true)]
        key: Str,
        /// What it must hold, or none
        #[arg(value_parser = value, allow_hyphen_values = true)]
        old: Str,
        /// What it holds then
        #[arg(value_parser = value, allow_hyphen_values = true)]
        new: Str,
        #[command(flatten)]
        wait: Wait,
        /// Whether OLD is `none` and not quoted.
        #[arg(skip)]
        absent: bool,
    },
    /// List requests and what became of them
    ///
    /// `pending`: not answered yet. `ok`: done. `failed`: certainly not done, and never will be.
    /// `unknown`: may or may not be done; the leader that would have answered died or lost its
    /// place.
    #[command(arg = format(), after_help = "ops\nops 5")]
    Ops {
        /// Only the latest so many
        #[arg(value_name = "N", value_parser = quantity::count)]
        count: Option<u64>,
    },
}

/// A key, and the node that is asked for it.
#[derive(Args, Clone, Debug)]
pub struct KeyArgument {
    /// The node that gets the request
    node: Selection,
    /// The key
    #[arg(value_parser = key, allow_hyphen_values = true)]
    key: Str,
    #[command(flatten)]
    wait: Wait,
}

/// `--wait`
#[derive(Args, Clone, Copy, Debug)]
pub struct Wait {
    /// Run until the outcome is known, 60s at most if nothing is said
    #[arg(long = "wait", value_name = "DURATION", num_args = 0..=1, default_missing_value = "60s",
          value_parser = quantity::duration)]
    within_us: Option<u64>,
}

fn assignment(text: &str) -> Result<(Str, Str), String> {
    let text = unmask(text);
    let Some((key, value)) = text.split_once('=') else {
        return Err(format!("{} is no KEY=VALUE", shown(text)));
    };
    if key.is_empty() {
        return Err(format!("{} lacks a key before the '='", shown(text)));
    }
    Ok((key.into(), value.into()))
}

fn key(text: &str) -> Result<Str, String> {
    match unmask(text) {
        "" => Err("a key cannot be empty".to_owned()),
        text if text.contains('=') => Err(format!("{} holds a '='; keys do not", shown(text))),
        text => Ok(text.into()),
    }
}

fn value(text: &str) -> Result<Str, Infallible> {
    Ok(unmask(text).into())
}

impl Client {
    /// Tells `none` from a quoted "none", which is an ordinary value: clap does not see quotes.
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        if let Client::Cas { key, old, absent, .. } = self
            && **old == *"none"
        {
            let mut nones = statement.tokens.iter().filter(|token| token.text == "none");
            let token = if **key == *"none" { nones.nth(1) } else { nones.next() };
            *absent = token.is_none_or(|token| !token.quoted);
        }
        Ok(())
    }

    /// The node that gets the request, the request, and how long to wait; `None` for `ops`.
    fn request(&self) -> Option<(&Selection, kv::Command, Wait)> {
        let (key, value) = (Str::clone, Str::clone);
        Some(match self {
            Client::Put { node, assignment: (k, v), wait } => {
                (node, kv::Command::Put { key: key(k), value: value(v) }, *wait)
            }
            Client::Get(KeyArgument { node, key: k, wait }) => {
                (node, kv::Command::Get { key: key(k) }, *wait)
            }
            Client::Del(KeyArgument { node, key: k, wait }) => {
                (node, kv::Command::Del { key: key(k) }, *wait)
            }
            Client::Cas { node, key: k, old, new, wait, absent } => {
                let old = (!absent).then(|| value(old));
                (node, kv::Command::Cas { key: key(k), old, new: value(new) }, *wait)
            }
            Client::Ops { .. } => return None,
        })
    }

    /// The single move that it makes; `None` for `ops`, and for a request that waits, which is more
    /// than one move.
    pub(super) fn action(&self, session: &Session) -> Result<Option<Action>, Error> {
        match self.request() {
            Some((node, command, Wait { within_us: None })) => {
                Ok(Some(Action::Invoke(session.one(node)?, command)))
            }
            _ => Ok(None),
        }
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        if let Client::Ops { count } = self {
            let count =
                count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
            let world = session.world();
            out.show(|| tables::ops(world, count), "ops", || json::ops(world, count));
        }
        let Some((node, command, wait)) = self.request() else { return Ok(()) };
        let op = invoke(node, command, session, out)?;
        let waited = match wait.within_us {
            Some(within_us) => await_outcome(op, within_us, session, out),
            None => {
                if is_pending(op, session) {
                    out.hint("`run until op != pending` waits for the outcome");
                }
                Ok(())
            }
        };
        if let Some(request) = session.world().ops().get(op) {
            out.data("outcome", &request.outcome.to_string());
            out.data("value", &request.value);
        }
        waited
    }

    /// Whether its request waits for the outcome; `None` if it sends none.
    pub(super) fn waits(&self) -> Option<bool> {
        self.request().map(|(.., wait)| wait.within_us.is_some())
    }
}

fn invoke(
    node: &Selection,
    command: kv::Command,
    session: &mut Session,
    out: &mut Output,
) -> Result<OpId, Error> {
    let id = session.one(node)?;
    let words = command.to_string();
    let action = Action::Invoke(id, command);
    if action.to_string().len() > MAX_LINE {
        let error =
            Error::usage("written out, with its quotes and escapes, this is longer than a line");
        return Err(error.help("a saved session and a script hold each request as a line"));
    }
    let applied = session.act(action).map_err(|refused| match refused {
        Refused::NotLeader { leader, .. } => {
            let error = Error::failed(refused.to_string()).word(&node.text);
            match leader {
                Some(leader) => error.help(format!(
                    "it believes that {leader} leads; `put leader KEY=VALUE` finds the leader"
                )),
                None => error.help(
                    "it knows no leader; `run until leader` waits for one, `put leader KEY=VALUE` finds it",
                ),
            }
        }
        refused => Error::from(refused).word(&node.text),
    })?;
    let Some(op) = applied.op else { return Err(Error::failed("the request was lost")) };
    let last =
        session.world().host(id).record().map(|record| record.log.last()).unwrap_or_default();
    out.data("op", &op.to_string());
    out.data("index", &last.index.0);
    out.data("term", &last.term.0);
    let text = Text::new()
        .toned(Tone::Strong, op.to_string())
        .plain(format!(": {words} is entry {last} in the log of {id}, not committed yet"));
    // A cluster of one node whose disk takes no time has answered already.
    if is_pending(op, session) {
        out.remark(&text.into());
    } else {
        out.remark(&outcome_line(op, session).into());
    }
    Ok(op)
}

fn outcome_line(op: OpId, session: &Session) -> Text {
    let Some(request) = session.world().ops().get(op) else { return Text::new() };
    let text = Text::new().toned(Tone::Strong, op.to_string()).plain(": ");
    text.toned(tables::outcome_tone(request.outcome), tables::outcome(request))
}

fn is_pending(op: OpId, session: &Session) -> bool {
    session.world().ops().get(op).is_some_and(|op| op.outcome == Outcome::Pending)
}

/// `--wait`: lets time pass until the outcome of the request is known.
fn await_outcome(
    op: OpId,
    within_us: u64,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let test = OpTest::Outcome { equal: false, outcome: Outcome::Pending };
    let known = Condition::Is(Fact::Op { op: OpRef::Number(u64::from(op.0)), test });
    super::time::run_until(Some(&known), within_us, session, out)?;
    out.emit(&outcome_line(op, session).into());
    match session.world().ops().get(op).map(|op| op.outcome) {
        Some(Outcome::Failed) => {
            Err(Error::failed(format!("{op} failed: it was not done, and never will be")))
        }
        Some(Outcome::Unknown) => {
            Err(Error::failed(format!("the outcome of {op} is unknown: it may or may not be done"))
                .help("whoever would have answered died or lost its place; `get` tells what holds"))
        }
        _ => Ok(()),
    }
}
