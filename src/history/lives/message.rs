//! The life of a message: sent, duplicated, held and released, delivered or dropped, and what the
//! delivery caused directly.

use crate::raft::NodeId;
use crate::sim::{Event, EventId, EventKind, MessageId, Stage};

/// A message under way.
struct Flight {
    from: NodeId,
    to: NodeId,
    /// The delivery or the drop.
    ended_by: Option<EventId>,
    /// The event that held its link last, if the link is held still.
    held_by: Option<EventId>,
}

/// The numbers of the events that belong to a message's life, in order. If its link was held when
/// it was sent, the first one is the event that held the link.
pub fn of_message<'a>(
    message: MessageId,
    events: impl Iterator<Item = &'a Event> + Clone,
) -> Vec<EventId> {
    let Some((from, to)) = events.clone().find_map(|event| route(event, message)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let (mut flight, mut sent) = (Flight { from, to, ended_by: None, held_by: None }, false);
    for event in events {
        let belongs = if sent {
            flight.concerns(event, message)
        } else {
            sent = begins(event, message);
            flight.is_held(event);
            found.extend(flight.held_by.filter(|_| sent));
            sent
        };
        if belongs {
            found.push(event.id);
        }
    }
    found
}

/// Whether the message begins with this event: it is sent, or it is made as a copy.
fn begins(event: &Event, message: MessageId) -> bool {
    matches!(event.kind, EventKind::MessageSent { message: sent, .. } if sent == message)
        || matches!(event.kind, EventKind::MessageDuplicated { copy, .. } if copy == message)
}

/// The sender and the receiver of the message, if this event tells them.
fn route(event: &Event, message: MessageId) -> Option<(NodeId, NodeId)> {
    let passage = event.kind.attributes().message()?;
    (passage.message == message).then(|| passage.route(event.node))
}

impl Flight {
    /// Takes note of an event that holds or releases the message's link; whether it is one.
    fn is_held(&mut self, event: &Event) -> bool {
        let held = EventKind::LinkHeld { to: self.to };
        let released = EventKind::LinkReleased { to: self.to };
        let is_link = event.node == self.from && (event.kind == held || event.kind == released);
        if is_link {
            self.held_by = (event.kind == held).then_some(event.id);
        }
        is_link
    }

    /// Whether an event after the sending belongs to the message's life.
    fn concerns(&mut self, event: &Event, message: MessageId) -> bool {
        if let Some(passage) = event.kind.attributes().message()
            && passage.message == message
        {
            if passage.stage != Stage::Sent {
                self.ended_by = Some(event.id);
            }
            return true;
        }
        if let Some(end) = self.ended_by {
            return event.cause() == Some(end);
        }
        matches!(event.kind, EventKind::MessageDuplicated { message: of, .. } if of == message)
            || self.is_held(event)
    }
}
