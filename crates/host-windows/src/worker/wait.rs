//! Waiting until something is so: looking again when it may have changed, at no more than the thing itself.

use std::time::{Duration, Instant};

use gate::{Locator, shows};
use model::{
    Code, Facts, Fault, TargetFacts, TreeLimits, Waited, WindowInfo,
    ui::{Content, ElementKey, Node, Role, escape},
};

use super::{
    again::Found,
    identity::is_same,
    locate::WHOLE,
    machine::{Machine, missing, only},
    until::{self, Ended, rest},
};
use crate::{
    act::Desk,
    input::go_on,
    source::{Job, Source},
    wire::Shown,
};

/// How long a window may take to show that it answers.
const PROMPT: Duration = Duration::from_millis(50);
/// How long a window's elements stay as they are before it counts as idle.
const QUIET: Duration = Duration::from_millis(150);
/// How long after the end of the wait a look may end that has begun before: that it is slow is no sign that the window
/// does not answer.
const LAST_LOOK: Duration = Duration::from_millis(500);
/// How much of a window is compared.
const PART: TreeLimits =
    TreeLimits { interactive_only: false, max_elements: 1000, max_depth: 64, query: None };
/// Characters of a field that its element holds.
const VALUE: usize = Content::SHOWN;

/// One look: what is so, or what there was instead.
type Look = until::Look<Box<Waited>>;

fn yes(element: Option<Node>, window: Option<WindowInfo>) -> Look {
    Look::Yes(Box::new(Waited { elapsed_ms: 0, element, window }))
}

/// What a wait remembers from one look to the next.
#[derive(Default)]
struct Before {
    /// The element that was found.
    element: Option<Node>,
    /// The elements of the window, and since when they are so.
    nodes: Option<(Vec<Node>, Instant)>,
}

impl Machine {
    /// Waits.
    ///
    /// # Errors
    /// `TIMEOUT` with what was seen last, `CANCELLED`, and those of looking.
    pub(super) fn wait(
        &self,
        until: &Shown,
        target: Option<&Locator>,
        facts: &Facts,
        timeout_ms: u32,
        job: &Job,
    ) -> Result<Waited, Fault> {
        let begun = Instant::now();
        let end = match until {
            Shown::Passed(_) => job.deadline, // the time's passing is what is waited for, and no failure
            _ => (begun + Duration::from_millis(timeout_ms.into())).min(job.deadline),
        };
        let looks_end = (end + LAST_LOOK).min(job.deadline);
        let (job, look_job) =
            (Job { deadline: end, ..job.clone() }, Job { deadline: looks_end, ..job.clone() });
        let ended = if let Shown::Passed(time) = until {
            passes(Duration::from_millis((*time).into()), &job)?
        } else {
            let (mut before, mut looks) = (Before::default(), 0_u32);
            let look = || {
                looks += 1;
                self.look(until, target, facts, &mut before, &look_job)
            };
            let ended = until::until(&job, look, |bell| self.listen(until, target, bell, &job))?;
            tracing::debug!(looks, elapsed_ms = since(begun), "a wait has ended");
            ended
        };
        match ended {
            Ended::So(waited) => Ok(Waited { elapsed_ms: since(begun), ..*waited }),
            Ended::Over(seen) => {
                let mut message = format!("{} did not happen within {timeout_ms} ms", in_words(until));
                if !seen.is_empty() {
                    message.push_str(&format!("; {seen}"));
                }
                Err(Fault::new(Code::Timeout, message).hint("look with `snapshot` or `window_list`"))
            }
        }
    }

    fn look(
        &self,
        until: &Shown,
        target: Option<&Locator>,
        facts: &Facts,
        before: &mut Before,
        job: &Job,
    ) -> Result<Look, Fault> {
        let target = || target.ok_or_else(|| missing("target"));
        Ok(match until {
            Shown::Exists => match self.element(target()?, before, job)? {
                Some((node, info)) => yes(Some(node), Some(info)),
                None => Look::NotYet("the element is not there".to_owned()),
            },
            Shown::Gone => match self.element(target()?, before, job)? {
                Some((node, _)) => Look::NotYet(still_there(&node)),
                None => yes(None, None),
            },
            Shown::Enabled => match self.element(target()?, before, job)? {
                Some((node, info)) if !node.states.disabled => yes(Some(node), Some(info)),
                Some(_) => Look::NotYet("the element is disabled".to_owned()),
                None => Look::NotYet("the element is not there".to_owned()),
            },
            Shown::Text { text, reveals } => self.text(only(facts)?, text, *reveals, job)?,
            Shown::WindowExists => match self.locate_if_there(target()?, job)? {
                Some(found) => yes(None, Some(found.info)),
                None => Look::NotYet("there is no such window".to_owned()),
            },
            Shown::WindowGone => match self.locate_if_there(target()?, job)? {
                Some(found) => {
                    Look::NotYet(format!("window `{}` is still there", escape(&found.info.title, 80)))
                }
                None => yes(None, None),
            },
            Shown::Idle => self.idle(only(facts)?, before, job)?,
            Shown::Passed(_) => Look::NotYet(String::new()), // nothing to look at
        })
    }

    /// The element that is waited for, if it is there: by its key as long as it stays, else by another search.
    fn element(
        &self,
        target: &Locator,
        before: &mut Before,
        job: &Job,
    ) -> Result<Option<(Node, WindowInfo)>, Fault> {
        if let Some(seen) = before.element.take()
            && let Ok(top) = crate::system::facts(seen.key.window, &self.own)
        {
            let now = self.at_window(&top.0, job, {
                let key: ElementKey = seen.key.clone();
                move |source, job| source.read(&key, job)
            })?;
            if let Some(now) = now.filter(|now| is_same(seen.role, &seen.name, now)) {
                before.element = Some(now.clone());
                return Ok(Some((now, top.0)));
            }
        }
        let found = self.locate_if_there(target, job)?;
        let is_point = matches!(target, Locator::Point { .. });
        Ok(found.and_then(|Found { info, node, .. }| {
            before.element = if is_point { None } else { node.clone() };
            node.map(|node| (node, info))
        }))
    }

    /// Whether a text stands in a window; in a secret only where those may be shown.
    fn text(&self, target: &TargetFacts, text: &str, reveals: bool, job: &Job) -> Result<Look, Fault> {
        let info = self.window_again(target)?.info;
        let (window, wanted) = (info.clone(), text.to_lowercase());
        let node = self.at_window(&info, job, move |source, job| {
            let tree = source.tree(&window, None, &WHOLE, job)?;
            let has = |label: &str, text: &str| {
                if reveals { text.to_lowercase().contains(&wanted) } else { shows(label, text, &wanted) }
            };
            let mut before = String::new();
            for node in tree.nodes {
                go_on(job)?;
                let label = if node.name.is_empty() { &before } else { &node.name };
                let value = node.value.as_deref().filter(|_| !node.states.password).unwrap_or_default();
                // What is cut off may end within a secret.
                let is_long = value.chars().count() >= VALUE;
                let whole = if is_long { source.text(&node.key, job).ok() } else { None };
                let value = if is_long { whole.as_deref().unwrap_or_default() } else { value };
                if has("", &node.name) || has(label, value) {
                    return Ok(Some(node));
                }
                before = if node.role == Role::Text { node.name } else { String::new() };
            }
            Ok(None)
        })?;
        Ok(match node {
            Some(node) => yes(Some(node), Some(info)),
            None => Look::NotYet(format!("window `{}` does not show it", escape(&info.title, 80))),
        })
    }

    /// Whether a window answers and has been the same for a while.
    fn idle(&self, target: &TargetFacts, before: &mut Before, job: &Job) -> Result<Look, Fault> {
        let info = self.window_again(target)?.info;
        if !self.desk().answers(info.key.handle, PROMPT) {
            before.nodes = None;
            return Ok(Look::NotYet(format!("window `{}` does not answer", escape(&info.title, 80))));
        }
        let window = info.clone();
        let looked = Instant::now();
        let nodes =
            self.at_window(&info, job, move |source, job| Ok(source.tree(&window, None, &PART, job)?.nodes))?;
        match &before.nodes {
            Some((same, since)) if *same == nodes => {
                if since.elapsed() >= QUIET {
                    return Ok(yes(None, Some(info)));
                }
            }
            Some(_) | None => before.nodes = Some((nodes, looked)),
        }
        Ok(Look::NotYet(format!("window `{}` keeps changing", escape(&info.title, 80))))
    }
}

/// Lets all of a time pass.
fn passes(time: Duration, job: &Job) -> Result<Ended<Box<Waited>>, Fault> {
    let begun = Instant::now();
    rest(time, None, job)?;
    Ok(match begun.elapsed() >= time {
        true => Ended::So(Box::new(Waited { elapsed_ms: 0, element: None, window: None })),
        false => Ended::Over(String::new()),
    })
}

fn since(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn still_there(node: &Node) -> String {
    format!("{} `{}` is still there", node.role, escape(&node.name, 80))
}

fn in_words(until: &Shown) -> &'static str {
    match until {
        Shown::Exists => "the element's appearance",
        Shown::Gone => "the element's end",
        Shown::Enabled => "the element's being enabled",
        Shown::Text { .. } => "the text's appearance",
        Shown::WindowExists => "the window's appearance",
        Shown::WindowGone => "the window's end",
        Shown::Idle => "the window's coming to rest",
        Shown::Passed(_) => "the time's passing",
    }
}
