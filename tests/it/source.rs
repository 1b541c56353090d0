//! Rust sources as the architecture tests read them: comments and literals blanked out, test code
//! removed, words found.

/// A finding: the line, from 1, and what is wrong there.
pub(crate) type Finding = (usize, String);

/// The code alone: comments and literals become blanks, and lines stay where they are.
pub(crate) fn code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = blank_end(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

/// The end of the comment or literal that begins here; `at` itself if none begins.
fn blank_end(chars: &[char], at: usize) -> usize {
    let rest = &chars[at..];
    let within_word = at > 0 && is_word(chars[at - 1]);
    match rest {
        ['/', '/', ..] => at + rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => at + block_comment(rest),
        ['"', ..] => at + quoted(rest, '"'),
        ['b', '"', ..] if !within_word => at + 1 + quoted(&rest[1..], '"'),
        ['r' | 'b', ..] if !within_word => at + raw_string(rest),
        ['\'', '\\', ..] => at + quoted(rest, '\''),
        ['\'', _, '\'', ..] => at + 3,
        _ => at,
    }
}

fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn block_comment(rest: &[char]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of `r"…"`, `r#"…"#` or `br"…"`; 0 if there is none here.
fn raw_string(rest: &[char]) -> usize {
    let prefix = if rest.starts_with(&['b', 'r']) { 2 } else { 1 };
    let hashes = rest[prefix..].iter().take_while(|&&c| c == '#').count();
    if rest[prefix - 1] != 'r' || rest.get(prefix + hashes) != Some(&'"') {
        return 0;
    }
    let mut end = vec!['"'];
    end.extend(std::iter::repeat_n('#', hashes));
    let body = prefix + hashes + 1;
    let length = rest[body..].windows(end.len()).position(|window| window == end);
    length.map_or(rest.len(), |length| body + length + end.len())
}

/// The code without what is compiled for tests only: `#[cfg(test)]` and the item after it.
pub(crate) fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = code.to_owned();
    while let Some(start) = out.find(MARK) {
        let end = item_end(&out, start + MARK.len());
        let blank: String =
            out[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..end, &blank);
    }
    out
}

/// The end of the item that begins after `from`: its `;`, or the brace that closes its body.
pub(crate) fn item_end(code: &str, from: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[from..].char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth -= 1;
                if depth == 0 && c == '}' {
                    return from + at + 1;
                }
            }
            ';' if depth == 0 => return from + at + 1,
            _ => {}
        }
    }
    code.len()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The positions of a word or path, except as a part of a longer word.
pub(crate) fn places(code: &str, path: &str) -> Vec<usize> {
    let alone = |&(at, found): &(usize, &str)| {
        let before = code[..at].chars().next_back().is_some_and(is_word);
        let after = code[at + found.len()..].chars().next().is_some_and(is_word);
        let (first, last) = (path.chars().next(), path.chars().next_back());
        !(before && first.is_some_and(is_word) || after && last.is_some_and(is_word))
    };
    code.match_indices(path).filter(alone).map(|(at, _)| at).collect()
}

/// The line of a position, from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

#[test]
fn code_keeps_code_and_lines_only() {
    let text = "a /* b /* c */ \n d */ e // f\n\"g \\\" h\" 'i' '\\'' 'l: &'k m r#\"n\"o\"# b\"p\" br\"q\" r";
    let read = code(text);
    assert_eq!(read.split_whitespace().collect::<Vec<_>>(), ["a", "e", "'l:", "&'k", "m", "r"]);
    assert_eq!(read.lines().count(), text.lines().count());
}

#[test]
fn tests_are_cut_away() {
    let text =
        "a\n#[cfg(test)]\nmod tests {\n fn b() { c[0]; }\n}\nd\n#[cfg(test)]\nmod tests;\ne\n";
    assert_eq!(without_tests(text).split_whitespace().collect::<Vec<_>>(), ["a", "d", "e"]);
    assert_eq!(without_tests(text).lines().count(), text.lines().count());
}

#[test]
fn words_stand_alone() {
    assert_eq!(places("std::env std::environment xstd::env todo!(x) my_todo!", "std::env"), [0]);
    assert_eq!(places("todo!(x) my_todo!", "todo!"), [0]);
}
