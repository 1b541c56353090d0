//! Pictures.
pub mod document;
pub mod event;
pub mod json;
pub mod logs;
pub mod render;
pub mod status;
pub mod tables;
mod theme;
mod words;

pub use words::counted;
