//! Looking: trees, elements, texts, pictures.

use gate::Cover;
use model::{
    Area, Code, ElementRef, Fault, FindRequest, Found as Matches, Picture, ReadTextRequest, Rect,
    ScreenshotRequest, Snapshot, TargetFacts, TextRead, TreeLimits, WindowInfo,
    ui::{Node, is_operable, matches},
};

use super::{again::element_again, locate::WHOLE, machine::Machine};
use crate::{
    act::Desk,
    capture::{Hide, Subject, SystemCamera, take},
    input::go_on,
    source::{Job, Recall, Source},
    system,
};

/// Elements that are read for each one wanted where most will be left out.
const READ_FOR_ONE: u32 = 4;
/// The least that is read then, and the most.
const READ: (u32, u32) = (1000, 5000);
/// Marks in a picture.
const MAX_MARKS: usize = 200;
/// Characters of a window's whole text.
const MAX_TEXT: usize = 20_000_000;

impl Machine {
    /// The tree of a window, or of one element of it, with what may be taken from the last one. The gate prunes it.
    pub(super) fn snapshot(
        &self,
        target: &TargetFacts,
        limits: &TreeLimits,
        recall: Recall,
        job: &Job,
    ) -> Result<Snapshot, Fault> {
        let (found, target, limits) = (self.window_again(target)?, target.clone(), raw(limits));
        let info = found.info.clone();
        let tree = self.at_window(&info, job, move |source, job| {
            let found = element_again(source, found, &target, job)?;
            let job = Job { recall, ..job.clone() };
            let mut tree = source.tree(&found.info, found.key(), &limits, &job)?;
            tree.window = Some(found.info);
            Ok(tree)
        })?;
        Ok(Snapshot { id: None, tree, changes: None, window_changes: None })
    }

    /// Every element of a window that fits, in reading order.
    pub(super) fn find(
        &self,
        target: &TargetFacts,
        request: &FindRequest,
        job: &Job,
    ) -> Result<Matches, Fault> {
        let info = self.window_again(target)?.info;
        let window = info.clone();
        let tree = self.at_window(&info, job, move |source, job| source.tree(&window, None, &WHOLE, job))?;
        let (name, id) = (request.name.as_deref(), request.automation_id.as_deref());
        let read = tree.nodes.len();
        let mut fitting = tree.nodes.into_iter().filter(|node| matches(node, request.role, name, id));
        let elements = fitting.by_ref().take(request.limit as usize).collect();
        let mut notes = tree.notes;
        if tree.cut {
            notes.push(format!("only the first {read} elements of the window were looked through"));
        }
        Ok(Matches { elements, more: u32::try_from(fitting.count()).unwrap_or(u32::MAX), notes })
    }

    /// The text of an element, or all the text of a window.
    pub(super) fn read_text(
        &self,
        target: &TargetFacts,
        request: &ReadTextRequest,
        job: &Job,
    ) -> Result<TextRead, Fault> {
        let (found, target) = (self.window_again(target)?, target.clone());
        let (info, offset, max_chars) = (found.info.clone(), request.offset, request.max_chars);
        self.at_window(&info, job, move |source, job| {
            let found = element_again(source, found, &target, job)?;
            match found.node {
                Some(node) if node.states.password => Err(Fault::new(
                    Code::NotSupportedByTarget,
                    "this is a password field: its content is never read",
                )),
                Some(node) => {
                    Ok(TextRead::part(&source.text(&node.key, job)?, offset, max_chars, Vec::new()))
                }
                None => {
                    let (text, notes) = whole_text(source, &found.info, job)?;
                    Ok(TextRead::part(&text, offset, max_chars, notes))
                }
            }
        })
    }

    /// A picture of a display, a window or a part of the screen.
    pub(super) fn picture(
        &self,
        request: &ScreenshotRequest,
        marks: &[(ElementRef, Rect)],
        cover: &Cover,
        target: Option<&TargetFacts>,
        job: &Job,
    ) -> Result<Picture, Fault> {
        let own = self.own.clone();
        let area = match (&request.area, target) {
            (Area::Window(_), None) => return Err(super::machine::missing("window")),
            (Area::Window(_), Some(target)) => {
                let info = self.window_again(target)?.info;
                let (window, request, marks) = (info.clone(), request.clone(), marks.to_vec());
                let cover = cover.clone();
                // A covered window is asked to draw itself, and may hang meanwhile.
                return self.at_window(&info, job, move |_, job| {
                    let hide = Hide { own: &own, cover: &cover };
                    take(Subject::Window(&window), &request, &marks, hide, &mut SystemCamera, job)
                });
            }
            (Area::Region(rect), _) => *rect,
            (Area::Display(number), _) => display(*number)?,
        };
        take(Subject::Area(area), request, marks, Hide { own: &own, cover }, &mut SystemCamera, job)
    }

    /// The elements that a picture can mark: those of the window that is shown, or of the foreground window, which can
    /// be operated and are on the screen.
    pub(super) fn survey(&self, targets: &[TargetFacts], job: &Job) -> Result<Vec<Node>, Fault> {
        let desk = self.desk();
        let info = match targets.first() {
            Some(target) => self.window_again(target)?.info,
            None => match desk.info(desk.foreground()) {
                Some(info) if !self.own.contains(&info.key.pid) => info,
                Some(_) | None => return Ok(Vec::new()),
            },
        };
        let shown = info.rect.intersection(desk.screen());
        let window = info.clone();
        let limits = TreeLimits { max_elements: READ.0 * 2, ..WHOLE };
        let tree = self.at_window(&info, job, move |source, job| source.tree(&window, None, &limits, job))?;
        let is_shown = |node: &Node| {
            !node.states.offscreen && !node.rect.intersection(shown).is_empty() && is_operable(node)
        };
        Ok(tree.nodes.into_iter().filter(is_shown).take(MAX_MARKS).collect())
    }
}

/// What is to be read where `limits` is what is to be shown: pruning leaves many of the elements out.
fn raw(limits: &TreeLimits) -> TreeLimits {
    if !limits.interactive_only && limits.query.is_none() {
        return limits.clone();
    }
    let enough = limits.max_elements.saturating_mul(READ_FOR_ONE).clamp(READ.0, READ.1);
    let max_elements = if limits.query.is_some() { READ.1 } else { enough };
    TreeLimits { max_elements, max_depth: WHOLE.max_depth, ..limits.clone() }
}

/// A display's rectangle by its number; the primary one's without.
pub(super) fn display(number: Option<u32>) -> Result<Rect, Fault> {
    let displays = system::display_list()?.displays;
    let found = match number {
        Some(number) => displays.iter().find(|display| display.number == number),
        None => displays.iter().find(|display| display.primary).or_else(|| displays.first()),
    };
    found.map(|display| display.rect).ok_or_else(|| {
        let message = number.map_or_else(
            || "there is no display".to_owned(),
            |number| format!("there is no display {number}"),
        );
        Fault::new(Code::NotFound, message).hint("see `display_list`")
    })
}

/// All the text of a window in reading order: a line for each element that says something. Never a password's.
fn whole_text(
    source: &mut dyn Source,
    window: &WindowInfo,
    job: &Job,
) -> Result<(String, Vec<String>), Fault> {
    let tree = source.tree(window, None, &WHOLE, job)?;
    let mut notes = tree.notes;
    if tree.cut {
        notes.push(format!("only the first {} elements were read", tree.nodes.len()));
    }
    let (mut text, mut unread) = (String::new(), 0_u32);
    let mut last = String::new();
    for node in tree.nodes {
        go_on(job)?;
        let content = match (&node.value, node.states.password) {
            (Some(_), false) => match source.text(&node.key, job) {
                Ok(content) => Some(content),
                Err(fault) if matches!(fault.code, Code::StaleElement | Code::NotSupportedByTarget) => {
                    unread += 1;
                    None
                }
                Err(fault) => return Err(fault),
            },
            (_, _) => None,
        };
        for said in [Some(node.name), content].into_iter().flatten() {
            if !said.is_empty() && said != last {
                text.push_str(&said);
                text.push('\n');
                last = said;
            }
        }
        if text.len() > MAX_TEXT {
            notes.push("the rest of the window was not read".to_owned());
            break;
        }
    }
    if unread > 0 {
        notes.push(format!("elements that vanished or could not be read: {unread}"));
    }
    Ok((text, notes))
}
