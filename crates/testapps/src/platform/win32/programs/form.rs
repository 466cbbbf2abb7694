//! One of every common control, with menus, a dialog and a second window.

use std::rc::Rc;

use clap::Parser;
use serde_json::json;
use windows::Win32::UI::Controls::{
    BST_INDETERMINATE, PBM_SETPOS, SB_SETPARTS, SB_SETTEXTW, TBM_SETPOS, TBM_SETRANGE, TVE_EXPAND, TVM_EXPAND,
};
use windows::Win32::UI::WindowsAndMessaging::{
    BM_SETCHECK, CB_SETCURSEL, CheckMenuItem, FCONTROL, FSHIFT, GetMenu, LB_SETCURSEL, MF_BYCOMMAND,
    MF_CHECKED, MF_UNCHECKED, SW_SHOW, WM_COMMAND, WM_SIZE,
};

use crate::Program;
use crate::ids::{self, form};
use crate::journal::Journal;
use crate::platform::win32::Failure;
use crate::platform::win32::control::{self, Control, Kind};
use crate::platform::win32::dialog::{self, Question};
use crate::platform::win32::frame::Frame;
use crate::platform::win32::loops::Navigation;
use crate::platform::win32::menu::{self, Entry};
use crate::platform::win32::options::{Place, Shared};
use crate::platform::win32::stage::Stage;
use crate::platform::win32::window::{Message, Window};

/// A window with one of every common control.
#[derive(Debug, Parser)]
#[command(name = "form")]
struct Options {
    #[command(flatten)]
    shared: Shared,
    /// What the password edit holds at the start.
    #[arg(long, default_value = "correct horse battery staple")]
    password: String,
}

const MENUS: &[Entry<'_>] = &[
    Entry::Menu(
        "&File",
        &[
            Entry::Command(form::MENU_NEW, "&New\tCtrl+N"),
            Entry::Command(form::MENU_OPEN, "&Open...\tCtrl+O"),
            Entry::Command(form::MENU_SAVE, "&Save\tCtrl+S"),
            Entry::Line,
            Entry::Command(form::MENU_EXIT, "E&xit"),
        ],
    ),
    Entry::Menu(
        "&Edit",
        &[
            Entry::Command(form::MENU_COPY, "&Copy\tCtrl+Shift+C"),
            Entry::Greyed(form::MENU_PASTE, "&Paste"),
            Entry::Checked(form::MENU_WRAP, "&Word wrap"),
            Entry::Menu("&Find", &[Entry::Command(form::MENU_FIND_NEXT, "&Next\tF3")]),
        ],
    ),
];

const F3: u16 = 0x72;

/// Opens the window and runs it.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let stage = Rc::new(Stage::new(Program::Form, "Form", options.shared.clone())?);
    let control = |key: u8, id: u16| (FCONTROL, u16::from(key), id);
    let keys = menu::accelerators(&[
        control(b'N', form::MENU_NEW),
        control(b'O', form::MENU_OPEN),
        control(b'S', form::MENU_SAVE),
        (FCONTROL | FSHIFT, u16::from(b'C'), form::MENU_COPY),
        (Default::default(), F3, form::MENU_FIND_NEXT),
    ])?;
    let window = open(&stage, None)?;
    fill(window, &options.password)?;
    stage.show(window, json!({}));
    stage.run(Navigation::Dialog, Some(keys));
    Ok(())
}

fn open(stage: &Rc<Stage>, owner: Option<Window>) -> Result<Window, Failure> {
    let frame = stage.frame(760, 540);
    let frame = Frame { menu: Some(menu::bar(MENUS)?), owner, ..frame };
    let inner = Rc::clone(stage);
    stage.open(&frame, move |window, message| match message.number {
        WM_COMMAND => command(&inner, window, message),
        WM_SIZE => {
            // A status bar places itself.
            window.child(form::STATUS)?.send(WM_SIZE, 0, 0);
            None
        }
        _ => None,
    })
}

fn command(stage: &Rc<Stage>, window: Window, message: Message) -> Option<isize> {
    if message.lparam != 0 && message.high() != 0 {
        return None;
    }
    match message.low() {
        form::DELETE => delete(window, &stage.journal),
        form::SECOND => match second(stage, window) {
            Ok(other) => stage.announce(other, json!({"second": true})),
            Err(failure) => eprintln!("no second window: {failure}"),
        },
        form::MENU_WRAP => toggle_wrap(window, &stage.journal),
        form::MENU_EXIT => window.destroy(),
        form::SUBMIT => {
            for id in [form::NAME, form::NOTES] {
                let text = window.child(id)?.text();
                stage
                    .journal
                    .event("submitted", crate::journal::merged(json!({"id": id}), stage.journal.text(&text)));
            }
        }
        _ => return None,
    }
    Some(0)
}

fn delete(window: Window, journal: &Rc<Journal>) {
    let question =
        Question { title: "Delete everything?", text: "This cannot be undone.", with_reason: false };
    match dialog::ask(window, &question, journal) {
        Ok(true) => status(window, 0, "Deleted"),
        Ok(false) => status(window, 0, "Kept"),
        Err(failure) => eprintln!("no dialog: {failure}"),
    }
}

/// A window of the same title with one button.
fn second(stage: &Rc<Stage>, first: Window) -> Result<Window, Failure> {
    let place = first.place();
    let frame = Frame { corner: Some((place.x + 80, place.y + 80)), ..stage.frame(320, 160) };
    let other = stage.open(&frame, |_, _| None)?;
    Control::new(Kind::Button, ids::SUBJECT, "Press", Place::new(20, 20, 100, 28)).create(other)?;
    other.show(SW_SHOW);
    other.update();
    other.to_front();
    Ok(other)
}

fn toggle_wrap(window: Window, journal: &Journal) {
    // SAFETY: takes handles and numbers; the reply is the state before, which decides the state after.
    let checked = unsafe {
        let menu = GetMenu(window.0);
        let before = CheckMenuItem(menu, form::MENU_WRAP.into(), (MF_BYCOMMAND | MF_UNCHECKED).0);
        let checked = before != MF_CHECKED.0;
        if checked {
            CheckMenuItem(menu, form::MENU_WRAP.into(), (MF_BYCOMMAND | MF_CHECKED).0);
        }
        checked
    };
    journal.event("wrap", json!({"checked": checked}));
}

fn status(window: Window, part: usize, text: &str) {
    if let Some(bar) = window.child(form::STATUS) {
        bar.send_text(SB_SETTEXTW, part, &text.encode_utf16().collect::<Vec<_>>());
    }
}

fn fill(window: Window, password: &str) -> Result<(), Failure> {
    texts(window, password)?;
    choices(window)?;
    lists(window)?;
    bars(window)?;
    buttons(window)
}

fn texts(window: Window, password: &str) -> Result<(), Failure> {
    let rows = [
        (Kind::Edit, form::NAME, "&Name:", "Ada Lovelace", 22),
        (Kind::PasswordEdit, form::PASSWORD, "&Password:", password, 22),
        (Kind::ReadOnlyEdit, form::READ_ONLY, "Serial number:", "AB-1234", 22),
        (Kind::MultilineEdit, form::NOTES, "N&otes:", "First line\r\nSecond line", 70),
    ];
    let mut y = 12;
    for (kind, id, label, text, height) in rows {
        Control::new(Kind::Label, 0, label, Place::new(12, y + 3, 90, 18)).create(window)?;
        Control::new(kind, id, text, Place::new(106, y, 220, height)).create(window)?;
        y += height + 6;
    }
    let mut hidden =
        Control::new(Kind::Edit, form::HIDDEN_EDIT, "text of a hidden edit", Place::new(106, y, 220, 22));
    hidden.visible = false;
    hidden.create(window)?;
    Ok(())
}

fn choices(window: Window) -> Result<(), Failure> {
    let subscribe = Control::new(Kind::CheckBox, form::SUBSCRIBE, "Su&bscribe", Place::new(12, 182, 120, 20));
    subscribe.create(window)?.send(BM_SETCHECK, 1, 0);
    let partial = Control::new(Kind::ThreeState, form::PARTIAL, "Partly", Place::new(140, 182, 120, 20));
    partial.create(window)?.send(BM_SETCHECK, usize::try_from(BST_INDETERMINATE.0).unwrap_or(0), 0);
    Control::new(Kind::GroupBox, 0, "Size", Place::new(12, 206, 314, 48)).create(window)?;
    let sizes = [(form::SMALL, "S&mall", 24), (form::MEDIUM, "Medi&um", 124), (form::LARGE, "&Large", 224)];
    for (id, text, x) in sizes {
        let mut size = Control::new(Kind::RadioButton, id, text, Place::new(x, 226, 90, 20));
        size.starts_group = id == form::SMALL;
        size.create(window)?.send(BM_SETCHECK, usize::from(id == form::MEDIUM), 0);
    }
    let mut country = Control::new(Kind::DropDownList, form::COUNTRY, "", Place::new(106, 262, 220, 160));
    country.starts_group = true;
    let country = country.create(window)?;
    control::add_choices(country, &["Austria", "Brazil", "Canada", "Denmark", "Österreich", "日本"]);
    country.send(CB_SETCURSEL, 2, 0);
    let city = Control::new(Kind::ComboBox, form::CITY, "", Place::new(106, 292, 220, 160)).create(window)?;
    control::add_choices(city, &["Vienna", "Graz", "Linz"]);
    city.set_text("Vienna");
    for (text, y) in [("&Country:", 265), ("C&ity:", 295)] {
        Control::new(Kind::Label, 0, text, Place::new(12, y, 90, 18)).create(window)?;
    }
    Ok(())
}

fn lists(window: Window) -> Result<(), Failure> {
    let fruit = Control::new(Kind::ListBox, form::FRUIT, "", Place::new(12, 326, 150, 96)).create(window)?;
    control::add_entries(
        fruit,
        &["Apple", "Banana", "Cherry", "Date", "Elderberry", "Fig", "Grape", "Honeydew"],
    );
    fruit.send(LB_SETCURSEL, 1, 0);
    let tree =
        Control::new(Kind::TreeView, form::FOLDERS, "", Place::new(176, 326, 150, 96)).create(window)?;
    let root = control::add_node(tree, 0, "Computer");
    let documents = control::add_node(tree, root, "Documents");
    control::add_node(tree, documents, "Letters");
    control::add_node(tree, root, "Pictures");
    control::add_node(tree, 0, "Network");
    tree.send(TVM_EXPAND, usize::try_from(TVE_EXPAND.0).unwrap_or(0), root);
    let tabs =
        Control::new(Kind::TabControl, form::PAGES, "", Place::new(344, 12, 390, 60)).create(window)?;
    for (index, text) in ["General", "Details", "Security"].iter().enumerate() {
        control::add_tab(tabs, index, text);
    }
    let files =
        Control::new(Kind::ListView, form::FILES, "", Place::new(344, 80, 390, 174)).create(window)?;
    for (index, (text, width)) in [("File", 180), ("Size", 80), ("Kind", 100)].into_iter().enumerate() {
        control::add_column(files, index, text, width);
    }
    let rows = [
        ["report.docx", "12 kB", "Document"],
        ["photo.png", "2 MB", "Picture"],
        ["main.rs", "3 kB", "Source"],
    ];
    for (row, texts) in (0..).zip(rows) {
        control::add_row(files, row, &texts);
    }
    Ok(())
}

fn bars(window: Window) -> Result<(), Failure> {
    Control::new(Kind::Label, 0, "&Volume:", Place::new(344, 268, 60, 18)).create(window)?;
    let volume =
        Control::new(Kind::TrackBar, form::VOLUME, "", Place::new(410, 262, 220, 30)).create(window)?;
    volume.send(TBM_SETRANGE, 1, 100 << 16);
    volume.send(TBM_SETPOS, 1, 30);
    let progress = Control::new(Kind::ProgressBar, form::PROGRESS, "", Place::new(344, 300, 286, 16));
    progress.create(window)?.send(PBM_SETPOS, 40, 0);
    let bar = Control::new(Kind::StatusBar, form::STATUS, "", Place::new(0, 0, 0, 0)).create(window)?;
    let mut parts = [300, -1];
    // SAFETY: the message reads as many numbers as its first argument says.
    unsafe { bar.send_value(SB_SETPARTS, parts.len(), &mut parts) };
    status(window, 0, "Ready");
    status(window, 1, "Line 1, column 1");
    Ok(())
}

fn buttons(window: Window) -> Result<(), Failure> {
    let place = |index: i32| Place::new(344 + (index % 3) * 130, 340 + (index / 3) * 36, 122, 28);
    let mut all = [
        Control::new(Kind::DefaultButton, form::SUBMIT, "Submit", place(0)),
        Control::new(Kind::Button, form::DELETE, "&Delete...", place(1)),
        Control::new(Kind::Button, form::SECOND, "Second &window", place(2)),
        Control::new(Kind::Button, form::DISABLED, "Not now", place(3)),
        Control::new(Kind::Button, form::HIDDEN, "Hidden", place(4)),
    ];
    for control in &mut all {
        control.enabled = control.id != form::DISABLED;
        control.visible = control.id != form::HIDDEN;
        control.create(window)?;
    }
    Ok(())
}
