//! What a topic is.

/// A help text about something that is not a command.
pub(super) struct Topic {
    /// Its name, as typed after `help`.
    pub(super) name: &'static str,
    /// What it is about, in a few words.
    pub(super) about: &'static str,
    /// The text, one paragraph on each line.
    pub(super) text: &'static str,
}
