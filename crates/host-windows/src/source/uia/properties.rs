//! What an element that was read once tells: from its cache, so that no other process is asked.

use model::{
    Rect,
    ui::{Content, ElementId, ElementKey, Node, Patterns, Role, States, Toggle, WindowKey},
};
use windows::Win32::{System::Variant::VARIANT, UI::Accessibility::*};

use super::variant;

/// Properties that every request asks for; those of patterns come with them.
pub(super) const WANTED: &[UIA_PROPERTY_ID] = &[
    UIA_RuntimeIdPropertyId,
    UIA_ControlTypePropertyId,
    UIA_NamePropertyId,
    UIA_AutomationIdPropertyId,
    UIA_BoundingRectanglePropertyId,
    UIA_NativeWindowHandlePropertyId,
    UIA_IsEnabledPropertyId,
    UIA_IsOffscreenPropertyId,
    UIA_IsPasswordPropertyId,
    UIA_HasKeyboardFocusPropertyId,
    UIA_IsKeyboardFocusablePropertyId,
    UIA_IsInvokePatternAvailablePropertyId,
    UIA_IsTogglePatternAvailablePropertyId,
    UIA_ToggleToggleStatePropertyId,
    UIA_IsExpandCollapsePatternAvailablePropertyId,
    UIA_ExpandCollapseExpandCollapseStatePropertyId,
    UIA_IsSelectionItemPatternAvailablePropertyId,
    UIA_SelectionItemIsSelectedPropertyId,
    UIA_IsValuePatternAvailablePropertyId,
    UIA_ValueValuePropertyId,
    UIA_ValueIsReadOnlyPropertyId,
    UIA_IsRangeValuePatternAvailablePropertyId,
    UIA_RangeValueValuePropertyId,
    UIA_RangeValueIsReadOnlyPropertyId,
    UIA_RangeValueMinimumPropertyId,
    UIA_RangeValueMaximumPropertyId,
    UIA_IsScrollPatternAvailablePropertyId,
    UIA_ScrollHorizontallyScrollablePropertyId,
    UIA_ScrollVerticallyScrollablePropertyId,
    UIA_IsScrollItemPatternAvailablePropertyId,
    UIA_IsTextPatternAvailablePropertyId,
    UIA_LegacyIAccessibleDefaultActionPropertyId,
];

/// Longest name or id that is kept, in UTF-16 units.
const LONGEST_NAME: usize = model::Facts::CHARS + 1;

/// An element's cache.
#[derive(Debug, Clone, Copy)]
pub(super) struct Properties<'a>(pub(super) &'a IUIAutomationElement);

impl Properties<'_> {
    fn get(self, property: UIA_PROPERTY_ID) -> windows::core::Result<VARIANT> {
        // SAFETY: a live object; plain values. Without defaults, so that what is not supported is told from what is.
        unsafe { self.0.GetCachedPropertyValueEx(property, true) }
    }

    fn flag(self, property: UIA_PROPERTY_ID) -> Option<bool> {
        variant::flag(&self.get(property).ok()?)
    }

    fn int(self, property: UIA_PROPERTY_ID) -> Option<i32> {
        variant::int(&self.get(property).ok()?)
    }

    pub(super) fn number(self, property: UIA_PROPERTY_ID) -> Option<f64> {
        variant::number(&self.get(property).ok()?)
    }

    pub(super) fn text(self, property: UIA_PROPERTY_ID, most: usize) -> Option<String> {
        variant::text(&self.get(property).ok()?, most)
    }

    /// Whether a property can be told at all.
    fn has(self, property: UIA_PROPERTY_ID) -> bool {
        self.flag(property).is_some() || self.int(property).is_some() || self.text(property, 0).is_some()
    }

    /// Whether a pattern is there: as the element says, else as a property of the pattern shows.
    fn offers(self, available: UIA_PROPERTY_ID, shown_by: UIA_PROPERTY_ID) -> bool {
        self.flag(available).unwrap_or_else(|| self.has(shown_by))
    }

    /// UI Automation's id for it; nothing where its provider gives none.
    pub(super) fn runtime_id(self) -> Option<Vec<i32>> {
        variant::ints(&self.get(UIA_RuntimeIdPropertyId).ok()?).filter(|id| !id.is_empty())
    }

    /// The window or control it is; 0 where it has no handle of its own.
    pub(super) fn window(self) -> u64 {
        u64::from(self.int(UIA_NativeWindowHandlePropertyId).unwrap_or(0).cast_unsigned())
    }

    pub(super) fn rect(self) -> Rect {
        self.get(UIA_BoundingRectanglePropertyId)
            .ok()
            .and_then(|value| variant::rect(&value))
            .unwrap_or_default()
    }

    /// Whether it is out of sight.
    pub(super) fn is_offscreen(self) -> bool {
        self.flag(UIA_IsOffscreenPropertyId).unwrap_or(false)
    }

    /// Whether it is a password field. What cannot be told counts as one; what says nothing of it is none.
    pub(super) fn is_password(self) -> bool {
        self.get(UIA_IsPasswordPropertyId).map_or(true, |value| variant::flag(&value).unwrap_or(false))
    }

    /// Whether the value pattern is there.
    pub(super) fn has_value(self) -> bool {
        self.offers(UIA_IsValuePatternAvailablePropertyId, UIA_ValueValuePropertyId)
    }

    /// Whether it is a field, whose text is its content and never its name.
    pub(super) fn is_field(self) -> bool {
        self.int(UIA_ControlTypePropertyId) == Some(UIA_EditControlTypeId.0)
    }

    /// Whether the text pattern is there.
    pub(super) fn has_text(self) -> bool {
        self.flag(UIA_IsTextPatternAvailablePropertyId).unwrap_or(false)
    }

    /// Whether the range value pattern is there.
    pub(super) fn has_range(self) -> bool {
        let available = self.flag(UIA_IsRangeValuePatternAvailablePropertyId);
        available.unwrap_or_else(|| self.number(UIA_RangeValueValuePropertyId).is_some())
    }

    /// What a plain click would do by the older interface; nothing where it tells none.
    pub(super) fn default_action(self) -> Option<String> {
        self.text(UIA_LegacyIAccessibleDefaultActionPropertyId, 80).filter(|action| !action.is_empty())
    }

    /// The content of a field, at most `most` UTF-16 units; never of a password field.
    pub(super) fn value(self, most: usize) -> Option<String> {
        if self.is_password() {
            return None;
        }
        if self.has_value() {
            return self.text(UIA_ValueValuePropertyId, most);
        }
        self.has_range()
            .then(|| self.number(UIA_RangeValueValuePropertyId))
            .flatten()
            .map(|value| value.to_string())
    }

    /// The same for a node. All of it is here already: the cache holds it.
    fn content(self) -> Option<Content> {
        let value = self.value(Content::READ)?;
        if value.chars().count() < Content::SHOWN {
            return Some(Content::new(&value, 0));
        }
        let whole = self.get(UIA_ValueValuePropertyId).map_or(0, |value| variant::length(&value));
        Some(Content::new(&value, whole.saturating_sub(Content::READ) as u64))
    }

    /// Whether the scroll pattern can move it across, and down.
    pub(super) fn scrolls(self) -> (bool, bool) {
        let can = |property| self.flag(property).unwrap_or(false);
        (can(UIA_ScrollHorizontallyScrollablePropertyId), can(UIA_ScrollVerticallyScrollablePropertyId))
    }

    fn states(self) -> States {
        let checked = || match self.int(UIA_ToggleToggleStatePropertyId)? {
            0 => Some(Toggle::Off),
            1 => Some(Toggle::On),
            _ => Some(Toggle::Mixed),
        };
        let expanded = || match self.int(UIA_ExpandCollapseExpandCollapseStatePropertyId)? {
            0 => Some(false),
            1 | 2 => Some(true),
            _ => None, // a leaf
        };
        let toggles = self.offers(UIA_IsTogglePatternAvailablePropertyId, UIA_ToggleToggleStatePropertyId);
        let selects =
            self.offers(UIA_IsSelectionItemPatternAvailablePropertyId, UIA_SelectionItemIsSelectedPropertyId);
        let yes = |property| self.flag(property).unwrap_or(false);
        States {
            disabled: self.flag(UIA_IsEnabledPropertyId) == Some(false),
            focused: yes(UIA_HasKeyboardFocusPropertyId),
            offscreen: yes(UIA_IsOffscreenPropertyId),
            password: self.is_password(),
            read_only: (self.has_value() && yes(UIA_ValueIsReadOnlyPropertyId))
                || (self.has_range() && yes(UIA_RangeValueIsReadOnlyPropertyId)),
            selected: selects.then(|| self.flag(UIA_SelectionItemIsSelectedPropertyId)).flatten(),
            checked: toggles.then(checked).flatten(),
            expanded: self.expands().then(expanded).flatten(),
            focusable: yes(UIA_IsKeyboardFocusablePropertyId),
        }
    }

    fn expands(self) -> bool {
        self.offers(
            UIA_IsExpandCollapsePatternAvailablePropertyId,
            UIA_ExpandCollapseExpandCollapseStatePropertyId,
        )
    }

    fn patterns(self, states: &States) -> Patterns {
        let yes = |property| self.flag(property).unwrap_or(false);
        Patterns {
            invoke: yes(UIA_IsInvokePatternAvailablePropertyId),
            toggle: states.checked.is_some(),
            expand_collapse: states.expanded.is_some(),
            select: states.selected.is_some(),
            value: (self.has_value() || self.has_range()) && !states.read_only,
            scroll: yes(UIA_IsScrollPatternAvailablePropertyId),
            scroll_into_view: yes(UIA_IsScrollItemPatternAvailablePropertyId),
        }
    }

    /// All of it, as a node.
    pub(super) fn node(self, window: WindowKey, id: ElementId, depth: u32) -> Node {
        let states = self.states();
        let text = |property| self.text(property, LONGEST_NAME).unwrap_or_default();
        let (value, rest) = self.content().map(|content| (content.value, content.rest)).unzip();
        Node {
            reference: None,
            key: ElementKey { window, id },
            depth,
            role: self.int(UIA_ControlTypePropertyId).and_then(Role::from_uia).unwrap_or(Role::Custom),
            name: text(UIA_NamePropertyId),
            automation_id: text(UIA_AutomationIdPropertyId),
            value,
            rest: rest.flatten(),
            states,
            patterns: self.patterns(&states),
            rect: self.rect(),
        }
    }
}
