//! What is recorded with every call, without its secrets, and without looking for them in the same text each time.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use model::{CallFacts, ClientFacts};
use policy::redact;
use serde_json::Value;

/// Short texts in which no secret was found: the same ones come with every call.
#[derive(Debug, Default)]
pub(crate) struct Clean(Mutex<HashSet<Box<str>>>);

impl Clean {
    /// So many are remembered, of so many bytes at most.
    const MOST: usize = 512;
    const LONGEST: usize = 300;

    /// Whether it was found to hold none; looks where that is not known.
    fn has_none(&self, text: &str) -> bool {
        if text.len() > Self::LONGEST {
            return redact::spans(text).is_empty();
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains(text) {
            return true;
        }
        let clean = redact::spans(text).is_empty();
        if clean {
            if known.len() >= Self::MOST {
                known.clear();
            }
            known.insert(text.into());
        }
        clean
    }

    /// What is known of a call, with the secrets in its texts taken out.
    pub(crate) fn call(&self, facts: &CallFacts) -> CallFacts {
        let mut facts = facts.clone();
        let ClientFacts { path, claimed_name, signer, user, elevated: _ } = &mut facts.client;
        for text in [path, claimed_name, user].into_iter().chain(signer) {
            if !self.has_none(text) {
                *text = redact::text(text).into_owned();
            }
        }
        facts
    }

    /// The same, with every secret in its texts taken out; texts of one list are judged together, as a program's arguments.
    pub(crate) fn without_secrets(&self, mut value: Value) -> Value {
        match &mut value {
            Value::String(text) if self.has_none(text) => {}
            Value::String(text) => *text = redact::text(text).into_owned(),
            Value::Array(items) => {
                let words: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                match words {
                    Some(words) if self.has_none(&words.join(" ")) => {}
                    Some(words) => *items = redact::words(&words).into_iter().map(Value::from).collect(),
                    None => items.iter_mut().for_each(|item| *item = self.without_secrets(item.take())),
                }
            }
            Value::Object(fields) => {
                fields.values_mut().for_each(|field| *field = self.without_secrets(field.take()));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_taken_out_wherever_they_stand_and_what_is_none_stays() {
        let clean = Clean::default();
        for _ in 0..2 {
            let arguments =
                clean.without_secrets(json!({"a": ["--password", "hunter2"], "b": ["--name", "hunter2"]}));
            assert!(!arguments["a"].to_string().contains("hunter2"), "{arguments}");
            assert_eq!(arguments["b"], json!(["--name", "hunter2"]));
            let mixed =
                clean.without_secrets(json!([1, "password: hunter2", {"c": "password: hunter2"}, null]));
            assert!(!mixed.to_string().contains("hunter2") && mixed[3].is_null(), "{mixed}");
        }
        let client = ClientFacts {
            claimed_name: "password: hunter2".into(),
            path: "C:\\a.exe".into(),
            ..ClientFacts::default()
        };
        let facts = clean.call(&CallFacts { client, ..CallFacts::default() });
        assert_eq!(
            (facts.client.claimed_name.as_str(), facts.client.path.as_str()),
            ("password: [redacted: password]", "C:\\a.exe")
        );
    }
}
