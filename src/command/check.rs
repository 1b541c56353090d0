//! Checks: `expect`, and the list of violations.

use clap::Subcommand;

use super::shared::format;

use crate::check::condition::Condition;
use crate::check::evaluate::Situation;
use crate::console::Output;
use crate::language::condition::Scope;
use crate::language::{Error, Statement};
use crate::session::Session;
use crate::view::{json, violations};

/// Commands that check.
#[derive(Clone, Debug, Subcommand)]
pub enum Check {
    /// Check a condition; fail with status 3 if it is false
    ///
    /// `help conditions` lists the conditions. If a command violates a property, the script fails
    /// unless the next command is `expect violated NAME`. NAME must be one of the properties that
    /// the command violated, and not under `not`. The script then continues.
    #[command(arg = format(), after_help = "expect leader\nexpect all.commit == 1 and n1.kv.x == \
    5\nexpect not \
            n2.state == up\nexpect safe")]
    Expect {
        /// The condition, to the end of the command
        #[arg(value_name = "COND", num_args = 0.., trailing_var_arg = true,
              allow_hyphen_values = true)]
        words: Vec<String>,
        /// The condition in the words; `None` until they are read.
        #[arg(skip)]
        condition: Option<Condition>,
    },
    /// List the violated properties and the events that violated them
    ///
    /// raftsh checks every safety property at every event, and `mend` checks progress; `help
    /// properties` lists them. A violation stops the command and ends the script with status 3,
    /// unless the next command is `expect violated NAME`. After `set on-violation continue`, a
    /// violation stops nothing, and the script fails at its end if a violated property was never
    /// expected. If preloaded logs turn out to contradict each other, raftsh stops checking, and
    /// `expect safe` fails. If the requests for a key may have taken effect in more ways than
    /// raftsh can try, `violations` says so, and `expect linearizable` fails.
    #[command(arg = format(), after_help = "violations")]
    Violations,
}

impl Check {
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        if let Check::Expect { condition, .. } = self {
            *condition =
                Some(super::condition(statement, 1..statement.tokens.len(), Scope::Moment)?);
        }
        Ok(())
    }

    /// Whether it asserts a violation, and so must run before a violation that just happened fails
    /// the script.
    pub(super) fn expects_violation(&self) -> bool {
        let Check::Expect { condition: Some(condition), .. } = self else { return false };
        condition.speaks_of_violation()
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Check::Expect { condition: Some(condition), .. } if !session.holds(&condition)? => {
                Err(session.unmet(Situation::now(session.world()), &condition, ""))
            }
            Check::Expect { condition: Some(condition), .. } => {
                session.expect_violations(&condition)
            }
            Check::Expect { condition: None, .. } => Ok(()),
            Check::Violations => {
                if out.is_json() {
                    out.data("violations", &json::violations(session.world()));
                    out.data("not_judged", &json::not_judged(session.world()));
                    out.data("linearizability_undecided", &json::undecided(session.world()));
                } else {
                    out.emit(&violations::table(session.world()));
                }
                Ok(())
            }
        }
    }
}
