//! Values: names, types, bytes.

use gate::registry::{Read, Registry, Rights};
use host_windows::SystemRegistry;
use model::{
    Code,
    registry::{LINK_VALUE, RegistryData, ValueType},
};
use testapps::registry::Place;

use super::{open, refused};

const MOST: u64 = 16 << 20;

fn whole(read: Read) -> RegistryData {
    match read {
        Read::Whole(data) => data,
        Read::Over(bytes) => panic!("{bytes} bytes are too many"),
    }
}

/// Every type, known or not, with bytes that are odd for it.
fn odd() -> Vec<(String, u32, Vec<u8>)> {
    let mut all = Vec::new();
    for kind in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0xffff, 0x8000_0001, u32::MAX] {
        for bytes in [
            vec![],
            vec![7],
            vec![b'a', 0, b'b'],
            vec![b'a', 0, 0, 0, b'b', 0],
            vec![0, 0],
            vec![0xd8, 0xd8, 0, 0],
            vec![1; 4095],
            vec![2; 5000],
        ] {
            all.push((format!("{kind} {} {:?}", bytes.len(), bytes.first()), kind, bytes));
        }
    }
    all
}

#[test]
fn every_type_and_odd_bytes_come_out_as_they_went_in() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let put = place.key("Values");
    let key = open(&registry, &place, r"\Values", Rights::Read).unwrap();
    let wanted = odd();
    for (name, kind, bytes) in &wanted {
        put.set(name, *kind, bytes);
        let data = RegistryData { kind: ValueType::of_number(*kind), bytes: bytes.clone() };
        assert_eq!(whole(key.value(name, MOST).unwrap().unwrap()), data, "{name}");
    }
    let mut listed: Vec<(String, RegistryData)> = (0..)
        .map_while(|index| key.value_at(index, MOST).unwrap())
        .map(|(name, read)| (name, whole(read)))
        .collect();
    listed.sort_by(|one, other| one.0.cmp(&other.0));
    let mut wanted: Vec<_> = wanted
        .into_iter()
        .map(|(name, kind, bytes)| (name, RegistryData { kind: ValueType::of_number(kind), bytes }))
        .collect();
    wanted.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(listed, wanted);
}

#[test]
fn what_is_written_is_what_other_programs_read() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let key = open(&registry, &place, "", Rights::Write).unwrap();
    for (name, kind, bytes) in odd() {
        let data = RegistryData { kind: ValueType::of_number(kind), bytes };
        let written = key.set(&name, &data);
        if data.kind == ValueType::Link {
            assert_eq!(refused(written), Code::RegistryLink);
            assert_eq!(key.value(&name, MOST).unwrap(), None);
        } else {
            written.unwrap();
            assert_eq!(whole(key.value(&name, MOST).unwrap().unwrap()), data, "{name}");
        }
    }
    for name in [LINK_VALUE, "symboliclinkvalue"] {
        assert_eq!(refused(key.set(name, &RegistryData::text(ValueType::String, "x"))), Code::RegistryLink);
    }
}

#[test]
fn names_of_values_may_be_empty_long_or_hold_a_nul() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let key = open(&registry, &place, "", Rights::Write).unwrap();
    let long = "n".repeat(16_383);
    let data = RegistryData { kind: ValueType::Binary, bytes: vec![3; 9000] };
    for name in ["", "a\0b", r"back\slash", "ü😀", &long] {
        key.set(name, &data).unwrap();
        assert_eq!(whole(key.value(name, MOST).unwrap().unwrap()), data, "{}", name.len());
        assert!(matches!(key.value(name, 100).unwrap(), Some(Read::Over(9000))));
    }
    let mut names: Vec<_> = (0..).map_while(|index| key.value_at(index, 100).unwrap()).collect();
    assert!(
        names.iter().all(|(_, read)| *read == Read::Over(9000)),
        "{:?}",
        names.iter().map(|(name, read)| (name.len(), read)).collect::<Vec<_>>()
    );
    names.sort_by_key(|(name, _)| name.len());
    let names: Vec<_> = names.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["", "a\0b", "ü😀", r"back\slash", &long]);
    assert!(key.delete_value("a\0b").unwrap());
    assert!(!key.delete_value("a\0b").unwrap());
    assert!(!key.delete_value("a").unwrap());
    assert_eq!(key.about().unwrap().values, 4);
}

#[test]
fn a_value_is_read_up_to_what_is_wanted_and_its_size_told_beyond() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let (put, mib) = (place.key("Large"), 1 << 20);
    let key = open(&registry, &place, r"\Large", Rights::Read).unwrap();
    put.set("exact", 3, &vec![1; mib]);
    put.set("over", 3, &vec![1; mib + 1]);
    assert_eq!(whole(key.value("exact", 1 << 20).unwrap().unwrap()).bytes.len(), mib);
    assert!(matches!(key.value("over", 1 << 20).unwrap(), Some(Read::Over(size)) if size == (1 << 20) + 1));
    let sizes: Vec<_> = (0..).map_while(|index| key.value_at(index, 1 << 20).unwrap()).collect();
    assert!(sizes.iter().any(|(name, read)| name == "over" && *read == Read::Over((1 << 20) + 1)));
    assert!(sizes.iter().any(|(name, read)| name == "exact" && matches!(read, Read::Whole(_))));
}

#[test]
fn ten_thousand_values_are_listed_each_once() {
    let (registry, place) = (SystemRegistry::new(), Place::new());
    let put = place.key("Many");
    for number in 0..10_000_u32 {
        put.set(&format!("value {number}"), 4, &number.to_le_bytes());
    }
    let key = open(&registry, &place, r"\Many", Rights::Read).unwrap();
    assert_eq!(key.about().unwrap().values, 10_000);
    let mut numbers: Vec<u64> = (0..)
        .map_while(|index| key.value_at(index, MOST).unwrap())
        .map(|(_, read)| whole(read).as_number().unwrap())
        .collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..10_000));
}

#[test]
fn variables_are_those_of_the_user_and_not_of_this_process() {
    let registry = SystemRegistry::new();
    let home = registry.expand("%USERPROFILE%");
    assert!(home.contains(r":\"), "{home}");
    assert_eq!(registry.expand("100 %"), "100 %");
    assert_eq!(registry.expand("%no such variable%"), "%no such variable%");
    let expanded = registry.expand(&format!("{}%USERPROFILE%", "x".repeat(3000)));
    assert_eq!(expanded.trim_start_matches('x'), home);
    assert_eq!(expanded.len(), home.len() + 3000);
}
