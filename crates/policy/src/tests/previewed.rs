//! What the settings protect, and a dry run that a policy permits alone.

use super::*;

#[test]
fn a_program_that_the_settings_protect_asks_before_it_gets_input() {
    let settings = Settings {
        protected_applications: vec!["notepad.exe".into()],
        ..Settings::of_profile(Profile::Assistant)
    };
    let policy = Policy::new(&settings, &[]).unwrap();
    assert_eq!(name_of(&policy, &press(&["A"]), &facts(notepad())), "ask");
    assert_eq!(name_of(&of(Profile::Assistant), &press(&["A"]), &facts(notepad())), "allow");
}

#[test]
fn a_program_that_the_settings_protect_asks_in_a_lab_and_under_a_machine_s_bound() {
    let settings =
        Settings { protected_applications: vec!["notepad.exe".into()], ..Settings::of_profile(Profile::Lab) };
    let policy = Policy::new(&settings, &[]).unwrap();
    assert_eq!(name_of(&policy, &press(&["A"]), &facts(notepad())), "ask");
    let bounded = policy.bounded_by(&[]).unwrap();
    assert_eq!(name_of(&bounded, &press(&["A"]), &facts(notepad())), "ask");
    assert_eq!(name_of(&of(Profile::Lab), &press(&["A"]), &facts(notepad())), "allow");
}

#[test]
fn a_dry_run_alone_is_permitted_where_the_profile_asks_and_refused_where_nobody_is_there() {
    let text = r#"@id("dry") @reason("r") forbid (principal, action == Action::"app_launch", resource)
        unless { context.dry_run };"#;
    let (operation, facts) = launch(r"C:\Windows\notepad.exe");
    for (profile, expected) in [
        (Profile::Lab, "preview"),
        (Profile::Assistant, "preview"),
        (Profile::Workspace, "preview"),
        (Profile::Unattended, "deny"),
        (Profile::Observe, "deny"),
    ] {
        let policy = with_policies(profile, text).unwrap();
        assert_eq!(name_of(&policy, &operation, &facts), expected, "{profile:?}");
    }
}
