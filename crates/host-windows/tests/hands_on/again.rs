//! A window looked at again: whatever happened to it meanwhile, it reads as if for the first time.

use std::time::{Duration, Instant};

use host_windows::source::{Handles, Job, Recall, Source};
use model::{
    TreeLimits,
    ui::{Tree, tree_text},
};
use testapps::ids::{self, form};
use windows::Win32::{
    Foundation::{LPARAM, WPARAM},
    UI::{
        Controls::{EM_SETPASSWORDCHAR, EM_SETREADONLY, PBM_SETPOS, TBM_SETPOS},
        Input::KeyboardAndMouse::EnableWindow,
        WindowsAndMessaging::{
            BM_CLICK, BM_SETCHECK, BM_SETSTYLE, CB_RESETCONTENT, CB_SELECTSTRING, CB_SETCURSEL, GWL_STYLE,
            GWLP_ID, LB_ADDSTRING, LB_DELETESTRING, LB_INSERTSTRING, LB_RESETCONTENT, LB_SELECTSTRING,
            LB_SETCURSEL, LB_SETITEMHEIGHT, LB_SETTOPINDEX, PostMessageW, SB_PAGEDOWN, SW_HIDE, SW_SHOW,
            SWP_NOSIZE, SWP_NOZORDER, SendMessageW, SetParent, SetWindowLongPtrW, SetWindowPos, ShowWindow,
            WM_SETTEXT, WM_VSCROLL,
        },
    },
};
use windows::core::HSTRING;

use crate::program::{Program, hwnd, job};

const ALL: TreeLimits =
    TreeLimits { interactive_only: false, max_elements: 5000, max_depth: 64, query: None };

/// A program whose window was looked at.
struct Looked {
    program: Program,
    source: Handles,
    last: Tree,
}

impl Looked {
    fn at(name: &str, arguments: &[&str]) -> Self {
        let program = Program::start(name, arguments);
        let mut source = Handles::new(program.window().key);
        let keep = Job { recall: Recall::Keep, ..job() };
        let last = source.tree(&program.window(), None, &ALL, &keep).unwrap();
        Self { program, source, last }
    }

    fn again(&mut self) -> Tree {
        let again = Job { recall: Recall::Use, ..job() };
        self.source.tree(&self.program.window(), None, &ALL, &again).unwrap()
    }

    /// After a change, which must show, the window reads again as it reads for the first time.
    fn shows(&mut self, what: &str, change: impl FnOnce(&Program)) {
        change(&self.program);
        let again = self.again();
        let afresh = Handles::new(self.program.window().key);
        let afresh = { afresh }.tree(&self.program.window(), None, &ALL, &job()).unwrap();
        assert!(again == afresh, "{what}: again\n{}\nafresh\n{}", tree_text(&again), tree_text(&afresh));
        assert!(afresh != self.last, "{what} changes nothing\n{}", tree_text(&afresh));
        self.last = afresh;
    }
}

fn send(control: u64, message: u32, first: usize, second: isize) {
    // SAFETY: the messages that are sent here carry numbers alone.
    unsafe { SendMessageW(hwnd(control), message, Some(WPARAM(first)), Some(LPARAM(second))) };
}

fn send_text(control: u64, message: u32, first: usize, text: &str) {
    let text = HSTRING::from(text);
    let address = LPARAM(text.as_ptr().expose_provenance().cast_signed());
    // SAFETY: the text ends with a NUL and lives through the call; the system carries it over.
    unsafe { SendMessageW(hwnd(control), message, Some(WPARAM(first)), Some(address)) };
}

const ANY: usize = usize::MAX;

#[test]
fn what_changed_is_read_again_whoever_changed_it() {
    let mut looked = Looked::at("form", &[]);
    let set =
        |id: u16, text: &'static str| move |form: &Program| send_text(form.control(id), WM_SETTEXT, 0, text);
    looked.shows("text of an edit", set(form::NAME, "Grace"));
    looked.shows("text of as many characters", set(form::NAME, "Alice"));
    looked.shows("text of a document", set(form::NOTES, "Other"));
    let long = |end: &str| -> &'static str { format!("{}{end}", "x".repeat(300)).leak() };
    looked.shows("a long text", set(form::NOTES, long("one")));
    looked.shows("the end of a long text", set(form::NOTES, long("two")));
    looked.shows("text of a button", set(form::SUBMIT, "Send"));
    looked.shows("text of a combo box", set(form::CITY, "Nowhere"));
    let tell = |id: u16, message: u32, first: usize, second: isize| {
        move |form: &Program| send(form.control(id), message, first, second)
    };
    looked.shows("a check", tell(form::SUBSCRIBE, BM_SETCHECK, 0, 0));
    looked.shows("the same check", tell(form::SUBSCRIBE, BM_SETCHECK, 1, 0));
    looked.shows("a click on a check box", tell(form::SUBSCRIBE, BM_CLICK, 0, 0));
    looked.shows("a radio button", tell(form::LARGE, BM_CLICK, 0, 0));
    looked.shows("a kind of button", tell(form::PARTIAL, BM_SETSTYLE, 9, 1));
    looked.shows("a choice", tell(form::COUNTRY, CB_SETCURSEL, 0, 0));
    looked
        .shows("a choice by text", |form| send_text(form.control(form::COUNTRY), CB_SELECTSTRING, ANY, "C"));
    looked.shows("no choices", tell(form::COUNTRY, CB_RESETCONTENT, 0, 0));
    looked.shows("a slider", tell(form::VOLUME, TBM_SETPOS, 1, 77));
    looked.shows("a progress bar", tell(form::PROGRESS, PBM_SETPOS, 78, 0));
    looked.shows("read-only", tell(form::NAME, EM_SETREADONLY, 1, 0));
    looked.shows("hidden text", tell(form::NAME, EM_SETPASSWORDCHAR, 0x2A, 0));
}

#[test]
fn entries_of_a_list_are_read_again_where_they_changed() {
    let mut looked = Looked::at("form", &[]);
    let tell =
        |message: u32, first: usize| move |form: &Program| send(form.control(form::FRUIT), message, first, 0);
    let text = |message: u32, first: usize, text: &'static str| {
        move |form: &Program| send_text(form.control(form::FRUIT), message, first, text)
    };
    looked.shows("another one chosen", tell(LB_SETCURSEL, 0));
    looked.shows("one chosen by its text", text(LB_SELECTSTRING, ANY, "Banana"));
    looked.shows("one more", text(LB_ADDSTRING, 0, "Quince"));
    looked.shows("one before", text(LB_INSERTSTRING, 0, "Zebra"));
    looked.shows("one less", tell(LB_DELETESTRING, 1));
    looked.shows("another one in its place", |form| {
        send(form.control(form::FRUIT), LB_DELETESTRING, 1, 0);
        send_text(form.control(form::FRUIT), LB_INSERTSTRING, 1, "Other");
    });
    looked.shows("scrolled", tell(LB_SETTOPINDEX, 2));
    looked.shows("higher", |form| send(form.control(form::FRUIT), LB_SETITEMHEIGHT, 0, 31));
    looked.shows("none", tell(LB_RESETCONTENT, 0));
    looked.shows("others", |form| send_text(form.control(form::FRUIT), LB_ADDSTRING, 0, "New"));
    looked.shows("others in place of others", |form| {
        send(form.control(form::FRUIT), LB_RESETCONTENT, 0, 0);
        send_text(form.control(form::FRUIT), LB_ADDSTRING, 0, "Newer");
    });
}

#[test]
fn controls_that_come_go_move_or_take_no_input_are_read_again() {
    let mut looked = Looked::at("controls", &["--count", "400"]);
    let id = |index: u16| ids::FIRST_OF_MANY + index;
    let tell = |message: u32, id: u16| move |many: &Program| send(many.hwnd, message, id.into(), 0);
    looked.shows("its own change", tell(ids::ACT, id(1)));
    looked.shows("a disabled one", tell(ids::TOGGLE_ENABLED, id(2)));
    looked.shows("an enabled one", tell(ids::TOGGLE_ENABLED, id(2)));
    looked.shows("one destroyed", tell(ids::DESTROY, id(7)));
    looked.shows("one added", tell(ids::ADD, 0));
    looked.shows("scrolled", |many| send(many.hwnd, WM_VSCROLL, SB_PAGEDOWN.0 as usize, 0));
    let show = |how| {
        move |many: &Program| {
            // SAFETY: takes any window.
            let _ = unsafe { ShowWindow(hwnd(many.control(id(11))), how) };
        }
    };
    looked.shows("one hidden", show(SW_HIDE));
    looked.shows("one shown", show(SW_SHOW));
    looked.shows("one taking no input by another's doing", |many| {
        // SAFETY: takes any window.
        let _ = unsafe { EnableWindow(hwnd(many.control(id(2))), false) };
    });
    looked.shows("one moved", |many| {
        let button = hwnd(many.control(id(11)));
        // SAFETY: takes any window.
        unsafe { SetWindowPos(button, None, 500, 90, 80, 20, SWP_NOZORDER) }.unwrap();
    });
    looked.shows("the window moved", |many| {
        let flags = SWP_NOZORDER | SWP_NOSIZE;
        // SAFETY: takes any window.
        unsafe { SetWindowPos(hwnd(many.hwnd), None, 9, 11, 0, 0, flags) }.unwrap();
    });
    looked.shows("one in another", |many| {
        // SAFETY: takes any windows.
        unsafe { SetParent(hwnd(many.control(id(12))), Some(hwnd(many.control(id(13))))) }.unwrap();
    });
    looked.shows("another id", |many| {
        // SAFETY: takes any window and a number.
        unsafe { SetWindowLongPtrW(hwnd(many.control(id(11))), GWLP_ID, 4242) };
    });
    let style = |many: &Program, bits: isize| {
        // SAFETY: takes any window and a number.
        unsafe { SetWindowLongPtrW(hwnd(many.control(id(8))), GWL_STYLE, bits) };
    };
    looked.shows("a style", |many| style(many, 0x5800_0003));
}

#[test]
fn a_window_that_hangs_when_looked_at_again_costs_no_more_than_the_time_given() {
    let mut looked = Looked::at("hang", &[]);
    // SAFETY: takes any window and two numbers.
    unsafe { PostMessageW(Some(hwnd(looked.program.hwnd)), ids::ACT, WPARAM(0), LPARAM(0)) }.unwrap();
    looked.program.wait_for("the hang", |line| line["event"] == "hanging");
    let start = Instant::now();
    let short = Job { recall: Recall::Use, deadline: start + Duration::from_millis(1500), ..job() };
    let tree = looked.source.tree(&looked.program.window(), None, &ALL, &short).unwrap();
    assert!(tree.notes.iter().any(|note| note.contains("does not answer")), "{:?}", tree.notes);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}
