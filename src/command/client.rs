//! Clients' requests: sending them, and listing their outcomes.

use std::convert::Infallible;

use clap::{Args, Subcommand};

use super::asked::{ASKED, names_nodes};
use super::grammar::unmask;
use super::shared::format;
use super::time::{self, EventsShown};
use crate::check::condition::{Comparison, Condition, Fact, OpRef, Operand};
use crate::console::Output;
use crate::kv::{self, Str};
use crate::language::line::MAX_LINE;
use crate::language::{Error, Selection, Statement};
use crate::quantity::{self, shown};
use crate::raft::NodeId;
use crate::session::Session;
use crate::sim::{Action, OpId, Outcome, Refused};
use crate::view::document::{Text, Tone};
use crate::view::{json, tables};

/// Commands that send requests, and look at what became of them.
#[derive(Clone, Debug, Subcommand)]
pub enum Client {
    /// Set a key to a value
    ///
    /// The request reaches the node at once, and the leader appends an entry to its log. The client
    /// gets its answer when the leader has committed and applied the entry. A node that does not
    /// lead refuses the request. Without NODE, the leader gets the request. A first word such as n1
    /// or leader is always the node; for a key of this name, quote it or name the node.
    #[command(
        visible_alias = "p",
        after_help = "put x=5\nput x=5 --wait\nput n1 x=5\nput \"a key\"='a value'"
    )]
    Put {
        /// The node that gets the request; without it, the leader
        #[arg(id = ASKED, value_name = "NODE")]
        node: Selection,
        /// The key and its new value
        #[arg(value_name = "KEY=VALUE", value_parser = assignment, allow_hyphen_values = true)]
        assignment: (Str, Str),
        #[command(flatten)]
        wait: Wait,
    },
    /// Read a key
    ///
    /// The read is an entry in the log, as a write is, so it never returns a stale value.
    #[command(after_help = "get x --wait\nget n1 x")]
    Get(KeyArgument),
    /// Delete a key
    #[command(after_help = "del x\ndel n1 x")]
    Del(KeyArgument),
    /// Set a key to NEW if its value is OLD (compare and set)
    ///
    /// If the key has another value, the outcome is `failed` and the value stays. OLD is `none` if
    /// the key must not exist yet. To compare with the text none, quote it: "none".
    #[command(after_help = "cas x 5 6\ncas lock none me --wait\ncas n1 x 5 6")]
    Cas {
        /// The node that gets the request; without it, the leader
        #[arg(id = ASKED, value_name = "NODE")]
        node: Selection,
        /// The key
        #[arg(value_parser = key, allow_hyphen_values = true)]
        key: Str,
        /// The value that the key must have, or none
        #[arg(value_parser = value, allow_hyphen_values = true)]
        old: Str,
        /// The new value
        #[arg(value_parser = value, allow_hyphen_values = true)]
        new: Str,
        #[command(flatten)]
        wait: Wait,
        /// Whether OLD is `none` and not quoted.
        #[arg(skip)]
        absent: bool,
    },
    /// List the clients' requests and their outcomes
    ///
    /// `pending`: not answered yet. `ok`: committed and applied. `failed`: not done, and never will
    /// be. `unknown`: the leader crashed or stepped down before it answered, so the request may or
    /// may not be done.
    #[command(arg = format(), after_help = "ops\nops 5")]
    Ops {
        /// List only the latest N requests
        #[arg(value_name = "N", value_parser = quantity::count)]
        count: Option<u64>,
    },
}

/// A key, and the node that gets the request.
#[derive(Args, Clone, Debug)]
pub struct KeyArgument {
    /// The node that gets the request; without it, the leader
    #[arg(id = ASKED, value_name = "NODE")]
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
    /// Run until the outcome is known, for at most DURATION or 60s
    #[arg(long = "wait", value_name = "DURATION", num_args = 0..=1, default_missing_value = "60s",
          value_parser = quantity::duration)]
    within_us: Option<u64>,
}

fn assignment(text: &str) -> Result<(Str, Str), String> {
    let text = unmask(text);
    let Some((key, value)) = text.split_once('=') else {
        return Err(format!("{} is not KEY=VALUE", shown(text)));
    };
    if key.is_empty() {
        return Err(format!("{} has no key before the '='", shown(text)));
    }
    Ok((key.into(), value.into()))
}

fn key(text: &str) -> Result<Str, String> {
    match unmask(text) {
        "" => Err("a key cannot be empty".to_owned()),
        text if text.contains('=') => {
            Err(format!("{} contains '=', which a key cannot", shown(text)))
        }
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

    /// The request as a move, whether it is waited for or not; `None` for `ops`.
    pub(super) fn invocation(&self, session: &Session) -> Result<Option<Action>, Error> {
        let invoke = |(node, command, _): (&Selection, kv::Command, Wait)| {
            session.one(node).map(|node| Action::Invoke(node, command))
        };
        self.request().map(invoke).transpose()
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
                hint_at_outcome(op, session, out);
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
        let error = Error::usage(
            "this request is longer than a line can be, with its quotes and escapes written out",
        );
        return Err(error.help("saved sessions and scripts hold each request as one line"));
    }
    let applied = session.act(action).map_err(|refused| match refused {
        Refused::NotLeader { .. } => {
            Error::failed(refused.to_string()).word(&node.text).help(whom_to_ask(&words, session))
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

/// Suggests to wait for the outcome, if it would come.
fn hint_at_outcome(op: OpId, session: &Session, out: &mut Output) {
    if out.gives_hints() && is_pending(op, session) {
        out.hint(match session.would_meet(&is_known(op)) {
            true => "`run until op != pending` waits for the outcome",
            false => "no answer would come soon; `why op == ok` says what is missing",
        });
    }
}

/// `op3 != pending`
fn is_known(op: OpId) -> Condition {
    Condition::Is(Fact::Compare {
        left: Operand::Op(OpRef::Number(u64::from(op.0))),
        comparison: Comparison::NotEqual,
        right: Operand::Outcome(Outcome::Pending),
    })
}

/// Whether a leader has had no answer from a majority for an election timeout.
fn hears_too_few(leader: NodeId, session: &Session) -> bool {
    session.world().contact(leader).is_some_and(|contact| contact.is_lost)
}

/// How to send a request to the leader, or how to get one.
fn whom_to_ask(request: &str, session: &Session) -> String {
    let (verb, rest) = request.split_once(' ').unwrap_or((request, ""));
    match session.world().leader() {
        Some(leader) if hears_too_few(leader, session) => format!(
            "{leader} leads, but has no answer from a majority; `why leader` says what is between"
        ),
        // A key that names nodes would be taken for the node.
        Some(leader) => match rest.split(' ').next().is_some_and(names_nodes) {
            true => format!("`{verb} leader {rest}` asks {leader}, the leader"),
            false => format!("`{request}` asks {leader}, the leader"),
        },
        None => format!("there is no leader now, and {}", session.way_to_a_leader()),
    }
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
    let shown = EventsShown::ThatMatter;
    time::run_until(Some(&is_known(op)), within_us, shown, session, out).map_err(|error| {
        match session.world().leader().filter(|leader| hears_too_few(*leader, session)) {
            Some(leader) => error.help(format!(
                "{leader} has no answer from a majority; `why leader` says what is between"
            )),
            None => error,
        }
    })?;
    out.emit(&outcome_line(op, session).into());
    match session.world().ops().get(op).map(|op| op.outcome) {
        Some(Outcome::Failed) => {
            Err(Error::failed(format!("{op} failed: it is not done and never will be")))
        }
        Some(Outcome::Unknown) => {
            Err(Error::failed(format!("the outcome of {op} is unknown: it may or may not be done"))
                .help(
                    "the node that would have answered crashed or stepped down; a `get` shows \
                    whether it was done",
                ))
        }
        _ => Ok(()),
    }
}
