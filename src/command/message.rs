//! Commands that list, deliver, drop and copy messages in flight, and `settle`.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};

use crate::console::Output;
use crate::language::line::MAX_LINE;
use crate::language::{Error, Selection, suggest};
use crate::quantity::{self, shown};
use crate::raft::{Message as RaftMessage, MessageKind, NodeSet};
use crate::session::Session;
use crate::sim::{Action, MessageId};
use crate::view::{self, json, tables};

use super::shared::format;
use super::{act_and_show, settle};

/// Commands that list messages in flight, deliver them, drop them and copy them.
#[derive(Clone, Debug, Subcommand)]
pub enum Message {
    /// List the messages in flight, oldest first
    #[command(visible_alias = "m", arg = format(), after_help = "messages\nmessages n1")]
    Messages {
        /// List only messages to or from these nodes
        nodes: Option<Selection>,
    },
    /// Deliver messages now; time does not move
    ///
    /// Fails if the link is cut, if the receiver is not up, or if no such message is in flight
    /// (with --all, that is no failure). `messages` lists the messages in flight.
    #[command(after_help = "deliver m12 m14\ndeliver n1 n3\ndeliver n1 n3 --type AppendEntries \
            --newest\ndeliver n1 all --all")]
    Deliver(Choice),
    /// Drop messages in flight
    ///
    /// `drop --all` without nodes drops every message in flight.
    #[command(after_help = "drop m12\ndrop n1 n3 --nth 2\ndrop --all")]
    Drop(Choice),
    /// Duplicate messages in flight; a copy of a held message is held
    #[command(after_help = "dup m12\ndup n2 n1 --type RequestVoteReply")]
    Dup(Choice),
    /// Deliver messages and finish disk operations until none is left; no timer fires
    ///
    /// Time moves. Held messages stay in flight. With NODES, only messages between these nodes and
    /// disk operations at them count. Fails after 100,000 steps.
    #[command(after_help = "settle\nsettle n1,n2\nsettle --steps 3")]
    Settle {
        /// Settle only these nodes
        nodes: Option<Selection>,
        /// Stop after N steps
        #[arg(long, value_name = "N", value_parser = quantity::count)]
        steps: Option<u64>,
    },
}

/// Which messages: by number, or by route.
#[derive(Args, Clone, Debug)]
pub struct Choice {
    /// Messages such as m12, or their sender and receiver
    #[arg(value_name = "M…|A B", num_args = 0..)]
    words: Vec<String>,
    /// Choose only messages of this type
    #[arg(long = "type", value_name = "TYPE", value_parser = kind)]
    kind: Option<&'static str>,
    /// Choose the K-th oldest
    #[arg(long, value_name = "K", value_parser = quantity::count, conflicts_with_all = ["newest",
          "all"])]
    nth: Option<u64>,
    /// Choose the newest instead of the oldest
    #[arg(long, conflicts_with = "all")]
    newest: bool,
    /// Choose all that are in flight now, not only the oldest
    #[arg(long)]
    all: bool,
}

/// The messages that the words of a choice name.
enum MessageChoice {
    /// Every message in flight: no words.
    Everything,
    /// These messages.
    Ids(Vec<MessageId>),
    /// The messages from the first nodes to the second.
    Route(Selection, Selection),
}

/// Types that are known but that no node can send: to filter by one is no mistake.
const NEVER_SENT: &[&str] = &["InstallSnapshot", "InstallSnapshotReply"];

/// Reads a message's type.
pub(super) fn kind(text: &str) -> Result<&'static str, String> {
    let known = MessageKind::NAMES.iter().chain(NEVER_SENT);
    let all = || format!("types are {}", MessageKind::NAMES.join(", "));
    let found = known.copied().find(|name| *name == text);
    found.ok_or_else(|| suggest::unknown("type", text, MessageKind::NAMES, &all()))
}

/// Reads the number of a message as typed: `m12`. `None` if the word is not one.
fn message_id(text: &str) -> Option<MessageId> {
    let digits = text.strip_prefix('m')?;
    if digits.is_empty()
        || digits.starts_with('0')
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    // No message has a number that large.
    Some(digits.parse().unwrap_or(MessageId::MAX))
}

/// Refuses to deliver or drop a message twice: it leaves the network once. Several copies may be
/// made of it.
fn named_once(ids: &[MessageId], verb: &str) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    match ids.iter().find(|&id| verb != "dup" && !seen.insert(id)) {
        Some(id) => {
            let error = Error::usage(format!("m{id} is named twice, and can be chosen only once"));
            Err(error.word(format!("m{id}")).help(format!("`dup m{id}` makes a copy of it")))
        }
        None => Ok(()),
    }
}

impl Choice {
    /// Reads the words that choose messages.
    fn which(&self, verb: &str) -> Result<MessageChoice, Error> {
        let picks = self.kind.is_some() || self.nth.is_some() || self.newest || self.all;
        let ids: Option<Vec<MessageId>> = self.words.iter().map(|word| message_id(word)).collect();
        Ok(match (self.words.as_slice(), ids) {
            ([], _) if self.all && verb == "drop" => MessageChoice::Everything,
            ([], _) => {
                let error = Error::usage(format!("{verb} needs messages"));
                return Err(error.help(format!("write {verb} m12, or {verb} n1 n3")));
            }
            (_, Some(ids)) if picks => {
                let error = Error::usage(
                    "--type, --nth, --newest and --all choose messages by route, not by number",
                );
                return Err(error
                    .word(format!("m{}", ids[0]))
                    .help(format!("write {verb} n1 n3 --newest")));
            }
            (_, Some(ids)) => {
                named_once(&ids, verb)?;
                MessageChoice::Ids(ids)
            }
            ([from, to], None) => {
                let read = |word: &String| {
                    word.parse().map_err(|why: String| Error::usage(why).word(word))
                };
                MessageChoice::Route(read(from)?, read(to)?)
            }
            ([word, ..], None) => {
                let message =
                    format!("{} and what follows are neither messages nor a route", shown(word));
                return Err(Error::usage(message)
                    .word(word)
                    .help(format!("write {verb} m12, or {verb} n1 n3")));
            }
        })
    }

    /// The messages that are chosen, of those in flight now.
    pub(super) fn resolve(&self, verb: &str, session: &Session) -> Result<Vec<MessageId>, Error> {
        let (from, to) = match self.which(verb)? {
            MessageChoice::Ids(ids) => return Ok(ids),
            MessageChoice::Everything => (session.world().nodes(), session.world().nodes()),
            MessageChoice::Route(from, to) => (session.nodes(&from)?, session.nodes(&to)?),
        };
        let found = self.found(from, to, session);
        if self.all {
            return Ok(found);
        }
        let nth = match self.nth {
            Some(nth) => usize::try_from(nth).ok().and_then(|nth| nth.checked_sub(1)),
            None if self.newest => found.len().checked_sub(1),
            None => Some(0),
        };
        let id = nth.and_then(|nth| found.get(nth));
        id.map(|id| vec![*id])
            .ok_or_else(|| self.none_in_flight(verb, (from, to), found.len(), session))
    }

    /// The error that no such message is in flight. If its sender waits for its disk, it says so.
    fn none_in_flight(
        &self,
        verb: &str,
        (from, to): (NodeSet, NodeSet),
        found: usize,
        session: &Session,
    ) -> Error {
        let what = self.kind.unwrap_or("message");
        let count = view::counted(found as u64, "such message");
        let error =
            Error::failed(format!("no {what} to {verb} from {from} to {to}: {count} in flight"));
        let unsent = from.iter().find_map(|node| {
            let chosen = |message: &&RaftMessage| {
                let kind = message.body.kind().name();
                to.contains(message.to) && self.kind.is_none_or(|chosen| kind == chosen)
            };
            session.world().host(node).unsent().find(chosen)
        });
        match unsent {
            Some(message) => error.help(format!(
                "{0}'s {1} leaves when {0}'s disk has finished a write: `settle {0}` finishes it",
                message.from,
                message.body.kind()
            )),
            None => error.help("`messages` lists what is in flight"),
        }
    }

    /// The messages of the chosen type in flight on the route, oldest first.
    fn found(&self, from: NodeSet, to: NodeSet, session: &Session) -> Vec<MessageId> {
        let found = session.world().network().oldest_first(|message| {
            from.contains(message.from)
                && to.contains(message.to)
                && self.kind.is_none_or(|kind| message.body.kind().name() == kind)
        });
        found.into_iter().map(|one| one.id).collect()
    }
}

/// Makes the move that delivers, drops or copies messages.
type MessageMove = fn(Vec<MessageId>) -> Action;

impl Message {
    /// The messages that are chosen, the command's name, and its move; `None` for `messages` and
    /// `settle`.
    fn choice(&self) -> Option<(&Choice, &'static str, MessageMove)> {
        match self {
            Message::Deliver(choice) => Some((choice, "deliver", Action::Deliver)),
            Message::Drop(choice) => Some((choice, "drop", Action::Drop)),
            Message::Dup(choice) => Some((choice, "dup", Action::Dup)),
            Message::Messages { .. } | Message::Settle { .. } => None,
        }
    }

    /// Checks the words that choose messages, which clap only collects.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.choice().map_or(Ok(()), |(choice, verb, _)| choice.which(verb).map(drop))
    }

    /// The single move that it makes; `None` if it makes none, or if no message is chosen.
    pub(super) fn action(&self, session: &Session) -> Result<Option<Action>, Error> {
        if let Some((choice, verb, action)) = self.choice() {
            let messages = choice.resolve(verb, session)?;
            return Ok((!messages.is_empty()).then(|| action(messages)));
        }
        let Message::Settle { nodes, steps } = self else { return Ok(None) };
        let nodes = nodes.as_ref().map(|nodes| session.nodes(nodes)).transpose()?;
        Ok(Some(Action::Settle(nodes, *steps)))
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match &self {
            Message::Messages { nodes } => {
                let nodes = session.nodes_or_all(nodes.as_ref())?;
                let world = session.world();
                out.show(
                    || tables::messages(world, nodes),
                    "messages",
                    || json::messages(world, nodes),
                );
                Ok(())
            }
            Message::Settle { nodes, steps } => {
                let nodes = nodes.as_ref().map(|nodes| session.nodes(nodes)).transpose()?;
                settle::settle(nodes, *steps, session, out)
            }
            Message::Deliver(_) | Message::Drop(_) | Message::Dup(_) => match self.choice() {
                Some((choice, verb, action)) => by_hand(choice, verb, action, session, out),
                None => Ok(()),
            },
        }
    }
}

/// Splits the messages into lots that each fit on one line, because every move must be a line that
/// can be typed. Messages that were typed by number are one lot.
fn lots(messages: &[MessageId]) -> Vec<&[MessageId]> {
    let room = MAX_LINE - "deliver".len();
    let (mut lots, mut start, mut length) = (Vec::new(), 0, 0);
    for (nth, message) in messages.iter().enumerate() {
        let word = " m".len() + message.to_string().len();
        if length + word > room {
            lots.push(&messages[start..nth]);
            (start, length) = (nth, 0);
        }
        length += word;
    }
    lots.push(&messages[start..]);
    lots
}

fn by_hand(
    choice: &Choice,
    verb: &str,
    action: MessageMove,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let messages = choice.resolve(verb, session)?;
    if messages.is_empty() {
        out.remark(&"no such message is in flight: nothing changed".into());
        return Ok(());
    }
    for lot in lots(&messages) {
        act_and_show(action(lot.to_vec()), session, out)?;
        if session.is_stopped() {
            break;
        }
    }
    Ok(())
}
