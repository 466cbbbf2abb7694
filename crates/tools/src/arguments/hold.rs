//! What a schema finds wrong in a call's arguments.
//!
//! The words of JSON Schema 2020-12 (json-schema.org/draft/2020-12) that our schemas are made of; a schema with any other
//! word is a broken one. A general validator would be a tenth of the executable.

use serde_json::{Map, Value};

use crate::schema::patterns;

/// One fault that the schema finds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SchemaFault {
    pub(super) path: Path,
    pub(super) kind: Kind,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The value at the path is not accepted.
    Value,
    /// The object at the path lacks this.
    Missing(String),
    /// The object at the path has these, which it does not know.
    Unknown(Vec<String>),
}

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Name(String),
    Index(usize),
}

pub(super) type Path = Vec<Step>;

/// What the schema finds: values first, then what is missing, then what is unknown. `schema` passes [`unknown_word`].
pub(super) fn faults(schema: &Map<String, Value>, arguments: &Value) -> Vec<SchemaFault> {
    let mut faults = Vec::new();
    hold(schema, arguments, &mut Vec::new(), &mut faults);
    faults.sort_by(|a, b| (&a.kind, &a.path).cmp(&(&b.kind, &b.path)));
    faults
}

/// A word of the schema, or of one inside it, that arguments cannot be held to.
pub(crate) fn unknown_word(schema: &Map<String, Value>) -> Option<&str> {
    let own = schema.iter().find(|(word, value)| match word.as_str() {
        "description" | "default" => false,
        "type" => value.as_str().and_then(|kind| is_of_type(kind, &Value::Null)).is_none(),
        "enum" | "required" => !value.is_array(),
        "minimum" | "maximum" => !value.is_number(),
        "minLength" | "maxLength" | "minItems" | "maxItems" => !value.is_u64(),
        "pattern" => value.as_str().and_then(patterns::in_words).is_none(),
        "additionalProperties" => **value != Value::Bool(false),
        "properties" | "items" => !value.is_object(),
        _ => true,
    });
    own.map(|(word, _)| word.as_str()).or_else(|| {
        let properties =
            schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::values);
        properties.chain(schema.get("items")).find_map(|inner| match inner {
            Value::Object(inner) => unknown_word(inner),
            _ => Some("properties"),
        })
    })
}

fn hold(schema: &Map<String, Value>, value: &Value, path: &mut Path, faults: &mut Vec<SchemaFault>) {
    let mut tell = |kind| faults.push(SchemaFault { path: path.clone(), kind });
    if !fits(schema, value) {
        return tell(Kind::Value);
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    match value {
        Value::Object(map) => {
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            for name in required.filter_map(Value::as_str).filter(|name| !map.contains_key(*name)) {
                tell(Kind::Missing(name.to_owned()));
            }
            let named = |name: &String| properties.is_some_and(|properties| properties.contains_key(name));
            let unknown: Vec<String> = map.keys().filter(|name| !named(name)).cloned().collect();
            if schema.contains_key("additionalProperties") && !unknown.is_empty() {
                tell(Kind::Unknown(unknown));
            }
            for (name, inner) in properties.into_iter().flatten() {
                if let (Some(inner), Some(value)) = (inner.as_object(), map.get(name)) {
                    path.push(Step::Name(name.clone()));
                    hold(inner, value, path, faults);
                    path.pop();
                }
            }
        }
        Value::Array(items) => {
            let inner = schema.get("items").and_then(Value::as_object);
            for (index, value) in items.iter().enumerate() {
                if let Some(inner) = inner {
                    path.push(Step::Index(index));
                    hold(inner, value, path, faults);
                    path.pop();
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a value, without what is inside it, is accepted.
fn fits(schema: &Map<String, Value>, value: &Value) -> bool {
    schema.iter().all(|(word, said)| match (word.as_str(), value) {
        ("type", _) => said.as_str().and_then(|kind| is_of_type(kind, value)) == Some(true),
        ("enum", _) => said.as_array().is_some_and(|words| words.contains(value)),
        ("minimum", Value::Number(_)) => is_at_most(said, value),
        ("maximum", Value::Number(_)) => is_at_most(value, said),
        ("minLength", Value::String(text)) => said.as_u64() <= Some(length(text.chars().count())),
        ("maxLength", Value::String(text)) => Some(length(text.chars().count())) <= said.as_u64(),
        ("minItems", Value::Array(items)) => said.as_u64() <= Some(length(items.len())),
        ("maxItems", Value::Array(items)) => Some(length(items.len())) <= said.as_u64(),
        ("pattern", Value::String(text)) => said.as_str().is_some_and(|known| patterns::fits(known, text)),
        _ => true,
    })
}

fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Nothing where `kind` is no type.
fn is_of_type(kind: &str, value: &Value) -> Option<bool> {
    Some(match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        // Whole numbers that were written with a point are whole by now.
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => return None,
    })
}

fn is_at_most(small: &Value, great: &Value) -> bool {
    let whole = |value: &Value| value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    match (whole(small), whole(great)) {
        (Some(small), Some(great)) => small <= great,
        _ => small.as_f64().zip(great.as_f64()).is_some_and(|(small, great)| small <= great),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn schema() -> Map<String, Value> {
        let schema = json!({
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 3, "description": "A name."},
                "ref": {"type": "string", "pattern": patterns::ELEMENT},
                "how": {"type": "string", "enum": ["left", "right"], "default": "left"},
                "count": {"type": "integer", "minimum": -1, "maximum": 3},
                "most": {"type": "integer", "minimum": 0, "maximum": u64::MAX},
                "part": {"type": "number", "minimum": 0.5, "maximum": 2},
                "on": {"type": "boolean"},
                "keys": {
                    "type": "array", "minItems": 1, "maxItems": 2,
                    "items": {"type": "string", "enum": ["ctrl", "alt"]}
                },
                "inner": {
                    "type": "object",
                    "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}},
                    "required": ["x", "y"],
                    "additionalProperties": false
                }
            },
            "required": ["name"],
            "additionalProperties": false
        });
        schema.as_object().unwrap().clone()
    }

    fn leaf() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-3_i64..6).prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1.0..3.0_f64).prop_map(Value::from),
            "[a-cä𝄞]{0,4}".prop_map(Value::from),
            "(e|s)?[0-2]{0,11}\n?".prop_map(Value::from),
            prop::sample::select(vec!["left", "right", "ctrl", "alt"]).prop_map(Value::from),
        ]
    }

    fn arguments() -> impl Strategy<Value = Value> {
        let names = ["name", "ref", "how", "count", "most", "part", "on", "keys", "inner", "x", "y", "z"];
        let name = move || prop::sample::select(names.to_vec()).prop_map(str::to_owned);
        let value = leaf().prop_recursive(2, 12, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(name(), inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        });
        prop::collection::btree_map(name(), value, 0..6)
            .prop_map(|map| Value::Object(map.into_iter().collect()))
    }

    /// The same by a general validator. Where a value has several faults, or one besides those of what is inside it,
    /// we tell one.
    fn of_a_validator(validator: &jsonschema::Validator, arguments: &Value) -> Vec<SchemaFault> {
        use jsonschema::{error::ValidationErrorKind, paths::LocationSegment};
        let mut all: Vec<SchemaFault> = validator
            .iter_errors(arguments)
            .map(|error| SchemaFault {
                path: error
                    .instance_path()
                    .segments()
                    .map(|segment| match segment {
                        LocationSegment::Property(name) => Step::Name(name.into_owned()),
                        LocationSegment::Index(index) => Step::Index(index),
                    })
                    .collect(),
                kind: match error.kind() {
                    ValidationErrorKind::Required { property } => {
                        Kind::Missing(property.as_str().unwrap().to_owned())
                    }
                    ValidationErrorKind::AdditionalProperties { unexpected } => {
                        Kind::Unknown(unexpected.clone())
                    }
                    _ => Kind::Value,
                },
            })
            .collect();
        all.sort_by(|a, b| (&a.kind, &a.path).cmp(&(&b.kind, &b.path)));
        all.dedup();
        let values: Vec<Path> =
            all.iter().filter(|fault| fault.kind == Kind::Value).map(|fault| fault.path.clone()).collect();
        all.retain(|fault| {
            !values.iter().any(|value| value.len() < fault.path.len() && fault.path.starts_with(value))
        });
        all
    }

    proptest! {
        #[test]
        fn a_general_validator_finds_the_same(mut arguments in arguments()) {
            super::super::read::whole_numbers(&mut arguments);
            let validator = jsonschema::draft202012::new(&Value::Object(schema())).unwrap();
            prop_assert_eq!(faults(&schema(), &arguments), of_a_validator(&validator, &arguments));
        }
    }

    #[test]
    fn what_a_schema_cannot_be_held_to_is_named() {
        assert_eq!(unknown_word(&schema()), None);
        for (place, word, value) in [
            ("/properties/name", "format", json!("uuid")),
            ("/properties/name", "pattern", json!("^x$")),
            ("/properties/name", "type", json!(["string", "null"])),
            ("/properties/keys/items", "anyOf", json!([])),
            ("/properties/inner/properties/x", "minimum", json!("1")),
            ("/properties/inner", "additionalProperties", json!({"type": "string"})),
            ("", "properties", json!({"name": true})),
        ] {
            let mut schema = Value::Object(schema());
            schema.pointer_mut(place).unwrap()[word] = value;
            assert_eq!(unknown_word(schema.as_object().unwrap()), Some(word), "{place}");
        }
    }
}
