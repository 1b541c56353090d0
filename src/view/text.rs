//! Text in tones, of which lines and cells consist.

/// What a piece of text means; the renderer picks the colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Plain,
    /// Less important text: units, ids, hints.
    Dim,
    /// Important text: headings.
    Strong,
    /// A good state or outcome: committed, ok, healed.
    Good,
    /// A bad state or outcome: killed, dropped, damaged.
    Bad,
    /// Worth a second look: unsynced, unknown, cut.
    Warn,
    /// The name or role of a leader; also names in lists of commands, properties and flaws.
    Leader,
    /// The name or role of a candidate.
    Candidate,
    /// The name or role of a follower.
    Follower,
}

/// A run of text in one tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text; it may hold anything a user typed, so the renderer escapes control characters.
    pub text: String,
    /// The tone of all of it.
    pub tone: Tone,
}

/// One line, or the content of one cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Span>);

impl Text {
    /// An empty text.
    pub fn new() -> Text {
        Text::default()
    }

    /// Adds plain text.
    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Text {
        self.toned(Tone::Plain, text)
    }

    /// The text without tones.
    pub fn into_string(self) -> String {
        self.0.into_iter().map(|span| span.text).collect()
    }

    /// Appends another text.
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
