//! Which keys and buttons are down.

use windows::Win32::UI::Input::KeyboardAndMouse::{
    GetAsyncKeyState, GetKeyState, VIRTUAL_KEY, VK_CONTROL, VK_LWIN, VK_MENU, VK_RWIN, VK_SHIFT,
};

const MODIFIERS: [(VIRTUAL_KEY, &str); 5] =
    [(VK_SHIFT, "shift"), (VK_CONTROL, "ctrl"), (VK_MENU, "alt"), (VK_LWIN, "win"), (VK_RWIN, "win")];

/// The modifiers that were down when the message being handled was made.
pub fn modifiers() -> Vec<&'static str> {
    // SAFETY: takes a number. The high bit says that the key is down.
    let down = |key: VIRTUAL_KEY| unsafe { GetKeyState(i32::from(key.0)) } < 0;
    MODIFIERS.iter().filter(|(key, _)| down(*key)).map(|(_, name)| *name).collect()
}

/// The virtual keys of every key and mouse button that is down now.
pub fn now() -> Vec<i32> {
    // SAFETY: takes a number. The high bit says that the key is down.
    (1..255).filter(|&key| unsafe { GetAsyncKeyState(key) } < 0).collect()
}
