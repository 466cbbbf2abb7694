//! Memory for texts whose senders name no length.
//!
//! Untrusted: the target, which may say one length and send another.
//! Guarantees: what is too long runs into a page that may not be written, and never into other memory of ours.
//! Does not: keep this process from ending then; the gate replaces it.

use windows::Win32::System::Memory::{
    MEM_COMMIT, MEM_RELEASE, MEM_RESERVE, PAGE_NOACCESS, PAGE_PROTECTION_FLAGS, PAGE_READWRITE, VirtualAlloc,
    VirtualFree, VirtualProtect,
};

use super::text;

const PAGE: usize = 4096;
/// Room for 524,288 units.
const ROOM: usize = 256 * PAGE;

/// A buffer with a closed page behind it; made at first use.
#[derive(Debug, Default)]
pub(super) struct Landing(Option<*mut u16>);

// SAFETY: the buffer is reached by this alone and belongs to no thread.
unsafe impl Send for Landing {}

impl Landing {
    /// Its address, with a NUL at its start; `None` where there is no memory for it.
    pub(super) fn clear(&mut self) -> Option<isize> {
        if self.0.is_none() {
            self.0 = Self::make();
        }
        let start = self.0?;
        // SAFETY: the buffer begins there and is ours alone.
        unsafe { start.write(0) };
        Some(start.expose_provenance().cast_signed())
    }

    fn make() -> Option<*mut u16> {
        // SAFETY: asks for new memory anywhere.
        let start = unsafe { VirtualAlloc(None, ROOM + PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE) };
        if start.is_null() {
            return None;
        }
        let made = Self(Some(start.cast()));
        let mut before = PAGE_PROTECTION_FLAGS::default();
        // SAFETY: the last page of what was just made.
        let closed =
            unsafe { VirtualProtect(start.wrapping_byte_add(ROOM), PAGE, PAGE_NOACCESS, &raw mut before) };
        if closed.is_err() {
            drop(made);
            return None;
        }
        std::mem::forget(made); // the pointer now lives in the caller
        Some(start.cast())
    }

    /// What landed: the first `length` units, at most `most` characters.
    pub(super) fn text(&self, length: usize, most: usize) -> String {
        let Some(start) = self.0 else { return String::new() };
        let length = length.min(most.saturating_mul(2)).min(ROOM / 2);
        // SAFETY: the buffer holds at least so many units, all of them written by the system or zero, and nothing
        // writes to it while this borrow lasts.
        let units = unsafe { std::slice::from_raw_parts(start, length) };
        text::decode_z(units, most)
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if let Some(start) = self.0.take() {
            // SAFETY: made by `make`, freed only here.
            let _ = unsafe { VirtualFree(start.cast(), 0, MEM_RELEASE) };
        }
    }
}
