//! Whatever policies forbid on whatever keys: no read shows and no delete touches one that the whole decision would deny.

use std::collections::BTreeSet;

use model::{Deleted, RegistryDeleteRequest, RegistryListRequest};
use policy::config::Profile;
use proptest::prelude::*;

use super::{
    below::{Judge, done, export, facts_of, search},
    *,
};

const KEYS: [&str; 8] =
    [r"T", r"T\An", r"T\An\An", r"T\An\Bn", r"T\An\Bn\Cn", r"T\Bn", r"T\Bn\An", r"T\Cn\Dn\En"];

type Made = fn(&str) -> Operation;

fn path(of: &str) -> String {
    format!(r"HKEY_CURRENT_USER\Software\{of}")
}

fn policies() -> impl Strategy<Value = String> {
    let one = (prop::sample::select(&KEYS[..]), 0_usize..4, 0_usize..3);
    prop::collection::vec(one, 0..4).prop_map(|all| {
        let text = all.into_iter().enumerate().map(|(number, (key, shape, unless))| {
            let id = format!("RegistryKey::{:?}", path(key));
            let (action, scope, condition) = match shape {
                0 => ("action in Action::\"registry\"", format!("resource in {id}"), "true".to_owned()),
                1 => ("action in Action::\"registry\"", format!("resource == {id}"), "true".to_owned()),
                2 => ("action == Action::\"registry_delete\"", "resource".to_owned(), format!("resource in {id}")),
                _ => ("action", "resource".to_owned(), format!(
                    "context has registry && context.registry.path like {:?}", format!("{}*", path(key))
                )),
            };
            let unless = ["", "unless { context.approved }", "unless { context.dry_run }"][unless];
            format!("@id(\"{number}\") @reason(\"r\") forbid (principal, {action}, {scope}) when {{ {condition} }} {unless};\n")
        });
        text.collect()
    })
}

/// Keys that the whole decision on an operation, made for each by its own name, does not allow.
fn refused(port: &Port, judge: &Judge, of: impl Fn(&str) -> Operation) -> BTreeSet<&'static str> {
    let allows = |key: &&str| {
        let operation = of(&path(key));
        let verdict = judge.verdict(&operation, &facts_of(port, &operation));
        verdict.name() == "allow"
    };
    KEYS.into_iter().filter(|key| !allows(key)).collect()
}

fn list(path: &str) -> Operation {
    Operation::RegistryList(RegistryListRequest {
        key: key(path),
        keys: true,
        values: false,
        depth: 4,
        limit: 100,
        cursor: None,
        whole: false,
        expand: false,
    })
}

fn delete(path: &str) -> Operation {
    let what = Deleted::Key { recursive: true, keys: None };
    Operation::RegistryDelete(RegistryDeleteRequest { key: key(path), what })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn no_read_shows_and_no_delete_touches_what_the_decision_alone_would_deny(text in policies()) {
        let port = Port::with(&[r"HKCU\Software"]);
        for key in KEYS {
            port.make(&path(key));
        }
        let judge = Judge::new(Profile::Lab, &text);
        let made: [(&str, Made); 4] =
            [("list", list), ("search", search), ("export", export), ("delete", delete)];
        for (what, of) in made {
            let refused = refused(&port, &judge, of);
            if refused.contains("T") {
                continue; // the call itself is not allowed
            }
            let (ended, _) = done(&port, &judge, of(&path("T")));
            let shown: Vec<String> = match ended {
                Ok(RegistryOutcome::List { keys, .. }) => keys.iter().map(|key| format!(r"T\{key}")).collect(),
                Ok(RegistryOutcome::Found { hits, .. }) => {
                    hits.iter().map(|hit| hit.path.replacen(r"HKEY_CURRENT_USER\Software\", "", 1)).collect()
                }
                Ok(RegistryOutcome::Exported { text, .. }) => {
                    let named = |key: &&str| text.contains(&format!("[{}]", path(key)));
                    KEYS.into_iter().filter(named).map(str::to_owned).collect()
                }
                Ok(other) => {
                    prop_assert_eq!(what, "delete", "{:?}", other);
                    prop_assert!(refused.is_empty(), "{:?} were deleted under\n{}", refused, text);
                    continue;
                }
                Err(fault) => {
                    prop_assert_eq!(what, "delete", "{}", fault);
                    prop_assert!(!refused.is_empty(), "{} under\n{}", fault, text);
                    prop_assert!(KEYS.iter().all(|key| port.has(&path(key))));
                    continue;
                }
            };
            for key in &refused {
                prop_assert!(!shown.iter().any(|shown| shown == key), "{} shows {} under\n{}", what, key, text);
            }
            // What is neither refused nor below what is, is there.
            for key in KEYS.iter().filter(|key| **key != "T") {
                let lies_in = |above: &&str| key.strip_prefix(*above).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'));
                let hidden = refused.iter().any(lies_in);
                prop_assert!(hidden || shown.iter().any(|shown| shown == key), "{} hides {} under\n{}", what, key, text);
            }
        }
    }
}
