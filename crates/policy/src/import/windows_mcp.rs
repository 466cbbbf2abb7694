//! `config.toml` of Windows-MCP.
//!
//! Source: `src/windows_mcp/infrastructure/config.py` of its repository.

use super::{
    Became, Reader, automation,
    tree::{Data, Node},
};
use crate::config::Value;

pub(super) const NAME: &str = "Windows-MCP";

/// What a setting holds there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Number,
    Switch,
    Texts,
}

/// Settings of its HTTP transports. None of their values is repeated: among them are keys.
const OF_HTTP: [(&str, &str, Form); 11] = [
    ("server", "host", Form::Text),
    ("server", "port", Form::Number),
    ("server", "allow_insecure_remote", Form::Switch),
    ("server", "auth_key", Form::Text),
    ("server", "ssl_certfile", Form::Text),
    ("server", "ssl_keyfile", Form::Text),
    ("server", "stateless_http", Form::Switch),
    ("security", "ip_allowlist", Form::Texts),
    ("security", "cors_origins", Form::Texts),
    ("security", "oauth_client_id", Form::Text),
    ("security", "oauth_client_secret", Form::Text),
];

/// Its tools, and which of ours do what they do; none where winwarden does nothing of the kind.
const TOOLS: [(&str, &[&str]); 20] = [
    ("App", &["app_launch", "window_control"]),
    ("DisplayInventory", &["display_list"]),
    ("PowerShell", &[]),
    ("FileSystem", &[]),
    ("Snapshot", &["snapshot", "find", "read_text"]),
    ("Screenshot", &["screenshot"]),
    ("Click", &["click", "element_action"]),
    ("Type", &["type_text", "element_action"]),
    ("Scroll", &["scroll"]),
    ("Move", &["move_pointer", "drag"]),
    ("Shortcut", &["press_keys"]),
    ("Wait", &["wait_for"]),
    ("WaitFor", &["wait_for"]),
    ("Scrape", &[]),
    ("MultiSelect", &[]),
    ("MultiEdit", &[]),
    ("Clipboard", &["clipboard_read", "clipboard_write"]),
    ("Process", &[]),
    ("Notification", &[]),
    (
        "Registry",
        &[
            "registry_read",
            "registry_list",
            "registry_search",
            "registry_export",
            "registry_wait",
            "registry_write",
            "registry_import",
            "registry_delete",
        ],
    ),
];

/// Whether a table `security` is this server's.
pub(super) fn is_its(security: &Node) -> bool {
    let names = OF_HTTP.iter().filter(|(table, ..)| *table == "security").map(|(_, name, _)| *name);
    names.into_iter().any(|name| security.get(name).is_some())
}

pub(super) fn read(reader: &mut Reader<'_>, root: &Node) {
    let transport = root.get("server").and_then(|server| server.get("transport")).and_then(Node::text);
    let over_http = transport.is_some_and(|transport| transport != "stdio");
    for (table, line, node) in root.entries() {
        if !matches!(node.data, Data::Table(_)) && ["server", "security", "tools"].contains(&table) {
            reader.fault(line, format!("`{table}` is a table"));
            continue;
        }
        match table {
            "server" | "security" => settings(reader, table, node, over_http),
            "tools" => tools(reader, node),
            _ => reader.unknown(line, table),
        }
    }
}

fn settings(reader: &mut Reader<'_>, table: &str, node: &Node, over_http: bool) {
    for (name, line, value) in node.entries() {
        if (table, name) == ("server", "transport") {
            transport(reader, line, value);
            continue;
        }
        if table == "security" && automation::is_its(name) {
            // Blocks of that name are put together; the other server's says what it says there.
            automation::setting(reader, node, (name, line, value));
            continue;
        }
        let Some((.., form)) = OF_HTTP.iter().find(|(its, known, _)| *its == table && *known == name) else {
            reader.unknown(line, &format!("{table}.{name}"));
            continue;
        };
        if !form.fits(value) {
            reader.fault(line, format!("`{table}.{name}` is {}", form.in_words()));
            continue;
        }
        let became = if over_http {
            Became::Refused("HTTP is not yet supported: winwarden serves over stdio".into())
        } else {
            Became::WithoutEffect("it is of HTTP, and without effect over stdio".into())
        };
        reader.step(line, format!("`{table}.{name}`"), became);
    }
}

impl Form {
    fn fits(self, value: &Node) -> bool {
        match (self, &value.data) {
            (Self::Text, Data::Text(_))
            | (Self::Number, Data::Number(_))
            | (Self::Switch, Data::Switch(_)) => true,
            (Self::Texts, Data::List(items)) => items.iter().all(|item| item.text().is_some()),
            _ => false,
        }
    }

    const fn in_words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a whole number",
            Self::Switch => "`true` or `false`",
            Self::Texts => "a list of texts",
        }
    }
}

fn transport(reader: &mut Reader<'_>, line: usize, value: &Node) {
    let became = match value.text() {
        Some("stdio") => Became::AlreadySo("winwarden serves over stdio".into()),
        Some("sse" | "streamable-http") => {
            Became::Refused("HTTP is not yet supported: winwarden serves over stdio".into())
        }
        _ => {
            let message = "`server.transport` is one of \"stdio\", \"sse\", \"streamable-http\"";
            return reader.fault(line, message.into());
        }
    };
    let shown = value.text().unwrap_or_default().to_owned();
    reader.step(line, format!("`server.transport` \"{shown}\""), became);
}

fn tools(reader: &mut Reader<'_>, node: &Node) {
    for (name, line, value) in node.entries() {
        if name != "exclude" {
            reader.unknown(line, &format!("tools.{name}"));
            continue;
        }
        let Some(items) = value.list().filter(|_| Form::Texts.fits(value)) else {
            reader.fault(line, "`tools.exclude` is a list of texts".into());
            continue;
        };
        for item in items {
            let tool = item.text().unwrap_or_default();
            let known = TOOLS.iter().find(|(known, _)| known.eq_ignore_ascii_case(tool));
            let became = match known {
                None => Became::Refused("it is no tool of that server that is known".into()),
                Some((_, [])) => Became::AlreadySo("winwarden has no tool that does the like".into()),
                Some((_, ours)) => {
                    let ours = ours.iter().map(ToString::to_string).collect();
                    Became::Settings(vec![("exclude_tools", Value::Texts(ours))])
                }
            };
            reader.step(item.line, format!("`tools.exclude` \"{}\"", model::ui::escape(tool, 60)), became);
        }
    }
}
