//! `allowed_paths.json` of WinReg-Mcp.
//!
//! Source: `docs/CONFIGURATION.md` and `AllowedPathsConfiguration.cs` of its repository; what it would skip or replace by a
//! default with a warning is a fault here.

use model::{registry::RegistryPath, ui::escape};

use super::{
    Became, Reader,
    tree::{Data, Node},
};
use crate::{
    config::Value,
    registry::{Access, Root},
};

pub(super) const NAME: &str = "WinReg-Mcp";

/// The depth of a root that gives none.
const DEPTH: i64 = 2;

pub(super) fn read(reader: &mut Reader<'_>, root: &Node) {
    if !matches!(root.data, Data::Table(_)) {
        return reader.fault(root.line, "the file is an object".into());
    }
    twice(reader, root);
    let mut has_roots = false;
    for (name, line, node) in root.entries() {
        let one = match name {
            "allowed_roots" | "allowedRoots" => root_of,
            "denied_paths" | "deniedPaths" => denied,
            _ if is_remark(name) => {
                reader.step(
                    line,
                    format!("`{}`", escape(name, 80)),
                    Became::WithoutEffect("a remark".into()),
                );
                continue;
            }
            _ => {
                reader.unknown(line, name);
                continue;
            }
        };
        let Some(items) = node.list() else {
            reader.fault(line, format!("`{name}` is a list"));
            continue;
        };
        has_roots |= name.starts_with("allowed") && !items.is_empty();
        items.iter().for_each(|item| one(reader, item));
    }
    if !has_roots {
        // Without it the roots that hold by default would come back.
        reader.step(root.line, "no allowed roots", roots(Vec::new()));
    }
}

/// Names that hold no setting, by a custom of JSON files.
fn is_remark(name: &str) -> bool {
    name.starts_with(['$', '_'])
}

/// A name that stands twice has two readings.
fn twice(reader: &mut Reader<'_>, table: &Node) {
    let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let mut known: Vec<String> = Vec::new();
    for (name, line, _) in table.entries() {
        if known.contains(&plain(name)) {
            reader.fault(line, format!("`{}` stands twice", escape(name, 80)));
        }
        known.push(plain(name));
    }
}

fn roots(roots: Vec<Root>) -> Became {
    Became::Settings(vec![("registry.roots", Value::Roots(vec![roots]))])
}

fn root_of(reader: &mut Reader<'_>, item: &Node) {
    if !matches!(item.data, Data::Table(_)) {
        return reader
            .fault(item.line, "an allowed root is an object with `path`, `access` and `max_depth`".into());
    }
    twice(reader, item);
    let (mut path, mut access, mut max_depth) = (None, Some(Access::Read), Some(DEPTH));
    for (name, line, value) in item.entries() {
        match name {
            "path" => match value.text().map(RegistryPath::parse) {
                Some(Ok(read)) => path = Some((read, value.text().unwrap_or_default())),
                Some(Err(bad)) => return reader.fault(line, format!("the key of an allowed root: {bad}")),
                None => return reader.fault(line, "`path` is a text".into()),
            },
            "access" => {
                access = value.text().and_then(Access::named);
                if access.is_none() {
                    reader.fault(line, "`access` is one of \"read\", \"read_write\", \"admin\"".into());
                }
            }
            "max_depth" | "maxDepth" => {
                let Data::Number(depth @ 1..=10) = value.data else {
                    max_depth = None;
                    reader.fault(line, "`max_depth` is a whole number from 1 to 10".into());
                    continue;
                };
                max_depth = Some(depth);
            }
            _ if is_remark(name) => {}
            _ => reader.unknown(line, name),
        }
    }
    let Some((path, spelt)) = path else {
        return reader.fault(item.line, "an allowed root has a `path`".into());
    };
    if let (Some(access), Some(max_depth)) = (access, max_depth.and_then(|depth| depth.try_into().ok())) {
        let shown = format!("allowed root `{}` ({})", escape(spelt, 200), access.name());
        reader.step(item.line, shown, roots(vec![Root { path, access, max_depth }]));
    }
}

fn denied(reader: &mut Reader<'_>, item: &Node) {
    match item.text().map(|text| (text, RegistryPath::parse(text))) {
        Some((text, Ok(path))) => {
            let shown = format!("denied path `{}`", escape(text, 200));
            reader.step(
                item.line,
                shown,
                Became::Settings(vec![("registry.denied", Value::Keys(vec![path]))]),
            );
        }
        Some((_, Err(bad))) => reader.fault(item.line, format!("a denied path: {bad}")),
        None => reader.fault(item.line, "a denied path is a text".into()),
    }
}
