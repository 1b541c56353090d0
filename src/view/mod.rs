//! Pictures: worlds and events into documents, documents into text.
//!
//! | file | what |
//! |---|---|
//! | [`document`] | lines and tables, before anybody decides how they look; `text`: the text in them, in tones |
//! | [`status`], [`logs`], [`disk`], [`links`], [`tables`] | what there is, each as a document |
//! | [`glance`] | where the cluster stands, as the prompt tells it |
//! | [`event`] | what happened, a sentence an event |
//! | [`history`], [`diagram`] | which of it somebody wants to see; as lanes and arrows |
//! | [`json`] | the same for programs: what stands in the `data` of a command's object |
//! | [`render`] | documents into coloured text of a given width |
//! | `theme`, `words`, `groups` | the colour of each tone; words that several views need; many nodes in few words |
//!
//! # What holds
//!
//! - A view only looks: it takes a world by reference and moves nothing.
//! - The same document and width give the same bytes. No clock, no locale, no terminal is asked.
//! - Views know tones, the renderer knows colours; the table library and the colour library are
//!   named nowhere else.
//! - Whatever a user may have typed is made safe in one place, where cells are measured: no key or
//!   value drives a terminal.
//!
//! # What is not here
//!
//! Deciding whether a stream gets colour, and how wide it is; writing at all. That is the shell's.

pub mod diagram;
pub mod disk;
pub mod document;
pub mod event;
pub mod flaws;
pub mod glance;
mod groups;
pub mod history;
pub mod json;
pub mod links;
pub mod logs;
pub mod render;
pub mod status;
pub mod tables;
mod text;
mod theme;
pub mod violations;
mod words;

pub use words::{counted, spot};
