//! The reference documents say what there is, all of it, and nothing else.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test program, though not for the compiler"
)]

use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

use model::tool::{Card, Tool};
use serde_json::{Map, Value};

fn document(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The headings of a level with what stands below each, up to the next of the same level or above.
fn sections<'a>(text: &'a str, level: &str) -> Vec<(&'a str, String)> {
    let mut all: Vec<(&str, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix(level).and_then(|rest| rest.strip_prefix(' ')) {
            all.push((heading.trim_matches('`'), String::new()));
            inside = true;
        } else if line.starts_with('#')
            && line.trim_start_matches('#').starts_with(' ')
            && !line.starts_with(&format!("{level}#"))
        {
            inside = false;
        } else if let (true, Some((_, body))) = (inside, all.last_mut()) {
            body.push_str(line);
            body.push('\n');
        }
    }
    all
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The first cell of each row of the tables in `body`.
fn first_cells(body: &str) -> Vec<&str> {
    body.lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split(" |").next())
        .collect()
}

/// A name without its value: `--tools` of `--tools LIST`.
fn option(cell: &str) -> String {
    cell.trim_end_matches('`').split(' ').next().unwrap().to_owned()
}

fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_winwarden")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The options that `--help` shows, less those that every command has.
fn options(command: &[&str]) -> BTreeSet<String> {
    let help = run(&[command, &["--help"]].concat());
    let names = help.lines().filter_map(|line| {
        line.trim_start().trim_start_matches("-h, ").trim_start_matches("-V, ").strip_prefix("--")
    });
    let names = names.map(|name| format!("--{}", name.split([' ', '[']).next().unwrap()));
    names.filter(|name| name != "--help" && name != "--version").collect()
}

/// The commands that `--help` shows.
fn commands(of: &[&str]) -> BTreeSet<String> {
    let help = run(&[of, &["--help"]].concat());
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    listed
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .map(option)
        .collect()
}

/// Every command with what stands below it, also the hidden one.
fn all_commands() -> BTreeSet<String> {
    let mut names = BTreeSet::from(["worker".to_owned()]);
    for name in commands(&[]) {
        let below = commands(&[&name]);
        if below.is_empty() {
            names.insert(name);
        } else {
            names.extend(below.into_iter().map(|below| format!("{name} {below}")));
        }
    }
    names
}

#[test]
fn every_command_and_option_is_documented_and_no_other() {
    let text = document("docs/cli.md");
    let documented = sections(&text, "##");
    let names = all_commands();
    let headings: BTreeSet<String> =
        documented.iter().map(|(heading, _)| heading.trim_start_matches("winwarden ").to_owned()).collect();
    assert_eq!(headings, names);
    for (heading, body) in &documented {
        let command: Vec<&str> = heading.split(' ').skip(1).collect();
        let cells: BTreeSet<String> =
            first_cells(body).into_iter().map(option).filter(|cell| cell.starts_with("--")).collect();
        assert_eq!(cells, options(&command), "{heading}");
    }
    for level in ["off", "error", "warn", "info", "debug", "trace"] {
        assert!(text.contains(&format!("`{level}`")), "{level}");
    }
}

#[test]
fn every_setting_is_documented_as_it_is_and_no_other() {
    let text = document("docs/configuration.md");
    let (_, table) = text.split_once("\n## Settings\n").unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    let settings: Vec<String> = policy::config::SETTINGS
        .iter()
        .map(|setting| format!("| `{}` | `{}` | {} |", setting.name, setting.default, setting.doc))
        .collect();
    assert_eq!(rows, settings);
}

#[test]
fn every_code_is_documented_with_its_meaning_and_no_other() {
    let text = document("docs/errors.md");
    let documented = sections(&text, "###");
    let headings: BTreeSet<&str> = documented.iter().map(|(heading, _)| *heading).collect();
    assert_eq!(headings, model::Code::ALL.iter().map(|code| code.as_str()).collect());
    assert_eq!(headings.len(), documented.len(), "a code stands twice");
    for (heading, body) in &documented {
        let meaning = model::Code::parse(heading).unwrap().meaning().trim();
        assert_eq!(body.trim().lines().next(), Some(meaning), "{heading}");
    }
    let listed = run(&["codes"]);
    for code in model::Code::ALL {
        assert!(
            listed
                .lines()
                .any(|line| line.starts_with(code.as_str()) && line.ends_with(code.meaning().trim())),
            "{code}"
        );
    }
}

#[test]
fn every_tool_and_argument_is_documented_as_it_is_and_no_other() {
    let text = document("docs/tools.md");
    let documented = sections(&text, "###");
    let tools = tools::all();
    let names: Vec<&str> = tools.iter().map(|tool| tool.card().name).collect();
    assert_eq!(documented.iter().map(|(heading, _)| *heading).collect::<Vec<_>>(), names);
    let mut faults = Vec::new();
    for (tool, (name, body)) in tools.iter().zip(&documented) {
        let card = tool.card();
        if !body.contains(&standing(card)) {
            faults.push(format!("{name}: {}", standing(card)));
        }
        for row in rows(&tool.schemas().input) {
            if !body.contains(&row) {
                faults.push(format!("{name}: {row}"));
            }
        }
        let known: BTreeSet<&str> =
            properties(&tool.schemas().input).map(|(name, _)| name.as_str()).collect();
        let told: BTreeSet<&str> =
            first_cells(body).into_iter().flat_map(|cell| cell.trim_end_matches('`').split("`, `")).collect();
        if told != known {
            faults.push(format!("{name} takes {known:?}, and its table names {told:?}"));
        }
        faults.extend(examples(tool.as_ref(), body));
    }
    assert!(faults.is_empty(), "docs/tools.md lacks or differs in:\n{}", faults.join("\n"));
}

#[test]
fn every_toolset_is_documented_and_no_other() {
    let text = document("docs/tools.md");
    let toolsets: BTreeSet<String> = sections(&text, "##")
        .into_iter()
        .filter_map(|(heading, _)| {
            heading.strip_prefix("Toolset `").map(|name| name.trim_end_matches('`').to_owned())
        })
        .collect();
    assert_eq!(toolsets, tools::TOOLSETS.iter().map(ToString::to_string).collect());
    let cli = document("docs/cli.md");
    for toolset in tools::TOOLSETS.iter().chain(&["all"]) {
        assert!(cli.contains(&format!("`{toolset}`")), "{toolset}");
    }
    assert!(cli.contains(&format!("default `{}`", tools::DEFAULT_TOOLSETS.join(","))));
}

#[test]
fn no_document_names_a_code_or_option_that_does_not_exist() {
    let mut known: BTreeSet<String> = ["--help", "--version"].map(str::to_owned).into();
    for name in all_commands() {
        known.extend(options(&name.split(' ').collect::<Vec<_>>()));
    }
    for name in ["README.md", "docs/cli.md", "docs/tools.md", "docs/errors.md", "docs/mcp.md"] {
        let text = document(name);
        for word in quoted(&text) {
            if word.starts_with("--") {
                assert!(known.contains(&option(word)), "{name} names {word}");
            }
            let is_code = word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            if is_code && !["WINWARDEN_", "REG_"].iter().any(|other| word.starts_with(other)) {
                assert!(model::Code::parse(word).is_some(), "{name} names {word}");
            }
        }
    }
}

/// `Toolset …`, and what a client's annotations say.
fn standing(card: &Card) -> String {
    let hints = card.hints;
    let effect = match (hints.read_only, hints.destructive) {
        (true, _) => "Read-only",
        (false, true) => "Destructive",
        (false, false) => "Not destructive",
    };
    let idempotent = if hints.idempotent { "idempotent" } else { "not idempotent" };
    let world = if hints.open_world { "open world" } else { "closed world" };
    format!("*{effect}, {idempotent}, {world}.*")
}

fn properties(schema: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

/// The beginnings of the table rows of a tool's arguments, apart from those that name its target.
fn rows(schema: &Map<String, Value>) -> Vec<String> {
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    properties(schema)
        .filter(|(name, _)| !["element", "find", "at", "expect_window"].contains(&name.as_str()))
        .map(|(name, property)| {
            let must = if required.contains(&name.as_str()) { "**required**; " } else { "" };
            let default = property.get("default").map_or_else(String::new, |default| {
                format!("; default {}", default.to_string().replace('"', "`"))
            });
            format!("| `{name}` | {must}{}{default} |", accepted(property))
        })
        .collect()
}

fn accepted(property: &Value) -> String {
    let limit = |name: &str| property.get(name).and_then(Value::as_u64);
    if let Some(words) = property.get("enum").and_then(Value::as_array) {
        return words
            .iter()
            .map(|word| format!("`{}`", word.as_str().map_or_else(|| word.to_string(), str::to_owned)))
            .collect::<Vec<_>>()
            .join(", ");
    }
    match property["type"].as_str().unwrap() {
        "integer" => match (property.get("minimum"), property.get("maximum")) {
            (Some(least), Some(most)) => format!("whole number, {least} to {most}"),
            (None, Some(most)) => format!("whole number, 0 to {most}"),
            (_, None) => "whole number".into(),
        },
        "string" => match (limit("minLength"), limit("maxLength")) {
            (Some(least), Some(most)) => format!("text, {least} to {most} characters"),
            (None, Some(most)) => format!("text, at most {most} characters"),
            _ => "text".into(),
        },
        "boolean" => "`true` or `false`".into(),
        "array" => {
            format!("list of at most {}: {}", limit("maxItems").unwrap(), accepted(&property["items"]))
        }
        "object" => {
            let listed =
                property["propertyNames"]["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let named = properties(property.as_object().unwrap()).map(|(name, _)| name.as_str());
            let names: Vec<String> = listed.chain(named).map(|name| format!("`{name}`")).collect();
            format!("object with {}", names.join(", "))
        }
        other => panic!("{other}"),
    }
}

/// Faults of the example calls: there must be some, and each must be a call that can be planned.
fn examples(tool: &dyn Tool, body: &str) -> Vec<String> {
    let name = tool.card().name;
    let calls: Vec<&str> = body
        .split("```json\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .flat_map(str::lines)
        .collect();
    if calls.is_empty() {
        return vec![format!("{name} has no example")];
    }
    let fault = |line: &str| match serde_json::from_str::<Map<String, Value>>(line) {
        Ok(call) if name == tools::RUN_STEPS => tools::steps(&call, &[]).err().map(|fault| fault.to_string()),
        Ok(call) => tool.plan(&call).err().map(|fault| format!("{name} {line}: {fault}")),
        Err(error) => Some(format!("{name} {line}: {error}")),
    };
    calls.into_iter().filter_map(fault).collect()
}
