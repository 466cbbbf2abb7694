//! What a window class tells about who can see into it.

/// Who can see into windows of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Classic controls and dialogs: their handles and messages tell all.
    Classic,
    /// Drawn by a framework of its own: only UI Automation sees into it.
    Drawn,
    /// Neither is known.
    Unknown,
}

/// Classes of classic controls and windows.
const CLASSIC: &[&str] = &[
    "#32768",
    "#32770",
    "Button",
    "ComboBox",
    "ComboBoxEx32",
    "ComboLBox",
    "Edit",
    "HH Parent",
    "ListBox",
    "MDIClient",
    "MSPaintApp",
    "msctls_hotkey32",
    "msctls_progress32",
    "msctls_statusbar32",
    "msctls_trackbar32",
    "msctls_updown32",
    "Notepad",
    "ReBarWindow32",
    "RegEdit_RegEdit",
    "RichEdit20A",
    "RichEdit20W",
    "RICHEDIT50W",
    "ScrollBar",
    "SHBrowseForFolder ShellNameSpace Control",
    "Static",
    "SysAnimate32",
    "SysDateTimePick32",
    "SysHeader32",
    "SysIPAddress32",
    "SysLink",
    "SysListView32",
    "SysMonthCal32",
    "SysPager",
    "SysTabControl32",
    "SysTreeView32",
    "ToolbarWindow32",
    "tooltips_class32",
    "WineMine",
    "WordPadClass",
    "WordPadTop",
];

/// How classes of classic frameworks begin: MFC, Delphi, Windows Forms.
const CLASSIC_PREFIXES: &[&str] =
    &["Afx:", "AfxControlBar", "AfxFrameOrView", "AfxMDIFrame", "AfxWnd", "TApplication", "TForm"];

/// How classes of frameworks begin that draw their own controls: Qt, WPF, Chromium, Firefox, XAML, DirectUI, Office,
/// Java, LibreOffice, GTK.
const DRAWN_PREFIXES: &[&str] = &[
    "ApplicationFrame",
    "Chrome_",
    "DirectUIHWND",
    "gdkSurface",
    "gdkWindow",
    "HwndWrapper[",
    "Internet Explorer_Server",
    "Intermediate D3D Window",
    "Microsoft.UI.Content",
    "Mozilla",
    "NetUIHWND",
    "NUIDialog",
    "OpusApp",
    "PPTFrameClass",
    "QWidget",
    "Qt5",
    "Qt6",
    "SALFRAME",
    "SunAwt",
    "Windows.UI.",
    "WinUIDesktop",
    "XLMAIN",
];

/// Who can see into windows of a class, as far as its name tells. `WindowsForms10.BUTTON.app…` is a `BUTTON`.
pub(super) fn kind(class: &str) -> Kind {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| class.starts_with(prefix));
    if begins(DRAWN_PREFIXES) {
        return Kind::Drawn;
    }
    let own = class.strip_prefix("WindowsForms10.").and_then(|rest| rest.split('.').next()).unwrap_or(class);
    if begins(CLASSIC_PREFIXES) || CLASSIC.iter().any(|known| known.eq_ignore_ascii_case(own)) {
        return Kind::Classic;
    }
    Kind::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_told_by_name_in_any_case_and_by_framework() {
        for class in [
            "Edit",
            "EDIT",
            "#32770",
            "Notepad",
            "WindowsForms10.BUTTON.app.0.141b42a_r6_ad1",
            "Afx:400000:8",
        ] {
            assert_eq!(kind(class), Kind::Classic, "{class}");
        }
        for class in ["Qt650QWindowIcon", "Chrome_WidgetWin_1", "HwndWrapper[App;;1]", "MozillaWindowClass"] {
            assert_eq!(kind(class), Kind::Drawn, "{class}");
        }
        for class in ["", "WinwardenTest.form", "Edit2", "WindowsForms10.Window.8.app.0.1"] {
            assert_eq!(kind(class), Kind::Unknown, "{class}");
        }
    }
}
