use model::{
    ClipboardWriteRequest, Condition, ElementActionRequest, ElementRef, ElementVerb, PressKeysRequest,
    SecretText, Target, TypeMode, TypeTextRequest, WaitForRequest,
};
use policy::{
    Circumstances, Policy,
    config::{Profile, Settings},
};

use super::*;
use crate::audit::Audit;

const SECRET: &str = "hunter2 hunter2";

fn element() -> Target {
    Target::Element(ElementRef::new(1))
}

/// One of each kind that the audit keeps something of back.
fn kept_back() -> Vec<Operation> {
    let text = || SecretText::new(SECRET.into());
    let keys = |keys: &[&str]| keys.iter().map(|key| key.parse().unwrap()).collect();
    vec![
        Operation::TypeText(TypeTextRequest {
            target: None,
            text: text(),
            mode: TypeMode::Insert,
            submit: true,
        }),
        Operation::ClipboardWrite(ClipboardWriteRequest { text: text() }),
        Operation::ElementAction(ElementActionRequest {
            target: element(),
            action: ElementVerb::SetValue,
            value: Some(text()),
        }),
        Operation::ElementAction(ElementActionRequest {
            target: element(),
            action: ElementVerb::Invoke,
            value: None,
        }),
        Operation::PressKeys(PressKeysRequest {
            target: None,
            window: None,
            keys: keys(&["h", "Shift+U", "Ctrl+S", "Win+L", "Enter"]),
        }),
        Operation::WaitFor(WaitForRequest {
            condition: Condition::TextAppears { window: None, text: SECRET.into() },
            timeout_ms: 100,
        }),
    ]
}

fn record(operation: Value) -> Value {
    let window = json!({
        "key": {"handle": 1, "pid": 7, "started": 9}, "title": "t", "class": "c", "shell": false,
        "process": {"pid": 7, "started": 9, "path": r"C:\a.exe", "elevation": "same", "own": false},
    });
    json!({
        "session": "s", "time": "2026-01-01T00:00:00Z", "tool": "t", "target": "x", "operation": operation,
        "facts": {
            "targets": [{"window": window}], "desktop": "interactive",
            "clipboard": {"sequence": 1, "excluded": false, "ours": false},
        },
        "circumstances": {
            "time": {"hour": 22, "minute": 5, "weekday": "sunday"},
            "session": {"age_minutes": 3, "calls": 4, "destructive_acts": 1, "launches": 2},
            "client": {"path": r"C:\client.exe", "claimed_name": "c"},
        },
        "tainted_by": ["web"], "verdict": "allow", "judgement": {"verdict": "allow", "policies": ["input"]},
    })
}

#[test]
fn a_change_of_the_registry_is_judged_again_by_types_and_lengths_alone() {
    use model::{
        RegistryKey, RegistryKeyFacts, RegistryWriteRequest, ValueToWrite,
        registry::{Machine, RegistryData, ValueType, View},
    };
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::new(home.path(), Value::Null).unwrap();
    let key = RegistryKey { path: r"HKCU\Software\App".parse().unwrap(), view: View::W64 };
    let machine = Machine::new(Some("S-1-5-21-1-2-3-1001".parse().unwrap()), Some(1));
    let names = key.path.names(&machine, View::W64).iter().map(|name| name.as_str().to_owned()).collect();
    let known = RegistryKeyFacts { machine, names, exists: Some(true), link: false };
    let settings = Settings::of_profile(Profile::Lab);
    let policy = Policy::new(&settings, &[]).unwrap();
    for (bytes, verdict) in [(20, "allow"), (2_000_000, "deny")] {
        let data = RegistryData { kind: ValueType::Binary, bytes: vec![7; bytes] }.into();
        let values = vec![ValueToWrite { name: "a".into(), data }];
        let write = RegistryWriteRequest { key: key.clone(), values, create_key: false };
        let mut record = record(audit.redacted(&Operation::RegistryWrite(write)));
        record["facts"] = json!({ "registry": [known] });
        let past = decision(&record).unwrap().unwrap();
        let here = Circumstances { session: "s", taint: &past.taint, call: &past.call };
        assert_eq!(policy.decide(&here, &past.operation, &past.facts).name(), verdict);
        record["facts"] = json!({});
        assert!(decision(&record).unwrap().unwrap_err().contains("keys"));
    }
}

#[test]
fn what_the_audit_keeps_back_is_judged_again_as_it_was_and_never_comes_back() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::new(home.path(), Value::Null).unwrap();
    for operation in kept_back() {
        let past = decision(&record(audit.redacted(&operation))).unwrap().unwrap();
        assert_eq!(past.operation.kind(), operation.kind());
        assert_eq!(past.operation.secret().map(SecretText::chars), operation.secret().map(SecretText::chars));
        assert!(past.operation.secret().is_none_or(|secret| secret.expose().is_empty()));
        for profile in Profile::ALL {
            let policy = Policy::new(&Settings::of_profile(profile), &[]).unwrap();
            let judged = |operation| {
                let here = Circumstances { session: "s", taint: &past.taint, call: &past.call };
                (policy.decide(&here, operation, &past.facts), policy.effects(operation, &past.facts))
            };
            assert_eq!(judged(&past.operation), judged(&operation), "{profile:?} {operation:?}");
        }
    }
}

#[test]
fn a_record_tells_who_judged_it_how_and_by_which_policies() {
    let mut record = record(json!({"kind": "clipboard_read", "max_chars": 5}));
    record["judgement"] =
        json!({"verdict": "deny", "code": "OWN_WINDOW", "reasons": [{"policy": "p", "text": "t"}]});
    record["approval"] = json!({"channel": "dialog"});
    let past = decision(&record).unwrap().unwrap();
    assert_eq!((past.verdict.as_str(), past.approved), ("deny", true));
    assert_eq!(past.policies, BTreeSet::from(["p".to_owned()]));
    assert_eq!((past.call.time.hour, past.call.session.calls, past.call.client.elevated), (22, 4, None));
}

#[test]
fn records_of_outcomes_and_of_calls_that_were_never_judged_are_no_decision() {
    let mut outcome = record(json!({"kind": "status"}));
    outcome["intent"] = json!(1);
    assert_eq!(decision(&outcome), None);
    assert_eq!(decision(&json!({"verdict": "deny", "operation": null, "code": "INVALID_ARGUMENT"})), None);
}

#[test]
fn a_record_that_lacks_something_is_not_guessed() {
    let click =
        json!({"kind": "click", "target": {"element": "e1"}, "button": "left", "count": 1, "modifiers": {}});
    assert!(decision(&record(click.clone())).unwrap().is_ok());
    let without = |pointer: &str, name: &str| {
        let mut record = record(click.clone());
        record.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(name);
        decision(&record).unwrap().unwrap_err()
    };
    assert!(without("", "facts").contains("no facts"));
    assert!(without("", "tainted_by").contains("had read"));
    assert!(without("", "circumstances").contains("when it was judged"));
    for part in ["time", "session", "client"] {
        assert!(without("/circumstances", part).contains(part));
    }
    assert!(without("/circumstances/time", "weekday").contains("weekday"));
    let mut redacted = record(click.clone());
    redacted["facts"]["targets"][0]["window"]["title"] = json!("[redacted: token]");
    assert!(decision(&redacted).unwrap().unwrap_err().contains("secret"));
    let mut read = record(json!({"kind": "clipboard_read", "max_chars": 5}));
    read["facts"].as_object_mut().unwrap().remove("clipboard");
    assert!(decision(&read).unwrap().unwrap_err().contains("clipboard"));
    assert!(without("/facts", "targets").contains("no target"));
    assert!(without("/facts/targets/0/window", "shell").contains("shell"));
    assert!(without("/facts/targets/0/window/process", "own").contains("own"));
    assert!(without("/operation", "count").contains("count"));
    assert!(without("", "operation").contains("what would have been done"));
    let launch = json!({"kind": "app_launch", "program": {"app": "x"}, "arguments": []});
    assert!(decision(&record(launch)).unwrap().unwrap_err().contains("started"));
}
