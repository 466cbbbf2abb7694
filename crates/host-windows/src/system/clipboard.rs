//! The clipboard's text.
//!
//! Untrusted: what lies there, and the program that put it there, which may render it only when asked, or never.
//! Guarantees: no reading or writing outlasts the call's deadline; the text is in no message; our copies are wiped.
//! Does not: hide what an agent has written: it shows up in the clipboard history like everything a person copies.

use std::time::{Duration, Instant};

use model::{ClipboardFacts, Code, Fault, SecretText, ui::escape};
use windows::{
    Win32::{
        Foundation::{GlobalFree, HANDLE, HGLOBAL, HWND},
        System::{
            DataExchange::{
                CloseClipboard, CountClipboardFormats, EmptyClipboard, EnumClipboardFormats,
                GetClipboardData, GetClipboardFormatNameW, GetClipboardOwner, GetClipboardSequenceNumber,
                GetOpenClipboardWindow, IsClipboardFormatAvailable, OpenClipboard, RegisterClipboardFormatW,
                SetClipboardData,
            },
            Memory::{GMEM_MOVEABLE, GMEM_ZEROINIT, GlobalAlloc, GlobalLock, GlobalSize, GlobalUnlock},
            Ole::{CF_BITMAP, CF_DIB, CF_DIBV5, CF_ENHMETAFILE, CF_HDROP, CF_METAFILEPICT, CF_UNICODETEXT},
        },
        UI::WindowsAndMessaging::{
            CreateWindowExW, DestroyWindow, HWND_MESSAGE, WINDOW_EX_STYLE, WINDOW_STYLE,
        },
    },
    core::{PCWSTR, w},
};
use zeroize::Zeroizing;

use super::{aside::aside, processes::Process, top_level::TopLevel, utf16};
use crate::source::Job;

/// How content is marked that nobody who watches the clipboard is to read: Windows' own way
/// (<https://learn.microsoft.com/windows/win32/dataxchg/clipboard-formats>), and the older one of password managers.
const NOT_TO_BE_READ: [PCWSTR; 2] =
    [w!("ExcludeClipboardContentFromMonitorProcessing"), w!("Clipboard Viewer Ignore")];
/// Holds a number; 0 keeps content out of the clipboard's history, as browsers do with passwords.
const MAY_BE_KEPT: PCWSTR = w!("CanIncludeInClipboardHistory");
/// How long facts wait for a clipboard that another program has open.
const PATIENCE: Duration = Duration::from_millis(300);

/// Between two attempts to open it while another program has it open.
const GAP: Duration = Duration::from_millis(5);

/// What policy is to know of the clipboard. It is opened only where its content says in so many words whether it may be
/// kept.
pub fn facts(job: &Job) -> ClipboardFacts {
    let job = Job { deadline: job.deadline.min(Instant::now() + PATIENCE), ..job.clone() };
    let until = job.deadline;
    // The number first: what changes after it is another content than was judged.
    let sequence = sequence();
    let excluded = is_marked()
        || is_there(MAY_BE_KEPT)
            && aside(&job, late, move || Open::until(until, None).map_or(true, |_open| is_secret()))
                .unwrap_or(true);
    ClipboardFacts { sequence, excluded, ours: false }
}

/// Counts what was put on the clipboard.
fn sequence() -> u32 {
    // SAFETY: takes nothing.
    unsafe { GetClipboardSequenceNumber() }
}

/// Whether the clipboard holds a format of this name.
fn is_there(name: PCWSTR) -> bool {
    // SAFETY: the name is constant and ends with a NUL. Whoever registers a name gets the same number for it.
    let format = unsafe { RegisterClipboardFormatW(name) };
    // SAFETY: takes any format.
    format != 0 && unsafe { IsClipboardFormatAvailable(format) }.is_ok()
}

/// Whether its content is marked as not to be read by those who watch the clipboard.
fn is_marked() -> bool {
    NOT_TO_BE_READ.into_iter().any(is_there)
}

/// Whether the open clipboard's content is marked, or says that it is not to be kept in the history.
fn is_secret() -> bool {
    if is_marked() {
        return true;
    }
    if !is_there(MAY_BE_KEPT) {
        return false;
    }
    // SAFETY: the name is constant; the clipboard is open, and what it gives is its own and valid until it is closed.
    let data = unsafe { GetClipboardData(RegisterClipboardFormatW(MAY_BE_KEPT)) };
    let Ok(locked) = data.map_err(drop).and_then(|data| Locked::new(HGLOBAL(data.0)).map_err(drop)) else {
        return true;
    };
    // A number of four bytes: 0 is no.
    locked.units().get(..2).is_none_or(|number| number == [0, 0])
}

/// The whole text, if the clipboard still holds what was judged (its sequence number then); empty where it is empty.
///
/// # Errors
/// `CLIPBOARD_UNAVAILABLE` where another program keeps it open past the deadline, or where it holds no text: the
/// message says what it holds instead; `TARGET_NOT_RESPONDING` where its owner does not hand the text over in time;
/// `CANCELLED`.
pub fn read(judged: u32, job: &Job) -> Result<String, Fault> {
    let until = job.deadline;
    aside(job, late, move || {
        let _open = Open::until(until, None)?;
        // While it is open nobody changes it.
        if sequence() != judged || is_secret() {
            let message = "the clipboard does not hold what was judged any more";
            return Err(unavailable(message).hint("call again"));
        }
        text()
    })?
}

/// Puts text there in place of everything else. Line ends become those of Windows, as the format wants. Gives the
/// sequence number of that content; nothing where another program has put something there meanwhile.
///
/// # Errors
/// `CLIPBOARD_UNAVAILABLE` where another program keeps it open past the deadline; `INVALID_ARGUMENT` for a NUL
/// character, which would end the text; `CANCELLED`.
pub fn write(text: &SecretText, job: &Job) -> Result<Option<u32>, Fault> {
    if text.expose().contains('\0') {
        return Err(Fault::new(
            Code::InvalidArgument,
            "`text` holds a NUL character, which ends clipboard text",
        ));
    }
    let until = job.deadline;
    let units = with_line_ends(text.expose());
    aside(job, late, move || {
        let owner = Owner::create()?;
        let open = Open::until(until, Some(owner.0))?;
        put(&units)?;
        drop(open); // which may add formats that the system makes of the text
        let left = sequence();
        // SAFETY: takes nothing.
        let still_ours = unsafe { GetClipboardOwner() }.is_ok_and(|now| now == owner.0);
        Ok(still_ours.then_some(left))
    })?
}

/// The text in UTF-16 with a NUL, and with a line end of Windows for each that has a line feed only.
fn with_line_ends(text: &str) -> Zeroizing<Vec<u16>> {
    // With room for the worst case nothing is moved, and no copy stays behind.
    let mut units = Zeroizing::new(Vec::with_capacity(text.len() * 2 + 1));
    let mut last = 0;
    for unit in text.encode_utf16() {
        if unit == u16::from(b'\n') && last != u16::from(b'\r') {
            units.push(u16::from(b'\r'));
        }
        units.push(unit);
        last = unit;
    }
    units.push(0);
    units
}

fn unavailable(message: impl Into<String>) -> Fault {
    Fault::new(Code::ClipboardUnavailable, message)
}

/// What to say when an owner does not hand over what it promised.
fn late() -> Fault {
    // SAFETY: takes nothing.
    let owner = unsafe { GetClipboardOwner() }.ok().and_then(program_of);
    let owner = owner.map_or_else(|| "its owner".to_owned(), |owner| format!("`{owner}`"));
    Fault::new(Code::TargetNotResponding, format!("{owner} does not hand the clipboard over in time"))
}

/// The file name of the program that owns a window.
fn program_of(window: HWND) -> Option<String> {
    let (_, pid) = TopLevel(window.0.expose_provenance() as u64).owner();
    let path = Process::open(pid)?.path();
    path.rsplit('\\').next().filter(|name| !name.is_empty()).map(|name| escape(name, 80))
}

/// The clipboard, open until dropped.
struct Open;

impl Open {
    fn until(until: Instant, owner: Option<HWND>) -> Result<Self, Fault> {
        // What is left of the time is kept for what is done with it.
        let patience = until.checked_sub(GAP * 4).unwrap_or(until);
        loop {
            // SAFETY: the owner, where there is one, is a window of this thread.
            if unsafe { OpenClipboard(owner) }.is_ok() {
                return Ok(Self);
            }
            if Instant::now() >= patience {
                // SAFETY: takes nothing.
                let holder = unsafe { GetOpenClipboardWindow() }.ok().and_then(program_of);
                let holder = holder.map_or_else(|| "another program".to_owned(), |name| format!("`{name}`"));
                return Err(unavailable(format!("{holder} keeps the clipboard open"))
                    .hint("try again; a longer `timeout_ms` waits longer"));
            }
            std::thread::sleep(GAP);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // SAFETY: opened by `until` on this thread.
        let _ = unsafe { CloseClipboard() };
    }
}

/// A window that is never shown: the system wants one to own what is put on the clipboard.
struct Owner(HWND);

impl Owner {
    fn create() -> Result<Self, Fault> {
        let (extended, style) = (WINDOW_EX_STYLE::default(), WINDOW_STYLE::default());
        // SAFETY: a class of the system's own, constant names, and nothing to be passed on.
        let made = unsafe {
            let parent = Some(HWND_MESSAGE);
            CreateWindowExW(extended, w!("STATIC"), w!(""), style, 0, 0, 0, 0, parent, None, None, None)
        };
        made.map(Self).map_err(|error| unavailable(format!("no window can be made: {}", error.message())))
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // SAFETY: made by `create` on this thread.
        let _ = unsafe { DestroyWindow(self.0) };
    }
}

/// The text of the open clipboard.
fn text() -> Result<String, Fault> {
    let format = u32::from(CF_UNICODETEXT.0);
    // SAFETY: takes any format.
    if unsafe { IsClipboardFormatAvailable(format) }.is_err() {
        // SAFETY: takes nothing.
        if unsafe { CountClipboardFormats() } == 0 {
            return Ok(String::new());
        }
        return Err(unavailable(format!("the clipboard holds no text but {}", formats().join(", "))));
    }
    // SAFETY: the clipboard is open; what it gives stays its own and is valid until it is closed.
    let data = unsafe { GetClipboardData(format) }.map_err(|_| {
        unavailable("the program that owns the clipboard does not hand its text over")
            .hint("copy it again, or look whether that program hangs")
    })?;
    let locked = Locked::new(HGLOBAL(data.0))?;
    Ok(utf16::until_nul(locked.units()))
}

/// What the open clipboard holds, by the names of the formats.
fn formats() -> Vec<String> {
    const MOST: usize = 12;
    let mut names = Vec::new();
    let mut format = 0;
    loop {
        // SAFETY: the clipboard is open.
        format = unsafe { EnumClipboardFormats(format) };
        if format == 0 || names.len() >= MOST {
            return names;
        }
        let mut units = [0; 128];
        // SAFETY: the buffer lives through the call, which writes no more than its length.
        let length = unsafe { GetClipboardFormatNameW(format, &mut units) };
        let name = match utf16::first(&units, length) {
            name if !name.is_empty() => format!("`{}`", escape(&name, 60)),
            _ => standard_name(format),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
}

fn standard_name(format: u32) -> String {
    let is = |known: windows::Win32::System::Ole::CLIPBOARD_FORMAT| format == u32::from(known.0);
    let name = match format {
        _ if is(CF_BITMAP) || is(CF_DIB) || is(CF_DIBV5) => "a picture",
        _ if is(CF_HDROP) => "files",
        _ if is(CF_METAFILEPICT) || is(CF_ENHMETAFILE) => "a drawing",
        _ => return format!("format {format}"),
    };
    name.to_owned()
}

/// Puts units (with their NUL) on the open clipboard.
fn put(units: &[u16]) -> Result<(), Fault> {
    let failed = |what: &str| {
        let error = windows::core::Error::from_thread();
        unavailable(format!("{what} failed: {}", error.message().trim_end_matches(['.', ' '])))
    };
    let memory = Memory::with(units)?;
    // SAFETY: the clipboard is open.
    unsafe { EmptyClipboard() }.map_err(|_| failed("emptying the clipboard"))?;
    // SAFETY: the clipboard is open and owned by this thread's window; the memory is movable and holds what the format
    // wants: text that ends with a NUL.
    unsafe { SetClipboardData(u32::from(CF_UNICODETEXT.0), Some(HANDLE(memory.0.0))) }
        .map_err(|_| failed("setting the clipboard"))?;
    std::mem::forget(memory); // the system's own from now on
    Ok(())
}

/// Memory that the clipboard can take over; wiped and freed when dropped.
struct Memory(HGLOBAL);

impl Memory {
    fn with(units: &[u16]) -> Result<Self, Fault> {
        let bytes = size_of_val(units);
        // SAFETY: takes any size.
        let memory = unsafe { GlobalAlloc(GMEM_MOVEABLE | GMEM_ZEROINIT, bytes) }
            .map_err(|error| unavailable(format!("no memory for the text: {}", error.message())))?;
        let memory = Self(memory);
        Locked::new(memory.0)?.fill(units);
        Ok(memory)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Ok(mut locked) = Locked::new(self.0) {
            locked.fill(&[]);
        }
        // SAFETY: allocated by `with` and not given away.
        let _ = unsafe { GlobalFree(Some(self.0)) };
    }
}

/// A piece of global memory at its place, until dropped.
struct Locked {
    memory: HGLOBAL,
    start: *mut u16,
    length: usize,
}

impl Locked {
    fn new(memory: HGLOBAL) -> Result<Self, Fault> {
        // SAFETY: the callers give live global memory; its size is the system's own word for it.
        let (start, bytes) = unsafe { (GlobalLock(memory).cast::<u16>(), GlobalSize(memory)) };
        if start.is_null() {
            return Err(unavailable("the clipboard's memory cannot be read"));
        }
        Ok(Self { memory, start, length: bytes / 2 })
    }

    const fn units(&self) -> &[u16] {
        // SAFETY: locked memory of `length` units, aligned as the heap aligns; nobody writes while it is locked here.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
    }

    /// Writes units, as many as there is room for, and zeros behind them.
    fn fill(&mut self, units: &[u16]) {
        for index in 0..self.length {
            let unit = units.get(index).copied().unwrap_or_default();
            // SAFETY: within the locked memory, which only this writes to; volatile, for wiping must not be left out.
            unsafe { self.start.add(index).write_volatile(unit) };
        }
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // SAFETY: locked by `new`. It tells by an error that it is not locked any more, which is what is wanted.
        let _ = unsafe { GlobalUnlock(self.memory) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_line_feeds_get_a_carriage_return_and_nothing_else_changes() {
        for (text, wanted) in [
            ("a\nb", "a\r\nb\0"),
            ("a\r\nb\n", "a\r\nb\r\n\0"),
            ("\r\r\n", "\r\r\n\0"),
            ("é𝄞", "é𝄞\0"),
            ("", "\0"),
        ] {
            assert_eq!(String::from_utf16(&with_line_ends(text)).unwrap(), wanted, "{text:?}");
        }
    }
}
