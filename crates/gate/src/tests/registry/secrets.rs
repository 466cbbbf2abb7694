use model::{RegistryExportRequest, RegistryListRequest, RegistrySearchRequest, SearchFor};

use super::*;

fn search(text: &str) -> Operation {
    let sought = SearchFor::Text { text: text.into(), keys: false, names: false, data: true };
    let key = key(r"HKCU\Software\App");
    Operation::RegistrySearch(RegistrySearchRequest { key, sought, limit: 1, max_keys: 10, cursor: None })
}

#[test]
fn what_stands_in_a_secret_is_neither_found_nor_exported() {
    let port = Port::with(&[r"HKCU\Software\App"]);
    port.put(r"HKCU\Software\App", "DefaultPassword", text("hunter2"));
    port.put(r"HKCU\Software\App", "Name", text("hunter"));
    let revealing = Rules { reveals: true, ..rules() };
    let done = |rules: &Rules, operation| Asked::under(rules, &port, operation).done().unwrap();
    // A right guess and a wrong one get the same answer, cursor and all.
    assert_eq!(done(&rules(), search("hunter2")), done(&rules(), search("hunter3")));
    assert_ne!(done(&revealing, search("hunter2")), done(&revealing, search("hunter3")));
    assert_ne!(done(&rules(), search("hunter")), done(&rules(), search("hunter3")), "what is none is found");

    let export = || {
        Operation::RegistryExport(RegistryExportRequest { key: key(r"HKCU\Software\App"), max_bytes: 5_000 })
    };
    let told = |rules: &Rules| match done(rules, export()) {
        RegistryOutcome::Exported { text, withheld, .. } => {
            (text.contains("hunter2"), text.contains("\"Name\""), withheld)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(told(&rules()), (false, true, 1));
    assert_eq!(told(&revealing), (true, true, 0));
}

#[test]
fn a_name_with_a_secret_is_neither_found_nor_exported_nor_in_a_cursor_and_a_list_goes_on_behind_it() {
    const TOKEN: &str = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    let path = r"HKCU\Software\App";
    let port = Port::with(&[path]);
    for name in ["first", TOKEN, "last"] {
        port.put(path, name, text("x"));
    }
    let revealing = Rules { reveals: true, ..rules() };
    let done = |rules: &Rules, operation| Asked::under(rules, &port, operation).done().unwrap();
    let found = |rules: &Rules, text: &str| {
        let sought = SearchFor::Text { text: text.into(), keys: false, names: true, data: false };
        let request = RegistrySearchRequest { key: key(path), sought, limit: 5, max_keys: 10, cursor: None };
        match done(rules, Operation::RegistrySearch(request)) {
            RegistryOutcome::Found { hits, .. } => hits.len(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((found(&rules(), "ghp_"), found(&revealing, "ghp_"), found(&rules(), "first")), (0, 1, 1));
    let export = RegistryExportRequest { key: key(path), max_bytes: 5_000 };
    match done(&rules(), Operation::RegistryExport(export)) {
        RegistryOutcome::Exported { text, withheld, .. } => {
            assert!(!text.contains(TOKEN) && text.contains("last") && withheld == 1, "{text}");
        }
        other => panic!("{other:?}"),
    }
    let part = |rules: &Rules, cursor| {
        let request = RegistryListRequest {
            key: key(path),
            keys: false,
            values: true,
            depth: 1,
            limit: 1,
            cursor,
            expand: false,
            whole: false,
        };
        match done(rules, Operation::RegistryList(request)) {
            RegistryOutcome::List { values, cursor, .. } => (values[0].name.clone(), cursor),
            other => panic!("{other:?}"),
        }
    };
    for (rules, tells) in [(rules(), false), (revealing, true)] {
        let (mut names, mut cursor) = (Vec::new(), None);
        loop {
            let (name, next) = part(&rules, cursor);
            names.push(name);
            let Some(next) = next else { break };
            assert_eq!(next.contains(TOKEN), tells && names.last().unwrap() == TOKEN, "{next}");
            cursor = Some(next);
        }
        names.sort_unstable();
        assert_eq!(names, ["first", TOKEN, "last"]);
    }
}
