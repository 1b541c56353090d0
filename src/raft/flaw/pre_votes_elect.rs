//! Breaks Ongaro's thesis, §9.6: pre-votes are no votes. They are given to any number of nodes, and
//! no disk holds them.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "pre-votes-elect",
    does: "a majority of pre-votes makes a node leader, without an election",
    source: "Ongaro's thesis, §9.6",
    bends: &[FlawEffect::Rules(|rules| {
        rules.pre_votes_won = |server, out| server.become_leader(out);
    })],
};
