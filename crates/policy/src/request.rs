//! An operation and its facts in Cedar's terms.

use std::collections::{BTreeSet, HashSet};

use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use model::{
    DesktopState, ElementFacts, Elevation, Facts, Group, LaunchFacts, LaunchPath, Operation, ProcessFacts,
    TargetFacts, WindowFacts, WindowVerb,
};

use crate::{
    Circumstances,
    effects::{self, Seen},
    groups::Groups,
    risk::Risk,
    spelling,
};

/// What `context.desktop` can be.
pub(crate) const DESKTOPS: [&str; 4] = ["interactive", "secure", "none", "unknown"];
/// What `context.process.elevation` can be.
pub(crate) const ELEVATIONS: [&str; 3] = ["same", "higher", "unknown"];
/// What `context.launch.kind` can be.
pub(crate) const LAUNCH_KINDS: [&str; 3] = ["local", "relative", "network"];
/// What `context.verb` can be for windows.
pub(crate) const WINDOW_VERBS: [&str; 7] =
    ["focus", "minimize", "maximize", "restore", "close", "move", "resize"];

/// What a set of policies is asked about: an operation on one of its targets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) circumstances: &'a Circumstances<'a>,
    pub(crate) operation: &'a Operation,
    pub(crate) facts: &'a Facts,
    pub(crate) target: Option<&'a TargetFacts>,
    /// What the target's words and its program tell.
    pub(crate) seen: Seen<'a>,
    /// What it would do to the target.
    pub(crate) effects: &'a BTreeSet<Group>,
    /// Whether the configuration sets the target free.
    pub(crate) in_workspace: bool,
}

/// The entity types of the schema, parsed once.
#[derive(Debug)]
pub(crate) struct Types {
    pub(crate) action: EntityTypeName,
    session: EntityTypeName,
    desktop: EntityTypeName,
    process: EntityTypeName,
    window: EntityTypeName,
    element: EntityTypeName,
    clipboard: EntityTypeName,
}

impl Types {
    pub(crate) fn new() -> Option<Self> {
        let named = |name: &str| name.parse().ok();
        Some(Self {
            action: named("Action")?,
            session: named("Session")?,
            desktop: named("Desktop")?,
            process: named("Process")?,
            window: named("Window")?,
            element: named("Element")?,
            clipboard: named("Clipboard")?,
        })
    }

    /// The principal of a session.
    pub(crate) fn session(&self, id: &str) -> EntityUid {
        uid(&self.session, id)
    }

    /// The resource that `target` of `operation` is, itself first, and its ancestors; a program is also in its groups.
    pub(crate) fn resource(
        &self,
        operation: &Operation,
        facts: &Facts,
        target: Option<&TargetFacts>,
        groups: &Groups,
    ) -> Vec<Entity> {
        let desktop = uid(&self.desktop, "desktop");
        let program = |process: EntityUid, path: &str| {
            let parents = groups.of(path).cloned().chain([desktop.clone()]).collect();
            Entity::new_no_attrs(process, parents)
        };
        let mut chain = Vec::with_capacity(4);
        if let Some(target) = target {
            let key = target.window.key;
            let process = uid(&self.process, &spelling::program(&target.window.process.path));
            let window = uid(&self.window, &format!("{:x}-{}-{}", key.handle, key.pid, key.started));
            if let Some(element) = &target.element {
                let id = format!("{}/{}/{}", window.id().unescaped(), element.role, element.automation_id);
                chain.push(entity(uid(&self.element, &id), &window));
            }
            chain.push(entity(window, &process));
            chain.push(program(process, &target.window.process.path));
        } else if let Some(launch) = &facts.launch {
            chain.push(program(uid(&self.process, &spelling::program(&launch.path)), &launch.path));
        } else if matches!(operation, Operation::ClipboardRead(_) | Operation::ClipboardWrite(_)) {
            chain.push(entity(uid(&self.clipboard, "clipboard"), &desktop));
        }
        chain.push(Entity::new_no_attrs(desktop, HashSet::new()));
        chain
    }
}

pub(crate) fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn entity(uid: EntityUid, parent: &EntityUid) -> Entity {
    Entity::new_no_attrs(uid, HashSet::from([parent.clone()]))
}

/// The context's fields but for `approved` and `dry_run`; nothing where a record cannot be built.
pub(crate) fn context(given: &Given<'_>) -> Option<Vec<(String, RestrictedExpression)>> {
    let Given { operation, facts, target, seen, effects, in_workspace, .. } = *given;
    let texts = |all: Vec<&str>| RestrictedExpression::new_set(all.into_iter().map(text));
    let flag = RestrictedExpression::new_bool;
    let mut fields = vec![
        ("desktop".to_owned(), text(desktop_name(facts.desktop))),
        ("key_effects".to_owned(), texts(effects::of_keys(operation))),
        ("effects".to_owned(), texts(effects.iter().map(|group| group.name()).collect())),
        ("risk".to_owned(), texts(seen.risk.iter().map(Risk::name).collect())),
        ("in_workspace".to_owned(), flag(in_workspace)),
        ("tainted".to_owned(), flag(!given.circumstances.taint.is_empty())),
        ("taint".to_owned(), texts(given.circumstances.taint.iter().map(|source| source.name()).collect())),
        ("clipboard_excluded".to_owned(), flag(facts.clipboard.is_none_or(|clipboard| clipboard.excluded))),
        ("clipboard_ours".to_owned(), flag(facts.clipboard.is_some_and(|clipboard| clipboard.ours))),
    ];
    if let Some(target) = target {
        fields.push(("window".to_owned(), window(&target.window)?));
        fields.push(("process".to_owned(), process(&target.window.process)?));
        if let Some(facts) = &target.element {
            fields.push(("element".to_owned(), element(facts)?));
        }
    }
    if let Some(protection) = seen.protection {
        fields.push(("protected".to_owned(), text(protection.name())));
    }
    if let Some(facts) = &facts.launch {
        fields.push(("launch".to_owned(), launch(facts)?));
    }
    if let Some(verb) = verb(operation) {
        fields.push(("verb".to_owned(), text(verb)));
    }
    Some(fields)
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

fn record<const N: usize>(fields: [(&str, RestrictedExpression); N]) -> Option<RestrictedExpression> {
    RestrictedExpression::new_record(fields.map(|(name, value)| (name.to_owned(), value))).ok()
}

fn window(facts: &WindowFacts) -> Option<RestrictedExpression> {
    record([
        ("title", text(&facts.title)),
        ("class", text(&facts.class)),
        ("shell", RestrictedExpression::new_bool(facts.shell)),
    ])
}

fn process(facts: &ProcessFacts) -> Option<RestrictedExpression> {
    let elevation = match facts.elevation {
        Elevation::Same => "same",
        Elevation::Higher => "higher",
        Elevation::Unknown => "unknown",
    };
    record([
        ("path", text(&spelling::program(&facts.path))),
        ("elevation", text(elevation)),
        ("own", RestrictedExpression::new_bool(facts.own)),
    ])
}

fn element(facts: &ElementFacts) -> Option<RestrictedExpression> {
    record([
        ("role", text(facts.role.name())),
        ("name", text(&facts.name)),
        ("automation_id", text(&facts.automation_id)),
        ("password", RestrictedExpression::new_bool(facts.password)),
    ])
}

fn launch(facts: &LaunchFacts) -> Option<RestrictedExpression> {
    let kind = match facts.kind {
        LaunchPath::Local => "local",
        LaunchPath::Relative => "relative",
        LaunchPath::Network => "network",
    };
    let mut fields =
        vec![("path".to_owned(), text(&spelling::program(&facts.path))), ("kind".to_owned(), text(kind))];
    if let Some(app) = &facts.app {
        fields.push(("app".to_owned(), text(app)));
    }
    RestrictedExpression::new_record(fields).ok()
}

const fn desktop_name(state: Option<DesktopState>) -> &'static str {
    match state {
        Some(DesktopState::Interactive) => "interactive",
        Some(DesktopState::Secure) => "secure",
        Some(DesktopState::None) => "none",
        None => "unknown",
    }
}

/// The verb of operations that have one.
const fn verb(operation: &Operation) -> Option<&'static str> {
    if let Operation::WindowControl(request) = operation {
        return Some(match request.verb {
            WindowVerb::Focus => "focus",
            WindowVerb::Minimize => "minimize",
            WindowVerb::Maximize => "maximize",
            WindowVerb::Restore => "restore",
            WindowVerb::Close => "close",
            WindowVerb::Move { .. } => "move",
            WindowVerb::Resize { .. } => "resize",
        });
    }
    if let Operation::ElementAction(request) = operation {
        return Some(request.action.name());
    }
    None
}
