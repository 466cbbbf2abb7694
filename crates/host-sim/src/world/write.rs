//! Writing a world: what has its usual value is left out.

use serde_json::{Map, Value, json};

pub(super) fn put(map: &mut Map<String, Value>, name: &str, value: Value) {
    map.insert(name.to_owned(), value);
}

pub(super) fn put_text(map: &mut Map<String, Value>, name: &str, text: &str) {
    if !text.is_empty() {
        put(map, name, json!(text));
    }
}

pub(super) fn put_flag(map: &mut Map<String, Value>, name: &str, flag: bool, usual: bool) {
    if flag != usual {
        put(map, name, json!(flag));
    }
}
