//! Usual acts, judged.

use std::collections::BTreeSet;

use model::{
    AppLaunchRequest, Button, ClickRequest, ClipboardReadRequest, ClipboardWriteRequest, Deleted,
    DragRequest, ElementRef, Operation, Program, RegistryDeleteRequest, RegistryKey, RegistryReadRequest,
    RegistryWriteRequest, Scope, SecretText, SnapshotRequest, Target, TreeLimits, TypeMode, TypeTextRequest,
    keys::Modifiers, registry::View, ui::Role,
};
use serde::Serialize;

use crate::{
    Circumstances, Policy, Reason, Verdict,
    cases::{call::call, facts::Given},
};

/// A usual act and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Act {
    /// What is done.
    pub act: &'static str,
    /// Its group: what such acts count as.
    pub group: &'static str,
    /// `allow`, `ask`, `preview` or `deny`.
    pub verdict: &'static str,
    /// The policies that lead to it.
    pub policies: Vec<String>,
    /// Their reasons, where it is not allowed.
    pub reasons: Vec<Reason>,
}

/// What each of some usual acts comes to, of a program that is in no table.
pub(super) fn acts(policy: &Policy) -> Vec<Act> {
    let (nothing, call) = (BTreeSet::new(), call(None, None, None));
    let here = Circumstances { session: "describe", taint: &nothing, call: &call };
    let judged = |(act, group, operation, given): Usual| {
        let facts = given.facts(&operation);
        let verdict = policy.decide(&here, &operation, &facts);
        let name = verdict.name();
        let (policies, reasons) = match verdict {
            Verdict::Allow { policies } => (policies, Vec::new()),
            Verdict::Ask { reasons } | Verdict::Preview { reasons } | Verdict::Deny { reasons, .. } => {
                (reasons.iter().map(|reason| reason.policy.clone()).collect(), reasons)
            }
        };
        Act { act, group, verdict: name, policies, reasons }
    };
    usual().into_iter().chain(with_keys().unwrap_or_default()).map(judged).collect()
}

type Usual = (&'static str, &'static str, Operation, Given);

fn usual() -> Vec<Usual> {
    let click = || {
        Operation::Click(ClickRequest {
            target: element(1),
            button: Button::Left,
            count: 1,
            modifiers: Modifiers::default(),
        })
    };
    let snapshot = SnapshotRequest {
        scope: Scope::Foreground,
        limits: TreeLimits::default(),
        since: None,
        structured: false,
    };
    let typing = TypeTextRequest { target: None, text: secret(), mode: TypeMode::Insert, submit: false };
    let drag = DragRequest {
        from: element(1),
        to: element(2),
        button: Button::Left,
        modifiers: Modifiers::default(),
    };
    let launch = AppLaunchRequest {
        program: Program::App("program".into()),
        arguments: Vec::new(),
        working_directory: None,
    };
    vec![
        ("look at a window", "read", Operation::Snapshot(snapshot), Given::default()),
        (
            "read the clipboard",
            "read",
            Operation::ClipboardRead(ClipboardReadRequest { max_chars: 1 }),
            Given::default(),
        ),
        ("press an ordinary button", "input", click(), Given::control(Role::Button, "Bold")),
        (
            "type into a field",
            "input",
            Operation::TypeText(typing.clone()),
            Given::control(Role::Edit, "Name"),
        ),
        ("drag something into another window", "change", Operation::Drag(drag), Given::across()),
        (
            "write the clipboard",
            "change",
            Operation::ClipboardWrite(ClipboardWriteRequest { text: secret() }),
            Given::default(),
        ),
        ("press a button that deletes", "destroy", click(), Given::control(Role::Button, "Delete")),
        ("start a program", "execute", Operation::AppLaunch(launch), Given::default()),
        (
            "type into a console",
            "execute",
            Operation::TypeText(typing),
            Given::of_class("ConsoleWindowClass"),
        ),
        ("press a button that sends", "egress", click(), Given::control(Role::Button, "Send")),
    ]
}

/// What is done to a key where agents look for the settings of programs; nothing where there can be none.
fn with_keys() -> Option<Vec<Usual>> {
    let key = RegistryKey { path: r"HKCU\Software\Program".parse().ok()?, view: View::W64 };
    let read = RegistryReadRequest {
        key: key.clone(),
        values: Vec::new(),
        info: true,
        security: false,
        expand: false,
    };
    let write = RegistryWriteRequest { key: key.clone(), values: Vec::new(), create_key: true };
    let delete = RegistryDeleteRequest { key, what: Deleted::Key { recursive: false, keys: None } };
    Some(vec![
        ("read a key of the user's software", "read", Operation::RegistryRead(read), Given::default()),
        ("write there", "change", Operation::RegistryWrite(write), Given::default()),
        ("delete a key there", "destroy", Operation::RegistryDelete(delete), Given::default()),
    ])
}

const fn element(number: u32) -> Target {
    Target::Element(ElementRef::new(number))
}

fn secret() -> SecretText {
    SecretText::new(String::new())
}
