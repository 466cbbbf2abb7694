//! Elements of recent looks, so that one that is named by its key need not be searched for.

use std::collections::HashMap;

use model::ui::ElementId;
use windows::Win32::UI::Accessibility::IUIAutomationElement;

/// At most so many elements are kept; each keeps an object in the target alive.
const MOST: usize = 10_000;

/// An element that was seen.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) element: IUIAutomationElement,
    /// Child indices from the window down; nothing where it was not come to that way.
    pub(super) path: Option<Vec<u32>>,
}

/// The elements that are kept.
#[derive(Debug, Default)]
pub(super) struct Recent(HashMap<ElementId, Held>);

impl Recent {
    /// Keeps an element; where there are too many, only from now on.
    pub(super) fn keep(&mut self, id: ElementId, held: Held) {
        if self.0.len() >= MOST && !self.0.contains_key(&id) {
            self.0.clear();
        }
        self.0.insert(id, held);
    }

    pub(super) fn get(&self, id: &ElementId) -> Option<&Held> {
        self.0.get(id)
    }

    pub(super) fn forget(&mut self, id: &ElementId) {
        self.0.remove(id);
    }

    /// Forgets all, for a new look at the whole window.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
