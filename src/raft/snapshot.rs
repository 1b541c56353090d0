//! Snapshots (§7): what replaces the first entries of a log, how a node takes one of its own, and
//! how a leader brings a follower up to date whose next entries it has discarded.
//!
//! The caller has the state machine, so an image of it is a number here. A snapshot is written to
//! the disk like anything else, and counts there once it is durable; only then does the node
//! discard the entries that it replaces. A leader's heartbeats send InstallSnapshot to a follower
//! whose nextIndex lies before the leader's first entry.

use super::group::Configuration;
use super::image::{Image, Snapshot, SnapshotWrite};
use super::io::{DiskSpace, Output};
use super::message::Body;
use super::nodes::NodeId;
use super::note::{Note, RequiredWrite};
use super::progress::Stage;
use super::server::{Role, Server};
use super::types::Index;
use crate::seq::InPlace;

/// Taking a snapshot.
impl Server {
    /// Takes a snapshot of the state machine as it is, and keeps this many entries before its end
    /// in the log. Does nothing if nothing was applied since the latest one.
    #[cold]
    pub(super) fn take_snapshot(&mut self, image: Image, keep: u32, out: &mut Vec<Output>) {
        let index = self.last_applied;
        let Some(last) = self.log.position(index).filter(|_| index > self.snapshot_index()) else {
            return;
        };
        if self.room != DiskSpace::Plenty {
            let need = RequiredWrite::Snapshot(index);
            return out.place(Output::Note(Note::WriteForgone { need }));
        }
        let configuration = Configuration::of(*self.membership.group_at(index));
        // Where the log begins once what the disk is still writing is there.
        let begins = self.begun.map_or(self.log.base(), |earlier| earlier.base);
        let base = Index(index.0.saturating_sub(keep)).max(begins.index);
        let base = self.log.position(base).unwrap_or(last);
        let snapshot = Snapshot { last, configuration, image };
        let write = SnapshotWrite { snapshot, base, installed: false };
        (self.begun, self.unwritten.snapshot) = (Some(write), Some(write));
    }

    /// The last index that a snapshot includes, durable or not; 0 without a snapshot.
    fn snapshot_index(&self) -> Index {
        let latest = self.begun.map(|begun| begun.snapshot).or(self.snapshot);
        latest.map_or(Index(0), |snapshot| snapshot.last.index)
    }

    /// A snapshot of its own is durable: the node discards the entries that it replaces.
    #[cold]
    pub(super) fn snapshot_written(&mut self, written: SnapshotWrite, out: &mut Vec<Output>) {
        let SnapshotWrite { snapshot, base, installed } = written;
        self.begun = self.begun.filter(|begun| *begun != written);
        let latest = self.snapshot.map_or(Index(0), |latest| latest.last.index);
        if installed || snapshot.last.index <= latest {
            return;
        }
        self.snapshot = Some(snapshot);
        if base.index <= self.log.base().index {
            return;
        }
        self.log.forget_through(base.index);
        self.membership.forget_through(snapshot.last.index);
        let first = self.log.first_index();
        out.place(Output::Note(Note::LogCompacted { first }));
        let Role::Leader { progress } = &mut self.role else { return };
        for peer in progress.nodes().iter() {
            if let Some(row) = progress.get_mut(peer)
                && row.next_index < first
                && row.stage != Stage::Snapshot
            {
                row.stage = Stage::Snapshot;
                out.place(Output::Progress(peer, *row));
            }
        }
    }
}

/// Sending a snapshot, and installing it.
impl Server {
    /// The snapshot to send to a follower with this nextIndex; `None` if the log has that entry.
    pub(super) fn snapshot_for(&self, next_index: Index) -> Option<Snapshot> {
        self.snapshot.filter(|_| next_index < self.log.first_index())
    }

    /// Sends the snapshot to every follower whose next entries the log does not have any more.
    pub(super) fn broadcast_snapshot(&self, out: &mut Vec<Output>) {
        let Role::Leader { progress } = &self.role else { return };
        for (peer, row) in progress.iter() {
            if let Some(snapshot) = self.snapshot_for(row.next_index)
                && (row.stage != Stage::Snapshot || (self.rules.repeats_snapshot)())
            {
                self.send_snapshot(peer, snapshot, out);
            }
        }
    }

    pub(super) fn send_snapshot(&self, to: NodeId, snapshot: Snapshot, out: &mut Vec<Output>) {
        self.send(to, Body::InstallSnapshot { snapshot }, out);
    }

    /// "Reply immediately if term < currentTerm" (InstallSnapshot, rule 1): the reply's term makes a
    /// leader of an earlier term step down.
    #[cold]
    pub(super) fn refuse_stale_snapshot(&mut self, leader: NodeId, out: &mut Vec<Output>) {
        let body = Body::InstallSnapshotReply { match_index: Index(0) };
        self.send_when_written(leader, body, out);
    }

    /// Handles an InstallSnapshot of this term's leader (figure 13).
    #[cold]
    pub(super) fn on_install_snapshot(
        &mut self,
        leader: NodeId,
        snapshot: Snapshot,
        out: &mut Vec<Output>,
    ) {
        if !self.follow_leader(leader, out) {
            return;
        }
        let index = snapshot.last.index;
        let matches = (self.rules.retains_log)(&self.log, self.commit_index, snapshot.last);
        let match_index = if matches {
            // The log has what the snapshot would bring, which is committed.
            if index > self.commit_index {
                self.set_commit(index, out);
            }
            index
        } else if self.room != DiskSpace::Plenty {
            let need = RequiredWrite::Snapshot(index);
            out.place(Output::Note(Note::WriteForgone { need }));
            Index(0)
        } else {
            self.install(snapshot, out);
            index
        };
        self.send_when_written(leader, Body::InstallSnapshotReply { match_index }, out);
    }

    /// "Discard the entire log. Reset state machine using snapshot contents (and load snapshot's
    /// cluster configuration)" (InstallSnapshot, rules 7 and 8).
    fn install(&mut self, snapshot: Snapshot, out: &mut Vec<Output>) {
        let Snapshot { last, configuration, .. } = snapshot;
        let (before, first) = (*self.membership.group(), self.log.first_index());
        self.log.restart_behind(last);
        self.membership.restart(configuration.group());
        self.durability.replaced();
        self.commit_index = last.index;
        self.last_applied = (self.rules.applied_by_snapshot)(self.last_applied, last.index);
        (self.snapshot, self.begun) = (Some(snapshot), None);
        out.place(Output::Note(Note::SnapshotInstalled {
            index: last.index,
            term: last.term,
            configuration,
        }));
        out.place(Output::Restore(snapshot));
        if before != configuration.group() {
            self.note_group(out);
        }
        if !(self.rules.snapshot_is_one_write)() {
            self.write_deletion(first, out);
        }
        let write = SnapshotWrite { snapshot, base: last, installed: true };
        self.unwritten.snapshot = Some(write);
    }
}
