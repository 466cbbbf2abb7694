//! Child controls: the classes and styles of the ordinary ones, and what stands in them.

use windows::Win32::Graphics::Gdi::{DEFAULT_GUI_FONT, GetStockObject};
use windows::Win32::System::LibraryLoader::GetModuleHandleW;
use windows::Win32::UI::Controls::{HTREEITEM, TVI_LAST};
use windows::Win32::UI::Controls::{
    LVCF_TEXT, LVCF_WIDTH, LVCOLUMNW, LVIF_TEXT, LVITEMW, LVM_INSERTCOLUMNW, LVM_INSERTITEMW, LVM_SETITEMW,
    LVS_REPORT, LVS_SHOWSELALWAYS, PROGRESS_CLASSW, STATUSCLASSNAMEW, TCIF_TEXT, TCITEMW, TCM_INSERTITEMW,
    TRACKBAR_CLASSW, TVIF_TEXT, TVINSERTSTRUCTW, TVINSERTSTRUCTW_0, TVITEMW, TVM_INSERTITEMW, TVS_HASBUTTONS,
    TVS_HASLINES, TVS_LINESATROOT, TVS_SHOWSELALWAYS, WC_BUTTONW, WC_COMBOBOXW, WC_EDITW, WC_LISTBOXW,
    WC_LISTVIEWW, WC_STATICW, WC_TABCONTROLW, WC_TREEVIEWW,
};
use windows::Win32::UI::WindowsAndMessaging::{
    BS_AUTO3STATE, BS_AUTOCHECKBOX, BS_AUTORADIOBUTTON, BS_DEFPUSHBUTTON, BS_GROUPBOX, BS_PUSHBUTTON,
    CB_ADDSTRING, CBS_AUTOHSCROLL, CBS_DROPDOWN, CBS_DROPDOWNLIST, CreateWindowExW, ES_AUTOHSCROLL,
    ES_AUTOVSCROLL, ES_MULTILINE, ES_PASSWORD, ES_READONLY, ES_WANTRETURN, HMENU, LB_ADDSTRING,
    LBS_HASSTRINGS, LBS_NOTIFY, WINDOW_EX_STYLE, WINDOW_STYLE, WM_SETFONT, WS_BORDER, WS_CHILD, WS_DISABLED,
    WS_EX_CLIENTEDGE, WS_GROUP, WS_TABSTOP, WS_VISIBLE, WS_VSCROLL,
};
use windows::core::{PCWSTR, PWSTR};

use super::options::Place;
use super::window::{Window, wide};

/// The ordinary controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text that takes no input.
    Label,
    /// A titled border around other controls.
    GroupBox,
    /// A push button.
    Button,
    /// The push button that Enter presses.
    DefaultButton,
    /// On or off.
    CheckBox,
    /// On, off or in between.
    ThreeState,
    /// One of several; the first of a group has `starts_group`.
    RadioButton,
    /// One line of text.
    Edit,
    /// Several lines of text.
    MultilineEdit,
    /// One line that shows dots.
    PasswordEdit,
    /// One line that cannot be changed.
    ReadOnlyEdit,
    /// A drop-down list.
    DropDownList,
    /// A drop-down list with an edit.
    ComboBox,
    /// A list of texts.
    ListBox,
    /// A tree.
    TreeView,
    /// Tabs.
    TabControl,
    /// Rows and columns.
    ListView,
    /// A slider.
    TrackBar,
    /// A progress bar.
    ProgressBar,
    /// The bar at the bottom of a window.
    StatusBar,
}

/// A control to create; build on [`Control::new`].
#[derive(Clone, Copy, Debug)]
pub struct Control<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: &'a str,
    /// Its control id.
    pub id: u16,
    /// Its place in the parent.
    pub place: Place,
    /// Whether it is shown.
    pub visible: bool,
    /// Whether it takes input.
    pub enabled: bool,
    /// Whether it starts a group of radio buttons.
    pub starts_group: bool,
}

impl<'a> Control<'a> {
    /// A control that is visible and enabled.
    pub const fn new(kind: Kind, id: u16, text: &'a str, place: Place) -> Self {
        Self { kind, text, id, place, visible: true, enabled: true, starts_group: false }
    }

    /// Creates it in `parent`.
    pub fn create(self, parent: Window) -> windows::core::Result<Window> {
        let (class, mut style, extended) = look(self.kind);
        style |= WS_CHILD.0;
        for (wanted, bits) in
            [(self.visible, WS_VISIBLE), (!self.enabled, WS_DISABLED), (self.starts_group, WS_GROUP)]
        {
            style |= if wanted { bits.0 } else { 0 };
        }
        let text = wide(self.text);
        let Place { x, y, width, height } = self.place;
        let id = HMENU(usize::from(self.id) as *mut _);
        // SAFETY: class and text end with a NUL and outlive the call; for a child the menu is its id.
        let window = unsafe {
            CreateWindowExW(
                extended,
                class,
                PCWSTR(text.as_ptr()),
                WINDOW_STYLE(style),
                x,
                y,
                width,
                height,
                Some(parent.0),
                Some(id),
                Some(GetModuleHandleW(None)?.into()),
                None,
            )?
        };
        let window = Window(window);
        // SAFETY: takes a constant; stock objects are never freed.
        let font = unsafe { GetStockObject(DEFAULT_GUI_FONT) };
        window.send(WM_SETFONT, font.0 as usize, 0);
        Ok(window)
    }
}

/// Class, style and extended style of a kind.
fn look(kind: Kind) -> (PCWSTR, u32, WINDOW_EX_STYLE) {
    let stop = WS_TABSTOP.0;
    let plain = WINDOW_EX_STYLE(0);
    let edit = |style: i32| (WC_EDITW, stop | style as u32, WS_EX_CLIENTEDGE);
    let button = |style: i32| (WC_BUTTONW, stop | style as u32, plain);
    match kind {
        Kind::Label => (WC_STATICW, 0, plain),
        Kind::GroupBox => (WC_BUTTONW, BS_GROUPBOX as u32, plain),
        Kind::Button => button(BS_PUSHBUTTON),
        Kind::DefaultButton => button(BS_DEFPUSHBUTTON),
        Kind::CheckBox => button(BS_AUTOCHECKBOX),
        Kind::ThreeState => button(BS_AUTO3STATE),
        Kind::RadioButton => (WC_BUTTONW, BS_AUTORADIOBUTTON as u32, plain),
        Kind::Edit => edit(ES_AUTOHSCROLL),
        Kind::MultilineEdit => {
            let (class, style, extended) = edit(ES_MULTILINE | ES_AUTOVSCROLL | ES_WANTRETURN);
            (class, style | WS_VSCROLL.0, extended)
        }
        Kind::PasswordEdit => edit(ES_AUTOHSCROLL | ES_PASSWORD),
        Kind::ReadOnlyEdit => edit(ES_AUTOHSCROLL | ES_READONLY),
        Kind::DropDownList => (WC_COMBOBOXW, stop | CBS_DROPDOWNLIST as u32 | WS_VSCROLL.0, plain),
        Kind::ComboBox => {
            (WC_COMBOBOXW, stop | CBS_DROPDOWN as u32 | CBS_AUTOHSCROLL as u32 | WS_VSCROLL.0, plain)
        }
        Kind::ListBox => {
            (WC_LISTBOXW, stop | (LBS_NOTIFY | LBS_HASSTRINGS) as u32 | WS_VSCROLL.0, WS_EX_CLIENTEDGE)
        }
        Kind::TreeView => {
            let lines = TVS_HASBUTTONS | TVS_HASLINES | TVS_LINESATROOT | TVS_SHOWSELALWAYS;
            (WC_TREEVIEWW, stop | lines | WS_BORDER.0, plain)
        }
        Kind::TabControl => (WC_TABCONTROLW, stop, plain),
        Kind::ListView => (WC_LISTVIEWW, stop | LVS_REPORT | LVS_SHOWSELALWAYS | WS_BORDER.0, plain),
        Kind::TrackBar => (TRACKBAR_CLASSW, stop, plain),
        Kind::ProgressBar => (PROGRESS_CLASSW, 0, plain),
        Kind::StatusBar => (STATUSCLASSNAMEW, 0, plain),
    }
}

/// Adds entries to a drop-down list or combo box.
pub fn add_choices(combo: Window, entries: &[&str]) {
    for entry in entries {
        combo.send_text(CB_ADDSTRING, 0, &units(entry));
    }
}

/// Adds entries to a list box.
pub fn add_entries(list: Window, entries: &[&str]) {
    for entry in entries {
        list.send_text(LB_ADDSTRING, 0, &units(entry));
    }
}

/// Adds a node to a tree view below `parent` (0: at the root) and gives its handle.
pub fn add_node(tree: Window, parent: isize, text: &str) -> isize {
    let mut text = wide(text);
    let item = TVITEMW { mask: TVIF_TEXT, pszText: PWSTR(text.as_mut_ptr()), ..TVITEMW::default() };
    let mut node = TVINSERTSTRUCTW {
        hParent: HTREEITEM(parent),
        hInsertAfter: TVI_LAST,
        Anonymous: TVINSERTSTRUCTW_0 { item },
    };
    // SAFETY: the message takes this structure, whose text ends with a NUL and outlives the call.
    unsafe { tree.send_value(TVM_INSERTITEMW, 0, &mut node) }
}

/// Adds a tab.
pub fn add_tab(tabs: Window, index: usize, text: &str) {
    let mut text = wide(text);
    let mut tab = TCITEMW { mask: TCIF_TEXT, pszText: PWSTR(text.as_mut_ptr()), ..TCITEMW::default() };
    // SAFETY: the message takes this structure, whose text ends with a NUL and outlives the call.
    unsafe { tabs.send_value(TCM_INSERTITEMW, index, &mut tab) };
}

/// Adds a column of this width to a list view.
pub fn add_column(list: Window, index: usize, text: &str, width: i32) {
    let mut text = wide(text);
    let mut column = LVCOLUMNW {
        mask: LVCF_TEXT | LVCF_WIDTH,
        cx: width,
        pszText: PWSTR(text.as_mut_ptr()),
        ..LVCOLUMNW::default()
    };
    // SAFETY: the message takes this structure, whose text ends with a NUL and outlives the call.
    unsafe { list.send_value(LVM_INSERTCOLUMNW, index, &mut column) };
}

/// Adds a row to a list view, one text for each column.
pub fn add_row(list: Window, row: i32, texts: &[&str]) {
    for (column, text) in (0..).zip(texts) {
        let mut text = wide(text);
        let mut cell = LVITEMW {
            mask: LVIF_TEXT,
            iItem: row,
            iSubItem: column,
            pszText: PWSTR(text.as_mut_ptr()),
            ..LVITEMW::default()
        };
        let number = if column == 0 { LVM_INSERTITEMW } else { LVM_SETITEMW };
        // SAFETY: the message takes this structure, whose text ends with a NUL and outlives the call.
        unsafe { list.send_value(number, 0, &mut cell) };
    }
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}
