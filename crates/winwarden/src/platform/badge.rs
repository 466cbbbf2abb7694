//! The badge of a simulated machine: a file that says what a real one would show.

use std::{
    fs,
    future::Future,
    io,
    path::PathBuf,
    pin::Pin,
    sync::{Mutex, PoisonError},
};

use gate::{ApprovalAnswer, Approver, Question, Standing};
use policy::config::Channel;
use serde_json::{Map, Value, json};

/// The file, and what stands in it.
#[derive(Debug)]
pub struct Badge {
    file: PathBuf,
    shown: Mutex<Map<String, Value>>,
}

impl Badge {
    /// Shows that an agent is working.
    pub fn new(file: PathBuf) -> io::Result<std::sync::Arc<Self>> {
        let badge = Self { file, shown: Mutex::default() };
        badge.put("standing", json!("working"))?;
        Ok(std::sync::Arc::new(badge))
    }

    fn put(&self, name: &str, value: Value) -> io::Result<()> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.insert(name.to_owned(), value);
        let unfinished = self.file.with_extension("new");
        fs::write(&unfinished, serde_json::to_vec(&*shown)?)?;
        fs::rename(&unfinished, &self.file)
    }

    fn shows(&self, name: &str, value: Value) -> bool {
        let put = self.put(name, value);
        put.inspect_err(|error| tracing::error!(%error, "the simulated badge shows nothing")).is_ok()
    }
}

impl Approver for Badge {
    fn channel(&self) -> Channel {
        Channel::Terminal
    }

    fn shows_codes(&self) -> bool {
        true
    }

    fn show(&self, standing: &Standing) {
        let (word, code) = match standing {
            Standing::Working { .. } => ("working", None),
            Standing::Locked => ("locked", None),
            Standing::Stopped { code, .. } => ("stopped", code.as_ref()),
        };
        self.shows("resume_code", json!(code.map(model::SecretText::expose)));
        self.shows("standing", json!(word));
    }

    fn ask<'a>(
        &'a self,
        question: &'a Question,
    ) -> Pin<Box<dyn Future<Output = ApprovalAnswer> + Send + 'a>> {
        Box::pin(async {
            let code = question.code.as_ref().map(model::SecretText::expose);
            if !self.shows("question", json!({ "id": question.id, "code": code })) {
                return ApprovalAnswer::Unavailable;
            }
            // It has no buttons.
            std::future::pending().await
        })
    }
}
