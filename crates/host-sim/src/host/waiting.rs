//! Waiting until something is so: looked at again whenever something changed.

use std::time::Duration;

use gate::{Locator, Run, WindowLocator};
use model::{
    Code, Condition, Facts, Fault, Outcome, WaitForRequest, Waited, WindowInfo,
    ui::{Node, Pick, pick},
};
use tokio::time::Instant;

use super::{
    SimHost,
    find::{self, Trouble, answers},
};
use crate::{desktop::Desktop, world::Window};

/// How long a window's tree must stay equal to be idle.
const IDLE: Duration = Duration::from_millis(150);

/// What a look at the condition gave.
enum Look {
    /// It is so, with what was waited for.
    So(Option<Node>, Option<WindowInfo>),
    /// Not yet.
    NotYet,
    /// The window's elements, which must stay as they are.
    Idle(WindowInfo, Vec<Node>),
}

/// Waits; `TIMEOUT` where the condition does not come true in time.
pub(super) async fn wait(
    host: &SimHost,
    request: &WaitForRequest,
    locators: &[Locator],
    facts: &Facts,
    run: &Run,
) -> Result<Outcome, Fault> {
    let begun = Instant::now();
    let until = begun + Duration::from_millis(request.timeout_ms.into());
    if let Condition::Duration(ms) = request.condition {
        host.sleep_until(begun + Duration::from_millis(ms.into()), run).await?;
        return Ok(waited(begun, None, None));
    }
    let mut changes = host.changes();
    let mut steady: Option<(Instant, Vec<Node>)> = None;
    loop {
        changes.mark_unchanged();
        let look = host
            .ask_until(until, run, |desktop| look(desktop, &request.condition, locators, facts, run.reveals));
        let next = match look.await? {
            Look::So(element, window) => return Ok(waited(begun, element, window)),
            Look::NotYet => until,
            Look::Idle(window, nodes) => {
                let since = match steady.take() {
                    Some((since, before)) if before == nodes => since,
                    Some(_) | None => Instant::now(),
                };
                if since.elapsed() >= IDLE {
                    return Ok(waited(begun, None, Some(window)));
                }
                steady = Some((since, nodes));
                until.min(since + IDLE)
            }
        };
        if Instant::now() >= until {
            let message = format!("it did not become so within {} ms", request.timeout_ms);
            return Err(
                Fault::new(Code::Timeout, message).hint("look with `snapshot` at what is there instead")
            );
        }
        tokio::select! {
            slept = host.sleep_until(next, run) => slept?,
            _ = changes.changed() => {}
        }
    }
}

fn waited(begun: Instant, element: Option<Node>, window: Option<WindowInfo>) -> Outcome {
    let elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Outcome::Waited(Waited { elapsed_ms, element, window })
}

fn look(
    desktop: &Desktop,
    condition: &Condition,
    locators: &[Locator],
    facts: &Facts,
    reveals: bool,
) -> Result<Look, Trouble> {
    let when = |is_so, element, window| if is_so { Look::So(element, window) } else { Look::NotYet };
    Ok(match condition {
        Condition::ElementExists(_) => {
            let found = elements(desktop, locators)?.into_iter().next();
            when(found.is_some(), found, None)
        }
        Condition::ElementGone(_) => when(elements(desktop, locators)?.is_empty(), None, None),
        Condition::ElementEnabled(_) => {
            let found = elements(desktop, locators)?.into_iter().find(|node| !node.states.disabled);
            when(found.is_some(), found, None)
        }
        Condition::WindowAppears(_) => {
            let window = windows(desktop, locators).first().map(|window| desktop.info(window));
            when(window.is_some(), None, window)
        }
        Condition::WindowGone(_) => when(windows(desktop, locators).is_empty(), None, None),
        Condition::TextAppears { text, .. } => {
            let window = judged(desktop, facts)?;
            let has = Desktop::has_text(window, &text.to_lowercase(), reveals);
            when(has, None, Some(desktop.info(window)))
        }
        Condition::WindowIdle(_) => {
            let window = judged(desktop, facts)?;
            Look::Idle(desktop.info(window), Desktop::nodes(window, None))
        }
        Condition::Duration(_) => Look::So(None, None),
    })
}

/// The window that was judged; it must answer.
fn judged<'a>(desktop: &'a Desktop, facts: &Facts) -> Result<&'a Window, Trouble> {
    let target = facts
        .targets
        .first()
        .ok_or_else(|| Fault::new(Code::Internal, "the window is missing from the facts"))?;
    let window = find::again(desktop, target)?.window;
    answers(desktop, window)?;
    Ok(window)
}

/// The windows that a locator fits; none of winwarden's own, of which nothing was judged.
fn windows<'a>(desktop: &'a Desktop, locators: &[Locator]) -> Vec<&'a Window> {
    let Some(Locator::Window(locator)) = locators.first() else { return Vec::new() };
    named(desktop, locator)
}

fn named<'a>(desktop: &'a Desktop, locator: &WindowLocator) -> Vec<&'a Window> {
    let fits = |window: &&Window| match locator {
        WindowLocator::Key(key) => Desktop::key(window) == *key,
        WindowLocator::Title(title) => window.title.to_lowercase() == title.to_lowercase(),
        WindowLocator::Foreground => window.foreground,
    };
    desktop.world.windows.iter().filter(fits).filter(|window| !desktop.is_own(window)).collect()
}

/// The elements that a locator fits.
fn elements(desktop: &Desktop, locators: &[Locator]) -> Result<Vec<Node>, Trouble> {
    let (window, selector) = match locators.first() {
        Some(Locator::Selector { window, selector }) => (window, selector),
        Some(locator) => {
            return match find::locate(desktop, locator) {
                Ok(found) if desktop.is_own(found.window) => Ok(Vec::new()),
                Ok(found) => Ok(found.node().into_iter().collect()),
                Err(Trouble::Fault(_)) => Ok(Vec::new()),
                Err(hangs) => Err(hangs),
            };
        }
        None => return Ok(Vec::new()),
    };
    let mut found = Vec::new();
    for window in named(desktop, window) {
        answers(desktop, window)?;
        match pick(Desktop::nodes(window, None).iter(), selector) {
            Pick::One(node) => found.push(*node),
            Pick::Several { nodes, .. } => found.extend(nodes),
            Pick::None => {}
        }
    }
    Ok(found)
}
