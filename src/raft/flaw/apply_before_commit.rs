//! Breaks figure 2, all servers: "if commitIndex > lastApplied".

use super::bend::{Description, FlawEffect, Note, Output, Server};

pub(super) const FLAW: Description = Description {
    name: "apply-before-commit",
    does: "a node applies entries when it appends them",
    source: "etcd-io/raft 437bcb8, 8ecce32",
    bends: &[FlawEffect::Outputs(apply)],
};

/// Applies the entries of this step right after they are appended, and with them all earlier ones
/// that were not applied yet.
fn apply(server: &mut Server, out: &mut Vec<Output>) {
    let appended = |output: &Output| matches!(output, Output::Note(Note::EntryAppended { .. }));
    let Some(last) = out.iter().rposition(appended) else { return };
    let firsts = out.iter().filter_map(|output| match output {
        Output::Apply { first, .. } => Some(*first),
        _ => None,
    });
    let first = firsts.min().unwrap_or(server.last_applied.next());
    if server.log.last_index() < first {
        return;
    }
    server.last_applied = server.log.last_index();
    out.insert(last + 1, Output::Apply { first, through: server.last_applied });
    let mut nth = 0;
    out.retain(|output| {
        nth += usize::from(matches!(output, Output::Apply { .. }));
        !matches!(output, Output::Apply { .. }) || nth == 1
    });
}
