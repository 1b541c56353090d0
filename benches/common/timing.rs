//! Measuring: CPU time, several rounds, their median and range, and the tables that print them.

use std::fmt;
use std::time::{Duration, Instant};

/// The benchmarks that the command line names: `cargo bench -- WORDS`.
pub(crate) struct Wanted {
    words: Vec<String>,
}

impl Wanted {
    /// Reads the arguments of the process and skips options, which are Cargo's.
    pub(crate) fn new() -> Wanted {
        Wanted { words: std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect() }
    }

    /// Whether to run this benchmark: yes if its name contains one of the words, or if there are
    /// none.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| name.contains(word.as_str()))
    }
}

/// The CPU time of this thread, so that other processes do not count; `None` where the system does
/// not report it.
fn cpu_time() -> Option<Duration> {
    // The kernel updates its accounting of a thread when the thread yields.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace()
        .next()?
        .parse()
        .ok()
        .filter(|&nanos| nanos > 0)
        .map(Duration::from_nanos)
}

/// Runs something once; returns the seconds it took and its result. The seconds are CPU time, or
/// wall-clock time where the system does not report CPU time.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let (cpu, wall) = (cpu_time(), Instant::now());
    let result = work();
    let spent = match (cpu, cpu_time()) {
        (Some(before), Some(after)) if after > before => after - before,
        _ => wall.elapsed(),
    };
    (spent.as_secs_f64(), result)
}

/// Several measurements of one quantity, in ascending order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figure(Vec<f64>);

impl Figure {
    pub(crate) fn push(&mut self, value: f64) {
        let place = self.0.partition_point(|&other| other < value);
        self.0.insert(place, value);
    }

    /// Converts each measurement.
    pub(crate) fn map(&self, each: impl Fn(f64) -> f64) -> Figure {
        self.0.iter().map(|&value| each(value)).collect()
    }

    pub(crate) fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

impl FromIterator<f64> for Figure {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Figure {
        let mut figure = Figure::default();
        values.into_iter().for_each(|value| figure.push(value));
        figure
    }
}

/// `1.23 M (1.20–1.25)`: the median and, for more than one measurement, the range.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, name) = match self.median() {
            median if median >= 1e6 => (1e6, " M"),
            median if median >= 1e4 => (1e3, " k"),
            _ => (1.0, ""),
        };
        let show = |value: f64| match value / unit {
            value if value >= 100.0 => format!("{value:.0}"),
            value if value >= 10.0 => format!("{value:.1}"),
            value => format!("{value:.2}"),
        };
        let median = show(self.median());
        match (self.0.first(), self.0.last()) {
            (Some(&low), Some(&high)) if self.0.len() > 1 => {
                f.pad(&format!("{median}{name} ({}–{})", show(low), show(high)))
            }
            (Some(_), Some(_)) => f.pad(&format!("{median}{name}")),
            _ => f.pad(""),
        }
    }
}

/// A table that is printed row by row, as soon as each figure is measured.
pub(crate) struct Table;

impl Table {
    pub(crate) fn new(title: &str, columns: &[&str]) -> Table {
        print!("\n{title:<42}");
        columns.iter().for_each(|column| print!("{column:>26}"));
        println!();
        Table
    }

    /// A row of anything that is displayed.
    pub(crate) fn words(&self, name: &str, words: &[String]) {
        print!("  {name:<40}");
        words.iter().for_each(|word| print!("{word:>26}"));
        println!();
    }

    pub(crate) fn row(&self, name: &str, figures: &[&Figure]) {
        print!("  {name:<40}");
        figures.iter().for_each(|figure| print!("{figure:>26}"));
        println!();
    }
}
