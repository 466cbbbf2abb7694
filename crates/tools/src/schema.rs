//! JSON Schemas as short as they can be said: what a model reads on every conversation.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// The schema that a tool's arguments are held to: inlined, strict, without words that say nothing.
pub(crate) fn of_arguments<T: JsonSchema>() -> Map<String, Value> {
    let mut schema = generate::<T>(SchemaSettings::draft2020_12().for_deserialize(), true);
    refuse_unknown(&mut schema);
    schema
}

/// The same as clients are told: a model reads it on every conversation, so it says what to give, not how long a name
/// may be or how a ref is written; an object inside lists its names. Whatever fits the full schema fits this one.
pub(crate) fn in_brief(full: &Map<String, Value>) -> Map<String, Value> {
    let mut brief = full.clone();
    for property in brief.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        abridge(property.1);
    }
    brief
}

/// Adds an argument that is on or off.
pub(crate) fn add_switch(schema: &mut Map<String, Value>, name: &str) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(name.to_owned(), json!({ "type": "boolean" }));
    }
}

/// Texts up to this length, in characters, are names and titles: no one means to give longer ones.
const A_NAME: u64 = 1_000;

fn abridge(property: &mut Value) {
    let Value::Object(map) = property else { return };
    map.retain(|word, said| !["minimum", "maximum"].contains(&&**word) || !is_far_out(said));
    map.remove("minLength");
    map.remove("pattern");
    if map.get("maxLength").and_then(Value::as_u64).is_some_and(|most| most <= A_NAME) {
        map.remove("maxLength");
    }
    let Some(inner) = map.get("properties").and_then(Value::as_object) else { return };
    let names: Vec<String> = inner.keys().cloned().collect();
    map.remove("properties");
    map.remove("additionalProperties");
    map.insert("propertyNames".into(), json!({ "enum": names }));
}

/// The schema of a structured result, which a failure fits too: some clients hold every reply to it, and keep nothing of one
/// that does not fit.
pub(crate) fn of_result<T: JsonSchema>() -> Map<String, Value> {
    or(generate::<T>(SchemaSettings::draft2020_12().for_serialize(), false), &[FAILURE])
}

/// The same of a tool that changes something: with dry_run its reply has another form.
pub(crate) fn of_change<T: JsonSchema>() -> Map<String, Value> {
    or(generate::<T>(SchemaSettings::draft2020_12().for_serialize(), false), &[DRY_RUN, FAILURE])
}

/// What every failure says.
const FAILURE: &[&str] = &["code", "message", "hint"];
/// What every dry run says.
const DRY_RUN: &[&str] = &["dry_run", "verdict"];

/// Has a reply be of the form that `schema` tells, or say all that one of `others` names.
fn or(mut schema: Map<String, Value>, others: &[&[&str]]) -> Map<String, Value> {
    if let Some(required) = schema.remove("required") {
        let others = others.iter().map(|names| json!({ "required": names }));
        let forms = std::iter::once(json!({ "required": required })).chain(others).collect();
        schema.insert("anyOf".to_owned(), Value::Array(forms));
    }
    schema
}

/// The schema of a result that is told by hand, which a failure fits too.
pub(crate) fn or_failure(schema: Map<String, Value>) -> Map<String, Value> {
    or(schema, &[FAILURE])
}

/// A text that is one of these words.
pub(crate) fn one_of(words: &[&str]) -> Schema {
    let mut schema = Schema::default();
    schema.insert("type".into(), json!("string"));
    schema.insert("enum".into(), json!(words));
    schema
}

/// A whole number that is one of these.
pub(crate) fn one_of_numbers(numbers: &[u32]) -> Schema {
    let mut schema = Schema::default();
    schema.insert("type".into(), json!("integer"));
    schema.insert("enum".into(), json!(numbers));
    schema
}

/// A text that matches `pattern` (a constant of [`patterns`]).
pub(crate) fn text_like(pattern: &str) -> Schema {
    let mut schema = Schema::default();
    schema.insert("type".into(), json!("string"));
    schema.insert("pattern".into(), json!(pattern));
    schema
}

/// The patterns in use, each with what it stands for in words.
pub(crate) mod patterns {
    /// `e41`
    pub(crate) const ELEMENT: &str = r"^e[1-9]\d{0,8}$";
    /// `s4`
    pub(crate) const SNAPSHOT: &str = r"^s[1-9]\d{0,8}$";
    /// `p2`
    pub(crate) const PICTURE: &str = r"^p[1-9]\d{0,8}$";

    /// What a text that matches `pattern` is.
    pub(crate) fn in_words(pattern: &str) -> Option<&'static str> {
        match pattern {
            ELEMENT => Some("an element ref such as `e41`, as `snapshot` and `find` give"),
            SNAPSHOT => Some("a snapshot id such as `s4`, as `snapshot` gives"),
            PICTURE => Some("a picture id such as `p2`, as `screenshot` gives"),
            _ => None,
        }
    }

    /// Whether a text matches `pattern`; none matches one that is not in use.
    pub(crate) fn fits(pattern: &str, text: &str) -> bool {
        let letter = match pattern {
            ELEMENT => 'e',
            SNAPSHOT => 's',
            PICTURE => 'p',
            _ => return false,
        };
        let digits = text.strip_prefix(letter).unwrap_or_default().as_bytes();
        (1..=9).contains(&digits.len())
            && digits.iter().all(u8::is_ascii_digit)
            && digits.first() != Some(&b'0')
    }
}

/// The least and the greatest number of a type.
const BOUNDS: [(&str, i64, i64); 3] = [
    ("uint8", 0, u8::MAX as i64),
    ("uint32", 0, u32::MAX as i64),
    ("int32", i32::MIN as i64, i32::MAX as i64),
];

/// Whether nobody would give a number that is this far out: saying so is not worth a word.
fn is_far_out(number: &Value) -> bool {
    number.as_i64().is_some_and(|number| number.unsigned_abs() > 1_000_000_000)
}

/// Has a number be one that its type can hold: else it would pass, and could not be read.
fn hold_to_type(map: &mut Map<String, Value>) {
    let format = map.get("format").and_then(Value::as_str);
    if let Some((_, least, most)) = BOUNDS.iter().find(|(name, ..)| format == Some(name)).copied() {
        map.entry("minimum").or_insert_with(|| json!(least));
        map.entry("maximum").or_insert_with(|| json!(most));
    }
}

fn generate<T: JsonSchema>(settings: SchemaSettings, bounded: bool) -> Map<String, Value> {
    let generator = settings
        .with(|settings| {
            settings.meta_schema = None;
            settings.inline_subschemas = true;
        })
        .into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    shorten(&mut schema, bounded);
    match schema {
        Value::Object(mut map) => {
            map.remove("description");
            map
        }
        // Only a schema for "anything" is no object.
        _ => Map::new(),
    }
}

/// Takes out titles, number formats and nulls; `bounded` holds numbers to their formats first.
fn shorten(schema: &mut Value, bounded: bool) {
    let Value::Object(map) = schema else { return };
    if bounded {
        hold_to_type(map);
    }
    for word in ["title", "format"] {
        map.remove(word);
    }
    if let Some(Value::Array(types)) = map.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_mut_slice() {
            let only = only.take();
            map.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(choices)) = map.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&json!("null")));
        if let [Value::Object(only)] = choices.as_mut_slice() {
            let only = std::mem::take(only);
            map.remove("anyOf");
            for (word, value) in only {
                map.entry(word).or_insert(value);
            }
        }
    }
    if map.get("default") == Some(&Value::Null) {
        map.remove("default");
    }
    if let Some(Value::Array(words)) = map.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    if let Some(Value::Object(properties)) = map.get_mut("properties") {
        properties.values_mut().for_each(|property| shorten(property, bounded));
    }
    if let Some(items) = map.get_mut("items") {
        shorten(items, bounded);
    }
}

/// Makes every object refuse arguments it does not name.
fn refuse_unknown(map: &mut Map<String, Value>) {
    if map.get("type") == Some(&json!("object")) {
        map.entry("properties").or_insert_with(|| json!({}));
        map.insert("additionalProperties".into(), json!(false));
        map.remove("unevaluatedProperties");
    }
    let inner = map.get_mut("properties").and_then(Value::as_object_mut);
    for property in inner.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        refuse_unknown(property);
    }
    if let Some(items) = map.get_mut("items").and_then(Value::as_object_mut) {
        refuse_unknown(items);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Inner {
        /// How deep.
        #[schemars(range(min = 1, max = 9))]
        depth: Option<u8>,
        x: Option<i32>,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Outer {
        #[schemars(required, length(max = 5))]
        name: Option<String>,
        inner: Option<Inner>,
        #[schemars(range(min = 2))]
        keys: Option<u32>,
    }

    #[test]
    fn a_failure_fits_the_schema_of_every_result_and_a_dry_run_that_of_a_change() {
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only its schema is used")]
        struct Form {
            name: String,
            #[schemars(skip_serializing_if = "Option::is_none")]
            more: Option<u32>,
        }
        let fits = |schema: &Map<String, Value>, reply: Value| {
            jsonschema::draft202012::is_valid(&Value::Object(schema.clone()), &reply)
        };
        let (result, change) = (of_result::<Form>(), of_change::<Form>());
        for schema in [&result, &change] {
            assert_eq!(schema["type"], "object");
            assert!(fits(schema, json!({"name": "n"})));
            assert!(fits(schema, json!({"code": "INTERNAL", "message": "m", "hint": "h"})));
            for none in [json!({}), json!({"more": 1}), json!({"code": "INTERNAL"}), json!({"name": 1})] {
                assert!(!fits(schema, none.clone()), "{none}");
            }
        }
        let dry_run = json!({"dry_run": true, "verdict": "allow"});
        assert!(fits(&change, dry_run.clone()) && !fits(&result, dry_run));
    }

    #[test]
    fn clients_are_told_of_a_schema_in_brief() {
        let expected = json!({
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "inner": {"type": "object", "propertyNames": {"enum": ["depth", "x"]}},
                "keys": {"type": "integer", "minimum": 2}
            },
            "required": ["name"],
            "additionalProperties": false
        });
        assert_eq!(Value::Object(in_brief(&of_arguments::<Outer>())), expected);
    }

    #[test]
    fn a_schema_is_strict_inlined_and_without_empty_words() {
        let expected = json!({
            "type": "object",
            "properties": {
                "name": {"type": "string", "maxLength": 5},
                "inner": {
                    "type": "object",
                    "properties": {
                        "depth": {"description": "How deep.", "type": "integer", "minimum": 1, "maximum": 9},
                        "x": {"type": "integer", "minimum": -2_147_483_648_i64, "maximum": 2_147_483_647}
                    },
                    "additionalProperties": false
                },
                "keys": {"type": "integer", "minimum": 2, "maximum": 4_294_967_295_u32}
            },
            "required": ["name"],
            "additionalProperties": false
        });
        assert_eq!(Value::Object(of_arguments::<Outer>()), expected);
    }
}
