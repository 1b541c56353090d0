//! Where a command at the prompt sends its output: `status > a.txt`, `history | grep vote`.
//!
//! What follows the sign is not raftsh's language: a program's line is the system shell's, with the
//! shell's quotes. So the line is taken apart here before it is read as commands. Only the prompt
//! does so; scripts have no redirection.

use std::ops::Range;

use super::line::{self, LinePart, Token};

/// A sign that ends a command and sends its output elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `>`: to a file, which is replaced.
    Replace,
    /// `>>`: to the end of a file.
    Append,
    /// `|`: to a program.
    Pipe,
}

impl Sign {
    /// The sign that a word is.
    pub fn read(word: &Token) -> Option<Sign> {
        match word.text.as_str() {
            _ if word.quoted => None,
            ">" => Some(Sign::Replace),
            ">>" => Some(Sign::Append),
            "|" => Some(Sign::Pipe),
            _ => None,
        }
    }
}

/// Where the output of a command goes, as ranges of its line in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirection {
    /// The sign.
    pub sign: Sign,
    /// Its place.
    pub at: Range<usize>,
    /// What follows it, up to a `;` or a comment: the file, or the line of the program.
    pub target: Range<usize>,
}

/// A part of a line: commands, and where the output of the last of them goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The commands, in bytes of the line.
    pub commands: Range<usize>,
    /// Where the output of the last command goes; `None` in the last segment, which may be empty.
    pub redirection: Option<Redirection>,
}

/// Takes a line apart at its redirections. `sends` tells whether a command, given as its words, may
/// have one: of others, the signs are ordinary words (`partition n1 | n2`). Blocks have none.
pub fn segments(line: &str, sends: &dyn Fn(&[&Token]) -> bool) -> Vec<Segment> {
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some((sign, at)) = next_sign(&line[from..], sends) {
        let at = from + at.start..from + at.end;
        let target = at.end..end_of_target(line, at.end);
        let commands = from..at.start;
        from = target.end;
        found.push(Segment { commands, redirection: Some(Redirection { sign, at, target }) });
    }
    found.push(Segment { commands: from..line.len(), redirection: None });
    found
}

/// The first sign that ends a command, and its place.
fn next_sign(line: &str, sends: &dyn Fn(&[&Token]) -> bool) -> Option<(Sign, Range<usize>)> {
    let mut pieces = Vec::new();
    // What cannot be read comes after the sign, or is reported when the line is run.
    let _ = line::split_into(line, &mut pieces);
    let (mut depth, mut words) = (0_usize, Vec::new());
    for piece in &pieces {
        match piece {
            LinePart::Word(word) => {
                let sign = Sign::read(word).filter(|_| depth == 0 && sends(&words));
                if let Some(sign) = sign {
                    return Some((sign, word.span.clone()));
                }
                words.push(word);
                continue;
            }
            LinePart::Open(_) => depth += 1,
            LinePart::Close(_) => depth = depth.saturating_sub(1),
            LinePart::Semicolon => {}
        }
        words.clear();
    }
    None
}

/// The end of what follows a sign: an unquoted `;`, or a `#` that begins a word. A quote that is
/// never closed goes to the end of the line.
fn end_of_target(line: &str, from: usize) -> usize {
    let (mut quote, mut escaped, mut before) = (None, false, ' ');
    for (at, c) in line[from..].char_indices() {
        match quote {
            _ if escaped => escaped = false,
            Some('\'') | None if c == '\'' => quote = quote.xor(Some('\'')),
            Some('"') | None if c == '"' => quote = quote.xor(Some('"')),
            Some('"') | None if c == '\\' => escaped = true,
            None if c == ';' || c == '#' && before.is_whitespace() => return from + at,
            _ => {}
        }
        before = c;
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line with its redirections in brackets: `status [> a]; logs`.
    fn cut(line: &str) -> String {
        let sends = |words: &[&Token]| words.first().is_some_and(|word| word.text == "status");
        let mut shown = String::new();
        for segment in segments(line, &sends) {
            shown.push_str(&line[segment.commands]);
            if let Some(Redirection { at, target, .. }) = segment.redirection {
                shown.push_str(&format!("[{}]", &line[at.start..target.end]));
            }
        }
        shown
    }

    #[test]
    fn a_line_is_taken_apart() {
        for (line, expected) in [
            ("status > a; logs", "status [> a]; logs"),
            (
                "status | grep a >> b | c; status >> d # e",
                "status [| grep a >> b | c]; status [>> d ]# e",
            ),
            ("partition n1 | n2; status '>' a", "partition n1 | n2; status '>' a"),
            (
                "status | grep \"\\.;\\\"\" 'a;\\'; status",
                "status [| grep \"\\.;\\\"\" 'a;\\']; status",
            ),
            ("status | a\\;b#c #d;e", "status [| a\\;b#c ]#d;e"),
            ("repeat 2 { status > a }", "repeat 2 { status > a }"),
            ("status >", "status [>]"),
            ("status | 'open; status", "status [| 'open; status]"),
            ("status >a", "status >a"),
        ] {
            assert_eq!(cut(line), expected);
        }
    }
}
