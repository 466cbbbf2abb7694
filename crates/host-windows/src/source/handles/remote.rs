//! Memory in the target's process, for structures of common controls that the system does not carry over.

use windows::Win32::{
    Foundation::{CloseHandle, HANDLE},
    System::{
        Diagnostics::Debug::{ReadProcessMemory, WriteProcessMemory},
        Memory::{MEM_COMMIT, MEM_RELEASE, MEM_RESERVE, PAGE_READWRITE, VirtualAllocEx, VirtualFreeEx},
        Threading::{
            IsWow64Process, OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_VM_OPERATION,
            PROCESS_VM_READ, PROCESS_VM_WRITE,
        },
    },
};
use windows::core::BOOL;

use super::{
    ask::{Ask, Silence},
    text,
    wire::{Bytes, HEAD, TextField},
};

/// Units of text that fit behind the structure: more than a status bar's 65,535.
const UNITS: usize = 65_536 + 8;
const SIZE: usize = HEAD + UNITS * 2;

/// Why the memory of a process cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    /// Its structures are those of 32-bit programs.
    Narrow,
    /// The system does not let it be opened.
    Denied,
}

impl Closed {
    /// In words, for a note.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Narrow => "it is a 32-bit program",
            Self::Denied => "its memory may not be opened",
        }
    }
}

/// Memory in another process: freed when dropped.
#[derive(Debug)]
pub(super) struct Remote {
    pid: u32,
    process: Opened,
    base: *mut core::ffi::c_void,
}

/// An open process, closed when dropped.
#[derive(Debug)]
struct Opened(HANDLE);

impl Drop for Opened {
    fn drop(&mut self) {
        // SAFETY: opened by `Remote::open`, closed only here.
        let _ = unsafe { CloseHandle(self.0) };
    }
}

impl Remote {
    /// Takes memory in a process.
    pub(super) fn open(pid: u32) -> Result<Self, Closed> {
        let rights =
            PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_OPERATION | PROCESS_VM_READ | PROCESS_VM_WRITE;
        // SAFETY: takes any process id.
        let process = unsafe { OpenProcess(rights, false, pid) }.map(Opened).map_err(|_| Closed::Denied)?;
        let mut narrow = BOOL::default();
        // SAFETY: the process is open and `narrow` lives through the call.
        unsafe { IsWow64Process(process.0, &raw mut narrow) }.map_err(|_| Closed::Denied)?;
        if narrow.as_bool() {
            return Err(Closed::Narrow);
        }
        // SAFETY: the process is open with the right for this.
        let base = unsafe { VirtualAllocEx(process.0, None, SIZE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE) };
        if base.is_null() { Err(Closed::Denied) } else { Ok(Self { pid, process, base }) }
    }

    /// Whose memory it is.
    pub(super) const fn pid(&self) -> u32 {
        self.pid
    }

    fn head(&self) -> isize {
        self.base.expose_provenance().cast_signed()
    }

    /// Where text goes.
    fn tail(&self) -> isize {
        self.head().wrapping_add_unsigned(HEAD)
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Silence> {
        let length = bytes.len().min(SIZE);
        // SAFETY: `bytes` has the length that is said; the place is memory of the target that was taken for this,
        // and the system refuses where it is gone.
        unsafe { WriteProcessMemory(self.process.0, self.base, bytes.as_ptr().cast(), length, None) }
            .map_err(|_| Silence::Gone)
    }

    /// Reads from anywhere in the target; fewer bytes, or none, where there is nothing.
    fn read(&self, from: u64, length: usize) -> Vec<u8> {
        let mut bytes = vec![0_u8; length.min(SIZE)];
        let mut read = 0;
        let place: *const core::ffi::c_void = std::ptr::with_exposed_provenance(from as usize);
        // SAFETY: `bytes` has the length that is said; the system checks the place in the target.
        let done = unsafe {
            ReadProcessMemory(
                self.process.0,
                place,
                bytes.as_mut_ptr().cast(),
                bytes.len(),
                Some(&raw mut read),
            )
        };
        bytes.truncate(if done.is_ok() { read } else { 0 });
        bytes
    }

    /// Sends a message whose second parameter is the address of a structure; gives the reply and the structure.
    pub(super) fn send(
        &mut self,
        ask: &Ask<'_>,
        to: u64,
        message: u32,
        first: usize,
        structure: &Bytes,
    ) -> Result<(isize, Bytes), Silence> {
        self.write(structure.all())?;
        let reply = self.send_raw(ask, to, message, first, self.head())?;
        Ok((reply, Bytes::read(&self.read(self.head().cast_unsigned() as u64, HEAD))))
    }

    /// The same for a structure with a text in it, of at most `most` characters.
    pub(super) fn send_for_text(
        &mut self,
        ask: &Ask<'_>,
        to: u64,
        message: u32,
        first: usize,
        structure: Bytes,
        (field, most): (TextField, usize),
    ) -> Result<(isize, Bytes, String), Silence> {
        let room = most.saturating_mul(2).saturating_add(1).min(UNITS - 8);
        let structure = structure
            .u64(field.pointer, self.tail().cast_unsigned() as u64)
            .i32(field.room, i32::try_from(room).unwrap_or(i32::MAX));
        let (reply, answer) = self.send(ask, to, message, first, &structure)?;
        // A control may answer with an address of its own instead of filling the room it was given.
        let from = answer.u64_at(field.pointer);
        let text = self.text_at(from, most);
        Ok((reply, answer, text))
    }

    /// Sends a message whose second parameter is the address of room for a text.
    pub(super) fn send_for_bare_text(
        &mut self,
        ask: &Ask<'_>,
        to: u64,
        message: u32,
        first: usize,
        most: usize,
    ) -> Result<(isize, String), Silence> {
        self.write(Bytes::new().all())?;
        let reply = self.send_raw(ask, to, message, first, self.tail())?;
        let length = usize::try_from(reply & 0xFFFF).unwrap_or_default().min(most);
        Ok((reply, self.text_at(self.tail().cast_unsigned() as u64, length)))
    }

    fn text_at(&self, from: u64, most: usize) -> String {
        if from == 0 || from == u64::MAX {
            return String::new(); // none, or the text is made anew each time it is drawn
        }
        let wanted = most.saturating_mul(4).min(UNITS * 2);
        let mut bytes = self.read(from, wanted);
        if bytes.is_empty() {
            // It may end before what was asked for.
            let page = 4096 - usize::try_from(from % 4096).unwrap_or_default();
            bytes = self.read(from, wanted.min(page));
        }
        text::decode_bytes(&bytes, most)
    }

    fn send_raw(
        &mut self,
        ask: &Ask<'_>,
        to: u64,
        message: u32,
        first: usize,
        second: isize,
    ) -> Result<isize, Silence> {
        let answer = ask.send(to, message, first, second);
        if ask.is_deaf() {
            // The target may yet get to the message: what it writes to must stay.
            self.base = std::ptr::null_mut();
        }
        answer
    }

    /// Whether it can still be used.
    pub(super) fn is_good(&self) -> bool {
        !self.base.is_null()
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        if !self.base.is_null() {
            // SAFETY: taken by `open`, freed only here; no message that names it is on its way.
            let _ = unsafe { VirtualFreeEx(self.process.0, self.base, 0, MEM_RELEASE) };
        }
    }
}
