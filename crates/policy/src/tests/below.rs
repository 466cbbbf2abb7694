use std::collections::BTreeSet;

use model::{
    CallFacts, Code, Deleted, KeyChange, RegistryDeleteRequest, RegistryExportRequest, RegistryImportRequest,
    RegistryKey, RegistryKeyFacts, RegistryWriteRequest, ValueToWrite,
    registry::{Machine, RegistryData, ValueType, View},
};
use proptest::prelude::*;

use super::*;
use crate::{
    PolicyText,
    config::{Layer, Names, Origin, Profile, Settings, merge},
};

const USER: &str = "S-1-5-21-1-2-3-1001";

fn machine() -> Machine {
    Machine::new(Some(USER.parse().unwrap()), Some(1))
}

fn key(path: &str) -> RegistryKey {
    RegistryKey { path: path.parse().unwrap(), view: View::W64 }
}

fn name(path: &str) -> RegistryKeyName {
    key(path).path.names(&machine(), View::W64).first().clone()
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

fn settings(profile: Profile, more: &str) -> Settings {
    let toml = format!(
        "profile = \"{}\"\n[registry]\nlevel = \"admin\"\nroots = ['admin 9 HKCU\\Software']\n{more}",
        profile.name()
    );
    let names = Names { toolsets: &[], tools: &[] };
    merge(&[Layer::of_file(Origin::User, "winwarden.toml", &toml, names).unwrap()]).0
}

fn policy(settings: &Settings, text: &str) -> Policy {
    Policy::new(settings, &[PolicyText { name: "mine.cedar", text }]).unwrap()
}

fn export(path: &str) -> Operation {
    Operation::RegistryExport(RegistryExportRequest { key: key(path), max_bytes: 1_000 })
}

fn delete(path: &str) -> Operation {
    let what = Deleted::Key { recursive: true, keys: None };
    Operation::RegistryDelete(RegistryDeleteRequest { key: key(path), what })
}

fn write(path: &str) -> Operation {
    let data = RegistryData::text(ValueType::String, "x").into();
    let values = vec![ValueToWrite { name: "a".into(), data }];
    Operation::RegistryWrite(RegistryWriteRequest { key: key(path), values, create_key: true })
}

fn with<T>(ask: impl FnOnce(&Circumstances<'_>) -> T) -> T {
    ask(&Circumstances { session: "s", taint: &BTreeSet::new(), call: &CallFacts::default() })
}

fn below(policy: &Policy, operation: &Operation, path: &str, created: bool) -> Verdict {
    let met = Met { index: 0, name: &name(path), created };
    with(|here| policy.decide_below(here, operation, &facts(operation), met))
}

const FORBID: &str = r#"@id("mine") @reason("r") forbid (principal, action in Action::"registry",
    resource in RegistryKey::"HKCU\\Software\\App\\Secret");"#;

#[test]
fn built_in_policies_tell_no_keys_apart_but_by_what_the_settings_set_free() {
    let all = || Kind::ALL.iter().copied().filter(|kind| kind.name().starts_with("registry_"));
    for profile in Profile::ALL {
        for granted in [false, true] {
            let settings = Settings { registry_grants: granted, ..settings(profile, "") };
            assert!(all().all(|kind| !policy(&settings, "").tells_keys_apart(kind)), "{profile:?} {granted}");
        }
    }
    let free = settings(Profile::Workspace, "[workspace]\nkeys = ['HKCU\\Software\\App']");
    let plain = policy(&free, "");
    for kind in all() {
        assert_eq!(plain.tells_keys_apart(kind), kind.group() != Group::Read, "{kind}");
    }
    // One of a person's own may forbid to read what is not set free.
    let own = r#"@id("w") @reason("r") forbid (principal, action in Action::"registry", resource)
        when { !context.in_workspace };"#;
    let bare = settings(Profile::Workspace, "");
    assert!(all().all(|kind| {
        policy(&free, own).tells_keys_apart(kind) && !policy(&bare, own).tells_keys_apart(kind)
    }));
}

#[test]
fn a_workspace_frees_the_keys_that_are_named_with_all_below_and_no_others() {
    let policy = policy(&settings(Profile::Workspace, "[workspace]\nkeys = ['HKCU\\Software\\App']"), "");
    for (path, verdict) in
        [(r"App", "allow"), (r"App\Deep", "allow"), ("Other", "ask"), ("Application", "ask")]
    {
        let write = write(&format!(r"HKCU\Software\{path}"));
        assert_eq!(with(|here| policy.decide(here, &write, &facts(&write))).name(), verdict, "{path}");
    }
}

#[test]
fn a_policy_on_a_key_counts_for_the_actions_that_it_is_about() {
    let settings = settings(Profile::Assistant, "");
    assert!(policy(&settings, FORBID).tells_keys_apart(Kind::RegistryList));
    let only = FORBID.replace("action in Action::\"registry\"", "action == Action::\"registry_export\"");
    let only = policy(&settings, &only);
    assert!(only.tells_keys_apart(Kind::RegistryExport) && !only.tells_keys_apart(Kind::RegistryList));
    let bound = policy(&settings, "").bounded_by(&[PolicyText { name: "machine.cedar", text: FORBID }]);
    assert!(bound.unwrap().tells_keys_apart(Kind::RegistryList));
}

#[test]
fn a_key_below_is_judged_as_if_it_were_named() {
    let policy = policy(&settings(Profile::Lab, ""), FORBID);
    let export = export(r"HKCU\Software\App");
    assert_eq!(with(|here| policy.decide(here, &export, &facts(&export))).name(), "allow");
    assert_eq!(below(&policy, &export, r"HKCU\Software\App\Other", false).name(), "allow");
    for path in [r"HKCU\Software\App\Secret", r"hkcu\software\app\SECRET\Deep"] {
        let Verdict::Deny { code: Code::DeniedByPolicy, reasons } = below(&policy, &export, path, false)
        else {
            panic!("{path}")
        };
        assert_eq!(reasons[0].policy, "mine");
    }
}

#[test]
fn a_key_that_is_created_on_the_way_is_judged_as_a_write_of_no_value() {
    let text = r#"@id("a") @reason("r") forbid (principal, action == Action::"registry_write", resource)
        when { context has registry && context.registry.values.contains("a") };"#;
    let policy = policy(&settings(Profile::Lab, ""), text);
    let write = write(r"HKCU\Software\App\New");
    assert_eq!(below(&policy, &write, r"HKCU\Software\App", false).name(), "deny");
    assert_eq!(below(&policy, &write, r"HKCU\Software\App", true).name(), "allow");
}

#[test]
fn a_line_of_an_import_is_judged_as_the_write_or_delete_that_it_is() {
    let value = |name: &str| ValueToWrite {
        name: name.into(),
        data: RegistryData::text(ValueType::String, "x").into(),
    };
    let write = |values: &[&str], delete: &[&str]| KeyChange::Write {
        values: values.iter().map(|name| value(name)).collect(),
        delete: delete.iter().map(|name| (*name).to_owned()).collect(),
    };
    let lines =
        [write(&["a"], &[]), write(&[], &["a"]), write(&[], &[]), write(&["b"], &["a"]), KeyChange::Delete];
    let words = |rest: &str| {
        let text = format!("@id(\"mine\") @reason(\"no\") forbid (principal, {rest};");
        let policy = policy(&settings(Profile::Lab, ""), &text);
        lines.clone().map(|line| {
            let changes = vec![(key(r"HKCU\Software\App"), line)];
            let import = Operation::RegistryImport(RegistryImportRequest { changes });
            with(|here| policy.decide(here, &import, &facts(&import)).name())
        })
    };
    let there = r#"resource in RegistryKey::"HKCU\\Software\\App")"#;
    let deletes = ["allow", "deny", "allow", "deny", "deny"];
    assert_eq!(words(&format!(r#"action in Action::"destroy", {there}"#)), deletes);
    assert_eq!(words(&format!(r#"action == Action::"registry_delete", {there}"#)), deletes);
    let writes = ["deny", "allow", "deny", "deny", "allow"];
    assert_eq!(words(&format!(r#"action == Action::"registry_write", {there}"#)), writes);
    assert_eq!(words(&format!(r#"action == Action::"registry_import", {there}"#)), ["deny"; 5]);
    let of_a = r#"resource) when { context has registry && context.registry.values.contains("A") }"#;
    let [deleted, written] =
        [["allow", "deny", "allow", "deny", "allow"], ["deny", "allow", "allow", "allow", "allow"]];
    assert_eq!(words(&format!(r#"action == Action::"registry_delete", {of_a}"#)), deleted);
    assert_eq!(words(&format!(r#"action == Action::"registry_write", {of_a}"#)), written);
}

#[test]
fn who_calls_and_for_whom_is_the_principal_however_it_is_spelled() {
    let word = |who: &str, client: &model::ClientFacts| {
        let text = format!("@id(\"mine\") @reason(\"no\") forbid (principal in {who}, action, resource);");
        let policy = policy(&settings(Profile::Lab, ""), &text);
        let call = CallFacts { client: client.clone(), ..CallFacts::default() };
        let here = Circumstances { session: "s", taint: &BTreeSet::new(), call: &call };
        let operation = export(r"HKCU\Software\App");
        // Twice: what is remembered is of one caller.
        [&call, &CallFacts::default()]
            .map(|call| policy.decide(&Circumstances { call, ..here }, &operation, &facts(&operation)).name())
    };
    let client = model::ClientFacts {
        path: r"C:\Apps\Agent.exe".into(),
        user: r"DESK\Ann".into(),
        ..model::ClientFacts::default()
    };
    for (who, expected) in [
        (r#"Client::"c:/apps/x/../AGENT.exe""#, "deny"),
        (r#"User::"desk\\ANN""#, "deny"),
        (r#"Client::"C:\\Apps\\Other.exe""#, "allow"),
        (r#"User::"DESK\\bob""#, "allow"),
    ] {
        assert_eq!(word(who, &client), [expected, "allow"], "{who}");
    }
}

#[test]
fn a_family_of_tools_is_a_group_of_actions() {
    let word = |family: &str| {
        let text = format!(
            "@id(\"mine\") @reason(\"no\") forbid (principal, action in Action::\"{family}\", resource);"
        );
        let operation = export(r"HKCU\Software\App");
        let policy = policy(&settings(Profile::Lab, ""), &text);
        with(|here| policy.decide(here, &operation, &facts(&operation)).name())
    };
    let families = ["registry", "desktop", "clipboard", "launch"];
    assert_eq!(families.map(word), ["deny", "allow", "allow", "allow"]);
}

#[test]
fn a_key_below_one_that_an_import_deletes_is_judged_as_deleted() {
    let text = "@id(\"mine\") @reason(\"no\") forbid (principal, action in Action::\"destroy\", resource in \
                RegistryKey::\"HKCU\\\\Software\\\\A\\\\Keep\");";
    let policy = policy(&settings(Profile::Lab, ""), text);
    assert!(policy.tells_keys_apart(Kind::RegistryImport) && !policy.tells_keys_apart(Kind::RegistryWrite));
    let changes = vec![(key(r"HKCU\Software\A"), KeyChange::Delete)];
    let import = Operation::RegistryImport(RegistryImportRequest { changes });
    let word = |path| below(&policy, &import, path, false).name();
    assert_eq!(word(r"HKCU\Software\A\Keep\B"), "deny");
    assert_eq!(word(r"HKCU\Software\A\Other"), "allow");
}

#[test]
fn what_the_facts_do_not_tell_of_is_denied() {
    let policy = policy(&settings(Profile::Lab, ""), "");
    let operation = delete(r"HKCU\Software\App");
    let met = |index, facts: &Facts| {
        let met = Met { index, name: &name(r"HKCU\Software\App\x"), created: false };
        with(|here| policy.decide_below(here, &operation, facts, met)).name()
    };
    assert_eq!(met(0, &facts(&operation)), "allow");
    assert_eq!([met(1, &facts(&operation)), met(0, &Facts::default())], ["deny"; 2]);
}

#[test]
fn secrets_below_are_shown_only_where_none_of_them_can_be_forbidden() {
    let settings = settings(Profile::Assistant, "");
    let permit = r#"@id("show") @reason("r") permit (principal, action == Action::"reveal",
        resource in RegistryKey::"HKCU\\Software\\App");"#;
    let forbid = r#"@id("hide") @reason("r") forbid (principal, action == Action::"reveal",
        resource in RegistryKey::"HKCU\\Software\\App\\Secret");"#;
    let export = export(r"HKCU\Software\App");
    let reveals = |text: &str| with(|here| policy(&settings, text).reveals(here, &export, &facts(&export)));
    assert!(reveals(permit));
    assert!(!reveals(&format!("{permit}\n{forbid}")));
    assert!(!reveals(&permit.replace(" in ", " == ")));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    /// The reference is the whole decision on the key by its path, under rules that permit it.
    #[test]
    fn a_key_that_is_met_gets_the_verdict_that_it_would_get_by_name(
        keys in prop::collection::vec((
            prop::sample::select(vec!["App", r"App\A", r"App\A\B", r"App\C", "app\\c\\d"]), 0_usize..4, 0_usize..3,
        ), 0..4),
        which in prop::sample::select(vec![r"App\A", r"App\A\B", r"App\C", r"App\C\D", r"App\E"]),
        profile in prop::sample::select(Profile::ALL.to_vec()),
    ) {
        let policies = keys.iter().enumerate().map(|(number, (path, shape, ask))| {
            let id = format!(r"RegistryKey::{:?}", format!(r"HKCU\Software\{path}"));
            let (scope, condition) = match shape {
                0 => (format!("resource in {id}"), "true".to_owned()),
                1 => (format!("resource == {id}"), "true".to_owned()),
                2 => ("resource".to_owned(), format!("resource in {id}")),
                _ => ("resource".to_owned(), format!(
                    "context has registry && context.registry.path like {:?}",
                    format!(r"hkey_current_user\software\{path}*")
                )),
            };
            let unless = ["", " unless { context.approved }", " unless { context.dry_run }"][*ask];
            format!("@id(\"{number}\") @reason(\"r\") forbid (principal, action in Action::\"registry\", {scope}) \
                     when {{ {condition} }}{unless};\n")
        });
        let policy = policy(&settings(profile, ""), &policies.collect::<String>());
        let path = format!(r"HKCU\Software\{which}");
        let of: [fn(&str) -> Operation; 2] = [export, delete];
        for of in of {
            let (named, above) = (of(&path), of(r"HKCU\Software\App"));
            let by_name = with(|here| policy.decide(here, &named, &facts(&named)));
            prop_assert_eq!(&below(&policy, &above, &path, false), &by_name);
            if !policy.tells_keys_apart(above.kind()) {
                prop_assert_eq!(with(|here| policy.decide(here, &above, &facts(&above))), by_name);
            }
        }
    }
}
