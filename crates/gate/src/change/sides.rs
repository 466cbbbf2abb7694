//! How an element or a window is before an act and after it.

use model::{
    ElementVerb, Operation, Rect, SecretText, WindowControlRequest, WindowInfo, WindowState, WindowVerb,
    ui::{States, Toggle},
};
use serde_json::{Value, json};

use super::Line;
use crate::host::Present;

/// What an act turns from one thing into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    /// Of what: `checked`, `expanded`, `state`, `rect` …
    pub(super) what: &'static str,
    pub(super) before: Side,
    /// What it would be; nothing where that is the target's to say.
    pub(super) after: Option<Side>,
}

/// One side of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Is(bool),
    Word(&'static str),
    Place(Rect),
}

/// What an operation on an element or a window would turn, where that is known.
pub(super) fn turned(operation: &Operation, Present { window, element }: &Present) -> Option<Turn> {
    match operation {
        Operation::ElementAction(request) => of_element(request.action, &element.as_ref()?.states),
        Operation::WindowControl(WindowControlRequest { verb, .. }) => Some(of_window(*verb, window)),
        _ => None,
    }
}

fn of_element(verb: ElementVerb, states: &States) -> Option<Turn> {
    let into =
        |what, before: bool, after| Turn { what, before: Side::Is(before), after: Some(Side::Is(after)) };
    match verb {
        ElementVerb::Toggle => Some(toggled(states.checked?)),
        ElementVerb::Expand => Some(into("expanded", states.expanded?, true)),
        ElementVerb::Collapse => Some(into("expanded", states.expanded?, false)),
        ElementVerb::Select => Some(into("selected", states.selected?, true)),
        ElementVerb::Focus => Some(into("focused", states.focused, true)),
        ElementVerb::ScrollIntoView => Some(into("offscreen", states.offscreen, false)),
        // What pressing it does is the program's to say; a value is told as a text.
        ElementVerb::Invoke | ElementVerb::SetValue => None,
    }
}

/// A switch with two positions goes to the other one; out of the third, which only some have, programs differ.
const fn toggled(checked: Toggle) -> Turn {
    let (before, after) = match checked {
        Toggle::Off => ("off", Some(Side::Word("on"))),
        Toggle::On => ("on", Some(Side::Word("off"))),
        Toggle::Mixed => ("mixed", None),
    };
    Turn { what: "checked", before: Side::Word(before), after }
}

fn of_window(verb: WindowVerb, window: &WindowInfo) -> Turn {
    let state = |after| Turn { what: "state", before: Side::Word(word(window.state)), after };
    let rect = |after| Turn { what: "rect", before: Side::Place(window.rect), after };
    // Only a window at its own size is moved and sized.
    let placed = |place: Rect| (window.state == WindowState::Normal).then_some(Side::Place(place));
    let Rect { left, top, .. } = window.rect;
    let long = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    let (wide, high) = (long(window.rect.width()), long(window.rect.height()));
    let at = |x: i32, y: i32, wide, high| Rect::new(x, y, x.saturating_add(wide), y.saturating_add(high));
    match verb {
        WindowVerb::Focus => {
            Turn { what: "foreground", before: Side::Is(window.foreground), after: Some(Side::Is(true)) }
        }
        WindowVerb::Minimize => state(Some(Side::Word("minimized"))),
        WindowVerb::Maximize => state(Some(Side::Word("maximized"))),
        // A minimized window goes back to what it was before.
        WindowVerb::Restore if window.state == WindowState::Minimized => state(None),
        WindowVerb::Restore => state(Some(Side::Word("normal"))),
        // It may ask back, and stay.
        WindowVerb::Close => Turn { what: "open", before: Side::Is(true), after: None },
        WindowVerb::Move { x, y } => rect(placed(at(x, y, wide, high))),
        WindowVerb::Resize { width, height } => rect(placed(at(left, top, long(width), long(height)))),
    }
}

const fn word(state: WindowState) -> &'static str {
    match state {
        WindowState::Normal => "normal",
        WindowState::Minimized => "minimized",
        WindowState::Maximized => "maximized",
    }
}

impl Side {
    pub(super) fn in_words(self) -> String {
        match self {
            Self::Is(is) => if is { "yes" } else { "no" }.to_owned(),
            Self::Word(word) => word.to_owned(),
            Self::Place(rect) => format!("{}x{} at {},{}", rect.width(), rect.height(), rect.left, rect.top),
        }
    }

    pub(super) fn json(self) -> Value {
        match self {
            Self::Is(is) => json!(is),
            Self::Word(word) => json!(word),
            Self::Place(Rect { left, top, right, bottom }) => {
                json!({ "left": left, "top": top, "right": right, "bottom": bottom })
            }
        }
    }
}

/// What is said where nobody knows what it would be.
pub(super) const NOT_KNOWN: &str = "not known";

impl Turn {
    /// For people.
    pub(super) fn line(self) -> Line {
        let after = self.after.map_or_else(|| NOT_KNOWN.to_owned(), Side::in_words);
        let text = format!("{} -> {after}", self.before.in_words());
        Line { label: format!("It changes: {}", self.what), text: SecretText::new(text) }
    }
}
