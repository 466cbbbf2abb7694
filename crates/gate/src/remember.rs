//! Names what an outcome shows: each window and element gets its ref, snapshots are compared, pictures numbered.

use model::{
    Acted, Code, Fault, Operation, Outcome, Scope, Snapshot,
    ui::{Node, diff},
};

use crate::{memory::Memory, redaction::Redaction};

impl Memory {
    /// Names everything in `outcome`, which `operation` brought. What is remembered is whole: things are found again by it.
    pub(crate) fn name_outcome(
        &mut self,
        operation: &Operation,
        outcome: &mut Outcome,
        redaction: &Redaction<'_>,
    ) -> Result<(), Fault> {
        match outcome {
            Outcome::Windows(list) => list.windows.iter_mut().for_each(|window| self.name_info(window)),
            Outcome::Snapshot(snapshot) => self.name_snapshot(operation, snapshot, redaction)?,
            Outcome::Found(found) => {
                for node in &mut found.elements {
                    self.name_element(node);
                }
            }
            Outcome::Picture(picture) => {
                for node in &mut picture.marks {
                    self.name_element(node);
                }
                self.keep_picture(&mut picture.frame);
            }
            Outcome::Waited(waited) => {
                if let Some(node) = &mut waited.element {
                    self.name_element(node);
                }
                if let Some(window) = &mut waited.window {
                    self.name_info(window);
                }
            }
            Outcome::Acted(acted) => self.name_acted(acted),
            Outcome::Status(_)
            | Outcome::Displays(_)
            | Outcome::Apps(_)
            | Outcome::Text(_)
            | Outcome::Clipboard(_)
            | Outcome::Registry(_) => {}
        }
        Ok(())
    }

    fn name_acted(&mut self, acted: &mut Acted) {
        self.clipboard = acted.clipboard.or(self.clipboard);
        for node in acted.element.iter_mut().chain(&mut acted.focused) {
            self.name_element(node);
        }
        for window in acted.foreground.iter_mut().chain(&mut acted.opened).chain(&mut acted.closed) {
            self.name_info(window);
        }
    }

    fn name_snapshot(
        &mut self,
        operation: &Operation,
        snapshot: &mut Snapshot,
        redaction: &Redaction<'_>,
    ) -> Result<(), Fault> {
        let Operation::Snapshot(request) = operation else {
            return Err(Fault::new(Code::Internal, "a snapshot came of another operation"));
        };
        let tree = &mut snapshot.tree;
        for window in tree.window.iter_mut().chain(&mut tree.windows) {
            self.name_info(window);
        }
        let (mut nodes, cut) = redaction.prune(std::mem::take(&mut tree.nodes), &request.limits);
        tree.cut |= cut;
        for node in &mut nodes {
            self.name_element(node);
        }
        let scope = match &request.scope {
            // The foreground window by whatever name: what counts is the window it was.
            Scope::Foreground | Scope::Window(_) => Scope::Foreground,
            Scope::Element(_) | Scope::Desktop => request.scope.clone(),
        };
        let shown = (scope, tree.window.as_ref().map(|window| window.key), request.limits.clone());
        if let Some(since) = request.since {
            snapshot.changes = Some(diff(&self.snapshot(since, &shown)?.nodes, &nodes));
        }
        snapshot.id = Some(self.keep_snapshot(shown, nodes.iter().map(Node::without_text).collect()));
        if snapshot.changes.is_none() {
            tree.nodes = nodes;
        }
        Ok(())
    }
}
