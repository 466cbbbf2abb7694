use model::{RegistryExportRequest, RegistrySearchRequest, SearchFor};

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
