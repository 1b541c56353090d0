//! Clients: each request is answered once, truthfully, and in time.

use std::collections::BTreeMap;

use raftsh::raft::NodeId;
use raftsh::sim::{OpId, Outcome, World};

use super::ledger::Ledger;
use super::{Mirror, Verdict, hold};

/// All requests of a cluster.
#[derive(Default)]
pub(super) struct Clients {
    /// The outcomes that clients were told, by the number of the request.
    outcomes: Vec<Outcome>,
    /// Where a pending request waits: at this node, in this term, at this index.
    pending: BTreeMap<u32, (NodeId, u32, usize)>,
}

impl Clients {
    pub(super) fn invoked(
        &mut self,
        op: OpId,
        node: NodeId,
        mirror: &Mirror,
        world: &World,
    ) -> Verdict {
        hold(op.0 as usize == self.outcomes.len() + 1, "requests are numbered in order", || {
            format!("{op} after {}", self.outcomes.len())
        })?;
        hold(mirror.leads(), "leaders take requests", || {
            format!("{node} took {op}, it is {:?}", mirror.role)
        })?;
        hold(
            world.ops().get(op).is_some_and(|known| known.node == node),
            "requests are kept",
            || format!("{op} at {node}: {:?}", world.ops().get(op)),
        )?;
        self.outcomes.push(Outcome::Pending);
        self.pending.insert(op.0, (node, mirror.term, mirror.log.len() + 1));
        Ok(())
    }

    pub(super) fn replied(
        &mut self,
        op: OpId,
        node: NodeId,
        outcome: Outcome,
        mirror: &Mirror,
        ledger: &Ledger,
        world: &World,
    ) -> Verdict {
        let Some((at, term, index)) = self.pending.remove(&op.0) else {
            return hold(false, "requests are answered once", || {
                format!("{node} answered {op}: {outcome}")
            });
        };
        self.outcomes[op.0 as usize - 1] = outcome;
        let still_leads = at == node && mirror.leads() && mirror.term == term;
        if outcome == Outcome::Unknown {
            return hold(at == node && !still_leads, "a leader answers its requests", || {
                format!("{op} became unknown though {at} still leads term {term}")
            });
        }
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
        let told = world.ops().get(op).map(|known| (known.outcome, known.value));
        let expected = ledger.answer(index, op).cloned();
        hold(
            told.is_some()
                && told == expected.as_ref().map(|(outcome, value)| (*outcome, value.as_deref())),
            "answers are the state machine's",
            || format!("{op} at {index}: told {told:?}, expected {expected:?}"),
        )
    }

    /// A node that no longer leads has no pending requests.
    pub(super) fn none_left_behind(&self, node: NodeId, mirror: &Mirror) -> Verdict {
        let left = self
            .pending
            .iter()
            .find(|&(_, &(at, term, _))| at == node && !(mirror.leads() && mirror.term == term));
        hold(left.is_none(), "requests of a lost leader are unknown", || {
            format!("{left:?} waits at {node}, which is {} in {}", mirror.role, mirror.term)
        })
    }

    pub(super) fn finish(&self, world: &World) -> Verdict {
        hold(self.pending.is_empty(), "all requests are answered in the end", || {
            format!("pending: {:?}", self.pending)
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
