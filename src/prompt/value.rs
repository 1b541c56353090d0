//! What a value is at present, for the hint where another one is typed: `set heartbeat ` shows
//! `DURATION (now 50ms)`.

use super::cursor::{Cursor, meaning};
use crate::check::evaluate;
use crate::command::{ArgumentSlot, Outlook};
use crate::language::Selection;
use crate::quantity;
use crate::raft::NodeId;
use crate::script::TypingContext;
use crate::sim::{Setting, Settings, World};
use crate::word::{OrNone, QuotedWord};

/// What is hinted in place of the word that is being typed.
pub(super) struct ValueHint {
    /// The word of the synopsis in whose place it is shown; empty if it is shown before all of it.
    pub(super) word: &'static str,
    /// What may be typed here, with the present value.
    pub(super) text: String,
    /// Whether the text is itself a value that may be taken over.
    pub(super) offered: bool,
}

impl ValueHint {
    /// A word of the synopsis, and the present value beside it.
    fn beside(word: &'static str, now: String) -> ValueHint {
        ValueHint { word, text: format!("{word} ({now})"), offered: false }
    }
}

/// The present value of what is typed at the cursor. `None` once a part of the value was typed.
pub(super) fn hint(
    cursor: &Cursor<'_>,
    outlook: &Outlook,
    typing_context: &TypingContext,
) -> Option<ValueHint> {
    let world = typing_context.world();
    let words = cursor.words();
    let (typed, before) = words.split_last()?;
    match (&outlook.slot, typed.strip_suffix('=')) {
        (Some(ArgumentSlot::Assignment), Some(key)) => {
            let now = now(stored(before, &meaning(key), world)?);
            return Some(ValueHint { word: "", ..ValueHint::beside("VALUE", now) });
        }
        (Some(ArgumentSlot::SettingAssignment), Some(assignment)) => {
            let name = assignment.rsplit('=').next()?;
            let text = setting(name, &typing_context.session.start().settings)?;
            return Some(ValueHint { word: "", text, offered: false });
        }
        _ if !typed.is_empty() => return None,
        _ => {}
    }
    let next = outlook.rest.split([' ', ']']).next()?.trim_start_matches('[');
    let (name, last) = (before.first()?, before.last()?);
    match (*name, next) {
        ("set", "VALUE") => {
            let text = setting(last, world.settings())?;
            Some(ValueHint { word: "VALUE", text, offered: false })
        }
        ("cas", "OLD") => {
            let text = OrNone(stored(before, last, world)?).to_string();
            Some(ValueHint { word: "OLD", text, offered: true })
        }
        ("cas", "NEW") => {
            let key = before.get(before.len().checked_sub(2)?)?;
            Some(ValueHint::beside("NEW", now(stored(before, key, world)?)))
        }
        ("loss", "PERCENT") => Some(chance(world.settings().loss_ppm)),
        ("duplicate", "PERCENT") => Some(chance(world.settings().duplicate_ppm)),
        ("delay", "DURATION") => {
            let (from, to) = (one(before.get(1)?, world)?, one(before.get(2)?, world)?);
            let delay_us = world.network().fault(from, to).delay_us;
            let now =
                if delay_us == 0 { "0".to_owned() } else { quantity::show_duration(delay_us) };
            Some(ValueHint::beside("DURATION", format!("now {now}")))
        }
        ("disk", "DURATION") => {
            let slow_us = world.host(one(last, world)?).disk.trouble().slow_us;
            let usual = Setting::DiskLatency(world.settings().disk_latency).value();
            let now = slow_us.map_or(usual, quantity::show_duration);
            Some(ValueHint::beside("DURATION", format!("now {now}")))
        }
        ("history" | "export", "WHEN") => {
            let (time, event) = (quantity::time(world.now_us()), world.event_count());
            Some(ValueHint::beside("WHEN", format!("now {time}, event {event}")))
        }
        _ => None,
    }
}

fn chance(ppm: u32) -> ValueHint {
    ValueHint::beside("PERCENT", format!("now {}", quantity::show_percent(ppm)))
}

/// The form of a setting's value, its value in these settings, and its default if that differs.
fn setting(name: &str, settings: &Settings) -> Option<String> {
    let value = |settings: &Settings| {
        settings.all().iter().find(|setting| setting.name() == name).map(Setting::value)
    };
    let (now, usual) = (value(settings)?, value(&Settings::default())?);
    let default = if now == usual { String::new() } else { format!(", default {usual}") };
    Some(format!("{} (now {now}{default})", Setting::synopsis(name)))
}

/// What the store of the node that gets a request holds under a key. Without a node, the leader
/// gets it. `None` if there is no such node, or it is not up.
fn stored<'a>(before: &[&str], key: &str, world: &'a World) -> Option<Option<&'a str>> {
    let named = before.get(1).and_then(|word| one(word, world));
    let host = world.host(named.or(world.leader())?);
    host.is_up().then(|| host.store.get(key))
}

fn now(value: Option<&str>) -> String {
    value.map_or("not set".to_owned(), |value| format!("now {}", QuotedWord(value)))
}

/// The one node that a word names now.
fn one(word: &str, world: &World) -> Option<NodeId> {
    let selection: Selection = word.parse().ok()?;
    match selection.parts.as_slice() {
        [part] => evaluate::select(world, *part).ok()?.single(),
        _ => None,
    }
}
