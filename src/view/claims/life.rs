//! Sentences about the lives of single things.

use crate::explain::Case;
use crate::explain::claim::LifeClaim;
use crate::sim::EventId;
use crate::view::document::Text;
use crate::view::event;

pub(super) fn sentence(case: &Case<'_>, claim: &LifeClaim, events: &[EventId]) -> Text {
    match claim {
        LifeClaim::Happened { node } => {
            let event = events.first().and_then(|id| case.event(*id));
            let words = event.map(|event| event::sentence(case.world(), event).1);
            Text::from(format!("{node} {}", words.unwrap_or_default()))
        }
    }
}
