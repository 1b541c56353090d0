//! Well-known mistakes, one file each: most of them were made by real implementations.
//!
//! A flaw is not another protocol. It changes one thing from outside: the table of rules, by
//! replacing functions; a message, before the server receives it; or the outputs of a step. The
//! rules and handlers beside this folder do not depend on flaws: only [`super::node`] applies
//! them, which costs a node without flaws two comparisons in each step.
//!
//! # What holds
//!
//! - The order of [`Flaw::ALL`] is the order in which flaws are listed; a flaw's name never
//!   changes.
//! - Several flaws can be on at once. If two replace the same rule, the first one listed wins.
//! - A node that has flaws, or had them since it started, does not check its invariants: they
//!   could halt it before the mistake has shown its effect.
//!
//! The building blocks of flaws are in `bend`. To add a flaw: a file with a `FLAW`, its `mod`
//! line, its place in `DESCRIPTIONS`; a line in `check/caught.rs`, and a script
//! `scripts/flaws/NAME.raft` that shows its effect.

mod acknowledge_before_sync;
mod answer_at_append;
mod answer_by_index;
mod answers_never_forgotten;
mod applied_before_snapshot;
mod applied_twice;
mod apply_before_commit;
mod bend;
mod candidate_ignores_append;
mod change_before_own_term;
mod check_quorum_ignored;
mod commit_assigned;
mod commit_earlier_terms;
mod commit_on_append;
mod configuration_at_commit;
mod election_not_persisted;
mod failed_for_unknown;
mod first_appended_blindly;
mod follower_commits_its_last;
mod follower_waits_for_own_term;
mod hint_is_own_last;
mod joint_left_early;
mod last_index_from_request;
mod late_refusal_believed;
mod later_term_ignored;
mod leader_counts_unsynced;
mod leader_unseated_by_asking;
mod lease_begins_with_answer;
mod lease_outlasts_transfer;
mod lease_until_check;
mod lease_without_allowance;
mod local_read_as_log;
mod log_gone_before_snapshot;
mod match_is_leaders_last;
mod next_index_not_raised;
mod no_previous_check;
mod old_write_counts;
mod pre_vote_despite_leader;
mod pre_vote_ignores_log;
mod pre_vote_raises_term;
mod pre_vote_stale_ignored;
mod pre_votes_elect;
mod read_answers_later_reads;
mod read_before_applied;
mod read_before_own_commit;
mod read_counts_earlier_answers;
mod refusal_keeps_old_term;
mod removed_leader_stays;
mod restart_forgets_leader;
mod sends_before_write;
mod sessions_not_in_snapshot;
mod several_servers_at_once;
mod snapshot_discards_log;
mod snapshot_not_repeated;
mod snapshot_sets_term;
mod stale_append_accepted;
mod stale_vote_counted;
mod term_read_late;
mod timeouts_not_random;
mod timer_not_armed_again;
mod timer_reset_by_anything;
mod transfer_asks_first;
mod transfer_before_caught_up;
mod transfer_never_ends;
mod transfer_vote_refused;
mod truncate_always;
mod vote_before_sync;
mod vote_by_last_index;
mod vote_by_term_and_index;
mod vote_cleared_by_append;
mod vote_cleared_on_step_down;
mod vote_despite_leader;
mod vote_not_persisted;
mod vote_on_log_read_earlier;
mod vote_twice;
mod vote_without_log_check;
mod votes_counted_by_message;

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use bend::ClientMistake;
use bend::{Description, FlawEffect, Message, Output, Rules, Server};

const DESCRIPTIONS: &[&Description] = &[
    &vote_not_persisted::FLAW,
    &election_not_persisted::FLAW,
    &vote_before_sync::FLAW,
    &vote_twice::FLAW,
    &vote_cleared_by_append::FLAW,
    &vote_cleared_on_step_down::FLAW,
    &stale_vote_counted::FLAW,
    &votes_counted_by_message::FLAW,
    &vote_without_log_check::FLAW,
    &vote_by_last_index::FLAW,
    &vote_by_term_and_index::FLAW,
    &commit_on_append::FLAW,
    &commit_earlier_terms::FLAW,
    &commit_assigned::FLAW,
    &follower_commits_its_last::FLAW,
    &leader_counts_unsynced::FLAW,
    &acknowledge_before_sync::FLAW,
    &match_is_leaders_last::FLAW,
    &next_index_not_raised::FLAW,
    &apply_before_commit::FLAW,
    &no_previous_check::FLAW,
    &stale_append_accepted::FLAW,
    &truncate_always::FLAW,
    &first_appended_blindly::FLAW,
    &last_index_from_request::FLAW,
    &hint_is_own_last::FLAW,
    &candidate_ignores_append::FLAW,
    &term_read_late::FLAW,
    &timer_reset_by_anything::FLAW,
    &timeouts_not_random::FLAW,
    &old_write_counts::FLAW,
    &later_term_ignored::FLAW,
    &refusal_keeps_old_term::FLAW,
    &late_refusal_believed::FLAW,
    &timer_not_armed_again::FLAW,
    &follower_waits_for_own_term::FLAW,
    &vote_on_log_read_earlier::FLAW,
    &answer_by_index::FLAW,
    &answer_at_append::FLAW,
    &local_read_as_log::FLAW,
    &failed_for_unknown::FLAW,
    &applied_twice::FLAW,
    &pre_vote_stale_ignored::FLAW,
    &pre_vote_raises_term::FLAW,
    &pre_vote_despite_leader::FLAW,
    &pre_vote_ignores_log::FLAW,
    &pre_votes_elect::FLAW,
    &answers_never_forgotten::FLAW,
    &check_quorum_ignored::FLAW,
    &vote_despite_leader::FLAW,
    &leader_unseated_by_asking::FLAW,
    &restart_forgets_leader::FLAW,
    &sends_before_write::FLAW,
    &transfer_asks_first::FLAW,
    &transfer_vote_refused::FLAW,
    &transfer_before_caught_up::FLAW,
    &transfer_never_ends::FLAW,
    &read_before_own_commit::FLAW,
    &read_counts_earlier_answers::FLAW,
    &read_before_applied::FLAW,
    &read_answers_later_reads::FLAW,
    &lease_begins_with_answer::FLAW,
    &lease_without_allowance::FLAW,
    &lease_until_check::FLAW,
    &lease_outlasts_transfer::FLAW,
    &several_servers_at_once::FLAW,
    &change_before_own_term::FLAW,
    &configuration_at_commit::FLAW,
    &joint_left_early::FLAW,
    &removed_leader_stays::FLAW,
    &snapshot_sets_term::FLAW,
    &snapshot_discards_log::FLAW,
    &applied_before_snapshot::FLAW,
    &sessions_not_in_snapshot::FLAW,
    &log_gone_before_snapshot::FLAW,
    &snapshot_not_repeated::FLAW,
];

const COUNT: usize = DESCRIPTIONS.len();
const _: () = assert!(COUNT <= 128, "a flaw is a bit");

/// A well-known mistake in implementations of Raft.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flaw(u8);

impl Flaw {
    /// Every flaw, in the order in which they are listed.
    pub const ALL: &[Flaw] = &{
        let mut all = [Flaw(0); COUNT];
        while (all[0].0 as usize) < COUNT {
            all[all[0].0 as usize] = all[0];
            all[0].0 += 1;
        }
        all[0].0 = 0;
        all
    };

    fn description(self) -> &'static Description {
        DESCRIPTIONS[usize::from(self.0)]
    }

    /// Its stable name, as typed.
    pub fn name(self) -> &'static str {
        self.description().name
    }

    /// What it does, in a few words.
    pub fn does(self) -> &'static str {
        self.description().does
    }

    /// Where the mistake was made or described: a project and thread, or a text that warns of it.
    pub fn source(self) -> &'static str {
        self.description().source
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of flaws, serialized as a list of their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flaws(u128);

impl Serialize for Flaws {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Flaw::name))
    }
}

impl<'de> Deserialize<'de> for Flaws {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Flaws, D::Error> {
        let mut flaws = Flaws::NONE;
        for name in Vec::<String>::deserialize(deserializer)? {
            let named = Flaw::ALL.iter().find(|flaw| flaw.name() == name);
            flaws.set(*named.ok_or_else(|| D::Error::custom("there is no such flaw"))?, true);
        }
        Ok(flaws)
    }
}

impl Flaws {
    /// No flaws: the correct protocol.
    pub const NONE: Flaws = Flaws(0);

    /// Whether this flaw is on.
    pub fn has(self, flaw: Flaw) -> bool {
        self.0 & (1 << flaw.0) != 0
    }

    /// Whether no flaw is on.
    pub fn is_empty(self) -> bool {
        self == Flaws::NONE
    }

    /// Switches a flaw on or off. Returns false if that changes nothing.
    pub fn set(&mut self, flaw: Flaw, on: bool) -> bool {
        let before = *self;
        match on {
            true => self.0 |= 1 << flaw.0,
            false => self.0 &= !(1 << flaw.0),
        }
        *self != before
    }

    /// The flaws that are on, in the order in which they are listed.
    pub fn iter(self) -> impl Iterator<Item = Flaw> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let first = (left != 0).then(|| left.trailing_zeros() as u8)?;
            left &= left - 1;
            Some(Flaw(first))
        })
    }

    /// The flaws that are on, in reverse order.
    fn in_reverse(self) -> impl Iterator<Item = Flaw> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let last = left.checked_ilog2()?;
            left &= !(1 << last);
            Some(Flaw(last as u8))
        })
    }

    /// Whether every election timeout is the shortest one, instead of random.
    pub fn shortest_timeouts(self) -> bool {
        !self.is_empty() && self.has_shortest_timeouts()
    }

    #[cold]
    fn has_shortest_timeouts(self) -> bool {
        self.bends().any(|bend| matches!(bend, FlawEffect::ShortestTimeouts))
    }

    /// Whether clients are answered with this mistake.
    #[inline]
    pub fn makes(self, mistake: ClientMistake) -> bool {
        !self.is_empty() && self.has_mistake(mistake)
    }

    #[cold]
    fn has_mistake(self, mistake: ClientMistake) -> bool {
        self.bends().any(|bend| matches!(bend, FlawEffect::Client(made) if *made == mistake))
    }

    /// The rules of figure 2, with those functions that these flaws replace.
    pub(super) fn rules(self) -> Rules {
        let mut rules = Rules::FIGURE_2;
        // From the last to the first, so that the first one listed wins.
        for bend in self.bends_in_reverse() {
            if let FlawEffect::Rules(replace) = bend {
                replace(&mut rules);
            }
        }
        rules
    }

    /// Applies the flaws to a message before the server receives it. Returns false if a flaw drops
    /// it.
    #[cold]
    pub(super) fn bend_hearing(
        self,
        server: &mut Server,
        message: &mut Message,
        out: &mut Vec<Output>,
    ) -> bool {
        for bend in self.bends() {
            if let FlawEffect::Message(change) = bend {
                change(server, message);
            }
        }
        // From the last to the first: `candidate_ignores_append` drops a message before the flaws
        // that are listed ahead of it could act on it.
        self.bends_in_reverse().all(|bend| match bend {
            FlawEffect::Hearing(hear) => hear(server, message, out),
            FlawEffect::Message(_)
            | FlawEffect::Rules(_)
            | FlawEffect::Outputs(_)
            | FlawEffect::ShortestTimeouts
            | FlawEffect::Client(_) => true,
        })
    }

    /// Applies the flaws to the outputs of a step, which follow the first `before` ones.
    #[cold]
    pub(super) fn bend_outputs(self, server: &mut Server, before: usize, out: &mut Vec<Output>) {
        let changes = |bend: &FlawEffect| matches!(bend, FlawEffect::Outputs(_));
        if !self.bends().any(changes) {
            return;
        }
        let mut own = out.split_off(before);
        for bend in self.bends() {
            if let FlawEffect::Outputs(change) = bend {
                change(server, &mut own);
            }
        }
        out.append(&mut own);
    }

    fn bends_in_reverse(self) -> impl Iterator<Item = &'static FlawEffect> {
        self.in_reverse().flat_map(|flaw| flaw.description().bends)
    }

    fn bends(self) -> impl Iterator<Item = &'static FlawEffect> {
        self.iter().flat_map(|flaw| flaw.description().bends)
    }
}
