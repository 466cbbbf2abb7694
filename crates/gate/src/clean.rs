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
        let ClientFacts { path, claimed_name, signer, elevated: _ } = &mut facts.client;
        for text in [path, claimed_name].into_iter().chain(signer) {
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
