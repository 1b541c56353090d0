//! Text in tones: what lines, cells and diagrams are made of.

/// What a piece of text means; the renderer picks the colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Plain,
    /// Of lesser importance: units, ids, hints.
    Dim,
    /// Of greater importance: headings.
    Strong,
    /// It went well: committed, ok, healed.
    Good,
    /// It went wrong: killed, dropped, damaged.
    Bad,
    /// Worth a second look: unsynced, unknown, cut.
    Warn,
    /// A leader.
    Leader,
    /// A candidate.
    Candidate,
    /// A follower.
    Follower,
}

/// A run of text in one tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text; it may hold anything a user typed, so the renderer escapes control characters.
    pub text: String,
    /// What it means.
    pub tone: Tone,
}

/// One line, or the content of one cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Span>);

impl Text {
    /// An empty line.
    pub fn new() -> Text {
        Text::default()
    }

    /// Adds plain text.
    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Text {
        self.toned(Tone::Plain, text)
    }

    /// Adds another text.
    #[must_use]
    pub fn joined(mut self, other: Text) -> Text {
        self.0.extend(other.0);
        self
    }

    /// Adds text in a tone.
    #[must_use]
    pub fn toned(mut self, tone: Tone, text: impl Into<String>) -> Text {
        self.0.push(Span { text: text.into(), tone });
        self
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::new().plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::new().plain(text)
    }
}
