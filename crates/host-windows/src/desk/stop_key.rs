//! The key that stops everything: as a hot key, and as the hooks hear it.

use std::{
    ops::BitOr,
    time::{Duration, Instant},
};

use model::{
    keys::{Chord, Key, Modifiers, NamedKey},
    ui::escape,
};
use windows::Win32::{
    Foundation::HWND,
    UI::Input::KeyboardAndMouse::{
        GetAsyncKeyState, HOT_KEY_MODIFIERS, MOD_ALT, MOD_CONTROL, MOD_NOREPEAT, MOD_SHIFT, MOD_WIN,
        RegisterHotKey, UnregisterHotKey, VIRTUAL_KEY, VK_CANCEL, VK_CONTROL, VK_LWIN, VK_MENU, VK_PAUSE,
        VK_RWIN, VK_SHIFT,
    },
};

use crate::input::{Hands, Keys, SystemHands, Vk, keys};

/// One press is heard twice, by the hook and as the hot key, and again while it is held.
const ONE_PRESS: Duration = Duration::from_millis(500);

/// The codes of a combination.
#[derive(Debug)]
pub(super) struct StopKey {
    held: Modifiers,
    codes: Vec<u16>,
    /// When it was last heard of a person.
    heard: Option<Instant>,
    /// When a program last sent one of its codes.
    injected: Option<Instant>,
}

impl StopKey {
    /// # Errors
    /// Why this keyboard has no such combination.
    pub fn of(chord: Chord) -> Result<Self, String> {
        let found = keys(chord, |c| SystemHands::aimed_at(0).key_for(c));
        let code = match found.map_err(|fault| fault.message)? {
            Keys::Held(_, Vk(code)) => code,
            Keys::Typed(c) => {
                return Err(format!("no key of this keyboard types `{}`", escape(&c.to_string(), 1)));
            }
        };
        // With Ctrl the keyboard makes another code of Pause; which of them arrives depends on it.
        let pause = chord.key == Key::Named(NamedKey::Pause);
        let codes = if pause { vec![VK_PAUSE.0, VK_CANCEL.0] } else { vec![code] };
        Ok(Self { held: chord.modifiers, codes, heard: None, injected: None })
    }

    /// Whether a key that goes down, pressed by a person or a program, is to stop everything.
    pub fn hears(&mut self, key: VIRTUAL_KEY, injected: bool, now: Instant) -> bool {
        if !self.codes.contains(&key.0) {
            return false;
        }
        if injected {
            self.injected = Some(now);
            return false;
        }
        held_now() == self.held && self.is_new(now)
    }

    /// Whether the hot key is to stop everything: unless the hook has heard this press already, or heard that it was
    /// a program's. Where the hook is gone, any press does.
    pub fn rings(&mut self, now: Instant) -> bool {
        let is_programs = self.injected.is_some_and(|then| now.saturating_duration_since(then) < ONE_PRESS);
        !is_programs && self.is_new(now)
    }

    fn is_new(&mut self, now: Instant) -> bool {
        let before = self.heard.replace(now);
        before.is_none_or(|then| now.saturating_duration_since(then) >= ONE_PRESS)
    }

    /// Asks the system for the hot key.
    pub fn register(&self, window: HWND) -> (HotKeys, Vec<windows::core::Error>) {
        let Modifiers { ctrl, alt, shift, win } = self.held;
        let held = [(ctrl, MOD_CONTROL), (alt, MOD_ALT), (shift, MOD_SHIFT), (win, MOD_WIN)]
            .into_iter()
            .filter_map(|(held, flag)| held.then_some(flag))
            .fold(MOD_NOREPEAT, HOT_KEY_MODIFIERS::bitor);
        let (mut got, mut failed) = (HotKeys { window, ids: Vec::new() }, Vec::new());
        for (id, code) in (1..).zip(&self.codes) {
            // SAFETY: the window is this thread's.
            match unsafe { RegisterHotKey(Some(window), id, held, u32::from(*code)) } {
                Ok(()) => got.ids.push(id),
                Err(error) => failed.push(error),
            }
        }
        (got, failed)
    }
}

fn held_now() -> Modifiers {
    // SAFETY: takes any code.
    let down = |key: VIRTUAL_KEY| unsafe { GetAsyncKeyState(i32::from(key.0)) } < 0;
    Modifiers {
        ctrl: down(VK_CONTROL),
        alt: down(VK_MENU),
        shift: down(VK_SHIFT),
        win: down(VK_LWIN) || down(VK_RWIN),
    }
}

/// Hot keys, given back when dropped on the thread that has them.
#[derive(Debug)]
pub(super) struct HotKeys {
    window: HWND,
    ids: Vec<i32>,
}

impl Drop for HotKeys {
    fn drop(&mut self) {
        for id in &self.ids {
            // SAFETY: registered by `register` for this window; given back on its thread.
            let _ = unsafe { UnregisterHotKey(Some(self.window), *id) };
        }
    }
}
