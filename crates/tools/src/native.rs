//! What all native tools share: a call is read against the schema, then planned; a result is put into words.

use std::{
    fmt,
    marker::PhantomData,
    sync::{Arc, OnceLock},
};

use model::{
    Code, Fault, Operation, Outcome,
    tool::{Card, Hints, Plan, Reply, Schemas, Tool},
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    arguments::{Check, read, unknown_word},
    schema,
    words::ActedForm,
};

/// The argument of every tool that acts: plan, judge and show it, and do nothing.
const DRY_RUN: &str = "dry_run";

/// What a native tool says of itself.
pub(crate) use model::tool::Card as About;

/// One native tool.
pub(crate) trait Native: Send + Sync + 'static {
    /// Its arguments: every field is optional in the type, whatever the schema demands, so that a call with one
    /// fault can be checked for more.
    type Arguments: DeserializeOwned + JsonSchema;

    /// What it says of itself.
    const ABOUT: About;

    /// What would be done; faults go to `check`, and a call that has any is refused whatever is returned.
    fn plan(arguments: Self::Arguments, check: &mut Check) -> Option<Plan>;

    /// The result in words; nothing where the outcome is of another kind than the tool's.
    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply>;

    /// The schema of its structured result, where it always gives one: as a matter of course what it did, for one that acts.
    fn output_schema() -> Option<Map<String, Value>> {
        (!Self::ABOUT.hints.read_only).then(schema::of_change::<ActedForm>)
    }
}

/// A native tool as clients see it. Its schemas are worked out when they are asked for: a start has no use for them, and most
/// tools are never called in a session.
struct Described<T> {
    /// Whether it has the argument of every tool that acts.
    switched: bool,
    made: OnceLock<Made>,
    tool: PhantomData<fn() -> T>,
}

struct Made {
    /// What arguments are held to; clients are told it in brief.
    schema: Map<String, Value>,
    told: Schemas,
    /// Whether arguments can be held to it.
    sound: Result<(), Fault>,
}

/// The tool `T`, ready to be offered.
pub(crate) fn described<T: Native>() -> Arc<dyn Tool> {
    Arc::new(Described::<T>::new(!T::ABOUT.hints.read_only))
}

/// The same with the arguments that it has itself, and no other.
pub(crate) fn described_as_it_is<T: Native>() -> Arc<dyn Tool> {
    Arc::new(Described::<T>::new(false))
}

impl<T: Native> Described<T> {
    const fn new(switched: bool) -> Self {
        Self { switched, made: OnceLock::new(), tool: PhantomData }
    }

    fn made(&self) -> &Made {
        self.made.get_or_init(|| {
            let mut schema = schema::of_arguments::<T::Arguments>();
            if self.switched {
                schema::add_switch(&mut schema, DRY_RUN);
            }
            let sound = unknown_word(&schema).map_or(Ok(()), |word| {
                let broken = format!("the schema of {} is broken: `{word}`", T::ABOUT.name);
                Err(Fault::new(Code::Internal, broken))
            });
            let told = Schemas { input: schema::in_brief(&schema), output: T::output_schema() };
            Made { schema, told, sound }
        })
    }
}

impl<T: Native> Tool for Described<T> {
    fn card(&self) -> &Card {
        const { &T::ABOUT }
    }

    fn schemas(&self) -> &Schemas {
        &self.made().told
    }

    fn plan(&self, arguments: &Map<String, Value>) -> Result<Plan, Fault> {
        let Made { schema, sound, .. } = self.made();
        sound.clone()?;
        let mut check = Check::new(T::ABOUT.name);
        let read = read(schema, arguments, &mut check);
        let plan = read.and_then(|arguments| T::plan(arguments, &mut check));
        let is_dry = check.is_dry();
        match (check.into_fault(), plan) {
            (Some(fault), _) if !is_dry => Err(fault),
            (lacks, Some(plan)) => {
                Ok(Plan { dry_run: arguments.get(DRY_RUN) == Some(&Value::Bool(true)), lacks, ..plan })
            }
            (_, None) => Err(Fault::new(Code::Internal, "the call could not be planned")),
        }
    }

    fn render(&self, operation: &Operation, outcome: &Outcome) -> Reply {
        T::render(operation, outcome).unwrap_or_else(|| wrong_kind(T::ABOUT.name))
    }
}

/// A host that answers with another kind of outcome is broken: that must not become a success text.
#[expect(
    clippy::panic,
    reason = "the gate catches it and replies INTERNAL; there is no other way to fail here"
)]
fn wrong_kind(tool: &str) -> Reply {
    panic!("the outcome is not one of {tool}")
}

impl<T: Native> fmt::Debug for Described<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Described").field(&T::ABOUT.name).finish()
    }
}

/// Annotations of a tool that only looks at what the system knows.
pub(crate) const LOOKS_AT_SYSTEM: Hints =
    Hints { read_only: true, destructive: false, idempotent: true, open_world: false };

/// Annotations of a tool that only looks, at what programs and web pages show.
pub(crate) const LOOKS_AT_PROGRAMS: Hints =
    Hints { read_only: true, destructive: false, idempotent: true, open_world: true };

/// Annotations of a tool that operates a program, which may do anything.
pub(crate) const OPERATES: Hints =
    Hints { read_only: false, destructive: true, idempotent: false, open_world: true };
