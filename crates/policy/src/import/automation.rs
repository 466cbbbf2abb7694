//! The `security` block of mcp-windows-automation, whose code reads none of it: each setting gets its plain meaning.
//!
//! Source: "Recommended Settings" in its `SECURITY.md`, version 2.0.

use super::{Became, Reader, tree::Node};
use crate::config::{SETTINGS, Value};

pub(super) const NAME: &str = "mcp-windows-automation";

/// Its settings.
const KNOWN: [&str; 6] = [
    "safe_mode",
    "require_confirmation",
    "audit_logging",
    "command_filtering",
    "resource_limits",
    "permission_validation",
];

/// Whether a name is that of one of its settings.
pub(super) fn is_its(name: &str) -> bool {
    KNOWN.contains(&name)
}

pub(super) fn read(reader: &mut Reader<'_>, root: &Node) {
    for (name, line, node) in root.entries() {
        if name == "security" {
            block(reader, node);
        } else {
            reader.unknown(line, name);
        }
    }
}

/// The block by itself.
pub(super) fn block(reader: &mut Reader<'_>, block: &Node) {
    if !matches!(block.data, super::tree::Data::Table(_)) {
        return reader.fault(block.line, "`security` is an object".into());
    }
    for (name, line, node) in block.entries() {
        if is_its(name) {
            setting(reader, block, (name, line, node));
        } else {
            reader.unknown(line, name);
        }
    }
}

/// One of its settings, in the block where it stands.
pub(super) fn setting(reader: &mut Reader<'_>, block: &Node, (name, line, node): (&str, usize, &Node)) {
    let safe = block.get("safe_mode").and_then(Node::switch) == Some(true);
    if let Some(on) = reader.switch(name, node) {
        reader.step(line, format!("`{name}` {on}"), became(name, on, safe));
    }
}

/// `safe` is whether safe mode is on, which is stricter than any confirmation.
fn became(name: &str, on: bool, safe: bool) -> Became {
    let already = |why: &str| Became::AlreadySo(why.to_owned());
    let refused = |why: &str| Became::Refused(why.to_owned());
    let profile = |name: &str| Became::Settings(vec![("profile", Value::Text(name.to_owned()))]);
    match (name, on) {
        ("safe_mode", true) => profile("observe"),
        ("safe_mode", false) => already("the profile says how far an agent may go"),
        ("require_confirmation", true) if safe => {
            already("in profile `observe` nothing is done that could ask")
        }
        ("require_confirmation", true) => profile("assistant"),
        ("require_confirmation", false) => refused(
            "changes, launches, deletions and sending ask in every profile but `lab`, which asks about nothing",
        ),
        ("audit_logging", true) => already("every call is recorded before it is done"),
        ("audit_logging", false) => refused("nothing is done that is not recorded"),
        ("command_filtering", true) => {
            already("no tool runs commands, starting a program asks, and so does typing into a console")
        }
        ("command_filtering", false) => {
            refused("starting a program and typing into a console are judged all the same")
        }
        ("resource_limits", true) => already("rates, a cooldown and budgets hold by default"),
        ("resource_limits", false) => Became::Settings(unlimited()),
        ("permission_validation", true) => already("elevated programs get no input, and protected ones ask"),
        _ => {
            refused("elevated programs are out of reach, and protected ones ask, in every profile but `lab`")
        }
    }
}

/// Every limit that can be, unlimited, and no cooldown.
fn unlimited() -> Vec<(&'static str, Value)> {
    let limits = SETTINGS.iter().filter(|setting| setting.name.starts_with("limits."));
    let without = limits.filter_map(|setting| match setting.form {
        crate::config::Form::Number { unlimited: true, .. } => Some((setting.name, Value::Number(None))),
        _ if setting.name == "limits.cooldown_ms" => Some((setting.name, Value::Number(Some(0)))),
        _ => None,
    });
    without.collect()
}
