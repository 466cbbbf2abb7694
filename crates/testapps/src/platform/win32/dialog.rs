//! A modal dialog from a template in memory.

use std::rc::Rc;

use serde_json::{Value, json};
use windows::Win32::Foundation::{HWND, LPARAM, WPARAM};
use windows::Win32::System::LibraryLoader::GetModuleHandleW;
use windows::Win32::UI::WindowsAndMessaging::{
    BS_DEFPUSHBUTTON, BS_PUSHBUTTON, DLGTEMPLATE, DS_CENTER, DS_MODALFRAME, DialogBoxIndirectParamW,
    ES_AUTOHSCROLL, EndDialog, GetWindowLongPtrW, SetWindowLongPtrW, WINDOW_LONG_PTR_INDEX, WM_CLOSE,
    WM_COMMAND, WM_INITDIALOG, WS_BORDER, WS_CAPTION, WS_CHILD, WS_POPUP, WS_SYSMENU, WS_TABSTOP, WS_VISIBLE,
};

use super::window::{Message, Window};
use super::{Failure, notices};
use crate::ids::dialog as ids;
use crate::journal::{Journal, merged};

/// A question with two answers.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Title of the dialog.
    pub title: &'a str,
    /// The question itself.
    pub text: &'a str,
    /// Whether there is an edit for a reason.
    pub with_reason: bool,
}

/// The slot of a dialog that is the program's own (`DWLP_USER`): after the message result and the procedure.
const OWN: WINDOW_LONG_PTR_INDEX = WINDOW_LONG_PTR_INDEX((size_of::<isize>() * 2) as i32);

/// Classes by their numbers in a template.
const BUTTON: u16 = 0x80;
const EDIT: u16 = 0x81;
const STATIC: u16 = 0x82;

/// Opens the dialog and waits for its answer: `Yes`, or `No` for anything else. `owner` is disabled meanwhile.
pub fn ask(owner: Window, question: &Question<'_>, journal: &Rc<Journal>) -> Result<bool, Failure> {
    let template = template(question);
    let journal = Rc::clone(journal);
    // SAFETY: the template is complete, aligned to four bytes and outlives the call; the last argument points to
    // a value that outlives the call, which ends with the dialog.
    let answer = unsafe {
        DialogBoxIndirectParamW(
            Some(GetModuleHandleW(None)?.into()),
            template.as_ptr().cast::<DLGTEMPLATE>(),
            Some(owner.0),
            Some(procedure),
            LPARAM((&raw const journal) as isize),
        )
    };
    if answer < 0 {
        return Err(windows::core::Error::from_thread().into());
    }
    let yes = answer == isize::try_from(ids::YES).unwrap_or(0);
    journal.event("dialog_closed", json!({"answer": if yes { "yes" } else { "no" }}));
    Ok(yes)
}

unsafe extern "system" fn procedure(handle: HWND, number: u32, wparam: WPARAM, lparam: LPARAM) -> isize {
    let (dialog, message) = (Window(handle), Message { number, wparam: wparam.0, lparam: lparam.0 });
    if number == WM_INITDIALOG {
        // SAFETY: writes a number into the dialog's own slot.
        unsafe { SetWindowLongPtrW(handle, OWN, lparam.0) };
    }
    // SAFETY: reads a number from the dialog's own slot.
    let slot = unsafe { GetWindowLongPtrW(handle, OWN) } as *const Rc<Journal>;
    // SAFETY: the slot holds nothing yet, or the pointer that `ask` passed and keeps alive until the dialog ends.
    let Some(journal) = (unsafe { slot.as_ref() }) else { return 0 };
    notices::record(journal, dialog, message);
    match number {
        WM_INITDIALOG => {
            let place = dialog.place();
            let opened = json!({
                "hwnd": dialog.number(),
                "title": String::from_utf16_lossy(&dialog.text()),
                "rect": [place.x, place.y, place.x + place.width, place.y + place.height],
            });
            journal.event("dialog_opened", opened);
            1
        }
        WM_COMMAND if [ids::YES, ids::NO, 1, 2].contains(&message.low()) => {
            if let Some(reason) = dialog.child(ids::REASON) {
                journal.event("reason", merged(journal.text(&reason.text()), Value::Null));
            }
            end(dialog, if message.low() == 1 { ids::YES } else { message.low() });
            1
        }
        WM_CLOSE => {
            end(dialog, ids::NO);
            1
        }
        _ => 0,
    }
}

fn end(dialog: Window, answer: u16) {
    // SAFETY: takes the handle of a dialog that is open and a number.
    let _ = unsafe { EndDialog(dialog.0, isize::try_from(answer).unwrap_or(0)) };
}

/// The template in the form of `DLGTEMPLATE` and `DLGITEMTEMPLATE`, in dialog units; every item starts at a
/// multiple of four bytes.
fn template(question: &Question<'_>) -> Vec<u32> {
    let height: u16 = if question.with_reason { 80 } else { 60 };
    let items: u16 = if question.with_reason { 4 } else { 3 };
    let mut units = Units::default();
    let style = WS_POPUP.0 | WS_CAPTION.0 | WS_SYSMENU.0 | WS_VISIBLE.0 | (DS_MODALFRAME | DS_CENTER) as u32;
    units.double(style);
    units.double(0);
    units.push(&[items, 0, 0, 200, height]);
    units.push(&[0, 0]);
    units.text(question.title);
    let shown = WS_CHILD.0 | WS_VISIBLE.0;
    units.item(shown, [10, 10, 180, 20], ids::QUESTION, STATIC, question.text);
    if question.with_reason {
        let edit = shown | WS_TABSTOP.0 | WS_BORDER.0 | ES_AUTOHSCROLL as u32;
        units.item(edit, [10, 34, 180, 14], ids::REASON, EDIT, "");
    }
    let button = shown | WS_TABSTOP.0;
    units.item(button | BS_PUSHBUTTON as u32, [84, height - 22, 50, 14], ids::YES, BUTTON, "&Yes");
    units.item(button | BS_DEFPUSHBUTTON as u32, [140, height - 22, 50, 14], ids::NO, BUTTON, "&No");
    units.aligned()
}

/// A template under construction, in 16-bit units.
#[derive(Debug, Default)]
struct Units(Vec<u16>);

impl Units {
    fn push(&mut self, units: &[u16]) {
        self.0.extend_from_slice(units);
    }

    fn double(&mut self, value: u32) {
        self.push(&[(value & 0xFFFF) as u16, (value >> 16) as u16]);
    }

    fn text(&mut self, text: &str) {
        self.0.extend(text.encode_utf16().chain([0]));
    }

    fn item(&mut self, style: u32, place: [u16; 4], id: u16, class: u16, text: &str) {
        if self.0.len() % 2 == 1 {
            self.push(&[0]);
        }
        self.double(style);
        self.double(0);
        self.push(&place);
        self.push(&[id, 0xFFFF, class]);
        self.text(text);
        self.push(&[0]);
    }

    fn aligned(&self) -> Vec<u32> {
        let double = |pair: &[u16]| {
            let unit = |index: usize| u32::from(pair.get(index).copied().unwrap_or(0));
            unit(0) | unit(1) << 16
        };
        self.0.chunks(2).map(double).collect()
    }
}
