//! Whoever changes without a word is held against nothing. So a node must be what its steps, one by one, have made it.

use std::fmt::Display;

use super::{Case, Property};

pub(super) const PROPERTY: Property = Property {
    name: "no-silent-change",
    says: "a node's term, role, vote, log and indices change by the steps of the protocol and by nothing else",
    section: "figure 2, state",
};

/// Asked once for each node to which something happened, when all of it has been taken down.
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (known, node) = (case.known()?, case.world.host(case.node()).node.as_ref()?);
    let same = node.current_term() == known.term
        && node.role_name() == known.role
        && node.voted_for() == known.voted_for
        && node.commit_index() == known.commit
        && node.last_applied() == known.applied
        && node.log().last() == known.last;
    if same {
        return None;
    }
    let vote = |vote: Option<_>| vote.map_or("nobody".to_owned(), |candidate| format!("{candidate}"));
    let id = case.node();
    changed(id, "term", known.term, node.current_term())
        .or_else(|| changed(id, "role", known.role, node.role_name()))
        .or_else(|| changed(id, "vote", vote(known.voted_for), vote(node.voted_for())))
        .or_else(|| changed(id, "commit index", known.commit, node.commit_index()))
        .or_else(|| changed(id, "last applied index", known.applied, node.last_applied()))
        .or_else(|| changed(id, "last entry", known.last, node.log().last()))
}

fn changed<T: Display + PartialEq>(node: impl Display, what: &str, was: T, is: T) -> Option<String> {
    (was != is).then(|| format!("the {what} of {node} was {was} and is {is}, and no step made it so"))
}
