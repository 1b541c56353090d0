//! Transfer of leadership (Ongaro's thesis, §3.10): a leader brings another node's log up to date
//! and lets it start an election at once. "The prior leader stops accepting new client requests"
//! meanwhile, and resumes if the transfer is not over within an election timeout.
//!
//! The other node's election skips pre-vote, and its requests for votes say that its leader asked
//! for it: nodes that hear a leader grant them too (§4.2.3).

use super::io::{Output, Timer};
use super::message::Body;
use super::nodes::NodeId;
use super::note::{Ignored, Note, RoleChange, TransferEnd};
use super::server::{Role, Server, Transfer};
use super::types::Index;
use crate::seq::InPlace;

impl Server {
    /// Begins to hand over to another voter. Does nothing at a node that does not lead, or for a
    /// node that it cannot hand over to.
    #[cold]
    pub(super) fn start_transfer(&mut self, to: NodeId, out: &mut Vec<Output>) {
        let wanted = to != self.id && self.group().electorate().contains(to);
        if !self.is_leader() || !wanted || self.transfer.is_some_and(|under_way| under_way.to == to)
        {
            return;
        }
        self.end_transfer(TransferEnd::Replaced, out);
        self.transfer = Some(Transfer { to, told: false });
        self.end_lease();
        out.place(Output::SetTimer(Timer::Election));
        self.continue_transfer(to, out);
        if self.transfer.is_some_and(|transfer| !transfer.told) {
            self.send_from_next_index(to, out);
        }
    }

    /// A node has acknowledged entries: if it is the one to lead and has all of them, tells it to
    /// start an election.
    pub(super) fn continue_transfer(&mut self, follower: NodeId, out: &mut Vec<Output>) {
        let Some(Transfer { to, told: false }) = self.transfer else { return };
        let Role::Leader { progress } = &self.role else { return };
        let matched = progress.get(to).map_or(Index(0), |row| row.match_index);
        if to == follower && (self.rules.may_hand_over)(matched, self.log.last_index()) {
            self.transfer = Some(Transfer { to, told: true });
            self.has_told = true;
            self.send(to, Body::TimeoutNow {}, out);
        }
    }

    /// The transfer is over, if there was one.
    pub(super) fn end_transfer(&mut self, reason: TransferEnd, out: &mut Vec<Output>) {
        if let Some(Transfer { to, .. }) = self.transfer.take() {
            out.place(Output::Note(Note::TransferEnded { to, reason }));
        }
    }

    /// A leader's election timer ran out: it leads on if a transfer is not over by then, and checks
    /// its majority if it is to.
    pub(super) fn leaders_timeout(&mut self, out: &mut Vec<Output>) {
        if (self.rules.gives_up_transfer)() {
            self.end_transfer(TransferEnd::GaveUp, out);
        }
        self.check_answers(out);
        self.follow_change(out);
    }

    /// "This request has the same effect as the target server's election timer firing" (§3.10), but
    /// no pre-votes are asked for.
    #[cold]
    pub(super) fn on_timeout_now(&mut self, leader: NodeId, out: &mut Vec<Output>) {
        if self.is_leader() {
            self.ignore(Ignored::SecondLeader, out);
        } else if self.may_campaign(out) {
            self.start_election(RoleChange::TimeoutNow { leader }, out);
        }
    }
}
