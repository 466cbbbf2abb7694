use super::*;

fn of(policy: &str, built_in: bool) -> Apart {
    let policy: Policy = policy.parse().unwrap();
    Apart::of(&policy, &Spoken::of(&policy), built_in)
}

#[test]
fn what_names_no_key_tells_none_apart() {
    for policy in [
        "permit (principal, action, resource);",
        "forbid (principal, action in Action::\"registry\", resource is RegistryKey) unless { context.approved };",
        "permit (principal, action, resource) when { context.time.hour > 8 && context has window };",
    ] {
        assert_eq!(of(policy, false), Apart::default(), "{policy}");
    }
}

#[test]
fn what_names_a_key_or_the_facts_of_one_tells_them_apart() {
    for policy in [
        "permit (principal, action, resource == RegistryKey::\"k\");",
        "permit (principal, action, resource in RegistryKey::\"k\");",
        "permit (principal, action, resource is RegistryKey in RegistryKey::\"k\");",
        "forbid (principal, action, resource in Service::\"K\");",
        "forbid (principal, action, resource) when { resource in Task::\"\\\\K\" };",
        "forbid (principal, action, resource) when { [context.approved].contains(resource in RegistryKey::\"k\") };",
        "forbid (principal, action, resource) unless { context has registry && context.registry.view == 64 };",
        "forbid (principal, action, resource) when { {a: context}.a.approved };",
    ] {
        assert!(of(policy, true).names && of(policy, false).names, "{policy}");
    }
}

#[test]
fn what_the_settings_set_free_counts_apart_for_what_is_built_in() {
    let policy = "permit (principal, action, resource) when { context.in_workspace };";
    let own = Apart { workspace: true, less_below: true, ..Apart::default() };
    assert_eq!(of(policy, false), own);
    assert_eq!(of(policy, true), Apart { built_in_workspace: true, ..Apart::default() });
}

#[test]
fn a_key_below_has_less_where_it_is_forbidden_or_permitted_by_more_than_the_scope() {
    for (policy, less) in [
        ("permit (principal, action, resource in RegistryKey::\"k\");", false),
        ("permit (principal, action, resource in Service::\"K\");", false),
        ("forbid (principal, action, resource in Service::\"K\");", true),
        ("permit (principal, action, resource in RegistryKey::\"=k\");", true),
        ("forbid (principal, action, resource in RegistryKey::\"k\");", true),
        (
            "permit (principal, action, resource in RegistryKey::\"k\") when { context.registry.view == 64 };",
            true,
        ),
    ] {
        assert_eq!(of(policy, false).less_below, less, "{policy}");
    }
}
