//! What a hand does on keyboard and mouse, as values.

use model::{Button, Point};

/// A virtual key code ("Virtual-Key Codes", `winuser.h`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Vk(pub u16);

impl Vk {
    /// Left Shift.
    pub const SHIFT: Self = Self(0xA0);
    /// Left Ctrl.
    pub const CTRL: Self = Self(0xA2);
    /// Left Alt.
    pub const ALT: Self = Self(0xA4);
    /// Right Alt, which is `AltGr` where a layout has one.
    pub const ALT_GR: Self = Self(0xA5);
    /// Left Windows key.
    pub const WIN: Self = Self(0x5B);
    /// Enter.
    pub const ENTER: Self = Self(0x0D);
    /// Tab.
    pub const TAB: Self = Self(0x09);
    /// Space.
    pub const SPACE: Self = Self(0x20);
    /// Delete.
    pub const DELETE: Self = Self(0x2E);
    /// A code that no keyboard has and programs ignore ("unassigned"): it stands after typed text, to tell that the
    /// text before it was taken.
    pub const MARKER: Self = Self(0xE8);

    /// Every key that changes what another one does, by side.
    pub const MODIFIERS: [(Self, &'static str); 8] = [
        (Self::SHIFT, "Shift"),
        (Self(0xA1), "Shift"),
        (Self::CTRL, "Ctrl"),
        (Self(0xA3), "Ctrl"),
        (Self::ALT, "Alt"),
        (Self::ALT_GR, "Alt"),
        (Self::WIN, "Win"),
        (Self(0x5C), "Win"),
    ];

    /// The state of a mouse button is asked for by a code as well.
    #[must_use]
    pub const fn of_button(button: Button) -> Self {
        match button {
            Button::Left => Self(0x01),
            Button::Right => Self(0x02),
            Button::Middle => Self(0x04),
        }
    }

    /// Whether keyboards send this key with the prefix E0 ("Keyboard Scan Code Specification", set 1).
    #[must_use]
    pub const fn is_extended(self) -> bool {
        matches!(
            self.0,
            0x03 | 0x21..=0x28 | 0x2C..=0x2E | 0x5B..=0x5D | 0x6F | 0x90 | 0xA3 | 0xA5 | 0xA6..=0xB7
        )
    }
}

/// One thing a hand does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A key goes down.
    KeyDown(Vk),
    /// A key comes up.
    KeyUp(Vk),
    /// A UTF-16 unit is typed, whatever key that takes: down.
    UnitDown(u16),
    /// The same, up.
    UnitUp(u16),
    /// The pointer goes to a point.
    Move(Point),
    /// A button goes down at a point.
    ButtonDown(Button, Point),
    /// A button comes up at a point; where it is, if none is given.
    ButtonUp(Button, Option<Point>),
    /// The wheel turns at a point, in 120ths of a notch: positive is away from the person, so up.
    Wheel(i32, Point),
    /// The wheel tilts or its sideways twin turns: positive is to the right.
    WheelSideways(i32, Point),
}

/// Something that is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Down {
    /// A key.
    Key(Vk),
    /// A typed unit.
    Unit(u16),
    /// A button.
    Button(Button),
}

impl Event {
    /// What goes down by it.
    #[must_use]
    pub const fn presses(self) -> Option<Down> {
        match self {
            Self::KeyDown(vk) => Some(Down::Key(vk)),
            Self::UnitDown(unit) => Some(Down::Unit(unit)),
            Self::ButtonDown(button, _) => Some(Down::Button(button)),
            Self::KeyUp(_)
            | Self::UnitUp(_)
            | Self::ButtonUp(..)
            | Self::Move(_)
            | Self::Wheel(..)
            | Self::WheelSideways(..) => None,
        }
    }

    /// What comes up by it.
    #[must_use]
    pub const fn releases(self) -> Option<Down> {
        match self {
            Self::KeyUp(vk) => Some(Down::Key(vk)),
            Self::UnitUp(unit) => Some(Down::Unit(unit)),
            Self::ButtonUp(button, _) => Some(Down::Button(button)),
            Self::KeyDown(_)
            | Self::UnitDown(_)
            | Self::ButtonDown(..)
            | Self::Move(_)
            | Self::Wheel(..)
            | Self::WheelSideways(..) => None,
        }
    }
}

impl Down {
    /// What brings it up again.
    #[must_use]
    pub const fn release(self) -> Event {
        match self {
            Self::Key(vk) => Event::KeyUp(vk),
            Self::Unit(unit) => Event::UnitUp(unit),
            Self::Button(button) => Event::ButtonUp(button, None),
        }
    }
}
