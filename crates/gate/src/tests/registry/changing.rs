use std::sync::atomic::{AtomicUsize, Ordering};

use model::{
    Code, Deleted, KeyChange, RegistryDeleteRequest, RegistryImportRequest, RegistryWriteRequest,
    registry::LINK_VALUE,
};

use super::*;

fn write(path: &str, values: &[(&str, &str)], create_key: bool) -> Operation {
    let values = values.iter().map(|(name, held)| to_write(name, held)).collect();
    Operation::RegistryWrite(RegistryWriteRequest { key: key(path), values, create_key })
}

fn import(changes: Vec<(&str, KeyChange)>) -> Operation {
    let changes = changes.into_iter().map(|(path, change)| (key(path), change)).collect();
    Operation::RegistryImport(RegistryImportRequest { changes })
}

fn delete(path: &str, what: Deleted) -> Operation {
    Operation::RegistryDelete(RegistryDeleteRequest { key: key(path), what })
}

const fn tree(keys: Option<u32>) -> Deleted {
    Deleted::Key { recursive: true, keys }
}

fn fault(port: &Port, operation: Operation) -> Fault {
    let before = port.unordered();
    let fault = Asked::new(port, operation).done().unwrap_err();
    assert_eq!(port.unordered(), before, "{fault}");
    fault
}

#[test]
fn a_key_is_created_with_those_above_it_where_that_is_wanted() {
    let port = Port::with(&[r"HKCU\Software"]);
    let fault = fault(&port, write(r"HKCU\Software\Tree\New", &[("a", "b")], false));
    assert_eq!(fault.code, Code::KeyNotFound);
    assert!(fault.message.contains(r"`HKEY_CURRENT_USER\Software\Tree\New`"), "{fault}");
    let done = Asked::new(&port, write(r"HKCU\Software\Tree\New", &[("a", "b")], true)).done().unwrap();
    let RegistryOutcome::Changed { created, deleted, values, more: 0 } = done else { panic!("{done:?}") };
    assert_eq!(created, [r"HKEY_CURRENT_USER\Software\Tree", r"HKEY_CURRENT_USER\Software\Tree\New"]);
    assert!(deleted.is_empty());
    assert_eq!((values.len(), &values[0].before, &values[0].after), (1, &None, &Some(text("b"))));
}

#[test]
fn a_key_above_that_lies_in_no_root_is_not_created() {
    let mut rules = rules();
    rules.roots = vec![vec![Root::parse(r"admin 5 HKCU\Control\Tree").unwrap()]];
    let port = Port::with(&[r"HKCU\Software"]);
    let write = || write(r"HKCU\Control\Tree\A", &[("a", "b")], true);
    let asked = Asked::under(&rules, &port, write());
    for fault in [asked.preview().unwrap_err(), asked.done().unwrap_err()] {
        assert_eq!(fault.code, Code::DeniedByPolicy);
        assert!(fault.message.contains(r"`HKEY_CURRENT_USER\Control`"), "{fault}");
    }
    assert!(!port.has(r"HKCU\Control"));
    port.make(r"HKCU\Control");
    Asked::under(&rules, &port, write()).done().unwrap();
}

#[test]
fn a_link_is_not_written_and_no_value_over_the_limit() {
    let port = Port::with(&[r"HKCU\Software\Tree"]);
    let with = |name: &str, data: RegistryData| {
        let values = vec![ValueToWrite { name: name.into(), data: data.into() }];
        Operation::RegistryWrite(RegistryWriteRequest {
            key: key(r"HKCU\Software\Tree"),
            values,
            create_key: true,
        })
    };
    let link = RegistryData { kind: ValueType::Link, bytes: vec![0; 4] };
    assert_eq!(fault(&port, with("x", link)).code, Code::RegistryLink);
    assert_eq!(fault(&port, with(&LINK_VALUE.to_lowercase(), text("x"))).code, Code::RegistryLink);
    let large = RegistryData { kind: ValueType::Binary, bytes: vec![0; 1024 * 1024 + 1] };
    let fault = fault(&port, with("x", large));
    assert!(fault.code == Code::LimitExceeded && fault.message.contains("by 1"), "{fault}");
}

#[test]
fn values_are_deleted_all_or_none() {
    let port = Port::with(&[r"HKCU\Software\Tree|a", r"HKCU\Software\Tree|b"]);
    let values = |names: &[&str]| Deleted::Values(names.iter().map(|name| (*name).into()).collect());
    let missing = fault(&port, delete(r"HKCU\Software\Tree", values(&["a", "c"])));
    assert!(missing.code == Code::ValueNotFound && missing.message.contains("`c`"), "{missing}");
    assert_eq!(fault(&port, delete(r"HKCU\Software\None", values(&["a"]))).code, Code::KeyNotFound);
    Asked::new(&port, delete(r"HKCU\Software\Tree", values(&["A", "b"]))).done().unwrap();
    assert!(port.picture()[port::named(r"HKCU\Software\Tree").as_str()].values.is_empty());
}

#[test]
fn a_key_with_subkeys_is_deleted_only_with_as_many_as_are_stated() {
    let keys = [r"HKCU\Software\Tree\A\B", r"HKCU\Software\Tree\C", r"HKCU\Software\Other"];
    let port = Port::with(&keys);
    let single = fault(&port, delete(r"HKCU\Software\Tree", Deleted::Key { recursive: false, keys: None }));
    assert!(single.code == Code::InvalidArgument && single.message.contains("3 keys below"), "{single}");
    assert!(single.hint.contains("keys: 4"), "{single:?}");
    let other = fault(&port, delete(r"HKCU\Software\Tree", tree(Some(3))));
    assert!(other.code == Code::InvalidArgument && other.message.contains("4 would be deleted"), "{other}");
    let done = Asked::new(&port, delete(r"HKCU\Software\Tree", tree(Some(4)))).done().unwrap();
    let RegistryOutcome::Changed { deleted, .. } = done else { panic!("{done:?}") };
    assert_eq!(deleted.len(), 4);
    assert_eq!(deleted[2], r"HKEY_CURRENT_USER\Software\Tree\A\B");
    assert!(!port.has(r"HKCU\Software\Tree") && port.has(r"HKCU\Software\Other"));
    assert_eq!(fault(&port, delete(r"HKCU\Software\Tree", tree(None))).code, Code::KeyNotFound);
}

#[test]
fn a_tree_over_a_denied_key_is_not_deleted_and_nothing_of_it_is_opened() {
    let port = Port::with(&[r"HKCU\Software\App\A", r"HKCU\Software\App\Secret\Inner"]);
    let fault = fault(&port, delete(r"HKCU\Software\App", tree(None)));
    assert_eq!(fault.code, Code::DeniedByPolicy);
    assert!(!fault.message.contains("Secret"), "{fault}");
    assert!(!port.was_opened(r"HKCU\Software\App\Secret") && !port.was_opened(r"HKCU\Software\App\A"));
}

#[test]
fn a_tree_with_a_link_in_it_is_not_deleted() {
    let port = Port::with(&[r"HKCU\Software\Tree\A|x"]);
    port.link(r"HKCU\Software\Tree\Z");
    assert_eq!(fault(&port, delete(r"HKCU\Software\Tree", tree(None))).code, Code::RegistryLink);
}

#[test]
fn what_is_too_much_to_be_put_back_is_not_begun() {
    let port = Port::new();
    for number in 0..=10_000 {
        port.put(r"HKCU\Software\Tree", &format!("v{number}"), text(""));
    }
    let many = fault(&port, delete(r"HKCU\Software\Tree", tree(None)));
    assert!(many.code == Code::LimitExceeded && many.message.contains("10000 values"), "{many}");
    let port = Port::new();
    let large = RegistryData { kind: ValueType::Binary, bytes: vec![0; 9 * 1024 * 1024] };
    port.put(r"HKCU\Software\Tree\A", "x", large.clone());
    port.put(r"HKCU\Software\Tree\B", "x", large);
    let much = fault(&port, delete(r"HKCU\Software\Tree", tree(None)));
    assert!(much.code == Code::LimitExceeded && much.message.contains("16 MiB"), "{much}");
}

#[test]
fn more_keys_than_can_be_put_back_are_not_deleted() {
    let port = Port::new();
    for one in 0..101 {
        for other in 0..99 {
            port.make(&format!(r"HKCU\Software\Tree\{one}\{other}"));
        }
    }
    let fault = fault(&port, delete(r"HKCU\Software\Tree", tree(None)));
    assert_eq!(fault.code, Code::LimitExceeded);
    assert!(fault.message.contains("limit of 10000 keys"), "{fault}");
    assert!(port.has(r"HKCU\Software\Tree\100\98"));
}

/// A key as rich as one can be.
fn rich() -> Port {
    let port = Port::with(&[r"HKCU\Software\Tree\Empty", r"HKCU\Software\Tree\Deep\Deeper|x"]);
    for (name, kind, bytes) in [
        ("z", ValueType::String, b"odd".as_slice()),
        ("", ValueType::None, b""),
        ("a", ValueType::Other(8), b"\x01\x02"),
        ("m", ValueType::MultiString, b"a\0\0\0"),
        ("Q", ValueType::QWord, b"short"),
    ] {
        port.put(r"HKCU\Software\Tree", name, RegistryData { kind, bytes: bytes.to_vec() });
    }
    port.dress(r"HKCU\Software\Tree", "Shell", "O:BAD:P");
    port.dress(r"HKCU\Software\Tree\Deep\Deeper", "Inner", "O:SYD:P");
    port
}

#[test]
fn a_deleted_tree_comes_back_with_types_bytes_order_classes_empty_keys_and_access_lists() {
    let port = rich();
    let was = port.picture();
    let asked = Asked::new(&port, delete(r"HKCU\Software\Tree", tree(Some(4))));
    let before = asked.before().unwrap();
    asked.done().unwrap();
    let written = serde_json::to_string(&before).unwrap();
    serde_json::from_str::<Before>(&written).unwrap().restore(&port).unwrap();
    assert_eq!(port.picture(), was);
    assert!(!format!("{before:?}").contains("odd"), "{before:?}");
}

#[test]
fn a_tree_that_an_import_makes_anew_comes_back_as_the_one_it_was() {
    let port = rich();
    let was = port.picture();
    let change =
        || KeyChange::Write { values: vec![to_write("new", "n"), to_write("z", "other")], delete: vec![] };
    let changes = vec![
        (r"HKCU\Software\Tree", KeyChange::Delete),
        (r"HKCU\Software\Tree", change()),
        (r"HKCU\Software\Tree\Deep\New", change()),
    ];
    let asked = Asked::new(&port, import(changes));
    let before = asked.before().unwrap();
    asked.done().unwrap();
    assert!(port.has(r"HKCU\Software\Tree\Deep\New") && !port.has(r"HKCU\Software\Tree\Empty"));
    before.restore(&port).unwrap();
    assert_eq!(port.picture(), was);
}

#[test]
fn a_delete_that_fails_halfway_is_put_back_and_says_so() {
    let port = rich();
    let was = port.picture();
    let asked = Asked::new(&port, delete(r"HKCU\Software\Tree", tree(None)));
    port.state().changes = 0;
    port.state().fails_at = Some(2);
    let fault = asked.done().unwrap_err();
    assert_eq!(fault.code, Code::AccessDenied);
    assert!(fault.message.ends_with("what had been changed was put back"), "{fault}");
    assert_eq!(port.picture(), was);
}

#[test]
fn what_others_put_into_a_new_key_stays_when_the_change_is_taken_back() {
    let port = Port::with(&[r"HKCU\Software"]);
    let asked = Asked::new(&port, write(r"HKCU\Software\Tree", &[("a", "b")], true));
    let before = asked.before().unwrap();
    asked.done().unwrap();
    port.put(r"HKCU\Software\Tree", "theirs", text("x"));
    let fault = before.restore(&port).unwrap_err();
    assert!(fault.message.contains("others"), "{fault}");
    let left = &port.picture()[port::named(r"HKCU\Software\Tree").as_str()].values;
    assert_eq!(left, &[("theirs".to_owned(), text("x"))]);
}

#[test]
fn a_key_that_becomes_a_link_between_look_and_use_is_not_used() {
    for operation in [
        write(r"HKCU\Software\Tree", &[("a", "b")], true),
        delete(r"HKCU\Software\Tree", tree(None)),
        import(vec![(r"HKCU\Software\Tree", KeyChange::Delete)]),
    ] {
        let port = Port::with(&[r"HKCU\Software\Tree|x"]);
        let asked = Asked::new(&port, operation);
        port.before_open(r"HKCU\Software\Tree", |port| port.link(r"HKCU\Software\Tree"));
        assert_eq!(asked.done().unwrap_err().code, Code::RegistryLink);
    }
}

#[test]
fn a_key_that_the_kernel_calls_otherwise_is_judged_again() {
    for (other, permitted) in
        [(r"HKLM\SAM\SAM", false), (r"HKCU\Software\Else", true), (r"HKCU\Environment", false)]
    {
        let port = Port::with(&[r"HKCU\Software\Tree|x", r"HKCU\Software"]);
        let read = model::RegistryReadRequest {
            key: key(r"HKCU\Software\Tree"),
            values: vec!["x".into()],
            info: false,
            security: false,
            expand: false,
        };
        let asked = Asked::new(&port, Operation::RegistryRead(read));
        port.told_as(r"HKCU\Software\Tree", other);
        let done = asked.done();
        assert_eq!(done.is_ok(), permitted, "{other}");
        if let Err(fault) = done {
            assert_eq!(fault.code, Code::RegistryLink);
            assert!(!fault.message.contains("SAM"), "{fault}");
        }
    }
}

#[test]
fn a_subkey_that_becomes_a_link_while_a_tree_is_deleted_stops_it_and_all_is_put_back() {
    let port = Port::with(&[r"HKCU\Software\Tree\A|x", r"HKCU\Software\Tree\B|x"]);
    let was = port.unordered();
    let opened = std::sync::Arc::new(AtomicUsize::new(0));
    let asked = Asked::new(&port, delete(r"HKCU\Software\Tree", tree(Some(3))));
    let times = std::sync::Arc::clone(&opened);
    // The first time is for the image; the second, when `A` has been deleted, is to delete it.
    port.before_open(r"HKCU\Software\Tree\B", move |port| {
        times.fetch_add(1, Ordering::Relaxed);
        port.before_open(r"HKCU\Software\Tree\B", |port| {
            assert!(!port.has(r"HKCU\Software\Tree\A"));
            port.told_as(r"HKCU\Software\Tree\B", r"HKLM\SAM");
        });
    });
    let fault = asked.done().unwrap_err();
    assert_eq!((fault.code, opened.load(Ordering::Relaxed)), (Code::RegistryLink, 1));
    assert_eq!(port.unordered().keys().filter(|name| name.contains(r"Tree\A")).count(), 1);
    assert_eq!(was.len(), port.unordered().len());
}

#[test]
fn a_subkey_that_comes_after_they_were_counted_stops_the_delete_and_stays() {
    let port = Port::with(&[r"HKCU\Software\Tree\A|x", r"HKCU\Software\Tree\B|x"]);
    let asked = Asked::new(&port, delete(r"HKCU\Software\Tree", tree(Some(3))));
    port.before_open(r"HKCU\Software\Tree\B", |port| {
        port.before_open(r"HKCU\Software\Tree\B", |port| {
            port.put(r"HKCU\Software\Tree\B\New", "theirs", text(""))
        });
    });
    assert_eq!(asked.done().unwrap_err().code, Code::ApprovalStale);
    assert!(
        port.has_value(r"HKCU\Software\Tree\B\New", "theirs") && port.has_value(r"HKCU\Software\Tree\A", "x")
    );
}

#[test]
fn in_the_merge_of_classes_the_users_key_is_changed_where_there_is_one() {
    let (user, machine) = (r"HKCU\Software\Classes\.a", r"HKLM\SOFTWARE\Classes\.a");
    let port = Port::with(&[r"HKLM\SOFTWARE\Classes\.a|m", r"HKCU\Software\Classes"]);
    Asked::new(&port, write(r"HKCR\.a", &[("x", "1")], true)).done().unwrap();
    assert!(port.has_value(machine, "x") && !port.has(user));
    Asked::new(&port, write(r"HKCR\.b", &[("x", "1")], true)).done().unwrap();
    assert!(port.has(r"HKLM\SOFTWARE\Classes\.b"));
    port.make(user);
    Asked::new(&port, write(r"HKCR\.a", &[("y", "1")], true)).done().unwrap();
    assert!(port.has_value(user, "y") && !port.has_value(machine, "y"));
    let values = Deleted::Values(vec!["y".into(), "m".into()]);
    Asked::new(&port, delete(r"HKCR\.a", values)).done().unwrap();
    assert!(!port.has_value(user, "y") && !port.has_value(machine, "m"));
    Asked::new(&port, delete(r"HKCR\.a", tree(None))).done().unwrap();
    assert!(!port.has(user) && port.has(machine));
    assert_eq!(fault(&port, write(r"HKCR\Hidden\x", &[], true)).code, Code::DeniedByPolicy);
}

#[test]
fn a_preview_of_what_only_reads_tells_whether_it_is_there() {
    let port = Port::with(&[r"HKCU\Software\Tree"]);
    let export = |path| {
        let export = model::RegistryExportRequest { key: key(path), max_bytes: 1000 };
        Asked::new(&port, Operation::RegistryExport(export))
    };
    assert!(export(r"HKCU\Software\Tree").preview().is_ok());
    assert_eq!(export(r"HKCU\Software\None").preview().unwrap_err().code, Code::KeyNotFound);
    assert_eq!(export(r"HKCU\Software\Tree").before().unwrap_err().code, Code::NotSupportedByTarget);
}
