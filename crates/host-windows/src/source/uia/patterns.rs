//! Operating an element by its own patterns, and reading its text.

use model::{
    Code, Fault, Means, SecretText,
    ui::{Node, escape},
};
use windows::{
    Win32::UI::Accessibility::*,
    core::{BSTR, Interface},
};

use super::{LONGEST_TEXT, Uia, failure::Failure, properties::Properties};
use crate::source::{Act, Job};

/// Lines of text that a notch of the wheel scrolls, unless the user chose otherwise.
const LINES_PER_NOTCH: u32 = 3;

impl Uia {
    /// Does it by the pattern that is made for it.
    pub(super) fn operate(
        &mut self,
        element: &IUIAutomationElement,
        node: &Node,
        act: &Act,
        job: &Job,
    ) -> Result<Means, Fault> {
        if node.states.disabled && *act != Act::ScrollIntoView {
            return Err(disabled(node));
        }
        let on = Target { element, node, job };
        match act {
            Act::Invoke => self.invoke(&on),
            Act::Toggle => {
                let toggle: IUIAutomationTogglePattern = self.pattern(&on, UIA_TogglePatternId, "toggle")?;
                // SAFETY: a live object; nothing is passed.
                self.perform(&on, || unsafe { toggle.Toggle() })
            }
            Act::Expand | Act::Collapse => self.expand(&on, *act == Act::Expand),
            Act::Select => {
                let item: IUIAutomationSelectionItemPattern =
                    self.pattern(&on, UIA_SelectionItemPatternId, "selection item")?;
                // SAFETY: a live object; nothing is passed.
                self.perform(&on, || unsafe { item.Select() })
            }
            Act::SetValue(value) => self.set_value(&on, value),
            Act::InsertText(_) => Err(unsupported(node, "has no pattern that inserts text")),
            Act::ScrollIntoView => {
                let item: IUIAutomationScrollItemPattern =
                    self.pattern(&on, UIA_ScrollItemPatternId, "scroll item")?;
                // SAFETY: a live object; nothing is passed.
                self.perform(&on, || unsafe { item.ScrollIntoView() })
            }
            // SAFETY: a live object; nothing is passed.
            Act::Focus => self.perform(&on, || unsafe { element.SetFocus() }),
            Act::Scroll { x, y } => self.scroll(&on, *x, *y),
        }
    }

    fn invoke(&mut self, on: &Target<'_>) -> Result<Means, Fault> {
        match self.pattern::<IUIAutomationInvokePattern>(on, UIA_InvokePatternId, "invoke") {
            // SAFETY: a live object; nothing is passed.
            Ok(invoke) => self.perform(on, || unsafe { invoke.Invoke() }),
            Err(fault)
                if fault.code == Code::NotSupportedByTarget
                    && Properties(on.element).default_action().is_some() =>
            {
                let older: IUIAutomationLegacyIAccessiblePattern =
                    self.pattern(on, UIA_LegacyIAccessiblePatternId, "invoke")?;
                // SAFETY: a live object; nothing is passed.
                self.perform(on, || unsafe { older.DoDefaultAction() })
            }
            Err(fault) => Err(fault),
        }
    }

    fn expand(&mut self, on: &Target<'_>, open: bool) -> Result<Means, Fault> {
        let pattern: IUIAutomationExpandCollapsePattern =
            self.pattern(on, UIA_ExpandCollapsePatternId, "expand and collapse")?;
        if on.node.states.expanded == Some(open) {
            return Ok(Means::Pattern); // some targets fail when asked for what already is
        }
        // SAFETY: a live object; nothing is passed.
        self.perform(on, || unsafe { if open { pattern.Expand() } else { pattern.Collapse() } })
    }

    fn set_value(&mut self, on: &Target<'_>, value: &SecretText) -> Result<Means, Fault> {
        if on.node.states.read_only {
            return Err(unsupported(on.node, "is read-only"));
        }
        match self.pattern::<IUIAutomationValuePattern>(on, UIA_ValuePatternId, "value") {
            Ok(pattern) => {
                let text = BSTR::from(value.expose());
                // SAFETY: a live object; the text lives through the call.
                let done = self.perform(on, || unsafe { pattern.SetValue(&text) });
                wipe(text);
                done
            }
            Err(fault) if fault.code == Code::NotSupportedByTarget && Properties(on.element).has_range() => {
                self.set_number(on, value)
            }
            Err(fault) => Err(fault),
        }
    }

    fn set_number(&mut self, on: &Target<'_>, value: &SecretText) -> Result<Means, Fault> {
        let properties = Properties(on.element);
        let (low, high) = (
            properties.number(UIA_RangeValueMinimumPropertyId).unwrap_or(f64::NEG_INFINITY),
            properties.number(UIA_RangeValueMaximumPropertyId).unwrap_or(f64::INFINITY),
        );
        let wanted = value.expose().trim().parse::<f64>().ok();
        let Some(number) = wanted.filter(|number| (low..=high).contains(number)) else {
            let message = format!("`value` must be a number from {low} to {high} for {}", name(on.node));
            return Err(Fault::new(Code::InvalidArgument, message));
        };
        let pattern: IUIAutomationRangeValuePattern =
            self.pattern(on, UIA_RangeValuePatternId, "range value")?;
        // SAFETY: a live object; a plain value.
        self.perform(on, || unsafe { pattern.SetValue(number) })
    }

    fn scroll(&mut self, on: &Target<'_>, x: i32, y: i32) -> Result<Means, Fault> {
        let pattern: IUIAutomationScrollPattern = self.pattern(on, UIA_ScrollPatternId, "scroll")?;
        let (across, down) = Properties(on.element).scrolls();
        if (x != 0 && !across) || (y != 0 && !down) {
            return Err(unsupported(on.node, "does not scroll in this direction"));
        }
        let towards = |way: i32, back, on| match way {
            0 => ScrollAmount_NoAmount,
            way if way < 0 => back,
            _ => on,
        };
        let sideways = towards(x, ScrollAmount_SmallDecrement, ScrollAmount_SmallIncrement);
        let lengthwise = towards(y, ScrollAmount_SmallDecrement, ScrollAmount_SmallIncrement);
        let lines = x.unsigned_abs().max(y.unsigned_abs()).saturating_mul(LINES_PER_NOTCH);
        for line in 0..lines {
            let across =
                if line / LINES_PER_NOTCH < x.unsigned_abs() { sideways } else { ScrollAmount_NoAmount };
            let down =
                if line / LINES_PER_NOTCH < y.unsigned_abs() { lengthwise } else { ScrollAmount_NoAmount };
            // SAFETY: a live object; plain values.
            self.perform(on, || unsafe { pattern.Scroll(across, down) }).map_err(|mut fault| {
                fault.message.push_str(&format!("; {} of {lines} lines were scrolled", line));
                fault
            })?;
        }
        Ok(Means::Pattern)
    }

    /// The element's own object for a pattern.
    fn pattern<T: Interface>(
        &mut self,
        on: &Target<'_>,
        which: UIA_PATTERN_ID,
        called: &str,
    ) -> Result<T, Fault> {
        let found = self.trying(|client| {
            // SAFETY: a live object; a plain value.
            client.ask(on.job, |_| unsafe { on.element.GetCurrentPattern(which) }?.cast::<T>())
        });
        found.map_err(|failure| match failure {
            Failure::Nothing | Failure::Unable => unsupported(on.node, &format!("has no {called} pattern")),
            Failure::Missing => Fault::new(
                Code::NotSupportedByTarget,
                format!(
                    "this Windows gives no UI Automation patterns, so not the {called} pattern of {}",
                    name(on.node)
                ),
            ),
            failure => self.fault(failure),
        })
    }

    /// Makes the call that changes something.
    fn perform(
        &mut self,
        on: &Target<'_>,
        call: impl FnOnce() -> windows::core::Result<()>,
    ) -> Result<Means, Fault> {
        let done = self.trying(|client| client.ask(on.job, |_| call()));
        match done {
            Ok(()) => Ok(Means::Pattern),
            Err(Failure::Disabled) => Err(disabled(on.node)),
            Err(Failure::Unable | Failure::Nothing) => {
                Err(unsupported(on.node, "cannot do this in the state it is in"))
            }
            Err(failure) => {
                let asked = failure == Failure::Silent || failure == Failure::Gone;
                let mut fault = self.fault(failure);
                if asked {
                    fault.message.push_str("; it was asked to act and may have done so");
                }
                Err(fault)
            }
        }
    }

    /// The whole text of an element: what its text pattern tells, else its value, else its name.
    pub(super) fn text_of(&mut self, element: &IUIAutomationElement, job: &Job) -> Result<String, Fault> {
        let properties = Properties(element);
        if properties.is_password() {
            return Err(Fault::new(
                Code::NotSupportedByTarget,
                "the content of a password field is never read",
            ));
        }
        if properties.has_text() {
            let asked = self.trying(|client| {
                client.ask(job, |_| {
                    // SAFETY: a live object; a plain value.
                    let pattern = unsafe { element.GetCurrentPattern(UIA_TextPatternId) }?;
                    let pattern = pattern.cast::<IUIAutomationTextPattern>()?;
                    // SAFETY: a live object; nothing is passed.
                    let all = unsafe { pattern.DocumentRange() }?;
                    // SAFETY: a live object; a plain value.
                    unsafe { all.GetText(i32::try_from(LONGEST_TEXT).unwrap_or(i32::MAX)) }
                })
            });
            match asked {
                Ok(text) => {
                    let units: &[u16] = &text;
                    return Ok(String::from_utf16_lossy(units.get(..LONGEST_TEXT).unwrap_or(units)));
                }
                Err(Failure::Nothing | Failure::Missing | Failure::Unable | Failure::Broken(_)) => {}
                Err(failure) => return Err(self.fault(failure)),
            }
        }
        if let Some(value) = properties.value(LONGEST_TEXT) {
            return Ok(value);
        }
        if properties.is_field() {
            let message = "this Windows, or the target, does not tell UI Automation the content of the field";
            return Err(Fault::new(Code::NotSupportedByTarget, message));
        }
        Ok(properties.text(UIA_NamePropertyId, LONGEST_TEXT).unwrap_or_default())
    }
}

/// What is operated.
struct Target<'a> {
    element: &'a IUIAutomationElement,
    node: &'a Node,
    job: &'a Job,
}

/// Overwrites a text that may be secret, and frees it.
fn wipe(text: BSTR) {
    let length = text.len();
    let start = text.into_raw().cast_mut();
    for place in 0..length {
        // SAFETY: the text was ours alone, in memory that the system gave for writing, `length` units long.
        unsafe { start.add(place).write_volatile(0) };
    }
    // SAFETY: the same text, taken back to be freed.
    drop(unsafe { BSTR::from_raw(start) });
}

fn name(node: &Node) -> String {
    format!("{} `{}`", node.role, escape(&node.name, 80))
}

fn disabled(node: &Node) -> Fault {
    Fault::new(Code::ElementDisabled, format!("{} is disabled", name(node))).elements(vec![node.clone()])
}

fn unsupported(node: &Node, why: &str) -> Fault {
    Fault::new(Code::NotSupportedByTarget, format!("{} {why}", name(node)))
}
