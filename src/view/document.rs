//! A document: what a command has to say, before anybody decides how it looks.
//!
//! Views build documents out of states and events; [`crate::view::render`] turns them into text. A
//! document knows tones, never colours, and no widths.

use std::ops::Range;

use super::diagram::Diagram;

pub use super::text::{Span, Text, Tone};

/// A table: a head and rows of as many cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns' titles.
    pub head: Vec<Text>,
    /// The rows; each has as many cells as the head.
    pub rows: Vec<Vec<Text>>,
    /// How many leading columns name the row: they are repeated when a table too wide for its place
    /// is broken into several tables one below the other.
    pub key_columns: usize,
    /// How narrow a column may be wrapped so that rows stay in one piece; as the renderer thinks
    /// fit if not said.
    pub narrowest: Option<usize>,
    /// The row below which a double line is drawn, counted from 0.
    pub line_below: Option<usize>,
}

impl Table {
    /// A table whose first column names the row.
    pub fn new(head: impl IntoIterator<Item: Into<Text>>, rows: Vec<Vec<Text>>) -> Table {
        let head = head.into_iter().map(Into::into).collect();
        Table { head, rows, key_columns: 1, ..Table::default() }
    }
}

/// Text that is broken into lines where its place ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// The text.
    pub text: Text,
    /// How far lines after the first are indented.
    pub indent: usize,
    /// Whether it stays one line where there are [`STANDARD_WIDTH`] columns, however long it is:
    /// programs read it, too.
    pub one_line: bool,
}

/// The columns that there are where nobody says otherwise. What is one line for programs is one
/// line there.
pub const STANDARD_WIDTH: usize = 100;

impl Paragraph {
    /// A paragraph whose lines all begin at the left.
    pub fn new(text: impl Into<Text>) -> Paragraph {
        Paragraph::hanging(0, text)
    }

    /// A paragraph whose lines after the first are indented.
    pub fn hanging(indent: usize, text: impl Into<Text>) -> Paragraph {
        Paragraph { text: text.into(), indent, one_line: false }
    }

    /// What is one line for programs, and broken for people who have less than [`STANDARD_WIDTH`]
    /// columns.
    pub fn entry(indent: usize, text: impl Into<Text>) -> Paragraph {
        Paragraph { one_line: true, ..Paragraph::hanging(indent, text) }
    }
}

/// A line of source, and what is meant of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line.
    pub text: String,
    /// What is meant, in bytes; at the boundaries of characters.
    pub span: Range<usize>,
}

/// What several things were over time, a row a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleStrip {
    /// The time at the left, in microseconds.
    pub from_us: u64,
    /// The time at the right, in microseconds; not before the one at the left.
    pub to_us: u64,
    /// The things.
    pub rows: Vec<StripRow>,
}

/// What one thing was over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripRow {
    /// Its name.
    pub name: String,
    /// Its phases, in order; each lasts until the next.
    pub phases: Vec<Phase>,
}

/// What a thing was for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// When it began, in microseconds.
    pub since_us: u64,
    /// What it was, in a few letters.
    pub label: String,
    /// What follows the letters as long as it lasts.
    pub fill: char,
    /// How it is to be seen.
    pub tone: Tone,
    /// Where several fall into one column, the heaviest is shown.
    pub weight: u8,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// One line of text, however long it is: what is not ours to break.
    Line(Text),
    /// Text in as many lines as it needs.
    Paragraph(Paragraph),
    /// One line that is to be copied, and so never broken; indented by so much, or by less where it
    /// would not fit.
    Example(usize, Text),
    /// A line of source with a caret.
    Excerpt(Excerpt),
    /// Lanes and arrows.
    Diagram(Diagram),
    /// Phases over time.
    RoleStrip(RoleStrip),
    /// A table.
    Table(Table),
}

/// What a command has to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document(pub Vec<Block>);

impl Document {
    /// A document that says nothing yet.
    pub fn new() -> Document {
        Document::default()
    }

    /// Adds a line.
    #[must_use]
    pub fn line(mut self, text: impl Into<Text>) -> Document {
        self.0.push(Block::Line(text.into()));
        self
    }

    /// Adds another document.
    #[must_use]
    pub fn then(mut self, other: Document) -> Document {
        self.0.extend(other.0);
        self
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn paragraph(mut self, paragraph: Paragraph) -> Document {
        self.0.push(Block::Paragraph(paragraph));
        self
    }

    /// Adds a line that is to be copied.
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

/// A sentence.
impl<T: Into<Text>> From<T> for Document {
    fn from(text: T) -> Document {
        Document::new().paragraph(Paragraph::entry(2, text))
    }
}
