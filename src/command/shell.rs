//! Commands about the shell itself.

use clap::Subcommand;

use super::grammar::{Grammar, unmask};
use super::help;
use crate::console::Output;
use crate::language::Error;
use crate::view::document::Document;

/// Commands about the shell. Those that change what is read next are run by the reader of scripts,
/// which knows; here they have their grammar and their help.
#[derive(Clone, Debug, Subcommand)]
pub enum Shell {
    /// Tell what a command does, or list the commands
    #[command(visible_aliases = ["h", "?"], after_help = "help\nhelp put\nhelp faults\nhelp conditions")]
    Help {
        /// A command or a topic
        #[arg(value_name = "CMD|TOPIC")]
        topic: Option<String>,
    },
    /// Find the commands, topics and settings in whose help a word occurs
    #[command(after_help = "apropos crash\napropos heartbeat")]
    Apropos {
        /// The word, or a part of it
        #[arg(value_name = "WORD", num_args = 1.., required = true)]
        words: Vec<String>,
    },
    /// Print a text
    #[command(after_help = "echo \"the old leader comes back\"")]
    Echo {
        /// The words; one blank goes between two
        #[arg(value_name = "TEXT", num_args = 0.., trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Run the commands of a file on this cluster
    ///
    /// A relative path counts from the file that says it.
    #[command(after_help = "source scripts/election.raft")]
    Source {
        /// The script
        file: String,
    },
    /// Run commands again and again
    ///
    /// The braces may span lines; blocks nest.
    #[command(after_help = "repeat 3 { step; status }")]
    Repeat {
        /// How often, and what
        #[arg(value_name = "N { CMD; CMD }", num_args = 0.., trailing_var_arg = true)]
        words: Vec<String>,
    },
    /// Leave, with status 0
    ///
    /// In a script it ends that script; further ones on the command line follow.
    #[command(visible_aliases = ["q", "exit"], after_help = "quit")]
    Quit,
}

impl Shell {
    pub(super) fn run(self, grammar: &Grammar, out: &mut Output) -> Result<(), Error> {
        match self {
            Shell::Help { topic: None } => out.emit(&help::overview(grammar)),
            Shell::Help { topic: Some(topic) } => out.emit(&help::topic(grammar, &topic)?),
            Shell::Apropos { words } => out.emit(&help::apropos(grammar, &words.join(" "))),
            Shell::Echo { words } => {
                let words: Vec<&str> = words.iter().map(|word| unmask(word)).collect();
                out.emit(&Document::new().line(words.join(" ")));
            }
            Shell::Source { .. } | Shell::Repeat { .. } | Shell::Quit => {}
        }
        Ok(())
    }
}
