//! Messages on their way out: at once, or when the disk has caught up with what they promise.

use crate::raft::Message;

use super::event::{DropReason, EventId, EventKind, MessageId, Said};
use super::host::Waiting;
use super::network::{InFlight, MAX_IN_FLIGHT, Travel};
use super::queue::Plan;
use super::scene::Scene;

impl Scene<'_> {
    /// Hands a message to the network.
    pub(super) fn send(&mut self, message: Message, cause: EventId, heartbeat: bool) {
        let id = self.around.network.next_id();
        let (from, to) = (message.from, message.to);
        let (term, said) = (message.term, Said::from(&message.body));
        let sent_by = self.record(Some(cause), EventKind::MessageSent { message: id, to, term, said });
        let fault = self.around.network.fault(from, to);
        let (loss_ppm, duplicate_ppm) = (self.around.settings.loss_ppm, self.around.settings.duplicate_ppm);
        let lost = if self.around.network.is_cut(from, to) {
            Some(DropReason::Cut)
        } else if self.around.dice.chance(fault.loss_ppm.unwrap_or(loss_ppm)) {
            Some(DropReason::Loss)
        } else if self.around.network.is_full() {
            Some(DropReason::Overflow)
        } else {
            None
        };
        if let Some(reason) = lost {
            let kind = EventKind::MessageDropped { message: id, from, term, said, reason };
            self.around.record(self.events, Some(sent_by), to, kind);
            return;
        }
        if self.around.dice.chance(fault.duplicate_ppm.unwrap_or(duplicate_ppm)) {
            let copy = self.around.network.next_id();
            let copied_by = self.record(Some(sent_by), EventKind::MessageDuplicated { message: id, copy });
            self.post(copy, message.clone(), copied_by, heartbeat, fault.delay_us);
        }
        self.post(id, message, sent_by, heartbeat, fault.delay_us);
    }

    fn post(&mut self, id: MessageId, message: Message, sent_by: EventId, heartbeat: bool, delay_us: u64) {
        let around = &mut *self.around;
        let latency_us = around.dice.within(around.settings.latency);
        let due = around.queue.due_at(around.now_us.saturating_add(latency_us).saturating_add(delay_us));
        let held = around.network.is_held(message.from, message.to);
        let travel = if held { Travel::Held } else { Travel::Underway };
        let slot = around.network.put(InFlight { id, message, sent_by, heartbeat, travel, due });
        if !held {
            around.queue.plan(due, Plan::Arrive { slot });
        }
    }

    /// Keeps a message back until every write that has begun is on the disk.
    pub(super) fn send_when_written(&mut self, message: Message, cause: EventId, heartbeat: bool) {
        let host = &mut *self.host;
        if host.writes_finished == host.writes_begun {
            return self.send(message, cause, heartbeat);
        }
        host.outbox.push_back(Waiting { message, cause, heartbeat, writes: host.writes_begun });
        // All outboxes together take no more than the network does. What waits longest is forgotten first, as a full
        // buffer forgets.
        if host.outbox.len() > MAX_IN_FLIGHT / self.around.network.cluster_size() {
            host.outbox.pop_front();
        }
    }

    /// Lets go what the disk has caught up with.
    pub(super) fn release_outbox(&mut self) {
        let finished = self.host.writes_finished;
        while let Some(waiting) = self.host.outbox.pop_front_if(|waiting| waiting.writes <= finished) {
            let Waiting { message, cause, heartbeat, .. } = waiting;
            self.send(message, cause, heartbeat);
        }
    }
}
