//! A page: what a document is laid out for, and how lines begin and end on it.

/// The page that a document is laid out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLayout {
    /// The width in columns.
    pub width: usize,
    /// Whether other characters than ASCII are rewritten or escaped.
    pub ascii: bool,
}

impl From<usize> for PageLayout {
    /// A page of this width that takes every character.
    fn from(width: usize) -> PageLayout {
        PageLayout { width, ascii: false }
    }
}

/// Appends `columns` spaces.
pub(super) fn write_spaces(out: &mut String, columns: usize) {
    out.extend(std::iter::repeat_n(' ', columns));
}

/// Ends the line that began at `start`, without the spaces at its end, even if colour codes follow
/// them.
pub(super) fn end_line(out: &mut String, start: usize) {
    let mut codes: Vec<String> = Vec::new();
    loop {
        out.truncate(out.trim_end_matches(' ').len().max(start));
        // An escape byte always begins a colour code: those in the data were escaped.
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
