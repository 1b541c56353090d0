//! Breaks Ongaro's thesis, §10.2.1: a leader counts itself only for what is on its disk.

use super::bend::{Description, FlawEffect, Server, commit_at_append};

pub(super) const FLAW: Description = Description {
    name: "leader-counts-unsynced",
    does: "a leader counts its own copy of an entry before it is on its disk",
    source: "openraft a9f696a9; Ongaro's thesis, §10.2.1",
    bends: &[
        FlawEffect::Rules(|rules| rules.own_match_index = |_, last| last),
        // A leader that is the only voter has a majority as soon as it appends.
        FlawEffect::Outputs(|server, out| commit_at_append(server, out, Server::advance_commit)),
    ],
};
