//! Checks: `expect`, and the list of violations.

use clap::Subcommand;

use super::shared::format;

use crate::check::condition::Condition;
use crate::console::Output;
use crate::language::{Error, Statement};
use crate::session::Session;
use crate::view::{json, violations};

/// Commands that check.
#[derive(Clone, Debug, Subcommand)]
pub enum Check {
    /// Fail, with status 3, unless something is so
    ///
    /// `help conditions` tells what can be expected. After a command in which a property broke,
    /// `expect violated NAME` says that this is as it should be, and the script goes on: one of the
    /// properties that broke in it has to be named, not under a `not`.
    #[command(
        after_help = "expect leader\nexpect all.commit == 1 and n1.kv.x == 5\nexpect not n2.state == up\nexpect safe"
    )]
    Expect {
        /// What should be so
        #[arg(value_name = "COND", num_args = 0.., trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
        /// The condition in the words; `None` until they are read.
        #[arg(skip)]
        condition: Option<Condition>,
    },
    /// Show the safety properties that were violated, and the events that broke them
    ///
    /// Every property is held against every event; `help properties` lists them. A violation ends
    /// the command in which it happens, and the script with status 3, unless the next command is an
    /// `expect violated NAME` that is so. With `set on-violation continue` nothing ends, and what
    /// nobody expected, each by its name, is judged at the end of the script. Where prepared logs
    /// turn out to contradict each other, nothing is judged any more, and `expect safe` fails.
    #[command(arg = format(), after_help = "violations")]
    Violations,
}

impl Check {
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        if let Check::Expect { condition, .. } = self {
            *condition = Some(super::condition(statement, 1..statement.tokens.len())?);
        }
        Ok(())
    }

    /// Whether it asserts a violation, and so must run before a violation that just happened fails
    /// the script.
    pub(super) fn expects_violation(&self) -> bool {
        matches!(self, Check::Expect { condition: Some(condition), .. } if condition.speaks_of_violation())
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Check::Expect { condition: Some(condition), .. } if !session.holds(&condition)? => {
                Err(session.unmet(&condition, "is not so"))
            }
            Check::Expect { condition: Some(condition), .. } => {
                session.expect_violations(&condition)
            }
            Check::Expect { condition: None, .. } => Ok(()),
            Check::Violations => {
                if out.is_json() {
                    out.data("violations", &json::violations(session.world()));
                    out.data("not_judged", &json::not_judged(session.world()));
                } else {
                    out.emit(&violations::table(session.world()));
                }
                Ok(())
            }
        }
    }
}
