use super::*;

#[cfg(target_os = "linux")]
impl Audit {
    /// Lets every later write fail, as a full disk would.
    pub(crate) fn break_for_test(&self) {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        self.writer.lock().unwrap().as_mut().unwrap().file = full;
    }

    /// The disk has room again.
    pub(crate) fn mend_for_test(&self) {
        let file = OpenOptions::new().read(true).append(true).open(self.path()).unwrap();
        self.writer.lock().unwrap().as_mut().unwrap().file = file;
    }
}

fn audit(home: &Path) -> Audit {
    Audit::new(home, Value::Null).unwrap()
}

/// One that writes to the file of session `a`.
fn opened(home: &Path) -> Audit {
    let audit = audit(home);
    open(&audit, home);
    audit
}

fn open(audit: &Audit, home: &Path) {
    audit.open("a", Arc::new(Turn::at(&home.join("lock")).unwrap()), json!({ "pid": 7 })).unwrap();
}

fn write(audit: &Audit) -> u64 {
    let record = Record {
        phase: Phase::Outcome,
        request_id: &Value::Null,
        claimed: &Value::Null,
        tool: "fake",
        operation: None,
        facts: None,
        verdict: None,
        code: None,
        dry_run: false,
        approval: None,
        answer: None,
        step: None,
        taint: Vec::new(),
        tainted_by: None,
        circumstances: None,
        intent: None,
        elapsed_us: None,
        below: None,
        put_back: None,
    };
    audit.write(&record).unwrap()
}

fn file(home: &Path) -> PathBuf {
    audit_folder(home).join("a.jsonl")
}

#[test]
fn numbers_go_on_where_another_server_stopped_and_each_server_says_who_it_is_once() {
    let home = tempfile::tempdir().unwrap();
    let (one, other) = (opened(home.path()), opened(home.path()));
    assert_eq!([write(&one), write(&one), write(&other), write(&one)], [1, 2, 3, 4]);
    assert_eq!(write(&opened(home.path())), 5);
    let records = read_records(home.path()).unwrap();
    let says: Vec<bool> = records.iter().map(|record| record.get("server").is_some()).collect();
    assert_eq!(says, [true, false, true, false, true]);
    assert_eq!(records.iter().map(|record| record["seq"].clone()).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
}

#[test]
fn a_line_that_a_killed_server_did_not_finish_is_closed_off_and_said() {
    for torn in ["{\"seq\":2", "{\"seq\":2}", "nonsense"] {
        let home = tempfile::tempdir().unwrap();
        write(&opened(home.path()));
        let mut text = fs::read_to_string(file(home.path())).unwrap();
        text.push_str(torn);
        fs::write(file(home.path()), &text).unwrap();
        let audit = opened(home.path());
        assert_eq!([write(&audit), write(&audit)], [2, 3], "what was not finished was promised to nobody");
        let records = read_records(home.path()).unwrap();
        let said: Vec<bool> = records.iter().map(|record| record.get(TORN).is_some()).collect();
        assert_eq!(said.iter().filter(|said| **said).count(), 1, "{torn}");
        assert_eq!(records.last().unwrap()["seq"], 3);
        assert!(fs::read_to_string(file(home.path())).unwrap().starts_with(&text), "nothing is taken away");
    }
}

#[test]
fn a_line_that_is_no_record_in_the_middle_is_an_error_unless_the_next_explains_it() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(audit_folder(home.path())).unwrap();
    fs::write(file(home.path()), "{\"seq\":1}\n{\"se\n{\"seq\":2}\n").unwrap();
    assert!(read_records(home.path()).unwrap_err().to_string().contains("line 2"));
    fs::write(file(home.path()), "{\"se\n{\"s\n{\"seq\":2,\"follows_torn_line\":true}\n").unwrap();
    assert_eq!(read_records(home.path()).unwrap().len(), 1);
}

#[test]
fn the_fingerprint_is_the_same_in_a_server_and_another_in_the_next() {
    let home = tempfile::tempdir().unwrap();
    let secret = SecretText::new("x".into());
    let a = audit(home.path());
    let b = audit(home.path());
    assert_eq!(a.fingerprint(&secret), a.fingerprint(&secret));
    assert_ne!(a.fingerprint(&secret), b.fingerprint(&secret));
}

#[test]
fn a_line_that_is_no_record_is_named() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(audit_folder(home.path())).unwrap();
    fs::write(audit_folder(home.path()).join("a.jsonl"), "{}\nnonsense\n").unwrap();
    let error = read_records(home.path()).unwrap_err().to_string();
    assert!(error.contains("line 2"), "{error}");
}

#[test]
fn a_last_line_that_was_cut_off_is_no_record() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(audit_folder(home.path())).unwrap();
    fs::write(audit_folder(home.path()).join("a.jsonl"), "{\"seq\":1}\n{\"seq\":2").unwrap();
    assert_eq!(read_records(home.path()).unwrap(), [json!({"seq": 1})]);
}

#[test]
fn keys_that_may_spell_a_secret_are_not_recorded_and_shortcuts_are() {
    let home = tempfile::tempdir().unwrap();
    let audit = audit(home.path());
    let keys = ["h", "Shift+u", "n", "Ctrl+S", "Enter"].map(|keys| keys.parse().unwrap()).to_vec();
    let pressed = Operation::PressKeys(model::PressKeysRequest { target: None, window: None, keys });
    let characters = "[character]";
    assert_eq!(
        audit.redacted(&pressed)["keys"],
        json!([characters, characters, characters, "Ctrl+S", "Enter"])
    );
}

#[test]
fn a_text_that_is_waited_for_is_not_recorded() {
    let home = tempfile::tempdir().unwrap();
    let audit = audit(home.path());
    let condition = Condition::TextAppears { window: None, text: "hunter2".into() };
    let waits = Operation::WaitFor(model::WaitForRequest { condition, timeout_ms: 50 });
    let recorded = audit.redacted(&waits);
    assert!(!recorded.to_string().contains("hunter2"), "{recorded}");
    assert_eq!(recorded["condition"]["text_appears"]["text"]["chars"], json!(7), "{recorded}");
}

#[test]
fn a_text_that_is_searched_for_is_not_recorded_and_is_read_back_by_its_length() {
    let home = tempfile::tempdir().unwrap();
    let key = model::RegistryKey { path: "HKCU".parse().unwrap(), view: model::registry::View::W64 };
    let sought = SearchFor::Text { text: "hunter2".into(), keys: true, names: true, data: true };
    let request = RegistrySearchRequest { key, sought, limit: 1, max_keys: 1, cursor: None };
    let recorded = audit(home.path()).redacted(&Operation::RegistrySearch(request));
    assert!(!recorded.to_string().contains("hunter2"), "{recorded}");
    let read: Operation = serde_json::from_value(crate::past::as_serialized(recorded)).unwrap();
    let Operation::RegistrySearch(read) = read else { panic!() };
    assert!(matches!(read.sought, SearchFor::Text { text, .. } if text == "[7 characters]"));
}

#[test]
fn a_line_for_people_names_three_keys_and_how_many_more_and_else_windows_and_programs() {
    let import = |keys: usize| {
        let path = |number: usize| format!(r"HKCU\Software\K{number}").parse().unwrap();
        let key = |number| model::RegistryKey { path: path(number), view: model::registry::View::default() };
        let changes = (0..keys).map(|number| (key(number), model::KeyChange::Delete)).collect();
        Operation::RegistryImport(model::RegistryImportRequest { changes })
    };
    let line = |keys: usize| target(Some(&import(keys)), None).unwrap();
    assert_eq!(line(1), r"HKEY_CURRENT_USER\Software\K0");
    assert!(line(3).ends_with(r"\K2") && line(4).ends_with(", and 1 more"), "{}", line(4));
    assert!(line(6).ends_with(", and 3 more"));

    let launch = model::LaunchFacts {
        kind: model::LaunchPath::Local,
        path: r"C:\a.exe".into(),
        app: None,
        signer: None,
    };
    let facts = Facts { launch: Some(launch), ..Facts::default() };
    assert_eq!(target(None, Some(&facts)).as_deref(), Some(r"C:\a.exe"));
    assert_eq!(target(None, Some(&Facts::default())), None);
    assert_eq!(target(None, None), None);
}
