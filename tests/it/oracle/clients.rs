//! Clients: each attempt at a request is answered once, truthfully, and in time.

use std::collections::BTreeMap;

use raftsh::raft::NodeId;
use raftsh::sim::{Call, OpId, Outcome, ReadKind, World};

use super::ledger::Ledger;
use super::{Mirror, Verdict, hold};

/// All requests of a cluster.
#[derive(Default)]
pub(super) struct Clients {
    /// The outcomes that clients were told, by the number of the request.
    outcomes: Vec<Outcome>,
    /// How often each request was sent, by its number.
    attempts: Vec<u32>,
    /// Where an attempt waits: at this node, in this term, at this index. An attempt that was
    /// lost, while others wait, is not answered.
    waiting: BTreeMap<(u32, u32), (NodeId, u32, usize)>,
    /// The latest request whose client waits no longer.
    timed_out: Option<OpId>,
}

fn call(world: &World, op: OpId) -> Option<&Call> {
    world.ops().call(op)
}

fn is_local(world: &World, op: OpId) -> bool {
    call(world, op).is_some_and(|call| call.read == Some(ReadKind::Local))
}

impl Clients {
    pub(super) fn invoked(
        &mut self,
        op: OpId,
        attempt: u32,
        node: NodeId,
        mirror: &Mirror,
        world: &World,
    ) -> Verdict {
        let local = is_local(world, op);
        if attempt == 1 {
            hold(
                op.0 as usize == self.outcomes.len() + 1,
                "requests are numbered in order",
                || format!("{op} after {}", self.outcomes.len()),
            )?;
            self.outcomes.push(Outcome::Pending);
            self.attempts.push(1);
        } else {
            let nth = op.0 as usize - 1;
            let in_session = call(world, op).is_some_and(|call| call.in_session);
            hold(
                in_session && self.attempts.get(nth).is_some_and(|last| last + 1 == attempt),
                "attempts are of a session, and in order",
                || format!("{op}, attempt {attempt}: {:?}", self.attempts.get(nth)),
            )?;
            self.attempts[nth] = attempt;
            if self.outcomes[nth] == Outcome::Unknown {
                self.outcomes[nth] = Outcome::Pending;
            }
        }
        hold(local || mirror.leads(), "leaders take requests", || {
            format!("{node} took {op}, it is {:?}", mirror.role)
        })?;
        hold(
            world.ops().get(op).is_some_and(|known| known.node == node),
            "requests are kept",
            || format!("{op} at {node}: {:?}", world.ops().get(op)),
        )?;
        self.waiting.insert((op.0, attempt), (node, mirror.term, mirror.log.len() + 1));
        Ok(())
    }

    pub(super) fn timed_out(&mut self, op: OpId) -> Verdict {
        self.timed_out = Some(op);
        Ok(())
    }

    pub(super) fn replied(
        &mut self,
        (op, attempt): (OpId, u32),
        node: NodeId,
        told: (Outcome, Option<&str>),
        mirror: &Mirror,
        ledger: &Ledger,
        world: &World,
    ) -> Verdict {
        let (outcome, known) = (told.0, self.outcomes[op.0 as usize - 1]);
        let in_session = call(world, op).is_some_and(|call| call.in_session);
        let Some((at, term, index)) = self.waiting.remove(&(op.0, attempt)) else {
            return hold(false, "attempts are answered once", || {
                format!("{node} answered {op}, attempt {attempt}: {outcome}")
            });
        };
        if known == Outcome::Pending {
            self.outcomes[op.0 as usize - 1] = outcome;
        }
        let still_leads = at == node && mirror.leads() && mirror.term == term;
        if outcome == Outcome::Unknown {
            let waits_no_longer = self.timed_out == Some(op) && !in_session;
            hold(
                at == node && (waits_no_longer || !still_leads),
                "a leader answers its requests",
                || format!("{op} became unknown though {at} still leads term {term}"),
            )?;
            let elsewhere = |(key, place): (&(u32, u32), &(NodeId, u32, usize))| {
                key.0 == op.0 && place.0 != node
            };
            let left = self.waiting.iter().any(elsewhere);
            return hold(
                known == Outcome::Pending && !left,
                "only what is lost is unknown",
                || format!("{op} was {known} and is unknown, with attempts left: {left}"),
            );
        }
        if is_local(world, op) {
            return hold(at == node && outcome == Outcome::Ok, "stores answer local reads", || {
                format!("{node} answered {op}, which was sent to {at}: {outcome}")
            });
        }
        hold(known == Outcome::Pending || in_session, "requests are answered once", || {
            format!("{node} answered {op}, which was {known}")
        })?;
        hold(
            still_leads && mirror.applied >= index,
            "answers come after the entry is applied",
            || {
                format!(
                    "{node} answered {op} {outcome}: accepted by {at}@{term} at {index}, applied {}",
                    mirror.applied
                )
            },
        )?;
        let expected = ledger.answer(index, op);
        let same = expected.is_some_and(|(outcome, value)| told == (*outcome, value.as_deref()));
        hold(same, "answers are the state machine's", || {
            format!("{op} at {index}: told {told:?}, expected {expected:?}")
        })
    }

    /// A node that no longer leads answers no attempts.
    pub(super) fn none_left_behind(&mut self, node: NodeId, mirror: &Mirror) -> Verdict {
        let lost = |&(at, term, _): &(NodeId, u32, usize)| {
            at == node && !(mirror.leads() && mirror.term == term)
        };
        let left: Vec<(u32, u32)> =
            self.waiting.iter().filter(|(_, place)| lost(place)).map(|(key, _)| *key).collect();
        for key in left {
            self.waiting.remove(&key);
            let is_open = self.waiting.keys().any(|(op, _)| *op == key.0);
            let pending = self.outcomes[key.0 as usize - 1] == Outcome::Pending;
            hold(is_open || !pending, "requests of a lost leader are unknown", || {
                format!("{key:?} waits at {node}, which is {} in {}", mirror.role, mirror.term)
            })?;
        }
        Ok(())
    }

    pub(super) fn finish(&self, world: &World) -> Verdict {
        let pending = self.outcomes.iter().position(|told| *told == Outcome::Pending);
        hold(pending.is_none(), "all requests are answered in the end", || {
            format!("pending: {pending:?}")
        })?;
        for (op, known) in world.ops().last(usize::MAX) {
            let told = self.outcomes[op.0 as usize - 1];
            hold(known.outcome == told, "outcomes are for good", || {
                format!("{op} was told {told}, it is {}", known.outcome)
            })?;
        }
        Ok(())
    }
}
