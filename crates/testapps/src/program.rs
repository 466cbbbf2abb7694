//! The programs by name.

/// One program of this crate: one behaviour that a test needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Reads every control of a window in a bare loop and prints how long it took.
    BareLoop,
    /// Draws everything itself: no child controls, only the pointer reaches it.
    Canvas,
    /// Some two thousand real controls.
    Controls,
    /// One of every common control, with menus, a dialog and a second window.
    Form,
    /// Stops answering on demand.
    Hang,
    /// Reports keys, buttons and wheel as they arrive.
    Keys,
    /// A window blocked by a modal dialog of its own.
    Modal,
    /// Replaces a button by another one between look and click.
    Morph,
    /// Controls whose names try to forge, break or flood a listing.
    Names,
    /// An edit that takes its time for every character.
    SlowEdit,
    /// Several windows of one title.
    Twins,
    /// Goes away while being read.
    Vanish,
}

impl Program {
    /// All programs.
    pub const ALL: [Self; 12] = [
        Self::BareLoop,
        Self::Canvas,
        Self::Controls,
        Self::Form,
        Self::Hang,
        Self::Keys,
        Self::Modal,
        Self::Morph,
        Self::Names,
        Self::SlowEdit,
        Self::Twins,
        Self::Vanish,
    ];

    /// The name of the executable, without its extension.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BareLoop => "bareloop",
            Self::Canvas => "canvas",
            Self::Controls => "controls",
            Self::Form => "form",
            Self::Hang => "hang",
            Self::Keys => "keys",
            Self::Modal => "modal",
            Self::Morph => "morph",
            Self::Names => "names",
            Self::SlowEdit => "slowedit",
            Self::Twins => "twins",
            Self::Vanish => "vanish",
        }
    }
}
