//! Which controls a window has and how they lie in one another, without asking any of them.

use std::collections::{HashMap, HashSet};

use model::{Fault, Rect};

use super::{
    ask::Ask,
    beside,
    control::{self, Control, WS_HSCROLL, WS_VISIBLE, WS_VSCROLL},
    kept::Kept,
    kind::Kind,
    order::{self, Place},
    text,
};

/// At most so many controls of a window are looked at.
const MOST: usize = 20_000;

/// The controls of a window that are shown.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) controls: Vec<Control>,
    children: HashMap<u64, Vec<usize>>,
    /// Where each control is in `controls`, and what it lies in.
    places: HashMap<u64, (usize, u64)>,
    /// How many went away meanwhile.
    pub(super) vanished: u32,
    /// Whether there are more than were looked at.
    pub(super) cut: bool,
}

/// The controls directly in a window, in reading order, with what group boxes among them hold.
#[derive(Debug, Default)]
pub(super) struct Arranged {
    /// In reading order: those that no group box holds, then, by group box, those in it.
    pub(super) outer: Vec<usize>,
    pub(super) held: HashMap<usize, Vec<usize>>,
}

/// What was found at a handle.
enum Look {
    Gone,
    Hidden,
    Shown { parent: u64, control: Control },
}

impl Look {
    fn at(handle: u64, kept: Option<&Kept>) -> Self {
        let Some(style) = control::style(handle) else { return Self::Gone };
        if style & WS_VISIBLE == 0 {
            return Self::Hidden;
        }
        let known = kept.and_then(|kept| kept.place(handle));
        let control = match known {
            Some((class, _)) => Control::of_class(handle, class.to_owned(), style),
            None => Control::with_style(handle, style),
        };
        let parent = known.map_or_else(|| control::parent(handle), |(_, parent)| parent);
        control.map_or(Self::Gone, |control| Self::Shown { parent, control })
    }
}

impl Survey {
    /// Looks at everything inside a window, with what is known of it.
    pub(super) fn of(window: u64, ask: &Ask<'_>, kept: Option<&Kept>) -> Result<Self, Fault> {
        let mut survey = Self::default();
        let all = control::inside(window, MOST);
        survey.cut = all.len() >= MOST;
        let looked = beside::each(
            &all,
            || (),
            |(), handle| {
                ask.go_on()?;
                Ok(Look::at(*handle, kept))
            },
        );
        let mut opens: HashSet<u64> = HashSet::from([window]);
        for look in looked {
            let (parent, control) = match look? {
                Look::Gone => {
                    survey.vanished += 1;
                    continue;
                }
                Look::Hidden => continue,
                Look::Shown { parent, control } => (parent, control),
            };
            if !opens.contains(&parent) {
                continue; // it lies in something that is not shown, or is a part of a control
            }
            let handle = control.handle;
            if !matches!(control.kind, Kind::Combo | Kind::ToolTip) {
                opens.insert(handle);
            }
            if control.kind != Kind::ToolTip {
                if let Some(kept) = kept {
                    ask.know(handle, kept.answers(&control));
                }
                survey.places.insert(handle, (survey.controls.len(), parent));
                survey.children.entry(parent).or_default().push(survey.controls.len());
                survey.controls.push(control);
            }
        }
        Ok(survey)
    }

    /// All controls, each with what it lies in.
    pub(super) fn placed(&self) -> impl Iterator<Item = (&Control, u64)> {
        let parent = |control: &Control| self.places.get(&control.handle).map(|(_, parent)| *parent);
        self.controls.iter().filter_map(move |control| Some((control, parent(control)?)))
    }

    /// The name that a label of this window gives.
    pub(super) fn label(&self, label: u64) -> Option<String> {
        let (index, _) = self.places.get(&label)?;
        self.get(*index).map(|label| text::label_name(label.text()))
    }

    pub(super) fn get(&self, index: usize) -> Option<&Control> {
        self.controls.get(index)
    }

    fn places(&self, parent: u64) -> (&[usize], Vec<Place>) {
        let children = self.children.get(&parent).map_or(&[] as &[usize], Vec::as_slice);
        let place = |index: &usize| {
            let control = self.get(*index);
            Place {
                kind: control.map_or(Kind::Other, |control| control.kind),
                rect: control.map_or_else(Rect::default, |control| control.rect),
            }
        };
        (children, children.iter().map(place).collect())
    }

    /// What lies directly in a window, in reading order.
    pub(super) fn arranged(&self, parent: u64) -> Arranged {
        let (children, places) = self.places(parent);
        let mut by_holder: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
        for (place, holder) in order::groups(&places).into_iter().enumerate() {
            by_holder.entry(holder).or_default().push(place);
        }
        let mut arranged = Arranged::default();
        for (holder, which) in by_holder {
            let ordered = order::reading_order(&places, which);
            let ordered = ordered.into_iter().filter_map(|place| children.get(place).copied()).collect();
            match holder.and_then(|place| children.get(place)) {
                Some(holder) => drop(arranged.held.insert(*holder, ordered)),
                None => arranged.outer = ordered,
            }
        }
        arranged
    }

    /// Whether anything lies in a window.
    pub(super) fn has_children(&self, parent: u64) -> bool {
        self.children.contains_key(&parent)
    }

    /// For each control that wants one, the label that names it, if any.
    pub(super) fn labels(&self) -> HashMap<u64, Option<u64>> {
        let mut all = HashMap::new();
        for parent in self.children.keys() {
            let (children, places) = self.places(*parent);
            for (place, label) in order::labels(&places).into_iter().enumerate() {
                let Some(control) = children.get(place).and_then(|index| self.get(*index)) else { continue };
                if control.kind.wants_label() {
                    let label = label.and_then(|label| self.get(*children.get(label)?));
                    all.insert(control.handle, label.map(|label| label.handle));
                }
            }
        }
        all
    }
}

/// The name that a label gives.
pub(super) fn label_text(label: u64) -> String {
    text::label_name(&control::internal_text(label, text::NAME))
}

/// Whether a window of this style scrolls.
pub(super) const fn scrolls(style: u32) -> bool {
    style & (WS_VSCROLL | WS_HSCROLL) != 0
}
