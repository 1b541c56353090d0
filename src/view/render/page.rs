//! A page: where a document is to stand, and how lines begin and end there.

/// Where a document is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLayout {
    /// The columns there are.
    pub width: usize,
    /// Whether only ASCII may stand there.
    pub ascii: bool,
}

impl From<usize> for PageLayout {
    /// A page of so many columns that takes every character.
    fn from(width: usize) -> PageLayout {
        PageLayout { width, ascii: false }
    }
}

/// Appends so many spaces.
pub(super) fn write_spaces(out: &mut String, columns: usize) {
    out.extend(std::iter::repeat_n(' ', columns));
}

/// Ends the line that began at `start`, without the spaces at its end, also where a colour ends
/// behind them.
pub(super) fn end_line(out: &mut String, start: usize) {
    let mut codes: Vec<String> = Vec::new();
    loop {
        out.truncate(out.trim_end_matches(' ').len().max(start));
        // An escape byte can only be ours: those of the data were made visible.
        let line = &out[start..];
        let code = match line.rfind('\x1b') {
            Some(code) if line[code..].find('m') == Some(line.len() - code - 1) => start + code,
            _ => break,
        };
        codes.push(out.split_off(code));
    }
    out.extend(codes.into_iter().rev());
    out.push('\n');
}
