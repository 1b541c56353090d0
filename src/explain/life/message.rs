//! The life of a message.

use crate::explain::case::Case;
use crate::explain::claim::{Claim, LifeClaim};
use crate::explain::reach;
use crate::history::EventLog;
use crate::raft::NodeId;
use crate::sim::{DropReason, Event, EventKind, MessageId, Stage, World};

use super::{LINES, past};

/// How many events after a delivery are searched for what it caused: a write ends soon.
const AFTER: usize = 20_000;

/// Why it was sent, what became of it, and what that caused.
pub(in crate::explain) fn life(case: &Case<'_>, message: MessageId) -> Vec<Claim> {
    let is_sent = |world: &World| world.network().sent() >= message;
    let flies = |world: &World| world.network().in_flight().any(|one| one.id == message);
    let mut older: Vec<EventLog> = Vec::new();
    older.extend(past::first(case, |world, _| is_sent(world) && !flies(world)));
    older.extend(past::first(case, |world, _| is_sent(world)));
    let case = &case.with_older(&older);
    let begins = case.latest(|event| {
        matches!(event.kind, EventKind::MessageSent { message: sent, .. } if sent == message)
            || matches!(event.kind, EventKind::MessageDuplicated { copy, .. } if copy == message)
    });
    let mut claims: Vec<Claim> =
        begins.and_then(|sent| case.cause(sent)).into_iter().map(Claim::event).collect();
    claims.extend(begins.map(Claim::event));
    let copied = case.events().iter().rev().take(AFTER).find(|event| {
        matches!(event.kind, EventKind::MessageDuplicated { message: of, .. } if of == message)
    });
    claims.extend(copied.map(Claim::event));
    let ended = case.latest(|event| {
        let passage = event.kind.attributes().message();
        passage.is_some_and(|passage| passage.message == message && passage.stage != Stage::Sent)
    });
    match ended {
        Some(end) => claims.extend(ending(case, message, end)),
        None => claims.extend(flight(case, message)),
    }
    claims.truncate(LINES);
    claims
}

/// Where it is, and what it waits for.
fn flight(case: &Case<'_>, message: MessageId) -> Vec<Claim> {
    let world = case.world();
    let Some(one) = world.network().in_flight().find(|one| one.id == message) else {
        return Vec::new();
    };
    let (from, to) = (one.message.from, one.message.to);
    let (due_us, waits) = (one.due_us(), world.transit_state(one));
    let kind = LifeClaim::StillInFlight { message, from, to, due_us, waits };
    let mut claims = vec![Claim::new(kind, [])];
    claims.extend(reach::held(case, from, to));
    claims.extend(reach::not_up(case, to));
    claims
}

/// How it was dropped and why, or delivered and what that caused.
fn ending(case: &Case<'_>, message: MessageId, end: &Event) -> Vec<Claim> {
    let mut claims = vec![Claim::event(end)];
    if let EventKind::MessageDropped { reason, from, .. } = end.kind {
        claims.extend(dropped_by(case, end, reason, from).map(Claim::event));
        return claims;
    }
    let caused = |event: &&Event| event.cause() == Some(end.id);
    let effects: Vec<&Event> = case.following(end.id).take(AFTER).filter(caused).collect();
    let room = LINES - 5;
    claims.extend(effects.iter().take(room).map(|event| Claim::event(event)));
    if effects.len() > room {
        let more = &effects[room..];
        let kind = LifeClaim::MoreEffects { message, count: more.len() as u64 };
        claims.push(Claim::new(kind, more.iter().map(|event| event.id)));
    }
    claims
}

/// The event that made the network drop a message: the cut, or the stop of the receiver.
fn dropped_by<'a>(
    case: &Case<'a>,
    end: &Event,
    reason: DropReason,
    from: NodeId,
) -> Option<&'a Event> {
    let to = end.node;
    let before =
        |wanted: &dyn Fn(&Event) -> bool| case.latest(|event| event.id < end.id && wanted(event));
    match reason {
        DropReason::Cut => before(&|event| {
            event.node == from && matches!(event.kind, EventKind::LinkCut { to: cut } if cut == to)
        }),
        DropReason::Down => before(&|event| {
            let stops = matches!(event.kind, EventKind::NodeKilled | EventKind::NodeHalted { .. });
            event.node == to && stops
        }),
        DropReason::Loss | DropReason::ByHand | DropReason::Overflow => None,
    }
}
