//! `winwarden explain`: what would become of calls. Each is planned, resolved and judged, and none is run.

use std::{collections::HashMap, error::Error, process::ExitCode, sync::Arc};

use gate::{Call, Explainer, Explanation, Told};
use model::{ClientFacts, Code, Fault, LocalTime, tool::Tool, ui::escape};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;
use tools::{
    Step,
    dialects::{Dialect, winreg},
};

use crate::{
    batch,
    command::Explain,
    config,
    mcp::{self, json::Noted},
    platform::Machine,
};

#[derive(Debug, Deserialize)]
struct Question {
    id: String,
    tool: String,
    #[serde(default = "nothing")]
    arguments: Noted,
    #[serde(default)]
    session: Option<String>,
    #[serde(default)]
    time: Option<LocalTime>,
    #[serde(default)]
    client: Client,
}

/// The arguments of a question that has none.
fn nothing() -> Noted {
    Noted { value: json!({}), twice: None }
}

/// Arguments that have one reading, or what is wrong with them.
fn readable(given: Noted) -> Result<Map<String, Value>, String> {
    match given {
        Noted { twice: Some(name), .. } => Err(format!("`{name}` stands twice in one object of `arguments`")),
        Noted { value: Value::Object(arguments), .. } => Ok(arguments),
        Noted { .. } => Err("`arguments` has to be an object".to_owned()),
    }
}

/// Who would call.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Client {
    path: String,
    claimed_name: String,
    elevated: Option<bool>,
    signer: Option<String>,
    user: String,
}

#[derive(Debug, Serialize)]
struct Answer {
    id: String,
    #[serde(flatten)]
    explanation: Value,
}

/// Answers the questions on stdin.
pub fn run(options: &Explain) -> Result<ExitCode, Box<dyn Error>> {
    let dialect = options.dialect.dialect;
    let loaded = config::load_for(&options.choice, dialect)?;
    let policy = loaded.policy()?;
    // Of a dialect those that are offered; of ours all, whatever the toolsets.
    let known = if dialect.is_some() { loaded.tools()? } else { tools::all() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let machine = runtime.block_on(async { Machine::look(&options.machine) })?;
    let tools: HashMap<&str, Arc<dyn Tool>> =
        known.iter().map(|tool| (tool.card().name, Arc::clone(tool))).collect();
    let mut explainer = Explainer::new(machine.host(), loaded.settings, policy);
    let code = batch::answer(|Question { id, tool: name, arguments, session, time, client }: Question| {
        let explanation = match (tools.get(name.as_str()), readable(arguments)) {
            (None, _) => {
                let text = format!("there is no tool `{}`", escape(&name, 64));
                Explanation::denied(Code::InvalidArgument, text)
            }
            (Some(_), Err(text)) => Explanation::denied(Code::InvalidArgument, text),
            (Some(tool), Ok(arguments)) => {
                let call = call(tool, arguments, &id);
                let Client { path, claimed_name, elevated, signer, user } = client;
                let client = ClientFacts { path, claimed_name, elevated, signer, user };
                let (session, told) = (session.as_deref(), Told { time, client });
                if name == tools::RUN_STEPS {
                    match steps(call, &known) {
                        Ok(calls) => runtime.block_on(explainer.explain_steps(session, calls, told)),
                        Err(fault) => Explanation::denied(fault.code, fault.message),
                    }
                } else {
                    runtime.block_on(explainer.explain(session, call, told))
                }
            }
        };
        Answer { id, explanation: in_words_of(dialect, explanation) }
    })?;
    machine.close()?;
    Ok(code)
}

fn call(tool: &Arc<dyn Tool>, arguments: Map<String, Value>, id: &str) -> Call {
    Call {
        tool: Arc::clone(tool),
        arguments,
        request_id: json!(id),
        step: None,
        claimed: Value::Null,
        approver: None,
        cancel: CancellationToken::new(),
    }
}

/// The calls that `run_steps` makes.
fn steps(mut whole: Call, known: &[Arc<dyn Tool>]) -> Result<Vec<Call>, Fault> {
    let steps = mcp::steps(&mut whole, known)?;
    let numbered = (1..).zip(steps);
    let call = |(number, (tool, step)): (u32, (_, Step))| Call {
        tool,
        arguments: step.arguments,
        step: Some(number),
        ..whole.clone()
    };
    Ok(numbered.map(call).collect())
}

/// With the code that a caller of `dialect` would get. What would be asked stays so: the call itself waits for the answer.
fn in_words_of(dialect: Option<Dialect>, explanation: Explanation) -> Value {
    let code = explanation.code.filter(|code| *code != Code::ApprovalRequired);
    // It is a map with text keys, which cannot fail.
    let mut told = serde_json::to_value(explanation).unwrap_or_default();
    if let (Some(Dialect::Winreg), Some(code), Some(field)) = (dialect, code, told.get_mut("code")) {
        *field = json!(winreg::code(code));
    }
    told
}
