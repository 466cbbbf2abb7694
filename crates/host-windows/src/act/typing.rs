//! Text and key combinations.

use std::time::{Duration, Instant};

use model::{
    Code, Fault, Means, ReadBack, SecretText, TypeMode,
    keys::{Chord, Key, Modifiers, NamedKey},
    ui::Node,
};

use super::{
    Done,
    read_back::compare,
    stage::{Stage, name_of},
};
use crate::{
    input::{self, Typist, chunks},
    source::Act,
};

/// How long a field may take to show what was put into it.
const READ_BACK_PATIENCE: Duration = Duration::from_millis(300);

const CTRL: Modifiers = Modifiers { ctrl: true, alt: false, shift: false, win: false };

/// Selects all text of a field. Ctrl+A would be shorter, but not every edit knows it (Wine's do not).
const SELECT_ALL: [Chord; 2] = [
    Chord { modifiers: CTRL, key: Key::Named(NamedKey::Home) },
    Chord { modifiers: Modifiers { shift: true, ..CTRL }, key: Key::Named(NamedKey::End) },
];

const fn plain(key: NamedKey) -> Chord {
    Chord { modifiers: Modifiers { ctrl: false, ..CTRL }, key: Key::Named(key) }
}

/// Puts text into the target: through its own value or message where it has one, else by the keyboard.
pub(super) fn type_text(
    stage: &mut Stage<'_>,
    text: &SecretText,
    mode: TypeMode,
    submit: bool,
) -> Result<Done, Fault> {
    stage.refuse_disabled()?;
    let node = stage.node.clone();
    if let Some(node) = node.as_ref().filter(|node| node.states.read_only) {
        return Err(Fault::new(Code::NotSupportedByTarget, format!("{} is read-only", name_of(node))));
    }
    let before = match (&node, mode) {
        (Some(node), TypeMode::Insert) if !node.states.password => {
            stage.source.text(&node.key, stage.job).ok()
        }
        (_, _) => None,
    };
    let means = match put(stage, text, mode)? {
        Some(means) => means,
        None => {
            type_by_keyboard(stage, text, mode)?;
            Means::Input
        }
    };
    let read_back = match &node {
        Some(node) => read_back(stage, node, mode, before.as_deref(), text),
        None => ReadBack::Unreadable,
    };
    if submit {
        stage.take_keyboard().and_then(|()| stage.press(plain(NamedKey::Enter))).map_err(|mut fault| {
            fault.message.push_str("; the text is in, but Enter was not pressed");
            fault
        })?;
    }
    Ok(Done { read_back: Some(read_back), ..Done::by(means) })
}

/// Lets the element itself take the text; nothing where it cannot.
fn put(stage: &mut Stage<'_>, text: &SecretText, mode: TypeMode) -> Result<Option<Means>, Fault> {
    let Some(node) = &stage.node else { return Ok(None) };
    let act = match mode {
        TypeMode::Insert => Act::InsertText(text.clone()),
        TypeMode::Replace => Act::SetValue(text.clone()),
    };
    match stage.source.act(&node.key, &act, stage.job) {
        Ok(means) => Ok(Some(means)),
        Err(fault) if fault.code == Code::NotSupportedByTarget => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Types the text, chunk by chunk, looking before each whether the target still has the keyboard.
fn type_by_keyboard(stage: &mut Stage<'_>, text: &SecretText, mode: TypeMode) -> Result<(), Fault> {
    if let Some(c) = text.expose().chars().find(|c| c.is_control() && !matches!(c, '\r' | '\n' | '\t')) {
        let message =
            format!("the text holds the control character U+{:04X}, which no key types", u32::from(c));
        return Err(Fault::new(Code::InvalidArgument, message).hint("use `press_keys` for keys"));
    }
    stage.take_keyboard()?;
    if mode == TypeMode::Replace {
        for chord in SELECT_ALL {
            stage.press(chord)?;
        }
        stage.steps.push("what was there had been selected".to_owned());
        if text.expose().is_empty() {
            return stage.press(plain(NamedKey::Delete));
        }
        stage.notes.push("what was there was selected (Ctrl+Home, Ctrl+Shift+End) and typed over".to_owned());
    }
    let control = stage.desk.keyboard(stage.window());
    let total = text.chars();
    let mut typed = 0;
    let mut hands = stage.desk.hands(if control == 0 { stage.window() } else { control });
    let mut typist = Typist::new(hands.as_mut());
    for chunk in chunks(text.expose()) {
        stage
            .refuse_moved_keyboard(control)
            .and_then(|()| typist.send(chunk, stage.job))
            .map_err(|fault| stopped(fault, typed, total))?;
        typed += chunk.chars().count();
        typist.wait(stage.job).map_err(|fault| stopped(stage.slow(fault), typed, total))?;
    }
    Ok(())
}

/// Says in a fault how much was typed before it.
fn stopped(mut fault: Fault, typed: usize, total: usize) -> Fault {
    fault.message.push_str(&format!("; {typed} of {total} characters were typed"));
    fault
}

/// Presses the combinations, looking before each whether the judged window has the keyboard.
pub(super) fn press_keys(stage: &mut Stage<'_>, chords: &[Chord]) -> Result<Done, Fault> {
    for chord in chords {
        input::refuse_forbidden(*chord)?;
    }
    stage.take_keyboard()?;
    for (pressed, chord) in chords.iter().enumerate() {
        stage.press(*chord).map_err(|mut fault| {
            fault.message.push_str(&format!("; {pressed} of {} combinations were pressed", chords.len()));
            fault
        })?;
    }
    Ok(Done::by(Means::Input))
}

/// Reads a field back until it holds what was put in, or twice the same, or for as long as it may take.
pub(super) fn read_back(
    stage: &mut Stage<'_>,
    node: &Node,
    mode: TypeMode,
    before: Option<&str>,
    put: &SecretText,
) -> ReadBack {
    if node.states.password {
        return ReadBack::Password;
    }
    let until = Instant::now() + READ_BACK_PATIENCE;
    let mut last: Option<String> = None;
    loop {
        let Ok(now) = stage.source.text(&node.key, stage.job) else { return ReadBack::Unreadable };
        let found = compare(mode, before, put.expose(), &now);
        let settled = last.is_some_and(|last| last == now);
        if matches!(found, ReadBack::Holds { .. }) || settled || Instant::now() >= until {
            return found;
        }
        last = Some(now);
        stage.desk.pause(Duration::from_millis(10));
    }
}

impl Stage<'_> {
    /// Presses a combination, if the judged window has the keyboard; then waits until the target answers.
    fn press(&mut self, chord: Chord) -> Result<(), Fault> {
        self.refuse_lost_foreground()?;
        let control = self.desk.keyboard(self.window());
        let mut hands = self.desk.hands(if control == 0 { self.window() } else { control });
        input::press(hands.as_mut(), chord, self.job)?;
        self.desk.answers(self.window(), Duration::from_millis(100));
        Ok(())
    }

    /// Refuses to go on where another window has come to the foreground.
    fn refuse_lost_foreground(&self) -> Result<(), Fault> {
        if self.is_front() {
            return Ok(());
        }
        let other = self.desk.info(self.desk.foreground());
        let title = other
            .as_ref()
            .map_or_else(String::new, |info| format!(", `{}`,", model::ui::escape(&info.title, 80)));
        let message = format!("another window{title} came in front of window {}", self.title());
        Err(Fault::new(Code::WrongWindow, message).windows(other.into_iter().collect()))
    }

    /// Refuses to go on where the keyboard is no longer at the control that had it.
    fn refuse_moved_keyboard(&mut self, control: u64) -> Result<(), Fault> {
        self.refuse_lost_foreground()?;
        if self.desk.keyboard(self.window()) == control {
            return Ok(());
        }
        let message = format!("the keyboard moved to another element of window {}", self.title());
        Err(Fault::new(Code::WrongWindow, message))
    }

    /// Tells a target that is slow from one that does not answer at all.
    fn slow(&self, fault: Fault) -> Fault {
        if fault.code == Code::Timeout && !self.desk.answers(self.window(), Duration::from_millis(50)) {
            return Fault::new(Code::TargetNotResponding, format!("window {} does not answer", self.title()));
        }
        fault
    }
}
