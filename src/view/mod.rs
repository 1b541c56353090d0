//! Views turn a world and its events into documents, and documents into text. [`json`] writes the
//! same facts for programs.
//!
//! | file | what |
//! |---|---|
//! | [`document`] | a command's output as blocks (paragraphs, tables, diagrams) without layout or colour; `text`: text in tones |
//! | [`status`], [`logs`], [`disk`], [`links`], [`tables`] | the state of nodes, logs, disks and links, and smaller tables |
//! | [`glance`] | the state of the cluster in a few words, before the prompt |
//! | [`event`] | events, one sentence each |
//! | [`history`], [`diagram`] | the filters of `history`, roles over time; sequence diagrams |
//! | [`breaks`] | breakpoints, and changes of watched values |
//! | [`violations`], [`flaws`] | properties and their violations; flaws |
//! | [`claims`], [`why`] | claims, one sentence each; answers to `why` |
//! | [`json`] | the `data` of a command's JSON object |
//! | [`render`] | turns documents into coloured text of a given width |
//! | `theme`, `words`, `groups` | the colours of each tone; phrases that several views share; short forms for many nodes |
//!
//! # What holds
//!
//! - A view only reads: it takes a world by reference and changes nothing.
//! - The same document and page give the same bytes: no clock, locale or terminal is read.
//! - Views choose tones, and `theme` chooses the colours. No other file uses the colour library,
//!   and only [`render`] uses the table library.
//! - Text that a user may have typed is escaped in one place, where cells are measured, so that no
//!   key or value can control the terminal.
//!
//! # What is not here
//!
//! Whether a stream gets colour, how wide it is, and the writing itself: see
//! [`console`](crate::console).
//!
//! To change what a command shows, start at its view; to change how a kind of block looks, at
//! [`render`]; to change colours, at `theme`.

pub mod branches;
pub mod breaks;
pub mod claims;
pub mod compare;
pub mod diagram;
pub mod disk;
pub mod document;
pub mod engines;
pub mod event;
pub mod flaws;
pub mod glance;
mod groups;
pub mod history;
pub mod json;
pub mod links;
pub mod logs;
pub mod members;
pub mod narrator;
pub mod places;
pub mod render;
pub mod status;
pub mod tables;
mod text;
mod theme;
pub mod violations;
pub mod why;
mod words;

pub use words::{command, counted, drift, link_fault, spot};
