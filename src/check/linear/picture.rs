//! Requests as intervals, one a line.

/// A request as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The words before the interval: number, node, command, outcome.
    pub words: Vec<String>,
    /// The event at which it was sent.
    pub invoked: u64,
    /// The event at which it was answered; none if it never was.
    pub returned: Option<u64>,
}

/// How wide the steps between the moments are drawn, in columns.
const STEP: usize = 4;

/// Draws requests as intervals from sending to answer, one a line, in the order given. The columns
/// show the order of these moments, not their distances. An interval without an end was never
/// answered.
pub fn picture(requests: &[Shown]) -> Vec<String> {
    let ends = requests.iter().flat_map(|shown| [Some(shown.invoked), shown.returned]);
    let mut moments: Vec<u64> = ends.flatten().collect();
    moments.sort_unstable();
    moments.dedup();
    let column = |moment: u64| moments.partition_point(|other| *other < moment) * STEP;
    let columns = requests.iter().map(|shown| shown.words.len()).max().unwrap_or(0);
    let width = |at: usize| {
        let words = requests.iter().filter_map(|shown| shown.words.get(at));
        words.map(|word| word.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |shown: &Shown| {
        let mut line = String::new();
        for (word, width) in shown.words.iter().zip(&widths) {
            line += &format!("{word:<width$}  ");
        }
        let (from, end) = (column(shown.invoked), moments.len().saturating_sub(1) * STEP);
        line.extend(std::iter::repeat_n(' ', from));
        match shown.returned {
            Some(returned) => {
                line.push('|');
                line.extend(std::iter::repeat_n('-', column(returned) - from - 1));
                line.push('|');
            }
            None => {
                line.push('|');
                line.extend(std::iter::repeat_n('-', (end - from).max(STEP)));
                line += " ...";
            }
        }
        line
    };
    requests.iter().map(line).collect()
}
