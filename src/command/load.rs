//! Clients in the background.

use clap::Subcommand;

use super::shared::format;
use crate::console::Output;
use crate::language::Error;
use crate::quantity::{self, shown};
use crate::session::Session;
use crate::sim::load::{MAX_CLIENTS, MAX_KEYS, MAX_RATE};
use crate::sim::{Action, Mix};
use crate::view::{json, tables};

/// The command `clients`.
#[derive(Clone, Debug, Subcommand)]
pub enum Load {
    /// Set clients to work in the background, or list them
    ///
    /// N clients w1, w2, … send requests while time passes. Each has one request at a time. It
    /// sends it to the node that it believes to lead, and after a refusal or without an answer to
    /// another. Under `set sessions on` it sends the same request until there is an answer;
    /// otherwise it leaves it `unknown` and continues. All values that they write are different.
    /// They stop under `settle`, and `set timers off` does not stop them.
    #[command(
        arg = format(),
        after_help = "clients 3\nclients 5 --rate 100 --keys 1\nclients 3 --mix \
            put=5,get=4,cas=1 --timeout 200ms\nclients off\nclients"
    )]
    Clients {
        /// How many clients, 1 to 100; off stops them; without it, list them
        #[arg(value_name = "N|off", value_parser = count, allow_hyphen_values = true)]
        count: Option<Count>,
        /// How many keys they use; by default 3
        #[arg(long, value_name = "K", value_parser = keys, allow_hyphen_values = true)]
        keys: Option<u32>,
        /// How many requests a second each of them sends; by default 20
        #[arg(long, value_name = "N", value_parser = rate, allow_hyphen_values = true)]
        rate: Option<u32>,
        /// How likely each kind of request is; by default put=5,get=4,cas=1
        #[arg(long, value_name = "MIX", value_parser = Mix::read)]
        mix: Option<Mix>,
        /// How long a client waits for an answer; by default 500ms
        #[arg(long, value_name = "DURATION", value_parser = timeout, allow_hyphen_values = true)]
        timeout: Option<u64>,
    },
}

/// How many clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// This many, at least one.
    Of(u32),
    /// None any more.
    Off,
}

fn count(text: &str) -> Result<Count, String> {
    if text == "off" {
        return Ok(Count::Off);
    }
    within(text, MAX_CLIENTS, "clients").map(Count::Of)
}

fn keys(text: &str) -> Result<u32, String> {
    within(text, MAX_KEYS, "keys")
}

fn rate(text: &str) -> Result<u32, String> {
    within(text, MAX_RATE, "requests a second")
}

fn within(text: &str, most: u32, what: &str) -> Result<u32, String> {
    let count = quantity::count(text)?;
    match u32::try_from(count) {
        Ok(count) if (1..=most).contains(&count) => Ok(count),
        _ => Err(format!("{} is out of range: 1 to {most} {what}", shown(text))),
    }
}

fn timeout(text: &str) -> Result<u64, String> {
    match quantity::duration(text)? {
        0 => Err("a client waits for more than 0; write at least 1us".to_owned()),
        us => Ok(us),
    }
}

impl Load {
    /// Checks what clap cannot: options belong to a number of clients.
    pub(super) fn check(&self) -> Result<(), Error> {
        let Load::Clients { count, keys, rate, mix, timeout } = self;
        let any = keys.is_some() || rate.is_some() || mix.is_some() || timeout.is_some();
        match count {
            Some(Count::Of(_)) => Ok(()),
            Some(Count::Off) | None if !any => Ok(()),
            _ => Err(Error::usage("these options need a number of clients")
                .help("for example: clients 3 --rate 50")),
        }
    }

    /// The move that it makes; `None` if it lists the clients.
    pub(super) fn action(&self) -> Option<Action> {
        let Load::Clients { count, keys, rate, mix, timeout } = self;
        let usual = crate::sim::Load::default();
        Some(Action::Clients(match (*count)? {
            Count::Off => None,
            Count::Of(clients) => Some(crate::sim::Load {
                clients,
                keys: keys.unwrap_or(usual.keys),
                rate: rate.unwrap_or(usual.rate),
                mix: mix.unwrap_or(usual.mix),
                timeout_us: timeout.unwrap_or(usual.timeout_us),
            }),
        }))
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let Some(action) = self.action() else {
            let world = session.world();
            out.show(|| tables::clients(world), "clients", || json::clients(world));
            return Ok(());
        };
        let applied = session.act(action)?;
        out.data("changed", &applied.changed);
        let text = match (applied.changed, session.world().load()) {
            (false, Some(load)) => format!("{load} clients are at work already: nothing changed"),
            (false, None) => "no clients are at work: nothing changed".to_owned(),
            (true, None) => "all clients have stopped".to_owned(),
            (true, Some(load)) => match load.clients {
                1 => "1 client at work: w1".to_owned(),
                count => format!("{count} clients at work: w1 to w{count}"),
            },
        };
        out.remark(&text.into());
        if session.world().load().is_some() {
            out.hint("`run 1s` lets them work, `ops 10` shows their latest requests");
        }
        Ok(())
    }
}
