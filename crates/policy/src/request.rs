//! An operation and its facts in Cedar's terms.

use std::collections::{BTreeSet, HashSet};

use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid};
use model::{
    Ancestor, ClientFacts, DesktopState, ElementFacts, Elevation, Facts, Group, Kind, LaunchFacts,
    LaunchPath, LocalTime, Operation, SessionFacts, TargetFacts, WindowFacts, WindowVerb, registry::View,
};

use crate::{
    Circumstances,
    effects::{self, Seen},
    fact::{Fact, Named},
    groups::Groups,
    key,
    on_registry::KeyGiven,
    risk::Risk,
    spelling,
    spoken::Spoken,
};

/// The type of programs.
pub(crate) const PROCESS: &str = "Process";
/// The type of programs that call.
pub(crate) const CLIENT: &str = "Client";
/// The type of the operating system's users.
pub(crate) const USER: &str = "User";
/// The fact that tells what is done to a key of the registry.
pub(crate) const REGISTRY: &str = "registry";
/// The fact that tells whether the settings set a target free.
pub(crate) const IN_WORKSPACE: &str = "in_workspace";
/// The fact that tells what an element lies in.
pub(crate) const ANCESTORS: &str = "ancestors";
/// The fact that tells how long the target's program has been running.
pub(crate) const RUNNING: &str = "running_minutes";
/// What `context.desktop` can be.
pub(crate) const DESKTOPS: [&str; 4] = ["interactive", "secure", "none", "unknown"];
/// What `context.process.elevation` can be.
pub(crate) const ELEVATIONS: [&str; 3] = ["same", "higher", "unknown"];
/// What `context.launch.kind` can be.
pub(crate) const LAUNCH_KINDS: [&str; 3] = ["local", "relative", "network"];
/// What can be in `context.registry.types`.
pub(crate) const VALUE_TYPES: [&str; 9] =
    ["None", "String", "ExpandString", "Binary", "DWord", "Link", "MultiString", "QWord", "Unknown"];
/// What `context.verb` can be for windows.
pub(crate) const WINDOW_VERBS: [&str; 7] =
    ["focus", "minimize", "maximize", "restore", "close", "move", "resize"];

/// What a set of policies is asked about: an operation on one of its targets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) circumstances: &'a Circumstances<'a>,
    pub(crate) operation: &'a Operation,
    /// As what kind of operation it is asked about: a line of an import is a write or a delete, too.
    pub(crate) kind: Kind,
    pub(crate) facts: &'a Facts,
    pub(crate) target: Option<&'a TargetFacts>,
    /// The key, for operations on the registry.
    pub(crate) key: Option<KeyGiven<'a>>,
    /// What the target's words and its program tell.
    pub(crate) seen: Seen<'a>,
    /// What it would do to the target.
    pub(crate) effects: &'a BTreeSet<Group>,
    /// Whether the configuration sets the target free.
    pub(crate) in_workspace: bool,
}

impl<'a> Given<'a> {
    /// The path of the program that is asked about; nothing where none is.
    pub(crate) fn program(&self) -> Option<&'a str> {
        match (self.key, self.target, &self.facts.launch) {
            (Some(_), ..) => None,
            (None, Some(target), _) => Some(&target.window.process.path),
            (None, None, Some(launch)) => Some(&launch.path),
            (None, None, None) => None,
        }
    }
}

/// The entity types of the schema, parsed once.
#[derive(Debug)]
pub(crate) struct Types {
    pub(crate) action: EntityTypeName,
    session: EntityTypeName,
    client: EntityTypeName,
    user: EntityTypeName,
    desktop: EntityTypeName,
    process: EntityTypeName,
    window: EntityTypeName,
    element: EntityTypeName,
    clipboard: EntityTypeName,
    key: EntityTypeName,
}

impl Types {
    pub(crate) fn new() -> Option<Self> {
        let named = |name: &str| name.parse().ok();
        Some(Self {
            action: named("Action")?,
            session: named("Session")?,
            client: named(CLIENT)?,
            user: named(USER)?,
            desktop: named("Desktop")?,
            process: named("Process")?,
            window: named("Window")?,
            element: named("Element")?,
            clipboard: named("Clipboard")?,
            key: named(key::KEY)?,
        })
    }

    /// The principal: a session, in the program that calls and the user that it calls for.
    pub(crate) fn principal(&self, circumstances: &Circumstances<'_>) -> Entity {
        let client = &circumstances.call.client;
        let of = |kind, id: String| (!id.is_empty()).then(|| uid(kind, &id));
        let parents =
            [of(&self.client, spelling::program(&client.path)), of(&self.user, spelling::user(&client.user))];
        Entity::new_no_attrs(
            uid(&self.session, circumstances.session),
            parents.into_iter().flatten().collect(),
        )
    }

    /// The resource that is asked about, itself first, and its ancestors; a program is also in its groups, and a program or a key
    /// in these things; where `program` is given, as if that were its path. Then what else the first lies in.
    pub(crate) fn resource(
        &self,
        given: &Given<'_>,
        groups: &Groups,
        things: &[EntityUid],
        program: Option<&str>,
    ) -> (Vec<Entity>, Vec<EntityUid>) {
        let Given { operation, facts, target, .. } = *given;
        if let Some(KeyGiven { name, machine, .. }) = given.key {
            let above = key::above(&self.key, name, machine);
            let parents = above.iter().chain(things).cloned().collect();
            let key = Entity::new_no_attrs(uid(&self.key, name.folded()), parents);
            return (vec![key], above.into_iter().collect());
        }
        let desktop = uid(&self.desktop, "desktop");
        let of_program = |process: EntityUid, path: &str| {
            let parents = groups.of(path).chain(things).cloned().chain([desktop.clone()]).collect();
            Entity::new_no_attrs(process, parents)
        };
        let mut chain = Vec::with_capacity(4);
        if let Some(target) = target {
            let key = target.window.key;
            let path = program.unwrap_or(&target.window.process.path);
            let process = uid(&self.process, &spelling::program(path));
            let window = uid(&self.window, &format!("{:x}-{}-{}", key.handle, key.pid, key.started));
            if let Some(element) = &target.element {
                let id = format!("{}/{}/{}", window.id().unescaped(), element.role, element.automation_id);
                chain.push(entity(uid(&self.element, &id), &window));
            }
            chain.push(entity(window, &process));
            chain.push(of_program(process, path));
        } else if let Some(launch) = &facts.launch {
            let path = program.unwrap_or(&launch.path);
            chain.push(of_program(uid(&self.process, &spelling::program(path)), path));
        } else if matches!(operation, Operation::ClipboardRead(_) | Operation::ClipboardWrite(_)) {
            chain.push(entity(uid(&self.clipboard, "clipboard"), &desktop));
        }
        chain.push(Entity::new_no_attrs(desktop, HashSet::new()));
        (chain, Vec::new())
    }
}

pub(crate) fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn entity(uid: EntityUid, parent: &EntityUid) -> Entity {
    Entity::new_no_attrs(uid, HashSet::from([parent.clone()]))
}

/// The context's fields but for `approved` and `dry_run`, as far as they are spoken of.
pub(crate) fn context(given: &Given<'_>, spoken: &Spoken) -> Named {
    let Given { operation, facts, target, seen, effects, in_workspace, .. } = *given;
    let Circumstances { taint, call, .. } = *given.circumstances;
    let mut fields = Vec::with_capacity(19);
    let mut put = |name, fact: &dyn Fn() -> Option<Fact>| {
        if spoken.has(name) {
            fields.extend(fact().map(|fact| (name, fact)));
        }
    };
    put("desktop", &|| Some(Fact::text(desktop_name(facts.desktop))));
    put("key_effects", &|| Some(Fact::Words(effects::of_keys(operation))));
    put("effects", &|| Some(Fact::Words(effects.iter().map(|group| group.name()).collect())));
    put("risk", &|| Some(Fact::Words(seen.risk.iter().map(Risk::name).collect())));
    put(IN_WORKSPACE, &|| Some(Fact::Flag(in_workspace)));
    put("tainted", &|| Some(Fact::Flag(!taint.is_empty())));
    put("taint", &|| Some(Fact::Words(taint.iter().map(|source| source.name()).collect())));
    put("clipboard_excluded", &|| Some(Fact::Flag(facts.clipboard.is_none_or(|found| found.excluded))));
    put("clipboard_ours", &|| Some(Fact::Flag(facts.clipboard.is_some_and(|found| found.ours))));
    put("window", &|| target.map(|target| window(&target.window)));
    put("process", &|| target.map(|target| process(target, call.clock)));
    put("element", &|| target?.element.as_ref().map(element));
    put(ANCESTORS, &|| ancestors(target?));
    put("protected", &|| seen.protection.map(|protection| Fact::text(protection.name())));
    put("configured", &|| Some(Fact::Flag(seen.configured)));
    put("launch", &|| facts.launch.as_ref().map(launch));
    put("verb", &|| verb(operation).map(Fact::text));
    put(REGISTRY, &|| given.key.map(registry));
    put("time", &|| Some(time(call.time)));
    put("session", &|| Some(session(call.session)));
    put("client", &|| Some(client(&call.client)));
    fields
}

fn time(time: LocalTime) -> Fact {
    Fact::Record(vec![
        ("hour", Fact::number(time.hour)),
        ("minute", Fact::number(time.minute)),
        ("weekday", Fact::text(time.weekday.name())),
    ])
}

fn session(facts: SessionFacts) -> Fact {
    Fact::Record(vec![
        ("age_minutes", Fact::number(facts.age_minutes)),
        ("calls", Fact::number(facts.calls)),
        ("destructive_acts", Fact::number(facts.destructive_acts)),
        ("launches", Fact::number(facts.launches)),
    ])
}

fn client(facts: &ClientFacts) -> Fact {
    let mut fields = vec![
        ("path", Fact::Text(spelling::program(&facts.path))),
        ("claimed_name", Fact::text(&facts.claimed_name)),
    ];
    fields.extend(facts.elevated.map(|elevated| ("elevated", Fact::Flag(elevated))));
    fields.extend(signer(facts.signer.as_deref()));
    Fact::Record(fields)
}

/// Who signed a program, where someone did.
fn signer(signer: Option<&str>) -> Option<(&'static str, Fact)> {
    signer.filter(|signer| !signer.is_empty()).map(|signer| ("signer", Fact::text(signer)))
}

/// What the element lies in; nothing where none is meant.
fn ancestors(target: &TargetFacts) -> Option<Fact> {
    target.element.as_ref()?;
    let Some(above) = &target.sought.ancestors else { return Some(Fact::Unknown) };
    let of = |one: &Ancestor| {
        Fact::Record(vec![("role", Fact::text(one.role.name())), ("name", Fact::text(&one.name))])
    };
    Some(Fact::Several(above.iter().map(of).collect()))
}

/// What is done to a key, values by their names in upper case.
fn registry(given: KeyGiven<'_>) -> Fact {
    let KeyGiven { asked, name, machine } = given;
    let view = match asked.key.view {
        View::W64 => 64,
        View::W32 => 32,
    };
    let values = asked.values().iter().map(|value| Fact::Text(key::folded(value)));
    let types = asked.types().map(|kind| Fact::Text(kind.to_string()));
    Fact::Record(vec![
        ("path", Fact::Text(key::path(name, machine))),
        ("values", Fact::Several(values.collect())),
        ("any_value", Fact::Flag(asked.reaches_any_value())),
        ("types", Fact::Several(types.collect())),
        ("recursive", Fact::Flag(asked.is_recursive())),
        ("view", Fact::Number(view)),
    ])
}

fn window(facts: &WindowFacts) -> Fact {
    Fact::Record(vec![
        ("title", Fact::text(&facts.title)),
        ("class", Fact::text(&facts.class)),
        ("shell", Fact::Flag(facts.shell)),
    ])
}

fn process(target: &TargetFacts, clock: Option<u64>) -> Fact {
    /// A minute of the clock that tells when processes start.
    const MINUTE: u64 = 600_000_000;
    let facts = &target.window.process;
    let elevation = match facts.elevation {
        Elevation::Same => "same",
        Elevation::Higher => "higher",
        Elevation::Unknown => "unknown",
    };
    let mut fields = vec![
        ("path", Fact::Text(spelling::program(&facts.path))),
        ("elevation", Fact::text(elevation)),
        ("own", Fact::Flag(facts.own)),
    ];
    fields.extend(signer(target.sought.signer.as_deref()));
    let ran = clock.filter(|_| facts.started != 0).map(|clock| clock.saturating_sub(facts.started));
    fields.extend(ran.map(|ran| (RUNNING, Fact::number(ran / MINUTE))));
    Fact::Record(fields)
}

fn element(facts: &ElementFacts) -> Fact {
    Fact::Record(vec![
        ("role", Fact::text(facts.role.name())),
        ("name", Fact::text(&facts.name)),
        ("automation_id", Fact::text(&facts.automation_id)),
        ("password", Fact::Flag(facts.password)),
    ])
}

fn launch(facts: &LaunchFacts) -> Fact {
    let kind = match facts.kind {
        LaunchPath::Local => "local",
        LaunchPath::Relative => "relative",
        LaunchPath::Network => "network",
    };
    let mut fields = vec![("path", Fact::Text(spelling::program(&facts.path))), ("kind", Fact::text(kind))];
    fields.extend(facts.app.iter().map(|app| ("app", Fact::text(app))));
    fields.extend(signer(facts.signer.as_deref()));
    Fact::Record(fields)
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
