use std::collections::BTreeSet;

use model::{
    CallFacts, Facts, KeyChange, Operation, RegistryImportRequest, RegistryKey, RegistryKeyFacts,
    RegistryReadRequest, registry::View,
};

use super::*;
use crate::{
    BrokenPolicy, Circumstances, Policy, PolicyText,
    config::{Profile, Settings},
};

fn loaded(text: &str) -> Result<Policy, BrokenPolicy> {
    Policy::new(&Settings::of_profile(Profile::Lab), &[PolicyText { name: "a.cedar", text }])
}

fn forbids(resource: &str) -> String {
    format!(
        "@id(\"p\") @reason(\"r\") forbid (principal, action in Action::\"registry\", resource {resource});"
    )
}

/// A machine of which control set 1 is the current one, or of which that is not known.
fn machine(known: bool) -> Machine {
    Machine::new("S-1-5-21-1-2-3-1001".parse().ok(), known.then_some(1))
}

fn read(path: &str) -> Operation {
    Operation::RegistryRead(RegistryReadRequest {
        key: RegistryKey { path: path.parse().unwrap(), view: View::W64 },
        values: vec!["a".into()],
        info: false,
        security: false,
        expand: false,
    })
}

fn facts(operation: &Operation, machine: &Machine) -> Facts {
    let of = |key: &RegistryKey| RegistryKeyFacts {
        names: key.path.names(machine, key.view).iter().map(|name| name.as_str().to_owned()).collect(),
        machine: machine.clone(),
        exists: Some(true),
        link: false,
    };
    Facts { registry: operation.registry_keys().into_iter().map(of).collect(), ..Facts::default() }
}

fn word(policy: &Policy, operation: &Operation, machine: &Machine) -> &'static str {
    let nothing = BTreeSet::new();
    let call = CallFacts::default();
    let here = Circumstances { session: "s", taint: &nothing, call: &call };
    policy.decide(&here, operation, &facts(operation, machine)).name()
}

#[test]
fn a_service_has_all_that_the_registry_holds_of_it_under_every_name() {
    for name in ["Spooler", "SPOOLER", "spooler"] {
        let policy = loaded(&forbids(&format!("in Service::{name:?}"))).unwrap();
        for path in [
            r"HKLM\SYSTEM\CurrentControlSet\Services\Spooler",
            r"HKLM\system\currentcontrolset\services\SPOOLER\Parameters\x",
            r"HKLM\SYSTEM\ControlSet001\Services\Spooler",
            r"\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\Spooler\a/b",
        ] {
            assert_eq!(word(&policy, &read(path), &machine(true)), "deny", "{name} {path}");
        }
        for path in [
            r"HKLM\SYSTEM\CurrentControlSet\Services",
            r"HKLM\SYSTEM\CurrentControlSet\Services\Spooler2",
            r"HKLM\SYSTEM\CurrentControlSet\Services\x\Spooler",
            r"HKLM\SYSTEM\ControlSet002\Services\Spooler",
            r"HKLM\SOFTWARE\Services\Spooler",
        ] {
            assert_eq!(word(&policy, &read(path), &machine(true)), "allow", "{name} {path}");
        }
    }
}

#[test]
fn where_the_control_set_in_use_is_not_known_each_forbids_and_none_permits() {
    let unknown = machine(false);
    let path = r"HKLM\SYSTEM\ControlSet002\Services\Spooler";
    let forbid = loaded(&forbids(r#"in Service::"Spooler""#)).unwrap();
    assert_eq!(word(&forbid, &read(path), &unknown), "deny");
    assert_eq!(word(&forbid, &read(&path.replace("Spooler", "Other")), &unknown), "allow");
    assert_eq!(word(&forbid, &read(r"HKLM\SYSTEM\Setup\Services\Spooler"), &unknown), "allow");
    let only = forbids("").replace(");", r#") unless { resource in Service::"Spooler" };"#);
    let only = loaded(&only).unwrap();
    assert_eq!(word(&only, &read(path), &unknown), "deny");
    assert_eq!(word(&only, &read(&path.replace("002", "001")), &machine(true)), "allow");
}

const TREE: &str = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Schedule\TaskCache\Tree";

#[test]
fn a_task_has_its_keys_and_so_have_the_folders_that_it_lies_in() {
    let task = read(&format!(r"{TREE}\Microsoft\Windows\Defrag\ScheduledDefrag"));
    for name in [
        r"\Microsoft\Windows\Defrag\ScheduledDefrag",
        r"\microsoft\WINDOWS\defrag\scheduleddefrag",
        r"Microsoft\Windows\Defrag\",
        "/Microsoft/Windows",
        r"\Microsoft",
        r"\",
    ] {
        let policy = loaded(&forbids(&format!("in Task::{name:?}"))).unwrap();
        assert_eq!(word(&policy, &task, &machine(true)), "deny", "{name}");
        let other = read(&format!(r"{TREE}\MicrosoftEdge"));
        let expected = if name == r"\" { "deny" } else { "allow" };
        assert_eq!(word(&policy, &other, &machine(true)), expected, "{name}");
        let above = read(TREE.strip_suffix(r"\Tree").unwrap());
        assert_eq!(word(&policy, &above, &machine(true)), "allow", "{name}");
    }
}

#[test]
fn a_forbid_on_a_service_holds_for_every_kind_of_change() {
    let text = r#"@id("p") @reason("r") forbid (principal, action in Action::"change", resource in Service::"Spooler");"#;
    let policy = loaded(text).unwrap();
    let path = r"HKLM\SYSTEM\CurrentControlSet\Services\Spooler";
    let key = RegistryKey { path: path.parse().unwrap(), view: View::W64 };
    let write = KeyChange::Write { values: Vec::new(), delete: vec!["Start".into()] };
    let import = Operation::RegistryImport(RegistryImportRequest { changes: vec![(key, write)] });
    assert_eq!(word(&policy, &import, &machine(true)), "deny");
    assert_eq!(word(&policy, &read(path), &machine(true)), "allow");
    assert!(policy.tells_keys_apart(model::Kind::RegistryImport), "one below `Services` is asked about");
}

#[test]
fn a_service_that_a_call_meets_below_the_key_that_it_names_is_judged_as_if_it_named_it() {
    let policy = loaded(&forbids(r#"in Service::"Spooler""#)).unwrap();
    let (machine, nothing, call) = (machine(true), BTreeSet::new(), CallFacts::default());
    let here = Circumstances { session: "s", taint: &nothing, call: &call };
    let services = r"HKLM\SYSTEM\CurrentControlSet\Services";
    let export = Operation::RegistryExport(model::RegistryExportRequest {
        key: RegistryKey { path: services.parse().unwrap(), view: View::W64 },
        max_bytes: 1_000,
    });
    assert_eq!(word(&policy, &export, &machine), "allow");
    for (below, expected) in [("Spooler", "deny"), (r"Spooler\Security", "deny"), ("Other", "allow")] {
        let name = RegistryKeyName::from_kernel(
            &format!(r"\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\{below}"),
            &machine,
        );
        let met = crate::Met { index: 0, name: &name.unwrap(), created: false };
        let verdict = policy.decide_below(&here, &export, &facts(&export, &machine), met);
        assert_eq!(verdict.name(), expected, "{below}");
    }
}

#[test]
fn a_name_that_no_service_or_task_has_is_a_fault_with_its_line() {
    for (thing, part) in [
        (r#"Service::"""#, "is empty"),
        (r#"Service::"Win*""#, "has a wildcard"),
        (r#"Service::"HKLM\\SYSTEM\\CurrentControlSet\\Services\\x""#, "write the name alone"),
        (r#"Service::" Spooler""#, "begins or ends with a space"),
        (r#"Service::"Spool\u{200b}er""#, "has a character that no such name has"),
        (r#"Task::"""#, "is empty"),
        (r#"Task::"\\a\\\\b""#, "empty part"),
        (r#"Task::"\\a\\..\\b""#, "no directions"),
        (r#"Task::"\\Microsoft\\*""#, "has a wildcard"),
        (r#"Task::"C:\\a""#, "has a character"),
    ] {
        let text = format!("\n{}", forbids(&format!("in {thing}")));
        let error = loaded(&text).map(drop).unwrap_err().to_string();
        assert!(error.contains("a.cedar:2") && error.contains(part), "{thing}: {error}");
    }
    let long = format!("Service::{:?}", "x".repeat(256));
    assert!(loaded(&forbids(&format!("in {long}"))).is_err());
    for rest in [r#"== Service::"Spooler""#, "is Task", r#"is Service in Service::"x""#] {
        let error = loaded(&forbids(rest)).map(drop).unwrap_err().to_string();
        assert!(error.contains("no resource is a `"), "{rest}: {error}");
    }
}
