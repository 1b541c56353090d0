//! Patterns of expected output: whether an output matches, and how to correct the pattern if not.
//!
//! A line `...` matches any number of lines, and `[..]` within a line any number of characters;
//! both match none, too. A correction keeps both where they still fit: it aligns the pattern and
//! the output so that as little as possible differs, and takes only the lines that differ from the
//! output.

use super::markdown;

/// The line that matches any number of lines.
pub const ANY_LINES: &str = "...";

/// The text that matches any number of characters within a line.
pub const ANY: &str = "[..]";

/// The most pairs of lines that an alignment may compare. If there are more, the output's lines
/// replace all of the pattern's.
const MOST_PAIRS: usize = 4_000_000;

/// The most comparisons of lines in one match. A pattern that takes more, with `...` before very
/// many lines that nearly match, matches nothing.
const MOST_COMPARED: u32 = 50_000_000;

/// Whether a line begins an error: at once at a prompt, or after its place in a sourced file.
fn begins_error(line: &str) -> bool {
    line.starts_with("error: ") || line.contains(": error: ")
}

/// Whether a line reports the violation of a property.
fn tells_violation(line: &str) -> bool {
    line.starts_with("VIOLATED ")
}

/// Whether an expected output shows an error or a violation.
pub fn shows_failure(pattern: &[&str]) -> bool {
    pattern
        .iter()
        .map(|line| line.strip_prefix(ANY).unwrap_or(line))
        .any(|line| begins_error(line) || tells_violation(line))
}

/// The output of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActualOutput<'a> {
    /// Its lines, in order.
    pub lines: Vec<&'a str>,
    /// Whether the command failed.
    pub failed: bool,
}

impl ActualOutput<'_> {
    /// Whether something went wrong: the command failed, or a property was violated.
    pub fn goes_wrong(&self) -> bool {
        self.failed || self.lines.iter().any(|line| tells_violation(line))
    }

    /// Whether `...` may match this line. It must not hide an error of a failed command or a
    /// violation.
    fn is_elidable(&self, line: usize) -> bool {
        !(self.failed && begins_error(self.lines[line]) || tells_violation(self.lines[line]))
    }

    /// Whether the output matches a pattern.
    pub fn matches(&self, pattern: &[&str]) -> bool {
        let (mut at, mut line) = (0, 0);
        // The latest `...`, and the first line that it does not match yet.
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
                    let Some((elided, next)) = elision.filter(|&(_, next)| self.is_elidable(next))
                    else {
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

    /// The pattern with as few changes as possible, so that the output matches it.
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

    /// How many lines match one to one at the start and at the end, up to the first and the last
    /// `...`.
    fn equal_ends(&self, pattern: &[&str]) -> (usize, usize) {
        let equal =
            |expected: &str, line: &str| expected != ANY_LINES && line_matches(expected, line);
        let most = pattern.len().min(self.lines.len());
        let before = (0..most).take_while(|&nth| equal(pattern[nth], self.lines[nth])).count();
        let (patterns, lines) = (pattern[before..].iter().rev(), self.lines[before..].iter().rev());
        let after =
            patterns.zip(lines).take_while(|(expected, line)| equal(expected, line)).count();
        (before, after)
    }

    /// Aligns the pattern and the output at the least cost, and keeps every line of the pattern
    /// that fits.
    fn align(&self, pattern: &[&str], lines: std::ops::Range<usize>) -> Vec<String> {
        let columns = lines.len() + 1;
        let index = |spot: MatchPosition| {
            2 * (spot.at * columns + spot.line - lines.start) + usize::from(spot.inside)
        };
        // The cost of aligning everything from this position on, in the pattern and in the output.
        let mut costs = vec![0_u32; 2 * (pattern.len() + 1) * columns];
        let total = |costs: &[u32], spot: MatchPosition, step: Step| {
            step.cost() + costs[index(spot.after(step))]
        };
        for at in (0..=pattern.len()).rev() {
            for line in (lines.start..=lines.end).rev() {
                for inside in [true, false] {
                    let spot = MatchPosition { at, line, inside };
                    let steps = self.steps(pattern, lines.end, spot);
                    costs[index(spot)] =
                        steps.map(|step| total(&costs, spot, step)).min().unwrap_or(0);
                }
            }
        }
        let (mut spot, mut mended) =
            (MatchPosition { at: 0, line: lines.start, inside: false }, Vec::new());
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

    /// The possible steps at this position, the preferred one first. There are none at the end.
    fn steps(
        &self,
        pattern: &[&str],
        end: usize,
        spot: MatchPosition,
    ) -> impl Iterator<Item = Step> {
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

/// A position in the pattern and in the output.
#[derive(Clone, Copy)]
struct MatchPosition {
    /// The next line of the pattern.
    at: usize,
    /// The next line of the output.
    line: usize,
    /// Whether the pattern's line is a `...` that has already matched a line.
    inside: bool,
}

impl MatchPosition {
    fn after(self, step: Step) -> MatchPosition {
        MatchPosition {
            at: self.at + usize::from(!matches!(step, Step::Elide | Step::Insert)),
            line: self.line + usize::from(!matches!(step, Step::EndElision | Step::Delete)),
            inside: step == Step::Elide,
        }
    }
}

/// One step of an alignment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The output's line matches the pattern's.
    Keep,
    /// `...` matches the output's line.
    Elide,
    /// `...` matches no further line.
    EndElision,
    /// The output's line replaces the pattern's.
    Replace,
    /// The output's line is not in the pattern.
    Insert,
    /// The pattern's line is not in the output.
    Delete,
}

impl Step {
    /// The cost of the step in an alignment: nothing for a match.
    fn cost(self) -> u32 {
        match self {
            Step::Keep | Step::Elide | Step::EndElision => 0,
            Step::Insert => 2,
            Step::Replace => 3,
            Step::Delete => 4,
        }
    }
}

/// A line of output as a pattern that matches it. A line that would be read as something else gets
/// a `[..]` in front, which matches no characters there.
pub fn written(line: &str) -> String {
    match line == ANY_LINES || markdown::is_misread(line) {
        true => format!("{ANY}{line}"),
        false => line.to_owned(),
    }
}

/// Whether a line matches one line of a pattern.
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
