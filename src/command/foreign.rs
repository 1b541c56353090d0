//! The words of redis, psql, gdb and other shells: what somebody types who knows those.
//!
//! A line that begins with such a word is refused as any unknown command, but the error names the
//! very line to type here: `SET x 5` means `put x=5`. `help redis` shows the same tables. What is
//! suggested exists today; a word that becomes a command of raftsh is never looked up.

mod words;

pub(super) use self::words::Counterpart;
use self::words::{GDB, OTHERS, PSQL, REDIS};
use super::synonyms::command_meant_by;
use crate::language::{Statement, Token};
use crate::sim::settings::SETTING_NAMES;
use crate::word::QuotedWord;

/// A tool whose words are known.
pub(super) struct Tool {
    /// Its name, which is a topic of `help`.
    pub(super) name: &'static str,
    /// Its words.
    pub(super) words: &'static [Counterpart],
}

/// The tools that have a page of help.
pub(super) const TOOLS: [Tool; 3] = [
    Tool { name: "redis", words: REDIS },
    Tool { name: "psql", words: PSQL },
    Tool { name: "gdb", words: GDB },
];

/// What a line of another tool means here.
pub(super) struct Translation {
    /// The line to type; `None` if there is no counterpart.
    pub(super) line: Option<String>,
    /// What to know about it; may be empty.
    pub(super) about: &'static str,
    /// The tool, if it has a page of help.
    pub(super) tool: Option<&'static str>,
}

/// What a statement means that begins with a word of another tool.
pub(super) fn translate(statement: &Statement) -> Option<Translation> {
    let (word, arguments) = statement.tokens.split_first()?;
    let texts: Vec<&str> = arguments.iter().map(|token| token.text.as_str()).collect();
    let name = word.text.to_lowercase();
    // Settings are set here as there.
    if name == "set" && texts.first().is_some_and(|key| SETTING_NAMES.contains(key)) {
        return None;
    }
    let tools = TOOLS.iter().flat_map(|tool| tool.words.iter().map(|row| (row, Some(tool.name))));
    let all = tools.chain(OTHERS.iter().map(|row| (row, None)));
    let named = all.filter(|(row, _)| first_word(row.theirs).to_lowercase() == name);
    let mut rows: Vec<_> = named.collect();
    // A row whose words all fit comes first.
    rows.sort_by_key(|(row, _)| !fits(row.theirs, &texts));
    let line = sql(&name, arguments);
    let verb = line.as_deref().map(first_word);
    let fitting = |(row, _): &&(&Counterpart, _)| match verb {
        Some(verb) => first_word(row.ours) == verb,
        // A word of several tools may mean something else where its arguments do not fit.
        None => fits(row.theirs, &texts) || command_meant_by(&name).is_none(),
    };
    let (row, tool) = rows.iter().find(fitting)?;
    let line = line.or_else(|| (!row.ours.is_empty()).then(|| fill(row, &texts)));
    Some(Translation { line, about: row.about, tool: *tool })
}

fn first_word(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

/// Whether a word of a pattern is part of the command and no example.
fn is_literal(word: &str) -> bool {
    word.chars().any(char::is_alphabetic) && !word.chars().any(char::is_lowercase)
}

/// Whether these words can stand where the examples do.
fn fits(theirs: &str, typed: &[&str]) -> bool {
    let pattern: Vec<&str> = theirs.split(' ').skip(1).collect();
    let fits =
        |(wanted, typed): (&&str, &&str)| !is_literal(wanted) || wanted.eq_ignore_ascii_case(typed);
    match pattern.as_slice() {
        ["COND"] => true,
        _ => pattern.len() == typed.len() && pattern.iter().zip(typed).all(fits),
    }
}

/// Our line, with what was typed in place of the examples.
fn fill(row: &Counterpart, typed: &[&str]) -> String {
    let Counterpart { theirs, ours, .. } = row;
    if ours.ends_with("COND") {
        let condition = if typed.is_empty() { "leader".to_owned() } else { typed.join(" ") };
        return ours.replace("COND", &condition);
    }
    if !fits(theirs, typed) {
        return (*ours).to_owned();
    }
    let pairs: Vec<(&str, &str)> = theirs.split(' ').skip(1).zip(typed.iter().copied()).collect();
    let filled = |word: &str| match pairs.iter().find(|(example, _)| *example == word) {
        Some((example, typed)) if !is_literal(example) => QuotedWord(typed).to_string(),
        _ => word.to_owned(),
    };
    let words = ours.split(' ').map(|word| match word.split_once('=') {
        Some((key, value)) => format!("{}={}", filled(key), filled(value)),
        None => filled(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The request that a simple statement of SQL means.
fn sql(verb: &str, arguments: &[Token]) -> Option<String> {
    let texts: Vec<&str> = arguments.iter().map(|token| token.text.as_str()).collect();
    let behind = |word: &str| {
        let at = texts.iter().position(|text| text.eq_ignore_ascii_case(word))?;
        Some(texts[at + 1..].join(" "))
    };
    // `values('x',5)` may be one word.
    let values = || {
        let line = texts.join(" ");
        let at = line.to_ascii_lowercase().find("values")?;
        line.get(at + "values".len()..).map(str::to_owned)
    };
    let plain = |text: &str| {
        let text = text.trim().trim_matches(['(', ')', '\'', '"', ';']).trim();
        (!text.is_empty() && !text.contains(',')).then(|| text.to_owned())
    };
    let pair = |text: &str, sign: char| {
        let (key, value) = text.split_once(sign)?;
        Some((plain(key)?, plain(value)?))
    };
    let put =
        |(key, value): (String, String)| format!("put {}={}", QuotedWord(&key), QuotedWord(&value));
    let of_key = |verb: &str, key: &str| format!("{verb} {}", QuotedWord(key));
    let where_key = || pair(&behind("where")?, '=').map(|(_, key)| key);
    match verb {
        "insert" => values().and_then(|values| pair(&values, ',')).map(put).or(match &*texts {
            [key, value] => Some(put((plain(key)?, plain(value)?))),
            [both] => pair(both, '=').map(put),
            _ => None,
        }),
        "update" => {
            let set = behind("set")?;
            let end = set.to_ascii_lowercase().find(" where ").unwrap_or(set.len());
            pair(set.get(..end)?, '=').map(put)
        }
        "delete" => where_key().map(|key| of_key("del", &key)),
        "select" => match &*texts {
            [star, ..] if star.starts_with('*') => Some("kv".to_owned()),
            _ => where_key().or_else(|| plain(texts.first()?)).map(|key| of_key("get", &key)),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Grammar;

    /// What is suggested can be read, and no suggestion is a word of another tool.
    #[test]
    fn counterparts_are_commands() {
        let grammar = Grammar::default();
        let rows = TOOLS.iter().flat_map(|tool| tool.words).chain(OTHERS);
        for Counterpart { theirs, ours, about } in rows {
            assert!(!ours.is_empty() || !about.is_empty(), "{theirs}");
            let ours = ours.replace("COND", "leader");
            let Some(name) = ours.split(' ').next().filter(|name| !name.is_empty()) else {
                continue;
            };
            assert!(grammar.names().iter().any(|known| known == name), "{theirs}: {ours}");
            for command in about.split('`').skip(1).step_by(2) {
                let name = first_word(command);
                assert!(grammar.names().iter().any(|known| known == name), "{theirs}: {command}");
            }
        }
    }
}
