use std::{collections::BTreeSet, sync::LazyLock};

use model::{
    CallFacts, Code, Deleted, Facts, Group, KeyChange, Operation, RegistryDeleteRequest,
    RegistryExportRequest, RegistryImportRequest, RegistryKey, RegistryKeyFacts, RegistryListRequest,
    RegistryReadRequest, RegistryWriteRequest, ValueToWrite,
    registry::{Machine, RegistryData, ValueType, View},
};

use crate::{
    Circumstances, Policy, PolicyText, Verdict,
    config::{Layer, Names, Origin, Profile, Settings, merge},
    taint::Source,
};

#[path = "on_registry_property.rs"]
mod property;

const USER: &str = "S-1-5-21-1-2-3-1001";

static UNTAINTED: BTreeSet<Source> = BTreeSet::new();
static NOW: LazyLock<CallFacts> = LazyLock::new(CallFacts::default);
static HERE: LazyLock<Circumstances<'_>> =
    LazyLock::new(|| Circumstances { session: "s", taint: &UNTAINTED, call: &NOW });

fn machine() -> Machine {
    Machine::new(Some(USER.parse().unwrap()), Some(1))
}

fn key(path: &str) -> RegistryKey {
    RegistryKey { path: path.parse().unwrap(), view: View::W64 }
}

fn facts(operation: &Operation) -> Facts {
    let of = |key: &RegistryKey| RegistryKeyFacts {
        names: key.path.names(&machine(), key.view).iter().map(|name| name.as_str().to_owned()).collect(),
        machine: machine(),
        exists: Some(true),
        link: false,
    };
    Facts { registry: operation.registry_keys().into_iter().map(of).collect(), ..Facts::default() }
}

fn read(path: &str) -> Operation {
    Operation::RegistryRead(RegistryReadRequest {
        key: key(path),
        values: vec!["a".into()],
        info: false,
        security: false,
        expand: false,
    })
}

fn write(path: &str, names: &[&str]) -> Operation {
    let data = || RegistryData::text(ValueType::String, "x").into();
    let values = names.iter().map(|name| ValueToWrite { name: (*name).into(), data: data() }).collect();
    Operation::RegistryWrite(RegistryWriteRequest { key: key(path), values, create_key: true })
}

fn delete_key(path: &str) -> Operation {
    let what = Deleted::Key { recursive: true, keys: None };
    Operation::RegistryDelete(RegistryDeleteRequest { key: key(path), what })
}

fn import(changes: Vec<(&str, KeyChange)>) -> Operation {
    let changes = changes.into_iter().map(|(path, change)| (key(path), change)).collect();
    Operation::RegistryImport(RegistryImportRequest { changes })
}

fn settings(toml: &str) -> Settings {
    let names = Names { toolsets: &[], tools: &[] };
    merge(&[Layer::of_file(Origin::User, "winwarden.toml", toml, names).unwrap()]).0
}

/// A profile in which roots and level permit all that is done here.
fn open(profile: Profile) -> Settings {
    settings(&format!(
        "profile = \"{}\"\n[registry]\nlevel = \"admin\"\nroots = ['admin 3 HKCU\\Software', 'admin 3 HKLM\\SOFTWARE', \
         'admin 3 HKCR']",
        profile.name()
    ))
}

fn policy(settings: &Settings, text: &str) -> Policy {
    Policy::new(settings, &[PolicyText { name: "mine.cedar", text }]).unwrap()
}

fn judged(settings: &Settings, text: &str, operation: &Operation) -> Verdict {
    policy(settings, text).decide(&HERE, operation, &facts(operation))
}

fn word(settings: &Settings, text: &str, operation: &Operation) -> &'static str {
    judged(settings, text, operation).name()
}

/// The same for a policy that is loaded.
fn word_of(policy: &Policy, operation: &Operation) -> &'static str {
    policy.decide(&HERE, operation, &facts(operation)).name()
}

fn code(verdict: Verdict) -> Code {
    let Verdict::Deny { code, .. } = verdict else { panic!("{verdict:?}") };
    code
}

#[test]
fn a_policy_on_a_key_holds_for_all_below_it_under_every_name() {
    let open = open(Profile::Assistant);
    let forbid = |scope: &str| {
        format!(
            "@id(\"p\") @reason(\"r\") forbid (principal, action in Action::\"registry\", resource {scope});"
        )
    };
    for of in [
        r"HKCU\\Software",
        r"HKEY_CURRENT_USER/software",
        r"HKU\\S-1-5-21-1-2-3-1001\\Software",
        "HKCU",
        r"HKU",
    ] {
        let policy = policy(&open, &forbid(&format!("in RegistryKey::\"{of}\"")));
        for path in [
            r"HKCU\Software\App\x",
            r"HKEY_USERS\S-1-5-21-1-2-3-1001\SOFTWARE\app",
            r"HKCU\Software\Classes\x",
        ] {
            assert_eq!(word_of(&policy, &read(path)), "deny", "{of} {path}");
        }
        assert_eq!(word_of(&policy, &read(r"HKLM\SOFTWARE\App")), "allow", "{of}");
    }
    let text = forbid(r#"in RegistryKey::"HKCU\\Software\\App""#);
    assert_eq!(
        word(&open, &text, &read(r"HKCU\Software\App2")),
        "allow",
        "a name is no beginning of another"
    );
    let text = forbid(r#"in RegistryKey::"HKLM\\SYSTEM\\CurrentControlSet\\Services""#);
    let policy = policy(&Settings::of_profile(Profile::Lab), &text);
    for path in [r"HKLM\SYSTEM\ControlSet001\Services\x", r"HKLM\SYSTEM\CurrentControlSet\Services\x"] {
        assert_eq!(word_of(&policy, &read(path)), "deny", "{path}");
    }
    assert_eq!(word_of(&policy, &read(r"HKLM\SYSTEM\ControlSet002\Services\x")), "allow");
}

#[test]
fn the_keys_of_the_systems_own_account_are_those_of_its_user_there() {
    let text =
        r#"@id("p") @reason("r") forbid (principal, action, resource in RegistryKey::"HKCU\\Software");"#;
    let policy = policy(&Settings::of_profile(Profile::Lab), text);
    let system = Machine::new(Some("S-1-5-18".parse().unwrap()), Some(1));
    for path in [r"HKCU\Software\x", r"HKU\.DEFAULT\Software\x", r"HKU\S-1-5-18\Software\x"] {
        let operation = read(path);
        let key = key(path);
        let names = key.path.names(&system, key.view).iter().map(|name| name.as_str().to_owned()).collect();
        let known = RegistryKeyFacts { machine: system.clone(), names, exists: Some(true), link: false };
        let facts = Facts { registry: vec![known], ..Facts::default() };
        assert_eq!(policy.decide(&HERE, &operation, &facts).name(), "deny", "{path}");
    }
}

#[test]
fn a_comparison_with_a_key_means_that_key_alone_whichever_of_its_names_is_used() {
    let lab = Settings::of_profile(Profile::Lab);
    let paths = [r"HKCU\Software\App", r"HKU\S-1-5-21-1-2-3-1001\Software\App"];
    for named in [r"HKCU\\Software\\App", r"HKU\\S-1-5-21-1-2-3-1001\\Software\\app"] {
        for (scope, condition) in [
            (format!(r#"resource == RegistryKey::"{named}""#), String::new()),
            ("resource".to_owned(), format!(r#"when {{ resource == RegistryKey::"{named}" }}"#)),
            ("resource".to_owned(), format!(r#"when {{ RegistryKey::"{named}" == resource }}"#)),
            ("resource".to_owned(), format!(r#"unless {{ resource != RegistryKey::"{named}" }}"#)),
        ] {
            let text = format!("@id(\"p\") @reason(\"r\") forbid (principal, action, {scope}) {condition};");
            let policy = policy(&lab, &text);
            for path in paths {
                assert_eq!(word_of(&policy, &read(path)), "deny", "{text} {path}");
                assert_eq!(word_of(&policy, &read(&format!(r"{path}\x"))), "allow", "{text} {path}");
            }
        }
    }
    let text = r#"@id("p") @reason("r") permit (principal, action, resource)
        when { [RegistryKey::"HKCU\\a"].contains(resource) };"#;
    let texts = [PolicyText { name: "mine.cedar", text }];
    let error = Policy::new(&lab, &texts).map(drop).unwrap_err().to_string();
    assert!(error.contains("mine.cedar:1") && error.contains("use `==` or `in`"), "{error}");
}

#[test]
fn facts_of_a_key_are_compared_in_any_case_and_under_one_path() {
    let lab = Settings::of_profile(Profile::Lab);
    let with = |condition: &str, operation: &Operation| {
        let text = format!(
            "@id(\"p\") @reason(\"r\") forbid (principal, action, resource) when {{ context has registry && {condition} }};"
        );
        word(&lab, &text, operation)
    };
    let path = write(r"HKCU\Environment", &["Path"]);
    for condition in [
        r#"context.registry.path == "HKEY_CURRENT_USER\\environment""#,
        r#"context.registry.path like "hkey_current_user\\*""#,
        r#"context.registry.values.contains("PATH")"#,
        r#"context.registry.values.containsAny(["x", "path"])"#,
        r#"context.registry.types.contains("String")"#,
        "!context.registry.any_value && !context.registry.recursive && context.registry.view == 64",
    ] {
        assert_eq!(with(condition, &path), "deny", "{condition}");
    }
    assert_eq!(with(r#"context.registry.values.contains("PATHEXT")"#, &path), "allow");
    let whole = delete_key(r"HKCU\Software\x");
    assert_eq!(with("context.registry.any_value && context.registry.recursive", &whole), "deny");
    let by_sid = write(r"HKU\S-1-5-21-1-2-3-1001\Environment", &["Path"]);
    assert_eq!(with(r#"context.registry.path == "HKEY_CURRENT_USER\\Environment""#, &by_sid), "deny");
    let view = RegistryKey { view: View::W32, ..key(r"HKLM\SOFTWARE\App") };
    let list = RegistryExportRequest { key: view, max_bytes: 1_000 };
    assert_eq!(with("context.registry.view == 32", &Operation::RegistryExport(list)), "deny");
}

#[test]
fn the_rules_come_before_any_policy_and_no_permit_opens_what_they_close() {
    let text = r#"@id("p") @reason("r") permit (principal, action, resource);"#;
    for profile in Profile::ALL {
        let policy = policy(&open(profile), text);
        for (operation, expected) in [
            (read(r"HKLM\SAM\SAM"), Code::DeniedByPolicy),
            (read(r"HKLM\HARDWARE"), Code::DeniedByPolicy),
            (write(r"HKLM\SOFTWARE\Microsoft\Windows Defender", &["a"]), Code::DeniedByPolicy),
            (write(r"HKCU\Software\x", &["SymbolicLinkValue"]), Code::RegistryLink),
            (delete_key(r"HKLM\SOFTWARE"), Code::DeniedByPolicy),
        ] {
            assert_eq!(
                code(policy.decide(&HERE, &operation, &facts(&operation))),
                expected,
                "{profile:?} {operation:?}"
            );
        }
    }
}

#[test]
fn a_key_that_is_missing_and_one_that_is_denied_get_the_same_answer() {
    let policy = policy(&Settings::of_profile(Profile::Lab), "");
    for path in [r"HKLM\SAM\SAM\Domains", r"HKLM\SECURITY\x"] {
        let operation = read(path);
        let mut known = facts(&operation);
        let verdict = policy.decide(&HERE, &operation, &known);
        let told = format!("{verdict:?}");
        assert!(told.contains("HKEY_LOCAL_MACHINE") && !told.contains("REGISTRY"), "{told}");
        for (exists, link) in [(Some(false), false), (None, false), (Some(true), true)] {
            (known.registry[0].exists, known.registry[0].link) = (exists, link);
            assert_eq!(policy.decide(&HERE, &operation, &known), verdict, "{path}");
        }
    }
}

#[test]
fn a_link_is_refused_and_so_are_names_that_the_path_does_not_tell_and_facts_that_are_missing() {
    let policy = policy(&Settings::of_profile(Profile::Lab), "");
    let operation = read(r"HKCU\Software\App");
    let decide = |change: &dyn Fn(&mut RegistryKeyFacts)| {
        let mut known = facts(&operation);
        change(&mut known.registry[0]);
        code(policy.decide(&HERE, &operation, &known))
    };
    assert_eq!(decide(&|known| known.link = true), Code::RegistryLink);
    assert_eq!(decide(&|known| known.names = vec![r"\REGISTRY\MACHINE\SAM\x".into()]), Code::DeniedByPolicy);
    assert_eq!(decide(&|known| known.names.clear()), Code::PolicyError);
    assert_eq!(decide(&|known| known.names = vec![r"\REGISTRY\A\x".into()]), Code::PolicyError);
    assert_eq!(code(policy.decide(&HERE, &operation, &Facts::default())), Code::PolicyError);
    let nothing = import(Vec::new());
    assert_eq!(code(policy.decide(&HERE, &nothing, &Facts::default())), Code::PolicyError);
    assert!(!policy.reveals(&HERE, &operation, &Facts::default()));
    assert!(policy.reveals(&HERE, &operation, &facts(&operation)));
}

#[test]
fn the_strictest_word_on_any_key_of_an_import_or_of_the_merge_counts() {
    let open = open(Profile::Lab);
    let change = || KeyChange::Write { values: Vec::new(), delete: vec!["a".into()] };
    let text = r#"@id("p") @reason("r")
        forbid (principal, action, resource in RegistryKey::"HKCU\\Software\\Mine") unless { context.approved };"#;
    let free = (r"HKCU\Software\a", change());
    assert_eq!(word(&open, text, &import(vec![free.clone()])), "allow");
    let asks = import(vec![free.clone(), (r"HKCU\Software\Mine", change()), free.clone()]);
    assert_eq!(word(&open, text, &asks), "ask");
    let denied = import(vec![free, (r"HKCU\Software\Mine", change()), (r"HKLM\SAM", KeyChange::Delete)]);
    assert_eq!(word(&open, text, &denied), "deny");
    for of in [r"HKLM\\SOFTWARE\\Classes", r"HKCU\\Software\\Classes"] {
        let text = format!(
            "@id(\"p\") @reason(\"r\") forbid (principal, action, resource in RegistryKey::\"{of}\");"
        );
        assert_eq!(word(&open, &text, &read(r"HKCR\.txt")), "deny", "{of}");
    }
}

#[test]
fn of_two_keys_that_are_refused_the_first_is_told_of() {
    let open = open(Profile::Lab);
    let forbid = |id: &str, key: &str| {
        format!("@id({id:?}) @reason(\"r\") forbid (principal, action, resource in RegistryKey::{key:?});\n")
    };
    let text = forbid("one", r"HKCU\Software\One") + &forbid("two", r"HKCU\Software\Two");
    let change = |path| (path, KeyChange::Write { values: Vec::new(), delete: vec!["a".into()] });
    let (one, two) = (change(r"HKCU\Software\One"), change(r"HKCU\Software\Two"));
    for (changes, first) in [(vec![one.clone(), two.clone()], "one"), (vec![two, one], "two")] {
        let verdict = judged(&open, &text, &import(changes));
        assert!(
            matches!(&verdict, Verdict::Deny { reasons, .. } if reasons[0].policy == first),
            "{verdict:?}"
        );
    }
}

#[test]
fn what_is_guarded_asks_in_every_profile_that_would_do_it_and_says_why() {
    let run = write(r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run", &["x"]);
    for (profile, expected) in [
        (Profile::Observe, "deny"),
        (Profile::Unattended, "deny"),
        (Profile::Assistant, "ask"),
        (Profile::Workspace, "ask"),
        (Profile::Lab, "ask"),
    ] {
        let verdict = judged(&open(profile), "", &run);
        assert_eq!(verdict.name(), expected, "{profile:?}");
        if let Verdict::Ask { reasons } = verdict {
            assert!(reasons[0].text.contains("starts a program"), "{reasons:?}");
        }
    }
    let unattended =
        settings("profile = \"unattended\"\n[registry]\nlevel = \"admin\"\nroots = ['admin 1 HKCU']");
    assert_eq!(code(judged(&unattended, "", &run)), Code::ApprovalUnavailable);
}

#[test]
fn where_roots_are_the_grant_they_suffice_and_what_a_person_forbids_still_holds() {
    for profile in [Profile::Observe, Profile::Assistant, Profile::Lab] {
        let granted = Settings { registry_grants: true, ..open(profile) };
        let app =
            [write(r"HKCU\Software\App", &["a"]), delete_key(r"HKCU\Software\App"), read(r"HKCU\Software")];
        for operation in &app {
            let verdict = judged(&granted, "", operation);
            let Verdict::Allow { policies } = verdict else {
                panic!("{profile:?} {operation:?} {verdict:?}")
            };
            assert_eq!(policies, ["granted-by-roots"]);
        }
        let text = r#"@id("p") @reason("r") forbid (principal, action, resource in RegistryKey::"HKCU\\Software\\App");"#;
        assert_eq!(word(&granted, text, &app[0]), "deny");
        let run = write(r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run", &["x"]);
        assert_eq!(word(&granted, "", &run), "ask");
        assert_eq!(code(judged(&granted, "", &read(r"HKCU\Control Panel"))), Code::DeniedByPolicy);
        let machine =
            r#"@id("m") @reason("r") forbid (principal, action == Action::"registry_write", resource);"#;
        let bounded =
            policy(&granted, "").bounded_by(&[PolicyText { name: "m.cedar", text: machine }]).unwrap();
        assert_eq!(bounded.decide(&HERE, &app[0], &facts(&app[0])).name(), "deny");
    }
    let status = Operation::Status(model::StatusRequest {});
    let granted = Settings { registry_grants: true, ..open(Profile::Observe) };
    let Verdict::Allow { policies } = policy(&granted, "").decide(&HERE, &status, &Facts::default()) else {
        panic!()
    };
    assert_eq!(policies, ["reads"], "it is for the registry alone");
}

#[test]
fn secrets_of_the_registry_are_shown_by_permission_or_where_the_dialect_says_so() {
    let operation = read(r"HKCU\Software\App");
    let reveals = |settings: &Settings, text: &str| {
        policy(settings, text).reveals(&HERE, &operation, &facts(&operation))
    };
    let assistant = open(Profile::Assistant);
    assert!(!reveals(&assistant, ""));
    let text = r#"@id("p") @reason("r") permit (principal, action == Action::"reveal", resource in RegistryKey::"HKCU\\Software\\App");"#;
    assert!(reveals(&assistant, text));
    assert!(!reveals(&Settings { registry_grants: true, ..assistant.clone() }, ""));
    let mut shown = assistant;
    shown.registry.reveals = true;
    assert!(reveals(&shown, ""));
    assert!(!reveals(&shown, &text.replace("permit", "forbid")));
    assert_eq!(word(&shown, "", &write(r"HKCU\Software\App", &["a"])), "ask", "acts are the profile's");
}

#[test]
fn an_import_that_takes_something_away_is_destructive() {
    let policy = policy(&open(Profile::Assistant), "");
    let effects = |change| {
        let operation = import(vec![(r"HKCU\Software\a", change)]);
        policy.effects(&operation, &facts(&operation))
    };
    let write = |delete| KeyChange::Write { values: Vec::new(), delete };
    assert_eq!(effects(write(Vec::new())), BTreeSet::from([Group::Change]));
    for change in [write(vec!["x".into()]), KeyChange::Delete] {
        assert_eq!(effects(change), BTreeSet::from([Group::Change, Group::Destroy]));
    }
}

#[test]
fn every_setting_of_the_registry_changes_a_verdict() {
    let roots = r"[registry]
roots = ['admin 3 HKCU\Software']
";
    let big = {
        let data = RegistryData { kind: ValueType::Binary, bytes: vec![0; 2_000] }.into();
        let values = vec![ValueToWrite { name: "a".into(), data }];
        let key = key(r"HKCU\Software\App");
        Operation::RegistryWrite(RegistryWriteRequest { key, values, create_key: false })
    };
    let list = |keys| {
        let (key, cursor) = (key(r"HKCU\Software"), None);
        let (values, depth, limit, whole, expand) = (true, 3, 10, false, false);
        Operation::RegistryList(RegistryListRequest {
            key,
            keys,
            values,
            depth,
            limit,
            cursor,
            whole,
            expand,
        })
    };
    let several = Operation::RegistryRead(RegistryReadRequest {
        key: key(r"HKCU\Software"),
        values: vec![String::new(), "b".into()],
        info: false,
        security: false,
        expand: false,
    });
    let free = r#"workspace.keys = ['HKCU\Software\App']"#;
    for (with, operation, [before, after]) in [
        ("registry.level = 'read_write'", write(r"HKCU\Software\App", &["a"]), ["deny", "ask"]),
        ("registry.level = 'admin'", delete_key(r"HKCU\Software\App"), ["deny", "ask"]),
        (r"registry.roots = ['read 1 HKCU\Control Panel']", read(r"HKCU\Control Panel"), ["deny", "allow"]),
        (r"registry.denied = ['HKCU\Software\App']", read(r"HKCU\Software\App\x"), ["allow", "deny"]),
        ("registry.max_depth = 2", list(true), ["allow", "deny"]),
        ("registry.max_depth = 2", list(false), ["allow", "allow"]),
        ("registry.max_values = 1", several, ["allow", "deny"]),
        ("registry.level = 'admin'\nregistry.max_value_bytes = 1024", big, ["deny", "deny"]),
        (free, write(r"HKCU\Software\App\x", &["a"]), ["ask", "allow"]),
    ] {
        let level = if with == free { "level = 'admin'\n" } else { "" };
        let base = format!("profile = 'workspace'\n{roots}{level}");
        let (setting, value) = with.rsplit('\n').next().unwrap().split_once(" = ").unwrap();
        let (table, name) = setting.split_once('.').unwrap();
        let more = match table {
            "workspace" => format!("{base}[workspace]\n{name} = {value}\n"),
            _ if name == "roots" => format!("profile = 'workspace'\n[registry]\nroots = {value}\n"),
            _ => format!("{base}{name} = {value}\n"),
        };
        if name == "max_value_bytes" {
            let level = format!("{base}level = 'admin'\n");
            assert_eq!(word(&settings(&level), "", &operation), "ask");
            let verdict = judged(&settings(&format!("{level}{name} = {value}\n")), "", &operation);
            assert_eq!(code(verdict), Code::LimitExceeded);
            continue;
        }
        assert_eq!(word(&settings(&base), "", &operation), before, "{with}");
        assert_eq!(word(&settings(&more), "", &operation), after, "{with}");
    }
}

#[test]
fn what_reaches_keys_below_is_told_as_recursive() {
    let delete = |recursive| {
        let what = Deleted::Key { recursive, keys: None };
        Operation::RegistryDelete(RegistryDeleteRequest { key: key(r"HKCU\A"), what })
    };
    let export = RegistryExportRequest { key: key(r"HKCU\A"), max_bytes: 9 };
    for (operation, recursive) in [
        (read(r"HKCU\A"), false),
        (write(r"HKCU\A", &["a"]), false),
        (delete(false), false),
        (delete(true), true),
        (import(vec![(r"HKCU\A", KeyChange::Delete)]), true),
        (Operation::RegistryExport(export), true),
    ] {
        let asked = crate::registry::Asked::of(&operation).unwrap();
        assert!(asked.iter().all(|asked| asked.is_recursive() == recursive), "{operation:?}");
    }
}
