//! Control ids and messages that the programs answer to, so that tests need not guess them.

/// `WM_APP`: the base of the messages below, which a test posts to a program's window.
pub const APP: u32 = 0x8000;

/// Does what the program is for: `controls` changes the control whose id is `wparam` (0: the next label),
/// `hang` stops answering for `wparam` milliseconds (0: for ever), `vanish` starts to vanish, `morph` morphs,
/// `modal` opens its dialog, `slowedit` and `keys` report what they hold, `canvas` moves its cover away.
pub const ACT: u32 = APP + 1;
/// `controls`: enables or disables the control whose id is `wparam`.
pub const TOGGLE_ENABLED: u32 = APP + 2;
/// `controls`: destroys the control whose id is `wparam`.
pub const DESTROY: u32 = APP + 3;
/// `controls`: adds a button; its id is the reply.
pub const ADD: u32 = APP + 4;

/// The button that does what the program is for ("Change one", "Hang", "Morph", "Open dialog", "Report", ...).
pub const ACT_BUTTON: u16 = 101;
/// The element that `morph` replaces, and the plain button of other programs.
pub const SUBJECT: u16 = 102;
/// What `morph` puts in its place (variant `replace`).
pub const REPLACEMENT: u16 = 103;
/// The label of a program with few controls.
pub const LABEL: u16 = 104;
/// The edit of a program with few controls.
pub const EDIT: u16 = 105;
/// The list of a program with few controls.
pub const LIST: u16 = 106;

/// The first of the many controls of `controls`, `vanish` and `names`.
pub const FIRST_OF_MANY: u16 = 1000;

/// Ids of `form`.
pub mod form {
    /// Single-line edit.
    pub const NAME: u16 = 201;
    /// Multi-line edit.
    pub const NOTES: u16 = 202;
    /// Password edit.
    pub const PASSWORD: u16 = 203;
    /// Read-only edit.
    pub const READ_ONLY: u16 = 204;
    /// Check box.
    pub const SUBSCRIBE: u16 = 211;
    /// Check box with three states.
    pub const PARTIAL: u16 = 212;
    /// Radio buttons, the first one chosen.
    pub const SMALL: u16 = 213;
    /// Second radio button.
    pub const MEDIUM: u16 = 214;
    /// Third radio button.
    pub const LARGE: u16 = 215;
    /// Drop-down list.
    pub const COUNTRY: u16 = 221;
    /// Combo box with an edit.
    pub const CITY: u16 = 222;
    /// List box.
    pub const FRUIT: u16 = 223;
    /// Tree view.
    pub const FOLDERS: u16 = 224;
    /// Tab control.
    pub const PAGES: u16 = 225;
    /// List view in report style.
    pub const FILES: u16 = 226;
    /// Track bar, 0 to 100.
    pub const VOLUME: u16 = 227;
    /// Progress bar.
    pub const PROGRESS: u16 = 228;
    /// Status bar of two parts.
    pub const STATUS: u16 = 229;
    /// Opens the modal dialog.
    pub const DELETE: u16 = 231;
    /// Opens a second window of the same title.
    pub const SECOND: u16 = 232;
    /// Disabled button.
    pub const DISABLED: u16 = 233;
    /// Button that is not visible.
    pub const HIDDEN: u16 = 234;
    /// Edit that is not visible and holds a text.
    pub const HIDDEN_EDIT: u16 = 235;
    /// Default button.
    pub const SUBMIT: u16 = 236;
    /// Menu items.
    pub const MENU_NEW: u16 = 301;
    /// File, Open (Ctrl+O).
    pub const MENU_OPEN: u16 = 302;
    /// File, Save (Ctrl+S).
    pub const MENU_SAVE: u16 = 303;
    /// File, Exit.
    pub const MENU_EXIT: u16 = 304;
    /// Edit, Copy (Ctrl+Shift+C).
    pub const MENU_COPY: u16 = 305;
    /// Edit, Paste: greyed.
    pub const MENU_PASTE: u16 = 306;
    /// Edit, Word wrap: checked, toggles.
    pub const MENU_WRAP: u16 = 307;
    /// Edit, Find, Next (F3): in a submenu.
    pub const MENU_FIND_NEXT: u16 = 308;
}

/// Ids of the dialogs of `form` and `modal`.
pub mod dialog {
    /// Windows' own `IDYES`.
    pub const YES: u16 = 6;
    /// Windows' own `IDNO`.
    pub const NO: u16 = 7;
    /// The question.
    pub const QUESTION: u16 = 401;
    /// An edit in the dialog.
    pub const REASON: u16 = 402;
}
