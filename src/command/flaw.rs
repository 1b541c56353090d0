//! The command `flaw`, which switches well-known mistakes into the protocol.

use clap::{Args, Subcommand};

use super::shared::format;

use crate::console::Output;
use crate::language::{Error, suggest};
use crate::raft::Flaw as Mistake;
use crate::session::Session;
use crate::sim::Action;
use crate::view::{flaws, json};

/// The command `flaw`.
#[derive(Clone, Debug, Subcommand)]
pub enum Flaw {
    /// List the flaws, or switch one on or off in all nodes
    ///
    /// A flaw is a well-known mistake in the protocol; most were made by real implementations. It
    /// takes effect at once, in every node. `help flaws` says which property catches each flaw, and
    /// `scripts/flaws/` has a script for each.
    #[command(arg = format(), args_conflicts_with_subcommands = true, after_help = "flaw\nflaw \
        on vote-not-persisted\nflaw off vote-not-persisted")]
    Flaw {
        /// On or off
        #[command(subcommand)]
        switch: Option<Switch>,
    },
}

/// On or off.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Switch {
    /// Switch a flaw on
    On(FlawArgument),
    /// Switch it off again
    Off(FlawArgument),
}

/// A flaw.
#[derive(Args, Clone, Copy, Debug)]
pub struct FlawArgument {
    /// The flaw, by a name that `flaw` lists
    #[arg(value_name = "NAME", value_parser = mistake)]
    flaw: Mistake,
}

fn mistake(name: &str) -> Result<Mistake, String> {
    let found = Mistake::ALL.iter().copied().find(|flaw| flaw.name() == name);
    let names = Mistake::ALL.iter().map(|flaw| flaw.name());
    found.ok_or_else(|| suggest::unknown("flaw", name, names, "`flaw` lists them"))
}

impl Flaw {
    /// The single move that it makes; `None` if it lists the flaws.
    pub(super) fn action(&self) -> Option<Action> {
        let Flaw::Flaw { switch } = self;
        switch.map(|switch| match switch {
            Switch::On(FlawArgument { flaw }) => Action::Flaw(flaw, true),
            Switch::Off(FlawArgument { flaw }) => Action::Flaw(flaw, false),
        })
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let Some(action) = self.action() else {
            let world = session.world();
            out.show(|| flaws::list(world.settings().raft.flaws), "flaws", || json::flaws(world));
            return Ok(());
        };
        let Action::Flaw(flaw, on) = action else { return Ok(()) };
        let applied = session.act(action)?;
        out.data("changed", &applied.changed);
        let state = if on { "on" } else { "off" };
        let text = match (applied.changed, on) {
            (false, _) => format!("{flaw} is {state} already: nothing changed"),
            (true, true) => format!("{flaw} is on: {}", flaw.does()),
            (true, false) => format!("{flaw} is off"),
        };
        out.remark(&text.into());
        out.hint(match (on, session.world().settings().timers) {
            (false, _) => "`flaw` lists them all",
            (true, true) => "`run 10s` and faults may show it; `violations` lists what it broke",
            (true, false) => {
                "timers are off: `set timers on` and `run 10s` may show it; `violations` lists \
                    what it broke"
            }
        });
        Ok(())
    }
}
