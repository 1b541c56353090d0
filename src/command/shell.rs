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
        #[arg(value_name = "TEXT", num_args = 0.., trailing_var_arg = true, allow_hyphen_values = true)]
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
    /// End the shell or the script, with status 0
    ///
    /// `raftsh run` continues with its next script.
    #[command(visible_aliases = ["q", "exit"], after_help = "quit")]
    Quit,
}

impl Shell {
    pub(super) fn run(self, grammar: &Grammar, out: &mut Output) -> Result<(), Error> {
        match self {
            Shell::Help { topic } if topic.is_empty() => out.emit(&help::overview(grammar)),
            Shell::Help { topic } => out.emit(&help::topic(grammar, &topic.join(" "))?),
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
