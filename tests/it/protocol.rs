//! The rules of figure 2, one by one.
