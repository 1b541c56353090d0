//! Branches: listing, naming and comparing them, going to their ends; when a condition held.

use clap::Subcommand;

use super::outlook::OF_STEPS;
use super::shared::format;
use crate::check::condition::Condition;
use crate::check::difference;
use crate::console::Output;
use crate::history::tree::BranchId;
use crate::language::condition::Scope;
use crate::language::{Error, Statement, When, when};
use crate::session::Session;
use crate::view::{branches, compare, json, places};

/// Commands about branches, and about when a condition held.
#[derive(Clone, Debug, Subcommand)]
pub enum Branching {
    /// Give the present branch a name; in the past, begin a branch of this name
    #[command(after_help = "run until leader; branch before\ngoto 0; branch other")]
    Branch {
        /// The name: a letter, then letters, digits, - and _
        #[arg(value_parser = when::name)]
        name: String,
    },
    /// List the branches of this session
    ///
    /// What changes the cluster in the past begins a branch: b1, b2 and so on. The first branch is
    /// main. A branch that parted in nothing but the passing of time is forgotten when it is left.
    #[command(arg = format(), after_help = "branches\nbranches --log")]
    Branches {
        /// List the last 20 moves between moments as well
        #[arg(long)]
        log: bool,
    },
    /// Go to the end of a branch
    #[command(after_help = "run 1s; goto 0; kill n1; switch main")]
    Switch {
        /// The branch
        #[arg(value_name = "BRANCH")]
        name: String,
    },
    /// Show where two branches part, and what differs at their ends
    ///
    /// One branch is compared with the present one. With --at, both are compared at that moment; an
    /// event number is looked up on each.
    #[command(arg = format(), after_help = "run 1s; goto 0; kill n1; run 1s; compare main\n\
            run 1s; goto 0; kill n1; run 1s; compare main b1 --at 500ms")]
    Compare {
        /// A branch
        #[arg(value_name = "BRANCH")]
        left: String,
        /// The other branch; without it, the present one
        #[arg(value_name = "BRANCH")]
        right: Option<String>,
        /// The moment to compare; without it, the ends
        #[arg(long, value_name = "WHEN")]
        at: Option<When>,
    },
    /// Tell since when a condition holds, or when it first held
    #[command(arg = format(), after_help = "run 1s; when leader\n\
            run 1s; when --all n1.term changes")]
    When {
        /// List each time at which it began or ceased to hold
        #[arg(long)]
        all: bool,
        /// The condition, to the end of the command
        #[arg(id = OF_STEPS, value_name = "COND", num_args = 0.., trailing_var_arg = true,
              allow_hyphen_values = true)]
        words: Vec<String>,
        /// The condition in the words; `None` until they are read.
        #[arg(skip)]
        condition: Option<Condition>,
    },
}

impl Branching {
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        if let Branching::When { words, condition, .. } = self {
            let first = statement.tokens.len() - words.len();
            let words = first..statement.tokens.len();
            *condition = Some(super::condition(statement, words, Scope::Steps)?);
        }
        Ok(())
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Branching::Branch { name } => branch(&name, session, out)?,
            Branching::Branches { log } => {
                let tree = session.tree();
                if out.is_json() {
                    out.data("branches", &json::branches(tree));
                    out.data("marks", &json::marks(tree));
                    return Ok(());
                }
                out.emit(&branches::branches(tree));
                if log {
                    out.emit(&branches::log(session.travels()));
                }
            }
            Branching::Switch { name } => {
                let branch = session.branch(&name)?;
                session.go_to(session.tree().end_of(branch));
                out.data("at", &json::place_here(session.tree()));
                out.remark(&places::here(session.tree()).into());
            }
            Branching::Compare { left, right, at } => {
                let left = session.branch(&left)?;
                let right = match right {
                    Some(right) => session.branch(&right)?,
                    None => session.tree().present(),
                };
                compare_branches(left, right, at.as_ref(), session, out)?;
            }
            Branching::When { all, condition: Some(condition), .. } => {
                let found = session.when(&condition, all, out)?;
                if out.is_json() {
                    out.data("condition", &condition.to_string());
                    out.data("first", &json::since(&found));
                    out.data("now", &found.now);
                    if all {
                        out.data("changes", &json::changes(&found));
                    }
                } else {
                    out.emit(&branches::when(&condition, &found, all));
                }
            }
            Branching::When { condition: None, .. } => {}
        }
        Ok(())
    }
}

fn branch(name: &str, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let tree = session.tree();
    let taken = tree.named(name).filter(|taken| *taken != tree.present() || tree.is_past());
    if taken.is_some() || tree.mark(name).is_some() {
        let what = if taken.is_some() { "a branch" } else { "a mark" };
        return Err(Error::failed(format!("'{name}' is the name of {what}")).word(name));
    }
    session.may_begin_branch()?;
    let renamed = (!tree.is_past()).then(|| tree.name(tree.present()).to_owned());
    session.name_branch(name);
    out.data("at", &json::place_here(session.tree()));
    if let Some(former) = renamed {
        out.remark(&format!("branch {former} is now called {name}").into());
    }
    Ok(())
}

fn compare_branches(
    left: BranchId,
    right: BranchId,
    at: Option<&When>,
    session: &Session,
    out: &mut Output,
) -> Result<(), Error> {
    if left == right {
        let name = session.tree().name(left);
        return Err(Error::failed(format!("this compares branch {name} with itself"))
            .word(name)
            .help("`branches` lists all branches"));
    }
    let world = |branch| match at {
        None => Ok(session.tree().end(branch).world().clone()),
        Some(when) => session.moment(when, branch).map(|place| session.tree().world_at(place)),
    };
    let (one, other) = (world(left)?, world(right)?);
    let differences = difference::differences(&one, &other);
    let sides = compare::Sides::new(session.tree(), left, right, [&one, &other]);
    if out.is_json() {
        let [left, right] = sides.names;
        out.data("left", &left);
        out.data("right", &right);
        out.data("parted", &json::parted(&sides));
        out.data("at_us", &sides.at_us);
        out.data("same", &differences.is_empty());
        out.data("differences", &differences);
    } else {
        out.emit(&compare::compare(&sides, &differences));
    }
    Ok(())
}
