//! Commands about the shell itself.

use clap::Subcommand;

use super::alias::{self, GivenAlias};
use super::grammar::{Grammar, unmask};
use super::help;
use crate::console::Output;
use crate::language::{Error, Statement};
use crate::session::Session;
use crate::view::document::Document;

/// Commands about the shell. Those that change what is read next are run by the reader of scripts,
/// which knows; here they have their grammar and their help.
#[derive(Clone, Debug, Subcommand)]
pub enum Shell {
    /// Explain a command or a topic, or list them all
    #[command(visible_aliases = ["h", "?"], after_help = "help\nhelp put\nhelp faults\nhelp conditions")]
    Help {
        /// A command or a topic
        #[arg(value_name = "CMD|TOPIC", num_args = 0..)]
        topic: Vec<String>,
    },
    /// Find commands, topics and settings by a word in their help
    #[command(after_help = "apropos crash\napropos heartbeat")]
    Apropos {
        /// A word or a part of one
        #[arg(value_name = "WORD", num_args = 1.., required = true)]
        words: Vec<String>,
    },
    /// Print a text
    #[command(after_help = "echo \"the old leader comes back\"")]
    Echo {
        /// The text; one blank is printed between two words
        #[arg(value_name = "TEXT", num_args = 0.., trailing_var_arg = true,
              allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Run the commands of a file on this cluster
    ///
    /// In a script, a relative path starts at the directory of that script.
    #[command(after_help = "source scripts/election.raft")]
    Source {
        /// The file, a script
        file: String,
    },
    /// Run commands several times
    ///
    /// The block may span several lines and contain other blocks.
    #[command(after_help = "repeat 3 { step; status }")]
    Repeat {
        /// The number of times, and the commands
        #[arg(value_name = "N { CMD; CMD }", num_args = 0.., trailing_var_arg = true)]
        words: Vec<String>,
    },
    /// Give a name to commands, for the prompt
    ///
    /// From the next line on, the prompt puts the commands in place of the name where it is the
    /// first word of a command; what follows the name follows the commands. `record`, `save` and
    /// the prompt's history keep the commands, not the name. Only the prompt and init.raft take
    /// this command. Without arguments, it lists all aliases.
    #[command(after_help = "alias\nalias st = 'status; logs'\nalias w = 'put leader'")]
    Alias {
        /// The name, and the commands in quotes
        #[arg(
            value_name = "NAME = COMMANDS",
            num_args = 0..,
            trailing_var_arg = true,
            allow_hyphen_values = true
        )]
        words: Vec<String>,
        /// The name and its commands, if there are any.
        #[arg(skip)]
        given: Option<GivenAlias>,
    },
    /// Forget aliases
    #[command(after_help = "unalias st")]
    Unalias {
        /// The aliases
        #[arg(value_name = "ALIAS", num_args = 1.., required = true)]
        names: Vec<String>,
    },
    /// Show Raft and this shell in a guided tour
    ///
    /// The tour runs scripts/tour.raft one command at a time, and shows the comment, the command
    /// and its output. Enter runs the next command, q or Ctrl-C leaves. The tour has its own
    /// cluster; afterwards yours is as it was. It works at the prompt only; `raftsh run --pause
    /// FILE` shows any script in this way.
    #[command(after_help = "tour")]
    Tour,
    /// End the shell or the script, with status 0
    ///
    /// `raftsh run` continues with its next script.
    #[command(visible_aliases = ["q", "exit"], after_help = "quit")]
    Quit,
}

impl Shell {
    /// Reads what clap only collects.
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        if let Shell::Alias { words, given } = self
            && !words.is_empty()
        {
            *given = Some(alias::read(statement)?);
        }
        Ok(())
    }

    pub(super) fn run(
        self,
        grammar: &Grammar,
        session: &mut Session,
        out: &mut Output,
    ) -> Result<(), Error> {
        let aliases = &mut session.aliases;
        match self {
            Shell::Help { topic } if topic.is_empty() => {
                out.emit(&help::overview(grammar, aliases));
            }
            Shell::Help { topic } => out.emit(&help::topic(grammar, aliases, &topic.join(" "))?),
            Shell::Apropos { words } => out.emit(&help::apropos(grammar, &words.join(" "))),
            Shell::Echo { words } => {
                let words: Vec<&str> = words.iter().map(|word| unmask(word)).collect();
                let text = words.join(" ");
                session.caption(&text);
                out.emit(&Document::new().line(text));
            }
            Shell::Alias { given, .. } => return alias::run(given, grammar, aliases, out),
            Shell::Unalias { names } => return alias::forget(&names, aliases, out),
            Shell::Source { .. } | Shell::Repeat { .. } | Shell::Tour | Shell::Quit => {}
        }
        Ok(())
    }
}
