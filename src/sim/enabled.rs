//! What could happen next by itself, under names that survive when other moves are left out.
//!
//! A message's number says how many were sent before it, so it changes with everything that
//! happened earlier. Its [`Route`] gives its sender, its receiver, its type, and how many such
//! messages are older.

use std::collections::BTreeMap;
use std::fmt;

use crate::raft::{Message, MessageKind, NodeId, NodeSet, Timer};

use super::action::Action;
use super::disks::DiskMove;
use super::event::MessageId;
use super::network::{InFlight, Network};
use super::world::World;

/// Names a message in flight without its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route {
    /// Its sender.
    pub from: NodeId,
    /// Its receiver.
    pub to: NodeId,
    /// Its type.
    pub kind: MessageKind,
    /// Its place among the messages in flight from this sender to this receiver of this type, from
    /// 1 in the order in which they were sent.
    pub nth: usize,
}

/// The words after `deliver`, `drop` and `dup`.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Route { from, to, kind, nth } = self;
        write!(f, "{from} {to} --type {kind} --nth {nth}")
    }
}

/// Something that could happen next by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnabledMove {
    /// A message arrives.
    Deliver(Route),
    /// A node's timer fires.
    Fire(NodeId, Timer),
    /// A node's oldest unfinished write finishes.
    Sync(NodeId),
}

/// The move as it is typed at the prompt.
impl fmt::Display for EnabledMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            EnabledMove::Deliver(route) => write!(f, "deliver {route}"),
            EnabledMove::Fire(node, timer) => fire(node, timer).fmt(f),
            EnabledMove::Sync(node) => sync(node).fmt(f),
        }
    }
}

impl EnabledMove {
    /// The same as an action that the world takes now; none if no message has this route.
    pub fn action(self, world: &World) -> Option<Action> {
        match self {
            EnabledMove::Deliver(route) => {
                world.message_at(route).map(|id| Action::Deliver(vec![id]))
            }
            EnabledMove::Fire(node, timer) => Some(fire(node, timer)),
            EnabledMove::Sync(node) => Some(sync(node)),
        }
    }
}

fn fire(node: NodeId, timer: Timer) -> Action {
    match timer {
        Timer::Election => Action::Timeout(NodeSet::one(node)),
        Timer::Heartbeat => Action::Tick(node),
    }
}

fn sync(node: NodeId) -> Action {
    Action::Disk(NodeSet::one(node), DiskMove::Sync)
}

impl Route {
    /// Whether a message has this type and travels on this link.
    fn is_like(&self, message: &Message) -> bool {
        let Message { from, to, body, .. } = message;
        (*from, *to, body.kind()) == (self.from, self.to, self.kind)
    }
}

impl Network {
    /// The messages in flight with their routes, in the order of the routes.
    pub(super) fn routes(&self) -> Vec<(Route, &InFlight)> {
        let mut older = BTreeMap::new();
        let mut routes: Vec<_> = self
            .oldest_first(|_| true)
            .into_iter()
            .map(|in_flight| {
                let (from, to) = (in_flight.message.from, in_flight.message.to);
                let kind = in_flight.message.body.kind();
                let nth = older.entry((from, to, kind)).or_insert(0);
                *nth += 1;
                (Route { from, to, kind, nth: *nth }, in_flight)
            })
            .collect();
        routes.sort_unstable_by_key(|(route, _)| *route);
        routes
    }
}

impl World {
    /// The message in flight on a route, if there is one.
    pub fn message_at(&self, route: Route) -> Option<MessageId> {
        let like = self.network().oldest_first(|message| route.is_like(message));
        like.get(route.nth.checked_sub(1)?).map(|one| one.id)
    }

    /// The route of a message in flight; none if it is not in flight.
    pub fn route_of(&self, message: MessageId) -> Option<Route> {
        let found = self.network().in_flight().find(|one| one.id == message)?;
        let (from, to) = (found.message.from, found.message.to);
        let first = Route { from, to, kind: found.message.body.kind(), nth: 1 };
        let like = self.network().oldest_first(|message| first.is_like(message));
        let older = like.iter().position(|one| one.id == message)?;
        Some(Route { nth: older + 1, ..first })
    }

    /// Everything that could happen next by itself if time did not decide: messages that would
    /// arrive, in the order of their routes; then timers that run, then unfinished writes, each in
    /// the order of their nodes.
    ///
    /// A held message does not arrive by itself. A message whose link is cut or whose receiver is
    /// not up does not arrive at all. While timers are switched off, none fires.
    pub fn enabled(&self) -> Vec<EnabledMove> {
        let messages = self.network().routes().into_iter();
        let mut enabled: Vec<EnabledMove> = messages
            .filter(|(_, in_flight)| !in_flight.held && self.may_deliver(in_flight).is_ok())
            .map(|(route, _)| EnabledMove::Deliver(route))
            .collect();
        for host in self.hosts() {
            let runs = |timer: &Timer| host.timer(*timer).due.is_some();
            let timers = [Timer::Election, Timer::Heartbeat].into_iter().filter(runs);
            let timers = timers.filter(|&timer| self.may_fire(host.id, timer).is_ok());
            enabled.extend(timers.map(|timer| EnabledMove::Fire(host.id, timer)));
        }
        let writing = self.hosts().filter(|host| !host.writes.is_empty());
        enabled.extend(writing.map(|host| EnabledMove::Sync(host.id)));
        enabled
    }
}
