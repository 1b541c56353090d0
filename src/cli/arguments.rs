//! The arguments of `raftsh`, and the messages about wrong ones.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};

use super::manual;
use crate::command::Grammar;
use crate::console::file::is_stdin;
use crate::console::terminal::{ColourChoice, WIDTHS};
use crate::console::{FileKind, Format, Output, Terminal, terminal};
use crate::history::initial::{self, Seed};
use crate::language::Status;
use crate::session::engines::EngineChoice;
use crate::suite;
use crate::view::document::STANDARD_WIDTH;

/// Break a Raft cluster, and see exactly what happens.
#[derive(Parser)]
#[command(
    name = "raftsh",
    version,
    args_conflicts_with_subcommands = false,
    disable_help_subcommand = true,
    after_help = notes()
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) call: Option<Call>,

    /// Run these commands, separated by `;`; every -c runs on the same cluster
    #[arg(short = 'c', value_name = "COMMANDS", allow_hyphen_values = true)]
    pub(super) commands: Vec<String>,

    #[command(flatten)]
    pub(super) options: Options,
}

#[derive(Subcommand)]
pub(super) enum Call {
    /// Run scripts in order, each on a new cluster
    Run {
        /// Open the prompt afterwards, on the cluster of the last script
        #[arg(short, long)]
        interactive: bool,
        /// Show each command with its comment, and wait for Enter after it; q ends
        #[arg(long)]
        pause: bool,
        /// The scripts; - is standard input
        #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
        files: Vec<OsString>,
    },
    /// Run scripts and tutorials as tests, each on a new cluster
    Test(suite::Arguments),
    /// Send storms over many clusters, and list the properties that broke
    Hunt(super::hunt::Arguments),
    /// Find a shorter script that breaks the same property, or fails the same `expect`
    Shrink(super::shrink::Arguments),
    /// Run a script with many seeds, and tell how what it measures is distributed
    Sweep(super::sweep::Arguments),
    /// Run a script, a tutorial or a saved session, and write what happened to files for people
    /// without raftsh
    Export(super::export::Arguments),
    /// Record a session in a tutorial while you type it
    Record {
        /// Append the session to an existing file
        #[arg(long)]
        append: bool,
        /// The tutorial to write
        #[arg(value_name = "FILE.md", value_hint = ValueHint::FilePath)]
        file: String,
    },
    /// Print the script with which a shell completes raftsh's arguments
    Completions {
        /// The shell
        shell: manual::Shell,
    },
    /// Print the manual page, for `man`
    Man,
    /// Parse scripts, and those that they source, without running them
    CheckSyntax {
        /// The scripts; - is standard input
        #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
        files: Vec<OsString>,
    },
}

impl Arguments {
    /// Whether standard input is taken, so that no command may read it.
    pub(super) fn reads_stdin(&self) -> bool {
        match &self.call {
            Some(Call::Run { interactive, pause, files }) => {
                *pause || *interactive || files.iter().any(|file| is_stdin(file))
            }
            Some(Call::CheckSyntax { .. } | Call::Test(_) | Call::Record { .. }) => true,
            Some(Call::Hunt(arguments)) => arguments.reads_stdin(),
            Some(Call::Sweep(arguments)) => arguments.reads_stdin(),
            Some(Call::Shrink(arguments)) => arguments.reads_stdin(),
            Some(Call::Export(arguments)) => arguments.reads_stdin(),
            Some(Call::Completions { .. } | Call::Man) => false,
            None => self.commands.is_empty(),
        }
    }
}

/// The notes below the help: calls without a subcommand, and the exit statuses.
fn notes() -> String {
    let statuses = Status::ALL.map(|status| format!("{} {}", status as u8, status.meaning()));
    format!(
        "Without a subcommand, raftsh opens a prompt at a terminal, and otherwise runs a script \
         from standard \
         input. At the prompt, `help` lists the commands.\n\nExit status: {}.",
        statuses.join("; ")
    )
}

/// Options of every call.
#[derive(Args)]
pub(super) struct Options {
    /// The number of nodes in a cluster [default: 5]
    #[arg(long, global = true, value_name = "N", value_parser = initial::nodes)]
    pub(super) nodes: Option<usize>,

    /// The seed of all random choices: a number, or `random` [default: 1]
    #[arg(long, global = true, value_name = "N|random", value_parser = initial::seed)]
    pub(super) seed: Option<Seed>,

    /// Read nodes, seed and settings of new clusters from a file of lines such as `latency: 5ms`
    #[arg(long, global = true, value_name = "FILE.yaml", value_hint = ValueHint::FilePath)]
    pub(super) config: Option<String>,

    /// Run another Raft, in processes of its own, at all nodes, or with NODE=CMD at one; repeatable
    #[arg(long, global = true, value_name = "CMD|NODE=CMD", value_parser = EngineChoice::read)]
    pub(super) engine: Vec<EngineChoice>,

    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColourChoice,

    /// Print tables and sentences, or one JSON object for each command
    #[arg(long, global = true, value_name = "FORMAT", default_value = "table")]
    pub(super) format: Format,

    /// The width of the output; without it, the terminal's width or 100
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = width)]
    pub(super) width: Option<usize>,

    /// Print only what a command was asked for, without confirmations and hints
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,

    /// Print each command before its output
    #[arg(long, global = true)]
    pub(super) echo: bool,

    /// Do not run the script init.raft before the first prompt
    #[arg(long, global = true)]
    pub(super) no_init: bool,

    /// Continue after a failure; the exit status is the worst one
    #[arg(long, global = true)]
    pub(super) keep_going: bool,
}

fn width(text: &str) -> Result<usize, String> {
    let columns = text.parse().ok().filter(|columns| WIDTHS.contains(columns));
    columns.ok_or_else(|| format!("expected a number from {} to {}", WIDTHS.start(), WIDTHS.end()))
}

/// The arguments of this process, or the error from clap, which may be the help text.
pub(super) fn parse(terminal: &Terminal) -> Result<Arguments, clap::Error> {
    // By default, clap would use `COLUMNS` and the terminal that standard error is.
    let width = terminal::width(None, terminal.columns).min(STANDARD_WIDTH);
    let matches = Arguments::command().term_width(width).try_get_matches().map_err(with_tip)?;
    let unfit = |error: clap::Error| error.format(&mut Arguments::command());
    let arguments = Arguments::from_arg_matches(&matches).map_err(unfit)?;
    if arguments.call.is_some() && !arguments.commands.is_empty() {
        let message = "-c cannot be used together with a subcommand";
        return Err(Arguments::command().error(ErrorKind::ArgumentConflict, message));
    }
    Ok(arguments)
}

/// Adds a tip for a user who named a script, a tutorial or a command of the shell instead of a
/// subcommand: how to run it.
fn with_tip(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return error;
    };
    // A word that a shell would interpret is not repeated.
    let plain = word.chars().all(|c| c.is_alphanumeric() || "./_-".contains(c));
    let file = if plain { word } else { "FILE" };
    let grammar = Grammar::default();
    let tip = if word.ends_with(".md") {
        format!("to test a tutorial: raftsh test {file}")
    } else if FileKind::at(Path::new(word)) == Some(FileKind::Session) {
        format!("to restore a saved session: raftsh -c 'load {file}'")
    } else if word.ends_with(".raft") || Path::new(word).is_file() {
        format!("to run a script: raftsh run {file}")
    } else if grammar.names().contains(word) {
        let usage = grammar.usage(word);
        // A command that needs no arguments can be given as one word.
        let mut depth = 0usize;
        let alone = usage.split(' ').skip(1).all(|next| {
            let is_optional = depth > 0 || next.starts_with('[');
            depth = (depth + next.matches('[').count()).saturating_sub(next.matches(']').count());
            is_optional
        });
        let call = if alone { word.clone() } else { format!("'{usage}'") };
        format!("to run a command of the shell: raftsh -c {call}")
    } else {
        return error;
    };
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    error
}

/// Prints clap's message: help and version to standard output, errors to standard error.
pub(super) fn explain(error: &clap::Error, terminal: &Terminal) -> Status {
    let mut out = Output::process(ColourChoice::Auto, None, false, terminal);
    let mut text = error.render().ansi().to_string();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    if error.use_stderr() {
        out.write_error(&text);
        return Status::Usage;
    }
    out.write(&text);
    out.finish().unwrap_or(Status::Ok)
}
