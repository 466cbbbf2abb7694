//! What an act did, and only what it changed.

use std::fmt::Write as _;

use model::{
    Acted, Means, ReadBack, Target, WindowInfo,
    keys::{Chord, Modifiers},
    tool::Reply,
    ui::{Node, quote},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{brief, one_line, window_brief};
use crate::structured::{entries, json};

/// The same for programs.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ActedForm {
    did: String,
    means: MeansName,
    #[serde(skip_serializing_if = "Option::is_none")]
    element: Option<ElementBrief>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_back: Option<ReadBackForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    foreground: Option<WindowBrief>,
    #[serde(skip_serializing_if = "Option::is_none")]
    focused: Option<ElementBrief>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    opened: Vec<WindowBrief>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    closed: Vec<WindowBrief>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum MeansName {
    Pattern,
    Message,
    Input,
    System,
}

#[derive(Serialize, JsonSchema)]
struct ElementBrief {
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    role: &'static str,
    name: String,
}

#[derive(Serialize, JsonSchema)]
struct WindowBrief {
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    title: String,
    process: String,
}

/// What the field holds afterwards.
#[derive(Serialize, JsonSchema)]
struct ReadBackForm {
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    characters: Option<u64>,
}

impl From<&Node> for ElementBrief {
    fn from(node: &Node) -> Self {
        Self { reference: node.reference.map(String::from), role: node.role.name(), name: node.name.clone() }
    }
}

impl From<&WindowInfo> for WindowBrief {
    fn from(window: &WindowInfo) -> Self {
        Self {
            reference: window.reference.map(String::from),
            title: window.title.clone(),
            process: window.process.clone(),
        }
    }
}

impl From<ReadBack> for ReadBackForm {
    fn from(read_back: ReadBack) -> Self {
        let (result, characters) = match read_back {
            ReadBack::Holds { chars } => ("holds", Some(chars)),
            ReadBack::Differs { chars } => ("differs", Some(chars)),
            ReadBack::Password => ("password", None),
            ReadBack::Unreadable => ("unreadable", None),
        };
        Self { result, characters }
    }
}

/// The reply of an acting tool: `did` in one line, then a line for each thing that changed.
///
/// Values of elements are left out, for they may be what was typed.
pub(crate) fn acted(did: &str, acted: &Acted) -> Reply {
    let mut text = did.to_owned();
    text.push_str(match acted.means {
        Means::Pattern => " (by its pattern)",
        Means::Message => " (by message)",
        Means::Input => " (by input)",
        Means::System => "",
    });
    if let Some(read_back) = acted.read_back {
        let _ = write!(text, "; {}", read_back_words(read_back));
    }
    let mut line = |line: String| {
        text.push('\n');
        text.push_str(&line);
    };
    if let Some(window) = acted.foreground.as_ref().filter(|_| acted.foreground_changed) {
        line(format!("foreground: {}", window_brief(window)));
    }
    if let Some(element) = &acted.focused {
        let same = acted.element.as_ref().is_some_and(|acted_on| acted_on.key == element.key);
        let short = element.reference.filter(|_| same).map(|reference| reference.to_string());
        line(format!("focus: {}", short.unwrap_or_else(|| brief(element).replace(" focused", ""))));
    }
    for window in &acted.opened {
        line(format!("opened: {}", window_brief(window)));
    }
    for window in &acted.closed {
        line(format!("closed: {}", window_brief(window)));
    }
    for note in &acted.notes {
        line(format!("note: {}", one_line(note)));
    }
    Reply { text, structured: json(&form(did, acted)), ..Reply::default() }
}

fn form(did: &str, acted: &Acted) -> ActedForm {
    ActedForm {
        did: did.to_owned(),
        means: match acted.means {
            Means::Pattern => MeansName::Pattern,
            Means::Message => MeansName::Message,
            Means::Input => MeansName::Input,
            Means::System => MeansName::System,
        },
        element: acted.element.as_ref().map(ElementBrief::from),
        process: acted.pid,
        read_back: acted.read_back.map(ReadBackForm::from),
        foreground: acted.foreground.as_ref().filter(|_| acted.foreground_changed).map(WindowBrief::from),
        focused: acted.focused.as_ref().map(ElementBrief::from),
        opened: entries(&acted.opened),
        closed: entries(&acted.closed),
        notes: acted.notes.clone(),
    }
}

fn read_back_words(read_back: ReadBack) -> String {
    match read_back {
        ReadBack::Holds { chars } => format!("now holds the text ({chars} characters in all)"),
        ReadBack::Differs { chars } => {
            format!("does NOT hold the text: {chars} characters are there; see them with read_text")
        }
        ReadBack::Password => "a password field, so nothing was read back".into(),
        ReadBack::Unreadable => "what it holds cannot be read".into(),
    }
}

/// What was acted on: the element where it is known, else the target as it was given; and where it was pressed.
pub(crate) fn aim(acted: &Acted, target: Option<&Target>) -> String {
    let mut text = match (&acted.element, target) {
        (Some(element), _) => brief(element),
        (None, Some(Target::At(_)) | None) if acted.point.is_some() => String::new(),
        (None, target) => target.map_or_else(String::new, named),
    };
    if let Some(point) = acted.point {
        let at = if text.is_empty() { "" } else { " at " };
        let _ = write!(text, "{at}{},{}", point.x, point.y);
    }
    text
}

/// A target as it was given.
pub(crate) fn named(target: &Target) -> String {
    match target {
        Target::Element(reference) => reference.to_string(),
        Target::Find(selector) => {
            let role = selector.role.map_or("the element", model::ui::Role::name);
            let name = selector.name.as_ref().or(selector.automation_id.as_ref());
            name.map_or_else(|| role.to_owned(), |name| format!("{role} {}", quote(name)))
        }
        Target::At(place) => {
            let picture = place.picture.map_or_else(String::new, |picture| format!(" of {picture}"));
            format!("{},{}{picture}", place.point.x, place.point.y)
        }
    }
}

/// Modifiers before the name of an act: `Ctrl+Shift+`.
pub(crate) fn key_names(modifiers: Modifiers) -> String {
    let Modifiers { ctrl, alt, shift, win } = modifiers;
    [(ctrl, "Ctrl+"), (alt, "Alt+"), (shift, "Shift+"), (win, "Win+")]
        .into_iter()
        .filter_map(|(held, name)| held.then_some(name))
        .collect()
}

/// Key combinations as they were pressed.
pub(crate) fn chords(keys: &[Chord]) -> String {
    keys.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ")
}
