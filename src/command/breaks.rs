//! Breakpoints, watched values, and `continue`.

use clap::Subcommand;

use super::outlook::{OF_STEPS, WATCHED};
use super::shared::format;
use super::{client, settle, time};
use crate::check::condition::{Condition, Operand};
use crate::console::Output;
use crate::language::condition::{Scope, parse_value};
use crate::language::{Error, Statement};
use crate::quantity::{count, show_duration, shown};
use crate::session::Session;
use crate::session::breaks::{Rest, RunPlan};
use crate::sim::Action;
use crate::view::breaks;
use crate::view::document::{Text, Tone};

/// Commands that stop other commands at moments of interest, and continue them.
#[derive(Clone, Debug, Subcommand)]
pub enum Breaks {
    /// Stop runs right after the step that makes a condition true
    ///
    /// A breakpoint stops `run`, `step N`, `settle` and requests with --wait, not `mend`. A
    /// condition that is true when a command begins must become false first. `VALUE changes`
    /// compares with the last stop. At the prompt a stop ends the whole line, `repeat` and `source`
    /// included, and `continue` does the rest. In a script it ends only the command, with status 0.
    /// Breakpoints belong to the shell: no branch and no saved session has them.
    #[command(
        visible_alias = "b",
        arg = format(),
        after_help = "break leader; run 2s\nbreak --once n1.commit >= 3\nbreak leader changes\n\
                      break event node_killed n2"
    )]
    Break {
        /// Forget it when it has stopped a command
        #[arg(long)]
        once: bool,
        /// The condition, to the end of the command
        #[arg(id = OF_STEPS, value_name = "COND", num_args = 0.., trailing_var_arg = true,
              allow_hyphen_values = true)]
        words: Vec<String>,
        /// The condition in the words; `None` until they are read.
        #[arg(skip)]
        condition: Option<Condition>,
    },
    /// Show each change of a value
    ///
    /// Shows a line when a step or a command changes the value: n1.FIELD, leader, opN, opN.value,
    /// count(…), leaders, up or messages. Nothing stops. Going to other moments shows no line.
    #[command(after_help = "watch leader; run 2s\nwatch n1.term\nwatch count(live.term == 2)")]
    Watch {
        /// The value, to the end of the command
        #[arg(id = WATCHED, value_name = "VALUE", num_args = 0.., trailing_var_arg = true,
              allow_hyphen_values = true)]
        words: Vec<String>,
        /// The value in the words; `None` until they are read.
        #[arg(skip)]
        value: Option<Operand>,
    },
    /// List breakpoints and watched values
    ///
    /// Hits are how often a breakpoint stopped a command, or how often a value changed.
    #[command(name = "breaks", arg = format(), after_help = "breaks")]
    List,
    /// Forget a breakpoint or a watched value, or all of them
    #[command(after_help = "break leader; unbreak 1\nunbreak all")]
    Unbreak {
        /// Its number, as `breaks` shows it
        #[arg(value_name = "N|all", value_parser = which)]
        which: WhichBreaks,
    },
    /// Continue the command that a breakpoint stopped
    ///
    /// At the prompt, continue also the rest of its line, block and file. Changes that were made
    /// since then stay. Fails if no breakpoint has stopped a command, or if that was continued or
    /// undone, or `cluster` or `load` has replaced its cluster.
    #[command(visible_alias = "c", after_help = "break messages changes; run 1s; continue")]
    Continue,
}

/// The breakpoints that are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhichBreaks {
    /// Every one.
    All,
    /// The one with this number.
    One(u64),
}

fn which(text: &str) -> Result<WhichBreaks, String> {
    if text == "all" {
        return Ok(WhichBreaks::All);
    }
    let number = count(text).map(WhichBreaks::One);
    number.map_err(|_| format!("{} is neither a number nor all", shown(text)))
}

impl Breaks {
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        let tokens = &statement.tokens;
        match self {
            Breaks::Break { words, condition, .. } => {
                let words = tokens.len() - words.len()..tokens.len();
                *condition = Some(super::condition(statement, words, Scope::Steps)?);
            }
            Breaks::Watch { words, value } => {
                let end = statement.span().end;
                let start = match words.len() {
                    0 => end,
                    count => tokens[tokens.len() - count].span.start,
                };
                *value = Some(parse_value(&statement.text[start..end], start)?);
            }
            Breaks::List | Breaks::Unbreak { .. } | Breaks::Continue => {}
        }
        Ok(())
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Breaks::Break { once, condition: Some(condition), .. } => {
                let holds = session.holds(&condition)?;
                let row = session.add_break(condition, once)?.row();
                let text = if holds { " (true now: it must become false first)" } else { "" };
                out.remark(&added(&row).plain(text).into());
                out.hint("`run 10s` runs up to there, `breaks` lists all breakpoints");
            }
            Breaks::Watch { value: Some(value), .. } => {
                let now = session.value_text(&value)?;
                let row = session.add_watch(value)?.row();
                out.remark(&added(&row).plain(format!(", now {now}")).into());
                out.hint("`run 1s` shows its changes, `breaks` lists all watched values");
            }
            Breaks::Unbreak { which: WhichBreaks::One(id) } => {
                let row = session.unbreak(id)?.row();
                out.remark(&format!("forgot {} {}: {}", row.kind, row.id, row.text).into());
            }
            Breaks::Unbreak { which: WhichBreaks::All } => match session.unbreak_all() {
                0 => out.remark(&"there are no breakpoints: nothing changed".into()),
                forgotten => {
                    out.remark(&format!("forgot all {forgotten}").into());
                }
            },
            Breaks::List if !out.is_json() => {
                out.emit(&breaks::breaks(&session.breakpoint_rows()));
            }
            Breaks::Continue => return continue_stopped(session, out),
            Breaks::List | Breaks::Break { .. } | Breaks::Watch { .. } => {}
        }
        out.data("breaks", &session.breakpoint_rows());
        Ok(())
    }
}

/// `break 1: leader`
fn added(row: &breaks::BreakpointRow) -> Text {
    Text::new().toned(Tone::Strong, format!("{} {}", row.kind, row.id)).plain(format!(
        ": {}{}",
        row.text,
        if row.once { ", once" } else { "" }
    ))
}

/// The error of `continue` without a stopped command.
pub(super) fn nothing_stopped() -> Error {
    Error::failed("no breakpoint has stopped a command that could continue")
        .help("`break COND` stops commands; `run 1s` and `step` let time pass")
}

/// Does what is left of the command that a breakpoint stopped. What is recorded is a command that
/// does the same without it.
fn continue_stopped(session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let Some(rest) = session.take_rest() else {
        return Err(nothing_stopped());
    };
    match rest {
        Rest::Nothing => {
            out.remark(&"nothing is left of the command that stopped".into());
            Ok(())
        }
        Rest::Steps(count) => {
            session.record_as(Action::Step(count).to_string());
            time::step(count, session, out)
        }
        Rest::Settle(nodes, most) => {
            session.record_as(Action::Settle(nodes, most).to_string());
            settle::settle(nodes, most, session, out)
        }
        Rest::Run(plan) => continue_run(*plan, session, out),
    }
}

fn continue_run(plan: RunPlan, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let left = show_duration(plan.left_us);
    let looks_back = plan.before.is_some();
    let (op, until) = (plan.op, plan.until.as_ref().filter(|_| !looks_back));
    session.record_as(match until {
        Some(condition) => format!("run until {condition} within {left}"),
        None => format!("run {left}"),
    });
    let ran = time::make_run(plan, session, out);
    if looks_back {
        // Typed again, the condition would compare with a later moment.
        session.cut_short();
    }
    match op {
        Some(op) => client::awaited(op, ran, session, out),
        None => ran,
    }
}
