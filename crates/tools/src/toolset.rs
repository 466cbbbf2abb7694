//! Which tools a server offers.

use std::sync::Arc;

use model::tool::Tool;
use thiserror::Error;

use crate::{arguments::nearest, core::*, desktop::*, native::described, registry::*};

/// Every toolset, in the order in which their tools are listed.
pub const TOOLSETS: &[&str] = &["core", "desktop", "registry"];

/// The toolsets that are on where none are named.
pub const DEFAULT_TOOLSETS: &[&str] = &["core", "desktop"];

/// A tool or toolset that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{given}` is not a {what}; did you mean `{nearest}`?")]
pub struct UnknownName {
    /// What was given, at most 64 characters of it.
    pub given: String,
    /// `tool` or `toolset`.
    pub what: &'static str,
    /// The existing name most like it.
    pub nearest: String,
}

/// Every tool, in the order in which they are listed.
#[must_use]
pub fn all() -> Vec<Arc<dyn Tool>> {
    vec![
        described::<Status>(),
        Arc::<RunSteps>::default(),
        described::<WindowList>(),
        described::<DisplayList>(),
        described::<AppList>(),
        described::<Snapshot>(),
        described::<Find>(),
        described::<ReadText>(),
        described::<Screenshot>(),
        described::<WaitFor>(),
        described::<ClipboardRead>(),
        described::<Click>(),
        described::<TypeText>(),
        described::<PressKeys>(),
        described::<Scroll>(),
        described::<Drag>(),
        described::<MovePointer>(),
        described::<ElementAction>(),
        described::<WindowControl>(),
        described::<AppLaunch>(),
        described::<ClipboardWrite>(),
        described::<RegistryRead>(),
        described::<RegistryList>(),
        described::<RegistrySearch>(),
        described::<RegistryExport>(),
        described::<RegistryWait>(),
        described::<RegistryWrite>(),
        described::<RegistryImport>(),
        described::<RegistryDelete>(),
    ]
}

/// The tools to offer: those of `toolsets` (`all` names every one), or where `only` is given exactly those tools of
/// whatever toolset; less those of `exclude`; with `no_pictures` also less those that can give one.
///
/// # Errors
/// The first name that does not exist, with the nearest that does.
pub fn select<S: AsRef<str>>(
    toolsets: &[S],
    only: Option<&[S]>,
    exclude: &[S],
    no_pictures: bool,
) -> Result<Vec<Arc<dyn Tool>>, UnknownName> {
    let mut tools = all();
    let names: Vec<&str> = tools.iter().map(|tool| tool.card().name).collect();
    let known_sets = || TOOLSETS.iter().copied().chain(["all"]);
    for given in toolsets {
        check(given.as_ref(), "toolset", known_sets())?;
    }
    for given in only.unwrap_or_default().iter().chain(exclude) {
        check(given.as_ref(), "tool", names.iter().copied())?;
    }
    let named = |list: &[S], name: &str| list.iter().any(|given| given.as_ref() == name);
    tools.retain(|tool| {
        let card = tool.card();
        let on = match only {
            Some(only) => named(only, card.name),
            None => named(toolsets, card.toolset) || named(toolsets, "all"),
        };
        on && !named(exclude, card.name) && !(no_pictures && card.gives_pictures)
    });
    Ok(tools)
}

fn check(
    given: &str,
    what: &'static str,
    known: impl Iterator<Item = &'static str> + Clone,
) -> Result<(), UnknownName> {
    if known.clone().any(|name| name == given) {
        return Ok(());
    }
    let nearest = nearest(given, known).unwrap_or_default().to_owned();
    Err(UnknownName { given: given.chars().take(64).collect(), what, nearest })
}
