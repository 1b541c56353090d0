//! Expected output: whether what came is what stands there, and how to mend what stands there.
//!
//! A line `...` stands for any lines, `[..]` in a line for any characters, none included. Mending keeps both where they
//! still fit: what stands there and what came are laid side by side so that as little as possible differs, and only what
//! differs is taken from what came.

use super::markdown;

/// Stands for any lines.
pub const ANY_LINES: &str = "...";

/// Stands for any characters of a line.
pub const ANY: &str = "[..]";

/// Pairs of lines that are laid side by side at most, when outputs are mended; of larger ones, all is taken anew.
const MOST_PAIRS: usize = 4_000_000;

/// Comparisons of lines at most, when an output is held against what stands there. A text that is made to take more, with `...`
/// before very many lines that are nearly those that came, matches nothing.
const MOST_COMPARED: u32 = 50_000_000;

/// What it costs to lay two outputs side by side, by what has to be done.
const INSERT: u32 = 2;
const REPLACE: u32 = 3;
const DELETE: u32 = 4;

/// Whether a line begins an error: at a prompt, or, from a file that was sourced, behind its place.
fn begins_error(line: &str) -> bool {
    line.starts_with("error: ") || line.contains(": error: ")
}

/// Whether a line says that a property broke.
fn tells_violation(line: &str) -> bool {
    line.starts_with("VIOLATED ")
}

/// Whether an output that stands somewhere shows that something goes wrong.
pub fn shows_failure(pattern: &[&str]) -> bool {
    pattern
        .iter()
        .map(|line| line.strip_prefix(ANY).unwrap_or(line))
        .any(|line| begins_error(line) || tells_violation(line))
}

/// What a command said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// Line by line.
    pub lines: Vec<&'a str>,
    /// Whether the command failed.
    pub failed: bool,
}

impl Found<'_> {
    /// Whether something went wrong: the command failed, or a property broke.
    pub fn goes_wrong(&self) -> bool {
        self.failed || self.lines.iter().any(|line| tells_violation(line))
    }

    /// Whether `...` may stand for this line. Nothing that goes wrong hides behind one.
    fn is_elidable(&self, line: usize) -> bool {
        !(self.failed && begins_error(self.lines[line]) || tells_violation(self.lines[line]))
    }

    /// Whether this is what stands there.
    pub fn matches(&self, pattern: &[&str]) -> bool {
        let (mut at, mut line) = (0, 0);
        // The latest `...`, and the first line that it does not stand for yet.
        let mut elision: Option<(usize, usize)> = None;
        let mut compared = 0;
        while line < self.lines.len() {
            compared += 1;
            if compared > MOST_COMPARED {
                return false;
            }
            match pattern.get(at) {
                Some(&ANY_LINES) => {
                    elision = Some((at, line));
                    at += 1;
                }
                Some(expected) if line_matches(expected, self.lines[line]) => {
                    at += 1;
                    line += 1;
                }
                _ => {
                    let Some((elided, next)) = elision.filter(|&(_, next)| self.is_elidable(next)) else {
                        return false;
                    };
                    elision = Some((elided, next + 1));
                    at = elided + 1;
                    line = next + 1;
                }
            }
        }
        pattern[at..].iter().all(|line| *line == ANY_LINES)
    }

    /// What should stand there instead, so that it matches: as little as possible is changed.
    pub fn mend(&self, pattern: &[&str]) -> Vec<String> {
        let (before, after) = self.equal_ends(pattern);
        let inner = &pattern[before..pattern.len() - after];
        let lines = before..self.lines.len() - after;
        let middle = match (inner.len() + 1).checked_mul(lines.len() + 1) {
            Some(pairs) if pairs <= MOST_PAIRS => self.align(inner, lines.clone()),
            _ => self.lines[lines.clone()].iter().map(|line| written(line)).collect(),
        };
        let kept = |part: &[&str]| part.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        [kept(&pattern[..before]), middle, kept(&pattern[pattern.len() - after..])].concat()
    }

    /// How many lines match one to one at the start and at the end, up to the first and the last `...`.
    fn equal_ends(&self, pattern: &[&str]) -> (usize, usize) {
        let equal = |expected: &str, line: &str| expected != ANY_LINES && line_matches(expected, line);
        let most = pattern.len().min(self.lines.len());
        let before = (0..most).take_while(|&nth| equal(pattern[nth], self.lines[nth])).count();
        let (patterns, lines) = (pattern[before..].iter().rev(), self.lines[before..].iter().rev());
        let after = patterns.zip(lines).take_while(|(expected, line)| equal(expected, line)).count();
        (before, after)
    }

    /// Lays them side by side at the least cost, and writes what keeps from what stands there all that fits.
    fn align(&self, pattern: &[&str], lines: std::ops::Range<usize>) -> Vec<String> {
        let columns = lines.len() + 1;
        let index = |spot: Spot| 2 * (spot.at * columns + spot.line - lines.start) + usize::from(spot.inside);
        // What it costs to bring together what follows this spot, on both sides.
        let mut costs = vec![0_u32; 2 * (pattern.len() + 1) * columns];
        let total = |costs: &[u32], spot: Spot, step: Step| step.cost() + costs[index(spot.after(step))];
        for at in (0..=pattern.len()).rev() {
            for line in (lines.start..=lines.end).rev() {
                for inside in [true, false] {
                    let spot = Spot { at, line, inside };
                    let steps = self.steps(pattern, lines.end, spot);
                    costs[index(spot)] = steps.map(|step| total(&costs, spot, step)).min().unwrap_or(0);
                }
            }
        }
        let (mut spot, mut mended) = (Spot { at: 0, line: lines.start, inside: false }, Vec::new());
        while let Some(step) =
            self.steps(pattern, lines.end, spot).min_by_key(|step| total(&costs, spot, *step))
        {
            match step {
                Step::Keep | Step::EndElision => mended.push(pattern[spot.at].to_owned()),
                Step::Replace | Step::Insert => mended.push(written(self.lines[spot.line])),
                Step::Elide | Step::Delete => {}
            }
            spot = spot.after(step);
        }
        mended
    }

    /// What can be done at this spot; the most welcome first. Nothing at the end.
    fn steps(&self, pattern: &[&str], end: usize, spot: Spot) -> impl Iterator<Item = Step> {
        let expected = pattern.get(spot.at).copied();
        let came = (spot.line < end).then(|| self.lines[spot.line]);
        let elision = expected == Some(ANY_LINES);
        let both = expected.zip(came).filter(|_| !elision);
        let possible = [
            (both.is_some_and(|(expected, came)| line_matches(expected, came)), Step::Keep),
            (elision, Step::EndElision),
            (elision && came.is_some() && self.is_elidable(spot.line), Step::Elide),
            (both.is_some(), Step::Replace),
            (expected.is_some() && !elision, Step::Delete),
            (came.is_some() && !spot.inside, Step::Insert),
        ];
        possible.into_iter().filter_map(|(possible, step)| possible.then_some(step))
    }
}

/// How far one has come along what is expected and what came.
#[derive(Clone, Copy)]
struct Spot {
    /// The next line expected.
    at: usize,
    /// The next line that came.
    line: usize,
    /// Whether the line expected is a `...` that stands for something already.
    inside: bool,
}

impl Spot {
    fn after(self, step: Step) -> Spot {
        Spot {
            at: self.at + usize::from(!matches!(step, Step::Elide | Step::Insert)),
            line: self.line + usize::from(!matches!(step, Step::EndElision | Step::Delete)),
            inside: step == Step::Elide,
        }
    }
}

/// One step along both.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The line is the one expected.
    Keep,
    /// `...` stands for the line.
    Elide,
    /// `...` stands for no more.
    EndElision,
    /// Another line came.
    Replace,
    /// The line is not expected.
    Insert,
    /// The line expected did not come.
    Delete,
}

impl Step {
    fn cost(self) -> u32 {
        match self {
            Step::Keep | Step::Elide | Step::EndElision => 0,
            Step::Insert => INSERT,
            Step::Replace => REPLACE,
            Step::Delete => DELETE,
        }
    }
}

/// A line that came, as it has to be written to stand for itself. What would be read as something else is given away to
/// `[..]`, which stands for nothing here.
pub fn written(line: &str) -> String {
    match line == ANY_LINES || markdown::is_misread(line) {
        true => format!("{ANY}{line}"),
        false => line.to_owned(),
    }
}

/// Whether a line is the one expected.
pub fn line_matches(expected: &str, line: &str) -> bool {
    let Some((first, others)) = expected.split_once(ANY) else { return expected == line };
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let (inner, last) = others.rsplit_once(ANY).unwrap_or(("", others));
    for part in inner.split(ANY) {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<&str> {
        text.split('|').filter(|line| !line.is_empty()).collect()
    }

    fn found(text: &str) -> Found<'_> {
        Found { lines: lines(text), failed: text.contains("error: ") }
    }

    #[test]
    fn lines_with_any_characters() {
        for (expected, line, matches) in [
            ("abc", "abc", true),
            ("abc", "abcd", false),
            ("[..]", "", true),
            ("[..]", "anything", true),
            ("a[..]c", "ac", true),
            ("a[..]c", "abbc", true),
            ("a[..]c", "abbcd", false),
            ("ab[..]bc", "abc", false),
            ("[..]b[..]", "abc", true),
            ("[..]x[..]", "abc", false),
            ("a[..]b[..]b", "ab", false),
            ("a[..]b[..]b", "abb", true),
            ("[..]é[..]", "aéb", true),
            ("a[..][..]b", "ab", true),
            ("a[.]b", "a[.]b", true),
        ] {
            assert_eq!(line_matches(expected, line), matches, "{expected} {line}");
        }
    }

    #[test]
    fn any_lines_but_no_error() {
        for (pattern, text, matches) in [
            ("", "", true),
            ("", "a", false),
            ("a", "", false),
            ("a|b", "a|b", true),
            ("...", "", true),
            ("...", "a|b", true),
            ("a|...|d", "a|b|c|d", true),
            ("a|...|d", "a|d", true),
            ("a|...|d", "a|d|d", true),
            ("a|...|d", "a|d|e", false),
            ("...|b|...|b", "a|b|c|b", true),
            ("...|b|...|b", "a|b|c", false),
            ("...|b|c", "b|b|c", true),
            ("a|...|...", "a", true),
            ("...", "error: no|x", false),
            ("error: [..]|...", "error: no|x", true),
            ("...|error: no", "a|error: no", true),
            ("...|[..]", "a|b.raft:3:1: error: no", true),
            ("...", "b.raft:3:1: error: no", false),
            ("...", "a|VIOLATED vote-once at #3", false),
            ("...|VIOLATED [..]", "a|VIOLATED vote-once at #3", true),
        ] {
            assert_eq!(found(text).matches(&lines(pattern)), matches, "{pattern} {text}");
        }
        assert!(Found { lines: vec!["error: said by echo"], failed: false }.matches(&["..."]));
    }

    #[test]
    fn mending_keeps_what_fits() {
        for (pattern, text, expected) in [
            ("a|b", "a|c", "a|c"),
            ("", "a|b", "a|b"),
            ("a|b", "", ""),
            ("a[..]|b", "ax|c", "a[..]|c"),
            ("a[..]|b", "x|b", "x|b"),
            ("a|...|z", "a|b|c|y", "a|...|y"),
            ("a|...|z", "x|b|c|z", "x|...|z"),
            ("a|...|m|...|z", "a|1|n|2|z", "a|...|1|...|z"),
            ("a|...", "x|b|c", "x|..."),
            ("...|z", "x|y", "...|y"),
            ("a|b|c|d", "a|c|d", "a|c|d"),
            ("a|c|d", "a|b|c|d", "a|b|c|d"),
            ("...", "a|error: no|b", "...|error: no|b"),
            ("a", "...", "[..]..."),
            ("a", "raft> x", "[..]raft> x"),
            ("a", "```", "[..]```"),
            ("a|...|x[..]", "a|1|2|x7", "a|...|x[..]"),
        ] {
            let mended = found(text).mend(&lines(pattern));
            assert_eq!(mended.join("|"), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_was_mended_matches_and_needs_no_mending() {
        // All outputs of up to four lines over a small alphabet, elisions included.
        let all = |letters: &[&'static str]| {
            let mut texts: Vec<Vec<&'static str>> = vec![Vec::new()];
            let mut start = 0;
            for _ in 0..4 {
                let end = texts.len();
                for nth in start..end {
                    let longer = |letter: &&'static str| [texts[nth].clone(), vec![*letter]].concat();
                    let longer: Vec<_> = letters.iter().map(longer).collect();
                    texts.extend(longer);
                }
                start = end;
            }
            texts
        };
        for pattern in all(&["a", "[..]b", "..."]) {
            for lines in all(&["a", "b", "error: "]) {
                let found = Found { failed: lines.contains(&"error: "), lines };
                let mended = found.mend(&pattern);
                let mended: Vec<&str> = mended.iter().map(String::as_str).collect();
                assert!(found.matches(&mended), "{pattern:?} {found:?} {mended:?}");
                if found.matches(&pattern) {
                    assert_eq!(mended, pattern, "{found:?}");
                }
                assert_eq!(found.mend(&mended), mended, "{pattern:?} {found:?}");
            }
        }
    }

    #[test]
    fn outputs_of_any_size_are_mended() {
        let many: Vec<String> = (0..5_000).map(|nth| nth.to_string()).collect();
        let lines: Vec<&str> = many.iter().map(String::as_str).collect();
        let others: Vec<&str> = many.iter().rev().map(String::as_str).collect();
        let found = Found { lines, failed: false };
        assert_eq!(found.mend(&others), many);
        // A text made to cost as much as can be.
        let found = Found { lines: vec!["a"; 300_000], failed: false };
        let pattern = [vec!["..."], vec!["a"; 100_000], vec!["b"]].concat();
        assert!(!found.matches(&pattern));
        assert_eq!(found.mend(&pattern).len(), 300_000);
    }
}
