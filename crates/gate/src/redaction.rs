//! Secrets are taken out of whatever leaves the gate: trees, texts, titles, messages.
//!
//! Untrusted: every text a host brings.
//! Guarantees: what `policy::redact` finds does not stand in the outcome or the fault, unless every policy permits
//! `reveal` on what was read; what a part of a text holds is judged with what is around it.
//! Does not: reach pixels; those are painted over where the picture is taken.

mod content;
mod registry;

use std::{cell::OnceCell, collections::HashMap, fmt};

use model::{
    Acted, Fault, FindRequest, Operation, Outcome, TextRead, TreeLimits, WindowInfo,
    ui::{Changes, ElementKey, Node, Pruned, Role, matches, prune},
};
use policy::redact;

use content::Reach;
pub(crate) use content::end_at_a_space;

/// Takes secrets out, unless they may be shown.
pub(crate) struct Redaction<'a> {
    may_reveal: Box<dyn Fn() -> bool + 'a>,
    /// The answer: asked for when the first secret is found.
    reveals: OnceCell<bool>,
}

impl fmt::Debug for Redaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redaction").field("reveals", &self.reveals).finish_non_exhaustive()
    }
}

impl<'a> Redaction<'a> {
    /// Which asks at most once whether secrets may be shown.
    pub(crate) fn unless(may_reveal: impl Fn() -> bool + 'a) -> Self {
        Self { may_reveal: Box::new(may_reveal), reveals: OnceCell::new() }
    }

    /// For what nobody may see.
    pub(crate) fn always() -> Self {
        Self::unless(|| false)
    }

    fn reveals(&self) -> bool {
        *self.reveals.get_or_init(|| (self.may_reveal)())
    }

    /// Puts what is left of a text in its place.
    fn put(&self, place: &mut String, clean: Option<String>) {
        if let Some(clean) = clean
            && !self.reveals()
        {
            *place = clean;
        }
    }

    fn text(&self, text: &mut String) {
        let clean = redact::part(text, 0..text.len());
        self.put(text, clean);
    }

    /// Everything that an outcome tells.
    pub(crate) fn outcome(&self, operation: &Operation, outcome: &mut Outcome) {
        match outcome {
            Outcome::Windows(list) => list.windows.iter_mut().for_each(|window| self.window(window)),
            Outcome::Snapshot(snapshot) => {
                let tree = &mut snapshot.tree;
                tree.window.iter_mut().chain(&mut tree.windows).for_each(|window| self.window(window));
                self.nodes(&mut tree.nodes, Reach::Shown);
                self.texts(&mut tree.notes);
                if let Some(changes) = &mut snapshot.changes {
                    self.nodes(&mut changes.added, Reach::Shown);
                    self.nodes(&mut changes.changed, Reach::Shown);
                    self.nodes(&mut changes.removed, Reach::Shown);
                }
                if let Some(Changes { added, changed, removed, .. }) = &mut snapshot.window_changes {
                    let all = added.iter_mut().chain(changed).chain(removed);
                    all.for_each(|window| self.window(window));
                }
            }
            Outcome::Found(found) => {
                self.nodes(&mut found.elements, Reach::Shown);
                self.texts(&mut found.notes);
                if let Operation::Find(request) = operation {
                    found.elements.retain(|node| has_name(node, request));
                }
            }
            Outcome::Text(read) | Outcome::Clipboard(read) => self.read(read),
            Outcome::Picture(picture) => {
                self.nodes(&mut picture.marks, Reach::Shown);
                self.texts(&mut picture.notes);
            }
            Outcome::Waited(waited) => {
                waited.element.iter_mut().for_each(|node| self.node(node, None, Reach::Shown));
                waited.window.iter_mut().for_each(|window| self.window(window));
            }
            Outcome::Acted(acted) => self.acted(acted),
            Outcome::Registry(outcome) => self.registry(outcome),
            Outcome::Apps(_) | Outcome::Status(_) | Outcome::Displays(_) => {}
        }
    }

    /// Everything that a failure tells.
    pub(crate) fn fault(&self, fault: &mut Fault) {
        self.text(&mut fault.message);
        self.text(&mut fault.hint);
        self.nodes(&mut fault.elements, Reach::Shown);
        fault.windows.iter_mut().for_each(|window| self.window(window));
    }

    /// Whether a window fits a query by what may be shown of it.
    pub(crate) fn mentions(&self, window: &WindowInfo, query: &str) -> bool {
        let mut shown = window.clone();
        self.window(&mut shown);
        shown.mentions(query)
    }

    /// A tree cut down to what was asked for. A query finds nothing in a secret: else it could be guessed, character by
    /// character.
    pub(crate) fn prune(&self, nodes: Vec<Node>, limits: &TreeLimits) -> Pruned {
        if limits.query.is_none() {
            return prune(nodes, limits);
        }
        let mut clean = nodes.clone();
        self.nodes(&mut clean, Reach::Read);
        let pruned = prune(clean, limits);
        let mut whole: HashMap<ElementKey, Node> =
            nodes.into_iter().map(|node| (node.key.clone(), node)).collect();
        let as_read = |kept: Node| match whole.remove(&kept.key) {
            Some(node) => Node { depth: kept.depth, ..node },
            None => kept,
        };
        Pruned { nodes: pruned.nodes.into_iter().map(as_read).collect(), ..pruned }
    }

    fn acted(&self, acted: &mut Acted) {
        acted
            .element
            .iter_mut()
            .chain(&mut acted.focused)
            .for_each(|node| self.node(node, None, Reach::Shown));
        let windows = acted.foreground.iter_mut().chain(&mut acted.opened).chain(&mut acted.closed);
        windows.for_each(|window| self.window(window));
        self.texts(&mut acted.notes);
    }

    fn texts(&self, texts: &mut [String]) {
        texts.iter_mut().for_each(|text| self.text(text));
    }

    fn window(&self, window: &mut WindowInfo) {
        self.text(&mut window.title);
    }

    fn nodes(&self, nodes: &mut [Node], reach: Reach) {
        let mut label: Option<String> = None;
        for node in nodes {
            self.node(node, label.as_deref(), reach);
            label = (node.role == Role::Text).then(|| node.name.clone());
        }
    }

    /// One element; `label` is the text in front of it, which may say what it holds.
    fn node(&self, node: &mut Node, label: Option<&str>, reach: Reach) {
        self.text(&mut node.automation_id);
        self.content(node, label, reach);
        self.text(&mut node.name);
    }

    fn read(&self, read: &mut TextRead) {
        let (before, after) = (std::mem::take(&mut read.before), std::mem::take(&mut read.after));
        let start = before.len();
        let end = start + read.text.len();
        let whole = [before.as_str(), read.text.as_str(), after.as_str()].concat();
        let clean = redact::part(&whole, start..end);
        self.put(&mut read.text, clean);
        self.texts(&mut read.notes);
    }
}

/// Whether a text shows `wanted` (in lower case) outside of the secrets in it; `label` says what it holds. For hosts that
/// wait for a text: else a secret could be guessed, character by character.
#[must_use]
pub fn shows(label: &str, text: &str, wanted: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(wanted);
    has(text) && redact::field(label, text).is_none_or(|clean| has(&clean))
}

/// Whether an element is still found when only what may be shown of it counts.
fn has_name(node: &Node, request: &FindRequest) -> bool {
    matches(node, None, request.name.as_deref(), None)
}

#[cfg(test)]
#[path = "tests/redaction.rs"]
mod tests;
