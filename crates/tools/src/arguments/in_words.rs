//! What was given and what is accepted, in words.

use model::ui::escape;
use serde_json::{Map, Value};

use super::resembling;
use crate::schema::patterns;

/// Arguments whose content no message may show.
const NEVER_SHOWN: [&str; 6] = ["text", "value", "arguments", "values", "data", "value_data"];

/// What was given for the argument at `path`: its type and, where that may be shown, its value in short.
pub(crate) fn given(path: &str, value: &Value) -> String {
    let hidden = path.split(['.', '[']).any(|part| NEVER_SHOWN.contains(&part));
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) if hidden => "a boolean".into(),
        Value::Number(_) if hidden => "a number".into(),
        Value::String(text) if hidden => format!("text of {} characters", text.chars().count()),
        Value::Bool(given) => given.to_string(),
        Value::Number(number) => number.to_string().chars().take(40).collect(),
        Value::String(text) => format!("\"{}\"", escape(text, 40)),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(_) => "an object".into(),
    }
}

/// What a property's schema accepts; `was` is what was given instead, for a suggestion.
pub(crate) fn accepted(schema: &Map<String, Value>, was: &Value) -> String {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return one_of(words, was);
    }
    let absent = if was.is_null() { ", or leave it out" } else { "" };
    let what = match schema.get("type").and_then(Value::as_str) {
        Some("integer") => number(schema, was),
        Some("string") => text(schema),
        Some("boolean") => "true or false".into(),
        Some("array") => list(schema),
        Some("object") => {
            let names = schema.get("properties").and_then(Value::as_object);
            let names: Vec<&str> = names.into_iter().flat_map(Map::keys).map(String::as_str).collect();
            format!("an object with {}", names.join(", "))
        }
        _ => "another type".into(),
    };
    what + absent
}

fn one_of(words: &[Value], was: &Value) -> String {
    let shown = |word: &Value| word.as_str().map_or_else(|| word.to_string(), str::to_owned);
    let mut text = words.iter().map(shown).collect::<Vec<_>>().join(", ");
    let words = words.iter().filter_map(Value::as_str);
    if let Some(meant) = was.as_str().and_then(|was| resembling(was, words)) {
        text.push_str(&format!(" (did you mean `{meant}`?)"));
    }
    text
}

fn number(schema: &Map<String, Value>, was: &Value) -> String {
    let kind = if was.is_number() && !was.is_f64() { "" } else { "a whole number, " };
    match (schema.get("minimum"), schema.get("maximum")) {
        (Some(least), Some(most)) => format!("{kind}{least} to {most}"),
        (Some(least), None) => format!("{kind}at least {least}"),
        (None, Some(most)) => format!("{kind}at most {most}"),
        (None, None) => "a whole number".into(),
    }
}

fn text(schema: &Map<String, Value>) -> String {
    if let Some(what) = schema.get("pattern").and_then(Value::as_str).and_then(patterns::in_words) {
        return what.into();
    }
    match (schema.get("minLength"), schema.get("maxLength")) {
        (Some(least), Some(most)) => format!("text of {least} to {most} characters"),
        (None, Some(most)) => format!("text of at most {most} characters"),
        (Some(_), None) => "text that is not empty".into(),
        (None, None) => "text".into(),
    }
}

fn list(schema: &Map<String, Value>) -> String {
    let most = schema.get("maxItems").map_or_else(String::new, |most| format!("at most {most} "));
    let items = schema.get("items").and_then(Value::as_object);
    match items.and_then(|items| items.get("enum")).and_then(Value::as_array) {
        Some(words) => format!("an array of different ones of {}", one_of(words, &Value::Null)),
        None => format!("an array of {most}texts"),
    }
}
