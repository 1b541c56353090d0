//! Within what time a cluster without faults must make progress, so that a correct one misses it
//! less than once in 10⁹ times. The bound is derived here, and nowhere else.
//!
//! # What has to happen
//!
//! Let *V* voters of *n* be up, of which *m* are a majority. All faults have ended; the settings
//! stay. Four things follow one after the other, and the bound is the sum of the time that each
//! takes at most.
//!
//! **1. The past ends.** Unfinished writes and running timers keep the times that they were given,
//! whatever the settings were then, and so do messages in flight. After the last write and timer,
//! everything obeys the present settings, but for these messages. They may disturb when they
//! arrive, so the rest counts from the first moment after which none arrives while it lasts.
//!
//! **2. The terms meet.** Some voter has the highest term. If it leads, its next heartbeat tells
//! the others; otherwise it times out and asks for their votes. Either way all voters are in that
//! term, or a later one, after one election timeout and a vote.
//!
//! **3. A leader is elected**, in one of several rounds. Each round begins when a candidate that
//! can win times out, at most one election timeout after the last one, and ends with the winner's
//! first AppendEntries. Rounds fail when votes split. They are independent, because each draws new
//! timeouts: "the number of elections required follows a geometric distribution" (Ongaro's
//! thesis, §9.3). So after *r* rounds that succeed with probability *q*, there is no leader with
//! probability (1−*q*)^*r*. The bound takes the first *r* for which this is at most 10⁻⁹.
//!
//! **4. The followers catch up.** The leader looks for the place where a follower's log agrees with
//! its own. A refusal carries the follower's latest entry that may agree, so each probe passes all
//! entries of one term, in one of the two logs. Then the missing entries are sent, `batch` at a
//! time. Each of these exchanges takes two messages and a write, which may have to wait for one
//! before it. At the end the commit index travels with the next heartbeat. Snapshots wait for
//! heartbeats, too.
//!
//! # The probability that a round succeeds
//!
//! The thesis (§9.3) gives a fixed one-way latency *l*, as a fraction of the range from which
//! timeouts are drawn, and *s* servers that can become leader. Votes split if *c* − 1 others time
//! out before they hear of the first candidate:
//!
//! > P(split) = Σ C(s,k) lᵏ (1−l)ˢ⁻ᵏ, for k from c − 1 to s, where c = s − ⌊n/2⌋ + 1
//!
//! Single nodes may have settings of their own: then of each setting the value counts that makes a
//! round the longest or the least likely to succeed.
//!
//! Three things are different here, and each makes a round fail more often:
//!
//! - A candidate first writes its own vote. So *l* is a write and a message, at their slowest. (The
//!   disks are idle: who else wrote lately has timed out lately, and that counts below.)
//! - Latencies vary. In the thesis, all that have not timed out vote for the first candidate. Here
//!   the request of the second one may arrive earlier, and the two may divide all votes. So *c* is
//!   2, its value for a bare majority.
//! - Some candidates cannot win, because their logs are too old (§5.4.1). With equal logs every
//!   candidate can; at worst all logs differ, and only the *s* = *V* − *m* + 1 best can. (Which
//!   these are changes while old messages still arrive, but it is never fewer.) The other *m* − 1
//!   disturb: such a candidate raises the term and takes votes. It delays nobody that can win,
//!   because a node with a better log refuses its vote and does not reset its timer (figure 2,
//!   "Followers"). So it harms only if it times out within *l* before or after the one that wins,
//!   which each of them does not with probability 1 − 2*l*.
//!
//! Together, *q* = (1 − P(split)) (1−2*l*)^(*m*−1). Three more factors are 1 under sound settings:
//!
//! - A vote takes two writes and two messages at most. Where that is longer than the shortest
//!   election timeout, the candidate's own timeout must be drawn longer.
//! - Where the next heartbeat may come later than the shortest election timeout, no follower may
//!   time out before it, until the followers have caught up.
//! - Where messages are lost at random, none of those may be lost that elect the leader and let the
//!   followers catch up.
//!
//! Where one of the last two is below 1, a round is over only when the followers have caught up.
//! If *q* is so small that the rounds take more than ten minutes, no leader can be expected in good
//! time, and there is no bound.
//!
//! # Beyond the paper
//!
//! - With pre-vote, a candidate first asks, and needs two messages more. And a node refuses until
//!   it has not heard from a leader for its least election timeout: a round may wait for that.
//! - With check-quorum, a round may wait likewise. And a leader must be answered before each of its
//!   checks, which come as often as its election timer runs out.
//!
//! # How it is computed
//!
//! With integers, so that it is the same on every machine: a probability is counted in parts of
//! 10¹⁵, and rounded so that the bound can only be too long.

mod chance;

use crate::quantity;
use crate::raft::{Body, Group, Index, Log, NodeSet};
use crate::sim::{Range, World};
use chance::{CERTAIN, Chance, both, power, share, tries};

/// How rarely a correct cluster may miss the bound: once in 10⁹ times.
const FALSE_ALARM: Chance = CERTAIN / 1_000_000_000;

/// The longest time that rounds of elections may take, in microseconds.
const ROUNDS_MAX_US: u64 = 600_000_000;

/// The most rounds that are counted.
const ROUNDS_MAX: u64 = 1_000_000;

/// Exchanges beyond those that the logs need now: entries of leaders elected on the way.
const SPARE_EXCHANGES: u64 = 4;

/// Within what time a cluster must make progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The time, in microseconds.
    pub us: u64,
    /// The rounds of elections in it.
    pub rounds: u64,
}

/// The settings of the voters that are up, of each the one that makes a leader the least likely:
/// single nodes may have their own.
struct Worst {
    /// From the shortest election timeout of any node to the longest, in microseconds.
    timeout: Range,
    /// The election timeouts of each node.
    timeouts: Vec<Range>,
    /// The narrowest range of election timeouts, in microseconds.
    width_us: u64,
    heartbeat_us: u64,
    /// The slowest write, in microseconds.
    write_us: u64,
    /// Whether a node asks for pre-votes before it campaigns.
    pre_vote: bool,
    /// Whether a leader that no majority answers steps down.
    check_quorum: bool,
    /// For how long, in microseconds, a node that has heard from a leader supports no other; 0 if
    /// nodes support others at once.
    support_us: u64,
}

impl Worst {
    fn of(world: &World, group: &Group) -> Worst {
        let voters = world.live().intersection(group.electorate());
        let writes =
            members(world, group).iter().map(|node| world.settings_of(node).disk_latency.max_us);
        let own = || voters.iter().map(|node| world.settings_of(node));
        let timeouts = || own().map(|settings| settings.election_timeout);
        Worst {
            timeout: Range {
                min_us: timeouts().map(|range| range.min_us).min().unwrap_or_default(),
                max_us: timeouts().map(|range| range.max_us).max().unwrap_or_default(),
            },
            timeouts: timeouts().collect(),
            width_us: timeouts().map(|range| range.max_us - range.min_us).min().unwrap_or_default(),
            heartbeat_us: own().map(|settings| settings.heartbeat_us).max().unwrap_or_default(),
            write_us: writes.max().unwrap_or_default(),
            pre_vote: own().any(|settings| settings.raft.pre_vote),
            check_quorum: own().any(|settings| settings.raft.check_quorum),
            support_us: match own().any(|own| own.raft.pre_vote || own.raft.check_quorum) {
                true => timeouts().map(|range| range.min_us).max().unwrap_or_default(),
                false => 0,
            },
        }
    }
}

impl Worst {
    /// The probability that an election timeout is longer than this, at the node where it is least.
    fn longer_than(&self, us: u64) -> Chance {
        let one = |range: &Range| match us < range.min_us {
            true => CERTAIN,
            false => share(range.max_us.saturating_sub(us), range.max_us - range.min_us),
        };
        self.timeouts.iter().map(one).min().unwrap_or(CERTAIN)
    }
}

/// The times that the bound is made of, each at its longest, in microseconds.
struct Times {
    /// A message.
    message: u64,
    /// A write.
    write: u64,
    /// From a candidate's timeout until everybody has its request.
    request: u64,
    /// From a candidate's timeout until it has the votes.
    vote: u64,
    /// A round of elections.
    round: u64,
}

impl Times {
    fn of(world: &World, group: &Group, worst: &Worst, voters: u64) -> Times {
        let write = worst.write_us;
        // A single member sends nothing.
        let message =
            if members(world, group).len() == 1 { 0 } else { world.settings().latency.max_us };
        let campaign = write.saturating_add(message);
        let asking = if worst.pre_vote { message.saturating_mul(2) } else { 0 };
        let request = asking.saturating_add(campaign);
        let vote = match voters {
            1 => write,
            _ => request.saturating_add(campaign),
        };
        let waiting = worst.timeout.max_us.saturating_add(worst.support_us);
        let round = waiting.saturating_add(vote).saturating_add(message);
        Times { message, write, request, vote, round }
    }
}

/// Within what time this cluster must make progress, if no fault is left in it and a majority of
/// its voters is up.
///
/// # Errors
/// Why a leader is unlikely.
pub fn bound(world: &World) -> Result<Bound, String> {
    // The next leader has a configuration that is known to be committed, or one that is in the logs
    // of some nodes only.
    let mut longest = Bound { us: 0, rounds: 0 };
    for group in world.groups_in_use() {
        let bound = bound_of(world, &group)?;
        if bound.us > longest.us {
            longest = bound;
        }
    }
    Ok(longest)
}

/// The bound with a leader that has this configuration.
///
/// # Errors
/// Why a leader is unlikely.
fn bound_of(world: &World, group: &Group) -> Result<Bound, String> {
    let worst = Worst::of(world, group);
    let electorate = group.electorate();
    let voters = world.live().intersection(electorate).len() as u64;
    let times = Times::of(world, group, &worst, voters);
    let exchanges = exchanges(world);
    let exchange_us = times.message.saturating_add(times.write).saturating_mul(2);
    let catching_up_us = exchanges
        .saturating_mul(exchange_us)
        .saturating_add(worst.heartbeat_us.saturating_mul(heartbeats(world)))
        .saturating_add(times.message);

    let elected = elected(world, group, &worst, &times, voters);
    let kept = kept(world, &worst, voters, catching_up_us);
    let kept = both(kept, answered(&worst, &times, voters, catching_up_us));
    let arrived = arrived(world, members(world, group).len() as u64, exchanges);
    let held = both(kept, arrived);
    let again_us = if held < CERTAIN { catching_up_us } else { 0 };
    let round_us = times.round.saturating_add(again_us);
    let Some(rounds) = tries(both(elected, held), FALSE_ALARM, rounds_max(round_us)) else {
        return Err(unlikely(world, &worst, &times, [elected, kept, arrived]));
    };
    let rounds_us = rounds * round_us;
    let terms_us = times.round.saturating_add(worst.heartbeat_us);
    let us = terms_us.saturating_add(rounds_us).saturating_add(catching_up_us);
    Ok(Bound { us: rounded(past(world, us)?.saturating_add(us)), rounds })
}

/// How long what was planned earlier still matters, in microseconds, if what follows takes
/// `rest_us`.
///
/// # Errors
/// If a timer or a write takes longer than rounds of elections may.
fn past(world: &World, rest_us: u64) -> Result<u64, String> {
    let now_us = world.now_us();
    let mut end_us = now_us;
    if let Some((node, busy_us)) = world.last_busy() {
        end_us = end_us.max(busy_us);
        if end_us - now_us > ROUNDS_MAX_US {
            let left = quantity::time(end_us - now_us);
            return Err(format!(
                "a timer or a write of {node} from earlier settings ends in {left}"
            ));
        }
    }
    let live = world.live();
    let heard = world.network().in_flight().filter(|message| live.contains(message.message.to));
    let mut arrivals: Vec<u64> = heard.map(|message| message.due_us()).collect();
    arrivals.sort_unstable();
    for arrival_us in arrivals {
        if arrival_us > end_us.saturating_add(rest_us) {
            break;
        }
        end_us = end_us.max(arrival_us);
    }
    Ok(end_us - now_us)
}

/// The probability that a round elects a leader.
fn elected(world: &World, group: &Group, worst: &Worst, times: &Times, voters: u64) -> Chance {
    let (timeout, width_us) = (worst.timeout, worst.width_us);
    let in_time = match times.vote >= timeout.min_us && worst.write_us >= timeout.min_us {
        // Then each candidacy may add a write to those that are unfinished.
        true => 0,
        false => worst.longer_than(times.vote),
    };
    if voters == 1 {
        return in_time;
    }
    // Time goes by microseconds: what happens at the same one counts as too close.
    let l = share(times.request.saturating_add(1), width_us);
    let can_win = can_win(world, group);
    let undisturbed = power(CERTAIN.saturating_sub(2 * l), voters.saturating_sub(can_win));
    both(both(unsplit(can_win, 2, l), undisturbed), in_time)
}

/// How many of the voters that are up can win, if all logs differ: of these voters from the worst
/// log to the best, each whose log is at least as good as a quorum's, itself included.
fn can_win(world: &World, group: &Group) -> u64 {
    let mut not_better = NodeSet::EMPTY;
    let voters = world.live().intersection(group.electorate());
    let wins = |voter| {
        not_better.insert(voter);
        group.has_quorum(not_better)
    };
    voters.iter().map(wins).filter(|wins| *wins).count() as u64
}

/// The thesis's formula: 1 − P(split), the probability that fewer than `c` of `s` servers time out
/// within `l` of the first one, itself included.
fn unsplit(s: u64, c: u64, l: Chance) -> Chance {
    let term = |k: u64| {
        let ways = (0..k).fold(1, |ways, nth| ways * u128::from(s - nth) / u128::from(nth + 1));
        ways * both(power(l, k), power(CERTAIN - l, s - k))
    };
    (0..c - 1).map(term).sum()
}

/// The probability that no follower times out between two heartbeats while the others catch up.
fn kept(world: &World, worst: &Worst, voters: u64, catching_up_us: u64) -> Chance {
    let latency = world.settings().latency;
    let gap_us = worst.heartbeat_us.saturating_add(latency.max_us - latency.min_us);
    if voters == 1 {
        return CERTAIN;
    }
    let one = worst.longer_than(gap_us);
    let heartbeats = 1 + catching_up_us / worst.heartbeat_us;
    power(one, heartbeats.saturating_mul(voters - 1))
}

/// The probability that a leader that checks its majority is answered before each check, while the
/// others catch up: it sends at the latest with its next heartbeat.
fn answered(worst: &Worst, times: &Times, voters: u64, catching_up_us: u64) -> Chance {
    if !worst.check_quorum || voters == 1 {
        return CERTAIN;
    }
    let one = worst.longer_than(answer_us(worst, times));
    power(one, 1 + catching_up_us / worst.timeout.min_us.max(1))
}

/// How long it takes at most after a check until a majority has answered, in microseconds.
fn answer_us(worst: &Worst, times: &Times) -> u64 {
    let exchange_us = times.message.saturating_add(times.write).saturating_mul(2);
    worst.heartbeat_us.saturating_add(exchange_us)
}

/// The probability that none of the messages is lost that elect a leader and let all others catch
/// up: with each of them a request for a vote and its reply, the exchanges, and a heartbeat.
fn arrived(world: &World, members: u64, exchanges: u64) -> Chance {
    let (lost, all) = (world.settings().loss_ppm, quantity::WHOLE_PPM);
    let one = CERTAIN * u128::from(all.saturating_sub(lost)) / u128::from(all);
    let messages = exchanges.saturating_mul(2).saturating_add(3);
    power(one, messages.saturating_mul(members.saturating_sub(1)))
}

/// How many rounds of this length are counted.
fn rounds_max(round_us: u64) -> u64 {
    ROUNDS_MAX_US.checked_div(round_us).unwrap_or(ROUNDS_MAX).min(ROUNDS_MAX)
}

/// How many exchanges a leader needs with the follower that is the furthest behind: probes, then
/// batches of entries.
fn exchanges(world: &World) -> u64 {
    let logs: Vec<&Log> =
        world.hosts().filter_map(|host| host.record()).map(|record| &record.log).collect();
    let Some(first) = logs.first() else { return 0 };
    let mut same = logs.iter().map(|log| log.same_through(first)).min().unwrap_or_default();
    let mut last = logs.iter().map(|log| log.last_index()).max().unwrap_or_default();
    // What is in flight may still lengthen a log, or replace a part of it.
    for message in world.network().in_flight() {
        if let Body::AppendEntries { prev_log, entries, .. } = &message.message.body
            && !entries.is_empty()
        {
            same = same.min(prev_log.index);
            last = last.max(prev_log.index.plus(entries.len() as u32));
        }
    }
    let probes = logs.iter().map(|log| terms_after(same, log)).max().unwrap_or(0) + 1;
    let missing = u64::from(last.0.saturating_sub(same.0)) + 1;
    let batches = missing.div_ceil(u64::from(world.settings().raft.batch));
    probes + batches + SPARE_EXCHANGES
}

/// How many heartbeats the followers await until they have caught up: the last one, and one before
/// each snapshot that they may need.
fn heartbeats(world: &World) -> u64 {
    let discards = |node| {
        world.settings_of(node).snapshot_every.is_some()
            || world.host(node).log().base().index > Index(0)
    };
    if world.live().iter().any(discards) { 2 + SPARE_EXCHANGES } else { 1 }
}

/// The members that are up.
fn members(world: &World, group: &Group) -> NodeSet {
    world.live().intersection(group.members())
}

/// How many terms the entries after an index have.
fn terms_after(same: Index, log: &Log) -> u64 {
    let (mut terms, mut latest) = (0, None);
    for (_, entry) in log.iter_from(same.next()) {
        if latest != Some(entry.term) {
            latest = Some(entry.term);
            terms += 1;
        }
    }
    terms
}

/// Why a leader is unlikely, given the probabilities that it is elected, that it is kept, and that
/// no message is lost.
fn unlikely(
    world: &World,
    worst: &Worst,
    times: &Times,
    [elected, kept, arrived]: [Chance; 3],
) -> String {
    let timeout = worst.timeout;
    let least = elected.min(kept).min(arrived);
    let why = if arrived <= least {
        let loss = quantity::show_percent(world.settings().loss_ppm);
        format!("each message is lost with a probability of {loss} (`set loss 0` ends that)")
    } else if kept <= least && worst.check_quorum && answer_us(worst, times) >= timeout.min_us {
        format!(
            "answers take up to {} with the heartbeat before them, but a leader checks for them \
             after as little as {} (check-quorum)",
            quantity::time(answer_us(worst, times)),
            quantity::show_duration(timeout.min_us)
        )
    } else if kept <= least {
        let heartbeat = quantity::show_duration(worst.heartbeat_us);
        let shortest = quantity::show_duration(timeout.min_us);
        format!(
            "heartbeats are sent every {heartbeat} and arrive irregularly, but a follower \
             campaigns after as little as {shortest}"
        )
    } else if times.vote >= timeout.min_us {
        format!(
            "votes take up to {}, but a candidate starts another election after as little as {}",
            quantity::time(times.vote),
            quantity::show_duration(timeout.min_us)
        )
    } else {
        format!(
            "votes are likely to split: a request for votes takes up to {}, and all election \
             timeouts lie within {} (§5.2)",
            quantity::time(times.request),
            quantity::show_duration(worst.width_us)
        )
    };
    format!("progress cannot be expected within 10 minutes: {why}")
}

/// Rounded up, so that it is read easily: to tenths of a second, below a second to 10ms.
fn rounded(us: u64) -> u64 {
    let unit_us = if us > 1_000_000 { 100_000 } else { 10_000 };
    us.div_ceil(unit_us).saturating_mul(unit_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of the thesis for five servers, one of which has failed.
    #[test]
    fn the_formula_gives_the_values_of_the_thesis() {
        let c = 4 - 5 / 2 + 1;
        // In percent, and in hundredths of a percent.
        for (l, expected) in [(1, 6), (10, 523), (20, 1808)] {
            let found = CERTAIN - unsplit(4, c, CERTAIN / 100 * l);
            assert_eq!(found.div_ceil(CERTAIN / 10_000), expected, "{l}");
        }
    }

    #[test]
    fn the_bound_of_a_fresh_cluster() {
        let bounds = [1, 3, 5, 7].map(|nodes| bound(&World::new(nodes, 1)).map(|bound| bound.us));
        assert_eq!(bounds, [1_000_000, 9_000_000, 14_600_000, 22_700_000].map(Ok));
    }
}
