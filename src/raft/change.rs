//! Membership changes (§6; Ongaro's thesis, chapter 4): which group follows from a change, and when
//! a leader may begin one.
//!
//! A change of one voter is one entry, because the majorities of both groups overlap. Any other
//! change passes through a joint group (§6), which the leader leaves by a second entry once the
//! first is committed. A group counts from the moment at which its entry is in a log.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::flaw::Flaws;
use super::group::{Configuration, Group};
use super::io::Output;
use super::nodes::{NodeId, NodeSet};
use super::note::RoleChange;
use super::rules::Rules;
use super::server::Server;
use super::types::{Payload, Position, Term, Ticket};
use crate::seq::InPlace;

/// A change to the members of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A node becomes a voter.
    Add(NodeId),
    /// A node becomes a learner.
    AddLearner(NodeId),
    /// A learner becomes a voter.
    Promote(NodeId),
    /// A voter or learner is no longer a member.
    Remove(NodeId),
    /// These become the voters, by way of a joint group.
    Set {
        /// The voters.
        voters: NodeSet,
        /// All learners; none if those that there are stay.
        learners: Option<NodeSet>,
        /// Whether the joint group stays until [`Change::Leave`] ends it.
        stay: bool,
    },
    /// The joint group ends.
    Leave,
}

impl Change {
    /// The group that this change makes of another one.
    ///
    /// # Errors
    /// If it cannot be made of that group.
    pub fn of(self, group: &Group) -> Result<Group, ChangeRefusal> {
        let Group { voters, outgoing, learners, .. } = *group;
        let plain = |voters, learners| Group { voters, learners, ..Group::default() };
        if !outgoing.is_empty() {
            return match self {
                Change::Leave => Ok(plain(voters, learners)),
                _ => Err(ChangeRefusal::Joint),
            };
        }
        let one = NodeSet::one;
        let known = |node| (voters.contains(node), learners.contains(node));
        Ok(match self {
            Change::Add(node) | Change::AddLearner(node) if voters.contains(node) => {
                return Err(ChangeRefusal::IsVoter(node));
            }
            Change::Add(node) | Change::AddLearner(node) if learners.contains(node) => {
                return Err(ChangeRefusal::IsLearner(node));
            }
            Change::Add(node) => plain(voters.union(one(node)), learners),
            Change::AddLearner(node) => plain(voters, learners.union(one(node))),
            Change::Promote(node) => match known(node) {
                (true, _) => return Err(ChangeRefusal::IsVoter(node)),
                (_, false) => return Err(ChangeRefusal::NoMember(node)),
                _ => plain(voters.union(one(node)), learners.difference(one(node))),
            },
            Change::Remove(node) => match known(node) {
                (false, false) => return Err(ChangeRefusal::NoMember(node)),
                (true, _) if voters == one(node) => return Err(ChangeRefusal::LastVoter(node)),
                _ => plain(voters.difference(one(node)), learners.difference(one(node))),
            },
            Change::Set { voters: new, learners: said, stay } => {
                if let Some(node) = said.unwrap_or_default().intersection(new).iter().next() {
                    return Err(ChangeRefusal::VoterAndLearner(node));
                }
                let learners_then = said.unwrap_or(learners).difference(new);
                if new.is_empty() {
                    return Err(ChangeRefusal::NoVoters);
                } else if (new, learners_then) == (voters, learners) {
                    return Err(ChangeRefusal::Same);
                }
                Group { voters: new, outgoing: voters, learners: learners_then, stays: stay }
            }
            Change::Leave => return Err(ChangeRefusal::NotJoint),
        })
    }
}

/// The change as `member` takes it.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Add(node) => write!(f, "add {node}"),
            Change::AddLearner(node) => write!(f, "add {node} --learner"),
            Change::Promote(node) => write!(f, "promote {node}"),
            Change::Remove(node) => write!(f, "remove {node}"),
            Change::Set { voters, learners, stay } => {
                write!(f, "set {voters}")?;
                match learners {
                    Some(learners) if learners.is_empty() => f.write_str(" --learners none")?,
                    Some(learners) => write!(f, " --learners {learners}")?,
                    None => {}
                }
                f.write_str(if *stay { " --stay" } else { "" })
            }
            Change::Leave => f.write_str("leave"),
        }
    }
}

impl Change {
    /// The nodes that it names.
    pub fn nodes(self) -> NodeSet {
        match self {
            Change::Add(node)
            | Change::AddLearner(node)
            | Change::Promote(node)
            | Change::Remove(node) => NodeSet::one(node),
            Change::Set { voters, learners, .. } => voters.union(learners.unwrap_or_default()),
            Change::Leave => NodeSet::EMPTY,
        }
    }
}

/// Why a leader refuses a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeRefusal {
    /// The node is a voter already.
    IsVoter(NodeId),
    /// The node is a learner already.
    IsLearner(NodeId),
    /// The node is neither voter nor learner.
    NoMember(NodeId),
    /// Without this node nobody would vote.
    LastVoter(NodeId),
    /// The new group would have no voters.
    NoVoters,
    /// The node would be both.
    VoterAndLearner(NodeId),
    /// The group is as it is to be.
    Same,
    /// The group is joint: it has to be left first.
    Joint,
    /// The group is not joint.
    NotJoint,
    /// The latest change is not committed: this is its entry.
    Uncommitted(Position),
    /// The leader has committed no entry of this term, its own, yet.
    NothingCommitted(Term),
}

impl fmt::Display for ChangeRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChangeRefusal::IsVoter(node) => write!(f, "{node} is a voter already"),
            ChangeRefusal::IsLearner(node) => write!(f, "{node} is a learner already"),
            ChangeRefusal::NoMember(node) => write!(f, "{node} is no member of the cluster"),
            ChangeRefusal::LastVoter(node) => {
                write!(f, "{node} is the only voter, and a cluster needs one")
            }
            ChangeRefusal::NoVoters => f.write_str("a cluster needs a voter"),
            ChangeRefusal::VoterAndLearner(node) => {
                write!(f, "{node} cannot be both voter and learner")
            }
            ChangeRefusal::Same => f.write_str("the cluster has these members already"),
            ChangeRefusal::Joint => {
                f.write_str("the voters are changing: the joint configuration has to end first")
            }
            ChangeRefusal::NotJoint => f.write_str("there is no joint configuration to leave"),
            ChangeRefusal::Uncommitted(entry) => {
                write!(f, "the change of entry {entry} is not committed yet")
            }
            ChangeRefusal::NothingCommitted(term) => {
                write!(f, "the leader of term {term} has committed no entry of that term yet")
            }
        }
    }
}

/// What decides whether a leader may begin a change.
#[derive(Clone, Copy, Debug)]
pub struct ChangeStanding {
    /// The leader's configuration.
    pub group: Group,
    /// The entry that set it; none if the log holds none.
    pub latest: Option<Position>,
    /// The last entry that the leader has committed.
    pub committed: Position,
    /// The leader's term.
    pub term: Term,
}

impl ChangeStanding {
    /// Why a leader with these flaws refuses a change; `None` if it takes it.
    pub fn refusal(&self, change: Change, flaws: Flaws) -> Option<ChangeRefusal> {
        self.entered(change, &flaws.rules()).err()
    }

    /// The group that a leader enters for a change.
    fn entered(&self, change: Change, rules: &Rules) -> Result<Group, ChangeRefusal> {
        let ChangeStanding { group, latest, committed, term } = *self;
        if let Some(entry) = latest.filter(|entry| entry.index > committed.index) {
            return Err(ChangeRefusal::Uncommitted(entry));
        }
        if !(rules.may_begin_change)(committed.term, term) {
            return Err(ChangeRefusal::NothingCommitted(term));
        }
        let changed = change.of(&group)?;
        Ok((rules.group_entered)(&group, changed))
    }
}

impl Server {
    /// Handles a proposed change.
    #[cold]
    pub(super) fn propose_change(&mut self, ticket: Ticket, change: Change, out: &mut Vec<Output>) {
        match self.change(change) {
            Ok(group) if self.is_leader() && self.transfer.is_none() => {
                let payload = Payload::Configuration(Configuration::of(group));
                self.accept(ticket, payload, out);
            }
            _ => out.place(Output::Refused { ticket, leader: self.leader }),
        }
    }

    /// The group that a change makes of the present one.
    ///
    /// # Errors
    /// If the leader refuses the change.
    fn change(&self, change: Change) -> Result<Group, ChangeRefusal> {
        let standing = ChangeStanding {
            group: *self.group(),
            latest: self.membership.latest().and_then(|index| self.log.position(index)),
            committed: self.log.position(self.commit_index).unwrap_or_default(),
            term: self.current_term(),
        };
        standing.entered(change, &self.rules)
    }

    /// A leader has committed entries: it leaves a joint group that is to end by itself, and steps
    /// down if it is no voter any more. While it hands over, it appends nothing: if nobody takes
    /// over, it leaves the joint group afterwards. No change begins before an entry of its own term
    /// is committed.
    pub(super) fn follow_change(&mut self, out: &mut Vec<Output>) {
        if !self.membership.has_changed() || !self.is_leader() {
            return;
        }
        let latest = self.membership.latest().unwrap_or_default();
        let group = *self.group();
        if latest <= self.commit_index && !group.electorate().contains(self.id) {
            self.leave_office(out);
        } else if group.is_joint() {
            let may_leave = (self.rules.may_leave)(latest, self.commit_index);
            let may_append = self.has_committed_own() && self.transfer.is_none();
            if may_leave && may_append && !group.stays {
                self.leave_joint_group(out);
            }
        }
    }

    /// "Once C_old,new has been committed … a leader [can] create a log entry describing C_new" (§6).
    fn leave_joint_group(&mut self, out: &mut Vec<Output>) {
        if let Ok(group) = Change::Leave.of(self.group()) {
            self.append_as_leader(Payload::Configuration(Configuration::of(group)), out);
            self.write(out);
            self.broadcast(out);
        }
    }

    /// "The leader steps down (returns to follower state) once it has committed the C_new log entry"
    /// (§6). It tells the others first that the entry is committed.
    fn leave_office(&mut self, out: &mut Vec<Output>) {
        if (self.rules.steps_down_when_removed)() {
            self.broadcast(out);
            self.leader = None;
            self.become_follower(self.current_term(), RoleChange::Removed, out);
        }
    }

    /// Whether the node may stand for election: it is a voter by its latest configuration, or by an
    /// earlier one that may still count, because the later ones are not known to be committed. "A
    /// server that is not part of its own latest configuration should still start new elections, as
    /// it might still be needed" (Ongaro's thesis, §4.2.2).
    pub(super) fn may_stand(&self) -> bool {
        self.group().electorate().contains(self.id)
            || self
                .membership
                .may_return(self.commit_index)
                .any(|group| group.electorate().contains(self.id))
    }
}
