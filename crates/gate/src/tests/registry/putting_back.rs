//! Putting back what a change did, while others change the same keys.

use model::{Code, Deleted, KeyChange, RegistryDeleteRequest, RegistryImportRequest, RegistryWriteRequest};

use super::*;

const TREE: &str = r"HKCU\Software\Tree";

fn import(changes: Vec<(&str, KeyChange)>) -> Operation {
    let changes = changes.into_iter().map(|(path, change)| (key(path), change)).collect();
    Operation::RegistryImport(RegistryImportRequest { changes })
}

fn written(name: &str, held: &str) -> KeyChange {
    KeyChange::Write { values: vec![to_write(name, held)], delete: vec![] }
}

/// Does it, lets others do something, and puts it back.
fn undone(port: &Port, operation: Operation, meanwhile: impl FnOnce(&Port)) -> Result<(), Fault> {
    let asked = Asked::new(port, operation);
    let before = asked.before().unwrap();
    asked.done().unwrap();
    meanwhile(port);
    before.restore(port)
}

#[test]
fn what_others_put_into_a_key_that_was_made_anew_stays_beside_what_comes_back() {
    let port = Port::with(&[r"HKCU\Software\Tree|old", r"HKCU\Software\Tree\Deep|x"]);
    let anew = import(vec![(TREE, KeyChange::Delete), (TREE, written("new", "n"))]);
    undone(&port, anew, |port| port.put(TREE, "theirs", text("t"))).unwrap();
    let mut names: Vec<String> =
        port.picture()[port::named(TREE).as_str()].values.iter().map(|(name, _)| name.clone()).collect();
    names.sort();
    assert_eq!(names, ["old", "theirs"]);
    assert!(port.has_value(r"HKCU\Software\Tree\Deep", "x"));
}

#[test]
fn a_key_that_was_made_anew_with_its_names_in_other_letters_is_made_as_it_was() {
    let port = Port::with(&[r"HKCU\Software\Tree|Name"]);
    port.dress(TREE, "Shell", "O:BAD:P");
    let was = port.picture();
    let anew = import(vec![(TREE, KeyChange::Delete), (TREE, written("NAME", "n"))]);
    undone(&port, anew, |_| {}).unwrap();
    assert_eq!(port.picture(), was);
}

#[test]
fn a_tree_below_a_key_that_the_same_import_writes_comes_back_whole() {
    let port = Port::with(&[r"HKCU\Software\Tree|a", r"HKCU\Software\Tree\Deep\Deeper|x"]);
    let was = port.picture();
    let changes = vec![(TREE, written("a", "other")), (r"HKCU\Software\Tree\Deep", KeyChange::Delete)];
    undone(&port, import(changes), |port| assert!(!port.has(r"HKCU\Software\Tree\Deep"))).unwrap();
    assert_eq!(port.picture(), was);
}

#[test]
fn what_is_as_it_was_is_not_written_again() {
    let port = Port::with(&[r"HKCU\Software\Tree|a"]);
    let values = vec![to_write("a", "new"), to_write("b", "new")];
    let write = RegistryWriteRequest { key: key(TREE), values, create_key: false };
    let anew = import(vec![(TREE, KeyChange::Delete), (TREE, written("new", "n"))]);
    for operation in [Operation::RegistryWrite(write), anew] {
        Asked::new(&port, operation).before().unwrap().restore(&port).unwrap();
        assert_eq!(port.state().changes, 0);
    }
}

#[test]
fn a_hive_is_neither_made_nor_filled() {
    let port = Port::with(&[r"HKLM\SOFTWARE"]);
    let before = serde_json::json!({"absent": [], "values": [], "trees": [
        {"key": {"name": r"\REGISTRY\MACHINE", "path": "HKLM"}, "image": {"own": "MACHINE", "class": "theirs"}}
    ]});
    let fault = serde_json::from_value::<Before>(before).unwrap().restore(&port).unwrap_err();
    assert_eq!((fault.code, fault.message.as_str()), (Code::Internal, "a hive is not put back"));
}

#[test]
fn an_image_tells_in_logs_how_many_keys_it_has_and_nothing_of_them() {
    let port = Port::with(&[r"HKCU\Software\Tree\Deep\Deeper|x"]);
    let what = Deleted::Key { recursive: true, keys: None };
    let delete = Operation::RegistryDelete(RegistryDeleteRequest { key: key(TREE), what });
    let told = format!("{:?}", Asked::new(&port, delete).before().unwrap());
    assert!(told.contains("Image(3 keys)") && !told.contains("Deeper"), "{told}");
}

#[test]
fn what_comes_too_late_is_not_put_back() {
    let port = Port::with(&[r"HKCU\Software\Tree|a", r"HKCU\Software\Tree\Deep|x"]);
    let changes = vec![(TREE, written("a", "other")), (r"HKCU\Software\Tree\Deep", KeyChange::Delete)];
    let asked = Asked::new(&port, import(changes));
    let before = asked.before().unwrap();
    asked.done().unwrap();
    let is = port.picture();
    let fault = before.restore_unless(&port, &|| true).unwrap_err();
    assert_eq!(fault.code, Code::Timeout);
    assert!(fault.message.ends_with("; and 1 more"), "{fault}");
    assert_eq!(port.picture(), is);
}

#[test]
fn a_tree_comes_back_without_the_access_list_that_the_account_may_not_read() {
    let port = Port::with(&[r"HKCU\Software\Tree\Deep|x", r"HKCU\Software\Tree\Open"]);
    for path in [TREE, r"HKCU\Software\Tree\Deep", r"HKCU\Software\Tree\Open"] {
        port.dress(path, "Shell", "O:BAD:P");
    }
    for path in [TREE, r"HKCU\Software\Tree\Deep"] {
        port.state().closed.insert(port::named(path).folded().into());
    }
    undone(&port, import(vec![(TREE, KeyChange::Delete)]), |port| assert!(!port.has(TREE))).unwrap();
    let picture = port.picture();
    let security = |path| picture[port::named(path).as_str()].security.clone().unwrap();
    assert_eq!(security(r"HKCU\Software\Tree\Open"), "O:BAD:P");
    assert_eq!(
        (security(TREE), security(r"HKCU\Software\Tree\Deep")),
        ("inherited".into(), "inherited".into())
    );
    assert!(port.has_value(r"HKCU\Software\Tree\Deep", "x"));
}

#[test]
fn there_is_something_to_put_back_where_anything_would_change() {
    let port = Port::with(&[r"HKCU\Software\Tree|a"]);
    assert!(Before::default().is_empty());
    for change in [
        (TREE, written("a", "n")),
        (TREE, KeyChange::Delete),
        (r"HKCU\Software\Tree\New", KeyChange::Write { values: vec![], delete: vec![] }),
    ] {
        assert!(!Asked::new(&port, import(vec![change])).before().unwrap().is_empty());
    }
}

#[test]
fn nothing_is_made_below_a_key_that_is_another_by_then() {
    let port = Port::with(&[TREE, r"HKLM\SOFTWARE\Other"]);
    let values = vec![to_write("a", "b")];
    let new = RegistryWriteRequest { key: key(r"HKCU\Software\Tree\New"), values, create_key: true };
    let asked = Asked::new(&port, Operation::RegistryWrite(new));
    // The first time is when it is worked out; the second, to make the key.
    port.before_open(TREE, |port| {
        port.before_open(TREE, |port| port.told_as(TREE, r"HKLM\SOFTWARE\Other"));
    });
    assert_eq!(asked.done().unwrap_err().code, Code::RegistryLink);
    assert_eq!(port.state().changes, 0);
}

#[test]
fn a_subkey_that_others_put_into_a_key_that_was_made_anew_stays() {
    let port = Port::with(&[r"HKCU\Software\Tree|old"]);
    let anew = import(vec![(TREE, KeyChange::Delete), (TREE, written("new", "n"))]);
    undone(&port, anew, |port| _ = port.make(r"HKCU\Software\Tree\Theirs")).unwrap();
    assert!(
        port.has(r"HKCU\Software\Tree\Theirs") && port.has_value(TREE, "old") && !port.has_value(TREE, "new")
    );
}
