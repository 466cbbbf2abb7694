//! Whole operations on this machine: what is deleted comes back to the last byte, and half of nothing is done.

use std::{
    thread,
    time::{Duration, Instant},
};

use gate::registry::{
    Access, Asker, Before, Key, Like, Limits, Read, Registry, Rights, Root, Rules, Work, look,
};
use host_windows::SystemRegistry;
use model::{
    Code, Deleted, Fault, Operation, RegistryDeleteRequest, RegistryKey, RegistryReadRequest,
    RegistryWriteRequest, ValueToWrite,
    registry::{RegistryData, RegistryOutcome, RegistryPath, ValueType, View},
};
use testapps::registry::{Place, create, link};

use super::{open, refused};

fn key(place: &Place, rest: &str) -> RegistryKey {
    RegistryKey { path: RegistryPath::parse(&place.caller(rest)).unwrap(), view: View::W64 }
}

/// Calls `act` with an operation as it was judged just now, under a root that permits everything in the place.
fn at<T>(
    registry: &SystemRegistry,
    place: &Place,
    operation: &Operation,
    act: impl Fn(&Work<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let root = Root { path: key(place, "").path, access: Access::Admin, max_depth: 10 };
    let limits = Limits { depth: 10, value_bytes: 10 << 20, ..Limits::default() };
    let rules = Rules { roots: vec![vec![root]], level: Access::Admin, limits, ..Rules::default() };
    let keys: Vec<_> = operation.registry_keys().into_iter().cloned().collect();
    let facts = look(registry, &keys)?;
    act(&Work {
        policies: Asker::default(),
        port: registry,
        guard: &rules.on(registry.machine()),
        operation,
        facts: &facts,
        deadline: Instant::now() + Duration::from_secs(60),
        cancelled: &|| false,
    })
}

fn delete(place: &Place, rest: &str) -> Operation {
    let what = Deleted::Key { recursive: true, keys: None };
    Operation::RegistryDelete(RegistryDeleteRequest { key: key(place, rest), what })
}

/// All that there is of a key and of those below it, in its order, with the times left out.
fn seen(key: &dyn Key) -> Vec<String> {
    let about = key.about().unwrap();
    let mut all = vec![format!("{:?} {:?} {:?}", key.name().unwrap().as_str(), about.class, key.security())];
    all.extend((0..).map_while(|index| key.value_at(index, 1 << 30).unwrap()).map(
        |(name, read)| match read {
            Read::Whole(data) => format!("{name:?} {:?} {:?}", data.kind, data.bytes),
            Read::Over(_) => panic!("it cannot be so large"),
        },
    ));
    for subkey in (0..).map_while(|index| key.subkey(index).unwrap()) {
        all.extend(seen(&*key.open(&subkey, Rights::ReadSecurity).unwrap()));
    }
    all
}

/// A tree with all that is odd.
fn grow(registry: &SystemRegistry, place: &Place) -> Vec<String> {
    let put = place.key("Tree");
    for kind in [0, 1, 2, 3, 4, 5, 7, 8, 11, 0xffff] {
        put.set(&format!("{kind}"), kind, &[kind.to_le_bytes()[0], 0, 7]);
        put.set(&format!("empty {kind}"), kind, &[]);
    }
    put.set("", 1, &[b'x', 0]);
    place.key(r"Tree\Second").set("large", 3, &vec![5; 300_000]);
    drop(place.key(r"Tree\Empty\Deeper"));
    drop(place.key(r"Tree\text/html"));
    let top = open(registry, place, r"\Tree", Rights::Write).unwrap();
    let user = registry.machine().user().unwrap().clone();
    let like = Like {
        class: Some("Klasse".to_owned()),
        security: Some(format!("O:{user}D:P(A;;KA;;;{user})(A;;KR;;;WD)")),
    };
    let (classed, _) = top.create("Classed", &like).unwrap();
    classed.set("a\0b", &RegistryData { kind: ValueType::Other(77), bytes: vec![1, 2, 3] }).unwrap();
    seen(&*open(registry, place, r"\Tree", Rights::ReadSecurity).unwrap())
}

#[test]
fn a_tree_that_was_deleted_comes_back_to_the_last_byte() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let was = grow(&registry, &place);
    let before = at(&registry, &place, &delete(&place, r"\Tree"), |work| work.before()).unwrap();
    let kept = serde_json::to_string(&before).unwrap(); // as a journal would keep it
    let done = at(&registry, &place, &delete(&place, r"\Tree"), |work| work.execute()).unwrap();
    assert!(matches!(done, RegistryOutcome::Changed { deleted, .. } if deleted.len() == 6));
    assert_eq!(refused(open(&registry, &place, r"\Tree", Rights::Read)), Code::KeyNotFound);
    serde_json::from_str::<Before>(&kept).unwrap().restore(&registry).unwrap();
    assert_eq!(seen(&*open(&registry, &place, r"\Tree", Rights::ReadSecurity).unwrap()), was);
}

#[test]
fn a_delete_that_fails_half_way_is_put_back() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    grow(&registry, &place);
    for number in 0..500 {
        place.key(&format!(r"Tree\Many\{number:03}")).set("n", 4, &[1, 2, 3, 4]);
    }
    let tree = || seen(&*open(&registry, &place, r"\Tree", Rights::ReadSecurity).unwrap());
    let was = tree();
    let done = thread::scope(|scope| {
        scope.spawn(|| {
            // As soon as one is gone, there is a key that nobody has planned to delete: its parent cannot be deleted.
            let is_whole = || ["000", "499"].map(|name| place.below(&format!(r"Tree\Many\{name}")));
            while is_whole().iter().all(|path| testapps::registry::open(path).is_ok()) {}
            drop(create(&place.below(r"Tree\Late")));
        });
        at(&registry, &place, &delete(&place, r"\Tree"), |work| work.execute())
    });
    done.unwrap_err();
    let late = open(&registry, &place, r"\Tree\Late", Rights::Delete).expect("what others have made stays");
    late.delete().unwrap();
    assert_eq!(tree(), was);
}

#[test]
fn a_link_in_a_tree_is_not_followed_by_its_deletion() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    place.key("Outside").set("kept", 1, &[b'x', 0]);
    drop(place.key(r"Outside\Below"));
    drop(place.key(r"Tree\Below"));
    link(&place.below(r"Tree\Link"), &place.below("Outside"));
    let outside = || seen(&*open(&registry, &place, r"\Outside", Rights::Read).unwrap());
    let was = outside();
    assert_eq!(
        refused(at(&registry, &place, &delete(&place, r"\Tree"), |work| work.execute())),
        Code::RegistryLink
    );
    assert_eq!(outside(), was);
    open(&registry, &place, r"\Tree\Below", Rights::Read).unwrap();
}

#[test]
fn values_are_written_together_or_not_at_all() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let value = |name: &str, bytes: usize| ValueToWrite {
        name: name.to_owned(),
        data: RegistryData { kind: ValueType::Binary, bytes: vec![1; bytes] }.into(),
    };
    let write = |values, create_key| {
        Operation::RegistryWrite(RegistryWriteRequest { key: key(&place, r"\New\Below"), values, create_key })
    };
    let operation = write(vec![value("a", 10), value("too large", (10 << 20) + 1)], true);
    assert_eq!(refused(at(&registry, &place, &operation, |work| work.execute())), Code::LimitExceeded);
    assert_eq!(refused(open(&registry, &place, r"\New", Rights::Read)), Code::KeyNotFound);
    let operation = write(vec![value("a", 10), value("b", 0)], true);
    let before = at(&registry, &place, &operation, |work| work.before()).unwrap();
    at(&registry, &place, &operation, |work| work.execute()).unwrap();
    let read = Operation::RegistryRead(RegistryReadRequest {
        key: key(&place, r"\New\Below"),
        values: vec!["a".to_owned(), "b".to_owned()],
        info: true,
        security: true,
        expand: false,
    });
    match at(&registry, &place, &read, |work| work.execute()).unwrap() {
        RegistryOutcome::Read { values, info: Some(info), .. } => {
            assert_eq!(values.len(), 2);
            assert!(info.security.is_some_and(|words| words.contains("D:")));
        }
        other => panic!("{other:?}"),
    }
    before.restore(&registry).unwrap();
    assert_eq!(refused(open(&registry, &place, r"\New", Rights::Read)), Code::KeyNotFound);
}
