//! A document: a command's output as blocks, before layout and colours.
//!
//! Views build documents from states and events; [`crate::view::render`] turns them into text. A
//! document has tones but no colours, and it does not know the width of the page.

use std::ops::Range;

use super::diagram::Diagram;

pub use super::text::{Span, Text, Tone};

/// A table: a head, and rows with as many cells as the head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns' titles.
    pub head: Vec<Text>,
    /// The rows; each has as many cells as the head.
    pub rows: Vec<Vec<Text>>,
    /// How many leading columns name the row. If a table is too wide for the page and is split into
    /// several tables, each of them repeats these columns.
    pub key_columns: usize,
    /// The least width to which a column may be wrapped so that rows stay in one table. `None`
    /// leaves the choice to the renderer.
    pub narrowest: Option<usize>,
    /// The row below which a double line is drawn, counted from 0; `None` for no such line.
    pub line_below: Option<usize>,
}

impl Table {
    /// A table whose first column names the row.
    pub fn new(head: impl IntoIterator<Item: Into<Text>>, rows: Vec<Vec<Text>>) -> Table {
        let head = head.into_iter().map(Into::into).collect();
        Table { head, rows, key_columns: 1, ..Table::default() }
    }
}

/// Text that is wrapped to the width of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// The text, in tones.
    pub text: Text,
    /// The indentation of the lines after the first, in columns.
    pub indent: usize,
}

/// The width of a page in columns, if neither an option nor the terminal gives one.
pub const STANDARD_WIDTH: usize = 100;

impl Paragraph {
    /// A paragraph without indentation.
    pub fn new(text: impl Into<Text>) -> Paragraph {
        Paragraph::hanging(0, text)
    }

    /// A paragraph whose lines after the first are indented by `indent` columns.
    pub fn hanging(indent: usize, text: impl Into<Text>) -> Paragraph {
        Paragraph { text: text.into(), indent }
    }
}

/// A line of source, with the part of it that an error is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The whole line.
    pub text: String,
    /// The part that the caret marks, in bytes; both ends are at boundaries of characters.
    pub span: Range<usize>,
}

/// Roles over time, one row for each node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleStrip {
    /// The time at the left, in microseconds.
    pub from_us: u64,
    /// The time at the right, in microseconds; not before the one at the left.
    pub to_us: u64,
    /// The rows, from top to bottom.
    pub rows: Vec<StripRow>,
}

/// The row of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripRow {
    /// The name at the left of the row.
    pub name: String,
    /// The phases in order of time. Each lasts until the next, and the last until the end of the
    /// strip.
    pub phases: Vec<Phase>,
}

/// A span of time in which a node had one role or state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// When the phase began, in microseconds.
    pub since_us: u64,
    /// The role or state in a few letters, written where the phase begins.
    pub label: String,
    /// The character that fills the phase after the letters.
    pub fill: char,
    /// The tone of the letters and of the fill.
    pub tone: Tone,
    /// If several phases fall into one column, the one of the highest weight is shown.
    pub weight: u8,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// One line of text that is never wrapped, however long it is.
    Line(Text),
    /// Text that is wrapped to the page.
    Paragraph(Paragraph),
    /// One line for copying, which is never wrapped. It is indented by this number of columns, or
    /// by less if it would not fit.
    Example(usize, Text),
    /// A line of source with a caret below it.
    Excerpt(Excerpt),
    /// A sequence diagram.
    Diagram(Diagram),
    /// Roles over time.
    RoleStrip(RoleStrip),
    /// A table, which is wrapped or split if it is too wide for the page.
    Table(Table),
}

/// The output of a command, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document(pub Vec<Block>);

impl Document {
    /// An empty document.
    pub fn new() -> Document {
        Document::default()
    }

    /// Adds a line that is never wrapped.
    #[must_use]
    pub fn line(mut self, text: impl Into<Text>) -> Document {
        self.0.push(Block::Line(text.into()));
        self
    }

    /// Adds the blocks of another document.
    #[must_use]
    pub fn then(mut self, other: Document) -> Document {
        self.0.extend(other.0);
        self
    }

    /// Adds a paragraph, which is wrapped to the page.
    #[must_use]
    pub fn paragraph(mut self, paragraph: Paragraph) -> Document {
        self.0.push(Block::Paragraph(paragraph));
        self
    }

    /// Adds a line for copying, indented by `indent` columns.
    #[must_use]
    pub fn example(mut self, indent: usize, text: impl Into<Text>) -> Document {
        self.0.push(Block::Example(indent, text.into()));
        self
    }

    /// Adds a line of source with a caret.
    #[must_use]
    pub fn excerpt(mut self, excerpt: Excerpt) -> Document {
        self.0.push(Block::Excerpt(excerpt));
        self
    }

    /// Adds a diagram.
    #[must_use]
    pub fn diagram(mut self, diagram: Diagram) -> Document {
        self.0.push(Block::Diagram(diagram));
        self
    }

    /// Adds a table.
    #[must_use]
    pub fn table(mut self, table: Table) -> Document {
        self.0.push(Block::Table(table));
        self
    }
}

impl FromIterator<Paragraph> for Document {
    fn from_iter<I: IntoIterator<Item = Paragraph>>(paragraphs: I) -> Document {
        Document(paragraphs.into_iter().map(Block::Paragraph).collect())
    }
}

/// A text becomes a document of one paragraph, which is one line for programs.
impl<T: Into<Text>> From<T> for Document {
    fn from(text: T) -> Document {
        Document::new().paragraph(Paragraph::hanging(2, text))
    }
}
