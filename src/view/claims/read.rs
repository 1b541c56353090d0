//! Sentences about reads that are no entries of the log.

use crate::explain::claim::ReadClaim;
use crate::quantity;

pub(super) fn sentence(claim: &ReadClaim) -> String {
    match claim {
        ReadClaim::ReadNeedsOwnEntry { leader, term } => format!(
            "{leader} has committed no entry of its term {term}, and until then it does not know \
             which entries are committed"
        ),
        ReadClaim::ReadNeedsMajority { leader, reached, is_lost } => {
            let heard = match is_lost {
                true => "it has had no answer from a majority for an election timeout",
                false => "it waits for their answers",
            };
            format!(
                "a majority has to answer {leader} before it may answer the read: {heard}, and \
                 hears from {reached}"
            )
        }
        ReadClaim::ReadNeedsLeader { node, leader } => format!(
            "{node} has asked {leader} up to which entry it has to apply, and has no answer; it \
             asks again at each AppendEntries"
        ),
        ReadClaim::ReadNeedsApply { node, index, applied } => {
            format!("{node} has to apply entry {index} first, and has applied up to {applied}")
        }
        ReadClaim::Lease { leader, ends_us } => format!(
            "{leader} holds a lease until {}: until then no other node can be elected",
            quantity::time(*ends_us)
        ),
        ReadClaim::NoLease { leader, hands_over: true } => {
            format!("{leader} holds no lease: it hands over, or has told another node to take over")
        }
        ReadClaim::NoLease { leader, hands_over: false } => {
            format!("{leader} holds no lease: no majority has answered it recently enough")
        }
    }
}
