use model::{
    Code, RegistryExportRequest, RegistryListRequest, RegistryReadRequest, RegistrySearchRequest, SearchFor,
};

use super::*;

fn read(path: &str, values: &[&str]) -> RegistryReadRequest {
    RegistryReadRequest {
        key: key(path),
        values: values.iter().map(|name| (*name).into()).collect(),
        info: true,
        security: true,
        expand: true,
    }
}

fn list(path: &str, depth: u32) -> RegistryListRequest {
    RegistryListRequest {
        key: key(path),
        keys: true,
        values: true,
        depth,
        limit: 100,
        cursor: None,
        whole: false,
        expand: false,
    }
}

fn listed(port: &Port, request: RegistryListRequest) -> (Vec<String>, Vec<String>, Option<String>) {
    match Asked::new(port, Operation::RegistryList(request)).done().unwrap() {
        RegistryOutcome::List { keys, values, cursor, .. } => {
            (keys, values.into_iter().map(|value| value.name).collect(), cursor)
        }
        other => panic!("{other:?}"),
    }
}

fn search(path: &str, sought: SearchFor) -> RegistrySearchRequest {
    RegistrySearchRequest { key: key(path), sought, limit: 100, max_keys: 1000, cursor: None }
}

fn anywhere(text: &str) -> SearchFor {
    SearchFor::Text { text: text.into(), keys: true, names: true, data: true }
}

/// What was found, as `path` or `path|value`, and the cursor.
fn found(port: &Port, request: RegistrySearchRequest) -> (Vec<String>, u32, Option<String>) {
    match Asked::new(port, Operation::RegistrySearch(request)).done().unwrap() {
        RegistryOutcome::Found { hits, keys, cursor, .. } => {
            let hit = |hit: model::registry::RegistryHit| match hit.value {
                Some(value) => format!("{}|{}", hit.path, value.name),
                None => hit.path,
            };
            (hits.into_iter().map(hit).collect(), keys, cursor)
        }
        other => panic!("{other:?}"),
    }
}

fn fault(port: &Port, operation: Operation) -> Fault {
    Asked::new(port, operation).done().unwrap_err()
}

#[test]
fn what_may_not_be_seen_is_in_no_list_and_no_number_and_never_opened() {
    let port =
        Port::with(&[r"HKCU\Software\App|x", r"HKCU\Software\App\Secret\Inner|x", r"HKCU\Software\App\Z\Y"]);
    let done = Asked::new(&port, Operation::RegistryRead(read(r"HKCU\Software\App", &["X"]))).done().unwrap();
    let RegistryOutcome::Read { path, values, info: Some(info) } = done else { panic!("{done:?}") };
    assert_eq!((path.as_str(), values.len()), (r"HKEY_CURRENT_USER\Software\App", 1));
    assert_eq!((info.subkeys, info.subkey_names, info.values), (1, vec!["Z".to_owned()], 1));
    assert_eq!(info.security.as_deref(), Some("inherited"));
    assert_eq!(listed(&port, list(r"HKCU\Software\App", 4)).0, ["Z", r"Z\Y"]);
    let (hits, keys, _) = found(&port, search(r"HKCU\Software\App", anywhere("e")));
    assert_eq!((hits, keys), (vec![], 3));
    let export = RegistryExportRequest { key: key(r"HKCU\Software\App"), max_bytes: 5_000 };
    let done = Asked::new(&port, Operation::RegistryExport(export)).done().unwrap();
    let RegistryOutcome::Exported { text, keys: 3, withheld: 0, .. } = done else { panic!("{done:?}") };
    assert!(!text.contains("Secret"));
    assert!(!port.was_opened(r"HKCU\Software\App\Secret"));
    for path in
        [r"HKCU\Software\App\Secret", r"HKCU\Software\App\Secret\Inner", r"HKCU\Software\App\Secret\None"]
    {
        let fault = fault(&port, Operation::RegistryRead(read(path, &[])));
        assert_eq!(fault.code, Code::DeniedByPolicy, "{path}");
        assert!(!port.was_opened(r"HKCU\Software\App\Secret"));
    }
}

#[test]
fn what_is_known_of_a_key_names_no_more_subkeys_than_an_answer_holds() {
    let port = Port::with(&[r"HKCU\Software\App\A", r"HKCU\Software\App\B", r"HKCU\Software\App\C"]);
    let mut rules = rules();
    rules.limits.values = 2;
    let done = Asked::under(&rules, &port, Operation::RegistryRead(read(r"HKCU\Software\App", &[]))).done();
    let Ok(RegistryOutcome::Read { info: Some(info), .. }) = done else { panic!("{done:?}") };
    assert_eq!((info.subkeys, info.subkey_names.len()), (3, 2));
    let many = fault(&port, Operation::RegistryRead(read(r"HKCU\Software\App", &["a"; 101])));
    assert!(many.code == Code::LimitExceeded && many.message.contains("by 1"), "{many}");
}

#[test]
fn a_walk_in_the_32_bit_view_does_not_enter_keys_that_are_others_there() {
    let port = Port::with(&[
        r"HKLM\SOFTWARE\Classes\CLSID\{64}",
        r"HKLM\SOFTWARE\Classes\WOW6432Node\CLSID\{32}",
        r"HKLM\SOFTWARE\Classes\.txt\x",
    ]);
    let in_view =
        |path, view| RegistryListRequest { key: RegistryKey { view, ..key(path) }, ..list(path, 2) };
    let classes = r"HKLM\SOFTWARE\Classes";
    let keys = listed(&port, in_view(classes, View::W32)).0;
    assert_eq!(keys, ["CLSID", "WOW6432Node", r"WOW6432Node\CLSID", ".txt", r".txt\x"]);
    assert_eq!(listed(&port, in_view(r"HKLM\SOFTWARE\Classes\CLSID", View::W32)).0, ["{32}"]);
    assert_eq!(listed(&port, in_view(r"HKLM\SOFTWARE\Classes\CLSID", View::W64)).0, ["{64}"]);
}

#[test]
fn what_is_missing_is_said_in_the_words_of_the_call() {
    let port = Port::with(&[r"HKCU\Software\App"]);
    let key_missing = fault(&port, Operation::RegistryRead(read("hkcu/software/none", &[])));
    assert_eq!(key_missing.code, Code::KeyNotFound);
    assert!(key_missing.message.contains(r"`HKEY_CURRENT_USER\software\none`"), "{key_missing}");
    let value = fault(&port, Operation::RegistryRead(read(r"HKCU\Software\App", &["", "x"])));
    assert!(value.code == Code::ValueNotFound && value.message.contains("default value"), "{value}");
    port.refuse(r"HKCU\Software\App");
    let refused = fault(&port, Operation::RegistryRead(read(r"HKCU\Software\App", &[])));
    assert_eq!(refused.code, Code::AccessDenied);
    assert!(!refused.message.contains("port"), "{refused}");
}

#[test]
fn a_key_that_becomes_a_link_is_refused_in_the_words_of_the_call() {
    let port = Port::with(&[r"HKCU\Software\App\Key|x"]);
    let asked = Asked::new(&port, Operation::RegistryRead(read(r"HKCU\Software\App\Key", &["x"])));
    port.before_open(r"HKCU\Software\App\Key", |port| port.link(r"HKCU\Software\App\Key"));
    let fault = asked.done().unwrap_err();
    assert_eq!(fault.code, Code::RegistryLink);
    assert!(
        fault.message.contains(r"`HKEY_CURRENT_USER\Software\App\Key`") && !fault.message.contains("port"),
        "{fault}"
    );
}

#[test]
fn expand_strings_are_given_both_ways_and_large_values_not_at_all() {
    let port = Port::new();
    port.put(r"HKCU\Software\App", "e", RegistryData::text(ValueType::ExpandString, r"%TEMP%\x"));
    port.put(
        r"HKCU\Software\App",
        "big",
        RegistryData { kind: ValueType::Binary, bytes: vec![1; 1024 * 1024 + 7] },
    );
    let done = Asked::new(&port, Operation::RegistryRead(read(r"HKCU\Software\App", &["e"]))).done().unwrap();
    let RegistryOutcome::Read { values, .. } = done else { panic!("{done:?}") };
    assert_eq!(values[0].expanded.as_deref(), Some(r"C:\Temp\x"));
    for operation in [
        Operation::RegistryRead(read(r"HKCU\Software\App", &["big"])),
        Operation::RegistryList(list(r"HKCU\Software\App", 1)),
        Operation::RegistryExport(RegistryExportRequest {
            key: key(r"HKCU\Software\App"),
            max_bytes: 5_000_000,
        }),
    ] {
        let fault = fault(&port, operation);
        assert!(fault.code == Code::LimitExceeded && fault.message.contains("by 7"), "{fault}");
        assert!(fault.message.contains("App: big"), "{fault}");
    }
}

#[test]
fn a_walk_goes_as_deep_as_it_may_and_is_refused_beyond() {
    let port = Port::with(&[r"HKCU\Software\A\B\C\D\E\F\G", r"HKCU\Software\Narrow\X\Y\Z"]);
    let mut rules = rules();
    rules.roots[0].push(Root::parse(r"read 1 HKCU\Software\Narrow").unwrap());
    let ask = |path, depth| Asked::under(&rules, &port, Operation::RegistryList(list(path, depth))).done();
    let RegistryOutcome::List { keys, .. } = ask(r"HKCU\Software", 5).unwrap() else { panic!() };
    assert_eq!(keys, ["A", r"A\B", r"A\B\C", r"A\B\C\D", r"A\B\C\D\E", "Narrow", r"Narrow\X"]);
    assert_eq!(ask(r"HKCU\Software", 6).unwrap_err().code, Code::LimitExceeded);
    assert_eq!(ask(r"HKCU\Software\Narrow", 2).unwrap_err().code, Code::LimitExceeded);
    let search = search(r"HKCU\Software", anywhere("y"));
    let done = Asked::under(&rules, &port, Operation::RegistrySearch(search)).done().unwrap();
    assert!(
        matches!(done, RegistryOutcome::Found { hits, keys: 8, notes, .. } if hits.is_empty() && notes.deeper),
        "beyond `Narrow`'s own depth"
    );
    let export = RegistryExportRequest { key: key(r"HKCU\Software\A"), max_bytes: 5_000 };
    let fault = Asked::under(&rules, &port, Operation::RegistryExport(export)).done().unwrap_err();
    assert!(fault.code == Code::LimitExceeded && fault.message.contains(r"E\F\G"), "{fault}");
}

#[test]
fn a_key_that_may_not_be_seen_is_not_told_of_as_one_that_lies_deeper() {
    let deep = r"HKCU\Software\App\1\2\3\4\5\6";
    let port = Port::with(&[deep]);
    for (denied, deeper) in [(None, true), (Some(deep), false)] {
        let mut rules = rules();
        rules.denied.extend(denied.map(|path| path.parse().unwrap()));
        let search = Operation::RegistrySearch(search(r"HKCU\Software\App", anywhere("x")));
        let done = Asked::under(&rules, &port, search).done().unwrap();
        assert!(matches!(done, RegistryOutcome::Found { notes, .. } if notes.deeper == deeper), "{denied:?}");
    }
}

/// All parts of a list, each of `limit`, with something done between each two.
fn parts(port: &Port, limit: u32, mut between: impl FnMut(usize)) -> Vec<String> {
    let mut request = RegistryListRequest { limit, ..list(r"HKCU\Software\App", 3) };
    let mut all = Vec::new();
    for part in 0.. {
        let (keys, values, cursor) = listed(port, request.clone());
        assert!(keys.len() + values.len() <= limit as usize);
        all.extend(keys.into_iter().chain(values));
        request.cursor = cursor;
        if request.cursor.is_none() {
            break;
        }
        between(part);
    }
    all
}

fn many() -> Port {
    let port = Port::new();
    for own in ["A", "B", r"B\1", r"B\2", r"B\2\x", "C", r"C\3", "D"] {
        port.make(&format!(r"HKCU\Software\App\{own}"));
    }
    for name in ["", "a", "b", "c"] {
        port.put(r"HKCU\Software\App", name, text(name));
    }
    port
}

#[test]
fn parts_of_a_list_are_the_list() {
    let whole = parts(&many(), 100, |_| panic!("it is one part"));
    assert_eq!(whole, ["A", "B", r"B\1", r"B\2", r"B\2\x", "C", r"C\3", "D", "", "a", "b", "c"]);
    for limit in 1..12 {
        assert_eq!(parts(&many(), limit, |_| {}), whole, "{limit}");
    }
}

#[test]
fn a_list_goes_on_where_it_was_when_keys_come_and_go() {
    let port = many();
    let all = parts(&port, 1, |part| match part {
        // After `B\1`: it and what lay before it goes.
        2 => {
            port.drop_key(r"HKCU\Software\App\A");
            port.drop_key(r"HKCU\Software\App\B\1");
        }
        // After `B\2\x`: all of `B` goes.
        4 => port.drop_key(r"HKCU\Software\App\B"),
        _ => {}
    });
    assert_eq!(all, ["A", "B", r"B\1", r"B\2", r"B\2\x", "C", r"C\3", "D", "", "a", "b", "c"]);
}

#[test]
fn a_list_without_an_order_goes_on_with_what_took_the_place_of_a_key_that_went() {
    let port = Port::with(&[
        r"HKCU\Software\App\Z",
        r"HKCU\Software\App\M",
        r"HKCU\Software\App\A",
        r"HKCU\Software\App\Q",
    ]);
    let all = parts(&port, 1, |part| {
        if part == 1 {
            port.drop_key(r"HKCU\Software\App\M");
        }
    });
    assert_eq!(all, ["Z", "M", "A", "Q"]);
}

#[test]
fn a_cursor_that_is_none_is_refused() {
    let mut request = list(r"HKCU\Software\App", 1);
    request.cursor = Some("7".into());
    assert_eq!(fault(&many(), Operation::RegistryList(request)).code, Code::InvalidArgument);
}

#[test]
fn a_whole_list_over_the_limit_says_by_how_much() {
    let mut request = RegistryListRequest { limit: 5, whole: true, ..list(r"HKCU\Software\App", 3) };
    let fault_of = fault(&many(), Operation::RegistryList(request.clone()));
    assert!(
        fault_of.code == Code::LimitExceeded && fault_of.message.contains("limit of 5 entries by 7"),
        "{fault_of}"
    );
    request.limit = 12;
    assert_eq!(listed(&many(), request).0.len(), 8);
}

#[test]
fn a_search_finds_names_values_data_and_types() {
    let port =
        Port::with(&[r"HKCU\Software\App\Needle", r"HKCU\Software\App\x|NEEDLES", r"HKCU\Software\App|y"]);
    port.put(r"HKCU\Software\App", "list", RegistryData::texts(["hay", "a needle"]).unwrap());
    port.put(
        r"HKCU\Software\App",
        "number",
        RegistryData { kind: ValueType::DWord, bytes: vec![1, 0, 0, 0] },
    );
    let (hits, keys, cursor) = found(&port, search(r"HKCU\Software\App", anywhere("nEEdle")));
    let app = r"HKEY_CURRENT_USER\Software\App";
    assert_eq!(hits, [format!("{app}|list"), format!(r"{app}\Needle"), format!(r"{app}\x|NEEDLES")]);
    assert_eq!((keys, cursor), (3, None));
    let numbers = search(r"HKCU\Software\App", SearchFor::Type(ValueType::DWord));
    assert_eq!(found(&port, numbers).0, [format!("{app}|number")]);
}

#[test]
fn parts_of_a_search_are_the_search() {
    let port = many();
    for (key, name) in [(r"B\2", "e1"), (r"B\2", "e2"), (r"B\2", "e3"), (r"C\3", "e4")] {
        port.put(&format!(r"HKCU\Software\App\{key}"), name, text("e"));
    }
    port.put(r"HKCU\Software\App", "e0", text("e"));
    port.make(r"HKCU\Software\App\Ende");
    // Some of these lie deeper than a walk may go.
    port.make(r"HKCU\Software\App\E1\E2\E3\E4\E5\E6\E7");
    let whole = found(&port, search(r"HKCU\Software\App", anywhere("e")));
    assert_eq!((whole.0.len(), whole.1), (11, 15));
    for (limit, max_keys) in [(1, 1000), (2, 1000), (1000, 1), (1000, 2), (1, 1), (3, 4)] {
        let mut request =
            RegistrySearchRequest { limit, max_keys, ..search(r"HKCU\Software\App", anywhere("e")) };
        let (mut all, mut looked) = (Vec::new(), 0);
        loop {
            let (hits, keys, cursor) = found(&port, request.clone());
            assert!(hits.len() <= limit as usize && keys <= max_keys);
            all.extend(hits);
            looked += keys;
            request.cursor = cursor;
            if request.cursor.is_none() {
                break;
            }
        }
        assert_eq!((&all, looked), (&whole.0, whole.1), "{limit} {max_keys}");
    }
}

#[test]
fn a_walk_goes_round_links_and_keys_that_the_account_may_not_open() {
    let port =
        Port::with(&[r"HKCU\Software\App\A\x", r"HKCU\Software\App\Closed\e", r"HKCU\Software\App\Z\e"]);
    port.link(r"HKCU\Software\App\Link\e");
    port.link(r"HKCU\Software\App\Link");
    port.refuse(r"HKCU\Software\App\Closed");
    let keys = listed(&port, list(r"HKCU\Software\App", 3)).0;
    assert_eq!(keys, ["A", r"A\x", "Closed", "Z", r"Z\e", "Link"]);
    assert_eq!(found(&port, search(r"HKCU\Software\App", anywhere("E"))).0.len(), 2, "`Closed` and `Z\\e`");
    let export = RegistryExportRequest { key: key(r"HKCU\Software\App"), max_bytes: 5_000 };
    assert_eq!(fault(&port, Operation::RegistryExport(export)).code, Code::AccessDenied);
}

#[test]
fn the_merge_of_classes_is_both_with_the_users_in_front() {
    let port = Port::with(&[
        r"HKLM\SOFTWARE\Classes\.a|x",
        r"HKLM\SOFTWARE\Classes\.a|m",
        r"HKLM\SOFTWARE\Classes\.a\M",
        r"HKLM\SOFTWARE\Classes\.a\both",
        r"HKCU\Software\Classes\.a\U",
        r"HKCU\Software\Classes\.a\Both\V",
        r"HKLM\SOFTWARE\Classes\Hidden",
        r"HKCU\Software\Classes\Hidden",
    ]);
    port.put(r"HKCU\Software\Classes\.a", "X", text("of the user"));
    let done = Asked::new(&port, Operation::RegistryRead(read(r"HKCR\.a", &["x", "m"]))).done().unwrap();
    let RegistryOutcome::Read { values, info: Some(info), .. } = done else { panic!("{done:?}") };
    assert_eq!(values[0].data, Some(text("of the user")));
    assert_eq!((info.subkeys, info.values), (3, 2));
    let (keys, values, _) = listed(&port, list(r"HKCR\.a", 2));
    assert_eq!(keys, ["U", "Both", r"Both\V", "M"]);
    assert_eq!(values, ["X", "m"]);
    for limit in 1..6 {
        let mut request = RegistryListRequest { limit, ..list(r"HKCR\.a", 2) };
        let mut all = Vec::new();
        loop {
            let (keys, values, cursor) = listed(&port, request.clone());
            all.extend(keys.into_iter().chain(values));
            request.cursor = cursor;
            if request.cursor.is_none() {
                break;
            }
        }
        assert_eq!(all, ["U", "Both", r"Both\V", "M", "X", "m"], "{limit}");
    }
    assert_eq!(listed(&port, list("HKCR", 1)).0, [".a"]);
}

#[test]
fn classes_are_found_by_their_server() {
    let port = Port::new();
    let class = |number: u32, server: &str, called: &str| {
        let path = format!(r"HKLM\SOFTWARE\Classes\CLSID\{{0000000{number}}}\{server}");
        port.put(&path, "", text(called));
    };
    class(1, "InprocServer32", r"C:\Windows\System32\Shell32.dll");
    class(2, "LocalServer32", r"C:\App\app.exe");
    class(3, "Other", r"C:\Windows\System32\shell32.dll");
    let mut request = search(r"HKLM\SOFTWARE\Classes", SearchFor::ClsidFor("SHELL32".into()));
    let path = r"HKEY_LOCAL_MACHINE\SOFTWARE\Classes\CLSID\{00000001}\InprocServer32";
    assert_eq!(found(&port, request.clone()).0, [format!("{path}|")]);
    request.key = key("HKCR");
    assert_eq!(found(&port, request.clone()).0.len(), 1);
    request.sought = SearchFor::ClsidFor(String::new());
    request.limit = 1;
    let (first, _, cursor) = found(&port, request.clone());
    request.cursor = cursor;
    let (second, keys, cursor) = found(&port, request);
    assert_eq!((first.len(), second.len(), keys, cursor.is_some()), (1, 1, 1, true));
    let library = search(r"HKLM\SOFTWARE\Classes", SearchFor::LibraryFor(String::new()));
    assert_eq!(found(&port, library).0, [format!("{path}|")]);
    let none = search(r"HKCU\Software\App", SearchFor::ClsidFor(String::new()));
    port.make(r"HKCU\Software\App");
    assert_eq!(found(&port, none), (vec![], 0, None));
}

#[test]
fn a_search_for_libraries_gives_all_of_them_at_once_or_fails() {
    let port = Port::new();
    let class = |number: u32, server: &str| {
        let path = format!(r"HKLM\SOFTWARE\Classes\CLSID\{{{number:04}}}\{server}");
        port.put(&path, "", text(&format!(r"C:\W\my{number}{}.dll", "x".repeat(60))));
    };
    class(0, "LocalServer32");
    (1..30).for_each(|number| class(number, "InprocServer32"));
    let mut rules = rules();
    rules.limits.value_bytes = 1024;
    let asked = |limit, max_keys| {
        let sought = SearchFor::LibraryFor("my".into());
        let request = RegistrySearchRequest { limit, max_keys, ..search(r"HKLM\SOFTWARE\Classes", sought) };
        match Asked::under(&rules, &port, Operation::RegistrySearch(request)).done() {
            Ok(RegistryOutcome::Found { hits, .. }) => Ok(hits.len()),
            Ok(done) => panic!("{done:?}"),
            Err(fault) => Err(fault.code),
        }
    };
    assert_eq!(asked(1, 100), Ok(1), "a program took the place of a library");
    assert_eq!(asked(50, 100), Ok(29), "more bytes in all than one value may have");
    assert_eq!(asked(50, 10), Err(Code::LimitExceeded));
    assert_eq!(asked(5, 10), Ok(5));
}

#[test]
fn an_export_is_what_regedit_writes_within_its_limit() {
    let port = Port::with(&[r"HKCU\Software\App\B", r"HKCU\Software\App\A|x"]);
    port.put(r"HKCU\Software\App", "", text(r#"a "b" \"#));
    let export = |max_bytes| {
        Operation::RegistryExport(RegistryExportRequest { key: key(r"hkcu\Software\App"), max_bytes })
    };
    let done = Asked::new(&port, export(1000)).done().unwrap();
    let RegistryOutcome::Exported { text, keys, .. } = done else { panic!("{done:?}") };
    let expected = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\App]\r\n\
                    @=\"a \\\"b\\\" \\\\\"\r\n\r\n[HKEY_CURRENT_USER\\Software\\App\\B]\r\n\r\n\
                    [HKEY_CURRENT_USER\\Software\\App\\A]\r\n\"x\"=\"data of x\"\r\n\r\n";
    assert_eq!((text.as_str(), keys), (expected, 3));
    let fault = fault(&port, export(100));
    assert!(fault.code == Code::LimitExceeded && fault.message.contains("`max_bytes`"), "{fault}");
}

#[test]
fn nothing_is_done_after_the_deadline() {
    let port = Port::with(&[r"HKCU\Software\App|x"]);
    let asked = Asked::new(&port, Operation::RegistryList(list(r"HKCU\Software\App", 1)));
    let fault = asked.with(&|| false, |work| {
        let late = Work { deadline: Instant::now(), policies: Asker::default(), ..*work };
        late.execute().unwrap_err()
    });
    assert_eq!(fault.code, Code::Timeout);
    assert!(port.state().opened.is_empty());
}
