//! The chain of causes that led to an event.

use crate::history::EventLog;
use crate::history::tree::Tree;
use crate::sim::{Event, EventId, Watch};

/// The chain of causes that led to an event.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The chain, the first cause first; the event itself is the last.
    pub events: Vec<Event>,
    /// Whether the first one has no cause: the user caused it, or the start of the cluster.
    pub is_whole: bool,
}

/// The chain of causes that led to an event, which must have happened by the present moment. Events
/// that are no longer kept are made again, from the nearest checkpoint before each; `go_on` is
/// asked before that is done, and the chain is not whole if it says no.
///
/// # Errors
/// What `go_on` fails with.
pub fn chain<W: Watch + Clone + 'static, E>(
    event: EventId,
    kept: &EventLog,
    tree: &Tree<W>,
    mut go_on: impl FnMut() -> Result<bool, E>,
) -> Result<Chain, E> {
    let (mut events, mut next) = (Vec::new(), Some(event));
    let mut again = EventLog::default();
    while let Some(id) = next {
        let known = kept.get(id).or_else(|| again.get(id));
        let Some(found) = known else {
            if !go_on()? {
                break;
            }
            again = tree.events_through(id);
            if again.get(id).is_none() {
                break;
            }
            continue;
        };
        events.push(*found);
        next = found.cause();
    }
    events.reverse();
    Ok(Chain { events, is_whole: next.is_none() })
}
