//! What an operation would do to a target, and what key combinations do wherever they are pressed.

use std::collections::BTreeSet;

use model::{
    ElementFacts, ElementVerb, Facts, Group, KeyChange, Operation, TargetFacts, TypeTextRequest,
    keys::{Chord, Key, Modifiers, NamedKey},
    ui::Role,
};

use crate::{
    drop::Dropped,
    protected::{self, Protection},
    risk::{self, Risk, RiskSet},
    workspace::names_program,
};

/// What carrying out an operation on one target would do: at least what its kind does.
pub(crate) fn effects(operation: &Operation, facts: &Seen<'_>) -> BTreeSet<Group> {
    let mut effects = BTreeSet::from([operation.kind().group()]);
    if operation.takes_input() {
        effects.extend(facts.risk.iter().map(Risk::effect));
        // What is typed there is run.
        if facts.protection == Some(Protection::Console) && gives_keys(operation) {
            effects.insert(Group::Execute);
        }
    }
    effects.extend(&facts.dropped);
    if deletes(operation) {
        effects.insert(Group::Destroy);
    }
    effects
}

/// Whether it takes keys or values of the registry away.
fn deletes(operation: &Operation) -> bool {
    let takes_away = |change: &KeyChange| match change {
        KeyChange::Write { delete, .. } => !delete.is_empty(),
        KeyChange::Delete => true,
    };
    matches!(operation, Operation::RegistryImport(r) if r.changes.iter().any(|(_, change)| takes_away(change)))
}

/// What the words on a target and its program tell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    /// What the control or the keys would do.
    pub(crate) risk: RiskSet,
    /// Why the program is protected, if it is.
    pub(crate) protection: Option<Protection>,
    /// Whether the settings protect the program, whatever else does.
    pub(crate) configured: bool,
    /// What a drop at the other end would do.
    pub(crate) dropped: Dropped,
    target: Option<&'a TargetFacts>,
}

impl<'a> Seen<'a> {
    /// What is seen of `target`; `configured` are programs that the settings protect.
    pub(crate) fn of(
        operation: &Operation,
        facts: &Facts,
        target: Option<&'a TargetFacts>,
        configured: &[String],
    ) -> Self {
        let protection =
            target.and_then(|target| protected::of(&target.window, target.element.as_ref(), configured));
        let dropped = match (operation, facts.targets.as_slice()) {
            (Operation::Drag(_), [from, to]) => Dropped::of(from, to),
            _ => Dropped::default(),
        };
        let configured = target.is_some_and(|target| protected::is_configured(&target.window, configured));
        let seen = Self { risk: RiskSet::NONE, protection, configured, dropped, target };
        Self { risk: seen.risk_of(operation), ..seen }
    }

    fn risk_of(&self, operation: &Operation) -> RiskSet {
        match operation {
            Operation::Click(request) if request.count > 1 => self.pressing().union(self.opening()),
            Operation::Click(_) => self.pressing(),
            Operation::ElementAction(request) => match request.action {
                ElementVerb::Invoke => self.pressing().union(self.opening()),
                ElementVerb::Toggle | ElementVerb::Select => self.pressing(),
                ElementVerb::Expand
                | ElementVerb::Collapse
                | ElementVerb::SetValue
                | ElementVerb::ScrollIntoView
                | ElementVerb::Focus => RiskSet::NONE,
            },
            Operation::PressKeys(request) => self.of_keys(&request.keys),
            Operation::TypeText(request) => self.of_text(request),
            _ => RiskSet::NONE,
        }
    }

    /// What keys do one after the other. Once the keyboard may have moved on, what a key presses is not known, and counts as
    /// the worst that it can be.
    fn of_keys(&self, keys: &[Chord]) -> RiskSet {
        let element = self.target.and_then(|target| target.element.as_ref());
        let writes = self.written_in().is_some_and(|role| matches!(role, Role::Edit | Role::Document));
        let (mut risk, mut moved) = (RiskSet::NONE, false);
        for chord in keys {
            let role = element.filter(|_| !moved).map(|element| (&element.role, element.role == Role::Edit));
            risk = risk.union(risk::of_chord(chord, role));
            if risk::activates(chord) {
                let unknown = if moved { RiskSet::from(Risk::Delete) } else { RiskSet::NONE };
                risk = risk.union(self.pressing()).union(self.by_key(chord)).union(unknown);
                if chord.key == ENTER.key {
                    risk = risk.union(self.opening());
                }
            } else if risk::names_a_button(chord) && (moved || chord.modifiers.alt || !writes) {
                risk = risk.union(self.answering());
            }
            moved |= risk::moves_on(chord, writes);
        }
        risk
    }

    /// What a text does that arrives as keys: a line break is Enter, and where nothing is written in, a space and letters press
    /// what they press there. A tab moves the keyboard on, but in a document: what is pressed behind it is not known.
    fn of_text(&self, request: &TypeTextRequest) -> RiskSet {
        let (role, text) = (self.written_in(), request.text.expose());
        let moves_on = |_: &_| role != Some(&Role::Document);
        let (here, behind) = text
            .split_once('\t')
            .filter(moves_on)
            .map_or((text, None), |(here, behind)| (here, Some(behind)));
        let writes = role.is_some_and(|role| matches!(role, Role::Edit | Role::Document));
        let mut risk = RiskSet::NONE;
        let mut add = |more| risk = risk.union(more);
        let enters = |text: &str| text.contains(['\n', '\r']);
        if enters(text) || request.submit {
            add(self.pressing().union(self.by_key(&ENTER)).union(self.opening()));
        }
        if here.contains(' ') && !writes {
            add(self.pressing().union(self.by_key(&SPACE)));
        }
        // A record has only the length.
        if request.text.chars() > 0 && (!writes || behind.is_some()) {
            add(self.answering());
        }
        if behind.is_some_and(|behind| enters(behind) || behind.contains(' ') || request.submit) {
            add(RiskSet::from(Risk::Delete));
        }
        risk
    }

    /// The role of what keys arrive in, as far as that is known.
    fn written_in(&self) -> Option<&'a Role> {
        let target = self.target?;
        target.element.as_ref().or(target.around.focused.as_ref()).map(|element| &element.role)
    }

    /// What the target's dialog asks, where a key may answer it.
    fn answering(&self) -> RiskSet {
        let is_dialog = |target: &&TargetFacts| target.around.unread || !target.around.texts.is_empty();
        let target = self.target.filter(is_dialog);
        target.map_or(RiskSet::NONE, |target| said(target).fold(RiskSet::NONE, RiskSet::union))
    }

    /// What the shell starts: an item of a folder that is opened, and what is written into one of its fields and sent.
    fn opening(&self) -> RiskSet {
        let starts = |target: &&TargetFacts| {
            let opens = |element: &ElementFacts| {
                matches!(element.role, Role::ListItem | Role::DataItem | Role::Edit | Role::ComboBox)
            };
            names_program(SHELL, &target.window.process.path) && target.element.as_ref().is_none_or(opens)
        };
        self.target.filter(starts).map_or(RiskSet::NONE, |_| RiskSet::from(Risk::Run))
    }

    /// What pressing the target does: what it says itself, and where it says yes, what its window asks.
    fn pressing(&self) -> RiskSet {
        let Some(target) = self.target else { return RiskSet::NONE };
        target.element.as_ref().map_or(RiskSet::NONE, |element| pressed(target, element))
    }

    /// What a key presses wherever the call aims it: what has the keyboard, and for Enter the default button.
    fn by_key(&self, chord: &Chord) -> RiskSet {
        let Some(target) = self.target else { return RiskSet::NONE };
        let default = target.around.default.as_ref().filter(|_| chord.key == ENTER.key);
        let meant = target.around.focused.iter().chain(default);
        meant.map(|element| pressed(target, element)).fold(RiskSet::NONE, RiskSet::union)
    }
}

/// The program that shows folders and the desktop.
const SHELL: &str = "explorer.exe";

const ENTER: Chord = Chord {
    modifiers: Modifiers { ctrl: false, alt: false, shift: false, win: false },
    key: Key::Named(NamedKey::Enter),
};

const SPACE: Chord = Chord { key: Key::Named(NamedKey::Space), ..ENTER };

/// What pressing an element of a target's window does: what it says itself, and where it says yes, what its dialog asks.
fn pressed(target: &TargetFacts, element: &ElementFacts) -> RiskSet {
    let own = risk::of_control(element.role, &element.automation_id, &element.name);
    if !risk::confirms(&element.name) && !risk::confirms_id(&element.automation_id) {
        return own;
    }
    said(target).fold(own, RiskSet::union)
}

/// What a target's dialog says, text by text, and that there is more.
fn said(target: &TargetFacts) -> impl Iterator<Item = RiskSet> {
    let texts = target.around.texts.iter().map(String::as_str).chain([target.window.title.as_str()]);
    let unread = target.around.unread.then(|| RiskSet::from(Risk::Unread));
    texts.map(risk::of_question).chain(unread)
}

/// Whether text or keys arrive: to set the value of a console's text is to type it.
fn gives_keys(operation: &Operation) -> bool {
    match operation {
        Operation::TypeText(_) | Operation::PressKeys(_) => true,
        Operation::ElementAction(request) => request.action == ElementVerb::SetValue,
        _ => false,
    }
}

/// All that keys do wherever they are pressed, under the names that policies use.
pub(crate) const KEY_EFFECTS: [&str; 3] = ["locks", "secure_attention", "closes_window"];

/// The effects of an operation's keys, under the names that policies use; empty for operations without keys.
pub(crate) fn of_keys(operation: &Operation) -> Vec<&'static str> {
    let Operation::PressKeys(request) = operation else { return Vec::new() };
    let effect = |does: fn(&Chord) -> bool, name| request.keys.iter().any(does).then_some(name);
    [
        effect(locks, "locks"),
        effect(calls_attention, "secure_attention"),
        effect(closes_window, "closes_window"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Win+L, whatever else is held.
const fn locks(chord: &Chord) -> bool {
    chord.modifiers.win && matches!(chord.key, Key::Char('L' | 'l'))
}

/// Ctrl+Alt+Delete, whatever else is held.
const fn calls_attention(chord: &Chord) -> bool {
    chord.modifiers.ctrl && chord.modifiers.alt && matches!(chord.key, Key::Named(NamedKey::Delete))
}

/// Alt+F4, whatever else is held.
const fn closes_window(chord: &Chord) -> bool {
    chord.modifiers.alt && matches!(chord.key, Key::Function(4))
}

#[cfg(test)]
#[path = "tests/effects.rs"]
mod tests;
