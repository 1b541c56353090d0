//! The states, roles and values of nodes, and how they came about.

use super::table::claims;
use crate::raft::{NodeId, Term};

claims! {
    /// Claims about the state, the role and the values of one node.
    StateClaim;

    /// The node leads this term.
    Leads { node: NodeId, term: Term } "leads" => .node(node).term(term);
}
