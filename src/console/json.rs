//! `--format json`: one object per command, with an envelope around the command's data.
//!
//! ```text
//! {"schema":1,"line":3,"command":"status","ok":true,"time_us":153200,"data":{…}}
//! {"schema":1,"line":4,"command":"kill n9","ok":false,"status":1,"error":"there is no n9",…}
//! ```

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::language::{Error, Statement, Status};
use crate::word::is_invisible;

/// The version of the format. It changes when an existing field changes its meaning.
const SCHEMA: u32 = 1;

/// The value of `--format`: how commands answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Tables and sentences, for people.
    #[default]
    Table,
    /// One object a command, for programs.
    Json,
}

/// How a command ended.
#[derive(Clone, Copy, Debug)]
pub enum CommandEnded<'a> {
    /// It succeeded.
    Well,
    /// It failed with the error that a `!` expected.
    AsExpected(&'a Error),
    /// It failed with an error.
    Badly(&'a Error),
}

/// The envelope without the data, which comes last.
#[derive(Default, Serialize)]
struct Envelope<'a> {
    schema: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    command: &'a str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    help: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    past: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Where a session stands when a command ends.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing<'a> {
    /// The virtual time, in microseconds.
    pub time_us: u64,
    /// The branch, if it is not the first one.
    pub branch: Option<&'a str>,
    /// Whether the moment is before the end of the branch.
    pub is_past: bool,
}

impl Envelope<'_> {
    /// The envelope with its data, as one line that is safe to print at a terminal.
    fn line(&self, data: &str) -> String {
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.pop();
        escaped(format!("{line},\"data\":{data}}}\n"))
    }
}

/// An object about something other than a command of a script: its status and its data.
pub fn object(command: &str, status: Status, error: Option<&str>, data: &impl Serialize) -> String {
    let failed = Some(status).filter(|status| *status != Status::Ok);
    let ok = failed.is_none();
    let envelope =
        Envelope { schema: SCHEMA, command, ok, status: failed, error, ..Envelope::default() };
    // Only numbers, strings, lists, and maps with string keys are written here: serializing these
    // cannot fail.
    envelope.line(&serde_json::to_string(data).unwrap_or_default())
}

/// An object of its own, without an envelope, as one line that is safe to print at a terminal.
pub fn line(data: &impl Serialize) -> String {
    // As above, this cannot fail.
    escaped(format!("{}\n", serde_json::to_string(data).unwrap_or_default()))
}

/// Reads an object that was written as [`line()`].
///
/// # Errors
/// What is wrong with it, and where.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The data that a command has given so far.
#[derive(Clone, Debug, Default)]
pub struct CommandData {
    /// Its fields, as they will be between the braces.
    fields: String,
    /// Lines of text, used if there are no fields.
    text: Vec<String>,
}

impl CommandData {
    /// Adds a field.
    pub(super) fn field(&mut self, key: &str, value: &impl Serialize) {
        // As above, this cannot fail.
        let (Ok(key), Ok(value)) = (serde_json::to_string(key), serde_json::to_string(value))
        else {
            return;
        };
        self.add(&format!("{key}:{value}"));
    }

    /// Adds the fields of an object.
    pub(super) fn fields(&mut self, object: &impl Serialize) {
        // As above, this cannot fail.
        let text = serde_json::to_string(object).unwrap_or_default();
        let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
            self.add(inner);
        }
    }

    fn add(&mut self, fields: &str) {
        if !self.fields.is_empty() {
            self.fields.push(',');
        }
        self.fields.push_str(fields);
    }

    /// Adds lines of text, unless there are fields.
    pub(super) fn text(&mut self, text: &str) {
        if self.fields.is_empty() {
            self.text.extend(text.lines().map(str::to_owned));
        }
    }

    /// The object of a command that ended at this virtual time, as one line.
    pub(super) fn object(
        mut self,
        statement: &Statement,
        ended: CommandEnded<'_>,
        standing: Standing<'_>,
    ) -> String {
        if self.fields.is_empty() && !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.field("text", &text);
        }
        let failed = match ended {
            CommandEnded::Badly(error) => Some(error),
            CommandEnded::Well | CommandEnded::AsExpected(_) => None,
        };
        let envelope = Envelope {
            schema: SCHEMA,
            line: Some(statement.place.line),
            command: &command(statement),
            ok: failed.is_none(),
            status: failed.map(|error| error.status),
            error: failed.map(|error| error.message.as_str()),
            help: failed.map_or(&[], |error| &error.help),
            expected: match ended {
                CommandEnded::AsExpected(error) => Some(&error.message),
                CommandEnded::Well | CommandEnded::Badly(_) => None,
            },
            time_us: Some(standing.time_us),
            branch: standing.branch,
            past: standing.is_past,
        };
        envelope.line(&format!("{{{}}}", self.fields))
    }
}

/// The command as it was typed, or the line that could not be read.
fn command(statement: &Statement) -> String {
    let bang = if statement.negated { "!" } else { "" };
    format!("{bang}{}", statement.source().trim())
}

/// Escapes invisible characters that JSON would pass on to a terminal. They can only be inside
/// strings, where escapes are allowed.
fn escaped(line: String) -> String {
    let hidden = |c: char| c != '\n' && is_invisible(c);
    if !line.contains(hidden) {
        return line;
    }
    let mut safe = String::with_capacity(line.len());
    for c in line.chars() {
        match hidden(c) {
            true => c
                .encode_utf16(&mut [0; 2])
                .iter()
                .for_each(|unit| safe.push_str(&format!("\\u{unit:04x}"))),
            false => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Failure, SourcePlace};

    #[test]
    fn the_envelope() {
        let statement = Failure::in_line(
            Error::failed(""),
            SourcePlace { source: None, line: 3 },
            " kill \"\u{7f}\u{9b}\u{1b}[2J\u{200b}\u{f0000}n9 ",
        );
        let error = Error::failed("no n9").help("a").help("b");
        let object = |data: CommandData, ended| {
            let standing = Standing { time_us: 7, ..Standing::default() };
            data.object(&statement.statement, ended, standing)
        };
        let head = r#"{"schema":1,"line":3,"command":"kill \"\u007f\u009b\u001b[2J\u200b\udb80\udc00n9","ok":"#;
        let mut data = CommandData::default();
        data.text("one\ntwo");
        assert_eq!(
            object(data, CommandEnded::Well),
            format!("{head}true,\"time_us\":7,\"data\":{{\"text\":[\"one\",\"two\"]}}}}\n")
        );
        let mut data = CommandData::default();
        data.text("unsaid");
        data.field("x", &1);
        data.field("y", &None::<u8>);
        assert_eq!(
            object(data, CommandEnded::Badly(&error)),
            format!(
                r#"{head}false,"status":1,"error":"no n9","help":["a","b"],"time_us":7,"data":{{"x":1,"y":null}}}}"#
            ) + "\n"
        );
        assert_eq!(
            object(CommandData::default(), CommandEnded::AsExpected(&error)),
            format!(r#"{head}true,"expected":"no n9","time_us":7,"data":{{}}}}"#) + "\n"
        );
    }
}
