//! What a leader sends next: neither what it knows to be there, nor what would leave a gap behind its own end.

use super::{Case, Property};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "next-index",
    says: "a leader sends next what lies beyond the match index, from its log or just behind its end",
    section: "figure 2, state, leaders",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (EventKind::MessageDelivered { from: peer, .. } | EventKind::MessageSent { to: peer, .. }) = case.event.kind
    else {
        return None;
    };
    let (row, last) = (case.progress(peer)?, case.log()?.last_index());
    let (matched, next) = (row.match_index, row.next_index);
    (matched >= next || next > last.next()).then(|| {
        format!("{}, whose log ends at {last}, takes {peer} to hold entries up to {matched}, and sends {next} next", case.node())
    })
}
