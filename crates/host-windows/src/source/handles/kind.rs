//! What a control is: told by its window class and style bits.
//!
//! Classes and styles: "Windows Controls" of the Windows API documentation.

use model::ui::Role;

/// The ordinary controls, as far as they are operated differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A push button.
    Push,
    /// A check box, of two or three states.
    Check,
    /// One of several.
    Radio,
    /// A titled border around others.
    GroupBox,
    /// One line of text.
    Edit,
    /// Several lines of text.
    Lines,
    /// A rich edit.
    Rich,
    /// A combo box or drop-down list.
    Combo,
    /// What drops down from a combo box.
    Dropped,
    /// A list of texts.
    ListBox,
    /// A list view.
    ListView,
    /// A tree view.
    TreeView,
    /// Tabs.
    Tab,
    /// A status bar.
    StatusBar,
    /// A tool bar.
    ToolBar,
    /// A progress bar.
    Progress,
    /// A track bar.
    Slider,
    /// A scroll bar of its own.
    ScrollBar,
    /// Text that takes no input.
    Label,
    /// A picture.
    Picture,
    /// Column headers.
    Header,
    /// Up and down arrows.
    Spinner,
    /// Text with links.
    Link,
    /// A month calendar.
    Calendar,
    /// A field for a date or time.
    Date,
    /// A menu that is open.
    Menu,
    /// A tool tip.
    ToolTip,
    /// What holds others: a dialog page, a rebar, a client area.
    Pane,
    /// None of these.
    Other,
}

const SS_TYPE: u32 = 0x1F;
const SS_ETCHED: [u32; 3] = [0x10, 0x11, 0x12];
const SS_PICTURES: [u32; 4] = [0x03, 0x0D, 0x0E, 0x0F];
const BS_TYPE: u32 = 0x0F;
const ES_MULTILINE: u32 = 0x04;
const ES_PASSWORD: u32 = 0x20;
const ES_READONLY: u32 = 0x800;

/// What a control of this class and style is.
pub(super) fn kind(class: &str, style: u32) -> Kind {
    let class = class.to_ascii_lowercase();
    let class = plain_class(&class);
    match class {
        "button" => button(style),
        "edit" if style & ES_MULTILINE != 0 => Kind::Lines,
        "edit" => Kind::Edit,
        "combobox" | "comboboxex32" => Kind::Combo,
        "combolbox" => Kind::Dropped,
        "listbox" => Kind::ListBox,
        "syslistview32" => Kind::ListView,
        "systreeview32" => Kind::TreeView,
        "systabcontrol32" => Kind::Tab,
        "msctls_statusbar32" => Kind::StatusBar,
        "toolbarwindow32" => Kind::ToolBar,
        "msctls_progress32" => Kind::Progress,
        "msctls_trackbar32" => Kind::Slider,
        "scrollbar" => Kind::ScrollBar,
        "static" => label(style),
        "sysheader32" => Kind::Header,
        "msctls_updown32" => Kind::Spinner,
        "syslink" => Kind::Link,
        "sysmonthcal32" => Kind::Calendar,
        "sysdatetimepick32" => Kind::Date,
        "#32768" => Kind::Menu,
        "tooltips_class32" => Kind::ToolTip,
        "#32770" | "rebarwindow32" | "mdiclient" | "sysanimate32" | "syspager" => Kind::Pane,
        rich if rich.starts_with("richedit") => Kind::Rich,
        _ => Kind::Other,
    }
}

/// A class without what frameworks put around the name of the system's class that they build on.
fn plain_class(class: &str) -> &str {
    if let Some(rest) = class.strip_prefix("windowsforms10.") {
        return rest.split('.').next().unwrap_or(rest);
    }
    match class {
        "tbutton" | "tcheckbox" | "tradiobutton" | "tgroupbox" => "button",
        "tedit" | "tmemo" | "tmaskedit" => "edit",
        "tcombobox" => "combobox",
        "tlistbox" => "listbox",
        "tlistview" => "syslistview32",
        "ttreeview" => "systreeview32",
        "ttabcontrol" | "tpagecontrol" => "systabcontrol32",
        "tstatictext" => "static",
        "tstatusbar" => "msctls_statusbar32",
        "ttoolbar" => "toolbarwindow32",
        "tprogressbar" => "msctls_progress32",
        "ttrackbar" => "msctls_trackbar32",
        "trichedit" => "richedit",
        other => other,
    }
}

const fn button(style: u32) -> Kind {
    match style & BS_TYPE {
        2 | 3 | 5 | 6 => Kind::Check,
        4 | 9 => Kind::Radio,
        7 => Kind::GroupBox,
        _ => Kind::Push,
    }
}

fn label(style: u32) -> Kind {
    let shape = style & SS_TYPE;
    if SS_PICTURES.contains(&shape) {
        Kind::Picture
    } else if SS_ETCHED.contains(&shape) || (4..=9).contains(&shape) {
        Kind::Pane // lines, frames and filled rectangles
    } else {
        Kind::Label
    }
}

impl Kind {
    /// Its control type.
    pub(super) const fn role(self) -> Role {
        match self {
            Self::Push => Role::Button,
            Self::Check => Role::CheckBox,
            Self::Radio => Role::RadioButton,
            Self::GroupBox => Role::Group,
            Self::Edit => Role::Edit,
            Self::Lines | Self::Rich => Role::Document,
            Self::Combo | Self::Date => Role::ComboBox,
            Self::Dropped | Self::ListBox | Self::ListView => Role::List,
            Self::TreeView => Role::Tree,
            Self::Tab => Role::Tab,
            Self::StatusBar => Role::StatusBar,
            Self::ToolBar => Role::ToolBar,
            Self::Progress => Role::ProgressBar,
            Self::Slider => Role::Slider,
            Self::ScrollBar => Role::ScrollBar,
            Self::Label => Role::Text,
            Self::Picture => Role::Image,
            Self::Header => Role::Header,
            Self::Spinner => Role::Spinner,
            Self::Link => Role::Hyperlink,
            Self::Calendar => Role::Calendar,
            Self::Menu => Role::Menu,
            Self::ToolTip => Role::ToolTip,
            Self::Pane => Role::Pane,
            Self::Other => Role::Custom,
        }
    }

    /// Whether its window text is its name.
    pub(super) const fn names_itself(self) -> bool {
        matches!(
            self,
            Self::Push
                | Self::Check
                | Self::Radio
                | Self::GroupBox
                | Self::Label
                | Self::Link
                | Self::ToolTip
                | Self::Pane
                | Self::Other
        )
    }

    /// Whether an `&` in its text marks its access key.
    pub(super) const fn has_mnemonic(self) -> bool {
        matches!(self, Self::Push | Self::Check | Self::Radio | Self::GroupBox | Self::Label)
    }

    /// Whether it is named by a label beside it.
    pub(super) const fn wants_label(self) -> bool {
        matches!(
            self,
            Self::Edit
                | Self::Lines
                | Self::Rich
                | Self::Combo
                | Self::Date
                | Self::ListBox
                | Self::ListView
                | Self::TreeView
                | Self::Slider
                | Self::Progress
                | Self::Spinner
        )
    }

    /// Whether text can be put into it.
    pub(super) const fn is_edit(self) -> bool {
        matches!(self, Self::Edit | Self::Lines | Self::Rich)
    }

    /// Whether it can have the keyboard.
    pub(super) const fn takes_keyboard(self) -> bool {
        matches!(
            self,
            Self::Push
                | Self::Check
                | Self::Radio
                | Self::Edit
                | Self::Lines
                | Self::Rich
                | Self::Combo
                | Self::ListBox
                | Self::ListView
                | Self::TreeView
                | Self::Tab
                | Self::Slider
                | Self::Link
                | Self::Calendar
                | Self::Date
        )
    }
}

/// Whether an edit of this style shows no text.
pub(super) const fn hides_text(style: u32) -> bool {
    style & ES_PASSWORD != 0
}

/// Whether an edit of this style cannot be changed.
pub(super) const fn is_read_only(style: u32) -> bool {
    style & ES_READONLY != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_and_style_tell_what_a_control_is() {
        for (class, style, wanted) in [
            ("Button", 0x0001, Role::Button),
            ("BUTTON", 0x0003, Role::CheckBox),
            ("Button", 0x0006, Role::CheckBox),
            ("Button", 0x0009, Role::RadioButton),
            ("Button", 0x0007, Role::Group),
            ("Edit", 0x0080, Role::Edit),
            ("Edit", 0x0004, Role::Document),
            ("RICHEDIT50W", 0, Role::Document),
            ("Static", 0, Role::Text),
            ("Static", 0x000E, Role::Image),
            ("Static", 0x0010, Role::Pane),
            ("ComboBox", 3, Role::ComboBox),
            ("SysTreeView32", 0, Role::Tree),
            ("msctls_trackbar32", 0, Role::Slider),
            ("SomethingElse", 0, Role::Custom),
        ] {
            assert_eq!(kind(class, style).role(), wanted, "{class} {style:x}");
        }
    }

    #[test]
    fn classes_of_frameworks_are_seen_through() {
        assert_eq!(kind("WindowsForms10.EDIT.app.0.141b42a_r6_ad1", 0), Kind::Edit);
        assert_eq!(kind("WindowsForms10.BUTTON.app.0.1", 0x3), Kind::Check);
        assert_eq!(kind("TCheckBox", 0x3), Kind::Check);
        assert_eq!(kind("WindowsForms10.", 0), Kind::Other);
    }

    #[test]
    fn what_is_named_by_a_label_does_not_name_itself() {
        for class in ["Edit", "ComboBox", "ListBox", "SysListView32", "msctls_trackbar32", "RichEdit20W"] {
            let kind = kind(class, 0);
            assert!(kind.wants_label() && !kind.names_itself(), "{class}");
        }
    }
}
