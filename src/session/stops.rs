//! What breakpoints do to the commands of a session.

use std::collections::VecDeque;

use crate::check::condition::{Condition, Operand};
use crate::check::evaluate;
use crate::language::Error;
use crate::raft::NodeSet;
use crate::session::breaks::{Breakpoint, Hit, Rest};
use crate::session::{Session, is_violation};
use crate::sim::{Action, Applied, OpId, Refused, SETTLE_MAX};
use crate::view::breaks::{BreakpointRow, WatchedChange};

impl Session {
    /// All breakpoints and watched values, in the order of their numbers.
    pub fn breakpoint_rows(&self) -> Vec<BreakpointRow> {
        self.breaks.list.iter().map(Breakpoint::row).collect()
    }

    /// A value as it is now.
    ///
    /// # Errors
    /// If it names a node that does not exist.
    pub fn value_text(&self, value: &Operand) -> Result<String, Error> {
        evaluate::value_text(self.world(), value).map_err(|why| self.undecided(why))
    }

    /// Adds a breakpoint.
    ///
    /// # Errors
    /// If the condition names a node that does not exist, or there are as many as there may be.
    pub fn add_break(&mut self, condition: Condition, once: bool) -> Result<&Breakpoint, Error> {
        self.holds(&condition)?;
        self.breaks.add_break(condition, once, self.tree.timeline().world())
    }

    /// Watches a value.
    ///
    /// # Errors
    /// As [`Session::add_break`].
    pub fn add_watch(&mut self, value: Operand) -> Result<&Breakpoint, Error> {
        self.value_text(&value)?;
        self.breaks.add_watch(value, self.tree.timeline().world())
    }

    /// Forgets a breakpoint or watched value.
    ///
    /// # Errors
    /// If there is none of this number.
    pub fn unbreak(&mut self, id: u64) -> Result<Breakpoint, Error> {
        self.break_at(id).map(|nth| self.breaks.list.remove(nth))
    }

    /// Where the breakpoint or watched value of this number is in the list.
    ///
    /// # Errors
    /// If there is none.
    pub fn break_at(&self, id: u64) -> Result<usize, Error> {
        let list = &self.breaks.list;
        if let Some(nth) = list.iter().position(|breakpoint| breakpoint.id == id) {
            return Ok(nth);
        }
        let help = match list.len() {
            0 => "there are none; `break COND` and `watch VALUE` add one".to_owned(),
            _ => "`breaks` lists them with their numbers".to_owned(),
        };
        let message = format!("there is no breakpoint or watched value {id}");
        Err(Error::failed(message).word(id.to_string()).help(help))
    }

    /// Forgets all breakpoints and watched values. Returns how many there were.
    pub fn unbreak_all(&mut self) -> usize {
        std::mem::take(&mut self.breaks.list).len()
    }

    /// From now on, no breakpoint stops the present command.
    pub fn pass_breaks(&mut self) {
        self.breaks.armed = false;
    }

    /// The first moment after the present one at which a breakpoint may stop the command though
    /// nothing happens, in microseconds.
    pub fn next_break_us(&self) -> Option<u64> {
        match self.breaks.is_empty() || self.steps_left.is_some() {
            true => None,
            false => self.breaks.next_moment_us(self.world().now_us()),
        }
    }

    /// The breakpoints that stopped the present command, all at the same step.
    pub fn hits(&self) -> &[Hit] {
        &self.breaks.hits
    }

    /// The changes of watched values that were not taken yet, in order.
    pub fn take_changes(&mut self) -> VecDeque<WatchedChange> {
        std::mem::take(&mut self.breaks.changes)
    }

    /// A breakpoint stops the present command, of which this is left.
    pub fn stop_with(&mut self, rest: Rest) {
        if !matches!(rest, Rest::Nothing) {
            self.cut_short();
        }
        self.breaks.rest = Some(rest);
        self.breaks.stopped = true;
    }

    /// What is left of the command that was just stopped waits for the outcome of this request.
    pub fn rest_awaits(&mut self, op: OpId) {
        if let Some(Rest::Run(plan)) = &mut self.breaks.rest {
            plan.op = Some(op);
        }
    }

    /// Whether the latest command was stopped by a breakpoint.
    pub fn has_stopped(&self) -> bool {
        self.breaks.stopped
    }

    /// Whether there is a stopped command that can continue.
    pub fn can_continue(&self) -> bool {
        self.breaks.rest.is_some()
    }

    /// What is left of the latest command that was stopped. It can be taken once.
    pub fn take_rest(&mut self) -> Option<Rest> {
        self.breaks.rest.take()
    }

    /// Settles the cluster, up to a breakpoint. Returns what was done, and whether more is left.
    ///
    /// # Errors
    /// If the move is impossible; then nothing has changed.
    pub fn settle(
        &mut self,
        nodes: Option<NodeSet>,
        most: Option<u64>,
    ) -> Result<(Applied, bool), Refused> {
        if self.breaks.is_empty() || self.steps_left.is_some() {
            return self.act(Action::Settle(nodes, most)).map(|applied| (applied, false));
        }
        // The move is one, and its steps are many: a copy shows after which one it stops.
        let one = || Action::Settle(nodes, Some(1));
        let mut copy = self.checkpoint();
        let mut steps = 0;
        let may_step = |steps| steps < most.unwrap_or(SETTLE_MAX);
        while may_step(steps) && copy.act(one())?.steps > 0 {
            steps += 1;
            self.breaks.judge(copy.world(), copy.latest());
            if self.breaks.stops() || is_violation(copy.world(), copy.latest()) {
                break;
            }
        }
        let is_left = self.breaks.stops() && may_step(steps) && copy.act(one())?.steps > 0;
        let most = if is_left { Some(steps) } else { most };
        let applied = self.tree.act(Action::Settle(nodes, most))?;
        Ok((applied, is_left))
    }
}
