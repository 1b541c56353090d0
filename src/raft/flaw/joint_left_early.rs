//! Breaks §6: C_new is created once C_old,new has been committed.

use super::bend::{Description, FlawEffect, Note, Output, RoleName};

pub(super) const FLAW: Description = Description {
    name: "joint-left-early",
    does: "a leader ends a joint configuration before that is committed",
    source: "camunda/camunda#60086",
    bends: &[
        FlawEffect::Rules(|rules| rules.may_leave = |_, _| true),
        // A new leader does not wait for anything to be committed either.
        FlawEffect::Outputs(|server, out| {
            let elected = |output: &Output| {
                matches!(output, Output::Note(Note::RoleChanged { role: RoleName::Leader, .. }))
            };
            if out.iter().any(elected) {
                server.follow_change(out);
            }
        }),
    ],
};
