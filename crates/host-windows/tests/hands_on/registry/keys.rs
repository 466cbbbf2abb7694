//! Keys: what is told of them, how they are made and go, who may, and waiting for a change.

use std::{
    thread,
    time::{Duration, Instant},
};

use gate::registry::{Like, Registry, Rights};
use host_windows::SystemRegistry;
use model::{
    Code,
    registry::{RegistryData, ValueType},
};
use testapps::registry::{Place, create, delete, try_create};

use super::{named, open, refused};
use crate::program::wine;

fn number() -> RegistryData {
    RegistryData { kind: ValueType::DWord, bytes: vec![1, 0, 0, 0] }
}

#[test]
fn a_key_tells_its_counts_its_class_and_when_it_was_changed() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let top = open(&registry, &place, "", Rights::Write).unwrap();
    let like = Like { class: Some("Klasse".to_owned()), security: None };
    let (made, is_new) = top.create("Made", &like).unwrap();
    assert!(is_new);
    made.set("a", &number()).unwrap();
    made.create("Below", &Like::default()).unwrap();
    let about = made.about().unwrap();
    assert_eq!((about.subkeys, about.values, about.class.as_deref()), (1, 1, Some("Klasse")));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let age = i64::try_from(now.as_millis()).unwrap() - about.last_write_ms.unwrap();
    assert!((-5_000..120_000).contains(&age), "{age}");
    let (again, is_new) = top.create("MADE", &Like::default()).unwrap();
    assert!(!is_new);
    assert_eq!(again.about().unwrap().class.as_deref(), Some("Klasse"));
    assert_eq!(made.name().unwrap(), named(&registry, &place.caller(r"\Made")));
}

#[test]
fn names_that_no_caller_could_write_are_opened_as_they_are_listed() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let odd = ["a\0b", "a", "text/html", "zero\u{200b}width", " ", "ß", "SS"];
    for name in odd {
        drop(create(&place.below(name)));
    }
    let top = open(&registry, &place, "", Rights::Read).unwrap();
    let listed: Vec<String> = (0..).map_while(|index| top.subkey(index).unwrap()).collect();
    assert_eq!(listed.len(), odd.len(), "{listed:?}");
    for name in odd {
        assert!(listed.iter().any(|listed| listed == name), "{name:?}");
        let key = top.open(name, Rights::Read).unwrap();
        let whole = key.name().unwrap();
        assert_eq!(whole, top.name().unwrap().child(name, &registry.machine()));
        assert_eq!(registry.open(&whole, Rights::Read).unwrap().name().unwrap(), whole);
    }
    for name in ["", r"a\b", "none"] {
        assert!(top.open(name, Rights::Read).is_err(), "{name:?}");
    }
}

#[test]
fn what_is_deleted_is_the_key_that_was_opened_and_nothing_that_took_its_name() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    drop(place.key(r"Old\Below"));
    let old = open(&registry, &place, r"\Old", Rights::Delete).unwrap();
    assert!(old.delete().is_err(), "it has a subkey");
    assert!(delete(&place.below(r"Old\Below")));
    assert!(delete(&place.below("Old")));
    drop(place.key("Old"));
    let _ = old.delete(); // Wine calls what is gone already deleted
    assert_eq!(refused(old.about()), Code::KeyNotFound);
    assert_eq!(refused(old.name()), Code::KeyNotFound);
    assert_eq!(refused(old.value("x", 10)), Code::KeyNotFound);
    assert_eq!(refused(old.subkey(0)), Code::KeyNotFound);
    assert_eq!(refused(old.open("x", Rights::Read)), Code::KeyNotFound);
    let new = open(&registry, &place, r"\Old", Rights::Delete).unwrap();
    new.delete().unwrap();
    assert_eq!(refused(open(&registry, &place, r"\Old", Rights::Read)), Code::KeyNotFound);
}

#[test]
fn no_more_may_be_done_with_a_key_than_it_was_opened_for() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    drop(place.key("Kept"));
    let read = open(&registry, &place, r"\Kept", Rights::Read).unwrap();
    assert_eq!(refused(read.set("a", &number())), Code::AccessDenied);
    assert_eq!(refused(read.delete_value("a")), Code::AccessDenied);
    // Wine lets a key be created below one that was opened for reading.
    assert!(
        read.create("b", &Like::default()).is_err_and(|fault| fault.code == Code::AccessDenied) || wine()
    );
    assert_eq!(refused(read.delete()), Code::AccessDenied);
    assert_eq!(read.security(), None);
    let write = open(&registry, &place, r"\Kept", Rights::Write).unwrap();
    assert_eq!(refused(write.delete()), Code::AccessDenied);
}

#[test]
fn an_access_list_is_read_and_kept_and_holds() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let top = open(&registry, &place, "", Rights::Write).unwrap();
    let user = registry.machine().user().unwrap().clone();
    // Everything but reading is refused to the one who owns it.
    let words = format!("O:{user}D:P(A;;KR;;;{user})");
    let like = Like { class: None, security: Some(words.clone()) };
    let (made, _) = top.create("Guarded", &like).unwrap();
    drop(made);
    let told = open(&registry, &place, r"\Guarded", Rights::ReadSecurity).unwrap().security().unwrap();
    assert!(told.contains(&format!("O:{user}")) && told.contains("(A;;KR;;;"), "{told}");
    assert_eq!(refused(open(&registry, &place, r"\Guarded", Rights::Write)), Code::AccessDenied);
    // Wine lets its owner delete a key, whatever its list says.
    assert!(open(&registry, &place, r"\Guarded", Rights::Delete).is_err() || wine());
    open(&registry, &place, r"\Guarded", Rights::Read).unwrap();
    let none = Like { class: None, security: Some(format!("O:{user}D:P")) };
    drop(top.create("Closed", &none).unwrap());
    assert_eq!(refused(open(&registry, &place, r"\Closed", Rights::Read)), Code::AccessDenied);
    // An owner whom this account may not make one is left out; the list is kept.
    let other = Like { class: None, security: Some("O:S-1-5-21-1-2-3-4D:P(A;;KA;;;WD)".to_owned()) };
    drop(top.create("Other", &other).unwrap());
    let told = open(&registry, &place, r"\Other", Rights::ReadSecurity).unwrap().security().unwrap();
    assert!(told.contains("(A;;KA;;;WD)"), "{told}");
    assert!(try_create(&place.below("Guarded"), 0).is_err());
}

#[test]
fn a_wait_ends_when_a_value_or_subkey_changes_when_time_is_up_and_when_cancelled() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let put = place.key("Watched");
    let open = || open(&registry, &place, r"\Watched", Rights::Notify).unwrap();
    let soon = || Instant::now() + Duration::from_millis(150);
    let late = || Instant::now() + Duration::from_secs(20);
    assert!(!open().wait(soon(), &|| false).unwrap());
    assert!(!open().wait(late(), &|| true).unwrap());
    let changes: [(&str, &(dyn Fn() + Sync)); 4] = [
        ("a value", &|| put.set("a", 1, &[1])),
        ("a subkey", &|| drop(place.key(r"Watched\Below"))),
        ("a subkey less", &|| assert!(delete(&place.below(r"Watched\Below")))),
        ("the key itself", &|| assert!(delete(&place.below("Watched")))),
    ];
    for (what, change) in changes {
        let key = open();
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(200));
                change();
            });
            assert!(key.wait(late(), &|| false).unwrap(), "{what}");
        });
    }
}

#[test]
fn the_users_key_is_the_one_that_other_programs_call_so() {
    let registry = SystemRegistry::new();
    let machine = registry.machine();
    assert!(machine.user().is_some());
    let mine = registry.open(&named(&registry, "HKCU"), Rights::Read).unwrap();
    assert_eq!(mine.name().unwrap().folded(), testapps::registry::user().to_uppercase());
    for path in ["HKLM", "HKU", r"HKLM\SOFTWARE", r"HKCU\Software", r"HKU\.DEFAULT"] {
        let name = named(&registry, path);
        assert_eq!(registry.open(&name, Rights::Read).unwrap().name().unwrap(), name, "{path}");
    }
}
