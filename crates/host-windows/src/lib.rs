//! skeleton
#![cfg(windows)]
