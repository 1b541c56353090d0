//! Pictures.
pub mod document;
pub mod render;
mod theme;
