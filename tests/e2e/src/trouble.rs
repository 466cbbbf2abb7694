//! What can go wrong between a test and what it drives.

use std::{io, path::PathBuf, time::Duration};

use thiserror::Error;

/// Why a conversation, a program or a session did not go as asked.
#[derive(Debug, Error)]
pub enum Trouble {
    /// The program could not be started.
    #[error("cannot start `{program}`: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// A pipe or a file failed.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What was tried.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
    /// The program ended, or closed its output, before it answered.
    #[error("it ended while {awaited} was awaited; on stderr it said: {said}")]
    Ended {
        /// What was awaited.
        awaited: String,
        /// The end of its stderr.
        said: String,
    },
    /// Nothing came in time.
    #[error("no {awaited} within {within:?}; on stderr it said: {said}")]
    Late {
        /// What was awaited.
        awaited: String,
        /// How long.
        within: Duration,
        /// The end of its stderr.
        said: String,
    },
    /// A reply is not of the form that MCP gives it.
    #[error("not a reply to `{method}`: {line}")]
    Form {
        /// The method.
        method: String,
        /// What came.
        line: String,
    },
    /// A JSON-RPC error.
    #[error("`{method}` failed with {code}: {message}")]
    Protocol {
        /// The method.
        method: String,
        /// Its code.
        code: i64,
        /// Its message.
        message: String,
    },
    /// A tool failed that should not have.
    #[error("`{tool}` failed: {text}")]
    Tool {
        /// The tool.
        tool: String,
        /// What it said: code, message, hint.
        text: String,
    },
    /// A tool did what it should have refused.
    #[error("`{tool}` was not refused: {text}")]
    NotRefused {
        /// The tool.
        tool: String,
        /// What it said.
        text: String,
    },
    /// Something that must have been built is not there.
    #[error("`{0}` is not there; `./x test e2e` builds what these tests need")]
    Missing(PathBuf),
    /// What was looked for is not in what was seen.
    #[error("there is no {wanted} in:\n{seen}")]
    NotSeen {
        /// What was looked for.
        wanted: String,
        /// What was seen.
        seen: String,
    },
}

impl Trouble {
    /// For `map_err` on file and pipe operations.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}
