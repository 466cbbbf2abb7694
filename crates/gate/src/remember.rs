//! Names what an outcome shows: each window and element gets its ref, snapshots are compared, pictures numbered.

use model::{
    Acted, Code, Fault, Operation, Outcome, Scope, Snapshot, SnapshotRequest, TreeLimits,
    ui::{Node, Pruned, Tree, diff, diff_windows},
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
        if request.scope == Scope::Desktop {
            return self.name_desktop(request, snapshot, redaction);
        }
        let tree = &mut snapshot.tree;
        tree.window.iter_mut().for_each(|window| self.name_info(window));
        let pruned = redaction.prune(std::mem::take(&mut tree.nodes), &request.limits);
        let Pruned { mut nodes, cut, unmatched } = pruned;
        tree.cut |= cut;
        tree.unmatched = unmatched;
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
        snapshot.id =
            Some(self.keep_snapshot(shown, nodes.iter().map(Node::without_text).collect(), Vec::new()));
        if snapshot.changes.is_none() {
            tree.nodes = nodes;
        }
        Ok(())
    }

    /// The same of the windows of the desktop, whose contents are not looked at.
    fn name_desktop(
        &mut self,
        request: &SnapshotRequest,
        snapshot: &mut Snapshot,
        redaction: &Redaction<'_>,
    ) -> Result<(), Fault> {
        let Tree { windows, cut, unmatched, .. } = &mut snapshot.tree;
        let TreeLimits { query, max_elements, .. } = &request.limits;
        if let Some(query) = query.as_deref().map(str::to_lowercase) {
            windows.retain(|window| redaction.mentions(window, &query));
            *unmatched = windows.is_empty();
        }
        windows.iter_mut().for_each(|window| self.name_info(window));
        // All are compared, for which are in front changes often; and the other limits are of elements.
        let shown = (Scope::Desktop, None, TreeLimits { query: query.clone(), ..TreeLimits::default() });
        let before = request.since.map(|since| self.snapshot(since, &shown)).transpose()?;
        snapshot.window_changes = before.map(|before| diff_windows(&before.windows, windows));
        snapshot.id = Some(self.keep_snapshot(shown, Vec::new(), windows.clone()));
        if snapshot.window_changes.is_some() {
            windows.clear();
        }
        *cut |= windows.len() > *max_elements as usize;
        windows.truncate(*max_elements as usize);
        Ok(())
    }
}
