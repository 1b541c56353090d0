//! Clients' requests: sending them, and listing their outcomes.

use clap::{Args, Subcommand};

use super::asked::{ASKED, names_nodes};
use super::shared::format;
use crate::check::condition::OpRef;
use crate::check::selector::Selector;
use crate::console::Output;
use crate::kv::{self, Str};
use crate::language::line::MAX_LINE;
use crate::language::{Error, Selection, Statement};
use crate::quantity;
use crate::session::Session;
use crate::sim::{Action, OpId, ReadKind, Refused, RequestOptions};
use crate::view::{json, tables};

mod outcome;
mod reads;
mod words;

pub(super) use outcome::Wait;
pub(super) use outcome::awaited;
use outcome::{follow, hears_too_few, outcome_line, say_accepted};
use words::{assignment, client_name, key, read_kind, request, value, whole_number};

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
        sending: Sending,
    },
    /// Read a key
    ///
    /// The read is an entry in the log, as a write is, so it never returns a stale value. `--read
    /// KIND`, or `set reads KIND`, needs no entry: the node that is asked answers from its store.
    /// With `local` it does so at once, any node can, and the value may be stale. With `index` a
    /// majority first confirms that the leader leads; a follower asks its leader. With `lease` the
    /// leader answers alone while its lease holds; this needs `check-quorum on` at every node.
    #[command(after_help = "get x --wait\nget n1 x\nget n3 x --read local\nget n3 x --read \
            index --wait")]
    Get {
        #[command(flatten)]
        what: KeyArgument,
        /// How it is answered: log, local, index or lease; without it, as the setting `reads` says
        #[arg(long, value_name = "KIND", value_parser = read_kind())]
        read: Option<ReadKind>,
    },
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
        sending: Sending,
        /// Whether OLD is `none` and not quoted.
        #[arg(skip)]
        absent: bool,
    },
    /// Add to a number
    ///
    /// A key that does not exist counts as 0. If its value is no number, or becomes larger than 64
    /// bits hold, the outcome is `failed` and nothing changes. Done twice, it adds twice: `set
    /// sessions on` prevents that for requests that are sent again.
    #[command(after_help = "incr x\nincr x 5\nincr n1 x -2 --wait")]
    Incr {
        /// The node that gets the request; without it, the leader
        #[arg(id = ASKED, value_name = "NODE")]
        node: Selection,
        /// The key
        #[arg(value_parser = key, allow_hyphen_values = true)]
        key: Str,
        /// What is added; without it, 1
        #[arg(value_name = "N", value_parser = whole_number, allow_hyphen_values = true)]
        by: Option<i64>,
        #[command(flatten)]
        sending: Sending,
    },
    /// Add text at the end of a value
    ///
    /// A key that does not exist counts as empty. The answer is the new length in characters. A
    /// value grows to at most 64 KiB; beyond that the outcome is `failed`.
    #[command(after_help = "append x abc\nappend n1 x \"a text\" --wait")]
    Append {
        /// The node that gets the request; without it, the leader
        #[arg(id = ASKED, value_name = "NODE")]
        node: Selection,
        /// The key
        #[arg(value_parser = key, allow_hyphen_values = true)]
        key: Str,
        /// The text
        #[arg(value_name = "TEXT", value_parser = value, allow_hyphen_values = true)]
        text: Str,
        #[command(flatten)]
        sending: Sending,
    },
    /// Send a request again
    ///
    /// A client that gets no answer sends its request again, to the leader or to NODE. A request
    /// that was sent under `set sessions on` keeps its number: it is done once, however often it
    /// arrives, and `unknown` becomes `pending` again. Any other request gets a new number and may
    /// be done twice; the old one keeps its outcome.
    #[command(after_help = "put x=5 --client c1; retry op\nretry op n1 --wait")]
    Retry {
        /// The request, such as op3; op is the latest one
        #[arg(value_name = "OP", value_parser = request)]
        op: OpRef,
        /// The node that gets the request; without it, the leader
        node: Option<Selection>,
        #[command(flatten)]
        wait: Wait,
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
    sending: Sending,
}

/// Who sends a request, and whether the command waits for the outcome.
#[derive(Args, Clone, Debug)]
pub struct Sending {
    #[command(flatten)]
    wait: Wait,
    /// The client, by a name such as c1; without it, the request has a client of its own
    #[arg(long, value_name = "NAME", value_parser = client_name)]
    client: Option<Str>,
}

/// What a command sends.
enum Sent<'a> {
    /// A new request.
    New(&'a Selection, kv::Command, RequestOptions),
    /// A request that was sent before.
    Again(OpRef, Option<&'a Selection>),
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

    /// What it sends, and how long it waits; `None` for `ops`.
    fn sent(&self) -> Option<(Sent<'_>, Wait)> {
        let new = |node, command, sending: &Sending, read| {
            let options = RequestOptions { client: sending.client.clone(), read };
            Some((Sent::New(node, command, options), sending.wait))
        };
        match self {
            Client::Put { node, assignment: (key, value), sending } => {
                let (key, value) = (key.clone(), value.clone());
                new(node, kv::Command::Put { key, value }, sending, None)
            }
            Client::Get { what: KeyArgument { node, key, sending }, read } => {
                new(node, kv::Command::Get { key: key.clone() }, sending, *read)
            }
            Client::Del(KeyArgument { node, key, sending }) => {
                new(node, kv::Command::Del { key: key.clone() }, sending, None)
            }
            Client::Cas { node, key, old, new: value, sending, absent } => {
                let old = (!absent).then(|| old.clone());
                let (key, value) = (key.clone(), value.clone());
                new(node, kv::Command::Cas { key, old, new: value }, sending, None)
            }
            Client::Incr { node, key, by, sending } => {
                let by = by.unwrap_or(1);
                new(node, kv::Command::Incr { key: key.clone(), by }, sending, None)
            }
            Client::Append { node, key, text, sending } => {
                let (key, text) = (key.clone(), text.clone());
                new(node, kv::Command::Append { key, text }, sending, None)
            }
            Client::Retry { op, node, wait } => Some((Sent::Again(*op, node.as_ref()), *wait)),
            Client::Ops { .. } => None,
        }
    }

    /// The request as a move, whether it is waited for or not; `None` for `ops`.
    pub(super) fn invocation(&self, session: &Session) -> Result<Option<Action>, Error> {
        self.sent().map(|(sent, _)| action_of(sent, session)).transpose()
    }

    /// The single move that it makes; `None` for `ops`, and for a request that waits, which is more
    /// than one move.
    pub(super) fn action(&self, session: &Session) -> Result<Option<Action>, Error> {
        match self.sent() {
            Some((sent, Wait { within_us: None })) => action_of(sent, session).map(Some),
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
        let Some((sent, wait)) = self.sent() else { return Ok(()) };
        let op = send(sent, session, out)?;
        let waited = follow(op, wait, session, out);
        if let Some(request) = session.world().ops().get(op) {
            out.data("value", &request.value);
        }
        waited
    }

    /// Whether its request waits for the outcome; `None` if it sends none.
    pub(super) fn waits(&self) -> Option<bool> {
        self.sent().map(|(_, wait)| wait.within_us.is_some())
    }
}

/// Asks for a change to the members.
pub(super) fn send_change(
    action: Action,
    wait: Wait,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let applied = session.act(action).map_err(|refused| match refused {
        Refused::NotLeader { .. } => {
            let help = match session.world().leader() {
                Some(leader) => format!("{leader} leads; without --at, it is asked"),
                None => format!("there is no leader now, and {}", session.way_to_a_leader()),
            };
            Error::failed(refused.to_string()).help(help)
        }
        refused => Error::from(refused),
    })?;
    let (Some(op), Some(id)) = (applied.op, applied.nodes.single()) else {
        return Err(Error::failed("the request was lost"));
    };
    out.data("op", &op.to_string());
    say_accepted(op, id, session, out);
    follow(op, wait, session, out)
}

/// The move that sends this.
fn action_of(sent: Sent<'_>, session: &Session) -> Result<Action, Error> {
    match sent {
        Sent::New(node, command, options) => {
            let node = session.one(node)?;
            Ok(match options.is_empty() {
                true => Action::Invoke(node, command),
                false => Action::InvokeWith(node, command, options),
            })
        }
        Sent::Again(op, node) => {
            let op = number(op, session)?;
            let leader = || Selection { parts: vec![Selector::Leader], text: "leader".to_owned() };
            let node = node.map_or_else(|| session.one(&leader()), |node| session.one(node))?;
            Ok(Action::Retry(op, node))
        }
    }
}

/// The number of a request that may be named `op`.
fn number(op: OpRef, session: &Session) -> Result<OpId, Error> {
    let error = || Error::failed("there is no request yet").help("`put x=5` sends one");
    match op {
        OpRef::Latest => session.world().ops().latest_typed().ok_or_else(error),
        OpRef::Number(number) => Ok(OpId(u32::try_from(number).unwrap_or(u32::MAX))),
    }
}

/// The word that names the node, and the command without it.
fn typed(sent: &Sent<'_>) -> (String, String) {
    match sent {
        Sent::New(node, command, _) => (node.text.clone(), command.to_string()),
        Sent::Again(op, node) => {
            let name = match op {
                OpRef::Latest => "op".to_owned(),
                OpRef::Number(number) => format!("op{number}"),
            };
            (node.map(|node| node.text.clone()).unwrap_or_default(), format!("retry {name}"))
        }
    }
}

/// Sends a request.
fn send(sent: Sent<'_>, session: &mut Session, out: &mut Output) -> Result<OpId, Error> {
    let (node, words) = typed(&sent);
    let action = action_of(sent, session)?;
    if action.to_string().len() > MAX_LINE {
        let error = Error::usage(
            "this request is longer than a line can be, with its quotes and escapes written out",
        );
        return Err(error.help("saved sessions and scripts hold each request as one line"));
    }
    let is_new = !matches!(action, Action::Retry(..));
    let applied = session.act(action).map_err(|refused| match refused {
        Refused::NotLeader { .. } => {
            let help = match is_new {
                true => whom_to_ask(&words, session),
                false => whom_to_retry(&words, session),
            };
            Error::failed(refused.to_string()).word(&node).help(help)
        }
        refused => Error::from(refused).word(&node),
    })?;
    let (Some(op), Some(id)) = (applied.op, applied.nodes.single()) else {
        return Err(Error::failed("the request was lost"));
    };
    out.data("op", &op.to_string());
    let Some(known) = session.world().ops().get(op) else { return Ok(op) };
    if let Some(read) = known.call.read.filter(|read| !read.is_entry()) {
        let text = outcome_line(op, session).plain(reads::told(op, (id, read), session.world()));
        out.remark(&text.into());
        return Ok(op);
    }
    say_accepted(op, id, session, out);
    Ok(op)
}

/// To which node a request can be sent again.
fn whom_to_retry(retry: &str, session: &Session) -> String {
    match session.world().leader() {
        Some(leader) => format!("`{retry}` sends it to {leader}, the leader"),
        None => format!("there is no leader now, and {}", session.way_to_a_leader()),
    }
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
