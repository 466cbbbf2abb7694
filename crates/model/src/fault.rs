//! How a call fails: a code, what was wrong, and what to do next.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Code, WindowInfo, ui::Node};

/// A failed or refused call, as its caller reads it.
///
/// The message is lower-case without a final period, user text in backticks; it never holds typed text,
/// clipboard text or a password.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{code}: {message}")]
pub struct Fault {
    /// Which failure.
    pub code: Code,
    /// What was wrong, naming the argument or the target.
    pub message: String,
    /// What to do next; empty where there is nothing to say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// After how many milliseconds the same call may be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// Elements that were meant, may have been meant, or replaced the one that was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<Node>,
    /// Windows that may have been meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<WindowInfo>,
}

impl Fault {
    /// A failure with this code and message.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: String::new(),
            retry_after_ms: None,
            elements: Vec::new(),
            windows: Vec::new(),
        }
    }

    /// The same with what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same with when it may be tried again; a started millisecond counts.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        let ms = wait.as_nanos().div_ceil(1_000_000);
        self.retry_after_ms = Some(u64::try_from(ms).unwrap_or(u64::MAX));
        self
    }

    /// The same with what had been done before it, said in its message: one clause for each step.
    #[must_use]
    pub fn after(mut self, steps: &[String]) -> Self {
        for step in steps {
            self.message.push_str("; ");
            self.message.push_str(step);
        }
        self
    }

    /// The same with elements that may have been meant.
    #[must_use]
    pub fn elements(mut self, elements: Vec<Node>) -> Self {
        self.elements = elements;
        self
    }

    /// The same with windows that may have been meant.
    #[must_use]
    pub fn windows(mut self, windows: Vec<WindowInfo>) -> Self {
        self.windows = windows;
        self
    }
}
