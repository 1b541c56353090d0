//! Strips: the roles of nodes over time, one row for each node, with time from left to right.

use super::cell::write_styled;
use super::page::{PageLayout, end_line, write_spaces};
use super::safe::shown;
use crate::quantity;
use crate::view::document::{RoleStrip, Span, StripRow, Tone};

/// The least distance between two times on the ruler, in columns.
const BETWEEN_TIMES: usize = 12;

/// Appends the strip.
pub(super) fn write(out: &mut String, strip: &RoleStrip, page: PageLayout) {
    let names = strip.rows.iter().map(|row| row.name.len()).max().unwrap_or(0) + 2;
    let columns = page.width.saturating_sub(names).max(10);
    let scale = Scale { strip, columns };
    let start = out.len();
    write_spaces(out, names);
    write_styled(out, &scale.ruler(), Tone::Dim, false);
    end_line(out, start);
    for row in &strip.rows {
        let start = out.len();
        write_styled(out, &format!("{:<names$}", row.name), Tone::Strong, false);
        for Span { text, tone } in scale.drawn(row) {
            let text: String = text.chars().map(|c| shown(c, page.ascii).0).collect();
            write_styled(out, &text, tone, false);
        }
        end_line(out, start);
    }
}

/// Maps columns to times.
struct Scale<'a> {
    strip: &'a RoleStrip,
    columns: usize,
}

impl Scale<'_> {
    /// The time at which a column begins, in microseconds.
    fn time_us(&self, column: usize) -> u64 {
        let RoleStrip { from_us, to_us, .. } = *self.strip;
        let span = u128::from(to_us - from_us + 1) * column as u128 / self.columns as u128;
        from_us + u64::try_from(span).unwrap_or(u64::MAX)
    }

    /// The ruler: round times above the columns in which they lie.
    fn ruler(&self) -> String {
        let RoleStrip { from_us, to_us, .. } = *self.strip;
        let least = (to_us - from_us + 1) / (self.columns / BETWEEN_TIMES).max(1) as u64;
        let powers = (0..19).map(|power| 10u64.pow(power));
        let steps =
            powers.flat_map(|power| [power, power.saturating_mul(2), power.saturating_mul(5)]);
        let Some(step) = steps.into_iter().find(|step| *step >= least.max(1)) else {
            return String::new();
        };
        let mut ruler = String::new();
        for column in 0..self.columns {
            let (begin, end) = (self.time_us(column), self.time_us(column + 1));
            let tick = begin.div_ceil(step) * step;
            let label = quantity::show_duration(tick);
            if tick < end && ruler.len() <= column && column + label.len() <= self.columns {
                ruler = format!("{ruler:<column$}{label} ");
            }
        }
        ruler
    }

    /// A row, piece by piece. Each column shows the phase of the highest weight that falls into it,
    /// and of equal ones the latest.
    fn drawn(&self, row: &StripRow) -> Vec<Span> {
        let mut first = 0;
        let heaviest = |column| {
            let (begin, end) = (self.time_us(column), self.time_us(column + 1));
            while row.phases.get(first + 1).is_some_and(|next| next.since_us <= begin) {
                first += 1;
            }
            let falls_in = (first..row.phases.len())
                .take_while(|&nth| nth == first || row.phases[nth].since_us < end);
            falls_in.max_by_key(|&nth| row.phases[nth].weight)
        };
        let columns: Vec<usize> = (0..self.columns).filter_map(heaviest).collect();
        let drawn = columns.chunk_by(|left, right| left == right).map(|piece| {
            let phase = &row.phases[piece[0]];
            let fill = std::iter::repeat_n(phase.fill, piece.len());
            let text = phase.label.chars().chain(fill).take(piece.len()).collect();
            Span { text, tone: phase.tone }
        });
        drawn.collect()
    }
}
