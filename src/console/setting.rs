//! Settings of the output: `set ascii on`, `set format json`, `set pager off`.
//!
//! They are of the session, not of the cluster: they change nothing there, no saved session holds
//! them, and they survive `cluster` and `load`. Each script starts without them, so that its output
//! does not depend on what ran before.

use super::json::Format;
use crate::quantity;

/// A setting of the output with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputSetting {
    /// Whether output is ASCII only.
    Ascii(bool),
    /// How commands answer.
    Format(Format),
    /// Whether what is longer than the screen goes through a pager.
    Pager(bool),
}

/// The words of a switch.
const SWITCH: &[&str] = &["on", "off"];

/// The words for the formats.
const FORMATS: [(&str, Format); 2] = [("table", Format::Table), ("json", Format::Json)];

impl OutputSetting {
    /// The names of all settings of the output, in the order in which they are listed.
    pub const NAMES: [&str; 3] = ["ascii", "format", "pager"];

    /// The name and the meaning of each.
    pub fn described() -> [(&'static str, &'static str); 3] {
        let all = [
            OutputSetting::Ascii(false),
            OutputSetting::Format(Format::Table),
            OutputSetting::Pager(true),
        ];
        all.map(|setting| (setting.name(), setting.meaning()))
    }

    /// Reads a setting as it is typed. `None` if there is no setting of the output of this name.
    ///
    /// # Errors
    /// What is wrong with the value.
    pub fn read(name: &str, value: &str) -> Option<Result<OutputSetting, String>> {
        let format = || {
            let known = FORMATS.iter().find(|(word, _)| *word == value);
            let wrong = || format!("{} is not one of table, json", quantity::shown(value));
            known.map(|(_, format)| *format).ok_or_else(wrong)
        };
        Some(match name {
            "ascii" => quantity::switch(value).map(OutputSetting::Ascii),
            "format" => format().map(OutputSetting::Format),
            "pager" => quantity::switch(value).map(OutputSetting::Pager),
            _ => return None,
        })
    }

    /// The words that a setting takes as values.
    pub fn words(name: &str) -> &'static [&'static str] {
        match name {
            "ascii" | "pager" => SWITCH,
            "format" => &["table", "json"],
            _ => &[],
        }
    }

    /// The setting's name.
    pub fn name(&self) -> &'static str {
        match self {
            OutputSetting::Ascii(_) => "ascii",
            OutputSetting::Format(_) => "format",
            OutputSetting::Pager(_) => "pager",
        }
    }

    /// The setting's value as it is typed.
    pub fn value(&self) -> &'static str {
        match self {
            OutputSetting::Ascii(on) | OutputSetting::Pager(on) => quantity::show_switch(*on),
            OutputSetting::Format(Format::Table) => "table",
            OutputSetting::Format(Format::Json) => "json",
        }
    }

    /// What the setting does, in a few words.
    pub fn meaning(&self) -> &'static str {
        match self {
            OutputSetting::Ascii(_) => {
                "whether output is ASCII only; a setting of the output, not of the cluster"
            }
            OutputSetting::Format(_) => {
                "how commands answer: table, or json; a setting of the output"
            }
            OutputSetting::Pager(_) => {
                "whether the prompt shows long answers through a pager; a setting of the output"
            }
        }
    }
}
