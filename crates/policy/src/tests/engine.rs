use model::{
    AppLaunchRequest, ClipboardReadRequest, DesktopState, Elevation, LaunchFacts, LaunchPath,
    PressKeysRequest, ProcessFacts, Program, StatusRequest, WindowControlRequest, WindowFacts,
    WindowSelector, WindowVerb, keys::Chord, ui::WindowKey,
};

use super::*;

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
    TargetFacts { window, element: None, point: None }
}

fn facts(target: TargetFacts) -> Facts {
    Facts { targets: vec![target], launch: None, desktop: Some(DesktopState::Interactive) }
}

fn press(keys: &[&str]) -> Operation {
    let keys = keys.iter().map(|key| key.parse::<Chord>().unwrap()).collect();
    Operation::PressKeys(PressKeysRequest { target: None, window: None, keys })
}

fn decide(operation: &Operation, facts: &Facts) -> Verdict {
    Policy::built_in().unwrap().decide("s", operation, facts)
}

fn code(operation: &Operation, facts: &Facts) -> Code {
    match decide(operation, facts) {
        Verdict::Deny { code, reasons } => {
            assert!(!reasons.is_empty());
            code
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn looking_and_ordinary_input_are_permitted() {
    let policies = |verdict| match verdict {
        Verdict::Allow { policies } => policies,
        other => panic!("{other:?}"),
    };
    assert_eq!(policies(decide(&Operation::Status(StatusRequest {}), &Facts::default())), ["reads"]);
    assert_eq!(
        policies(decide(&Operation::ClipboardRead(ClipboardReadRequest { max_chars: 1 }), &Facts::default())),
        ["reads"]
    );
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
    let launch = |kind: Option<LaunchPath>| {
        let launch = kind.map(|kind| LaunchFacts { kind, path: r"C:\a.exe".into(), app: None });
        let program = Program::Executable("a".into());
        let operation =
            Operation::AppLaunch(AppLaunchRequest { program, arguments: vec![], working_directory: None });
        decide(&operation, &Facts { launch, desktop: Some(DesktopState::Interactive), ..Facts::default() })
    };
    assert!(matches!(launch(Some(LaunchPath::Local)), Verdict::Allow { .. }));
    for kind in [Some(LaunchPath::Relative), Some(LaunchPath::Network)] {
        assert!(matches!(launch(kind), Verdict::Deny { code: Code::ForbiddenPath, .. }), "{kind:?}");
    }
    // Without the facts the target is no process, which the schema refuses before any policy is asked.
    assert!(matches!(launch(None), Verdict::Deny { code: Code::PolicyError, .. }));
}

#[test]
fn the_strictest_verdict_on_any_target_counts() {
    let mut own = notepad();
    own.window.process.own = true;
    let both = Facts { targets: vec![notepad(), own], ..facts(notepad()) };
    assert_eq!(code(&press(&["A"]), &both), Code::OwnWindow);
}

fn with_policies(policies: &str) -> Result<Policy, BrokenPolicy> {
    Policy::load(include_str!("../../policies/schema.cedarschema"), policies)
}

#[test]
fn approval_is_one_more_fact_and_so_is_a_dry_run() {
    let verdict =
        |policies: &str| with_policies(policies).unwrap().decide("s", &press(&["A"]), &facts(notepad()));
    let asks =
        verdict(r#"@id("p") @reason("r") permit (principal, action, resource) when { context.approved };"#);
    assert!(matches!(asks, Verdict::Ask { .. }));
    let previews =
        verdict(r#"@id("p") @reason("r") permit (principal, action, resource) when { context.dry_run };"#);
    assert!(matches!(previews, Verdict::Preview { .. }));
    let nothing = verdict("");
    assert!(matches!(nothing, Verdict::Deny { code: Code::DeniedByPolicy, .. }));
}

#[test]
fn a_policy_that_errors_denies_whatever_the_others_say() {
    // The sum overflows when it is evaluated; Cedar would skip the policy, were it a forbid.
    let policy = with_policies(
        r#"@id("a") @reason("a") permit (principal, action, resource);
           @id("b") @reason("b") forbid (principal, action, resource) when { 9223372036854775807 + 1 == 0 };"#,
    )
    .unwrap();
    let verdict = policy.decide("s", &press(&["A"]), &facts(notepad()));
    assert!(matches!(verdict, Verdict::Deny { code: Code::PolicyError, .. }), "{verdict:?}");
}

#[test]
fn broken_policies_do_not_load() {
    for (text, part) in [
        ("permit (principal, action, resource)", "policy:"),
        ("permit (principal, action, resource);", "`@id`"),
        (r#"@id("x") permit (principal, action, resource);"#, "`@reason`"),
        (r#"@id("x") @reason("r") @code("NOPE") permit (principal, action, resource);"#, "`@code`"),
        (r#"@id("x") @reason("r") permit (principal, action, resource) when { context.nope };"#, "schema"),
        (r#"@id("x") @reason("r") permit (principal, action == Action::"nope", resource);"#, "schema"),
    ] {
        let error = with_policies(text).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}
