//! Commands that make and set up clusters.

use std::sync::Arc;

use clap::Subcommand;

use crate::check::condition::{Condition, Fact};
use crate::console::Output;
use crate::console::setting::OutputSetting;
use crate::engine;
use crate::history::initial;
use crate::language::{Error, Selection, Status, suggest};
use crate::quantity::{self, shown};
use crate::raft::{MAX_NODES, NodeId, NodeSet, Term};
use crate::session::Session;
use crate::session::engines::{self, EngineChoice};
use crate::sim::engine::Engine;
use crate::sim::preload::{self, PRELOAD_TERM_MAX};
use crate::sim::settings::SETTING_NAMES;
use crate::sim::{Action, Lineup, Preload, Range, Refused, Scope, Setting, Settings};
use crate::view::document::{Document, Paragraph};
use crate::view::{self, json, tables};
use crate::word::QuotedWord;

use super::member::boot;
use super::shared::{format, warn};

/// Commands that make and set up clusters.
#[derive(Clone, Debug, Subcommand)]
pub enum Cluster {
    /// Discard the cluster and start a new one
    ///
    /// Time, settings, faults, requests and history begin again. If N or --seed is missing, the
    /// cluster has the size and the seed that raftsh started with. --set applies before the first
    /// timers are set; `set` changes only later ones.
    #[command(
        name = "cluster",
        after_help = "cluster 3\ncluster 5 --seed 7\ncluster 3 --spare 2\ncluster 5 --set latency=1ms..2ms --set loss=5%"
    )]
    Begin {
        /// The number of nodes, 1 to 101
        #[arg(value_name = "N", value_parser = initial::nodes, allow_hyphen_values = true)]
        nodes: Option<usize>,
        /// The seed of all random choices, a number
        #[arg(long, value_name = "S", value_parser = quantity::count, allow_hyphen_values = true)]
        seed: Option<u64>,
        /// The number of further nodes, which belong to no configuration
        #[arg(long, value_name = "N", value_parser = spares, allow_hyphen_values = true)]
        spare: Option<usize>,
        /// A setting and its value; repeatable
        #[arg(long, value_name = "SETTING=VALUE", value_parser = setting)]
        set: Vec<Setting>,
        /// A command that runs another Raft at every node, or N=CMD at one; repeatable
        #[arg(long, value_name = "CMD|NODE=CMD", value_parser = EngineChoice::read)]
        engine: Vec<EngineChoice>,
    },
    /// Write a log to a node's disk before the first event
    ///
    /// TERMS are the terms of the entries, from index 1 on. The entries change no key. `preload`
    /// works only before the first event. It refuses a log whose terms decrease, and one that
    /// violates log matching with the log of another node.
    ///
    /// An entry of term 4 means that a majority voted in term 4. Give the other nodes `--term 4`,
    /// or they may elect a second leader in that term, and Raft is not safe against that.
    #[command(after_help = "preload n1 1,1,1,4,4,5\npreload n2 none --term 5 --vote n1")]
    Preload {
        /// The node
        node: Selection,
        /// The terms of the entries, or none for an empty log
        #[arg(value_name = "TERMS|none", value_parser = terms)]
        terms: Terms,
        /// The node's current term; without it, the last entry's
        #[arg(long, value_name = "T", value_parser = term)]
        term: Option<Term>,
        /// The node that it voted for in that term
        #[arg(long, value_name = "NODE")]
        vote: Option<Selection>,
    },
    /// Change a setting
    ///
    /// The new value applies from now on: a message in flight keeps its latency, and a running
    /// timer its duration. `settings` lists all settings. With NODES, only these nodes have the
    /// value; without, all nodes have it, and values of single nodes end. `ascii`, `format` and
    /// `pager` change only the output, not the cluster.
    #[command(after_help = "set latency 5ms..15ms\nset election-timeout 150ms..300ms\nset loss \
            12.5%\nset heartbeat 100ms n1\nset ascii on\nset format json\nset pager off")]
    Set {
        /// A name that `settings` lists
        #[arg(value_name = "SETTING")]
        key: String,
        /// Its new value
        #[arg(value_name = "VALUE", allow_hyphen_values = true)]
        value: String,
        /// The nodes that have the value; without it, all
        nodes: Option<Selection>,
    },
    /// List all settings with their values and meanings
    #[command(arg = format(), after_help = "settings")]
    Settings,
}

fn spares(text: &str) -> Result<usize, String> {
    match usize::try_from(quantity::count(text)?) {
        Ok(count) if count < usize::from(MAX_NODES) => Ok(count),
        _ => Err(format!("a cluster has at most {MAX_NODES} nodes")),
    }
}

/// The terms of a log's entries.
#[derive(Clone, Debug)]
pub struct Terms {
    /// In the order of the entries.
    pub(super) all: Vec<Term>,
    /// As typed, for errors that point at them.
    typed: String,
}

fn terms(text: &str) -> Result<Terms, String> {
    let all = match text {
        "none" => Vec::new(),
        _ => text.split(',').map(term).collect::<Result<_, _>>()?,
    };
    Ok(Terms { all, typed: text.to_owned() })
}

fn term(text: &str) -> Result<Term, String> {
    let term = quantity::count(text)?;
    match u32::try_from(term) {
        Ok(term) if term <= PRELOAD_TERM_MAX => Ok(Term(term)),
        _ => Err(format!(
            "{} is too high; the highest term that a node can be prepared with is \
                {PRELOAD_TERM_MAX}",
            shown(text)
        )),
    }
}

impl Cluster {
    /// Checks what clap cannot: the form of a value depends on the setting, and the terms of a log
    /// on each other.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self {
            Cluster::Set { key, value, nodes } => check_set(key, value, nodes.as_ref()),
            Cluster::Preload { terms, term, vote, .. } => {
                // No cluster could take such a log, so the error is one of form.
                let wrong = |refused| Error { status: Status::Usage, ..Error::from(refused) };
                preload::current_term(&terms.all, *term, vote.is_some())
                    .map(drop)
                    .map_err(|refused| wrong(refused).word(&*terms.typed))
            }
            Cluster::Begin { nodes, engine, .. } => engines::covers(engine, *nodes),
            Cluster::Settings => Ok(()),
        }
    }

    /// Whether it may change the present cluster.
    pub(super) fn moves(&self) -> bool {
        match self {
            Cluster::Preload { .. } => true,
            Cluster::Set { key, .. } => !is_of_output(key),
            Cluster::Begin { .. } | Cluster::Settings => false,
        }
    }

    /// The single move that it makes, if it makes one.
    pub(super) fn action(&self, session: &Session) -> Result<Option<Action>, Error> {
        Ok(match self {
            Cluster::Preload { node, terms, term, vote } => Some(Action::Preload(Preload {
                node: session.one(node)?,
                terms: terms.all.clone(),
                term: *term,
                vote: vote.as_ref().map(|vote| session.one(vote)).transpose()?,
            })),
            Cluster::Set { key, .. } if is_of_output(key) => None,
            Cluster::Set { key, value, nodes: None } => {
                Some(Action::Set(read_setting(key, value)?))
            }
            Cluster::Set { key, value, nodes: Some(nodes) } => {
                Some(Action::SetOf(read_setting(key, value)?, session.nodes(nodes)?))
            }
            Cluster::Begin { .. } | Cluster::Settings => None,
        })
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Cluster::Begin { nodes, seed, spare, set, engine } => {
                let is_size_chosen = nodes.is_some();
                let mut start = session.start();
                (start.nodes, start.seed) =
                    (nodes.unwrap_or(start.nodes), seed.unwrap_or(start.seed));
                if !engine.is_empty() {
                    start.settings.engines = engines::lineup(&engine, &out.directory, start.nodes)?;
                }
                let lineup = start.settings.engines;
                if let Some(setting) = set.iter().find(|it| !it.is_heeded_by(lineup)) {
                    return Err(Refused::NotAnOption(setting.name()).into());
                }
                let usual = start.settings.all();
                for setting in &set {
                    start.settings.set(*setting);
                }
                let before = session.world().settings().all();
                let own: Vec<_> = session.world().own_settings().collect();
                let (size, spares) = (start.nodes, spare.unwrap_or_default());
                if size + spares > usize::from(MAX_NODES) {
                    let most = usize::from(MAX_NODES) - size;
                    return Err(Error::failed(format!(
                        "a cluster has at most {MAX_NODES} nodes: {size} leave room for {most} spares"
                    )));
                }
                session.begin(start);
                if is_size_chosen {
                    session.choose_size();
                }
                set.iter().for_each(|setting| session.choose(setting.name()));
                out.data("nodes", &start.nodes);
                out.data("seed", &start.seed);
                if !lineup.is_none() {
                    out.data("engines", &engine_names(lineup, start.nodes));
                }
                let nodes = view::counted(start.nodes as u64, "node");
                out.remark(&format!("fresh cluster of {nodes}, seed {}, t=0", start.seed).into());
                if spares > 0 {
                    boot(spares, session, out)?;
                }
                for name in engine_names(lineup, start.nodes) {
                    out.remark(&name.into());
                }
                say_reset(&before, &usual, &own, session, out);
                warn(None, session, out);
                if out.gives_hints() && session.would_meet(&Condition::Is(Fact::Leader)) {
                    out.hint("`run until leader` elects a leader, `step` makes a single step");
                }
            }
            Cluster::Preload { .. } => {
                let Some(Action::Preload(preload)) = self.action(session)? else { return Ok(()) };
                let (node, length) = (preload.node, preload.terms.len());
                session.act(Action::Preload(preload))?;
                out.data("node", &node.to_string());
                let entries = view::counted(length as u64, "entry");
                out.remark(&format!("{node} starts with {entries} on its disk").into());
                out.hint(format!("`logs` shows the disks; `timeout {node}` makes {node} campaign"));
            }
            Cluster::Set { key, value, .. } if key == ENGINE_TIMEOUT => {
                let timeout_us = engine_timeout(&value)?;
                let changed = engine::timeout_us() != timeout_us;
                engine::set_timeout(timeout_us);
                say_set((&key, &quantity::show_duration(timeout_us)), None, changed, out);
            }
            Cluster::Set { key, value, nodes } => match output_setting(&key, &value) {
                Some(setting) => {
                    let setting = setting?;
                    let changed = out.set(setting);
                    say_set((&key, setting.value()), None, changed, out);
                }
                None => {
                    let nodes = nodes.map(|nodes| session.nodes(&nodes)).transpose()?;
                    return set(read_setting(&key, &value)?, nodes, session, out);
                }
            },
            Cluster::Settings => {
                let all = settings(session, out);
                out.show(|| tables::settings(&all), "settings", || json::settings(&all));
            }
        }
        Ok(())
    }
}

/// What runs at which nodes: `n1..n3 run my raft 0.1`.
fn engine_names(lineup: Lineup, nodes: usize) -> Vec<String> {
    let name = |(engine, nodes): (Arc<Engine>, Vec<NodeId>)| {
        let nodes: NodeSet = nodes.into_iter().collect();
        let runs = if nodes.len() == 1 { "runs" } else { "run" };
        format!("{nodes} {runs} {} {}", engine.called(), engine.hello.version).trim_end().to_owned()
    };
    lineup.groups(nodes).into_iter().map(name).collect()
}

/// Changes a setting and reports the change.
/// With nodes, it is changed for these only.
pub(super) fn set(
    setting: Setting,
    nodes: Option<NodeSet>,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let doubt = session.doubt();
    let own: Vec<(NodeId, Setting)> = session.world().own_settings().collect();
    let applied = session.act(match nodes {
        Some(nodes) => Action::SetOf(setting, nodes),
        None => Action::Set(setting),
    })?;
    say_set((setting.name(), &setting.value()), nodes, applied.changed, out);
    for (node, had) in own.iter().filter(|(_, had)| had.name() == setting.name()) {
        if nodes.is_none() {
            let text = format!("{node} had {} of its own, which ends", had.value());
            out.remark(&text.into());
        }
    }
    warn(doubt, session, out);
    Ok(())
}

/// Says which settings a fresh cluster has reset. `own` are the values that single nodes had.
fn say_reset(
    before: &[Setting],
    usual: &[Setting],
    own: &[(NodeId, Setting)],
    session: &Session,
    out: &mut Output,
) {
    let now = session.world().settings().all();
    let reset: Vec<String> = before
        .iter()
        .zip(usual)
        .zip(&now)
        .filter(|((before, usual), now)| {
            let had_own = own.iter().any(|(_, own)| own.name() == now.name());
            (before != now || had_own) && usual == now
        })
        .map(|(_, now)| format!("{} is {}", now.name(), now.value()))
        .collect();
    out.data("reset", &reset);
    if !reset.is_empty() {
        let text = format!("settings are those of the start again: {}", reset.join(", "));
        out.remark(&Document::new().paragraph(Paragraph::hanging(2, text)));
    }
}

/// Reports a setting with its value. With nodes, only these have it.
fn say_set((name, value): (&str, &str), nodes: Option<NodeSet>, changed: bool, out: &mut Output) {
    out.data("key", &name);
    out.data("value", &value);
    out.data("changed", &changed);
    let names = |nodes: NodeSet| nodes.iter().map(|node| node.to_string()).collect::<Vec<_>>();
    out.data("nodes", &nodes.map(names));
    let same = if changed { "" } else { " already: nothing changed" };
    let whose = nodes.map(|nodes| format!(" of {nodes}")).unwrap_or_default();
    out.remark(&format!("{name}{whose}: {value}{same}").into());
    out.hint("`settings` lists them all");
}

/// Every setting with its value and its meaning: the cluster's, then the output's.
fn settings(session: &Session, out: &Output) -> Vec<tables::Setting> {
    let cluster = session.world().settings().all();
    let own: Vec<(NodeId, Setting)> = session.world().own_settings().collect();
    let cluster = cluster.iter().map(|setting| tables::Setting {
        name: setting.name(),
        value: setting.value(),
        meaning: setting.meaning(),
        nodes: own
            .iter()
            .filter(|(_, own)| own.name() == setting.name())
            .map(|(node, own)| (*node, own.value()))
            .collect(),
    });
    let output = out.settings();
    let output = output.iter().map(|setting| tables::Setting {
        name: setting.name(),
        value: setting.value().to_owned(),
        meaning: setting.meaning(),
        nodes: Vec::new(),
    });
    let timeout = tables::Setting {
        name: ENGINE_TIMEOUT,
        value: quantity::show_duration(engine::timeout_us()),
        meaning: "how long an engine may take for an answer, in real time; a setting of the session",
        nodes: Vec::new(),
    };
    let has_engines = !session.world().settings().engines.is_none();
    cluster.chain(output).chain(has_engines.then_some(timeout)).collect()
}

/// Whether a setting is one of the session, which changes nothing in the cluster.
fn is_of_output(key: &str) -> bool {
    OutputSetting::NAMES.contains(&key) || key == ENGINE_TIMEOUT
}

/// The setting that says how long an engine may take for an answer. It is a limit in real time, so
/// it belongs to the session and not to the cluster.
const ENGINE_TIMEOUT: &str = "engine-timeout";

/// Reads the value of that setting.
fn engine_timeout(value: &str) -> Result<u64, Error> {
    match quantity::duration(value) {
        Ok(timeout_us @ 1..) => Ok(timeout_us),
        Ok(_) => Err(Error::usage("an engine needs some time to answer").word(value)),
        Err(why) => Err(Error::usage(why).word(value)),
    }
}

/// Reads a setting of the output; `None` if `key` is another setting.
fn output_setting(key: &str, value: &str) -> Option<Result<OutputSetting, Error>> {
    let read = OutputSetting::read(key, value)?;
    Some(read.map_err(|why| Error::usage(why).word(value)))
}

/// Checks the words of `set`.
fn check_set(key: &str, value: &str, nodes: Option<&Selection>) -> Result<(), Error> {
    if key == ENGINE_TIMEOUT {
        return match nodes {
            Some(nodes) => Err(not_of_nodes(key, None, nodes)),
            None => engine_timeout(value).map(drop),
        };
    }
    if let Some(read) = output_setting(key, value) {
        return read.and(match nodes {
            Some(nodes) => Err(not_of_nodes(key, None, nodes)),
            None => Ok(()),
        });
    }
    if !setting_names().any(|name| name == key) && suggest::nearest(key, setting_names()).is_none()
    {
        // In redis this writes a key.
        let line = format!("put {}={}", QuotedWord(key), QuotedWord(value));
        let message = format!("unknown setting {}; to write a key: {line}", shown(key));
        let error = Error { meant: Some(line.into()), ..Error::usage(message).word(key) };
        return Err(error.help("`settings` lists the settings"));
    }
    match (read_setting(key, value)?, nodes) {
        (setting, Some(nodes)) if setting.scope() != Scope::Nodes => {
            Err(not_of_nodes(key, Some(setting), nodes))
        }
        _ => Ok(()),
    }
}

/// The names of all settings, of the cluster and of the output.
fn setting_names() -> impl Iterator<Item = &'static str> {
    SETTING_NAMES.iter().copied().chain(OutputSetting::NAMES).chain([ENGINE_TIMEOUT])
}

/// The error about a setting that single nodes cannot have. The setting is none of the cluster's
/// if it is `None`.
fn not_of_nodes(key: &str, setting: Option<Setting>, nodes: &Selection) -> Error {
    let whose = match setting.map(|setting| setting.scope()) {
        Some(Scope::Links) => "of links, not of nodes",
        None => "of the output, not of nodes",
        _ => "of the whole cluster, not of single nodes",
    };
    let error = Error::usage(format!("{key} is {whose}")).word(&nodes.text);
    let text = &nodes.text;
    match setting {
        Some(Setting::Latency(Range { min_us, .. })) => {
            let delay = quantity::show_duration(min_us);
            error.help(format!(
                "`delay A B DURATION` makes messages from A to B take longer: delay {text} all \
                 {delay}"
            ))
        }
        Some(setting) if setting.scope() == Scope::Links => error.help(format!(
            "`{key} PERCENT A B` is for the messages from A to B: {key} {} {text} all",
            setting.value()
        )),
        _ => error.help(format!("settings of single nodes are {}", of_nodes().join(", "))),
    }
}

/// The names of the settings that single nodes may have.
fn of_nodes() -> Vec<&'static str> {
    let all = Settings::default().all();
    let of_nodes = |setting: &&Setting| setting.scope() == Scope::Nodes;
    all.iter().filter(of_nodes).map(Setting::name).collect()
}

/// Reads the argument of `--set`.
fn setting(pair: &str) -> Result<Setting, Error> {
    let (key, value) = pair.split_once('=').ok_or_else(|| {
        Error::usage(format!("{} has no '='", shown(pair)))
            .word(pair)
            .help("write --set KEY=VALUE, such as --set loss=5%")
    })?;
    read_setting(key, value)
}

fn read_setting(key: &str, value: &str) -> Result<Setting, Error> {
    match Setting::read(key, value) {
        Some(Ok(setting)) => Ok(setting),
        Some(Err(why)) => Err(Error::usage(why).word(value)),
        None if is_of_output(key) => {
            let error =
                Error::usage(format!("{} is not a setting of the cluster", shown(key))).word(key);
            Err(error.help(format!("it is a setting of the output: set {key} {value}")))
        }
        None => {
            let near = suggest::hint(key, setting_names());
            Err(Error::usage(format!("unknown setting {}{near}", shown(key)))
                .word(key)
                .help(format!("settings are {}", setting_names().collect::<Vec<_>>().join(", "))))
        }
    }
}
