//! The unified diff between the expected and the actual output.

use std::ops::Range;

use similar::{Algorithm, DiffOp, DiffTag};

/// The most lines that either output may have to be compared line by line. If one is longer, all
/// lines count as changed.
const MOST_COMPARED: usize = 5_000;

/// The number of unchanged lines shown around each change.
const CONTEXT: usize = 3;

/// The most lines of a diff that are shown.
const MOST_SHOWN: usize = 200;

/// The diff between the output expected at this place and the one that was found, line by line.
/// `line` is the number of the first line of `old` in its file.
pub fn unified(place: &str, old: &[&str], new: &[String], line: usize) -> Vec<String> {
    let new: &[&str] = &new.iter().map(String::as_str).collect::<Vec<_>>();
    let mut shown = vec![format!("--- {place} expected"), format!("+++ {place} found")];
    for group in similar::group_diff_ops(compare(old, new), CONTEXT) {
        shown.push(head(&group, line));
        for op in &group {
            let (tag, before, after) = op.as_tag_tuple();
            if tag == DiffTag::Equal {
                shown.extend(old[before].iter().map(|text| format!(" {text}")));
            } else {
                shown.extend(old[before].iter().map(|text| format!("-{text}")));
                shown.extend(new[after].iter().map(|text| format!("+{text}")));
            }
        }
    }
    let more = shown.len().saturating_sub(MOST_SHOWN);
    if more > 1 {
        shown.truncate(MOST_SHOWN);
        shown.push(format!("… and {more} more lines"));
    }
    shown
}

fn compare(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    if old.len() > MOST_COMPARED || new.len() > MOST_COMPARED {
        return vec![DiffOp::Replace {
            old_index: 0,
            old_len: old.len(),
            new_index: 0,
            new_len: new.len(),
        }];
    }
    similar::capture_diff_slices(Algorithm::Myers, old, new)
}

/// The header of a group of changes: `@@ -3,7 +3,6 @@`.
fn head(group: &[DiffOp], line: usize) -> String {
    let range = |of: fn(&DiffOp) -> Range<usize>| {
        let start = group.first().map_or(0, |op| of(op).start);
        let length = group.last().map_or(0, |op| of(op).end) - start;
        // An empty range is numbered by the line before it.
        let start = line + start - usize::from(length == 0);
        if length == 1 { start.to_string() } else { format!("{start},{length}") }
    };
    format!("@@ -{} +{} @@", range(DiffOp::old_range), range(DiffOp::new_range))
}
