//! How long a decision takes: `./x bench policy` runs this. Prints one JSON object.

use std::{
    collections::BTreeSet,
    error::Error,
    io::{Write, stdout},
    time::{Duration, Instant},
};

use model::{
    AppLaunchRequest, Around, Button, CallFacts, ClickRequest, ClientFacts, DesktopState, ElementFacts,
    ElementRef, Elevation, Facts, LaunchFacts, LaunchPath, Operation, ProcessFacts, Program, Scope,
    SecretText, SnapshotRequest, Sought, Target, TargetFacts, TreeLimits, TypeMode, TypeTextRequest,
    WindowFacts,
    keys::Modifiers,
    ui::{ElementId, ElementKey, Role, WindowKey},
};
use policy::{
    Circumstances, Policy, PolicyText,
    config::{Profile, Settings},
};
use serde_json::{Map, Value, json};

/// Decisions of each kind that warm up, and that are measured.
const WARM: usize = 200;
const RUNS: usize = 4_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut all = Map::new();
    let path = r"C:\Apps\77.exe";
    all.insert("default".into(), measured(&policy(0, 0, by_program)?, path));
    for policies in [10, 100, 500, 1_000] {
        all.insert(format!("{policies} policies"), measured(&policy(policies, 0, by_program)?, path));
    }
    let entities = policy(500, 10_000, by_program)?;
    all.insert("500 policies, 10000 entities".into(), measured(&entities, path));
    let folders = policy(500, 0, by_folder)?;
    all.insert("500 policies, folders".into(), measured(&folders, r"C:\Apps\5\deep\down\below\77.exe"));
    all.insert("500 policies, folders, unknown path".into(), measured(&folders, ""));
    writeln!(stdout(), "{}", Value::Object(all))?;
    Ok(())
}

/// Profile `assistant` with so many policies of a person's, and so many entities on file.
///
/// One in ten policies looks at a path or a title, as hand-written ones do, and has to be evaluated for every call of its
/// actions; the others name a program, or a folder in its place, or a group of programs in their scope.
fn policy(policies: usize, entities: usize, named: Named) -> Result<Policy, Box<dyn Error>> {
    let text: String = (0..policies).map(|number| written(number, named)).collect();
    let mut texts = vec![PolicyText { name: "many.cedar", text: &text }];
    let groups = groups(entities).to_string();
    if entities > 0 {
        texts.push(PolicyText { name: "many.entities.json", text: &groups });
    }
    Ok(Policy::new(&Settings::of_profile(Profile::Assistant), &texts)?)
}

/// How policies name what is theirs: with what lies in it, and alone.
type Named = fn(usize) -> [String; 2];

fn by_program(number: usize) -> [String; 2] {
    ["in", "=="].map(|operator| format!("{operator} Process::\"C:\\\\Apps\\\\{number}.exe\""))
}

fn by_folder(number: usize) -> [String; 2] {
    let folder = format!("in Path::\"C:\\\\Apps\\\\{number}\"");
    [folder.clone(), folder]
}

fn written(number: usize, named: Named) -> String {
    let [whole, alone] = named(number);
    let head = format!("@id(\"p{number}\") @reason(\"for figures\")\n");
    let rest = match number % 10 {
        0 => format!(
            "forbid (principal, action in Action::\"input\", resource)\nwhen {{ context has process && \
             context.process.path like \"*\\\\tool{number}.exe\" }} unless {{ context.approved }};"
        ),
        1..=4 => format!(
            "forbid (principal, action in [Action::\"input\", Action::\"execute\"], resource in \
             ProgramGroup::\"group {number}\")\nunless {{ context.approved }};"
        ),
        5..=7 => format!(
            "forbid (principal, action, resource {whole})\n\
             unless {{ context.approved }};"
        ),
        _ => format!("permit (principal, action == Action::\"app_launch\", resource {alone});"),
    };
    head + &rest + "\n"
}

/// Programs, each in one of a hundred groups.
fn groups(programs: usize) -> Value {
    let of = |type_: &str, id: String| json!({ "type": type_, "id": id });
    (0..programs)
        .map(|number| {
            let group = of("ProgramGroup", format!("group {}", number % 100));
            json!({ "uid": of("Process", format!(r"C:\Apps\{number}.exe")), "attrs": {}, "parents": [group] })
        })
        .collect()
}

/// What is known of a call besides its target.
fn call() -> CallFacts {
    let client = ClientFacts { path: r"C:\Apps\client.exe".into(), ..ClientFacts::default() };
    CallFacts { client, ..CallFacts::default() }
}

/// Times of decisions of each kind, by themselves and together.
fn measured(policy: &Policy, path: &str) -> Value {
    let mut together = Vec::new();
    let mut kinds = Map::new();
    for (name, operation, facts) in calls(path) {
        let nothing = BTreeSet::new();
        let call = call();
        let mut times = Vec::with_capacity(RUNS);
        for run in 0..WARM + RUNS {
            // Another session each time, so that no verdict is known from before.
            let session = run.to_string();
            let here = Circumstances { session: &session, taint: &nothing, call: &call };
            let start = Instant::now();
            let verdict = policy.decide(&here, &operation, &facts);
            let took = start.elapsed();
            std::hint::black_box(&verdict);
            times.extend((run >= WARM).then_some(took));
        }
        together.extend_from_slice(&times);
        kinds.insert(name.into(), figures(times));
    }
    let mut all = figures(together);
    if let Some(all) = all.as_object_mut() {
        all.insert("kinds".into(), Value::Object(kinds));
    }
    all
}

fn figures(mut times: Vec<Duration>) -> Value {
    times.sort_unstable();
    let at = |percent: usize| {
        let time = times.get(times.len() * percent / 100).copied().unwrap_or_default();
        time.as_secs_f64() * 1e6
    };
    json!({ "runs": times.len(), "p50_us": at(50), "p99_us": at(99) })
}

/// What agents do most: look, press, type, start.
fn calls(path: &str) -> Vec<(&'static str, Operation, Facts)> {
    let target = || Target::Element(ElementRef::new(1));
    let snapshot = SnapshotRequest {
        scope: Scope::Foreground,
        limits: TreeLimits::default(),
        since: None,
        structured: false,
    };
    let click =
        ClickRequest { target: target(), button: Button::Left, count: 1, modifiers: Modifiers::default() };
    let typing = TypeTextRequest {
        target: Some(target()),
        text: SecretText::new("some text".into()),
        mode: TypeMode::Insert,
        submit: false,
    };
    let launch = AppLaunchRequest {
        program: Program::Executable(path.into()),
        arguments: Vec::new(),
        working_directory: None,
    };
    let on = |role, name: &str| Facts {
        targets: vec![facts(path, role, name)],
        desktop: Some(DesktopState::Interactive),
        ..Facts::default()
    };
    let start = LaunchFacts { kind: LaunchPath::Local, path: path.into(), app: None, signer: None };
    let start = Facts { launch: Some(start), desktop: Some(DesktopState::Interactive), ..Facts::default() };
    vec![
        ("snapshot", Operation::Snapshot(snapshot), on(Role::Window, "Document")),
        ("click", Operation::Click(click), on(Role::Button, "Bold")),
        ("type_text", Operation::TypeText(typing), on(Role::Edit, "Name")),
        ("app_launch", Operation::AppLaunch(launch), start),
    ]
}

fn facts(path: &str, role: Role, name: &str) -> TargetFacts {
    let (pid, started) = (7, 9);
    let key = WindowKey { handle: 1, pid, started };
    let process = ProcessFacts { pid, started, path: path.into(), elevation: Elevation::Same, own: false };
    let window = WindowFacts {
        key,
        reference: None,
        title: "Document - Editor".into(),
        class: "EditorWindow".into(),
        process,
        shell: false,
    };
    let element = ElementFacts {
        key: ElementKey { window: key, id: ElementId::Runtime(vec![1]) },
        role,
        name: name.into(),
        automation_id: "id".into(),
        password: false,
    };
    TargetFacts {
        window,
        element: Some(element),
        point: None,
        around: Around::default(),
        sought: Sought::default(),
    }
}
