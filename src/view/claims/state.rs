//! Sentences about the states, roles and values of nodes.

use crate::explain::claim::StateClaim;
use crate::view::document::Text;

pub(super) fn sentence(claim: &StateClaim) -> Text {
    match claim {
        StateClaim::Leads { node, term } => Text::from(format!("{node} leads term {term}")),
    }
}
