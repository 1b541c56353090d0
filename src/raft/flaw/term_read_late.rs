//! Breaks §5.1: who steps down speaks no more as a leader, least of all in the new term.

use super::bend::{
    Description, DiskSpace, Entries, FlawEffect, Note, Output, Server, Timer, tell_commit,
};

pub(super) const FLAW: Description = Description {
    name: "term-read-late",
    does: "a leader that has just stepped down sends one more round of AppendEntries, in the new term",
    source: "hashicorp/raft#84 (538e56c); eliben/raft b3696d9; Students' Guide to Raft",
    bends: &[FlawEffect::Outputs(speak)],
};

/// Who stops its heartbeats for a later term led until now; a full disk makes no later term.
fn speak(server: &mut Server, out: &mut Vec<Output>) {
    let stops = |output: &Output| *output == Output::CancelTimer(Timer::Heartbeat);
    let Some(stepped_down) =
        out.iter().position(stops).filter(|_| server.room == DiskSpace::Plenty)
    else {
        return;
    };
    // Of its log and its commit index as they were before it heard anything else.
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
    // Behind the timers and the note that say so.
    let behind = (stepped_down + 3).min(out.len());
    out.splice(behind..behind, late);
}
