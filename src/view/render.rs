//! Documents into text.
