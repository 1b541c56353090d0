//! How a table is fitted into a page: in one piece, in several tables one below the other, or as
//! records.
//!
//! This file works with the widths of columns only and never sees text.

use std::ops::Range;

/// The columns between two cells: a space, a line, a space.
pub(super) const GAP: usize = 3;

/// On a page narrower than this, a table that does not fit is drawn as records.
const NARROWEST_PLACE: usize = 40;

/// The least width to which columns are wrapped before the table is split instead, unless the table
/// says otherwise.
pub(super) const NARROWEST_LONG: usize = 24;

/// The least room beside the key columns when a table is split; with less, it is drawn as records.
const NARROWEST: usize = 16;

/// One table to draw: its columns and their widths, from left to right.
pub(super) type TableSlice = Vec<(usize, usize)>;

/// The pieces a table is drawn in; `None` if it has to be drawn as records.
///
/// A table that fits stays whole. If that is enough, the longest columns (a command, a reason) are
/// wrapped, none to less than `narrowest`, so that rows stay together. Otherwise the columns are
/// divided among several tables, each of which repeats the first `keys` columns.
pub(super) fn pieces(
    widths: &[usize],
    keys: usize,
    narrowest: usize,
    place: usize,
) -> Option<Vec<TableSlice>> {
    let whole = |widths: &[usize]| vec![widths.iter().copied().enumerate().collect()];
    if total(widths) <= place {
        return Some(whole(widths));
    }
    if place < NARROWEST_PLACE {
        return None;
    }
    if let Some(squeezed) = squeezed(widths, narrowest, place) {
        return Some(whole(&squeezed));
    }
    if keys == 0 || keys >= widths.len() {
        return None;
    }
    let room = place.checked_sub(total(&widths[..keys]) + GAP)?;
    if room < NARROWEST {
        return None;
    }
    let runs = dealt(&widths[keys..], room).into_iter();
    Some(runs.map(|run| piece(widths, keys, run, room)).collect())
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// The widths with the longest columns narrowed until all fit; `None` if they would be less than
/// `narrowest`.
fn squeezed(widths: &[usize], narrowest: usize, place: usize) -> Option<Vec<usize>> {
    let room = place.checked_sub(GAP * widths.len().saturating_sub(1))?;
    let capped = |cap: usize| widths.iter().map(move |width| (*width).min(cap));
    let cap = (narrowest..=room).rev().find(|&cap| capped(cap).sum::<usize>() <= room)?;
    Some(capped(cap).collect())
}

/// Runs of columns, each as long as fits into the room; a column that is too wide for it is a run
/// alone.
fn dealt(widths: &[usize], room: usize) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut used = 0;
    for (column, width) in widths.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if used + GAP + width <= room => {
                run.end += 1;
                used += GAP + width;
            }
            _ => {
                runs.push(column..column + 1);
                used = *width;
            }
        }
    }
    runs
}

fn piece(widths: &[usize], keys: usize, run: Range<usize>, room: usize) -> TableSlice {
    let named = (0..keys).map(|column| (column, widths[column]));
    let others = run.map(|column| (keys + column, widths[keys + column].min(room)));
    named.chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(widths: &[usize], keys: usize, place: usize) -> Option<Vec<TableSlice>> {
        pieces(widths, keys, NARROWEST_LONG, place)
    }

    #[test]
    fn what_fits_stays_whole() {
        assert_eq!(columns(&[10, 10], 1, 23), Some(vec![vec![(0, 10), (1, 10)]]));
        assert_eq!(columns(&[10, 10], 1, 22), None, "too narrow for anything but records");
        assert_eq!(columns(&[], 0, 0), Some(vec![vec![]]));
    }

    #[test]
    fn one_long_column_is_wrapped() {
        assert_eq!(columns(&[5, 200, 5], 0, 60), Some(vec![vec![(0, 5), (1, 44), (2, 5)]]));
        assert_eq!(columns(&[200], 1, 40), Some(vec![vec![(0, 40)]]));
    }

    #[test]
    fn several_long_columns_are_wrapped_alike() {
        assert_eq!(columns(&[5, 80, 80], 1, 80), Some(vec![vec![(0, 5), (1, 34), (2, 34)]]));
        let five = [5, 12, 19, 12, 19, 12];
        let narrow = pieces(&five, 1, 12, 80).map(|pieces| pieces[0].clone());
        assert_eq!(narrow, Some(vec![(0, 5), (1, 12), (2, 12), (3, 12), (4, 12), (5, 12)]));
        assert_eq!(pieces(&five, 1, 12, 79).map(|pieces| pieces.len()), Some(2));
    }

    #[test]
    fn many_columns_are_dealt_out() {
        assert_eq!(
            columns(&[5, 20, 20, 20], 1, 60),
            Some(vec![vec![(0, 5), (1, 20), (2, 20)], vec![(0, 5), (3, 20)]])
        );
        assert_eq!(
            columns(&[5, 80, 20, 80], 1, 60),
            Some(vec![vec![(0, 5), (1, 52)], vec![(0, 5), (2, 20)], vec![(0, 5), (3, 52)]])
        );
    }

    #[test]
    fn else_records() {
        assert_eq!(columns(&[30, 30, 30], 0, 60), None, "nothing names the row");
        assert_eq!(columns(&[30, 30, 30], 3, 60), None, "everything names the row");
        assert_eq!(columns(&[30, 30, 30], 1, 45), None, "no room beside the key");
        assert_eq!(columns(&[50, 50], 1, 45), None, "the key alone is too wide");
    }
}
