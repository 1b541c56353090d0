//! The page: one file of HTML with everything in it, which opens from a disk without a network.
//!
//! | file | what |
//! |---|---|
//! | this one | puts the page together |
//! | `act` | a cluster that the page shows |
//! | `data` | what the page knows, as it is serialized |
//! | `recording` | walks along the branches and records events and changes |
//! | `nodes` | how the nodes' rows and logs change from moment to moment |
//! | `texts` | each text once, with its tone and the section of the paper |
//! | `answers` | what `why` answers at the moments at which somebody would ask |
//! | `jumps` | the events that somebody may want to jump to |
//! | `page.html`, `style.css`, `*.js` | the page itself: a file a view |
//!
//! # What holds
//!
//! - What the page shows of nodes is read from the world at each moment, by the same code as
//!   `status` and `logs`; so a new kind of event needs nothing here.
//! - All that the session knows is JSON inside the page, escaped so that it cannot end its element.
//!   The scripts put it into the page as text only, never as markup.
//! - Positions are events: what the page shows at event 42 is what `goto 42` leads to.
//!
//! To change what is recorded, start at `recording`; to change a view, at its `.js` file; to add
//! one, name it in `SCRIPTS`.

mod act;
mod answers;
mod data;
mod jumps;
mod nodes;
mod recording;
mod texts;

use super::markup::{in_script, markup};
use super::part::Exported;
use crate::console::json;
use crate::language::Error;

pub use act::Act;
pub use act::EVENTS;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");

/// The scripts in their order: each may use those before it.
const SCRIPTS: &[&str] = &[
    include_str!("data.js"),
    include_str!("dom.js"),
    include_str!("player.js"),
    include_str!("ring.js"),
    include_str!("logs.js"),
    include_str!("timeline.js"),
    include_str!("events.js"),
    include_str!("detail.js"),
    include_str!("moments.js"),
    include_str!("controls.js"),
    include_str!("main.js"),
];

/// The sequence diagram within the page.
#[derive(Clone, Copy)]
pub(super) struct Picture<'a> {
    /// What it shows.
    pub(super) title: &'a str,
    /// The diagram as markup.
    pub(super) svg: &'a str,
}

/// The page of these clusters. A title names what they come from.
///
/// # Errors
/// What `check_stop` fails with.
pub(super) fn write(
    title: &str,
    acts: &[Act<'_>],
    picture: Picture<'_>,
    check_stop: &mut dyn FnMut() -> Result<(), Error>,
) -> Result<Exported, Error> {
    let (data, events, left_out) = recording::record(title, acts, check_stop)?;
    let parts: [(&str, &str); 6] = [
        ("{{title}}", &markup(title)),
        ("{{style}}", STYLE),
        ("{{picture-title}}", &markup(picture.title)),
        ("{{picture}}", picture.svg),
        ("{{script}}", &SCRIPTS.concat()),
        ("{{data}}", &in_script(json::line(&data).trim_end())),
    ];
    Ok(Exported { text: filled(PAGE, &parts), events, left_out })
}

/// The template with each name replaced once. What is put in is not looked at again.
fn filled(template: &str, parts: &[(&str, &str)]) -> String {
    let (mut out, mut rest) = (String::new(), template);
    for (name, text) in parts {
        let (before, after) = rest.split_once(name).unwrap_or((rest, ""));
        out.push_str(before);
        out.push_str(text);
        rest = after;
    }
    out + rest
}
