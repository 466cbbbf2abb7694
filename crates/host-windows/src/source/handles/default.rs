//! The button that Enter presses, without asking the window.

use model::{
    ElementFacts, Facts,
    ui::{ElementKey, Role, WindowKey},
};

use super::{
    control::{self, Control, WS_VISIBLE},
    kind::Kind,
    text,
};

/// Controls of a window that are looked at.
const MOST: usize = 1000;
/// The kind of button in a style, and the kinds that are the default: `BS_DEFPUSHBUTTON`, `BS_DEFSPLITBUTTON`,
/// `BS_DEFCOMMANDLINK`. Dialogs move the style to the button that has the keyboard.
const KIND: u32 = 0x0F;
const DEFAULT: [u32; 3] = [0x01, 0x0D, 0x0F];

/// The default button of a window, as its style tells. A button that a program draws itself has lost that style.
#[must_use]
pub fn default_button(window: WindowKey) -> Option<ElementFacts> {
    let is_default = |style: &u32| DEFAULT.contains(&(style & KIND)) && style & WS_VISIBLE != 0;
    let buttons = control::inside(window.handle, MOST).into_iter().filter_map(|handle| {
        let style = control::style(handle).filter(is_default)?;
        Control::with_style(handle, style).filter(|control| control.kind == Kind::Push)
    });
    let button = buttons.into_iter().next()?;
    let name = text::without_mnemonic(button.text());
    Some(ElementFacts {
        key: ElementKey { window, id: button.element_id() },
        role: Role::Button,
        name: Facts::text(&name),
        automation_id: button.id.to_string(),
        password: false,
    })
}
