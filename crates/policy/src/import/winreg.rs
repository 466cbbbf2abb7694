//! `allowed_paths.json` of WinReg-Mcp.
//!
//! Source: `docs/CONFIGURATION.md` and `AllowedPathsConfiguration.cs` of its repository; what it would skip or replace by a
//! default with a warning is a fault here.

use super::{
    Became, Reader,
    tree::{Data, Node},
};

pub(super) const NAME: &str = "WinReg-Mcp";

/// Why nothing of it can be honoured: a denial that is dropped in silence would be missed once there are such tools.
const LATER: &str = "not yet supported: winwarden has no tools for the registry in this version, and reads and writes nothing there";

pub(super) fn read(reader: &mut Reader<'_>, root: &Node) {
    for (name, line, node) in root.entries() {
        let Some(items) = node.list() else {
            match name {
                "allowed_roots" | "allowedRoots" | "denied_paths" | "deniedPaths" => {
                    reader.fault(line, format!("`{name}` is a list"));
                }
                _ => reader.unknown(line, name),
            }
            continue;
        };
        match name {
            "allowed_roots" | "allowedRoots" => items.iter().for_each(|item| root_of(reader, item)),
            "denied_paths" | "deniedPaths" => items.iter().for_each(|item| denied(reader, item)),
            _ => reader.unknown(line, name),
        }
    }
}

fn root_of(reader: &mut Reader<'_>, item: &Node) {
    if !matches!(item.data, Data::Table(_)) {
        return reader
            .fault(item.line, "an allowed root is an object with `path`, `access` and `max_depth`".into());
    }
    for (name, line, value) in item.entries() {
        let wrong = match name {
            "path" => value.text().is_none_or(|path| path.trim().is_empty()).then_some("`path` is a text"),
            "access" => {
                let known = ["read", "read_write", "admin"];
                let fits =
                    value.text().is_some_and(|access| known.contains(&access.to_ascii_lowercase().as_str()));
                (!fits).then_some("`access` is one of \"read\", \"read_write\", \"admin\"")
            }
            "max_depth" | "maxDepth" => {
                let fits = matches!(value.data, Data::Number(1..=10));
                (!fits).then_some("`max_depth` is a whole number from 1 to 10")
            }
            _ => {
                reader.unknown(line, name);
                None
            }
        };
        if let Some(message) = wrong {
            reader.fault(line, message.into());
        }
    }
    let Some(path) = item.get("path").and_then(Node::text) else {
        return reader.fault(item.line, "an allowed root has a `path`".into());
    };
    let access = item.get("access").and_then(Node::text).unwrap_or("read");
    let shown =
        format!("allowed root `{}` ({})", model::ui::escape(path, 200), model::ui::escape(access, 20));
    reader.step(item.line, shown, Became::Refused(LATER.into()));
}

fn denied(reader: &mut Reader<'_>, item: &Node) {
    match item.text().filter(|path| !path.trim().is_empty()) {
        Some(path) => {
            let shown = format!("denied path `{}`", model::ui::escape(path, 200));
            reader.step(item.line, shown, Became::Refused(LATER.into()));
        }
        None => reader.fault(item.line, "a denied path is a text".into()),
    }
}
