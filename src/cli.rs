//! Runs raftsh according to the arguments of the process.
//!
//! Whatever is decided once per process is decided here: what is read, on which cluster, how
//! failures count, and the exit status.

mod arguments;
mod export;
mod hunt;
mod interactive;
mod manual;
mod setup;
mod shrink;
mod sweep;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;

use self::arguments::{Arguments, Call, Options, explain, parse};
use self::interactive::{shell, typed};
use crate::console::file::is_stdin;
use crate::console::{FileKind, Format, Interrupt, Output, Terminal, diagnostic, file, terminal};
use crate::engine;
use crate::history::initial::{self, Initial, Seed};
use crate::language::{Error, Status};
use crate::script::syntax::Checker;
use crate::script::{FailurePolicy, Runner, Script, SourceEnd};
use crate::session::{Session, Start, engines};
use crate::suite;
use crate::suite::transcript::record;
use crate::view::document::{Text, Tone};

/// Runs raftsh with the arguments of the process, and returns the exit status.
pub fn run() -> ExitCode {
    let terminal = Terminal::look();
    let status = match parse(&terminal) {
        Ok(arguments) => Process::new(arguments, terminal).run(),
        Err(error) => explain(&error, &terminal),
    };
    engine::end_all();
    ExitCode::from(status as u8)
}

/// One call of raftsh.
struct Process {
    arguments: Arguments,
    terminal: Terminal,
    out: Output,
}

impl Process {
    fn new(arguments: Arguments, terminal: Terminal) -> Process {
        let options = &arguments.options;
        let mut out = Output::process(options.color, options.width, options.quiet, &terminal);
        out.format = options.format;
        Process { arguments, terminal, out }
    }

    fn run(mut self) -> Status {
        let told = match &self.arguments.call {
            Some(Call::Completions { shell }) => {
                Some(manual::completions(*shell, Arguments::command()))
            }
            Some(Call::Man) => Some(manual::page(Arguments::command())),
            _ => None,
        };
        if let Some(text) = told {
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
        session.stdin_is_free = !self.arguments.reads_stdin();
        let status = match &self.arguments.call {
            Some(Call::CheckSyntax { files }) => check(&mut self.out, &session, files),
            Some(Call::Test(arguments)) => {
                let options = &self.arguments.options;
                let width = terminal::width(options.width, None);
                let (keep_going, bless) = (options.keep_going, arguments.bless);
                let policy = suite::options::TestOptions { start, width, keep_going, bless };
                suite::run(arguments, &policy, &self.terminal, &mut self.out)
            }
            Some(Call::Hunt(arguments)) => {
                let options = &self.arguments.options;
                let is_size_chosen = options.nodes.is_some();
                match options.seed {
                    None => hunt::run(arguments, &mut session, is_size_chosen, &mut self.out),
                    Some(_) => {
                        let error = Error::usage("a hunt tries many seeds")
                            .help("--seeds A..B says which: raftsh hunt --seeds 1..1000");
                        self.out.error(&diagnostic::render_bare(&error));
                        error.status
                    }
                }
            }
            Some(Call::Shrink(arguments)) => shrink::run(arguments, start, &mut self.out),
            Some(Call::Sweep(arguments)) => match self.arguments.options.seed {
                None => sweep::run(arguments, start, &mut self.out),
                Some(_) => {
                    let error = Error::usage("a sweep runs a script with many seeds")
                        .help("--seeds A..B says which: raftsh sweep SCRIPT --seeds 1..1000");
                    self.out.error(&diagnostic::render_bare(&error));
                    error.status
                }
            },
            Some(Call::Export(arguments)) => export::run(arguments, session, &mut self.out),
            _ => self.execute(&mut session),
        };
        self.out.finish().unwrap_or(status)
    }

    fn start(&mut self) -> Result<Start, Error> {
        let options = &self.arguments.options;
        let initial = match &options.config {
            Some(name) => read_config(name)?,
            None => Initial::default(),
        };
        let usual = Start::default();
        let nodes = options.nodes.or(initial.nodes).unwrap_or(usual.nodes);
        let seed = match (options.seed.or(initial.seed), &self.arguments.call) {
            (None, _) => usual.seed,
            (Some(Seed::Fixed(seed)), _) => seed,
            // Nothing is run, so no seed is needed.
            (Some(Seed::Random), Some(Call::CheckSyntax { .. })) => 0,
            (Some(Seed::Random), _) => {
                let seed = draw();
                let drawn = Text::new().toned(Tone::Dim, format!("seed {seed}")).into();
                // In JSON, standard output has one object per command, and nothing else.
                match self.arguments.options.format {
                    Format::Table => self.out.remark(&drawn),
                    Format::Json => self.out.error(&drawn),
                }
                seed
            }
        };
        let mut settings = initial.settings;
        let chosen = match options.engine.is_empty() {
            true => &initial.engines,
            false => &options.engine,
        };
        let runs = !matches!(self.arguments.call, Some(Call::CheckSyntax { .. }));
        if runs && !chosen.is_empty() {
            settings.engines = engines::lineup(chosen, "", nodes)?;
        }
        Ok(Start { nodes, seed, settings })
    }

    fn execute(&mut self, session: &mut Session) -> Status {
        let start = session.start();
        let Process { arguments, terminal, out } = self;
        let options = &arguments.options;
        let policy =
            if options.keep_going { FailurePolicy::KeepGoing } else { FailurePolicy::Stop };
        let mut runner = Runner::new(session, out);
        runner.echo = options.echo;
        match &arguments.call {
            Some(Call::Run { interactive, pause, files }) => {
                if let Err(error) = pace(&mut runner, terminal, *pause, files) {
                    runner.out.error(&diagnostic::render_bare(&error));
                    return error.status;
                }
                let ending = scripts(&mut runner, files, policy);
                (runner.is_paced, runner.is_left) = (false, false);
                if *interactive {
                    stay(&mut runner, terminal, ending, policy);
                }
            }
            Some(Call::Record { append, file }) => {
                record(&mut runner, terminal, options, start, (file, *append))
            }
            _ if !arguments.commands.is_empty() => texts(&mut runner, &arguments.commands, policy),
            _ if terminal.stdin => shell(&mut runner, terminal, Some(start.nodes), options.no_init),
            _ => {
                stdin(&mut runner, policy);
            }
        }
        runner.worst
    }
}

/// Reads the file that `--config` names.
fn read_config(name: &str) -> Result<Initial, Error> {
    let text = file::read(name, initial::MAX_BYTES)?;
    match FileKind::of(Path::new(name), text.as_bytes()) {
        Some(kind) if kind != FileKind::Settings => {
            let message = format!("'{name}' is {}, not a file of settings", kind.words());
            Err(Error::usage(message).help(kind.taken_by(name)))
        }
        _ => initial::read(&text).map_err(|fault| file::fault(name, fault)),
    }
}

/// A number that nobody can predict, short enough to be typed again.
fn draw() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    // The standard library seeds its hashers from the system's entropy: the only source of
    // randomness that needs no clock.
    let seed = std::collections::hash_map::RandomState::new().build_hasher().finish();
    seed & u64::from(u32::MAX)
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

/// Prepares `run --pause`: a reader presses Enter after each command.
fn pace(
    runner: &mut Runner<'_>,
    terminal: &Terminal,
    pause: bool,
    files: &[OsString],
) -> Result<(), Error> {
    if !pause {
        return Ok(());
    }
    let refused = |why| Err(Error::usage(why));
    if runner.out.format == Format::Json {
        return refused("--pause and --format json do not go together: --pause is for a reader");
    }
    let is_terminal = terminal.stdin && terminal.stdout && !files.iter().any(|file| is_stdin(file));
    runner.pause = if is_terminal { interactive::pause() } else { None };
    if runner.pause.is_none() {
        return refused("--pause waits for Enter, so it needs a terminal as input and output");
    }
    runner.is_paced = true;
    Ok(())
}

/// Runs scripts in order, each on a fresh cluster.
fn scripts(runner: &mut Runner<'_>, files: &[OsString], policy: FailurePolicy) -> SourceEnd {
    let settings = runner.out.settings();
    for (nth, file) in files.iter().enumerate() {
        if nth > 0 {
            for setting in settings {
                runner.out.set(setting);
            }
            runner.interpreter.reset();
        }
        let ending = match is_stdin(file) {
            true => stdin(runner, policy),
            false => {
                let ending = runner.file(file, policy);
                if !runner.is_left {
                    runner.finish();
                }
                ending
            }
        };
        if runner.is_left {
            return ending;
        }
        // `quit` ends its own script. In the last script, `quit` ends the call, and so does closed
        // output in any script.
        if ending == SourceEnd::Quit && (nth + 1 == files.len() || runner.out.closed()) {
            return SourceEnd::Quit;
        }
        // A script that failed at its end, by a violation, counts as failed like one that ended
        // early.
        let failed = runner.worst != Status::Ok && policy == FailurePolicy::Stop;
        if ending == SourceEnd::Failed || failed {
            return SourceEnd::Failed;
        }
    }
    SourceEnd::End
}

fn stdin(runner: &mut Runner<'_>, policy: FailurePolicy) -> SourceEnd {
    // Another program may be waiting for each answer before it sends the next command.
    runner.out.flush_each = true;
    let ending = runner.run(&mut Script::stdin(), policy);
    runner.finish();
    ending
}

/// Runs the texts of `-c` in order, on one cluster.
fn texts(runner: &mut Runner<'_>, texts: &[String], policy: FailurePolicy) {
    let mut all = texts.iter();
    while let Some(text) = all.next()
        && runner.run(&mut Script::text(Some("<command>"), text.as_str()), policy) == SourceEnd::End
    {
    }
    runner.finish();
}

/// After `run -i`: runs a prompt, even if the scripts failed, or more commands from a pipe, if they
/// did not fail. `quit` leaves out both.
fn stay(runner: &mut Runner<'_>, terminal: &Terminal, ending: SourceEnd, policy: FailurePolicy) {
    if ending == SourceEnd::Quit {
        return;
    }
    if terminal.stdin {
        Interrupt::clear();
        runner.worst = Status::Ok;
        shell(runner, terminal, None, true);
    } else if ending == SourceEnd::End {
        stdin(runner, policy);
    }
}

/// Records a tutorial from lines that are typed or that come from a pipe.
fn record(
    runner: &mut Runner<'_>,
    terminal: &Terminal,
    options: &Options,
    start: Start,
    (file, append): (&str, bool),
) {
    let recorded = if options.quiet || options.format == Format::Json {
        Err(Error::usage(
            "--quiet and --format json do not go together with record: a tutorial shows \
                everything as text",
        ))
    } else {
        // The width at which the tutorial will be tested.
        runner.out.set_width(terminal::width(options.width, None));
        let lines =
            if terminal.stdin { typed(runner, terminal) } else { Box::new(Script::typed(false)) };
        record::run(runner, lines, start, file, append)
    };
    if let Err(error) = recorded {
        runner.out.error(&diagnostic::render_bare(&error));
        runner.worst = error.status;
    }
}
