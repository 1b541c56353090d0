//! Whether the cluster would refuse a command now. The prompt asks this while a line is typed, and
//! shows the answer in red.
//!
//! A command that would fail by what it finds (`expect` of something false) is not refused: that
//! is its answer.

use super::all::Command;
use super::branch::Branching;
use super::breaks::{Breaks, WhichBreaks, nothing_stopped};
use super::check::Check;
use super::cluster::Cluster;
use super::export::Pictures;
use super::look::Look;
use super::member::Member;
use super::message::Message;
use super::saved::Saved;
use super::shell::Shell;
use super::travel::Travel;
use crate::check::condition::Condition;
use crate::language::{Error, Selection, Status, When};
use crate::session::Session;
use crate::sim::{Action, EventRecorder};

/// The most messages that are delivered on a copy to find out whether all of them can be: every key
/// that is pressed asks again.
const MESSAGES: usize = 100;

impl Command {
    /// Why it would fail on this cluster now; `None` if it would not, or if only running it tells.
    pub fn refusal(&self, session: &Session) -> Option<Error> {
        let tried = match self {
            Command::Client(client) => client.invocation(session),
            Command::Member(Member::Members { nodes: Some(nodes) }) => {
                return session.nodes(nodes).err();
            }
            Command::Member(member) => member.first_move(session),
            Command::Transfer(transfer) => transfer.first_move(session).map(Some),
            Command::Time(time) => return unknown_in(time.condition()?, session),
            Command::Check(Check::Expect { condition, .. }) => {
                return unknown_in(condition.as_ref()?, session);
            }
            Command::Why(why) => return unknown_in(why.condition()?, session),
            Command::Look(look) => return look.refusal(session),
            Command::Travel(travel) => return travel.refusal(session),
            Command::Branch(branching) => return branching.refusal(session),
            Command::Breaks(breaks) => return breaks.refusal(session),
            Command::Message(Message::Messages { nodes: Some(nodes) }) => {
                return session.nodes(nodes).err();
            }
            Command::Pictures(Pictures::Export { nodes: Some(nodes), .. }) => {
                return session.nodes(nodes).err();
            }
            _ => self.action(session),
        };
        match tried {
            Ok(action) => try_on_copy(&action?, session),
            Err(error) => Some(error).filter(|error| error.status == Status::Failed),
        }
    }

    /// Whether commands after it may find another state: it may change the cluster, replace it, or
    /// go to another moment or branch.
    pub fn may_change(&self) -> bool {
        let travels = matches!(
            self,
            Command::Travel(_)
                | Command::Breaks(_)
                | Command::Branch(Branching::Branch { .. } | Branching::Switch { .. })
        );
        self.moves() || self.replaces() || travels
    }

    /// Whether it replaces the cluster by another one, perhaps with other nodes.
    pub fn replaces(&self) -> bool {
        matches!(
            self,
            Command::Cluster(Cluster::Begin { .. })
                | Command::Saved(Saved::Load { .. })
                | Command::Shell(Shell::Source { .. })
        )
    }
}

impl Travel {
    /// Only what costs nothing is asked: going somewhere would take this copy long.
    fn refusal(&self, session: &Session) -> Option<Error> {
        let Travel::Goto { when } = self else { return None };
        let end = session.tree().end(session.tree().present()).world();
        let is_beyond = match when {
            When::Event(event) => *event > end.event_count(),
            When::Time(us) => *us > end.now_us(),
            When::Name(_) => true,
            When::Start | When::End => false,
        };
        is_beyond.then(|| session.moment(when, session.tree().present()).err()).flatten()
    }
}

impl Branching {
    fn refusal(&self, session: &Session) -> Option<Error> {
        let unknown = |name: &String| session.branch(name).err();
        match self {
            Branching::Switch { name } => unknown(name),
            Branching::Compare { left, right, .. } => {
                unknown(left).or_else(|| right.as_ref().and_then(unknown))
            }
            Branching::Branch { .. } | Branching::Branches { .. } | Branching::When { .. } => None,
        }
    }
}

impl Breaks {
    fn refusal(&self, session: &Session) -> Option<Error> {
        match self {
            Breaks::Break { condition, .. } => unknown_in(condition.as_ref()?, session),
            Breaks::Watch { value, .. } => session.value_text(value.as_ref()?).err(),
            Breaks::Unbreak { which: WhichBreaks::One(id) } => session.break_at(*id).err(),
            Breaks::Continue if !session.can_continue() => Some(nothing_stopped()),
            Breaks::Unbreak { which: WhichBreaks::All } | Breaks::List | Breaks::Continue => None,
        }
    }
}

impl Look {
    fn refusal(&self, session: &Session) -> Option<Error> {
        let named = |nodes: &Option<Selection>| session.nodes_or_all(nodes.as_ref()).err();
        match self {
            Look::Status { nodes, .. } | Look::Logs { nodes, .. } | Look::Kv { nodes } => {
                named(nodes)
            }
            Look::Diff { a, b } => session.one(a).err().or_else(|| session.one(b).err()),
            Look::History(history) => {
                named(history.nodes()).or_else(|| history.unknown_life(session))
            }
            Look::Links => None,
        }
    }
}

/// The error if a condition names a node that does not exist.
fn unknown_in(condition: &Condition, session: &Session) -> Option<Error> {
    session.holds(condition).err().filter(|error| error.status == Status::Failed)
}

/// Makes a move on a copy of the cluster. Those that are never refused are left out, because they
/// may take long.
fn try_on_copy(action: &Action, session: &Session) -> Option<Error> {
    match action {
        Action::Step(_) | Action::Settle(..) | Action::Wait(_) => return None,
        Action::Kill(_) | Action::Restart(_) => return None,
        Action::Deliver(messages) | Action::Drop(messages) | Action::Dup(messages)
            if messages.len() > MESSAGES =>
        {
            return None;
        }
        _ => {}
    }
    let mut world = session.world().clone();
    world.apply(action.clone(), &mut EventRecorder::new(())).err().map(Error::from)
}
