//! Measuring in virtual time: `stopwatch` and `measure`, whose values `raftsh sweep` collects.

use clap::Subcommand;

use super::outlook::WATCHED;
use crate::check::condition::{Kind, Operand};
use crate::console::Output;
use crate::language::condition::parse_value;
use crate::language::{Error, Statement};
use crate::quantity::{self, shown};
use crate::session::Session;
use crate::session::measures::{Measure, Unit};
use crate::view::document::{Text, Tone};

/// The longest name of a measure, in bytes.
const NAME_MAX: usize = 100;

/// Commands that measure.
#[derive(Clone, Debug, Subcommand)]
pub enum Measuring {
    /// Set the zero of the stopwatch to the present moment
    ///
    /// `measure NAME` notes the virtual time since then. A fresh cluster stops the stopwatch.
    #[command(after_help = "run until leader; stopwatch; kill leader; run until leader; measure \
            election")]
    Stopwatch,
    /// Note a number or a duration under a name
    ///
    /// Without VALUE it is the virtual time since `stopwatch`. VALUE is a number, a duration or a
    /// value of the cluster: n1.FIELD, opN.value, count(…), leaders, up, messages. `raftsh sweep
    /// SCRIPT` runs a script with many seeds and tells how the measured values are distributed.
    #[command(after_help = "stopwatch; run until leader; measure election\nrun until leader; \
            measure term leader.term\nmeasure in-flight messages\nmeasure size 5")]
    Measure {
        /// What is measured: letters, digits, - _ and .
        #[arg(value_name = "NAME", value_parser = name, allow_hyphen_values = true)]
        name: String,
        /// The value, to the end of the command
        #[arg(id = WATCHED, value_name = "VALUE", num_args = 0.., trailing_var_arg = true,
              allow_hyphen_values = true)]
        words: Vec<String>,
        /// The value in the words; `None` is the time since the stopwatch.
        #[arg(skip)]
        value: Option<Operand>,
    },
}

/// Reads a name, which can stand in a file of comma-separated values as it is.
fn name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    match text {
        _ if text.len() > NAME_MAX => Err(format!("a name has at most {NAME_MAX} bytes")),
        _ if !text.starts_with('-') && text.chars().all(fits) && !text.is_empty() => {
            Ok(text.to_owned())
        }
        _ => {
            Err(format!("{} is no name: letters, digits, - _ and . may stand in one", shown(text)))
        }
    }
}

impl Measuring {
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        let Measuring::Measure { words, value, .. } = self else { return Ok(()) };
        let tokens = &statement.tokens[statement.tokens.len() - words.len()..];
        *value = match tokens {
            [] => None,
            [one] if quantity::count(&one.text).is_ok() => {
                quantity::count(&one.text).ok().map(Operand::Number)
            }
            [one] if quantity::duration(&one.text).is_ok() => {
                quantity::duration(&one.text).ok().map(Operand::Duration)
            }
            [first, ..] => {
                let (start, end) = (first.span.start, statement.span().end);
                let value = parse_value(&statement.text[start..end], start)?;
                if !matches!(value.kind(), Kind::Number | Kind::Duration | Kind::Text) {
                    return Err(Error::usage(format!(
                        "`{value}` is neither a number nor a duration"
                    ))
                    .at(start..end)
                    .help("for example: leader.term, messages, count(all.role == candidate)"));
                }
                Some(value)
            }
        };
        Ok(())
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Measuring::Stopwatch => {
                session.set_stopwatch();
                let now = quantity::time(session.world().now_us());
                out.remark(&format!("stopwatch set at {now}").into());
            }
            Measuring::Measure { name, value, .. } => {
                let (value, unit) = match &value {
                    None => (session.stopwatch_us()?, Unit::Duration),
                    Some(value) => (session.number(value)?, unit(value)),
                };
                let text = match unit {
                    Unit::Number => value.to_string(),
                    Unit::Duration => quantity::show_duration(value),
                };
                let noted = Text::new().toned(Tone::Strong, &name).plain(format!(": {text}"));
                out.remark(&noted.into());
                out.data("name", &name);
                out.data("value", &value);
                session.note(Measure { name, value, unit });
            }
        }
        Ok(())
    }
}

fn unit(value: &Operand) -> Unit {
    match value.kind() {
        Kind::Duration => Unit::Duration,
        _ => Unit::Number,
    }
}
