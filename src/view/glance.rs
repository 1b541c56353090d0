//! The state of the cluster in a few words, shown before the prompt.

use crate::raft::Term;
use crate::sim::World;

use super::document::{Text, Tone};
use super::words;

/// `t=183ms n3@1 5/5 `: the time, the leader and its term, and how many nodes are up. After that
/// come the number of flaws that are on and the number of violations; their names would leave no
/// room for a line. From the first violation on, all of it is red.
///
/// Without a leader it is `no leader`, with the highest term of a live node unless that is 0: `no
/// leader@2`.
pub fn glance(world: &World) -> Text {
    let (up, all) = (world.live().len(), world.cluster_size());
    let count = match up {
        _ if up == all => Tone::Plain,
        // Too few for a majority: nothing can be committed.
        _ if !world.can_decide(world.live()) => Tone::Bad,
        _ => Tone::Warn,
    };
    let mut text = Text::new().toned(Tone::Dim, format!("t={} ", clock(world.now_us())));
    let term = |node| world.host(node).hard_state().current_term;
    text = match world.leader() {
        Some(leader) => {
            let text = text.toned(Tone::Leader, format!("{leader}@{}", term(leader)));
            match world.contact(leader).filter(|contact| contact.is_lost) {
                Some(contact) => {
                    let all = world.group().electorate().len();
                    let reach = format!(" hears {}/{all}", contact.reached.len());
                    text.toned(Tone::Bad, reach)
                }
                None => text,
            }
        }
        None => match world.live().iter().map(term).max().filter(|term| *term > Term(0)) {
            Some(term) => text.toned(Tone::Warn, format!("no leader@{term}")),
            None => text.toned(Tone::Warn, "no leader"),
        },
    };
    text = text.toned(count, format!(" {up}/{all} "));
    let flaws = world.settings().raft.flaws.iter().count();
    if flaws > 0 {
        text = text.toned(Tone::Warn, format!("{} ", words::counted(flaws as u64, "flaw")));
    }
    if !world.violations().is_empty() {
        text = text.plain(format!("{} violated ", world.violations().len()));
        text.0.iter_mut().for_each(|span| span.tone = Tone::Bad);
    }
    if world.judging_ended().is_some() {
        text = text.toned(Tone::Bad, "not judged ");
    }
    text
}

/// A time in short form, rounded down: `183ms`, `12.4s`, `5m07s`, `10h00m`.
pub fn clock(us: u64) -> String {
    let (ms, s, m, h) = (us / 1_000, us / 1_000_000, us / 60_000_000, us / 3_600_000_000);
    match us {
        0 => "0".to_owned(),
        1..1_000 => format!("{us}us"),
        _ if s == 0 => format!("{ms}ms"),
        _ if m == 0 => format!("{s}.{}s", ms % 1_000 / 100),
        _ if h == 0 => format!("{m}m{:02}s", s % 60),
        _ => format!("{h}h{:02}m", m % 60),
    }
}
