//! Breaks InstallSnapshot, rule 8: the state machine, and with it lastApplied, is that of the
//! snapshot.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "applied-before-snapshot",
    does: "a node that installs a snapshot goes back to the last entry that it had applied before",
    source: "datafuselabs/openraft eed681d5",
    bends: &[FlawEffect::Rules(|rules| rules.applied_by_snapshot = |last_applied, _| last_applied)],
};
