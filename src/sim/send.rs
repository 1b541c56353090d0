//! Sending messages: at once, or when the writes that they depend on are durable.

use std::hint::cold_path;
use std::sync::Arc;

use crate::raft::{Message, MessageKind, Ticket};
use crate::seq::InPlace;

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
        self.send_text(message, None, cause, heartbeat);
    }

    /// The same of a message whose body an engine wrote. Not inlined: two places send, and their
    /// code is to fit the processor's cache together.
    #[inline(never)]
    fn send_text(
        &mut self,
        message: &Message,
        text: Option<&Arc<str>>,
        cause: EventId,
        heartbeat: bool,
    ) {
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
            cold_path();
            let kind = EventKind::MessageDropped { message: id, from, term, said, reason };
            environment.record(self.events, Some(sent_by), to, kind);
            return;
        }
        let is_fifo = self.host.engine.as_ref().is_some_and(|it| it.engine.hello.is_fifo);
        if !is_fifo
            && environment
                .dice
                .chance(fault.duplicate_ppm.unwrap_or(environment.settings.general().duplicate_ppm))
        {
            cold_path();
            let copy = environment.network.next_id();
            let kind = EventKind::MessageDuplicated { message: id, copy };
            let copied_by = environment.record(self.events, Some(sent_by), from, kind);
            environment.post(
                (copy, copied_by),
                (message, text),
                (heartbeat, way.held),
                (fault.delay_us, is_fifo),
            );
        }
        environment.post(
            (id, sent_by),
            (message, text),
            (heartbeat, way.held),
            (fault.delay_us, is_fifo),
        );
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
            Some(after) => self.keep_back(after, (message, None), cause, heartbeat),
        }
    }

    /// Sends a message of an engine, which raftsh passes on as it was written.
    pub(super) fn send_of_engine(
        &mut self,
        message: &Message,
        body: &str,
        after: Option<Ticket>,
        cause: EventId,
        beats: bool,
    ) {
        let asks = message.body.kind() == MessageKind::AppendEntries;
        let heartbeat = beats || asks && message.is_heartbeat() || self.answers_heartbeat(message);
        if asks {
            let now_us = self.environment.now_us;
            self.record_mut(|record| record.asks(message.to, now_us));
        }
        let text: Arc<str> = body.into();
        match after.filter(|&after| after > self.host.finished) {
            None => self.send_text(message, Some(&text), cause, heartbeat),
            Some(after) => self.keep_back(after, (message, Some(text)), cause, heartbeat),
        }
    }

    /// Whether a message of an engine answers a heartbeat: its latest delivery was one.
    fn answers_heartbeat(&self, message: &Message) -> bool {
        message.body.kind() == MessageKind::AppendEntriesReply && self.environment.heard_heartbeat
    }

    fn keep_back(
        &mut self,
        after: Ticket,
        (message, text): (&Message, Option<Arc<str>>),
        cause: EventId,
        heartbeat: bool,
    ) {
        let host = &mut *self.host;
        host.outbox.place(Waiting { message: message.clone(), text, cause, heartbeat, after });
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
        while let Some(Waiting { message, text, cause, heartbeat, .. }) =
            self.host.outbox.pop_front_if(|waiting| waiting.after <= finished)
        {
            self.send_text(&message, text.as_ref(), cause, heartbeat);
        }
    }
}

impl Environment {
    /// Puts a message in flight.
    fn post(
        &mut self,
        (id, sent_by): (MessageId, EventId),
        (message, text): (&Message, Option<&Arc<str>>),
        (heartbeat, held): (bool, bool),
        (delay_us, is_fifo): (u64, bool),
    ) {
        let latency_us = self.dice.within(self.settings.general().latency);
        let mut due_us = self.now_us.saturating_add(latency_us).saturating_add(delay_us);
        if is_fifo {
            cold_path();
            let latest_us = self.latest_us.entry((message.from, message.to)).or_default();
            due_us = due_us.max(*latest_us);
            *latest_us = due_us;
        }
        let due = self.queue.due_at(due_us);
        self.put(|| {
            let (message, text) = (message.clone(), text.cloned());
            InFlight { id, message, text, sent_by, heartbeat, held, due }
        });
    }
}
