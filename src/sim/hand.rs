//! Messages by hand: delivering, dropping and duplicating them makes any interleaving that a
//! network could produce.

use std::collections::BTreeSet;

use crate::raft::Message;

use super::answer::{Applied, Refused};
use super::event::{DropReason, EventId, EventKind, MessageId};
use super::network::InFlight;
use super::world::{Events, World};

impl World {
    /// Delivers messages now, in the order named, without moving time. It stops after a violation,
    /// if the setting `on-violation` is `stop`.
    pub(super) fn deliver(
        &mut self,
        messages: &[MessageId],
        events: Events,
    ) -> Result<Applied, Refused> {
        let slots = self.slots_of_each(messages)?;
        for &slot in &slots {
            let Some(in_flight) = self.environment.network.get(slot) else { continue };
            self.may_deliver(in_flight)?;
        }
        let violations = self.violations().len();
        let mut applied = Applied::default();
        for slot in slots {
            applied.stopped = self.ends(violations);
            if applied.stopped {
                break;
            }
            self.environment.unplan_arrival(slot);
            self.arrive(slot, events);
            self.look(events);
            applied.messages += 1;
        }
        Ok(Applied { changed: applied.messages > 0, ..applied })
    }

    /// Whether a message can be delivered now.
    pub(super) fn may_deliver(&self, in_flight: &InFlight) -> Result<(), Refused> {
        let (message, from, to) = (in_flight.id, in_flight.message.from, in_flight.message.to);
        if self.environment.network.is_cut(from, to) {
            return Err(Refused::LinkIsCut { message, from, to });
        }
        let host = self.host(to);
        if host.is_up() { Ok(()) } else { Err(Refused::NotUp(to, host.state)) }
    }

    /// Drops messages.
    pub(super) fn drop_messages(
        &mut self,
        messages: &[MessageId],
        events: Events,
    ) -> Result<Applied, Refused> {
        let slots = self.slots_of_each(messages)?;
        let count = slots.len() as u64;
        for slot in slots {
            self.environment.unplan_arrival(slot);
            if let Some(InFlight { id, message, sent_by, .. }) = self.environment.network.take(slot)
            {
                let (from, term, said) = (message.from, message.term, message.body.summary());
                let reason = DropReason::ByHand;
                let kind = EventKind::MessageDropped { message: id, from, term, said, reason };
                self.record(events, Some(sent_by), message.to, kind);
            }
        }
        Ok(Applied { messages: count, changed: count > 0, ..Applied::default() })
    }

    /// Duplicates messages. A copy gets a new number. It is due when its original is due, and held
    /// if that is held. A full network drops it.
    pub(super) fn duplicate_messages(
        &mut self,
        messages: &[MessageId],
        events: Events,
    ) -> Result<Applied, Refused> {
        let slots = self.slots_of(messages)?;
        let mut copies = 0;
        for slot in slots {
            let Some(original) = self.environment.network.get(slot).cloned() else { continue };
            let (message, from) = (original.id, original.message.from);
            let copy = self.environment.network.next_id();
            let sent_by = self.record(
                events,
                Some(original.sent_by),
                from,
                EventKind::MessageDuplicated { message, copy },
            );
            self.add_copy(original, (copy, sent_by), events);
            copies += 1;
        }
        Ok(Applied { messages: copies, changed: copies > 0, ..Applied::default() })
    }

    /// Puts a copy in flight, unless the network is full.
    fn add_copy(
        &mut self,
        original: InFlight,
        (id, sent_by): (MessageId, EventId),
        events: Events,
    ) {
        if self.environment.network.is_full() {
            let Message { from, to, term, ref body } = original.message;
            let (said, reason) = (body.summary(), DropReason::Overflow);
            let kind = EventKind::MessageDropped { message: id, from, term, said, reason };
            self.record(events, Some(sent_by), to, kind);
            return;
        }
        let due = self.environment.queue.due_at(original.due_us());
        self.environment.put(|| InFlight { id, sent_by, due, ..original });
    }

    /// The slots of messages that will be removed. Each may be named only once: another message may
    /// take its slot as soon as it is gone.
    fn slots_of_each(&self, messages: &[MessageId]) -> Result<Vec<u32>, Refused> {
        let mut seen = BTreeSet::new();
        match messages.iter().find(|&id| !seen.insert(id)) {
            Some(&twice) => Err(Refused::NamedTwice(twice)),
            None => self.slots_of(messages),
        }
    }

    /// The slots of messages, in the order named.
    fn slots_of(&self, messages: &[MessageId]) -> Result<Vec<u32>, Refused> {
        let network = &self.environment.network;
        if let [only] = messages {
            // No order is needed to find one.
            let mut slots = network.by_slot();
            let slot = slots.find_map(|(slot, message)| (message.id == *only).then_some(slot));
            return slot.map(|slot| vec![slot]).ok_or(Refused::NoMessage(*only));
        }
        let by_age = network.by_age();
        let mut slots = Vec::with_capacity(messages.len());
        for id in messages {
            slots.push(*by_age.get(id).ok_or(Refused::NoMessage(*id))?);
        }
        Ok(slots)
    }
}

#[cfg(test)]
mod tests {
    use crate::raft::{NodeId, NodeSet};
    use crate::sim::event::{DropReason, EventKind};
    use crate::sim::network::MAX_IN_FLIGHT;
    use crate::sim::{Action, EventRecorder, Range, Setting, World};

    /// Copies that a full network has no room for are dropped, as messages are.
    #[test]
    fn a_full_network_drops_copies() {
        let mut world = World::new(3, 1);
        let mut recorder = EventRecorder::new(());
        let hour = Range::exactly(3_600_000_000);
        for action in [
            Action::Set(Setting::Latency(hour)),
            Action::Timeout(NodeSet::one(NodeId::at(0))),
            Action::Settle(None, Some(1)),
        ] {
            world.apply(action, &mut recorder).unwrap();
        }
        while world.network().len() < MAX_IN_FLIGHT {
            let all = world.network().in_flight().map(|message| message.id).collect();
            recorder.begin_anew();
            world.apply(Action::Dup(all), &mut recorder).unwrap();
        }
        let dropped = recorder.events().iter().filter(|event| {
            matches!(event.kind, EventKind::MessageDropped { reason: DropReason::Overflow, .. })
        });
        assert_eq!(
            (world.network().len(), dropped.count()),
            (MAX_IN_FLIGHT, (1 << 20) - MAX_IN_FLIGHT)
        );
    }
}
