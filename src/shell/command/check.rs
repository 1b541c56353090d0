//! Demanding that something is so.

use clap::Subcommand;

use crate::check::condition::Condition;
use crate::shell::error::Error;
use crate::shell::session::Session;
use crate::shell::statement::Statement;

/// Commands that check.
#[derive(Clone, Debug, Subcommand)]
pub enum Check {
    /// Fail, with status 3, unless something is so
    ///
    /// `help conditions` tells what can be expected.
    #[command(
        after_help = "expect leader\nexpect all.commit == 1 and n1.kv.x == 5\nexpect not n2.state == up"
    )]
    Expect {
        /// What should be so
        #[arg(value_name = "COND", num_args = 0.., trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
        /// The words, read.
        #[arg(skip)]
        condition: Option<Condition>,
    },
}

impl Check {
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        let Check::Expect { condition, .. } = self;
        *condition = Some(super::condition(statement, 1..statement.tokens.len())?);
        Ok(())
    }

    pub(super) fn run(self, session: &Session) -> Result<(), Error> {
        match self {
            Check::Expect { condition: Some(condition), .. } if !session.holds(&condition)? => {
                Err(session.unmet(&condition, "is not so"))
            }
            Check::Expect { .. } => Ok(()),
        }
    }
}
