//! Breaks §5.1: a leader that discovers a later term steps down at once, and sends nothing as a
//! leader in that term.

use super::bend::{
    Description, DiskSpace, Entries, FlawEffect, Note, Output, Server, Timer, tell_commit,
};

pub(super) const FLAW: Description = Description {
    name: "term-read-late",
    does: "a leader that has just stepped down sends one more round of AppendEntries, in the new \
        term",
    source: "hashicorp/raft#84 (538e56c); eliben/raft b3696d9; Students' Guide to Raft",
    bends: &[FlawEffect::Outputs(speak)],
};

/// A server that stops its heartbeats has just stepped down: because of a later term, or because
/// of a full disk, which does not count here.
fn speak(server: &mut Server, out: &mut Vec<Output>) {
    let stops = |output: &Output| *output == Output::CancelTimer(Timer::Heartbeat);
    let Some(stepped_down) =
        out.iter().position(stops).filter(|_| server.room == DiskSpace::Plenty)
    else {
        return;
    };
    // The messages have the end of the log and the commit index from before this step.
    let changed = out.iter().filter_map(|output| {
        let Output::Note(Note::EntryAppended { index: at, .. } | Note::LogTruncated { from: at }) =
            output
        else {
            return None;
        };
        Some(*at)
    });
    let next_index = changed.min().unwrap_or(server.log.last_index().next());
    let applied = out.iter().find_map(|output| match output {
        Output::Apply { first, .. } => Some(first.previous()),
        _ => None,
    });
    let mut late = Vec::new();
    for peer in server.peers().iter() {
        server.send_entries(peer, next_index, Entries::NONE, &mut late);
    }
    tell_commit(&mut late, applied.unwrap_or(server.commit_index));
    // After the step-down's timer outputs and note.
    let behind = (stepped_down + 3).min(out.len());
    out.splice(behind..behind, late);
}
