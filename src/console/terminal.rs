//! The surroundings of the process: the only place that reads the environment and asks whether a
//! stream is a terminal.
//!
//! What follows from the surroundings is decided by pure functions of [`Variables`], so that every
//! combination can be tested without a terminal.

use std::io::IsTerminal;
use std::path::PathBuf;

use super::pager::{PagerProgram, ScreenSize};
use crate::view::document::STANDARD_WIDTH;

/// The widths that `--width` accepts, in columns.
pub const WIDTHS: std::ops::RangeInclusive<usize> = 20..=1000;

/// The value of `--color`: when output is coloured.
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

/// The environment variables that raftsh reads. An empty one counts as unset, but for `PAGER`.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// `NO_COLOR`: if set, there is no colour.
    pub no_color: Option<String>,
    /// `CLICOLOR_FORCE`: if set and not `0`, there is colour even without a terminal.
    pub clicolor_force: Option<String>,
    /// `TERM`: `dumb` is a terminal that understands nothing but text.
    pub term: Option<String>,
    /// `RAFTSH_HISTORY`: the file of the prompt's history.
    pub history: Option<String>,
    /// `XDG_STATE_HOME`: the directory above that of the history.
    pub state_home: Option<String>,
    /// `XDG_CONFIG_HOME`: the directory above that of `init.raft`.
    pub config_home: Option<String>,
    /// `HOME`, or else `USERPROFILE`.
    pub home: Option<String>,
    /// `CI`: set on a CI machine, where `--bless` is refused.
    pub ci: Option<String>,
    /// `PAGER`: the program for what is longer than the screen. An empty one is kept: it means
    /// none.
    pub pager: Option<String>,
    /// `LESS`: the options of the usual pager.
    pub less: Option<String>,
}

impl Variables {
    /// Whether the terminal understands nothing but text.
    pub fn dumb(&self) -> bool {
        self.term.as_deref() == Some("dumb")
    }
}

/// The surroundings of the process, read once at its start.
#[derive(Clone, Debug, Default)]
pub struct Terminal {
    /// Whether standard input is a terminal.
    pub stdin: bool,
    /// Whether standard output is a terminal.
    pub stdout: bool,
    /// Whether standard error is a terminal.
    pub stderr: bool,
    /// The width of the terminal in columns, if standard output is one and reports it.
    pub columns: Option<usize>,
    /// The environment variables.
    pub variables: Variables,
}

impl Terminal {
    /// Reads the surroundings.
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
                pager: variable_or_empty("PAGER"),
                less: variable_or_empty("LESS"),
            },
        }
    }

    /// Whether lines can be edited: standard input and output are terminals, and not dumb ones.
    pub fn edits(&self) -> bool {
        self.stdin && self.stdout && !self.variables.dumb()
    }
}

/// The present width of standard output in columns, if it is a terminal that reports one.
pub fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(columns, _)| usize::from(columns.0))
}

/// The size of standard output, if it is a terminal that reports one.
pub fn screen() -> Option<ScreenSize> {
    let (columns, rows) = terminal_size::terminal_size_of(std::io::stdout())?;
    let screen = ScreenSize { rows: rows.0.into(), columns: columns.0.into() };
    Some(screen).filter(|screen| screen.rows > 0 && screen.columns > 0)
}

fn variable(name: &str) -> Option<String> {
    variable_or_empty(name).filter(|value| !value.is_empty())
}

#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable_or_empty(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// The pager that the variables ask for; `None` if they ask for none: an empty `PAGER`, or a
/// terminal that understands nothing but text.
pub fn pager(variables: &Variables) -> Option<PagerProgram> {
    let wanted =
        !variables.dumb() && variables.pager.as_ref().is_none_or(|line| !line.trim().is_empty());
    let has_options = variables.less.is_some();
    wanted.then(|| PagerProgram { line: variables.pager.clone(), has_options })
}

/// Whether a stream is coloured. `--color` decides first, then `NO_COLOR`, `CLICOLOR_FORCE` and
/// `TERM=dumb`, and last whether the stream is a terminal.
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

/// The width to lay out for, in columns: the one asked for, the terminal's, or [`STANDARD_WIDTH`].
pub fn width(asked: Option<usize>, terminal: Option<usize>) -> usize {
    // A terminal without a size (some serial lines and test harnesses) reports 0.
    let own = terminal
        .filter(|&columns| columns > 0)
        .map(|columns| columns.clamp(*WIDTHS.start(), *WIDTHS.end()));
    asked.or(own).unwrap_or(STANDARD_WIDTH)
}

/// The path of the script that interactive sessions begin with, and a short description.
pub const INIT_FILE: (&str, &str) = (
    "$XDG_CONFIG_HOME/raftsh/init.raft",
    "runs before the first prompt; below ~/.config if the variable is not set",
);

/// The path of the prompt's history, and a short description.
pub const HISTORY_FILE: (&str, &str) = (
    "$XDG_STATE_HOME/raftsh/history",
    "lines typed at the prompt; below ~/.local/state if the variable is not set, or where \
        $RAFTSH_HISTORY says",
);

/// The file of the prompt's history; `None` if no history is kept.
pub fn history_file(variables: &Variables) -> Option<PathBuf> {
    if let Some(file) = &variables.history {
        return (file != "/dev/null").then(|| PathBuf::from(file));
    }
    in_home(variables, &variables.state_home, ".local/state", "history")
}

/// The script that interactive sessions begin with. The file need not exist.
pub fn init_file(variables: &Variables) -> Option<PathBuf> {
    in_home(variables, &variables.config_home, ".config", "init.raft")
}

/// The path of one of raftsh's files: below the directory `named`, or else below `usual` in `HOME`.
fn in_home(
    variables: &Variables,
    named: &Option<String>,
    usual: &str,
    file: &str,
) -> Option<PathBuf> {
    // The XDG specification says that a relative path here is a mistake and must be ignored.
    let named = named.as_ref().map(PathBuf::from).filter(|path| path.is_absolute());
    let home = variables.home.as_ref().map(|home| PathBuf::from(home).join(usual));
    named.or(home).map(|directory| directory.join("raftsh").join(file))
}
