//! What can go wrong in a step, and what to do about it.

use std::{fmt, io, path::Path, path::PathBuf, process::ExitStatus};

/// Why a step stopped.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A file or folder could not be read or written.
    #[error("cannot {doing} `{}`: {source}", path.display())]
    File {
        /// What was tried, as a verb.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program could not be started at all.
    #[error("cannot start `{program}`: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program ended with a failure.
    #[error("`{command}` failed ({status}){}", Shown(tail))]
    Command {
        /// The program and its arguments, shortened.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// The last lines it printed; empty where it printed to the terminal itself.
        tail: String,
    },
    /// Something did not happen in time.
    #[error("{what} within {seconds} s{}", Shown(tail))]
    Late {
        /// What did not happen.
        what: &'static str,
        /// After how long.
        seconds: u64,
        /// What its log says.
        tail: String,
    },
    /// Something needed is missing here and cannot be installed.
    #[error("{what}")]
    Missing {
        /// What, and what to do.
        what: String,
    },
    /// The command line asks for something that cannot be.
    #[error("{what}")]
    Usage {
        /// What was wrong, and what is accepted.
        what: String,
    },
    /// A check found something.
    #[error("{what}")]
    Check {
        /// What it found.
        what: String,
    },
    /// A named step failed.
    #[error("step `{step}` failed: {fault}\nwhat to do: {advice}")]
    Step {
        /// Which.
        step: String,
        /// Why.
        fault: Box<Self>,
        /// What to do about it.
        advice: String,
    },
}

/// An output's tail, on lines of its own where there is one.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.trim_end().lines().try_for_each(|line| write!(f, "\n    | {line}"))
    }
}

impl Fault {
    /// The exit code this ends the program with: 2 for a wrong command line, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => 2,
            Self::File { .. }
            | Self::Start { .. }
            | Self::Command { .. }
            | Self::Late { .. }
            | Self::Missing { .. }
            | Self::Check { .. }
            | Self::Step { .. } => 1,
        }
    }

    /// Something needed is missing.
    pub fn missing(what: impl Into<String>) -> Self {
        Self::Missing { what: what.into() }
    }

    /// The command line is wrong.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::Usage { what: what.into() }
    }

    /// A check found something.
    pub fn check(what: impl Into<String>) -> Self {
        Self::Check { what: what.into() }
    }
}

impl From<e2e::Trouble> for Fault {
    fn from(trouble: e2e::Trouble) -> Self {
        Self::check(trouble.to_string())
    }
}

/// Gives a system's error the path and the deed it belongs to.
pub trait OnFile<T> {
    /// Turns the error into [`Fault::File`].
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, Fault>;
}

impl<T> OnFile<T> for io::Result<T> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, Fault> {
        self.map_err(|source| Fault::File { doing, path: path.to_owned(), source })
    }
}
