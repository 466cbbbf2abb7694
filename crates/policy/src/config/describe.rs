//! The settings for people and editors: a commented file to start from, and a JSON Schema.

use serde_json::{Map, Value as Json, json};

use super::{Form, Names, SETTINGS, Setting, layer::accepted};

/// Columns of a comment.
const WIDTH: usize = 96;

/// A `winwarden.toml` in which every setting stands as a comment, with its meaning and its default.
#[must_use]
pub fn template() -> String {
    let mut text = String::from(
        "# Settings of winwarden. Each line that is commented out shows the default: remove the `#` to change it.\n\
         # `winwarden config check` reads the file, `winwarden config show` tells what is in force.\n",
    );
    let mut table = "";
    for setting in SETTINGS {
        let (its, key) = setting.place();
        if its != table {
            table = its;
            text.push_str(&format!("\n[{table}]\n"));
        }
        text.push('\n');
        for line in wrapped(&format!("{} It is {}.", setting.doc, accepted(setting))) {
            text.push_str(&format!("# {line}\n"));
        }
        text.push_str(&format!("#{key} = {}\n", setting.default));
    }
    text
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The JSON Schema (2020-12) of `winwarden.toml`, for editors.
#[must_use]
pub fn json_schema(names: Names<'_>) -> Json {
    let mut top = Map::new();
    for setting in SETTINGS {
        let (table, key) = setting.place();
        if table.is_empty() {
            top.insert(key.to_owned(), schema_of(setting, names));
            continue;
        }
        let object = top
            .entry(table)
            .or_insert_with(|| json!({ "type": "object", "additionalProperties": false, "properties": {} }));
        if let Some(properties) = object.pointer_mut("/properties").and_then(Json::as_object_mut) {
            properties.insert(key.to_owned(), schema_of(setting, names));
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "winwarden.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": top,
    })
}

fn schema_of(setting: &Setting, names: Names<'_>) -> Json {
    let strings = |items: Json| json!({ "type": "array", "items": items });
    let mut schema = match setting.form {
        Form::Switch => json!({ "type": "boolean" }),
        Form::Choice(known) => json!({ "enum": known }),
        Form::Choices(known) => strings(json!({ "enum": known })),
        Form::Number { least, most, unlimited } => {
            let number = json!({ "type": "integer", "minimum": least, "maximum": most });
            if unlimited { json!({ "anyOf": [number, { "const": "unlimited" }] }) } else { number }
        }
        Form::Text | Form::Chord => json!({ "type": "string", "minLength": 1 }),
        Form::Roots => {
            strings(json!({ "type": "string", "pattern": "^(read|read_write|admin) ([1-9]|10) ." }))
        }
        Form::Toolsets => {
            json!({ "type": "array", "items": { "enum": names.toolsets }, "minItems": 1 })
        }
        Form::Tools => strings(json!({ "enum": names.tools })),
        Form::Programs | Form::Keys => strings(json!({ "type": "string", "minLength": 1 })),
    };
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("description".into(), setting.doc.into());
        fields.insert("default".into(), serde_json::from_str(setting.default).unwrap_or_default());
    }
    schema
}
