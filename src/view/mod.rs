//! Pictures.
pub mod document;
pub mod event;
pub mod logs;
pub mod render;
pub mod status;
pub mod tables;
mod words;

pub use words::counted;
