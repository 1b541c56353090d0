//! What a leader sends next: neither what it knows to be there, nor what would leave a gap behind its own end.

use super::case::{Case, Property};

pub(super) const PROPERTY: Property = Property {
    name: "next-index",
    says: "a leader sends next what lies beyond the match index, from its log or just behind its end",
    section: "figure 2, state, leaders",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let last = case.log().last_index();
    let (peer, row) =
        case.progress().find(|(_, row)| row.match_index >= row.next_index || row.next_index > last.next())?;
    let (node, matched, next) = (case.node(), row.match_index, row.next_index);
    Some(format!(
        "{node}, whose log ends at {last}, takes {peer} to hold entries up to {matched}, and sends {next} next"
    ))
}
