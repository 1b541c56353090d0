//! The move that lets a leader hand over to another node.

use crate::raft::{Input, NodeId, NodeSet, RoleName};

use super::answer::{Applied, Refused};
use super::event::EventKind;
use super::world::{Events, World};

impl World {
    /// Lets a leader hand over to another node. Nothing changes if it does so already.
    pub(super) fn transfer(
        &mut self,
        at: NodeId,
        to: NodeId,
        events: Events,
    ) -> Result<Applied, Refused> {
        let host = self.host(at);
        let Some(record) = host.record().filter(|_| host.is_up()) else {
            return Err(Refused::NotUp(at, host.state));
        };
        if record.report.role != RoleName::Leader {
            return Err(Refused::NotLeader { node: at, leader: record.report.leader });
        }
        if at == to {
            return Err(Refused::TransferToItself(at));
        }
        if !record.members.group().electorate().contains(to) {
            return Err(Refused::NoVoter(to));
        }
        if record.handing_over == Some(to) {
            return Ok(Applied::default());
        }
        let mut context = self.context(at, events);
        let cause = context.record(None, EventKind::TransferStarted { to });
        context.record_mut(|record| record.handing_over = Some(to));
        context.input(Input::Transfer(to), cause, false);
        self.look(events);
        Ok(Applied { nodes: NodeSet::one(at), changed: true, ..Applied::default() })
    }
}
