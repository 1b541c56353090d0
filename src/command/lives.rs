//! The filters of `history` that select the life of one thing.

use clap::Args;

use crate::check::condition::OpRef;
use crate::explain::{Case, Thing};
use crate::history::{EventLog, lives};
use crate::language::{Error, thing};
use crate::raft::Position;
use crate::session::Session;
use crate::sim::{EventId, MessageId};

/// The life of one thing, or what several lives have in common.
#[derive(Args, Clone, Debug)]
pub(super) struct Lives {
    /// List only the chain of causes that led to this event
    #[arg(long, value_name = "EVENT", value_parser = thing::event, allow_hyphen_values = true)]
    causes: Option<EventId>,
    /// List only the life of this request
    #[arg(long, value_name = "OP", value_parser = op, allow_hyphen_values = true)]
    op: Option<OpRef>,
    /// List only the life of this message
    #[arg(long, value_name = "MESSAGE", value_parser = thing::message,
          allow_hyphen_values = true)]
    message: Option<MessageId>,
    /// List only the life of this entry: its index and term, as in 3@2
    #[arg(long, value_name = "ENTRY", value_parser = thing::entry, allow_hyphen_values = true)]
    entry: Option<Position>,
}

fn op(text: &str) -> Result<OpRef, String> {
    Ok(thing::op(text)?.map_or(OpRef::Latest, OpRef::Number))
}

impl Lives {
    fn things(&self) -> impl Iterator<Item = Thing> {
        let causes = self.causes.map(Thing::Event);
        let (op, message) = (self.op.map(Thing::Op), self.message.map(Thing::Message));
        [causes, op, message, self.entry.map(Thing::Entry)].into_iter().flatten()
    }

    /// Whether no life is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.things().next().is_none()
    }

    /// Why one of them cannot be told; `None` if all can.
    pub(super) fn refusal(&self, session: &Session) -> Option<Error> {
        let case = Case::new(session.tree());
        self.things().find_map(|thing| missing(thing, case.exists(thing)).err())
    }

    /// The number of the first event that is needed to tell them: the chain of causes is needed as
    /// a whole, the rest from before it begins.
    pub(super) fn first(
        &self,
        session: &Session,
        mut check_stop: impl FnMut() -> Result<(), Error>,
    ) -> Result<EventId, Error> {
        let case = Case::new(session.tree());
        let mut first = EventId::MAX;
        for thing in self.things() {
            let begins = missing(thing, case.begins_after(thing))? + 1;
            let begins = match thing {
                Thing::Event(event) => {
                    let chain = lives::chain(event, session.events(), session.tree(), || {
                        check_stop().map(|()| true)
                    })?;
                    chain.events.first().map_or(begins, |first| first.id)
                }
                _ => begins,
            };
            first = first.min(begins);
        }
        Ok(first)
    }

    /// The numbers of the events of each life, of these events.
    pub(super) fn of(&self, session: &Session, events: &EventLog) -> Vec<Vec<EventId>> {
        let case = Case::new(session.tree());
        let life = |thing| match thing {
            Thing::Event(event) => causes(event, events),
            _ => case.life(thing, events),
        };
        self.things().map(life).collect()
    }
}

/// The chain of causes that led to an event, as far as it is among these events.
fn causes(event: EventId, events: &EventLog) -> Vec<EventId> {
    let cause = |id: &EventId| events.get(*id).and_then(|event| event.cause());
    let mut chain: Vec<EventId> = std::iter::successors(Some(event), cause).collect();
    chain.reverse();
    chain
}

/// The error for a thing that does not exist.
fn missing<T>(thing: Thing, found: Result<T, crate::explain::NoSuchThing>) -> Result<T, Error> {
    found.map_err(|missing| {
        Error::failed(missing.message).word(thing.to_string()).help(missing.help)
    })
}
