//! Terms, votes and leaders, and what a leader or follower may do to its log and its commit index.

use raftsh::raft::{AppendRefusal, Entry, MessageSummary, NodeId, Position, RoleName, VoteRefusal};
use raftsh::sim::World;

use super::{Oracle, Verdict, hold};

impl Oracle {
    pub(super) fn role_changed(
        &mut self,
        world: &World,
        node: NodeId,
        role: RoleName,
        term: u32,
    ) -> Verdict {
        let mirror = &mut self.mirrors[node.position()];
        hold(term >= mirror.term, "term never falls", || {
            format!("{node} went from term {} to {term}", mirror.term)
        })?;
        let before = (mirror.role, mirror.term);
        let possible = match role {
            RoleName::Leader => before == (RoleName::Candidate, term),
            // Asking for pre-votes changes no term.
            RoleName::PreCandidate => before.0 != RoleName::Leader && term == before.1,
            RoleName::Candidate => before.0 != RoleName::Leader && term == before.1 + 1,
            // A leader steps down in its own term when its disk is full, or when no majority has
            // answered it.
            RoleName::Follower => {
                before.0 != RoleName::Leader
                    || term > before.1
                    || world.host(node).disk.trouble().full.is_some()
                    || world.settings_of(node).raft.check_quorum
            }
        };
        hold(possible, "roles change as in figure 4", || {
            format!("{node} went from {before:?} to {role} in {term}")
        })?;
        if term > mirror.term {
            mirror.votes.clear();
            mirror.matched.clear();
            mirror.denied.clear();
            mirror.vote = None;
        }
        (mirror.role, mirror.term) = (role, term);
        if role == RoleName::Leader { self.elected(world, node, term) } else { Ok(()) }
    }

    fn elected(&mut self, world: &World, node: NodeId, term: u32) -> Verdict {
        let first = *self.leader_of.entry(term).or_insert(node);
        hold(first == node, "election safety", || {
            format!("{first} and {node} both led term {term}")
        })?;
        let state = world.host(node).disk.durable().0;
        hold(covers(*state, term, node), "own vote is durable before it counts", || {
            format!("{node} leads term {term}, its disk says {state:?}")
        })?;
        let mirror = self.mirror(node);
        hold(
            mirror.votes.len() + 1 >= self.majority(),
            "a leader has a majority of votes",
            || format!("{node} leads term {term} by the votes of itself and {:?}", mirror.votes),
        )?;
        if let Some((index, entry)) = self.ledger.committed_before(term) {
            hold(mirror.log.get(index - 1) == Some(&entry), "leader completeness", || {
                format!("{node} leads term {term} without {index}@{}, committed before", entry.term)
            })?;
        }
        Ok(())
    }

    pub(super) fn vote_granted(&mut self, node: NodeId, term: u32, candidate: NodeId) -> Verdict {
        let first = *self.votes.entry((term, node)).or_insert(candidate);
        hold(first == candidate, "vote once per term", || {
            format!("{node} voted for {first} and {candidate} in term {term}")
        })?;
        let mirror = &mut self.mirrors[node.position()];
        hold(term == mirror.term, "votes are of the present term", || {
            format!("{node}@{} voted in term {term}", mirror.term)
        })?;
        mirror.vote = Some(candidate);
        if candidate == node {
            return Ok(());
        }
        let mirror = self.mirror(node);
        let asked =
            self.messages.delivered().filter(|sent| sent.from == candidate && sent.term == term);
        let Some(MessageSummary::RequestVote { last_log, .. }) = asked.map(|sent| sent.said) else {
            return hold(false, "votes answer a question", || {
                format!("{node} voted for {candidate} unasked")
            });
        };
        hold(
            (last_log.term.0, last_log.index.0 as usize) >= mirror.last(),
            "votes go to up-to-date logs",
            || {
                format!(
                    "{node}@{term} with {:?} voted for {candidate} with {last_log}",
                    mirror.last()
                )
            },
        )
    }

    /// A refusal of a vote gives its true reason. A wrong refusal violates no safety property, but
    /// it can leave a cluster without a leader.
    pub(super) fn vote_refused(
        &self,
        world: &World,
        node: NodeId,
        term: u32,
        candidate: NodeId,
        why: VoteRefusal,
    ) -> Verdict {
        let mirror = self.mirror(node);
        let asked = self.messages.delivered().map(|sent| sent.said);
        let true_reason = match (why, asked) {
            (VoteRefusal::StaleTerm, _) => term < mirror.term,
            (VoteRefusal::VotedFor(other), _) => other != candidate && mirror.vote == Some(other),
            (VoteRefusal::LogBehind(_), Some(MessageSummary::RequestVote { last_log, .. })) => {
                (last_log.term.0, last_log.index.0 as usize) < mirror.last()
            }
            (VoteRefusal::LogBehind(_), Some(MessageSummary::PreVote { last_log })) => {
                (last_log.term.0, last_log.index.0 as usize) < mirror.last()
            }
            (VoteRefusal::NoRoom, _) => world.host(node).disk.trouble().full == Some(0),
            (VoteRefusal::Leads, _) => mirror.leads(),
            // The checker knows the clocks.
            (VoteRefusal::LeaderHeard, _) => !mirror.leads(),
            (VoteRefusal::Restarted, _) => mirror.started.is_some(),
            (VoteRefusal::LogBehind(_), _) => false,
        };
        hold(true_reason, "votes are refused for a reason", || {
            format!(
                "{node}@{} refused {candidate}: {why:?}; its log ends at {:?}, asked {asked:?}",
                mirror.term,
                mirror.last()
            )
        })
    }

    /// A refusal of entries gives its true reason.
    pub(super) fn append_refused(
        &self,
        node: NodeId,
        prev_log: Position,
        why: AppendRefusal,
    ) -> Verdict {
        let mirror = self.mirror(node);
        let own = mirror.term_at(prev_log.index.0 as usize);
        let true_reason = match why {
            AppendRefusal::StaleTerm => {
                self.messages.delivered().is_some_and(|sent| sent.term < mirror.term)
            }
            AppendRefusal::TooShort(_) => own.is_none(),
            AppendRefusal::OtherTerm(term) => own == Some(term.0) && term != prev_log.term,
        };
        hold(true_reason, "entries are refused for a reason", || {
            format!(
                "{node}@{} refused {prev_log}: {why:?}; its own term there is {own:?}",
                mirror.term
            )
        })
    }

    pub(super) fn entry_appended(&mut self, node: NodeId, index: usize, entry: Entry) -> Verdict {
        let mirror = self.mirror(node);
        let term = entry.term.0;
        hold(index == mirror.log.len() + 1, "logs have no gaps", || {
            format!("{node} appended {index}@{term} to {} entries", mirror.log.len())
        })?;
        let (last_term, _) = mirror.last();
        hold(last_term <= term && term <= mirror.term, "terms in a log never fall", || {
            format!("{node}@{} appended {index}@{term} after one of term {last_term}", mirror.term)
        })?;
        if mirror.leads() {
            hold(term == mirror.term, "leaders append in their own term", || {
                format!("{node}@{} appended {index}@{term}", mirror.term)
            })?;
        } else {
            self.told_by_leader(node, "append")?;
        }
        self.ledger.link(node, index, entry, last_term, self.mirror(node).leads())?;
        let mirror = &mut self.mirrors[node.position()];
        mirror.log.push(entry);
        match mirror.removed.take() {
            Some((at, removed)) => {
                hold(at == index && removed.term.0 != term, "only conflicts are truncated", || {
                    format!("{node} dropped {at}@{} and appended {index}@{term}", removed.term)
                })
            }
            None => Ok(()),
        }
    }

    /// What a leader believes of a follower is true, unless the follower has gone on to a later
    /// term.
    pub(super) fn progress(&mut self, world: &World, id: NodeId) -> Verdict {
        let Some(record) = world.host(id).record() else { return Ok(()) };
        let progress = &record.progress;
        let mirror = &mut self.mirrors[id.position()];
        let rows = if progress.nodes().is_empty() { 0 } else { world.cluster_size() };
        mirror.matched.resize(rows, 0);
        mirror.denied.resize(rows, usize::MAX);
        for (peer, row) in progress.iter() {
            let (matched, next) = (row.match_index.0 as usize, row.next_index.0 as usize);
            let answer = self
                .messages
                .delivered()
                .filter(|sent| (sent.from, sent.term) == (peer, mirror.term));
            let denied = &mut mirror.denied[peer.position()];
            if let Some(MessageSummary::AppendEntriesRefused { prev_log_index, .. }) =
                answer.map(|sent| sent.said)
            {
                *denied = (*denied).min(prev_log_index.0 as usize);
            }
            let is_due = matched < next || *denied <= matched;
            hold(
                is_due && next <= mirror.log.len() + 1,
                "match < next, or it was denied; next <= last + 1",
                || format!("{id}@{} of {peer}: match {matched}, next {next}", mirror.term),
            )?;
            let before = std::mem::replace(&mut mirror.matched[peer.position()], matched);
            hold(before <= matched, "match never falls", || {
                format!("{id}@{} of {peer}: match went from {before} to {matched}", mirror.term)
            })?;
            let learnt = matches!(answer.map(|sent| sent.said),
                Some(MessageSummary::AppendEntriesAccepted { match_index, .. }) if match_index.0 as usize == matched);
            hold(
                before == matched || learnt,
                "match rises by answers of the present term",
                || {
                    let heard = self.messages.delivered();
                    format!(
                        "{id}@{} of {peer}: match went from {before} to {matched} on {heard:?}",
                        mirror.term
                    )
                },
            )?;
            let (state, entries) = world.host(peer).disk.durable();
            let holds = matched == 0 || entries.get(matched - 1) == mirror.log.get(matched - 1);
            hold(
                holds || state.current_term.0 > mirror.term,
                "match index is on the follower's disk",
                || {
                    format!(
                        "{id}@{} believes {peer} to hold {matched}; its disk does not",
                        mirror.term
                    )
                },
            )?;
        }
        Ok(())
    }

    pub(super) fn log_truncated(&mut self, node: NodeId, from: usize) -> Verdict {
        let mirror = self.mirror(node);
        hold(!mirror.leads(), "leader append-only", || {
            format!("{node} leads term {} and truncated from {from}", mirror.term)
        })?;
        hold(from > mirror.commit, "committed entries stay", || {
            format!("{node} truncated from {from}, committed were {}", mirror.commit)
        })?;
        hold((1..=mirror.log.len()).contains(&from), "only what is there is truncated", || {
            format!("{node} truncated from {from}, it has {} entries", mirror.log.len())
        })?;
        self.told_by_leader(node, "truncate")?;
        let mirror = &mut self.mirrors[node.position()];
        mirror.removed = Some((from, mirror.log[from - 1]));
        mirror.log.truncate(from - 1);
        mirror.shrinks = true;
        Ok(())
    }

    /// A follower's log changes only by AppendEntries of the present term's leader.
    fn told_by_leader(&self, node: NodeId, what: &str) -> Verdict {
        let mirror = self.mirror(node);
        let told = self.messages.delivered().is_some_and(|sent| {
            matches!(sent.said, MessageSummary::AppendEntries { .. })
                && sent.term == mirror.term
                && self.leader_of.get(&sent.term) == Some(&sent.from)
        });
        hold(told, "followers listen to the present leader only", || {
            format!("{node}@{} did {what} on {:?}", mirror.term, self.messages.delivered())
        })
    }

    pub(super) fn commit_advanced(
        &mut self,
        world: &World,
        node: NodeId,
        commit: usize,
    ) -> Verdict {
        let mirror = self.mirror(node);
        let (before, term, leads) = (mirror.commit, mirror.term, mirror.leads());
        hold(commit > before, "commit never falls", || {
            format!("{node} went from commit {before} to {commit}")
        })?;
        let Some(&entry) = mirror.log.get(commit - 1) else {
            return hold(false, "committed entries are in the log", || {
                format!("{node} committed {commit}, it has {} entries", mirror.log.len())
            });
        };
        if leads {
            hold(
                entry.term.0 == term,
                "leaders commit entries of their own term by counting",
                || format!("{node}@{term} committed {commit}@{}", entry.term),
            )?;
            self.held_by_majority(world, commit, entry)?;
            for (other, later) in world.nodes().iter().zip(&self.mirrors) {
                let misses =
                    later.leads() && later.term > term && later.log.get(commit - 1) != Some(&entry);
                hold(!misses, "leader completeness", || {
                    format!(
                        "{node}@{term} committed {commit}, {other}@{} leads without it",
                        later.term
                    )
                })?;
            }
        } else {
            self.verified(world, node, commit)?;
        }
        for index in before + 1..=commit {
            let entry = self.mirror(node).log[index - 1];
            self.ledger.commit(world, node, index, entry, leads.then_some(term))?;
        }
        self.mirrors[node.position()].commit = commit;
        Ok(())
    }

    /// A follower commits exactly what the delivered message verified.
    fn verified(&self, world: &World, node: NodeId, commit: usize) -> Verdict {
        let term = self.mirror(node).term;
        let sent = self.messages.delivered().filter(|sent| sent.term == term);
        let Some(MessageSummary::AppendEntries { prev_log, entries: count, leader_commit, .. }) =
            sent.map(|sent| sent.said)
        else {
            return hold(false, "followers commit by AppendEntries", || {
                format!("{node}@{term} committed {commit} on {:?}", self.messages.delivered())
            });
        };
        let limit = (prev_log.index.0 + count).min(leader_commit.0) as usize;
        // Without room for all entries the message verified fewer.
        let full = world.host(node).disk.trouble().full.is_some();
        hold(
            commit == limit || full && commit < limit,
            "followers commit what the message verified",
            || {
                format!(
                    "{node}@{term} committed {commit}; prev {prev_log}, {count} entries, leader's commit {leader_commit}"
                )
            },
        )
    }

    pub(super) fn entry_applied(&mut self, node: NodeId, index: usize, entry: Entry) -> Verdict {
        let mirror = &mut self.mirrors[node.position()];
        hold(index == mirror.applied + 1, "entries are applied in order, once", || {
            format!("{node} applied {index} after {}", mirror.applied)
        })?;
        hold(index <= mirror.commit, "applied is committed", || {
            format!("{node} applied {index}, committed are {}", mirror.commit)
        })?;
        mirror.applied = index;
        self.ledger.agrees("state machine safety", node, index, entry)
    }
}

/// Whether a disk with this state can never give the vote of that term to another candidate.
pub(super) fn covers(state: raftsh::raft::HardState, term: u32, candidate: NodeId) -> bool {
    state.current_term.0 > term
        || state.current_term.0 == term && state.voted_for == Some(candidate)
}
