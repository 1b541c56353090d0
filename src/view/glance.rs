//! The cluster at a glance: what stands before the prompt.

use crate::raft::Term;
use crate::sim::World;

use super::document::{Text, Tone};

/// What the prompt tells besides what can be seen in the world itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The flaws that are switched on.
    pub flaws: Vec<String>,
    /// The first safety property that was violated, if one was.
    pub violated: Option<String>,
}

/// `t=183ms n3@1 5/5 `: time, the leader and its term, how many nodes are up, flaws, what was violated.
///
/// Without a leader it is `no leader`, and the highest term that a live node has heard of, if there is one: `no leader@2`.
pub fn glance(world: &World, marks: &Marks) -> Text {
    let (up, all) = (world.live().len(), world.cluster_size());
    let count = match up {
        _ if up == all => Tone::Plain,
        // Too few for a majority: nothing can be committed.
        _ if up * 2 <= all => Tone::Bad,
        _ => Tone::Warn,
    };
    let mut text = Text::new().toned(Tone::Dim, format!("t={} ", clock(world.now_us())));
    let term = |node| world.host(node).hard_state().current_term;
    text = match world.leader() {
        Some(leader) => text.toned(Tone::Leader, format!("{leader}@{}", term(leader))),
        None => match world.live().iter().map(term).max().filter(|term| *term > Term(0)) {
            Some(term) => text.toned(Tone::Warn, format!("no leader@{term}")),
            None => text.toned(Tone::Warn, "no leader"),
        },
    };
    text = text.toned(count, format!(" {up}/{all} "));
    if !marks.flaws.is_empty() {
        text = text.toned(Tone::Warn, format!("flawed: {} ", marks.flaws.join(",")));
    }
    match &marks.violated {
        Some(property) => text.toned(Tone::Bad, format!("violated: {property} ")),
        None => text,
    }
}

/// A time, no more exactly than a glance can take in: `183ms`, `12.4s`, `5m07s`, `10h00m`.
fn clock(us: u64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Timeline;
    use crate::sim::Action;

    fn plain(world: &World, marks: &Marks) -> String {
        glance(world, marks).0.iter().map(|span| span.text.as_str()).collect()
    }

    #[test]
    fn what_stands_before_the_prompt() {
        let mut timeline: Timeline = Timeline::new(3, 1);
        let mut marks = Marks::default();
        assert_eq!(plain(timeline.world(), &marks), "t=0 no leader 3/3 ");
        while timeline.world().leader().is_none() {
            timeline.step(u64::MAX);
        }
        assert_eq!(plain(timeline.world(), &marks), "t=183ms n3@1 3/3 ");
        timeline.act(Action::Kill(timeline.world().leader().into_iter().collect())).unwrap();
        let world = timeline.world();
        assert_eq!(plain(world, &marks), "t=183ms no leader@1 2/3 ");
        marks.flaws.push("eager-commit".to_owned());
        marks.violated = Some("election-safety".to_owned());
        assert_eq!(
            plain(world, &marks),
            "t=183ms no leader@1 2/3 flawed: eager-commit violated: election-safety "
        );
    }

    #[test]
    fn times_at_a_glance() {
        for (us, shown) in [
            (0, "0"),
            (1, "1us"),
            (1_000, "1ms"),
            (183_691, "183ms"),
            (999_999, "999ms"),
            (1_000_000, "1.0s"),
            (59_990_000, "59.9s"),
            (60_000_000, "1m00s"),
            (3_599_999_999, "59m59s"),
            (36_060_000_000, "10h01m"),
        ] {
            assert_eq!(clock(us), shown);
        }
    }
}
