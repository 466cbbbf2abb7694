use super::*;

#[cfg(target_os = "linux")]
impl Audit {
    /// Lets every later write fail, as a full disk would.
    pub(crate) fn break_for_test(&self) {
        self.file.lock().unwrap().file = OpenOptions::new().write(true).open("/dev/full").unwrap();
    }
}

#[test]
fn sessions_do_not_share_a_file() {
    let home = tempfile::tempdir().unwrap();
    Audit::create(home.path(), "a", Value::Null).unwrap();
    assert!(Audit::create(home.path(), "a", Value::Null).is_err());
    Audit::create(home.path(), "b", Value::Null).unwrap();
}

#[test]
fn the_fingerprint_is_the_same_in_a_session_and_another_in_the_next() {
    let home = tempfile::tempdir().unwrap();
    let secret = SecretText::new("x".into());
    let a = Audit::create(home.path(), "a", Value::Null).unwrap();
    let b = Audit::create(home.path(), "b", Value::Null).unwrap();
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
    let audit = Audit::create(home.path(), "a", Value::Null).unwrap();
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
    let audit = Audit::create(home.path(), "a", Value::Null).unwrap();
    let condition = Condition::TextAppears { window: None, text: "hunter2".into() };
    let waits = Operation::WaitFor(model::WaitForRequest { condition, timeout_ms: 50 });
    let recorded = audit.redacted(&waits);
    assert!(!recorded.to_string().contains("hunter2"), "{recorded}");
    assert_eq!(recorded["condition"]["text_appears"]["text"]["chars"], json!(7), "{recorded}");
}
