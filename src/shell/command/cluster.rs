//! Making and setting up clusters.

use clap::Subcommand;

use crate::quantity::shown;
use crate::raft::MAX_NODES;
use crate::shell::error::Error;
use crate::shell::output::Output;
use crate::shell::session::{Session, Start};
use crate::shell::suggest;
use crate::sim::settings::SETTING_NAMES;
use crate::sim::{Action, Setting};
use crate::view::{self, tables};

/// Commands that make and set up clusters.
#[derive(Clone, Debug, Subcommand)]
pub enum Cluster {
    /// Throw everything away and start a fresh cluster
    ///
    /// Time, settings, faults, requests and history begin anew. Without N and --seed the cluster is as large, and as
    /// random, as the one that raftsh started with.
    #[command(name = "cluster", after_help = "cluster 3\ncluster 5 --seed 7")]
    Begin {
        /// How many nodes, 1 to 101
        #[arg(value_name = "N", value_parser = nodes, allow_hyphen_values = true)]
        nodes: Option<usize>,
        /// Where all chance comes from
        #[arg(long, value_name = "S", value_parser = crate::quantity::count, allow_hyphen_values = true)]
        seed: Option<u64>,
    },
    /// Change a setting
    ///
    /// It acts from the next event on, and on later sends only. `settings` lists them all.
    #[command(after_help = "set latency 5ms..15ms\nset election-timeout 150ms..300ms\nset loss 12.5%")]
    Set {
        /// Which; see `settings`
        #[arg(value_name = "KEY")]
        key: String,
        /// Its new value
        #[arg(value_name = "VALUE", allow_hyphen_values = true)]
        value: String,
        /// The two together.
        #[arg(skip)]
        setting: Option<Setting>,
    },
    /// List the settings
    #[command(after_help = "settings")]
    Settings,
}

fn nodes(text: &str) -> Result<usize, String> {
    let count = crate::quantity::count(text)?;
    match usize::try_from(count) {
        Ok(nodes @ 1..) if nodes <= usize::from(MAX_NODES) => Ok(nodes),
        _ => Err(format!("a cluster has 1 to {MAX_NODES} nodes, not {count}")),
    }
}

impl Cluster {
    /// What a value has to look like depends on the key, so the two are read together.
    pub(super) fn refine(&mut self) -> Result<(), Error> {
        if let Cluster::Set { key, value, setting } = self {
            *setting = Some(read_setting(key, value)?);
        }
        Ok(())
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Cluster::Begin { nodes, seed } => {
                let start = session.start();
                let start = Start { nodes: nodes.unwrap_or(start.nodes), seed: seed.unwrap_or(start.seed) };
                session.begin(start);
                let nodes = view::counted(start.nodes as u64, "node");
                out.remark(&format!("fresh cluster of {nodes}, seed {}, t=0", start.seed).into());
            }
            Cluster::Set { setting, .. } => {
                return setting.map_or(Ok(()), |setting| set(setting, session, out));
            }
            Cluster::Settings => out.emit(&tables::settings(session.world())),
        }
        Ok(())
    }
}

/// Changes a setting and says so.
pub(super) fn set(setting: Setting, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let applied = session.act(Action::Set(setting))?;
    let same = if applied.changed { "" } else { " already: nothing changed" };
    out.remark(&format!("{} is {}{same}", setting.name(), setting.value()).into());
    Ok(())
}

fn read_setting(key: &str, value: &str) -> Result<Setting, Error> {
    match Setting::read(key, value) {
        Some(Ok(setting)) => Ok(setting),
        Some(Err(why)) => Err(Error::usage(why).word(value)),
        None => {
            let near = suggest::nearest(key, SETTING_NAMES);
            let near = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
            Err(Error::usage(format!("unknown setting {}{near}", shown(key)))
                .word(key)
                .help(format!("settings are {}", SETTING_NAMES.join(", "))))
        }
    }
}
