//! What a user may choose about how raftsh answers.
//!
//! `set` changes it and `settings` lists it like the settings of the cluster. But it is none of them: it moves nothing, no
//! saved session holds it, and it outlasts `cluster` and `load`. A script begins without any, whatever ran before it, so that
//! it says the same again.

use crate::quantity;

/// One choice with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// Whether everything is said in ASCII.
    Ascii(bool),
}

/// The names of all choices, in the order in which they are listed.
pub const PREFERENCE_NAMES: [&str; 1] = ["ascii"];

impl Preference {
    /// Reads a choice as typed. `None` if there is none of this name.
    ///
    /// # Errors
    /// What is wrong with the value, and what would be right.
    pub fn read(name: &str, value: &str) -> Option<Result<Preference, String>> {
        match name {
            "ascii" => Some(quantity::switch(value).map(Preference::Ascii)),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        let Preference::Ascii(_) = self;
        PREFERENCE_NAMES[0]
    }

    /// Its value as typed.
    pub fn value(self) -> String {
        let Preference::Ascii(on) = self;
        quantity::show_switch(on).to_owned()
    }

    /// What it does, in a few words.
    pub fn meaning(self) -> &'static str {
        let Preference::Ascii(_) = self;
        "whether output is in ASCII only; it is no part of the cluster"
    }
}
