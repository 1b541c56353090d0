//! What the line editor asks for while a line is being typed.

use rustyline::Helper;
use rustyline::completion::Completer;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::Validator;

use super::Sight;

/// Whoever knows what can be typed next.
#[derive(Default)]
pub(super) struct Typist {
    /// What there is to see.
    pub(super) sight: Option<Sight>,
}

impl Helper for Typist {}
impl Validator for Typist {}
impl Highlighter for Typist {}

impl Hinter for Typist {
    type Hint = String;
}

impl Completer for Typist {
    type Candidate = String;
}
