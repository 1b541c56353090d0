//! Settings.

use serde::Serialize;

use crate::sim::World;

/// A setting as it is typed.
#[derive(Serialize)]
struct Setting {
    key: &'static str,
    value: String,
    meaning: &'static str,
}

/// `settings`: every setting with its value.
pub fn settings(world: &World) -> impl Serialize {
    let shown = |setting: &crate::sim::Setting| Setting {
        key: setting.name(),
        value: setting.value(),
        meaning: setting.meaning(),
    };
    world.settings().all().iter().map(shown).collect::<Vec<_>>()
}
