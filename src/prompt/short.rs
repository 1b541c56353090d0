//! What is short for something at the prompt: `s` and `ste` for `step`, `5 step` for `repeat 5 { step }`.
//!
//! A line is spelt out as text, word by word, so that whatever is not short stands as it was typed, and messages quote a
//! line that could stand in a script. What cannot be split into words is left to those who will say so.

use std::ops::Range;

use crate::command::Grammar;
use crate::language::{Error, Token, line};
use crate::quantity::shown;

/// The line with every command spelt out.
///
/// # Errors
/// If a word may mean several commands.
pub(super) fn spell_out(line: &str, grammar: &Grammar) -> Result<String, Error> {
    let Ok(pieces) = line::split(line) else { return Ok(line.to_owned()) };
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    for words in line::commands(&pieces) {
        let (count, words) = counted(&words);
        // A block has a count of its own.
        let block = words.last().is_some_and(|last| line[last.span.end..].trim_start().starts_with('{'));
        if let (Some(count), [.., last], false) = (count, words, block) {
            changes.push((count.span.clone(), format!("repeat {} {{", count.text)));
            spell_words(words, grammar, &mut changes)?;
            changes.push((last.span.end..last.span.end, " }".to_owned()));
        } else if count.is_none() {
            spell_words(words, grammar, &mut changes)?;
        }
    }
    let mut full = String::with_capacity(line.len());
    let mut at = 0;
    for (span, text) in changes {
        full.push_str(&line[at..span.start]);
        full.push_str(&text);
        at = span.end;
    }
    full.push_str(&line[at..]);
    Ok(full)
}

/// A number before a command, and the command.
fn counted<'a>(words: &'a [&'a Token]) -> (Option<&'a Token>, &'a [&'a Token]) {
    match words {
        [count, rest @ ..]
            if !rest.is_empty() && !count.quoted && count.text.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            (Some(count), rest)
        }
        words => (None, words),
    }
}

/// The name of the command, and the word behind it where commands are followed by such words.
fn spell_words(
    words: &[&Token],
    grammar: &Grammar,
    changes: &mut Vec<(Range<usize>, String)>,
) -> Result<(), Error> {
    let Some(first) = words.first().filter(|first| !first.quoted) else { return Ok(()) };
    let typed = first.text.trim_start_matches('!');
    let bang = first.text.len() - typed.len();
    let span = first.span.start + bang..first.span.end;
    let Some(name) = one(typed, grammar.meant(typed), "command", &span)? else { return Ok(()) };
    if let Some(second) = words.get(1).filter(|second| !second.quoted)
        && let meant = grammar.meant_below(&name, &second.text)
        && let Some(full) = one(&second.text, meant, "word", &second.span)?
    {
        changes.push((span, name));
        changes.push((second.span.clone(), full));
    } else {
        changes.push((span, name));
    }
    Ok(())
}

/// The only one that a word may mean.
fn one(
    typed: &str,
    mut meant: Vec<String>,
    what: &str,
    span: &Range<usize>,
) -> Result<Option<String>, Error> {
    // One letter that begins many commands is a slip of the finger like any other unknown word.
    match meant.len() {
        _ if typed.is_empty() => Ok(None),
        0 | 1 => Ok(meant.pop()),
        _ => {
            meant.sort();
            let message = format!("{} is ambiguous", shown(typed));
            Err(Error::usage(message).at(span.clone()).help(format!("{what}s are {}", meant.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_spelt_out() {
        let grammar = Grammar::default();
        for (typed, full) in [
            ("", ""),
            ("# s", "# s"),
            ("s", "step"),
            ("s 3 # s", "step 3 # s"),
            ("  ste;  st ; !k n1", "  step;  status ; !kill n1"),
            ("status n1", "status n1"),
            ("set loss 0", "set loss 0"),
            ("setti", "settings"),
            ("dis c n1", "disk cut n1"),
            ("disk r n1", "disk restore n1"),
            ("disk x n1", "disk x n1"),
            ("5 s", "repeat 5 { step }"),
            ("5 put leader x=1; 2 s # twice", "repeat 5 { put leader x=1 }; repeat 2 { step } # twice"),
            ("5", "5"),
            ("rep 2 { s; 3 s }", "repeat 2 { step; repeat 3 { step } }"),
            ("5 repeat 2 { s }", "5 repeat 2 { step }"),
            ("'s'", "'s'"),
            ("klil n1", "klil n1"),
            ("echo 's", "echo 's"),
            ("!", "!"),
            ("? put", "help put"),
            ("exit", "quit"),
        ] {
            assert_eq!(spell_out(typed, &grammar), Ok(full.to_owned()), "{typed}");
        }
    }

    #[test]
    fn what_may_mean_several_things_is_refused() {
        let error = spell_out("s; re n1", &Grammar::default()).unwrap_err();
        assert_eq!((error.message.as_str(), error.at), ("'re' is ambiguous", Some(3..5)));
        assert_eq!(error.help, ["commands are release, repeat, restart, resume"]);
    }
}
