//! With pre-vote, an election is started only by a node that a majority would vote for. A node
//! that starts one without that disturbs the others for nothing.

use super::case::{Case, Property};
use crate::raft::{Note, RoleChange, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "pre-voted-by-majority",
    says: "with pre-vote, a node becomes candidate only if a majority would vote for it in that \
        term",
    section: "Ongaro's thesis, §9.6",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::RoleChanged { role: RoleName::Candidate, term, why, .. }) =
        case.event.kind
    else {
        return None;
    };
    let node = case.node();
    match why {
        RoleChange::PreVotesWon => {
            let voters = case.ledger.pre_voters(term, node);
            let electorate = case.known().electorate();
            (!electorate.decides(voters)).then(|| {
                let size = electorate.voters().len();
                detail!(
                    "{node} became candidate in term {term}, but only {voters} of {size} nodes \
                        would vote for it"
                )
            })
        }
        RoleChange::ElectionTimeout => {
            let asks = case.account.is_some_and(|account| account.settings.raft.pre_vote);
            asks.then(|| detail!("{node} became candidate in term {term} without pre-votes"))
        }
        _ => None,
    }
}
