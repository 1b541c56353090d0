//! Messages: nodes send only what is true, only once it is on disk, and answer every request.

use raftsh::raft::{MessageSummary, NodeId, Position, RoleName};
use raftsh::sim::{MessageId, World};

use super::roles::covers;
use super::{Oracle, Verdict, hold};

/// A message that was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) term: u32,
    pub(super) said: MessageSummary,
    in_flight: bool,
}

/// All messages, by number.
#[derive(Default)]
pub(super) struct Messages {
    sent: Vec<Option<Sent>>,
    /// The message that the present move delivered.
    delivered: Option<Sent>,
    /// Whether the present move answered it.
    answered: bool,
}

impl Messages {
    pub(super) fn begin_move(&mut self) {
        (self.delivered, self.answered) = (None, false);
    }

    pub(super) fn delivered(&self) -> Option<&Sent> {
        self.delivered.as_ref()
    }

    fn add(&mut self, id: MessageId, sent: Sent) -> Verdict {
        let slot = id as usize;
        if self.sent.len() <= slot {
            self.sent.resize(slot + 1, None);
        }
        let before = self.sent[slot].replace(sent);
        hold(before.is_none(), "messages are numbered", || {
            format!("m{id} was there already: {before:?}")
        })
    }

    pub(super) fn duplicated(&mut self, id: MessageId, copy: MessageId) -> Verdict {
        match self.sent.get(id as usize).copied().flatten() {
            Some(sent) => self.add(copy, sent),
            None => hold(false, "messages are numbered", || {
                format!("m{copy} is a copy of nothing, m{id}")
            }),
        }
    }

    /// Takes a message out of the network, which is possible once.
    pub(super) fn take(&mut self, id: MessageId, to: NodeId) -> Result<Sent, super::Violation> {
        let known =
            self.sent.get_mut(id as usize).and_then(Option::as_mut).filter(|sent| sent.in_flight);
        match known {
            Some(sent) if sent.to == to => {
                sent.in_flight = false;
                Ok(*sent)
            }
            other => Err(super::Violation {
                property: "messages arrive once, where they were sent",
                detail: format!("m{id} at {to}: {other:?}"),
            }),
        }
    }
}

impl Oracle {
    pub(super) fn message_delivered(
        &mut self,
        world: &World,
        node: NodeId,
        id: MessageId,
        from: NodeId,
    ) -> Verdict {
        let sent = self.messages.take(id, node)?;
        let mirror = &mut self.mirrors[node.position()];
        hold(
            sent.from == from && mirror.up && !world.network().is_cut(from, node),
            "messages travel whole links to nodes that are up",
            || format!("m{id} from {from} at {node}"),
        )?;
        if matches!(sent.said, MessageSummary::RequestVoteReply { granted: true })
            && sent.term == mirror.term
        {
            mirror.votes.insert(from);
        }
        self.messages.delivered = Some(sent);
        Ok(())
    }

    pub(super) fn message_sent(
        &mut self,
        world: &World,
        node: NodeId,
        id: MessageId,
        to: NodeId,
        term: u32,
        said: MessageSummary,
    ) -> Verdict {
        self.messages.add(id, Sent { from: node, to, term, said, in_flight: true })?;
        let mirror = &mut self.mirrors[node.position()];
        hold(mirror.up, "only nodes that are up speak", || format!("{node} sent m{id}"))?;
        if !said.is_about_next_term() {
            mirror.spoken_term = mirror.spoken_term.max(term);
        }
        let (state, _) = world.host(node).disk.durable();
        hold(
            said.is_about_next_term() || term <= mirror.term && term <= state.current_term.0,
            "a term is durable before it is spoken",
            || {
                format!(
                    "{node}@{} sent {said:?} to {to} in term {term}, its disk says {state:?}",
                    mirror.term
                )
            },
        )?;
        let mirror = self.mirror(node);
        match said {
            MessageSummary::RequestVote { .. } => {
                hold(covers(*state, term, node), "votes are durable before they are told", || {
                    format!("{node} asks for votes in term {term}, its disk says {state:?}")
                })?;
            }
            MessageSummary::RequestVoteReply { granted: true } => {
                hold(covers(*state, term, to), "votes are durable before they are told", || {
                    format!("{node} votes for {to} in term {term}, its disk says {state:?}")
                })?;
                let first = *self.promised.entry((term, node)).or_insert(to);
                hold(first == to, "vote once per term", || {
                    format!("{node} promised its vote of term {term} to {first} and to {to}")
                })?;
            }
            // Random schedules take no snapshots.
            MessageSummary::InstallSnapshot { .. }
            | MessageSummary::InstallSnapshotReply { .. } => {}
            MessageSummary::AppendEntries { prev_log, entries: count, leader_commit, .. } => {
                let prev = prev_log.index.0 as usize;
                hold(
                    mirror.leads()
                        && term == mirror.term
                        && self.leader_of.get(&term) == Some(&node),
                    "only leaders send entries",
                    || {
                        format!(
                            "{node} is {} in {}, sent {said:?} in {term}",
                            mirror.role, mirror.term
                        )
                    },
                )?;
                hold(
                    mirror.term_at(prev) == Some(prev_log.term.0)
                        && prev + count as usize <= mirror.log.len()
                        && count <= world.settings().raft.batch
                        && leader_commit.0 as usize <= mirror.commit,
                    "leaders send what they have",
                    || format!("{node}@{term} sent {said:?}; it ends at {:?}", mirror.last()),
                )?;
            }
            MessageSummary::AppendEntriesAccepted { match_index, .. } => {
                self.acknowledged(world, node, to, term, match_index.0 as usize)?;
            }
            MessageSummary::PreVote { .. }
            | MessageSummary::PreVoteReply { .. }
            | MessageSummary::Other { .. }
            | MessageSummary::TimeoutNow {} => {
                self.sent_beyond_figure_2(node, to, term, said)?;
            }
            MessageSummary::ReadIndexReply { index, .. } => {
                hold(
                    mirror.leads() && mirror.term == term && index.0 as usize <= mirror.commit,
                    "only leaders confirm reads, by what they have committed",
                    || format!("{node}@{term} sent {said:?} with commit {}", mirror.commit),
                )?;
            }
            MessageSummary::ReadIndex { .. }
            | MessageSummary::RequestVoteReply { granted: false }
            | MessageSummary::AppendEntriesRefused { .. } => {}
        }
        if !matches!(
            said,
            MessageSummary::RequestVote { .. }
                | MessageSummary::PreVote { .. }
                | MessageSummary::ReadIndex { .. }
                | MessageSummary::AppendEntries { .. }
        ) {
            self.messages.answered |=
                self.messages.delivered().is_some_and(|asked| asked.from == to);
        }
        Ok(())
    }

    /// What a follower acknowledges is on its disk, and is the leader's.
    fn acknowledged(
        &self,
        world: &World,
        node: NodeId,
        to: NodeId,
        term: u32,
        matched: usize,
    ) -> Verdict {
        let (_, entries) = world.host(node).disk.durable();
        hold(matched <= entries.len(), "entries are durable before they are acknowledged", || {
            format!("{node} took {matched} in term {term}, its disk holds {}", entries.len())
        })?;
        let leader = self.mirror(to);
        let same = matched == 0 || entries.get(matched - 1) == leader.log.get(matched - 1);
        hold(
            same || !(leader.leads() && leader.term == term),
            "what is acknowledged is the leader's",
            || format!("{node} took {matched} in term {term}, its disk differs from {to}'s log"),
        )
    }

    /// A pre-vote is about the term after the sender's, a grant about the term that was asked, and
    /// only leaders hand over.
    fn sent_beyond_figure_2(
        &self,
        node: NodeId,
        to: NodeId,
        term: u32,
        said: MessageSummary,
    ) -> Verdict {
        let mirror = self.mirror(node);
        let true_question = |last_log: Position| {
            let last = (last_log.term.0, last_log.index.0 as usize);
            let asks = mirror.role == RoleName::PreCandidate && last == mirror.last();
            asks && term == mirror.term + 1
        };
        let asked = || self.messages.delivered().map(|asked| (asked.from, asked.term));
        let fair = match said {
            MessageSummary::PreVote { last_log } => true_question(last_log),
            MessageSummary::PreVoteReply { granted: true } => asked() == Some((to, term)),
            MessageSummary::TimeoutNow {} => mirror.leads() && term == mirror.term,
            _ => true,
        };
        hold(fair, "pre-votes are about the next term, and only leaders hand over", || {
            format!("{node}@{} sent {to} {said:?} of term {term}", mirror.term)
        })
    }

    /// Every request is answered, at once or as soon as the disk has caught up.
    pub(super) fn answered(&self, world: &World) -> Verdict {
        let Some(asked) = self.messages.delivered() else { return Ok(()) };
        let host = world.host(asked.to);
        let question = matches!(
            asked.said,
            MessageSummary::RequestVote { .. }
                | MessageSummary::PreVote { .. }
                | MessageSummary::AppendEntries { .. }
        );
        // A node without room for a new term cannot remember it, and stays silent.
        let mute = host.disk.trouble().full == Some(0);
        let excused = !question || !host.is_up() || host.disk.unfinished() > 0 || mute;
        hold(self.messages.answered || excused, "every question is answered", || {
            format!("{} said nothing to {asked:?}", asked.to)
        })
    }
}
