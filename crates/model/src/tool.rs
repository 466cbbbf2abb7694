//! What a tool is: it describes itself, plans a call, and puts what came of it into words.
//!
//! It can do neither of the things between: judging and executing.

use serde_json::{Map, Value};

use crate::{Fault, Operation, Outcome};

/// A tool as clients see it.
pub trait Tool: Send + Sync + std::fmt::Debug {
    /// What clients are told about it.
    fn card(&self) -> &Card;

    /// What its arguments and results are held to; worked out when it is first asked for.
    fn schemas(&self) -> &Schemas;

    /// Turns a call's arguments into what would be done.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` that names every fault of the call at once.
    fn plan(&self, arguments: &Map<String, Value>) -> Result<Plan, Fault>;

    /// Puts what came of an operation into words.
    fn render(&self, operation: &Operation, outcome: &Outcome) -> Reply;
}

/// What clients are told about a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// `snake_case` name.
    pub name: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// One paragraph that says when to use it.
    pub description: &'static str,
    /// The toolset it is part of.
    pub toolset: &'static str,
    /// Its annotations.
    pub hints: Hints,
    /// Whether it can give a picture.
    pub gives_pictures: bool,
}

/// JSON Schemas of a tool, as clients are told them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schemas {
    /// Of its arguments: an object that refuses unknown ones.
    pub input: Map<String, Value>,
    /// Of its structured result, where it gives one.
    pub output: Option<Map<String, Value>>,
}

/// MCP's tool annotations, all four said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hints {
    /// Changes nothing.
    pub read_only: bool,
    /// May take something away.
    pub destructive: bool,
    /// Doing it twice is the same as once.
    pub idempotent: bool,
    /// Reaches beyond what winwarden knows (programs, the network).
    pub open_world: bool,
}

/// A planned call.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What would be done.
    pub operation: Operation,
    /// How long its execution may take, in milliseconds; the default where none is given.
    pub timeout_ms: Option<u32>,
    /// Whether it is only to be planned, judged and shown.
    pub dry_run: bool,
    /// What it lacks to be carried out, where a dry run can do without: the call then fails with this.
    pub lacks: Option<Fault>,
}

impl Plan {
    /// A plan to be carried out.
    #[must_use]
    pub const fn new(operation: Operation, timeout_ms: Option<u32>) -> Self {
        Self { operation, timeout_ms, dry_run: false, lacks: None }
    }
}

/// A reply in words, before it goes into the protocol.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reply {
    /// Text that is useful alone.
    pub text: String,
    /// A picture: media type and base64.
    pub picture: Option<(&'static str, String)>,
    /// The structured form, of the output schema.
    pub structured: Option<Value>,
}
