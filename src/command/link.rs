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
use super::shared::NodesArgument;

/// Commands that break and mend links.
#[derive(Clone, Debug, Subcommand)]
pub enum Link {
    /// Cut network links
    ///
    /// A cut drops what is sent over the link, and what would arrive over it.
    #[command(after_help = "cut n1 n3\ncut n1 n3 --one-way\ncut leader followers")]
    Cut {
        /// From these nodes
        #[arg(value_name = "A")]
        from: Selection,
        /// To these nodes
        #[arg(value_name = "B")]
        to: Selection,
        /// Only the way from A to B
        #[arg(long)]
        one_way: bool,
    },
    /// End cuts: between two nodes, or all
    #[command(after_help = "heal n1 n3\nheal")]
    Heal(LinkEnds),
    /// Cut each of these nodes from every other
    #[command(after_help = "isolate leader\nisolate n4,n5")]
    Isolate(NodesArgument),
    /// Split the cluster into groups that do not reach each other
    ///
    /// Replaces all cuts. A node that is in no group reaches every node.
    #[command(after_help = "partition n1,n2 | n3,n4,n5")]
    Partition {
        /// The groups, `|` between two
        #[arg(value_name = "SET | SET", required = true, num_args = 1..)]
        groups: Vec<String>,
    },
    /// Make messages from A to B take longer
    ///
    /// The time is added to each message's latency. 0 ends it; `heal` does not.
    #[command(after_help = "delay n1 n3 100ms\ndelay leader followers 20ms\ndelay all all 0")]
    Delay {
        /// From these nodes
        #[arg(value_name = "A")]
        from: Selection,
        /// To these nodes
        #[arg(value_name = "B")]
        to: Selection,
        /// How much longer
        #[arg(value_name = "DURATION", value_parser = quantity::duration, allow_hyphen_values = true)]
        delay_us: u64,
    },
    /// Lose messages by chance: everywhere, or from A to B
    ///
    /// Without nodes it is the same as `set loss`. A link's own loss counts instead of the setting;
    /// 0 ends it.
    #[command(after_help = "loss 10%\nloss 50% n1 n3\nloss 0")]
    Loss {
        /// How likely each message is lost
        #[arg(value_name = "PERCENT", value_parser = quantity::percent, allow_hyphen_values = true)]
        ppm: u32,
        #[command(flatten)]
        ends: LinkEnds,
    },
    /// Deliver messages twice by chance: everywhere, or from A to B
    ///
    /// Without nodes it is the same as `set duplicate`. A link's own share counts instead of the
    /// setting; 0 ends it. A duplicate is not duplicated again.
    #[command(after_help = "duplicate 25%\nduplicate 100% n1 n2\nduplicate 0")]
    Duplicate {
        /// How likely each message arrives a second time
        #[arg(value_name = "PERCENT", value_parser = quantity::percent, allow_hyphen_values = true)]
        ppm: u32,
        #[command(flatten)]
        ends: LinkEnds,
    },
    /// Hold messages from A to B in flight, all messages if no nodes are named
    ///
    /// They stay in flight, those sent before as well, until `deliver` or `release`.
    #[command(after_help = "hold\nhold n1 n3\nhold leader followers")]
    Hold(LinkEnds),
    /// End `hold`: what is held goes on its way
    #[command(after_help = "release\nrelease n1 n3")]
    Release(LinkEnds),
}

/// The nodes at both ends of some links, or all links.
#[derive(Args, Clone, Debug)]
pub struct LinkEnds {
    /// From these nodes
    #[arg(value_name = "A", requires = "to")]
    from: Option<Selection>,
    /// To these nodes
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
            Link::Heal(ends) => match ends.named(session)? {
                Some((from, to)) => Action::Heal(from, to),
                None => Action::HealAll,
            },
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

    /// Whether it holds or releases all links of a cluster of one node, which has none.
    fn finds_no_links(&self, session: &Session) -> bool {
        let (Link::Hold(ends) | Link::Release(ends)) = self else { return false };
        ends.from.is_none() && session.world().cluster_size() == 1
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        if self.finds_no_links(session) {
            say_links("", Applied::default(), "there are no links", out);
            return Ok(());
        }
        let action = self.action(session)?;
        const CUT: &str =
            "`run 1s` shows what comes of it, `links` who reaches whom, `heal` ends it";
        let (unchanged, next) = match &action {
            Action::Set(setting) => return cluster::set(*setting, session, out),
            Action::Cut(..) | Action::Isolate(_) => ("cut already", CUT),
            Action::Partition(_) => ("partitioned like that already", CUT),
            Action::Heal(..) | Action::HealAll => {
                ("whole already", "`run until agree` waits until all logs are the same")
            }
            Action::Hold(..) => {
                ("held already", "`messages` lists what is held, `deliver` and `release` let it go")
            }
            Action::Release(..) => ("not held", "`step` lets the next thing happen"),
            _ => {
                ("like that already", "`run 1s` shows what comes of it; with 0 the command ends it")
            }
        };
        let left_out = match &action {
            Action::Partition(_) => session.world().nodes().difference(action.nodes()),
            _ => NodeSet::EMPTY,
        };
        let all = session.world().nodes().to_string();
        let words = action.to_string().replace(&format!(" {all} {all}"), " all links");
        let applied = session.act(action)?;
        say_links(&words, applied, unchanged, out);
        out.hint(next);
        if !left_out.is_empty() {
            out.remark(&format!("in no group, and so in reach of every node: {left_out}").into());
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

fn say_links(what: &str, applied: Applied, unchanged: &str, out: &mut Output) {
    out.data("changed", &applied.changed);
    match applied.links {
        0 => out.remark(&format!("{unchanged}: nothing changed").into()),
        links => {
            let ways = view::counted(links as u64, "link");
            out.remark(&format!("{what} ({ways}, each way counts)").into());
        }
    }
}
