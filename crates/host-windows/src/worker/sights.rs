//! What a picture can show: which windows, and what stands in them.

use std::{
    thread,
    time::{Duration, Instant},
};

use gate::{Looked, Sight, Texts, Written};
use model::{
    Area, Fault, Rect, TargetFacts, WindowInfo,
    ui::{ElementId, Node, Role, WindowKey},
};

use super::{look::display, machine::Machine};
use crate::{
    act::Desk,
    capture::{Camera, SystemCamera},
    source::{Glance, Job, WindowSource, unread},
    system,
};

/// Windows that are looked into for one picture; those behind them are taken as silent.
const MOST: usize = 40;
/// How long a window that told nothing in time may take to show that it answers at all.
const PATIENCE: Duration = Duration::from_millis(50);

impl Machine {
    /// The windows that a picture of `area` can show, front to back.
    pub(super) fn sights(
        &self,
        area: &Area,
        targets: &[TargetFacts],
        job: &Job,
    ) -> Result<Vec<Sight>, Fault> {
        crate::input::go_on(job)?;
        let target = targets.first().map(|target| target.window.key.handle);
        let layers = SystemCamera.layers();
        let area = match area {
            Area::Region(rect) => *rect,
            Area::Display(number) => display(*number)?,
            Area::Window(_) => layers
                .iter()
                .find(|layer| Some(layer.handle) == target)
                .map_or_else(Rect::default, |layer| layer.rect),
        };
        let desk = self.desk();
        let mut covered: Vec<Rect> = Vec::new();
        let mut sights = Vec::new();
        for layer in layers {
            let part = layer.rect.intersection(area);
            // One that lies behind another as a whole is asked about only where it is to draw itself.
            let behind = covered.iter().any(|other| other.intersection(part) == part);
            if layer.opaque {
                covered.push(layer.rect);
            }
            if part.is_empty() || self.own.contains(&layer.pid) || (behind && Some(layer.handle) != target) {
                continue;
            }
            let facts = desk.info(layer.handle).and_then(|info| system::facts(info.key, &self.own).ok());
            // What went away meanwhile is not shown.
            sights.extend(facts.map(|(_, window)| Sight { window, place: layer.rect }));
        }
        Ok(sights)
    }

    /// Reads what stands in windows, each on its own thread.
    pub(super) fn texts(
        &self,
        windows: &[WindowKey],
        budget: Duration,
        job: &Job,
    ) -> Result<Vec<Texts>, Fault> {
        crate::input::go_on(job)?;
        let job = Job { deadline: job.deadline.min(Instant::now() + budget), ..job.clone() };
        let read = thread::scope(|scope| {
            let look = |key: &WindowKey| {
                let (key, job) = (*key, job.clone());
                thread::Builder::new().spawn_scoped(scope, move || self.texts_of(key, &job)).ok()
            };
            let looks: Vec<_> = windows.iter().take(MOST).filter_map(look).collect();
            // A look that panicked, or that could not be begun, leaves its window out: it is painted over.
            looks.into_iter().filter_map(|look| look.join().ok()).collect()
        });
        Ok(read)
    }

    fn texts_of(&self, key: WindowKey, job: &Job) -> Texts {
        let silent =
            Texts { window: key, place: Rect::default(), looked: Looked::Silent, written: Vec::new() };
        let desk = self.desk();
        let Some(info) = desk.info(key.handle).filter(|info| info.key == key && info.responding) else {
            return silent;
        };
        let window = info.clone();
        let read = self.at_window(&info, job, move |source, job| Ok(read(source, &window, job)));
        let (whole, mut written) = match read {
            Ok(Some(read)) => read,
            // It has many controls, or does not answer.
            Ok(None) => return silent,
            Err(_) if !desk.answers(key.handle, PATIENCE) => return silent,
            // Its thread here is at something else: nothing is known but where its controls are.
            Err(_) => match unread(key, &[]) {
                Some(places) => (false, places.into_iter().map(hidden).collect()),
                None => return silent,
            },
        };
        let looked = match whole {
            true => Looked::Whole,
            false if desk.answers(key.handle, PATIENCE) => Looked::Part,
            false => return silent,
        };
        written.push(Written { rect: title_bar(&info), text: info.title.clone(), password: false });
        Texts { place: info.rect, looked, written, ..silent }
    }
}

/// What stands in a window, and whether it told of all that; controls that were not read in time are taken for secrets. Nothing
/// where there are too many of them.
fn read(source: &mut WindowSource, window: &WindowInfo, job: &Job) -> Option<(bool, Vec<Written>)> {
    let Glance { nodes, controls, drawn } = source.glance(window, job);
    let mut written = Vec::new();
    for node in nodes.iter().filter(|node| !node.states.offscreen && !node.rect.is_empty()) {
        match source.whole_value(node, job) {
            Some(content) => written.push(in_words(node, &content)),
            None => written.push(hidden(node.rect)),
        }
    }
    let is_told = |node: &Node| node.value.is_some() || !holds_text(node);
    if !controls || !nodes.iter().all(is_told) {
        let told: Vec<Node> = nodes.into_iter().filter(is_told).collect();
        written.extend(unread(window.key, &told)?.into_iter().map(hidden));
    }
    Some((drawn && controls, written))
}

/// What is taken for a secret.
const fn hidden(rect: Rect) -> Written {
    Written { rect, text: String::new(), password: true }
}

/// Whether an element has a content that its control would have told.
fn holds_text(node: &Node) -> bool {
    matches!(node.key.id, ElementId::Handle { .. })
        && !node.states.password
        && matches!(node.role, Role::Edit | Role::Document)
}

fn in_words(node: &Node, content: &str) -> Written {
    let text = match (node.name.as_str(), content) {
        (name, "") => name.to_owned(),
        ("", content) => content.to_owned(),
        (name, content) => format!("{name}: {content}"),
    };
    Written { rect: node.rect, text, password: node.states.password }
}

/// Where a window's title stands, or would.
fn title_bar(window: &WindowInfo) -> Rect {
    const HEIGHT: i32 = 48;
    let Rect { left, top, right, bottom } = window.rect;
    Rect::new(left, top, right, bottom.min(top.saturating_add(HEIGHT)))
}
