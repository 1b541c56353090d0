//! Breaks figure 2, AppendEntries, rule 3: only "if an existing entry conflicts".

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "truncate-always",
    does: "every AppendEntries deletes all entries after its previous entry",
    source: "zhebrak/raftos#26; Students' Guide to Raft; hashicorp/raft 0f31a01",
    bends: &[FlawEffect::Rules(|rules| {
        rules.conflict =
            |log, prev_index, _| (prev_index < log.last_index()).then(|| prev_index.next());
    })],
};
