//! Breaks figure 2, state: "updated on stable storage before responding", for a candidate's own
//! term and vote.

use super::bend::{Description, FlawEffect, Note, Output, RoleName, Server};

pub(super) const FLAW: Description = Description {
    name: "election-not-persisted",
    does: "a candidate asks for votes before its new term and its vote for itself are on its disk",
    source: "eliben/raft f596df0 (startElection did not persist)",
    bends: &[FlawEffect::Outputs(hurry)],
};

/// Starts an election with the candidate's term and vote in memory only, and counts that vote at
/// once.
fn hurry(server: &mut Server, out: &mut Vec<Output>) {
    let campaigns = |output: &Output| {
        matches!(output, Output::Note(Note::RoleChanged { role: RoleName::Candidate, .. }))
    };
    if !out.iter().any(campaigns) {
        return;
    }
    out.retain(|output| !matches!(output, Output::Write { .. }));
    server.durability.withdraw();
    for output in out.iter_mut() {
        if let Output::Send { after, .. } = output {
            *after = None;
        }
    }
    server.count_vote(server.id, out);
}
