//! Text and key combinations.

use model::{
    Code, Fault, Means, ReadBack, SecretText, TypeMode, TypeTextRequest,
    keys::{Chord, Key, Modifiers, NamedKey},
    ui::escape,
};

use super::{
    acting::{Aim, Done, come_forward},
    find::name_of,
};
use crate::desktop::{Desktop, Target};

const ENTER: Chord = Chord {
    modifiers: Modifiers { ctrl: false, alt: false, shift: false, win: false },
    key: Key::Named(NamedKey::Enter),
};

/// Puts text into a field and reads it back.
pub(super) fn type_text(
    desktop: &mut Desktop,
    aim: &mut Aim,
    request: &TypeTextRequest,
) -> Result<Done, Fault> {
    aim.refuse_disabled()?;
    let (Some(node), Some(target)) = (&aim.node, aim.target()) else {
        return Err(Fault::new(Code::NotFound, "there is no element to type into"));
    };
    if node.states.read_only {
        return Err(Fault::new(Code::NotSupportedByTarget, format!("{} is read-only", name_of(node))));
    }
    let takes_text = desktop.element(target).is_some_and(crate::world::Element::takes_text);
    let means = match request.mode {
        TypeMode::Replace if node.patterns.value => Means::Pattern,
        TypeMode::Insert if takes_text => Means::Message,
        TypeMode::Insert | TypeMode::Replace => {
            return Err(Fault::new(Code::NotSupportedByTarget, format!("{} takes no text", name_of(node)))
                .hint("name a field: an Edit, Document or ComboBox"));
        }
    };
    let read_back = put(desktop, target, &request.text, request.mode);
    let mut done = Done::by(means).read_back(read_back);
    if request.submit {
        done.notes = take_keyboard(desktop, aim).map_err(|mut fault| {
            fault.message.push_str("; the text is in, but Enter was not pressed");
            fault
        })?;
        desktop.press_chord(aim.window(), ENTER);
    }
    Ok(done)
}

/// Puts text into an element, and compares what it then holds.
pub(super) fn put(desktop: &mut Desktop, target: Target, text: &SecretText, mode: TypeMode) -> ReadBack {
    let Some(element) = desktop.element_mut(target) else { return ReadBack::Unreadable };
    match mode {
        TypeMode::Insert => element.insert(text.expose()),
        TypeMode::Replace => element.replace(text.expose()),
    }
    if element.password {
        return ReadBack::Password;
    }
    let now = element.value.as_deref().unwrap_or_default();
    let chars = now.chars().count() as u64;
    let holds = match mode {
        TypeMode::Insert => now.contains(text.expose()),
        TypeMode::Replace => now == text.expose(),
    };
    if holds { ReadBack::Holds { chars } } else { ReadBack::Differs { chars } }
}

/// Presses the combinations, looking before each whether the judged window still has the keyboard.
pub(super) fn press_keys(desktop: &mut Desktop, aim: &mut Aim, chords: &[Chord]) -> Result<Done, Fault> {
    for chord in chords {
        refuse_forbidden(*chord)?;
    }
    let notes = take_keyboard(desktop, aim)?;
    for (pressed, chord) in chords.iter().enumerate() {
        let front = desktop.foreground();
        if front.is_none_or(|window| window.handle != aim.window()) {
            let other =
                front.map_or_else(String::new, |window| format!(", `{}`,", escape(&window.title, 80)));
            let message = format!(
                "another window{other} came in front of window {}; {pressed} of {} combinations were pressed",
                aim.title(),
                chords.len()
            );
            let windows = front.map(|window| desktop.info(window)).into_iter().collect();
            return Err(Fault::new(Code::WrongWindow, message).windows(windows));
        }
        desktop.press_chord(aim.window(), *chord);
    }
    let mut done = Done::by(Means::Input);
    done.notes = notes;
    Ok(done)
}

/// Refuses what locks the session or calls the secure desktop, whatever was judged.
fn refuse_forbidden(chord: Chord) -> Result<(), Fault> {
    let Modifiers { ctrl, alt, shift: _, win } = chord.modifiers;
    let locks = win && matches!(chord.key, Key::Char('l' | 'L'));
    let attention = ctrl && alt && chord.key == Key::Named(NamedKey::Delete);
    if locks || attention {
        return Err(Fault::new(Code::ForbiddenKeys, format!("`{chord}` is never sent")));
    }
    Ok(())
}

/// Brings the window forward and gives the keyboard to the element; what the caller should know of that.
pub(super) fn take_keyboard(desktop: &mut Desktop, aim: &mut Aim) -> Result<Vec<String>, Fault> {
    aim.refuse_disabled()?;
    let notes = come_forward(desktop, aim);
    let (Some(node), Some(target)) = (&aim.node, aim.target()) else { return Ok(notes) };
    let has_keyboard = |desktop: &Desktop| desktop.element(target).is_some_and(|element| element.focused);
    let had = has_keyboard(desktop);
    desktop.focus_if_possible(target);
    let has = has_keyboard(desktop);
    if has && !had {
        aim.steps.push(format!("{} had been given the keyboard", name_of(node)));
    }
    if has || aim.point.is_some() {
        return Ok(notes);
    }
    let message = format!("{} does not take the keyboard", name_of(node));
    Err(Fault::new(Code::NotSupportedByTarget, message)
        .hint("name an element that can be typed into, or the window alone"))
}
