//! The registry through the worker: policies on keys that a call meets, and a worker that is killed, or hangs, in the middle of a change.

use std::{
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
};

use e2e::{Desk, Process, Session, Trouble, eventually, processes};
use serde_json::{Value, json};

/// A key of a test's own, gone with all below it when dropped.
struct Place(String);

impl Place {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let place =
            Self(format!(r"HKEY_CURRENT_USER\Software\winwarden-below-{}-{count}", std::process::id()));
        reg(&["add", &place.0, "/f"]);
        place
    }

    fn below(&self, rest: &str) -> String {
        format!(r"{}\{rest}", self.0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        reg(&["delete", &self.0, "/f"]);
    }
}

/// What Windows' `reg` says.
fn reg(arguments: &[&str]) -> String {
    let output = Desk::get().command("reg", arguments).stdin(Stdio::null()).output();
    output.map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn what_a_policy_forbids_below_is_neither_shown_nor_deleted() -> Result<(), Trouble> {
    let place = Place::new();
    let (secret, free) = (place.below("Secret"), place.below("Free"));
    for key in [&secret, &free] {
        reg(&["add", key, "/v", "x", "/t", "REG_SZ", "/d", "data", "/f"]);
    }
    let policy = format!(
        "@id(\"mine\") @reason(\"it is mine\") forbid (principal, action in Action::\"registry\", resource in \
         RegistryKey::{secret:?});"
    );
    let mut session = Session::under(&policy, &["--toolsets", "core,registry"])?;
    for (tool, arguments) in [
        ("registry_list", json!({"path": place.0, "depth": 2})),
        ("registry_read", json!({"path": place.0})),
        ("registry_export", json!({"path": place.0})),
        ("registry_search", json!({"path": place.0, "text": "r", "in": ["keys"]})),
    ] {
        let reply = session.call(tool, arguments)?.done()?;
        assert!(!reply.text.contains("Secret") && reply.text.contains("Free"), "{tool}: {}", reply.text);
    }
    let delete = |path: &str, keys: u32| json!({"path": path, "key": true, "recursive": true, "keys": keys});
    let refused = session.call("registry_delete", delete(&place.0, 3))?;
    assert!(refused.text.contains("it is mine (policy `mine`)"), "{}", refused.text);
    assert_eq!(refused.refused()?, "DENIED_BY_POLICY");
    assert!(reg(&["query", &place.0, "/s"]).contains("Secret"));
    session.call("registry_delete", delete(&free, 1))?.done()?;
    let left_out =
        |record: &&Value| record["below"]["denied"] == 1 && record["below"]["policies"][0] == "mine";
    assert_eq!(session.audit()?.iter().filter(left_out).count(), 5);
    Ok(())
}

/// How many subkeys a key has, as the session sees it.
fn subkeys(session: &mut Session, key: &str) -> Result<usize, Trouble> {
    let info = session.call("registry_read", json!({"path": key, "info": true}))?.done()?;
    let subkeys = info.structured["info"]["subkeys"].as_u64().unwrap_or_default();
    Ok(usize::try_from(subkeys).unwrap_or(usize::MAX))
}

#[test]
fn a_change_whose_worker_is_killed_in_the_middle_is_put_back() -> Result<(), Trouble> {
    is_put_back_after(Process::kill)
}

#[test]
fn a_change_whose_worker_hangs_in_the_middle_is_put_back() -> Result<(), Trouble> {
    is_put_back_after(Process::freeze)
}

/// A change that something is done to the worker of, when some of it has been seen and not all; where all was done before
/// it was seen, once more.
fn is_put_back_after(harm: impl Fn(&Process)) -> Result<(), Trouble> {
    const KEYS: usize = 900;
    let place = Place::new();
    let mut session = Session::start(&["--toolsets", "core,registry"])?;
    let values: String = (0..10).map(|number| format!("\"v{number}\"=\"{number}\"\r\n")).collect();
    let keys: String =
        (0..KEYS).map(|number| format!("[{}]\r\n{values}\r\n", place.below(&format!("k{number}")))).collect();
    let text = format!("Windows Registry Editor Version 5.00\r\n\r\n{keys}");
    let desk = Desk::get();
    for _ in 0..10 {
        let worker = eventually("worker", || processes(&desk.path(desk.executable()), "worker").pop())?;
        let import = session.begin_call("registry_import", json!({"text": text}))?;
        let mut seen = 0;
        while seen == 0 {
            seen = subkeys(&mut session, &place.0)?;
        }
        if seen < KEYS {
            harm(&worker);
        }
        let reply = session.finish_call(import, "registry_import")?;
        if reply.clone().done().is_ok() {
            let all = json!({"path": place.0, "key": true, "recursive": true, "keys": KEYS + 1});
            session.call("registry_delete", all)?.done()?;
            reg(&["add", &place.0, "/f"]);
            continue;
        }
        assert_eq!(reply.refused()?, "WORKER_LOST");
        assert!(reply.text.contains("what had been changed was put back"), "{}", reply.text);
        assert_eq!(subkeys(&mut session, &place.0)?, 0);
        let left = reg(&["query", &place.0, "/s"]);
        assert!(!left.contains(r"\k") && !left.contains("v0"), "{left}");
        assert!(session.audit()?.iter().any(|record| record["put_back"]["whole"] == true));
        return Ok(());
    }
    panic!("each change ended before its worker was harmed");
}
