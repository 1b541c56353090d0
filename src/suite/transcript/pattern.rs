//! Expected output: whether what came is what stands there, and how to mend what stands there.
//!
//! A line `...` stands for any lines, `[..]` in a line for any characters, none included. Mending
//! keeps both where they still fit: what stands there and what came are laid side by side so that
//! as little as possible differs, and only what differs is taken from what came.

use super::markdown;

/// Stands for any lines.
pub const ANY_LINES: &str = "...";

/// Stands for any characters of a line.
pub const ANY: &str = "[..]";

/// Pairs of lines that are laid side by side at most, when outputs are mended; of larger ones, all
/// is taken anew.
const MOST_PAIRS: usize = 4_000_000;

/// Comparisons of lines at most, when an output is held against what stands there. A text that is
/// made to take more, with `...` before very many lines that are nearly those that came, matches
/// nothing.
const MOST_COMPARED: u32 = 50_000_000;

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
pub struct ActualOutput<'a> {
    /// Line by line.
    pub lines: Vec<&'a str>,
    /// Whether the command failed.
    pub failed: bool,
}

impl ActualOutput<'_> {
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

    /// Lays them side by side at the least cost, and writes what keeps from what stands there all
    /// that fits.
    fn align(&self, pattern: &[&str], lines: std::ops::Range<usize>) -> Vec<String> {
        let columns = lines.len() + 1;
        let index = |spot: MatchPosition| {
            2 * (spot.at * columns + spot.line - lines.start) + usize::from(spot.inside)
        };
        // What it costs to bring together what follows this spot, on both sides.
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

    /// What can be done at this spot; the most welcome first. Nothing at the end.
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

/// How far one has come along what is expected and what came.
#[derive(Clone, Copy)]
struct MatchPosition {
    /// The next line expected.
    at: usize,
    /// The next line that came.
    line: usize,
    /// Whether the line expected is a `...` that stands for something already.
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
    /// What it costs to lay two outputs side by side, by what has to be done.
    fn cost(self) -> u32 {
        match self {
            Step::Keep | Step::Elide | Step::EndElision => 0,
            Step::Insert => 2,
            Step::Replace => 3,
            Step::Delete => 4,
        }
    }
}

/// A line that came, as it has to be written to stand for itself. What would be read as something
/// else is given away to `[..]`, which stands for nothing here.
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
