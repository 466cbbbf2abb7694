//! The clipboard, which every program shares.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use host_windows::{source::Job, system};
use model::{Code, Fault, SecretText};
use windows::{
    Win32::System::{
        DataExchange::{
            CloseClipboard, EmptyClipboard, OpenClipboard, RegisterClipboardFormatW, SetClipboardData,
        },
        Memory::{GMEM_MOVEABLE, GMEM_ZEROINIT, GlobalAlloc, GlobalLock, GlobalUnlock},
    },
    core::w,
};

use crate::program::{Program, hwnd, job};

fn within(time: Duration) -> Job {
    Job { deadline: Instant::now() + time, ..job() }
}

/// Takes the clipboard as another program would, empties it, and puts zeros of a format on it, if any.
fn take_clipboard(owner: &Program, format: Option<u32>) {
    // SAFETY: takes any window; the memory is given away to the clipboard.
    unsafe {
        OpenClipboard(Some(hwnd(owner.hwnd))).unwrap();
        EmptyClipboard().unwrap();
    }
    if let Some(format) = format {
        put_clipboard(format, 0);
    }
}

/// Puts 64 bytes, all but the first of them 0, on the open clipboard.
fn put_clipboard(format: u32, first_byte: u8) {
    // SAFETY: the memory is new and movable, written within its size while it is locked, and then the clipboard's own.
    unsafe {
        let memory = GlobalAlloc(GMEM_MOVEABLE | GMEM_ZEROINIT, 64).unwrap();
        GlobalLock(memory).cast::<u8>().write(first_byte);
        let _ = GlobalUnlock(memory);
        SetClipboardData(format, Some(windows::Win32::Foundation::HANDLE(memory.0))).unwrap();
    }
}

/// What a look at the clipboard and a reading right after it give.
fn clipboard_within(job: &Job) -> Result<String, Fault> {
    system::clipboard_read(system::clipboard_facts(job).sequence, job)
}

fn clipboard() -> Result<String, Fault> {
    clipboard_within(&job())
}

fn let_clipboard_go() {
    // SAFETY: opened by `take_clipboard` on this thread.
    unsafe { CloseClipboard() }.unwrap();
}

#[test]
fn text_goes_to_the_clipboard_and_comes_back() {
    let _program = Program::start("form", &[]);
    for (text, there) in [("one\ntwo", "one\r\ntwo"), ("é𝄞 שלום", "é𝄞 שלום"), ("", "")] {
        system::clipboard_write(&SecretText::new(text.into()), &job()).unwrap();
        assert_eq!(clipboard().unwrap(), there);
    }
    let fault = system::clipboard_write(&SecretText::new("a\0b".into()), &job()).unwrap_err();
    assert_eq!(fault.code, Code::InvalidArgument);
}

#[test]
fn a_reading_gives_only_what_was_judged_and_a_writing_tells_what_it_left() {
    let _program = Program::start("form", &[]);
    let write = |text: &str| system::clipboard_write(&SecretText::new(text.into()), &job()).unwrap();
    let left = write("mine");
    let judged = system::clipboard_facts(&job());
    assert_eq!((left, judged.excluded, judged.ours), (Some(judged.sequence), false, false));
    assert_eq!(system::clipboard_facts(&job()), judged, "looking changes it");
    assert_ne!(write("another"), left);
    let fault = system::clipboard_read(judged.sequence, &job()).unwrap_err();
    assert_eq!(fault.code, Code::ClipboardUnavailable, "{fault:?}");
}

#[test]
fn what_is_marked_as_not_to_be_read_is_said_to_be_and_never_read() {
    let program = Program::start("form", &[]);
    for (name, first_byte, excluded) in [
        (w!("ExcludeClipboardContentFromMonitorProcessing"), 0, true),
        (w!("Clipboard Viewer Ignore"), 0, true),
        (w!("CanIncludeInClipboardHistory"), 0, true),
        (w!("CanIncludeInClipboardHistory"), 1, false),
        (w!("Anything else"), 0, false),
    ] {
        // SAFETY: takes a constant name.
        let format = unsafe { RegisterClipboardFormatW(name) };
        take_clipboard(&program, Some(13)); // CF_UNICODETEXT: an empty text
        put_clipboard(format, first_byte);
        let_clipboard_go();
        let facts = system::clipboard_facts(&job());
        assert_eq!(facts.excluded, excluded, "{name:?}");
        assert_eq!(system::clipboard_read(facts.sequence, &job()).is_err(), excluded, "{name:?}");
    }
}

#[test]
fn an_empty_clipboard_is_empty_text_and_one_without_text_says_what_it_holds() {
    const HDROP: u32 = 15;
    let program = Program::start("form", &[]);
    take_clipboard(&program, None);
    let_clipboard_go();
    assert_eq!(clipboard().unwrap(), "");
    take_clipboard(&program, Some(HDROP));
    let_clipboard_go();
    let fault = clipboard().unwrap_err();
    assert_eq!(fault.code, Code::ClipboardUnavailable);
    assert!(fault.message.contains("files"), "{fault:?}");
}

#[test]
fn a_clipboard_that_another_program_keeps_open_costs_the_deadline() {
    let program = Program::start("form", &[]);
    take_clipboard(&program, None);
    let start = Instant::now();
    let read = clipboard_within(&within(Duration::from_millis(300)));
    let write = system::clipboard_write(&SecretText::new("x".into()), &within(Duration::from_millis(300)));
    let took = start.elapsed();
    let cancelled = job();
    cancelled.cancelled.store(true, Ordering::Relaxed);
    let stopped = clipboard_within(&cancelled);
    let_clipboard_go();
    for fault in [read.unwrap_err(), write.unwrap_err()] {
        assert_eq!(fault.code, Code::ClipboardUnavailable);
        assert!(fault.message.contains("`form.exe` keeps the clipboard open"), "{fault:?}");
    }
    assert!(took < Duration::from_millis(900), "{took:?}");
    assert_eq!(stopped.unwrap_err().code, Code::Cancelled);
}

// Displays and session.
