//! Commitment (§5.3, §5.4.2): when an entry is safe for ever, and handing it to the state machine.

use super::io::Output;
use super::note::Note;
use super::server::{Role, Server};
use super::types::{Index, MAX_NODES};

impl Server {
    /// The leader commits what a majority holds on disk, if it is of its own term; what stands
    /// before it is committed with it.
    pub(super) fn advance_commit(&mut self, out: &mut Vec<Output>) {
        let (held, holders) = self.held_by_majority();
        if held <= self.commit_index {
            return;
        }
        let Some(held) = self.log.position(held) else { return };
        if (self.rules.may_commit)(held.term, self.current_term()) {
            self.set_commit(held.index, out);
        } else if holders == self.majority() {
            // The answer that made it a majority is the one worth a word, not every one after it.
            out.push(Output::Note(Note::CommitHeld { held }));
        }
    }

    /// A follower commits what its leader has committed, as far as the message has shown both logs
    /// to be the same (figure 2, AppendEntries, rule 5).
    pub(super) fn follow_commit(&mut self, leader_commit: Index, verified: Index, out: &mut Vec<Output>) {
        let last = self.log.last_index();
        let commit = (self.rules.follower_commit)(self.commit_index, leader_commit, verified, last);
        if commit != self.commit_index {
            self.set_commit(commit, out);
        }
    }

    /// The last entry that is on the disks of a majority, and how many nodes hold it. The leader
    /// counts itself like any other: by its disk.
    fn held_by_majority(&self) -> (Index, usize) {
        let Role::Leader { progress } = &self.role else { return (Index(0), 0) };
        let mut held = [Index(0); MAX_NODES as usize];
        let held = &mut held[..self.cluster_size];
        for (slot, row) in held.iter_mut().zip(progress) {
            *slot = row.match_index;
        }
        let own = (self.rules.counts_itself)(self.durability.last_index, self.log.last_index());
        held[self.id.position()] = own;
        let nth = self.cluster_size - self.majority();
        let index = *held.select_nth_unstable(nth).1;
        (index, held.iter().filter(|&&held| held >= index).count())
    }

    /// Everything up to here is committed, and so it is applied.
    pub(super) fn set_commit(&mut self, index: Index, out: &mut Vec<Output>) {
        self.commit_index = index;
        out.push(Output::Note(Note::CommitAdvanced { commit: index }));
        self.apply(out);
    }

    /// "If commitIndex > lastApplied: increment lastApplied, apply log\[lastApplied\] to state
    /// machine" (figure 2, all servers).
    fn apply(&mut self, out: &mut Vec<Output>) {
        if self.commit_index > self.last_applied {
            out.push(Output::Apply { first: self.last_applied.next(), through: self.commit_index });
            self.last_applied = self.commit_index;
        }
    }
}
