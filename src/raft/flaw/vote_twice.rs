//! Breaks figure 2, RequestVote, rule 2: "votedFor is null or candidateId".

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "vote-twice",
    does: "a voter grants its vote even if it has voted for another candidate in the term",
    source: "willemt/raft fe60545, bdabd1d",
    bends: &[FlawEffect::Rules(|rules| rules.vote_is_free = |_, _| true)],
};
