//! Commands that break and mend links.

use clap::{Args, Subcommand};

use crate::console::Output;
use crate::language::{Error, Selection};
use crate::quantity;
use crate::raft::NodeSet;
use crate::session::Session;
use crate::sim::{Action, Applied, LinkDirection, Setting};
use crate::view;

use super::cluster;
use super::shared::{NodesArgument, warn};

/// Commands that break and mend links.
#[derive(Clone, Debug, Subcommand)]
pub enum Link {
    /// Cut the links between nodes
    ///
    /// A cut link drops the messages sent over it, and those in flight when they arrive.
    #[command(after_help = "cut n1 n3\ncut n1 n3 --one-way\ncut leader followers")]
    Cut {
        /// Nodes, such as n1 or leader
        #[arg(value_name = "A")]
        from: Selection,
        /// Nodes, such as n3 or followers
        #[arg(value_name = "B")]
        to: Selection,
        /// Cut only the links from A to B, not those from B to A
        #[arg(long)]
        one_way: bool,
    },
    /// Restore links that were cut: between A and B, all links of A, or all
    #[command(after_help = "heal n1 n3\nheal n1\nheal")]
    Heal {
        /// Nodes, such as n1 or leader
        #[arg(value_name = "A")]
        from: Option<Selection>,
        /// Nodes, such as n3 or followers; without them, every other node
        #[arg(value_name = "B")]
        to: Option<Selection>,
    },
    /// Cut all links to and from these nodes
    #[command(after_help = "isolate leader\nisolate n4,n5")]
    Isolate(NodesArgument),
    /// Split the cluster into groups that cannot reach each other
    ///
    /// The partition replaces all earlier cuts. A node in no group reaches every node.
    #[command(after_help = "partition n1,n2 | n3,n4,n5")]
    Partition {
        /// Two groups of nodes or more, separated by `|`
        #[arg(value_name = "SET | SET", required = true, num_args = 1..)]
        groups: Vec<String>,
    },
    /// Make messages from A to B take longer
    ///
    /// DURATION is added to the latency of each message. `delay A B 0` ends the delay; `heal` does
    /// not.
    #[command(after_help = "delay n1 n3 100ms\ndelay leader followers 20ms\ndelay all all 0")]
    Delay {
        /// Nodes, such as n1 or leader
        #[arg(value_name = "A")]
        from: Selection,
        /// Nodes, such as n3 or followers
        #[arg(value_name = "B")]
        to: Selection,
        /// The additional time
        #[arg(value_name = "DURATION", value_parser = quantity::duration,
              allow_hyphen_values = true)]
        delay_us: u64,
    },
    /// Lose messages at random: on all links, or from A to B
    ///
    /// Without nodes, this is `set loss`. With nodes, the value replaces the setting for these
    /// links; 0 makes the setting apply to them again.
    #[command(after_help = "loss 10%\nloss 50% n1 n3\nloss 0")]
    Loss {
        /// The probability that a message is lost
        #[arg(value_name = "PERCENT", value_parser = quantity::percent, allow_hyphen_values = true)]
        ppm: u32,
        #[command(flatten)]
        ends: LinkEnds,
    },
    /// Duplicate messages at random: on all links, or from A to B
    ///
    /// Without nodes, this is `set duplicate`. With nodes, the value replaces the setting for these
    /// links; 0 makes the setting apply to them again. A duplicate is not duplicated again.
    #[command(after_help = "duplicate 25%\nduplicate 100% n1 n2\nduplicate 0")]
    Duplicate {
        /// The probability that a message is duplicated
        #[arg(value_name = "PERCENT", value_parser = quantity::percent, allow_hyphen_values = true)]
        ppm: u32,
        #[command(flatten)]
        ends: LinkEnds,
    },
    /// Hold messages in flight: on all links, or from A to B
    ///
    /// A held message stays in flight until `deliver`, `drop` or `release`. This applies to
    /// messages that are in flight already and to later ones.
    #[command(after_help = "hold\nhold n1 n3\nhold leader followers")]
    Hold(LinkEnds),
    /// Stop holding messages: they arrive when due, or at once if overdue
    #[command(after_help = "release\nrelease n1 n3")]
    Release(LinkEnds),
}

/// The nodes at both ends of some links, or all links.
#[derive(Args, Clone, Debug)]
pub struct LinkEnds {
    /// Nodes, such as n1 or leader
    #[arg(value_name = "A", requires = "to")]
    from: Option<Selection>,
    /// Nodes, such as n3 or followers
    #[arg(value_name = "B")]
    to: Option<Selection>,
}

impl LinkEnds {
    /// The nodes at both ends; `None` if none were named.
    fn named(&self, session: &Session) -> Result<Option<(NodeSet, NodeSet)>, Error> {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => Ok(Some((session.nodes(from)?, session.nodes(to)?))),
            _ => Ok(None),
        }
    }

    /// The nodes at both ends; all nodes if none were named.
    fn or_all(&self, session: &Session) -> Result<(NodeSet, NodeSet), Error> {
        let all = session.world().nodes();
        Ok(self.named(session)?.unwrap_or((all, all)))
    }
}

impl Link {
    /// Checks the groups of `partition`, which clap only collects.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self {
            Link::Partition { groups } => read_groups(groups).map(drop),
            _ => Ok(()),
        }
    }

    /// The single move that it makes.
    pub(super) fn action(&self, session: &Session) -> Result<Action, Error> {
        Ok(match self {
            Link::Cut { from, to, one_way } => {
                let ways = if *one_way { LinkDirection::OneWay } else { LinkDirection::Both };
                Action::Cut(session.nodes(from)?, session.nodes(to)?, ways)
            }
            Link::Heal { from: None, .. } => Action::HealAll,
            Link::Heal { from: Some(from), to } => {
                Action::Heal(session.nodes(from)?, session.nodes_or_all(to.as_ref())?)
            }
            Link::Isolate(NodesArgument { nodes }) => Action::Isolate(session.nodes(nodes)?),
            Link::Partition { groups } => {
                let groups = read_groups(groups)?;
                Action::Partition(
                    groups.iter().map(|group| session.nodes(group)).collect::<Result<_, _>>()?,
                )
            }
            Link::Delay { from, to, delay_us } => {
                Action::Delay(session.nodes(from)?, session.nodes(to)?, *delay_us)
            }
            Link::Loss { ppm, ends } => match ends.named(session)? {
                Some((from, to)) => Action::LinkLoss(from, to, *ppm),
                None => Action::Set(Setting::Loss(*ppm)),
            },
            Link::Duplicate { ppm, ends } => match ends.named(session)? {
                Some((from, to)) => Action::LinkDuplicate(from, to, *ppm),
                None => Action::Set(Setting::Duplicate(*ppm)),
            },
            Link::Hold(ends) => {
                let (from, to) = ends.or_all(session)?;
                Action::Hold(from, to)
            }
            Link::Release(ends) => {
                let (from, to) = ends.or_all(session)?;
                Action::Release(from, to)
            }
        })
    }

    /// Whether it is about all links, or all links of some nodes, in a cluster of one node, which
    /// has none.
    fn finds_no_links(&self, session: &Session) -> bool {
        let names_no_link = match self {
            Link::Hold(ends) | Link::Release(ends) => ends.from.is_none(),
            Link::Heal { from, to } => from.is_some() && to.is_none(),
            _ => false,
        };
        names_no_link && session.world().cluster_size() == 1
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let action = self.action(session)?;
        if self.finds_no_links(session) {
            say_links("", Applied::default(), ("", "there are no links"), out);
            return Ok(());
        }
        const CUT: &str =
            "`run 1s` shows what follows, `links` shows who reaches whom, `heal` ends all cuts";
        let (how, next) = match &action {
            Action::Set(setting) => return cluster::set(*setting, None, session, out),
            Action::Cut(..) | Action::Isolate(_) => (("cut", "cut already"), CUT),
            Action::Partition(_) => (("changed", "partitioned so already"), CUT),
            Action::Heal(..) | Action::HealAll => {
                (("healed", "not cut"), "`run 1s` shows what follows, `links` shows the links")
            }
            Action::Hold(..) => {
                (("held", "held already"), "`messages` lists what is held, `release` ends it")
            }
            Action::Release(..) => (("released", "not held"), "`step` makes the next step"),
            _ => {
                (("changed", "set already"), "`run 1s` shows what follows, `links` shows the links")
            }
        };
        let left_out = match &action {
            Action::Partition(_) => session.world().nodes().difference(action.nodes()),
            _ => NodeSet::EMPTY,
        };
        let all = session.world().nodes().to_string();
        let words = match &action {
            Action::Isolate(nodes) => format!("{nodes} isolated"),
            Action::Heal(nodes, other) if *other == session.world().nodes() => {
                format!("heal {nodes}")
            }
            _ => action.to_string().replace(&format!(" {all} {all}"), " all links"),
        };
        let doubt = session.doubt();
        let applied = session.act(action)?;
        say_links(&words, applied, how, out);
        warn(doubt, session, out);
        out.hint(next);
        if !left_out.is_empty() {
            out.remark(&format!("in no group, so every node reaches them: {left_out}").into());
        }
        Ok(())
    }
}

/// Reads the groups of `partition`, which are separated by `|`.
fn read_groups(words: &[String]) -> Result<Vec<Selection>, Error> {
    const EXAMPLE: &str = "write partition n1,n2 | n3,n4,n5";
    let line = words.join(" ");
    let groups = line.split('|').map(|group| {
        let joined = group.split_whitespace().collect::<Vec<_>>().join(",");
        match joined.is_empty() {
            true => Err(Error::usage("a group is empty").word("|").help(EXAMPLE)),
            false => joined.parse().map_err(|why: String| Error::usage(why).word(group.trim())),
        }
    });
    let groups: Vec<Selection> = groups.collect::<Result<_, _>>()?;
    match groups.len() {
        1 => Err(Error::usage("a partition has two groups or more").help(EXAMPLE)),
        _ => Ok(groups),
    }
}

fn say_links(what: &str, applied: Applied, (changed, unchanged): (&str, &str), out: &mut Output) {
    out.data("changed", &applied.changed);
    match applied.links {
        0 => out.remark(&format!("{unchanged}: nothing changed").into()),
        links => {
            let links = view::counted(links as u64, "one-way link");
            out.remark(&format!("{what}: {links} {changed}").into());
        }
    }
}
