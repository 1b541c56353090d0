//! What surrounds the process: the only place that reads the environment and asks whether a stream
//! is a terminal.
//!
//! What follows from the surroundings is decided by pure functions over [`Variables`], so that
//! every combination can be tested without a terminal.

use std::io::IsTerminal;
use std::path::PathBuf;

use crate::view::document::STANDARD_WIDTH;

/// The widths a layout can be asked for.
pub const WIDTHS: std::ops::RangeInclusive<usize> = 20..=1000;

/// What `--color` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColourChoice {
    /// Colour on a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Colour everywhere.
    Always,
    /// Colour nowhere.
    Never,
}

/// The variables raftsh listens to. An empty one counts as unset.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// `NO_COLOR`.
    pub no_color: Option<String>,
    /// `CLICOLOR_FORCE`.
    pub clicolor_force: Option<String>,
    /// `TERM`.
    pub term: Option<String>,
    /// `RAFTSH_HISTORY`: the file that keeps the prompt's history.
    pub history: Option<String>,
    /// `XDG_STATE_HOME`.
    pub state_home: Option<String>,
    /// `XDG_CONFIG_HOME`.
    pub config_home: Option<String>,
    /// `HOME`.
    pub home: Option<String>,
    /// `CI`: set where a machine looks at what people have written, and changes nothing of it.
    pub ci: Option<String>,
}

impl Variables {
    /// Whether the terminal understands nothing but text.
    pub fn dumb(&self) -> bool {
        self.term.as_deref() == Some("dumb")
    }
}

/// The process' surroundings, read once at the start.
#[derive(Clone, Debug, Default)]
pub struct Terminal {
    /// Whether standard input is a terminal.
    pub stdin: bool,
    /// Whether standard output is a terminal.
    pub stdout: bool,
    /// Whether standard error is a terminal.
    pub stderr: bool,
    /// The columns of the terminal that standard output is.
    pub columns: Option<usize>,
    /// The environment.
    pub variables: Variables,
}

impl Terminal {
    /// Looks around.
    pub fn look() -> Terminal {
        let stdout = std::io::stdout().is_terminal();
        Terminal {
            stdin: std::io::stdin().is_terminal(),
            stdout,
            stderr: std::io::stderr().is_terminal(),
            columns: if stdout { columns() } else { None },
            variables: Variables {
                no_color: variable("NO_COLOR"),
                clicolor_force: variable("CLICOLOR_FORCE"),
                term: variable("TERM"),
                history: variable("RAFTSH_HISTORY"),
                state_home: variable("XDG_STATE_HOME"),
                config_home: variable("XDG_CONFIG_HOME"),
                home: variable("HOME").or_else(|| variable("USERPROFILE")),
                ci: variable("CI"),
            },
        }
    }

    /// Whether a line can be edited: both ends are terminals that understand more than text.
    pub fn edits(&self) -> bool {
        self.stdin && self.stdout && !self.variables.dumb()
    }
}

/// The columns of standard output now, if it is a terminal that knows.
pub fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(columns, _)| usize::from(columns.0))
}

#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var_os(name)
        .map(|value| value.to_string_lossy().into_owned())
        .filter(|value| !value.is_empty())
}

/// Whether a stream gets colour: `--color`, then `NO_COLOR`, `CLICOLOR_FORCE`, `TERM=dumb`, then
/// what the stream is.
pub fn colour(choice: ColourChoice, terminal: bool, variables: &Variables) -> bool {
    let set =
        |variable: &Option<String>| variable.as_deref().is_some_and(|value| !value.is_empty());
    match choice {
        ColourChoice::Always => true,
        ColourChoice::Never => false,
        ColourChoice::Auto if set(&variables.no_color) => false,
        ColourChoice::Auto
            if set(&variables.clicolor_force)
                && variables.clicolor_force.as_deref() != Some("0") =>
        {
            true
        }
        ColourChoice::Auto => terminal && !variables.dumb(),
    }
}

/// The columns to lay out for: those asked for, the terminal's own, or [`STANDARD_WIDTH`].
pub fn width(asked: Option<usize>, terminal: Option<usize>) -> usize {
    // A terminal without a size (some serial lines and test harnesses) says 0.
    let own = terminal
        .filter(|&columns| columns > 0)
        .map(|columns| columns.clamp(*WIDTHS.start(), *WIDTHS.end()));
    asked.or(own).unwrap_or(STANDARD_WIDTH)
}

/// The script that interactive sessions begin with: where it is, and what it is for.
pub const INIT_FILE: (&str, &str) = (
    "$XDG_CONFIG_HOME/raftsh/init.raft",
    "runs before the first prompt; below ~/.config if the variable is not set",
);

/// The history of the prompt: where it is, and what else can be said.
pub const HISTORY_FILE: (&str, &str) = (
    "$XDG_STATE_HOME/raftsh/history",
    "lines typed at the prompt; below ~/.local/state if the variable is not set, or where $RAFTSH_HISTORY says",
);

/// Where the prompt's history is kept, if anywhere.
pub fn history_file(variables: &Variables) -> Option<PathBuf> {
    if let Some(file) = &variables.history {
        return (file != "/dev/null").then(|| PathBuf::from(file));
    }
    in_home(variables, &variables.state_home, ".local/state", "history")
}

/// The script that interactive sessions begin with, whether or not it is there.
pub fn init_file(variables: &Variables) -> Option<PathBuf> {
    in_home(variables, &variables.config_home, ".config", "init.raft")
}

/// A file of raftsh's own in a directory that a variable names, or else in its usual place below
/// `HOME`.
fn in_home(
    variables: &Variables,
    named: &Option<String>,
    usual: &str,
    file: &str,
) -> Option<PathBuf> {
    // A relative path here would be a mistake in the environment, says the XDG specification: to be
    // ignored.
    let named = named.as_ref().map(PathBuf::from).filter(|path| path.is_absolute());
    let home = variables.home.as_ref().map(|home| PathBuf::from(home).join(usual));
    named.or(home).map(|directory| directory.join("raftsh").join(file))
}
