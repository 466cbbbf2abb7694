//! Links: the system's own are names of one key; no other is followed, and none is made.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use gate::registry::{Like, Read, Registry, Rights};
use host_windows::SystemRegistry;
use model::{
    Code,
    registry::{RegistryPath, View},
};
use testapps::registry::{Place, delete, link};

use super::{named, open, refused};

#[test]
fn a_link_is_refused_itself_on_the_way_and_from_above() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    place.key(r"Secret\Below").set("hidden", 1, &[b'x', 0]);
    drop(place.key("Open"));
    link(&place.below(r"Open\Link"), &place.below("Secret"));
    for rights in [Rights::Read, Rights::ReadSecurity, Rights::Notify, Rights::Write, Rights::Delete] {
        for path in [r"\Open\Link", r"\Open\Link\Below", r"\Open\Link\None", r"\Open\Link\None\Deeper"] {
            assert_eq!(
                refused(open(&registry, &place, path, rights)),
                Code::RegistryLink,
                "{path} {rights:?}"
            );
        }
        let above = open(&registry, &place, r"\Open", Rights::Write).unwrap();
        assert_eq!(above.subkey(0).unwrap().as_deref(), Some("Link"));
        assert_eq!(refused(above.open("Link", rights)), Code::RegistryLink);
        assert_eq!(refused(above.create("Link", &Like::default())), Code::RegistryLink);
    }
    let secret = open(&registry, &place, r"\Secret", Rights::Write).unwrap();
    assert_eq!(secret.about().unwrap().subkeys, 1, "nothing was made behind the link");
    let closed = Like { class: None, security: Some("D:P".to_owned()) };
    drop(secret.create("Closed", &closed).unwrap());
    assert_eq!(refused(open(&registry, &place, r"\Secret\Closed", Rights::Read)), Code::AccessDenied);
    assert_eq!(refused(open(&registry, &place, r"\Open\Link\Closed", Rights::Read)), Code::RegistryLink);
}

#[test]
fn a_link_that_leads_nowhere_yet_is_not_followed_once_it_leads_somewhere() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    drop(place.key(r"Secret\Below"));
    let made = testapps::registry::try_create(&place.below("Link"), 2).unwrap();
    let Ok(early) = open(&registry, &place, r"\Link", Rights::Write) else { return };
    let target: Vec<u8> = place.below("Secret").encode_utf16().flat_map(u16::to_le_bytes).collect();
    made.set("SymbolicLinkValue", 6, &target);
    assert!(early.open("Below", Rights::Read).is_err());
    assert!(early.create("New", &Like::default()).is_err());
    let secret = open(&registry, &place, r"\Secret", Rights::Read).unwrap();
    assert_eq!(secret.about().unwrap().subkeys, 1, "nothing was made behind the link");
    assert_eq!(refused(open(&registry, &place, r"\Link", Rights::Read)), Code::RegistryLink);
}

#[test]
fn a_key_that_another_program_swaps_for_a_link_is_never_read_behind_it() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    place.key("Secret").set("hidden", 4, &[9, 0, 0, 0]);
    place.key(r"Secret\Below").set("hidden", 4, &[9, 0, 0, 0]);
    place.key("Swapped").set("mine", 4, &[1, 0, 0, 0]);
    let program = std::env::current_exe().unwrap();
    let mut program = Command::new(program.parent().unwrap().parent().unwrap().join("relink.exe"))
        .args([place.below("Swapped"), place.below("Secret"), "10000".to_owned()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("ready"));
    let top = open(&registry, &place, "", Rights::Read).unwrap();
    let (mut read, mut links, mut missing) = (0_u32, 0_u32, 0_u32);
    while program.try_wait().unwrap().is_none() {
        let ways = [
            open(&registry, &place, r"\Swapped", Rights::Read),
            top.open("Swapped", Rights::Read),
            open(&registry, &place, r"\Swapped\Below", Rights::Read),
        ];
        for (way, opened) in ways.into_iter().enumerate() {
            match opened {
                Ok(key) => {
                    assert_ne!(way, 2, "what lies behind the link was opened");
                    assert!(!matches!(key.value("hidden", 100), Ok(Some(_))), "read behind the link");
                    assert!(!matches!(key.subkey(0), Ok(Some(_))), "listed behind the link");
                    read += u32::from(matches!(key.value("mine", 100), Ok(Some(Read::Whole(_)))));
                }
                Err(fault) if fault.code == Code::RegistryLink => links += 1,
                Err(fault) if fault.code == Code::KeyNotFound => missing += 1,
                // Between its making and its end a key refuses everything, with words of its own.
                Err(fault) => panic!("{fault}"),
            }
        }
    }
    let ended = lines.next().unwrap().unwrap();
    assert!(ended.contains("\"swaps\":10000"), "{ended}");
    eprintln!("read as a key {read}, refused as a link {links}, missing {missing}");
    assert!(read > 0 && links > 0, "the race was not run: {read} {links} {missing}");
}

#[test]
fn the_current_control_set_is_one_key_by_each_of_its_names() {
    let registry = SystemRegistry::new();
    let names = [r"HKLM\SYSTEM\CurrentControlSet", r"HKLM\SYSTEM\ControlSet001"];
    let names = names.map(|name| named(&registry, name));
    assert_eq!(names[0], names[1], "{:?}", registry.machine());
    let system = registry.open(&named(&registry, r"HKLM\SYSTEM"), Rights::Read).unwrap();
    let followed = system.open("CurrentControlSet", Rights::Read).unwrap();
    assert_eq!(followed.name().unwrap(), names[0]);
    let control = registry.open(&named(&registry, r"HKLM\SYSTEM\CurrentControlSet\Control"), Rights::Read);
    assert!(control.unwrap().about().unwrap().subkeys > 0);
}

#[test]
fn a_users_classes_are_one_key_by_each_of_their_names() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let user = testapps::registry::user();
    let software = registry.open(&named(&registry, r"HKCU\Software"), Rights::Write).unwrap();
    // A Windows has them; Wine makes none for a new user.
    let (classes, _) = software.create("Classes", &Like::default()).unwrap();
    let (made, _) = classes.create(&place.name, &Like::default()).unwrap();
    let sid = user.rsplit('\\').next().unwrap();
    let other = named(&registry, &format!(r"HKU\{sid}_Classes\{}", place.name));
    let name = made.name().unwrap();
    assert_eq!(name, other);
    assert_eq!(registry.open(&other, Rights::Delete).unwrap().name().unwrap(), name);
    registry.open(&name, Rights::Delete).unwrap().delete().unwrap();
    assert_eq!(refused(registry.open(&other, Rights::Read)), Code::KeyNotFound);
}

#[test]
fn a_hive_of_classes_beside_the_user_is_taken_for_its_classes() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    // A hive of another user's is made as Windows lays it out, with the link where the user looks for it.
    let (user, hive) = (r"\REGISTRY\USER\S-1-5-21-9-9-9-9", r"\REGISTRY\USER\S-1-5-21-9-9-9-9_Classes");
    if testapps::registry::try_create(user, 1).is_err() {
        eprintln!("this account cannot make a user: not tried");
        return;
    }
    drop(testapps::registry::try_create(&format!(r"{user}\Software"), 1).unwrap());
    create_volatile(hive, &["One"]);
    link_volatile(&format!(r"{user}\Software\Classes"), hive);
    let name = named(&registry, r"HKU\S-1-5-21-9-9-9-9\Software\Classes\One");
    let checked = std::panic::catch_unwind(|| {
        assert_eq!(registry.open(&name, Rights::Read).unwrap().name().unwrap(), name);
        let above = named(&registry, r"HKU\S-1-5-21-9-9-9-9\Software");
        let software = registry.open(&above, Rights::Read).unwrap();
        let classes = software.open("Classes", Rights::Read).unwrap();
        assert_eq!(classes.open("One", Rights::Read).unwrap().name().unwrap(), name);
        // A link of another's in that place is not followed, though it has the system's name.
        delete(&format!(r"{user}\Software\Classes"));
        link_volatile(&format!(r"{user}\Software\Classes"), &place.path);
        let classes = software.open("Classes", Rights::Read).unwrap();
        assert_eq!(classes.open("One", Rights::Read).unwrap().name().unwrap(), name);
        testapps::registry::delete_tree(hive);
        assert_eq!(refused(software.open("Classes", Rights::Read)), Code::RegistryLink);
        assert_eq!(refused(registry.open(&name, Rights::Read)), Code::RegistryLink);
    });
    testapps::registry::delete_tree(hive);
    testapps::registry::delete_tree(user);
    checked.unwrap();
}

fn create_volatile(path: &str, below: &[&str]) {
    drop(testapps::registry::try_create(path, 1).unwrap());
    for name in below {
        drop(testapps::registry::try_create(&format!(r"{path}\{name}"), 1).unwrap());
    }
}

fn link_volatile(path: &str, target: &str) {
    let made = testapps::registry::try_create(path, 3).unwrap();
    let target: Vec<u8> = target.encode_utf16().flat_map(u16::to_le_bytes).collect();
    made.set("SymbolicLinkValue", 6, &target);
}

#[test]
fn the_views_of_32_and_64_bits_are_the_keys_that_they_are_named_by() {
    let registry = SystemRegistry::new();
    for path in [r"HKLM\SOFTWARE\Microsoft", r"HKLM\SOFTWARE\Classes\CLSID", r"HKLM\SOFTWARE\Classes"] {
        let of = |view| {
            let names = RegistryPath::parse(path).unwrap().names(&registry.machine(), view);
            registry.open(names.first(), Rights::Read).unwrap().name().unwrap()
        };
        let names = [of(View::W32), of(View::W64)];
        assert_eq!(names[0] == names[1], path.ends_with("Classes"), "{names:?}");
    }
    // The link from one to the other, where there is one, is the system's own.
    let node = registry.open(&named(&registry, r"HKLM\SOFTWARE\WOW6432Node"), Rights::Read).unwrap();
    let classes = node.open("Classes", Rights::Read).unwrap();
    assert_eq!(classes.name().unwrap(), named(&registry, r"HKLM\SOFTWARE\Classes\WOW6432Node"));
}
