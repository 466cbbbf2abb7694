//! Chooses the platform.

#[cfg(not(windows))]
mod null;
#[cfg(windows)]
mod win32;

#[cfg(not(windows))]
pub use null::start;
#[cfg(windows)]
pub use win32::start;
