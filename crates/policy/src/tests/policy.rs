use std::sync::LazyLock;

use model::{
    AppLaunchRequest, Around, ClipboardFacts, ClipboardReadRequest, DesktopState, Elevation, LaunchFacts,
    LaunchPath, PressKeysRequest, ProcessFacts, Program, Sought, StatusRequest, WindowControlRequest,
    WindowFacts, WindowSelector, WindowVerb, keys::Chord, ui::WindowKey,
};

use super::*;

#[path = "answering.rs"]
mod answering;
#[path = "broken.rs"]
mod broken;
#[path = "lacking.rs"]
mod lacking;
#[path = "long.rs"]
mod long;
#[path = "previewed.rs"]
mod previewed;

fn notepad() -> TargetFacts {
    let process = ProcessFacts {
        pid: 7,
        started: 9,
        path: r"C:\Windows\notepad.exe".into(),
        elevation: Elevation::Same,
        own: false,
    };
    let key = WindowKey { handle: 1, pid: 7, started: 9 };
    let window = WindowFacts {
        key,
        reference: None,
        title: "Untitled".into(),
        class: "Notepad".into(),
        process,
        shell: false,
    };
    TargetFacts { window, element: None, point: None, around: Around::default(), sought: Sought::default() }
}

fn facts(target: TargetFacts) -> Facts {
    Facts { targets: vec![target], desktop: Some(DesktopState::Interactive), ..Facts::default() }
}

fn press(keys: &[&str]) -> Operation {
    let keys = keys.iter().map(|key| key.parse::<Chord>().unwrap()).collect();
    Operation::PressKeys(PressKeysRequest { target: None, window: None, keys })
}

static UNTAINTED: BTreeSet<Source> = BTreeSet::new();

static NOW: LazyLock<CallFacts> = LazyLock::new(CallFacts::default);

static HERE: LazyLock<Circumstances<'_>> =
    LazyLock::new(|| Circumstances { session: "s", taint: &UNTAINTED, call: &NOW });

fn of(profile: Profile) -> Policy {
    Policy::new(&Settings::of_profile(profile), &[]).unwrap()
}

fn decide(operation: &Operation, facts: &Facts) -> Verdict {
    of(Profile::Assistant).decide(&HERE, operation, facts)
}

/// What holds in every profile.
fn code(operation: &Operation, facts: &Facts) -> Code {
    let codes = Profile::ALL.map(|profile| match of(profile).decide(&HERE, operation, facts) {
        Verdict::Deny { code, reasons } => {
            assert!(!reasons.is_empty());
            code
        }
        other => panic!("{profile:?}: {other:?}"),
    });
    // `observe` may have a reason of its own beside.
    assert_eq!(codes[1..].iter().collect::<std::collections::HashSet<_>>().len(), 1, "{codes:?}");
    codes[4]
}

fn launch(path: &str) -> (Operation, Facts) {
    let launch = LaunchFacts { kind: LaunchPath::Local, path: path.into(), app: None, signer: None };
    let program = Program::Executable(path.into());
    let request = AppLaunchRequest { program, arguments: vec![], working_directory: None };
    let facts = Facts { launch: Some(launch), desktop: Some(DesktopState::Interactive), ..Facts::default() };
    (Operation::AppLaunch(request), facts)
}

fn name(verdict: Verdict) -> &'static str {
    verdict.name()
}

#[test]
fn looking_and_ordinary_input_are_permitted() {
    let policies = |verdict| match verdict {
        Verdict::Allow { policies } => policies,
        other => panic!("{other:?}"),
    };
    assert_eq!(policies(decide(&Operation::Status(StatusRequest {}), &Facts::default())), ["reads"]);
    assert_eq!(policies(decide(&press(&["Ctrl+S", "Alt+F4"]), &facts(notepad()))), ["input"]);
}

#[test]
fn own_windows_are_out_of_reach_even_for_looking() {
    let mut own = notepad();
    own.window.process.own = true;
    assert_eq!(code(&press(&["A"]), &facts(own.clone())), Code::OwnWindow);
    let snapshot = Operation::Snapshot(model::SnapshotRequest {
        scope: model::Scope::Foreground,
        limits: model::TreeLimits::default(),
        since: None,
        structured: false,
    });
    assert_eq!(code(&snapshot, &facts(own)), Code::OwnWindow);
}

#[test]
fn elevated_programs_get_no_input_nor_do_unknown_ones() {
    for elevation in [Elevation::Higher, Elevation::Unknown] {
        let mut target = notepad();
        target.window.process.elevation = elevation;
        assert_eq!(code(&press(&["A"]), &facts(target)), Code::ElevatedTarget);
    }
}

#[test]
fn keys_that_lock_or_call_the_secure_desktop_are_refused_in_every_spelling() {
    for keys in [&["Win+L"][..], &["Shift+Win+l"], &["A", "ctrl+alt+del"], &["Ctrl+Alt+Shift+Delete"]] {
        assert_eq!(code(&press(keys), &facts(notepad())), Code::ForbiddenKeys, "{keys:?}");
    }
}

#[test]
fn the_shell_is_not_closed_by_keys_or_by_its_window() {
    let mut shell = notepad();
    shell.window.shell = true;
    let close = Operation::WindowControl(WindowControlRequest {
        window: WindowSelector::Title("x".into()),
        verb: WindowVerb::Close,
    });
    assert_eq!(code(&press(&["Alt+F4"]), &facts(shell.clone())), Code::ForbiddenKeys);
    assert_eq!(code(&close, &facts(shell)), Code::ForbiddenKeys);
    assert!(matches!(decide(&close, &facts(notepad())), Verdict::Allow { .. }));
}

#[test]
fn without_an_interactive_desktop_nothing_acts() {
    let state = |desktop| Facts { desktop, ..facts(notepad()) };
    assert_eq!(code(&press(&["A"]), &state(Some(DesktopState::Secure))), Code::SecureDesktop);
    assert_eq!(code(&press(&["A"]), &state(Some(DesktopState::None))), Code::NoInteractiveDesktop);
    assert_eq!(code(&press(&["A"]), &state(None)), Code::NoInteractiveDesktop);
}

#[test]
fn only_full_local_paths_are_launched() {
    let kinds = [(LaunchPath::Local, "allow"), (LaunchPath::Relative, "deny"), (LaunchPath::Network, "deny")];
    for (kind, expected) in kinds {
        let (operation, mut facts) = launch(r"C:\a.exe");
        facts.launch.as_mut().unwrap().kind = kind;
        assert_eq!(name(of(Profile::Lab).decide(&HERE, &operation, &facts)), expected, "{kind:?}");
    }
    // Without the facts the target is no process, which the schema refuses before any policy is asked.
    let (operation, facts) = launch(r"C:\a.exe");
    let verdict = of(Profile::Lab).decide(&HERE, &operation, &Facts { launch: None, ..facts });
    assert!(matches!(verdict, Verdict::Deny { code: Code::PolicyError, .. }));
}

#[test]
fn winwarden_is_not_launched_under_any_spelling_of_its_name() {
    for path in [r"C:\x\winwarden.exe", r"C:\x\WinWarden.EXE. ", r"C:\x\winwarden.exe::$DATA"] {
        let (operation, facts) = launch(path);
        let verdict = of(Profile::Lab).decide(&HERE, &operation, &facts);
        assert!(matches!(verdict, Verdict::Deny { code: Code::ForbiddenPath, .. }), "{path}: {verdict:?}");
    }
}

#[test]
fn the_strictest_verdict_on_any_target_counts() {
    let mut own = notepad();
    own.window.process.own = true;
    let both = Facts { targets: vec![notepad(), own], ..facts(notepad()) };
    assert_eq!(code(&press(&["A"]), &both), Code::OwnWindow);
}

#[test]
fn each_profile_goes_as_far_as_its_name_says() {
    let look = (Operation::Status(StatusRequest {}), Facts::default());
    let input = (press(&["A"]), facts(notepad()));
    let start = launch(r"C:\Windows\notepad.exe");
    let clipboard = Some(ClipboardFacts { sequence: 1, excluded: false, ours: false });
    let copied = (
        Operation::ClipboardRead(ClipboardReadRequest { max_chars: 1 }),
        Facts { clipboard, ..Facts::default() },
    );
    let verdicts = |profile| {
        [&look, &input, &start, &copied]
            .map(|(operation, facts)| name(of(profile).decide(&HERE, operation, facts)))
    };
    assert_eq!(verdicts(Profile::Observe), ["allow", "deny", "deny", "deny"]);
    assert_eq!(verdicts(Profile::Unattended), ["allow", "allow", "deny", "deny"]);
    assert_eq!(verdicts(Profile::Assistant), ["allow", "allow", "ask", "ask"]);
    assert_eq!(verdicts(Profile::Workspace), ["allow", "allow", "ask", "ask"]);
    assert_eq!(verdicts(Profile::Lab), ["allow", "allow", "allow", "allow"]);
}

#[test]
fn a_workspace_frees_the_programs_that_are_named_and_no_others() {
    let settings = Settings {
        workspace_applications: vec!["NOTEPAD.exe".into(), r"C:\Apps\tool.exe".into()],
        ..Settings::of_profile(Profile::Workspace)
    };
    let verdict = |settings: &Settings, path| {
        let (operation, facts) = launch(path);
        name(Policy::new(settings, &[]).unwrap().decide(&HERE, &operation, &facts))
    };
    assert_eq!(verdict(&settings, r"C:\Windows\notepad.exe"), "allow");
    assert_eq!(verdict(&settings, r"c:\apps\TOOL.exe"), "allow");
    assert_eq!(verdict(&settings, r"C:\Other\tool.exe"), "ask");
    assert_eq!(verdict(&settings, r"C:\Windows\notepad.exe.exe"), "ask");
    // The same names say nothing in another profile.
    let assistant = Settings { profile: Profile::Assistant, ..settings.clone() };
    assert_eq!(verdict(&assistant, r"C:\Windows\notepad.exe"), "ask");
}

#[test]
fn the_machine_takes_away_and_gives_nothing() {
    let forbids = PolicyText {
        name: "machine.cedar",
        text: r#"@id("no-keys") @reason("no keys here") forbid (principal, action == Action::"press_keys", resource);"#,
    };
    let permits = PolicyText {
        name: "machine.cedar",
        text: r#"@id("all") @reason("all") permit (principal, action, resource);"#,
    };
    let (operation, facts) = (press(&["A"]), facts(notepad()));
    for (profile, text, expected) in [
        (Profile::Lab, forbids, "deny"),
        (Profile::Lab, permits, "allow"),
        (Profile::Observe, permits, "deny"),
    ] {
        let policy = of(profile).bounded_by(&[text]).unwrap();
        assert_eq!(name(policy.decide(&HERE, &operation, &facts)), expected, "{profile:?}");
    }
}

/// The policies of a person, beside what always holds: profile `observe` denies input, so `permit` here is moot, and
/// `lab` permits all.
fn with_policies(profile: Profile, text: &str) -> Result<Policy, BrokenPolicy> {
    Policy::new(&Settings::of_profile(profile), &[PolicyText { name: "mine.cedar", text }])
}

#[test]
fn approval_is_one_more_fact_and_so_is_a_dry_run() {
    let verdict = |unless: &str| {
        let text = format!(
            r#"@id("p") @reason("r") forbid (principal, action == Action::"press_keys", resource) {unless};"#
        );
        name(with_policies(Profile::Lab, &text).unwrap().decide(&HERE, &press(&["A"]), &facts(notepad())))
    };
    assert_eq!(verdict("unless { context.approved }"), "ask");
    assert_eq!(verdict("unless { context.dry_run }"), "preview");
    assert_eq!(verdict(""), "deny");
}

#[test]
fn a_policy_that_errors_denies_whatever_the_others_say() {
    // The sum overflows when it is evaluated; Cedar would skip the policy, were it a forbid.
    let text = r#"@id("b") @reason("b") forbid (principal, action, resource) when { 9223372036854775807 + 1 == 0 };"#;
    let policy = with_policies(Profile::Lab, text).unwrap();
    let verdict = policy.decide(&HERE, &press(&["A"]), &facts(notepad()));
    assert!(matches!(verdict, Verdict::Deny { code: Code::PolicyError, .. }), "{verdict:?}");
}

fn click() -> Operation {
    Operation::Click(model::ClickRequest {
        target: model::Target::Element(model::ElementRef::new(1)),
        button: model::Button::Left,
        count: 1,
        modifiers: model::keys::Modifiers::default(),
    })
}

fn control(window: TargetFacts, role: model::ui::Role, name: &str) -> TargetFacts {
    let key = model::ui::ElementKey { window: window.window.key, id: model::ui::ElementId::Runtime(vec![1]) };
    let element =
        model::ElementFacts { key, role, name: name.into(), automation_id: String::new(), password: false };
    TargetFacts { element: Some(element), ..window }
}

#[test]
fn a_control_that_says_it_deletes_sends_or_runs_asks_where_an_ordinary_one_is_free() {
    let button = |name: &str| facts(control(notepad(), model::ui::Role::Button, name));
    for (name, effect) in [
        ("Delete", Some(Group::Destroy)),
        ("&Löschen", Some(Group::Destroy)),
        ("Senden", Some(Group::Egress)),
        ("Run", Some(Group::Execute)),
        ("Bold", None),
        ("Open", None),
    ] {
        let policy = of(Profile::Assistant);
        let effects = policy.effects(&click(), &button(name));
        assert_eq!(effects.last().copied(), effect.or(Some(Group::Input)), "{name}");
        let expected = if effect.is_some() { "ask" } else { "allow" };
        assert_eq!(name_of(&policy, &click(), &button(name)), expected, "{name}");
        assert_eq!(name_of(&of(Profile::Lab), &click(), &button(name)), "allow", "{name}");
    }
}

fn name_of(policy: &Policy, operation: &Operation, facts: &Facts) -> &'static str {
    name(policy.decide(&HERE, operation, facts))
}

#[test]
fn yes_in_a_window_that_asks_about_deleting_is_a_deletion() {
    let mut window = notepad();
    window.window.title = "Delete File".into();
    let yes = facts(control(window, model::ui::Role::Button, "Yes"));
    assert_eq!(name_of(&of(Profile::Assistant), &click(), &yes), "ask");
    let elsewhere = facts(control(notepad(), model::ui::Role::Button, "Yes"));
    assert_eq!(name_of(&of(Profile::Assistant), &click(), &elsewhere), "allow");
}

#[test]
fn what_is_typed_into_a_console_is_run() {
    let mut console = notepad();
    console.window.class = "ConsoleWindowClass".into();
    console.window.process.path = r"C:\Windows\System32\cmd.exe".into();
    let policy = of(Profile::Assistant);
    assert!(policy.effects(&press(&["A"]), &facts(console.clone())).contains(&Group::Execute));
    assert_eq!(name_of(&policy, &press(&["A"]), &facts(console)), "ask");
}

#[test]
fn a_password_manager_is_neither_read_nor_operated_but_in_a_lab() {
    let mut manager = notepad();
    manager.window.process.path = r"C:\Program Files\KeePass Password Safe 2\KeePass.exe".into();
    let snapshot = Operation::Snapshot(model::SnapshotRequest {
        scope: model::Scope::Foreground,
        limits: model::TreeLimits::default(),
        since: None,
        structured: false,
    });
    for profile in [Profile::Observe, Profile::Assistant, Profile::Workspace] {
        assert_eq!(name_of(&of(profile), &snapshot, &facts(manager.clone())), "deny", "{profile:?}");
    }
    assert_eq!(name_of(&of(Profile::Lab), &snapshot, &facts(manager)), "allow");
}

#[test]
fn a_drag_into_another_window_changes_something() {
    let mut other = notepad();
    other.window.key.handle = 2;
    let drag = Operation::Drag(model::DragRequest {
        from: model::Target::Element(model::ElementRef::new(1)),
        to: model::Target::Element(model::ElementRef::new(2)),
        button: model::Button::Left,
        modifiers: model::keys::Modifiers::default(),
    });
    let both = |to| Facts { targets: vec![notepad(), to], ..facts(notepad()) };
    assert_eq!(name_of(&of(Profile::Assistant), &drag, &both(notepad())), "allow");
    assert_eq!(name_of(&of(Profile::Assistant), &drag, &both(other)), "ask");
}

#[test]
fn what_others_wrote_makes_a_freed_program_ask_before_it_is_run() {
    let settings = Settings {
        workspace_applications: vec!["notepad.exe".into()],
        ..Settings::of_profile(Profile::Workspace)
    };
    let policy = Policy::new(&settings, &[]).unwrap();
    let (operation, facts) = launch(r"C:\Windows\notepad.exe");
    let verdict = |taint: &BTreeSet<Source>| {
        policy.decide(&Circumstances { session: "s", taint, call: &NOW }, &operation, &facts)
    };
    assert_eq!(name(verdict(&UNTAINTED)), "allow");
    for source in Source::ALL {
        let Verdict::Ask { reasons } = verdict(&BTreeSet::from([source])) else { panic!("{source}") };
        assert_eq!(reasons[0].policy, "taint-asks", "{source}");
    }
    let input = policy.decide(
        &Circumstances { session: "s", taint: &BTreeSet::from([Source::Web]), call: &NOW },
        &press(&["A"]),
        &crate::policy::tests::facts(notepad()),
    );
    assert_eq!(name(input), "allow", "ordinary input goes on");
}

#[test]
fn secrets_are_shown_only_where_a_policy_says_so_outright() {
    let read = (press(&["A"]), facts(notepad()));
    let reveals = |policy: &Policy| policy.reveals(&HERE, &read.0, &read.1);
    for (profile, shown) in [
        (Profile::Observe, false),
        (Profile::Assistant, false),
        (Profile::Workspace, false),
        (Profile::Lab, true),
    ] {
        assert_eq!(reveals(&of(profile)), shown, "{profile:?}");
    }
    let freed = Settings {
        workspace_applications: vec!["notepad.exe".into()],
        ..Settings::of_profile(Profile::Workspace)
    };
    assert!(!reveals(&Policy::new(&freed, &[]).unwrap()), "a workspace frees acts, not secrets");
    let granted = r#"@id("x") @reason("x")
        permit (principal, action == Action::"reveal", resource in Process::"C:\\Windows\\notepad.exe");"#;
    assert!(reveals(&with_policies(Profile::Assistant, granted).unwrap()));
    let text = r#"@id("x") @reason("x") forbid (principal, action == Action::"reveal", resource);"#;
    let bounded = of(Profile::Lab).bounded_by(&[PolicyText { name: "m.cedar", text }]).unwrap();
    assert!(!reveals(&bounded), "the machine's policies take it away");
    let mut other = Facts { targets: vec![notepad(), notepad()], ..facts(notepad()) };
    other.targets[1].window.process.path = r"C:\other.exe".into();
    let policy = with_policies(Profile::Assistant, granted).unwrap();
    assert!(!policy.reveals(&HERE, &read.0, &other), "every target counts");
}

#[test]
fn the_clipboard_asks_unless_this_session_wrote_it_and_is_never_read_where_it_is_marked() {
    let read = Operation::ClipboardRead(ClipboardReadRequest { max_chars: 10 });
    let facts = |excluded, ours| Facts {
        clipboard: Some(ClipboardFacts { sequence: 1, excluded, ours }),
        desktop: Some(DesktopState::Interactive),
        ..Facts::default()
    };
    let verdict = |profile, facts: &Facts| of(profile).decide(&HERE, &read, facts).name();
    assert_eq!(verdict(Profile::Assistant, &facts(false, false)), "ask");
    assert_eq!(verdict(Profile::Assistant, &facts(false, true)), "allow");
    assert_eq!(verdict(Profile::Lab, &facts(false, false)), "allow");
    for profile in Profile::ALL {
        assert_eq!(verdict(profile, &facts(true, true)), "deny", "{profile:?}");
        // Of a clipboard that nobody looked at nothing is known.
        assert_eq!(verdict(profile, &Facts::default()), "deny", "{profile:?}");
    }
}
