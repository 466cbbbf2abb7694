//! How much one part of an answer holds, and walks over keys that change under them.

use model::{Code, RegistryExportRequest, RegistryListRequest, RegistrySearchRequest, SearchFor};

use super::*;

const APP: &str = r"HKCU\Software\App";

/// A key of so many values, each of so many bytes.
fn holding(sizes: &[usize]) -> Port {
    let port = Port::new();
    for (number, size) in sizes.iter().enumerate() {
        let data = RegistryData { kind: ValueType::Binary, bytes: vec![7; *size] };
        port.put(APP, &format!("v{number}"), data);
    }
    port
}

/// Values of each part, where a value may have 100 bytes.
fn parts(port: &Port, ask: impl Fn(Option<String>) -> Operation) -> Vec<usize> {
    let limits = Limits { value_bytes: 100, ..rules().limits };
    let rules = Rules { limits, ..rules() };
    let (mut sizes, mut cursor) = (Vec::new(), None);
    loop {
        let (count, next) = match Asked::under(&rules, port, ask(cursor)).done().unwrap() {
            RegistryOutcome::List { values, cursor, .. } => (values.len(), cursor),
            RegistryOutcome::Found { hits, cursor, .. } => (hits.len(), cursor),
            other => panic!("{other:?}"),
        };
        sizes.push(count);
        match next {
            Some(next) => cursor = Some(next),
            None => return sizes,
        }
    }
}

fn list(cursor: Option<String>, whole: bool) -> RegistryListRequest {
    let (keys, values, depth, limit, expand) = (false, true, 1, 100, false);
    RegistryListRequest { key: key(APP), keys, values, depth, limit, cursor, whole, expand }
}

#[test]
fn a_part_of_a_list_ends_where_its_data_would_be_more_than_a_value_may_be() {
    let of = |sizes: &[usize]| parts(&holding(sizes), |cursor| Operation::RegistryList(list(cursor, false)));
    assert_eq!(of(&[50, 50, 50]), [2, 1]);
    assert_eq!(of(&[50, 51, 49]), [1, 2]);
    assert_eq!(of(&[100, 100]), [1, 1], "one is always given");
    assert_eq!(parts(&holding(&[90, 90, 90]), |cursor| Operation::RegistryList(list(cursor, true))), [3]);
}

#[test]
fn parts_of_a_list_go_no_deeper_than_the_list() {
    let port =
        Port::with(&[r"HKCU\Software\App\A\1\x\y", r"HKCU\Software\App\A\2\x", r"HKCU\Software\App\B\3\x"]);
    let parts = |depth, limit| {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let request =
                RegistryListRequest { keys: true, values: false, depth, limit, ..list(cursor, false) };
            let done = Asked::new(&port, Operation::RegistryList(request)).done().unwrap();
            let RegistryOutcome::List { keys, cursor: next, .. } = done else { panic!("{done:?}") };
            all.extend(keys);
            match next {
                Some(next) => cursor = Some(next),
                None => return all,
            }
        }
    };
    assert_eq!(parts(2, 100), ["A", r"A\1", r"A\2", "B", r"B\3"]);
    for depth in 1..=4 {
        for limit in 1..4 {
            assert_eq!(parts(depth, limit), parts(depth, 100), "{depth} {limit}");
        }
    }
}

#[test]
fn a_part_of_a_search_ends_once_its_data_are_more_than_a_value_may_be() {
    let search = |cursor| {
        let sought = SearchFor::Type(ValueType::Binary);
        Operation::RegistrySearch(RegistrySearchRequest {
            key: key(APP),
            sought,
            limit: 100,
            max_keys: 10,
            cursor,
        })
    };
    assert_eq!(parts(&holding(&[50, 50, 1, 50, 50]), search), [3, 2]);
    assert_eq!(parts(&holding(&[1; 40]), search), [40]);
}

#[test]
fn a_list_of_more_data_than_an_answer_holds_is_refused() {
    let most = 16 * 1024 * 1024;
    let asked = |sizes: &[usize]| {
        let port = holding(sizes);
        let limits = Limits { value_bytes: 2 * most as u64, ..rules().limits };
        let rules = Rules { limits, ..rules() };
        Asked::under(&rules, &port, Operation::RegistryList(list(None, true))).done()
    };
    asked(&[most - 1, 1]).unwrap();
    let fault = asked(&[most - 1, 3]).unwrap_err();
    assert!(fault.code == Code::LimitExceeded && fault.message.ends_with("by 2"), "{fault}");
}

#[test]
fn values_that_are_read_together_are_no_more_than_an_answer_holds() {
    let most = 16 * 1024 * 1024;
    let limits = Limits { value_bytes: 2 * most as u64, ..rules().limits };
    let rules = Rules { limits, ..rules() };
    for (last, fits) in [(1, true), (3, false)] {
        let read = model::RegistryReadRequest {
            key: key(APP),
            values: vec!["v0".into(), "v1".into()],
            info: false,
            security: false,
            expand: false,
        };
        let port = holding(&[most - 1, last]);
        assert_eq!(Asked::under(&rules, &port, Operation::RegistryRead(read)).done().is_ok(), fits, "{last}");
    }
}

#[test]
fn a_key_that_becomes_a_link_during_an_export_is_passed_over() {
    let port = Port::with(&[r"HKCU\Software\App\A|a", r"HKCU\Software\App\B|b"]);
    let export = RegistryExportRequest { key: key(APP), max_bytes: 1_000 };
    let asked = Asked::new(&port, Operation::RegistryExport(export));
    port.before_open(r"HKCU\Software\App\A", |port| port.link(r"HKCU\Software\App\A"));
    let RegistryOutcome::Exported { text, keys, .. } = asked.done().unwrap() else { panic!("no export") };
    assert!(keys == 2 && text.contains(r"App\B]") && !text.contains(r"App\A]"), "{text}");
}

#[test]
fn what_needs_approval_is_noted_once_and_not_without_end() {
    let asker = Asker::default();
    for _ in 0..2 {
        asker.note("a");
        asker.note("b");
    }
    assert_eq!(asker.noted(), ["a", "b"]);
    (0..1_000).for_each(|number| asker.note(&number.to_string()));
    assert_eq!(asker.noted().len(), 20);
}
