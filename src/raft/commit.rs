//! Commitment (§5.3, §5.4.2): when an entry is committed, and applying it to the state machine.

use super::io::Output;
use super::nodes::{NodeId, NodeSet};
use super::note::Note;
use super::server::{Role, Server};
use super::types::Index;
use crate::seq::InPlace;

impl Server {
    /// The leader commits what a majority has on disk, if that entry is of the leader's term; all
    /// entries before it are committed with it.
    pub(super) fn advance_commit(&mut self, out: &mut Vec<Output>) {
        let held = self.group().agreed_index(|node| self.held_by(node));
        if held <= self.commit_index {
            return;
        }
        let Some(held) = self.log.position(held) else { return };
        if (self.rules.may_commit)(held.term, self.current_term()) {
            self.set_commit(held.index, out);
            self.follow_change(out);
        } else if self.just_agreed(held.index) {
            out.place(Output::Note(Note::CommitHeld { held }));
        }
    }

    /// A follower commits what its leader has committed, as far as the message has verified that
    /// both logs are equal (figure 2, AppendEntries, rule 5).
    pub(super) fn follow_commit(
        &mut self,
        leader_commit: Index,
        verified: Index,
        out: &mut Vec<Output>,
    ) {
        let last = self.log.last_index();
        let commit = (self.rules.follower_commit)(self.commit_index, leader_commit, verified, last);
        if commit != self.commit_index {
            self.set_commit(commit, out);
        }
    }

    /// The last entry that a node has on its disk, as far as this leader knows. The leader counts
    /// itself like any other node: by its disk.
    fn held_by(&self, node: NodeId) -> Index {
        let Role::Leader { progress } = &self.role else { return Index(0) };
        match progress.get(node) {
            Some(row) => row.match_index,
            None if node == self.id => {
                (self.rules.own_match_index)(self.durability.last_index, self.log.last_index())
            }
            None => Index(0),
        }
    }

    /// Whether the nodes that hold this entry would be no quorum without one of them:
    /// [`Note::CommitHeld`] is output for the acknowledgement that completes the majority, and not
    /// for every later one.
    fn just_agreed(&self, index: Index) -> bool {
        let electorate = self.group().electorate();
        let holders: NodeSet =
            electorate.iter().filter(|&node| self.held_by(node) >= index).collect();
        holders.iter().any(|node| !self.group().has_quorum(holders.difference(NodeSet::one(node))))
    }

    /// Whether the last entry that it has committed is of its current term.
    pub(super) fn has_committed_own(&self) -> bool {
        self.log.term_at(self.commit_index) == Some(self.current_term())
    }

    /// Sets the commit index, and applies the entries up to it.
    pub(super) fn set_commit(&mut self, index: Index, out: &mut Vec<Output>) {
        self.commit_index = index;
        out.place(Output::Note(Note::CommitAdvanced { commit: index }));
        self.apply(out);
        if self.reads.is_some() && self.is_leader() {
            self.resume_reads(out);
        }
    }

    /// "If commitIndex > lastApplied: increment lastApplied, apply log\[lastApplied\] to state
    /// machine" (figure 2, all servers).
    fn apply(&mut self, out: &mut Vec<Output>) {
        if self.commit_index > self.last_applied {
            out.place(Output::Apply {
                first: self.last_applied.next(),
                through: self.commit_index,
            });
            self.last_applied = self.commit_index;
        }
    }
}
