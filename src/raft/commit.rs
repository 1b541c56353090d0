//! Commitment (§5.3, §5.4.2): when an entry is safe for ever, and handing it to the state machine.

use super::flaw::Flaw;
use super::io::Output;
use super::node::{Node, Role};
use super::note::Note;
use super::types::Index;

impl Node {
    /// The leader commits what a majority holds on disk, if it is of its own term; what stands before it is
    /// committed with it.
    pub(super) fn advance_commit(&mut self, out: &mut Vec<Output>) {
        let (held, holders) = self.held_by_majority();
        if held <= self.commit_index {
            return;
        }
        let Some(held) = self.log.position(held) else { return };
        if held.term == self.current_term() || self.has(Flaw::CommitEarlierTerms) {
            self.commit_up_to(held.index, out);
        } else if holders == self.majority() {
            // The answer that made it a majority is the one worth a word, not every one after it.
            out.push(Output::Note(Note::CommitHeld { held }));
        }
    }

    /// What a leader must not do with an entry that it has only just appended.
    pub(super) fn commit_too_early(&mut self, out: &mut Vec<Output>) {
        if self.has(Flaw::CommitOnAppend) {
            self.commit_up_to(self.log.last_index(), out);
        }
        if self.has(Flaw::LeaderCountsUnsynced) {
            self.advance_commit(out);
        }
    }

    /// The last entry that is on the disks of a majority, and how many nodes hold it. The leader counts itself like any
    /// other: by its disk.
    fn held_by_majority(&self) -> (Index, usize) {
        let Role::Leader { progress } = &self.role else { return (Index(0), 0) };
        let mut held = [Index(0); super::types::MAX_NODES as usize];
        let held = &mut held[..self.cluster_size];
        for (slot, row) in held.iter_mut().zip(progress) {
            *slot = row.match_index;
        }
        held[self.id.position()] = match self.has(Flaw::LeaderCountsUnsynced) {
            false => self.durability.last_index,
            true => self.log.last_index(),
        };
        let nth = self.cluster_size - self.majority();
        let index = *held.select_nth_unstable(nth).1;
        (index, held.iter().filter(|&&held| held >= index).count())
    }

    /// Raises the commit index, never lowers it, and applies in order.
    pub(super) fn commit_up_to(&mut self, index: Index, out: &mut Vec<Output>) {
        let falls = index < self.commit_index && self.has(Flaw::CommitAssigned);
        if index <= self.commit_index && !falls {
            return;
        }
        self.commit_index = index;
        out.push(Output::Note(Note::CommitAdvanced { commit: index }));
        self.apply_up_to(index, out);
    }

    /// Gives the state machine what it was not given yet.
    pub(super) fn apply_up_to(&mut self, index: Index, out: &mut Vec<Output>) {
        if index > self.last_applied {
            out.push(Output::Apply { first: self.last_applied.next(), through: index });
            self.last_applied = index;
        }
    }
}
