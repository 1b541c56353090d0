//! What a hunt is told: the clusters that it tries, and the storms that it sends over them.

use std::ops::RangeInclusive;

use super::storm::trouble::Troubles;
use crate::raft::{Flaw, NodeSet};
use crate::session::Session;
use crate::sim::{Action, Lineup, OnViolation, Setting, Settings, World};

/// How many seeds a hunt tries if nothing is said.
pub const SEEDS: u64 = 1_000;

/// How long a storm lasts if nothing is said, in microseconds of virtual time.
pub const FOR_US: u64 = 60_000_000;

/// How many clients are at work if nothing is said.
pub const CLIENTS: u32 = 3;

/// The most clients.
pub const CLIENTS_MAX: u32 = 100;

/// What is the same for all seeds of a hunt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many nodes each cluster has; none if each seed draws that.
    pub nodes: Option<usize>,
    /// The settings that somebody chose. Each seed draws the others.
    pub chosen: Vec<Setting>,
    /// The settings of single nodes. They need a number of nodes.
    pub own: Vec<(Setting, NodeSet)>,
    /// The flaws that are on.
    pub flaws: Vec<Flaw>,
    /// The engines that run at the nodes.
    pub engines: Lineup,
    /// The troubles that storms may use.
    pub troubles: Troubles,
    /// How many clients send requests.
    pub clients: u32,
    /// How long each storm lasts, in microseconds of virtual time.
    pub for_us: u64,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            nodes: None,
            chosen: Vec::new(),
            own: Vec::new(),
            flaws: Vec::new(),
            engines: Lineup::NONE,
            troubles: Troubles::recoverable(),
            clients: CLIENTS,
            for_us: FOR_US,
        }
    }
}

impl Plan {
    /// The clusters of a session: its size and settings as far as somebody chose them, and its
    /// flaws. A setting counts as chosen if it was set, or differs from the default.
    pub fn of(session: &Session) -> Plan {
        let world = session.world();
        let set: Vec<&'static str> = session
            .journal()
            .actions()
            .filter_map(|action| match action {
                Action::Set(setting) => Some(setting.name()),
                _ => None,
            })
            .collect();
        let usual = Settings::default().all();
        let is_chosen = |setting: &Setting| {
            let name = setting.name();
            let is_set = session.is_chosen(name) || set.contains(&name);
            !is_of_recording(setting) && (is_set || !usual.contains(setting))
        };
        let engines = world.settings().engines;
        let own = own_settings(world);
        let nodes = (session.is_size_chosen() || !own.is_empty()).then(|| world.cluster_size());
        Plan {
            nodes,
            chosen: world.settings().all().into_iter().filter(is_chosen).collect(),
            own,
            flaws: world.settings().raft.flaws.iter().collect(),
            engines,
            troubles: Troubles::recoverable().of_engines(engines),
            ..Plan::default()
        }
    }

    /// Whether somebody chose the value of the setting of this name.
    pub fn is_chosen(&self, name: &str) -> bool {
        self.chosen.iter().any(|setting| setting.name() == name)
            || self.own.iter().any(|(setting, _)| setting.name() == name)
    }

    /// The settings of a cluster before a seed draws the others.
    pub(super) fn settings(&self) -> Settings {
        let mut settings = Settings { engines: self.engines, ..Settings::default() };
        settings.set(Setting::OnViolation(OnViolation::Continue));
        for setting in &self.chosen {
            settings.set(*setting);
        }
        settings
    }

    /// The moves with which each cluster begins.
    pub(super) fn beginning(&self) -> impl Iterator<Item = Action> {
        let own = self.own.iter().map(|(setting, nodes)| Action::SetOf(*setting, *nodes));
        own.chain(self.flaws.iter().map(|flaw| Action::Flaw(*flaw, true)))
    }
}

/// Settings of what is recorded and of what a violation does: a hunt has its own.
fn is_of_recording(setting: &Setting) -> bool {
    matches!(setting, Setting::OnViolation(_) | Setting::History(_))
}

/// The values of single nodes, with the nodes that share each.
fn own_settings(world: &World) -> Vec<(Setting, NodeSet)> {
    let mut own: Vec<(Setting, NodeSet)> = Vec::new();
    for (node, setting) in world.own_settings() {
        match own.iter_mut().find(|(other, _)| *other == setting) {
            Some((_, nodes)) => {
                nodes.insert(node);
            }
            None => own.push((setting, NodeSet::one(node))),
        }
    }
    own
}

/// One part of a hunt that is divided among several machines: the seeds whose place in the whole,
/// counted from 1, leaves the remainder `is` when it is divided by `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub is: u64,
    /// Of how many.
    pub of: u64,
}

impl Shard {
    /// Reads `2/4`.
    ///
    /// # Errors
    /// How it is written.
    pub fn read(text: &str) -> Result<Shard, String> {
        let number = |text: &str| text.parse::<u64>().ok().filter(|number| *number > 0);
        let parts = text.split_once('/').and_then(|(is, of)| Some((number(is)?, number(of)?)));
        match parts {
            Some((is, of)) if is <= of => Ok(Shard { is, of }),
            _ => Err("a shard is I/M, such as 1/4 to 4/4".to_owned()),
        }
    }
}

/// The seeds that a hunt tries, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeds {
    /// The first and the last of the whole hunt.
    pub all: RangeInclusive<u64>,
    /// The part that is tried here; none if all are.
    pub shard: Option<Shard>,
}

impl Seeds {
    /// The seeds from 1 on.
    pub fn first(count: u64) -> Seeds {
        Seeds { all: 1..=count, shard: None }
    }

    /// Reads `1..1000`.
    ///
    /// # Errors
    /// How it is written.
    pub fn read(text: &str) -> Result<RangeInclusive<u64>, String> {
        let ends = text.split_once("..").and_then(|(from, to)| {
            Some((from.trim().parse::<u64>().ok()?, to.trim().parse::<u64>().ok()?))
        });
        match ends {
            Some((from, to)) if from <= to => Ok(from..=to),
            Some(_) => Err("the first seed is larger than the last: write 1..1000".to_owned()),
            None => Err("seeds are A..B, both ends included, such as 1..1000".to_owned()),
        }
    }

    /// How many seeds are tried here.
    pub fn count(&self) -> usize {
        let all = (self.all.end() - self.all.start()).saturating_add(1);
        let here = match self.shard {
            None => all,
            Some(Shard { is, of }) => all / of + u64::from(all % of >= is),
        };
        usize::try_from(here).unwrap_or(usize::MAX)
    }

    /// The seed at a place, from 0.
    pub fn at(&self, nth: usize) -> u64 {
        let Shard { is, of } = self.shard.unwrap_or(Shard { is: 1, of: 1 });
        self.all.start() + (nth as u64) * of + is - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every seed is in exactly one shard, and shards of too few seeds are empty.
    #[test]
    fn shards_divide_the_seeds() {
        for (from, to, of) in [(1, 10, 3), (5, 5, 4), (0, 99, 7), (3, 8, 6)] {
            let mut all: Vec<u64> = (1..=of)
                .flat_map(|is| {
                    let seeds = Seeds { all: from..=to, shard: Some(Shard { is, of }) };
                    (0..seeds.count()).map(|nth| seeds.at(nth)).collect::<Vec<_>>()
                })
                .collect();
            all.sort_unstable();
            assert_eq!(all, (from..=to).collect::<Vec<_>>());
        }
        assert_eq!(Seeds { all: 0..=u64::MAX, shard: None }.count(), usize::MAX);
    }

    #[test]
    fn what_is_typed() {
        assert_eq!(Shard::read("2/4"), Ok(Shard { is: 2, of: 4 }));
        for bad in ["0/4", "5/4", "1/0", "1", "a/b", ""] {
            assert!(Shard::read(bad).is_err(), "{bad}");
        }
        assert_eq!(Seeds::read("3..9"), Ok(3..=9));
        for bad in ["9..3", "3", "..", "a..b", "-1..3"] {
            assert!(Seeds::read(bad).is_err(), "{bad}");
        }
    }
}
