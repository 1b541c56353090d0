//! The arguments of the process, and what follows from them.
//!
//! Everything that is decided once is decided here: what is read, on which cluster, how failures count, and with which
//! status the process ends.

mod interactive;
mod manual;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueHint};

use self::interactive::{shell, typed};
use crate::history::initial::{self, Initial, Seed};
use crate::shell::command::Grammar;
use crate::shell::diagnostic;
use crate::shell::error::{Error, Status};
use crate::shell::file;
use crate::shell::interrupt::Interrupt;
use crate::shell::json::Format;
use crate::shell::output::Output;
use crate::shell::runner::{Ending, Manner, Runner};
use crate::shell::session::{Session, Start};
use crate::shell::source::Script;
use crate::shell::suite::{self, Surroundings};
use crate::shell::syntax::Checker;
use crate::shell::terminal::{self, ColourChoice, Terminal, WIDTHS};
use crate::shell::transcript::record;
use crate::view::document::{Text, Tone};

/// Break a Raft cluster, and see exactly what happens.
#[derive(Parser)]
#[command(
    name = "raftsh",
    version,
    args_conflicts_with_subcommands = false,
    disable_help_subcommand = true,
    after_help = notes()
)]
struct Arguments {
    #[command(subcommand)]
    call: Option<Call>,

    /// Run these commands, one `;` between two; repeatable, all on one cluster
    #[arg(short = 'c', value_name = "COMMANDS", allow_hyphen_values = true)]
    commands: Vec<String>,

    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Call {
    /// Run scripts in order, each on a fresh cluster
    Run {
        /// Stay in the shell afterwards, on the same cluster
        #[arg(short, long)]
        interactive: bool,
        /// The scripts; `-` is standard input
        #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
        files: Vec<OsString>,
    },
    /// Run scripts and tutorials as tests, each on a fresh cluster
    Test(suite::Arguments),
    /// Write a tutorial out of a session, as it is typed
    Record {
        /// Add a session to a file that is there
        #[arg(long)]
        append: bool,
        /// The tutorial to be written
        #[arg(value_name = "FILE.md", value_hint = ValueHint::FilePath)]
        file: String,
    },
    #[command(flatten)]
    Telling(Telling),
    /// Parse scripts and what they source, and run nothing
    CheckSyntax {
        /// The scripts; `-` is standard input
        #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
        files: Vec<OsString>,
    },
}

/// What raftsh tells others about itself.
#[derive(Subcommand)]
enum Telling {
    /// Print a script that completes raftsh's arguments in a shell
    Completions {
        /// Which shell
        shell: manual::Shell,
    },
    /// Print the manual page, for `man`
    Man,
}

impl Arguments {
    /// Whether commands are read from standard input.
    fn reads_stdin(&self) -> bool {
        match &self.call {
            Some(Call::Run { interactive, files }) => *interactive || files.iter().any(|file| is_stdin(file)),
            Some(Call::CheckSyntax { .. } | Call::Test(_) | Call::Record { .. }) => true,
            Some(Call::Telling(_)) => false,
            None => self.commands.is_empty(),
        }
    }
}

/// What else there is to say about calls.
fn notes() -> String {
    let statuses = Status::ALL.map(|status| format!("{} {}", status as u8, status.meaning()));
    format!(
        "Without a subcommand: a prompt, or a script from standard input. At the prompt, `help` lists the \
         commands.\n\nExit status: {}.",
        statuses.join("; ")
    )
}

/// Options of every call.
#[derive(Args)]
struct Options {
    /// How many nodes the cluster has; 5 if not said
    #[arg(long, global = true, value_name = "N", value_parser = initial::nodes)]
    nodes: Option<usize>,

    /// Where all chance comes from: a number, or `random`; 1 if not said
    #[arg(long, global = true, value_name = "N|random", value_parser = initial::seed)]
    seed: Option<Seed>,

    /// Settings for every fresh cluster, and its nodes and seed: `latency: 1ms..2ms` a line
    #[arg(long, global = true, value_name = "FILE.yaml", value_hint = ValueHint::FilePath)]
    config: Option<String>,

    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColourChoice,

    /// How to answer: tables for people, or one JSON object a command
    #[arg(long, global = true, value_name = "FORMAT", default_value = "table")]
    format: Format,

    /// Lay output out for so many columns, instead of the terminal's or 100
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = width)]
    width: Option<usize>,

    /// Say only what was asked for
    #[arg(short, long, global = true)]
    quiet: bool,

    /// Print each command before its output
    #[arg(long, global = true)]
    echo: bool,

    /// Begin at the prompt without the script `init.raft`
    #[arg(long, global = true)]
    no_init: bool,

    /// Go on after a failure; the exit status is the worst one seen
    #[arg(long, global = true)]
    keep_going: bool,
}

fn width(text: &str) -> Result<usize, String> {
    let columns = text.parse().ok().filter(|columns| WIDTHS.contains(columns));
    columns.ok_or_else(|| format!("a number from {} to {}", WIDTHS.start(), WIDTHS.end()))
}

/// Does what the arguments of the process say.
pub fn run() -> ExitCode {
    let around = Terminal::look();
    let status = match parse() {
        Ok(arguments) => Process::new(arguments, around).run(),
        Err(error) => explain(&error, &around),
    };
    ExitCode::from(status as u8)
}

fn parse() -> Result<Arguments, clap::Error> {
    let arguments = Arguments::try_parse().map_err(with_tip)?;
    if arguments.call.is_some() && !arguments.commands.is_empty() {
        let message = "-c cannot be used together with a subcommand";
        return Err(Arguments::command().error(ErrorKind::ArgumentConflict, message));
    }
    Ok(arguments)
}

/// Says how a script, a tutorial or a command of the shell is run, to whoever named one where a subcommand should be.
fn with_tip(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return error };
    // What a shell would read otherwise is not said again.
    let plain = word.chars().all(|c| c.is_alphanumeric() || "./_-".contains(c));
    let file = if plain { word } else { "FILE" };
    let grammar = Grammar::default();
    let tip = if word.ends_with(".md") {
        format!("to test a tutorial: raftsh test {file}")
    } else if word.ends_with(".raft") || Path::new(word).is_file() {
        format!("to run a script: raftsh run {file}")
    } else if grammar.names().contains(word) {
        let usage = grammar.usage(word);
        // Where nothing has to follow, the word alone will do.
        let alone = usage.split(' ').nth(1).is_none_or(|next| next.starts_with('['));
        let call = if alone { word.clone() } else { format!("'{usage}'") };
        format!("to run a command of the shell: raftsh -c {call}")
    } else {
        return error;
    };
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    error
}

/// What clap has to say: help and version to standard output, errors to standard error.
fn explain(error: &clap::Error, around: &Terminal) -> Status {
    let mut out = Output::process(ColourChoice::Auto, None, false, around);
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

/// One call of raftsh.
struct Process {
    arguments: Arguments,
    around: Terminal,
    out: Output,
}

impl Process {
    fn new(arguments: Arguments, around: Terminal) -> Process {
        let options = &arguments.options;
        let mut out = Output::process(options.color, options.width, options.quiet, &around);
        out.set_format(options.format);
        Process { arguments, around, out }
    }

    fn run(mut self) -> Status {
        if let Some(Call::Telling(telling)) = &self.arguments.call {
            let text = match telling {
                Telling::Completions { shell } => manual::completions(*shell, Arguments::command()),
                Telling::Man => manual::page(Arguments::command()),
            };
            self.out.write(&text);
            return self.out.finish().unwrap_or(Status::Ok);
        }
        let start = match self.start() {
            Ok(start) => start,
            Err(error) => {
                self.out.error(&diagnostic::render_bare(&error));
                return self.out.finish().unwrap_or(error.status);
            }
        };
        let mut session = Session::new(start);
        session.set_stdin_is_free(!self.arguments.reads_stdin());
        let status = match &self.arguments.call {
            Some(Call::CheckSyntax { files }) => check(&mut self.out, &session, files),
            Some(Call::Test(arguments)) => {
                let options = &self.arguments.options;
                let surroundings = Surroundings {
                    start,
                    width: options.width,
                    keep_going: options.keep_going,
                    watched: self.around.stdout,
                    ci: self.around.variables.ci.is_some(),
                };
                suite::run(arguments, &surroundings, &mut self.out)
            }
            _ => self.execute(&mut session),
        };
        self.out.finish().unwrap_or(status)
    }

    fn start(&mut self) -> Result<Start, Error> {
        let options = &self.arguments.options;
        let initial = match &options.config {
            Some(name) => initial::read(&file::read(name, initial::MAX_BYTES)?)
                .map_err(|fault| file::fault(name, fault))?,
            None => Initial::default(),
        };
        let usual = Start::default();
        let nodes = options.nodes.or(initial.nodes).unwrap_or(usual.nodes);
        let seed = match (options.seed.or(initial.seed), &self.arguments.call) {
            (None, _) => usual.seed,
            (Some(Seed::Fixed(seed)), _) => seed,
            // Nothing is run, so nothing is drawn.
            (Some(Seed::Random), Some(Call::CheckSyntax { .. })) => 0,
            (Some(Seed::Random), _) => {
                let seed = draw();
                let drawn = Text::new().toned(Tone::Dim, format!("seed {seed}")).into();
                // On standard output stands one object a command, and nothing else.
                match self.arguments.options.format {
                    Format::Table => self.out.remark(&drawn),
                    Format::Json => self.out.error(&drawn),
                }
                seed
            }
        };
        Ok(Start { nodes, seed, settings: initial.settings })
    }

    fn execute(&mut self, session: &mut Session) -> Status {
        let start = session.start();
        let Process { arguments, around, out } = self;
        let options = &arguments.options;
        let manner = if options.keep_going { Manner::KeepGoing } else { Manner::Stop };
        let mut runner = Runner::new(session, out);
        runner.echo = options.echo;
        match &arguments.call {
            Some(Call::Run { interactive, files }) => {
                let ending = scripts(&mut runner, files, manner);
                if *interactive {
                    stay(&mut runner, around, ending, manner);
                }
            }
            Some(Call::Record { append, file }) => {
                record(&mut runner, around, options, start, (file, *append))
            }
            _ if !arguments.commands.is_empty() => texts(&mut runner, &arguments.commands, manner),
            _ if around.stdin => shell(&mut runner, around, Some(start.nodes), options.no_init),
            _ => {
                stdin(&mut runner, manner);
            }
        }
        runner.worst
    }
}

/// Some number that nobody could foresee, short enough to be typed again.
fn draw() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    // The standard library seeds its hashers from the system's entropy: the only source of chance without a clock.
    let seed = std::collections::hash_map::RandomState::new().build_hasher().finish();
    seed & u64::from(u32::MAX)
}

/// Whether a file is another word for standard input.
fn is_stdin(file: &OsStr) -> bool {
    file == "-"
}

fn check(out: &mut Output, session: &Session, files: &[OsString]) -> Status {
    let mut checker = Checker::new(session, out);
    for file in files {
        match is_stdin(file) {
            true => checker.lines(&mut Script::stdin()),
            false => checker.file(file),
        }
    }
    if checker.errors == 0 { Status::Ok } else { Status::Usage }
}

/// Scripts in order, each on a fresh cluster.
fn scripts(runner: &mut Runner<'_>, files: &[OsString], manner: Manner) -> Ending {
    for (nth, file) in files.iter().enumerate() {
        if nth > 0 && !reset(runner) {
            return Ending::Failed;
        }
        let ending = match is_stdin(file) {
            true => stdin(runner, manner),
            false => {
                let ending = runner.file(file, manner);
                runner.finish();
                ending
            }
        };
        // `quit` ends its own script, and the last one's ends everything, like an output that takes nothing more.
        if ending == Ending::Quit && (nth + 1 == files.len() || runner.out.closed()) {
            return Ending::Quit;
        }
        // A script whose end was judged badly counts as failed, like one that ended early.
        let failed = runner.worst != Status::Ok && manner == Manner::Stop;
        if ending == Ending::Failed || failed {
            return Ending::Failed;
        }
    }
    Ending::End
}

fn reset(runner: &mut Runner<'_>) -> bool {
    runner.out.forget_preferences();
    let reset = runner.interpreter.reset();
    if let Err(error) = &reset {
        runner.out.error(&diagnostic::render_bare(error));
        runner.worst = runner.worst.max(error.status);
    }
    reset.is_ok()
}

fn stdin(runner: &mut Runner<'_>, manner: Manner) -> Ending {
    // Another program may be waiting for each answer before it sends the next command.
    runner.out.set_flush_each(true);
    let ending = runner.run(&mut Script::stdin(), manner);
    runner.finish();
    ending
}

/// The texts of `-c`, in order, on one cluster.
fn texts(runner: &mut Runner<'_>, texts: &[String], manner: Manner) {
    let mut all = texts.iter();
    while let Some(text) = all.next()
        && runner.run(&mut Script::text(Some("<command>"), text.as_str()), manner) == Ending::End
    {}
    runner.finish();
}

/// After `run -i`: the prompt whatever became of the scripts, or more commands from a pipe if all went well.
fn stay(runner: &mut Runner<'_>, around: &Terminal, ending: Ending, manner: Manner) {
    if ending == Ending::Quit {
        return;
    }
    if around.stdin {
        Interrupt::clear();
        runner.worst = Status::Ok;
        shell(runner, around, None, true);
    } else if ending == Ending::End {
        stdin(runner, manner);
    }
}

/// Writes a tutorial: what is typed, or what comes from a pipe, with what is said to it.
fn record(
    runner: &mut Runner<'_>,
    around: &Terminal,
    options: &Options,
    start: Start,
    (file, append): (&str, bool),
) {
    let recorded = if options.quiet || options.format == Format::Json {
        Err(Error::usage("a tutorial shows everything, as tables: --quiet and --format json are not for it"))
    } else {
        // As wide as it will be tested.
        runner.out.set_width(terminal::width(options.width, None));
        let lines = if around.stdin { typed(runner, around) } else { Box::new(Script::typed(false)) };
        record::run(runner, lines, start, file, append)
    };
    if let Err(error) = recorded {
        runner.out.error(&diagnostic::render_bare(&error));
        runner.worst = error.status;
    }
}
