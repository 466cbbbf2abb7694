//! Whatever is changed in whatever registry, and wherever it fails: what was there is there again.

use std::cell::Cell;

use model::{Deleted, KeyChange, RegistryDeleteRequest, RegistryImportRequest, RegistryWriteRequest};
use proptest::prelude::*;

use super::*;

const KEYS: [&str; 9] = [
    r"HKCU\Software\T",
    r"HKCU\Software\T\A",
    r"HKCU\Software\T\A\A",
    r"HKCU\Software\T\A\B",
    r"HKCU\Software\T\A\B\C",
    r"HKCU\Software\T\B",
    r"HKCU\Software\T\B\A",
    r"HKCU\Software\T\B\A\Z",
    r"HKCU\Software\T\C\D\E",
];

fn a_key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&KEYS[..])
}

fn a_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["", "x", "y", "z"][..])
}

fn values() -> impl Strategy<Value = Vec<ValueToWrite>> {
    let value = (a_name(), "[ab]{0,2}").prop_map(|(name, held)| to_write(name, &held));
    prop::collection::vec(value, 0..3)
}

fn change() -> impl Strategy<Value = KeyChange> {
    let names = prop::collection::vec(a_name().prop_map(str::to_owned), 0..3);
    prop_oneof![
        2 => (values(), names).prop_map(|(values, delete)| KeyChange::Write { values, delete }),
        1 => Just(KeyChange::Delete),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    let import = prop::collection::vec((a_key().prop_map(key), change()), 0..8)
        .prop_map(|changes| Operation::RegistryImport(RegistryImportRequest { changes }));
    let write = (a_key().prop_map(key), values(), any::<bool>()).prop_map(|(key, values, create_key)| {
        Operation::RegistryWrite(RegistryWriteRequest { key, values, create_key })
    });
    let what = prop_oneof![
        any::<bool>().prop_map(|recursive| Deleted::Key { recursive, keys: None }),
        prop::collection::vec(a_name().prop_map(str::to_owned), 1..3).prop_map(Deleted::Values),
    ];
    let delete = (a_key().prop_map(key), what)
        .prop_map(|(key, what)| Operation::RegistryDelete(RegistryDeleteRequest { key, what }));
    prop_oneof![3 => import, 1 => write, 2 => delete]
}

fn registry() -> impl Strategy<Value = Port> {
    let key = (a_key(), prop::collection::vec((a_name(), "[ab]{0,2}"), 0..3), any::<Option<bool>>());
    prop::collection::vec(key, 0..8).prop_map(|keys| {
        let port = Port::with(&[r"HKCU\Software"]);
        for (path, values, dressed) in keys {
            port.make(path);
            if let Some(dressed) = dressed {
                port.dress(path, if dressed { "one" } else { "other" }, "mine");
            }
            for (name, held) in values {
                if !port.has_value(path, name) {
                    port.put(path, name, text(&held));
                }
            }
        }
        port
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_change_that_fails_or_is_cancelled_changes_nothing(
        port in registry(), operation in operation(), fails_at in 0_usize..12, steps in 0_usize..60, cancels: bool,
    ) {
        let asked = Asked::under(&rules(), &port, operation);
        let before = port.unordered();
        let left = Cell::new(steps);
        let cancelled = || cancels && left.replace(left.get().saturating_sub(1)) == 0;
        port.state().changes = 0;
        port.state().fails_at = (!cancels).then_some(fails_at);
        let ended = asked.with(&cancelled, |work| work.execute());
        if let Err(fault) = ended {
            prop_assert_eq!(port.unordered(), before, "{}", fault);
            prop_assert!(!fault.message.contains("not all could be put back"), "{}", fault);
            prop_assert!(!fault.message.contains("SECRET"), "{}", fault);
        }
    }

    #[test]
    fn what_was_changed_is_put_back_from_the_image_and_was_what_the_preview_said(
        port in registry(), operation in operation(),
    ) {
        let asked = Asked::under(&rules(), &port, operation);
        let was = port.unordered();
        let (preview, before) = (asked.preview(), asked.before());
        prop_assert_eq!(&port.unordered(), &was, "a preview changes nothing");
        let done = asked.done();
        prop_assert_eq!(&preview, &done);
        let Ok(RegistryOutcome::Changed { created, deleted, values, more: 0 }) = done else {
            prop_assert_eq!(port.unordered(), was);
            return Ok(());
        };
        let now = port.unordered();
        let name = |path: &String| port::named(path).as_str().to_owned();
        let mut expected: Vec<_> = now.keys().filter(|key| !was.contains_key(*key)).cloned().collect();
        expected.sort();
        prop_assert_eq!(created.iter().map(name).collect::<Vec<_>>(), expected);
        let mut expected: Vec<_> = was.keys().filter(|key| !now.contains_key(*key)).cloned().collect();
        expected.sort();
        prop_assert_eq!(deleted.iter().map(name).collect::<Vec<_>>(), expected);
        for change in &values {
            let of = |all: &std::collections::BTreeMap<String, port::Seen>| {
                let key = all.get(&name(&change.path))?;
                Some(key.values.iter().find(|(name, _)| *name == change.name)?.1.clone())
            };
            prop_assert_eq!((of(&was), of(&now)), (change.before.clone(), change.after.clone()));
        }
        let written = serde_json::to_string(&before.unwrap()).unwrap();
        let before: Before = serde_json::from_str(&written).unwrap();
        before.restore(&port).unwrap();
        prop_assert_eq!(port.unordered(), was);
        before.restore(&port).unwrap();
    }
}
