//! Messages by hand.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};

use crate::quantity::{self, shown};
use crate::raft::{MessageKind, NodeSet};
use crate::shell::error::Error;
use crate::shell::line::MAX_LINE;
use crate::shell::output::Output;
use crate::shell::select::Selection;
use crate::shell::session::Session;
use crate::shell::suggest;
use crate::sim::{Action, MessageId};
use crate::view::{self, json, tables};

use super::News;

/// Commands that look at messages in flight and decide what becomes of them.
#[derive(Clone, Debug, Subcommand)]
pub enum Message {
    /// List what is in flight, oldest first
    #[command(visible_alias = "m", after_help = "messages\nmessages n1")]
    Messages {
        /// Only to or from these nodes
        nodes: Option<Selection>,
    },
    /// Deliver messages now, without moving time
    ///
    /// Fails over a cut link, at a node that is not up, and where nothing is in flight (not with --all).
    #[command(
        after_help = "deliver m12 m14\ndeliver n1 n3\ndeliver n1 n3 --type AppendEntries --newest\ndeliver n1 all --all"
    )]
    Deliver(Choice),
    /// Lose messages
    #[command(after_help = "drop m12\ndrop n1 n3 --nth 2\ndrop --all")]
    Drop(Choice),
    /// Copy messages: the copy is the newest, and held like its original
    #[command(after_help = "dup m12\ndup n2 n1 --type RequestVoteReply")]
    Dup(Choice),
    /// Let messages arrive and disk operations finish, firing no timer, until nothing else is left
    ///
    /// Time moves. Held messages stay. With nodes, only what happens between them. Fails after 100,000 events.
    #[command(after_help = "settle\nsettle n1,n2\nsettle --steps 3")]
    Settle {
        /// Only between these nodes
        nodes: Option<Selection>,
        /// No more than so many events
        #[arg(long, value_name = "N", value_parser = quantity::count)]
        steps: Option<u64>,
    },
}

/// Which messages: by number, or by route.
#[derive(Args, Clone, Debug)]
pub struct Choice {
    /// Messages, or the nodes they go from and to
    #[arg(value_name = "M…|A B", num_args = 0..)]
    words: Vec<String>,
    /// Only of this type
    #[arg(long = "type", value_name = "TYPE", value_parser = kind)]
    kind: Option<&'static str>,
    /// The K-th oldest
    #[arg(long, value_name = "K", value_parser = quantity::count, conflicts_with_all = ["newest", "all"])]
    nth: Option<u64>,
    /// The newest instead of the oldest
    #[arg(long, conflicts_with = "all")]
    newest: bool,
    /// All that are in flight when the command starts
    #[arg(long)]
    all: bool,
    /// The words, read.
    #[arg(skip)]
    which: Which,
}

/// The words of a choice, read.
#[derive(Clone, Debug, Default)]
enum Which {
    /// No words: every message.
    #[default]
    Everything,
    /// By number.
    Ids(Vec<MessageId>),
    /// From the first nodes to the second.
    Route(Selection, Selection),
}

/// Reads a message's type.
pub(super) fn kind(text: &str) -> Result<&'static str, String> {
    // The paper's word for a message that nobody sends yet: it is no mistake to look for one.
    let known = MessageKind::NAMES.iter().chain(&["InstallSnapshot"]);
    known.copied().find(|name| *name == text).ok_or_else(|| {
        match suggest::nearest(text, MessageKind::NAMES.iter().copied()) {
            Some(near) => format!("unknown type {}; did you mean '{near}'?", shown(text)),
            None => format!("unknown type {}; types are {}", shown(text), MessageKind::NAMES.join(", ")),
        }
    })
}

/// The number of a message as typed: `m12`.
fn message_id(text: &str) -> Option<MessageId> {
    let digits = text.strip_prefix('m')?;
    if digits.is_empty() || digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // No message has a number that large.
    Some(digits.parse().unwrap_or(MessageId::MAX))
}

/// A message leaves the network once; copies can be made of it again and again.
fn named_once(ids: &[MessageId], verb: &str) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    match ids.iter().find(|&id| verb != "dup" && !seen.insert(id)) {
        Some(id) => {
            let error = Error::usage(format!("m{id} is named twice: there is only one of it to {verb}"));
            Err(error.word(format!("m{id}")).help(format!("`dup m{id}` makes a copy of it")))
        }
        None => Ok(()),
    }
}

impl Choice {
    fn refine(&mut self, verb: &str) -> Result<(), Error> {
        let picks = self.kind.is_some() || self.nth.is_some() || self.newest || self.all;
        let ids: Option<Vec<MessageId>> = self.words.iter().map(|word| message_id(word)).collect();
        self.which = match (self.words.as_slice(), ids) {
            ([], _) if self.all && verb == "drop" => Which::Everything,
            ([], _) => {
                let error = Error::usage(format!("{verb} lacks its messages"));
                return Err(error.help(format!("write {verb} m12, or {verb} n1 n3")));
            }
            (_, Some(ids)) if picks => {
                let error = Error::usage("options choose by route, and messages were named by number");
                return Err(error.word(format!("m{}", ids[0])).help(format!("write {verb} n1 n3 --newest")));
            }
            (_, Some(ids)) => {
                named_once(&ids, verb)?;
                Which::Ids(ids)
            }
            ([from, to], None) => {
                let read = |word: &String| word.parse().map_err(|why: String| Error::usage(why).word(word));
                Which::Route(read(from)?, read(to)?)
            }
            ([word, ..], None) => {
                let message = format!("{} and the rest name neither messages nor a route", shown(word));
                return Err(Error::usage(message)
                    .word(word)
                    .help(format!("write {verb} m12, or {verb} n1 n3")));
            }
        };
        Ok(())
    }

    /// The messages that are meant now.
    pub(super) fn resolve(&self, verb: &str, session: &Session) -> Result<Vec<MessageId>, Error> {
        let (from, to) = match &self.which {
            Which::Ids(ids) => return Ok(ids.clone()),
            Which::Everything => (session.world().nodes(), session.world().nodes()),
            Which::Route(from, to) => (session.nodes(from)?, session.nodes(to)?),
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
        id.map(|id| vec![*id]).ok_or_else(|| {
            let what = self.kind.unwrap_or("message");
            let count = view::counted(found.len() as u64, "such message");
            Error::failed(format!("no {what} to {verb} from {from} to {to}: {count} in flight"))
                .help("`messages` lists what is in flight")
        })
    }

    /// What is in flight on the route, oldest first.
    fn found(&self, from: NodeSet, to: NodeSet, session: &Session) -> Vec<MessageId> {
        let in_flight = session.world().network().in_flight();
        let mut found: Vec<MessageId> = in_flight
            .filter(|one| from.contains(one.message.from) && to.contains(one.message.to))
            .filter(|one| self.kind.is_none_or(|kind| one.message.body.kind().name() == kind))
            .map(|one| one.id)
            .collect();
        found.sort_unstable();
        found
    }
}

impl Message {
    pub(super) fn refine(&mut self) -> Result<(), Error> {
        match self {
            Message::Deliver(choice) => choice.refine("deliver"),
            Message::Drop(choice) => choice.refine("drop"),
            Message::Dup(choice) => choice.refine("dup"),
            Message::Messages { .. } | Message::Settle { .. } => Ok(()),
        }
    }

    pub(super) fn news(&self) -> News {
        match self {
            Message::Messages { .. } => News::Nothing,
            Message::Deliver(_) | Message::Drop(_) | Message::Dup(_) => News::All,
            Message::Settle { .. } => News::Latest,
        }
    }

    /// The move that it is, if it is one.
    pub(super) fn action(&self, session: &Session) -> Result<Option<Action>, Error> {
        let some = |messages: Vec<_>| Some(messages).filter(|messages| !messages.is_empty());
        Ok(match self {
            Message::Deliver(choice) => some(choice.resolve("deliver", session)?).map(Action::Deliver),
            Message::Drop(choice) => some(choice.resolve("drop", session)?).map(Action::Drop),
            Message::Dup(choice) => some(choice.resolve("dup", session)?).map(Action::Dup),
            Message::Settle { nodes, steps } => {
                let nodes = nodes.as_ref().map(|nodes| session.nodes(nodes)).transpose()?;
                Some(Action::Settle(nodes, *steps))
            }
            Message::Messages { .. } => None,
        })
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Message::Messages { nodes } => {
                let nodes = match nodes {
                    Some(nodes) => session.nodes(&nodes)?,
                    None => session.world().nodes(),
                };
                let world = session.world();
                out.show(|| tables::messages(world, nodes), "messages", || json::messages(world, nodes));
                Ok(())
            }
            Message::Deliver(choice) => by_hand(choice, "deliver", Action::Deliver, session, out),
            Message::Drop(choice) => by_hand(choice, "drop", Action::Drop, session, out),
            Message::Dup(choice) => by_hand(choice, "dup", Action::Dup, session, out),
            Message::Settle { nodes, steps } => {
                let nodes = nodes.map(|nodes| session.nodes(&nodes)).transpose()?;
                super::time::settle(nodes, steps, session, out)
            }
        }
    }
}

/// The messages in lots that can each be named in one line: every move must be a line that can be typed. What was typed
/// by number is one lot.
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
    choice: Choice,
    verb: &str,
    action: impl Fn(Vec<MessageId>) -> Action,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let messages = choice.resolve(verb, session)?;
    if messages.is_empty() {
        out.remark(&"nothing is in flight there: nothing changed".into());
        return Ok(());
    }
    for lot in lots(&messages) {
        super::act_and_show(action(lot.to_vec()), session, out)?;
        if session.is_stopped() {
            break;
        }
    }
    Ok(())
}
