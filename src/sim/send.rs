//! Sending messages: at once, or when the writes that they depend on are durable.

use crate::raft::{Message, Ticket};

use super::environment::Environment;
use super::event::{DropReason, EventId, EventKind, MessageId};
use super::host::Waiting;
use super::host_context::HostContext;
use super::network::{InFlight, MAX_IN_FLIGHT};
use super::state::LinkFault;

impl HostContext<'_> {
    /// Hands a message to the network, which delivers it later or drops it.
    #[inline]
    pub(super) fn send(&mut self, message: &Message, cause: EventId, heartbeat: bool) {
        let environment = &mut *self.environment;
        let id = environment.network.next_id();
        let &Message { from, to, term, ref body } = message;
        let said = body.summary();
        let kind = EventKind::MessageSent { message: id, to, term, said };
        let sent_by = environment.record(self.events, Some(cause), from, kind);
        let way = environment.network.way(from, to);
        let fault =
            if way.differs { environment.network.fault(from, to) } else { LinkFault::default() };
        let lost = if way.cut {
            Some(DropReason::Cut)
        } else if environment
            .dice
            .chance(fault.loss_ppm.unwrap_or(environment.settings.general().loss_ppm))
        {
            Some(DropReason::Loss)
        } else if environment.network.is_full() {
            Some(DropReason::Overflow)
        } else {
            None
        };
        if let Some(reason) = lost {
            let kind = EventKind::MessageDropped { message: id, from, term, said, reason };
            environment.record(self.events, Some(sent_by), to, kind);
            return;
        }
        if environment
            .dice
            .chance(fault.duplicate_ppm.unwrap_or(environment.settings.general().duplicate_ppm))
        {
            let copy = environment.network.next_id();
            let kind = EventKind::MessageDuplicated { message: id, copy };
            let copied_by = environment.record(self.events, Some(sent_by), from, kind);
            environment.post(copy, message, copied_by, heartbeat, way.held, fault.delay_us);
        }
        environment.post(id, message, sent_by, heartbeat, way.held, fault.delay_us);
    }

    /// Sends a message once a write and all before it are on the disk; without such a write, at
    /// once.
    #[inline]
    pub(super) fn send_after(
        &mut self,
        after: Option<Ticket>,
        message: &Message,
        cause: EventId,
        heartbeat: bool,
    ) {
        match after.filter(|&after| after > self.host.finished) {
            None => self.send(message, cause, heartbeat),
            Some(after) => self.keep_back(after, message, cause, heartbeat),
        }
    }

    fn keep_back(&mut self, after: Ticket, message: &Message, cause: EventId, heartbeat: bool) {
        let host = &mut *self.host;
        host.outbox.push_back(Waiting { message: message.clone(), cause, heartbeat, after });
        // All outboxes together hold no more messages than the network. The oldest message is
        // dropped first, as a full buffer does.
        if host.outbox.len() > MAX_IN_FLIGHT / self.environment.network.cluster_size() {
            host.outbox.pop_front();
            host.discarded = true;
        }
    }

    /// Sends the messages whose writes have finished.
    pub(super) fn release_outbox(&mut self) {
        let finished = self.host.finished;
        while let Some(waiting) = self.host.outbox.pop_front_if(|waiting| waiting.after <= finished)
        {
            let Waiting { message, cause, heartbeat, .. } = waiting;
            self.send(&message, cause, heartbeat);
        }
    }
}

impl Environment {
    /// Puts a message in flight.
    fn post(
        &mut self,
        id: MessageId,
        message: &Message,
        sent_by: EventId,
        heartbeat: bool,
        held: bool,
        delay_us: u64,
    ) {
        let latency_us = self.dice.within(self.settings.general().latency);
        let due =
            self.queue.due_at(self.now_us.saturating_add(latency_us).saturating_add(delay_us));
        let message = message.clone();
        self.put(InFlight { id, message, sent_by, heartbeat, held, due });
    }
}
