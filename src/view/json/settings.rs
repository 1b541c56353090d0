//! The settings of the cluster and of the output.

use serde::Serialize;

use crate::view::tables;

/// A setting, with its value as typed.
#[derive(Serialize)]
struct Setting<'a> {
    key: &'static str,
    value: &'a str,
    meaning: &'static str,
}

/// `settings`: every setting with its value.
pub fn settings(all: &[tables::Setting]) -> impl Serialize {
    all.iter().map(|(key, value, meaning)| Setting { key, value, meaning }).collect::<Vec<_>>()
}
