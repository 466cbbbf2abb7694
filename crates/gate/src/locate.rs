//! From what a caller names to what a host can find.

use model::{Area, Condition, ElementVerb, Fault, Operation, Place, Scope, Target, WindowSelector};
use policy::risk;

use crate::{
    host::{Locator, Lookup, Presses, WindowLocator},
    memory::Memory,
};

impl Memory {
    /// What has to be found before `operation` can be judged; `None` where nothing has to be.
    pub(crate) fn lookup(&self, operation: &Operation) -> Result<Option<Lookup>, Fault> {
        let (locators, optional) = match operation {
            Operation::Snapshot(request) => match &request.scope {
                Scope::Foreground => (vec![Locator::Window(WindowLocator::Foreground)], false),
                Scope::Window(window) => (vec![self.window_locator(Some(window))?], false),
                Scope::Element(target) => (vec![self.locate(target)?], false),
                Scope::Desktop => return Ok(None),
            },
            Operation::Find(request) => (vec![self.window_locator(request.window.as_ref())?], false),
            Operation::ReadText(request) => (
                vec![
                    self.locate_or(request.target.as_ref(), || self.window_locator(request.window.as_ref()))?,
                ],
                false,
            ),
            Operation::Screenshot(request) => match &request.area {
                Area::Window(window) => (vec![self.window_locator(Some(window))?], false),
                Area::Display(_) | Area::Region(_) => return Ok(None),
            },
            Operation::WaitFor(request) => match &request.condition {
                Condition::ElementExists(target)
                | Condition::ElementGone(target)
                | Condition::ElementEnabled(target) => (vec![self.locate(target)?], true),
                Condition::WindowAppears(window) | Condition::WindowGone(window) => {
                    (vec![self.window_locator(Some(window))?], true)
                }
                Condition::TextAppears { window, .. } | Condition::WindowIdle(window) => {
                    (vec![self.window_locator(window.as_ref())?], false)
                }
                Condition::Duration(_) => return Ok(None),
            },
            Operation::TypeText(request) => {
                (vec![self.locate_or(request.target.as_ref(), || Ok(Locator::Focus))?], false)
            }
            Operation::PressKeys(request) => (
                vec![
                    self.locate_or(request.target.as_ref(), || self.window_locator(request.window.as_ref()))?,
                ],
                false,
            ),
            Operation::Scroll(request) => {
                (vec![self.locate_or(request.target.as_ref(), || self.window_locator(None))?], false)
            }
            Operation::Click(_)
            | Operation::Drag(_)
            | Operation::MovePointer(_)
            | Operation::ElementAction(_) => {
                let targets = operation.targets();
                (targets.into_iter().map(|target| self.locate(target)).collect::<Result<_, _>>()?, false)
            }
            Operation::WindowControl(request) => (vec![self.window_locator(Some(&request.window))?], false),
            Operation::AppLaunch(request) => {
                return Ok(Some(Lookup { launch: Some(request.clone()), ..Lookup::default() }));
            }
            Operation::Status(_)
            | Operation::WindowList(_)
            | Operation::DisplayList(_)
            | Operation::AppList(_) => return Ok(None),
            Operation::ClipboardRead(_) | Operation::ClipboardWrite(_) => {
                return Ok(Some(Lookup { clipboard: true, ..Lookup::default() }));
            }
            Operation::RegistryRead(_)
            | Operation::RegistryList(_)
            | Operation::RegistrySearch(_)
            | Operation::RegistryExport(_)
            | Operation::RegistryWait(_)
            | Operation::RegistryWrite(_)
            | Operation::RegistryImport(_)
            | Operation::RegistryDelete(_) => {
                let registry = operation.registry_keys().into_iter().cloned().collect();
                return Ok(Some(Lookup { registry, ..Lookup::default() }));
            }
        };
        Ok(Some(Lookup { locators, optional, presses: presses(operation), ..Lookup::default() }))
    }

    fn locate_or(
        &self,
        target: Option<&Target>,
        otherwise: impl FnOnce() -> Result<Locator, Fault>,
    ) -> Result<Locator, Fault> {
        target.map_or_else(otherwise, |target| self.locate(target))
    }

    fn locate(&self, target: &Target) -> Result<Locator, Fault> {
        match target {
            Target::Element(reference) => Ok(Locator::Element(Box::new(self.element(*reference)?.clone()))),
            Target::Find(selector) => Ok(Locator::Selector {
                window: self.window(selector.window.as_ref())?,
                selector: selector.clone(),
            }),
            Target::At(Place { point, picture, expect_window }) => {
                let point = picture.map_or(Ok(*point), |picture| self.point_in_picture(picture, *point))?;
                Ok(Locator::Point { point, expect: self.window(Some(expect_window))? })
            }
        }
    }

    fn window_locator(&self, window: Option<&WindowSelector>) -> Result<Locator, Fault> {
        self.window(window).map(Locator::Window)
    }

    fn window(&self, window: Option<&WindowSelector>) -> Result<WindowLocator, Fault> {
        Ok(match window {
            None => WindowLocator::Foreground,
            Some(WindowSelector::Ref(reference)) => WindowLocator::Key(self.window_key(*reference)?),
            Some(WindowSelector::Title(title)) => WindowLocator::Title(title.clone()),
        })
    }
}

/// What an operation presses.
fn presses(operation: &Operation) -> Presses {
    match operation {
        Operation::Click(_) => Presses::Target,
        Operation::ElementAction(request)
            if matches!(request.action, ElementVerb::Invoke | ElementVerb::Toggle | ElementVerb::Select) =>
        {
            Presses::Target
        }
        Operation::PressKeys(request)
            if request.keys.iter().any(|chord| risk::activates(chord) || risk::names_a_button(chord)) =>
        {
            Presses::Keyboard
        }
        // A line break is Enter and a tab moves on, wherever they are typed.
        Operation::TypeText(request)
            if request.submit || request.text.expose().contains(['\n', '\r', '\t']) =>
        {
            Presses::Keyboard
        }
        Operation::TypeText(request) if request.text.chars() > 0 => Presses::Typing,
        _ => Presses::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use model::{
        Button, ClickRequest, ElementActionRequest, PressKeysRequest, SecretText, TypeMode, TypeTextRequest,
        WaitForRequest, keys::Modifiers, ui::Role,
    };

    use super::*;

    #[test]
    fn what_an_operation_presses_is_looked_for_and_nothing_is_where_it_presses_nothing() {
        let target = || Target::Element(model::ElementRef::new(1));
        let typed = |text: &str, submit| {
            let (text, mode) = (SecretText::new(text.into()), TypeMode::Insert);
            Operation::TypeText(TypeTextRequest { target: None, text, mode, submit })
        };
        let keys = |keys: &[&str]| {
            let keys = keys.iter().map(|key| key.parse().unwrap()).collect();
            Operation::PressKeys(PressKeysRequest { target: None, window: None, keys })
        };
        let acted =
            |action| Operation::ElementAction(ElementActionRequest { target: target(), action, value: None });
        let (button, modifiers) = (Button::Left, Modifiers::default());
        let click = Operation::Click(ClickRequest { target: target(), button, count: 1, modifiers });
        for (operation, presses) in [
            (click, Presses::Target),
            (acted(ElementVerb::Invoke), Presses::Target),
            (acted(ElementVerb::Toggle), Presses::Target),
            (acted(ElementVerb::Select), Presses::Target),
            (acted(ElementVerb::Focus), Presses::Nothing),
            (keys(&["A", "Enter"]), Presses::Keyboard),
            (keys(&["Space"]), Presses::Keyboard),
            (keys(&["Alt+Y"]), Presses::Keyboard), // which a dialog may take for an answer
            (keys(&["Y"]), Presses::Keyboard),
            (keys(&["Ctrl+A", "Tab"]), Presses::Nothing),
            (typed("a", true), Presses::Keyboard),
            (typed("", true), Presses::Keyboard),
            (typed("a\n", false), Presses::Keyboard),
            (typed("a\r", false), Presses::Keyboard),
            (typed("\ta", false), Presses::Keyboard),
            (typed("a", false), Presses::Typing),
            (typed(" ", false), Presses::Typing),
            (typed("", false), Presses::Nothing),
        ] {
            assert_eq!(super::presses(&operation), presses, "{operation:?}");
        }
    }

    #[test]
    fn typed_letters_press_something_but_where_they_are_written() {
        for (role, on) in [
            (Some(Role::Edit), Presses::Nothing),
            (Some(Role::Document), Presses::Nothing),
            (Some(Role::Button), Presses::Keyboard),
            (None, Presses::Keyboard),
        ] {
            assert_eq!(Presses::Typing.on(role), on, "{role:?}");
            assert_eq!(Presses::Keyboard.on(role), Presses::Keyboard, "{role:?}");
        }
    }

    #[test]
    fn a_lookup_says_what_is_pressed_and_whether_what_is_waited_for_may_be_missing() {
        let window = || WindowSelector::Title("x".into());
        let wait = |condition| Operation::WaitFor(WaitForRequest { condition, timeout_ms: 1 });
        let enter = PressKeysRequest { target: None, window: None, keys: vec!["Enter".parse().unwrap()] };
        for (operation, optional, presses) in [
            (wait(Condition::WindowAppears(window())), true, Presses::Nothing),
            (wait(Condition::WindowGone(window())), true, Presses::Nothing),
            (wait(Condition::WindowIdle(Some(window()))), false, Presses::Nothing),
            (Operation::PressKeys(enter), false, Presses::Keyboard),
        ] {
            let lookup = Memory::default().lookup(&operation).unwrap().unwrap();
            assert_eq!((lookup.optional, lookup.presses), (optional, presses), "{operation:?}");
        }
    }
}
