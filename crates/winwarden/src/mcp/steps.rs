//! `run_steps`: several calls in one request.

use std::sync::Arc;

use gate::{Call, Gate};
use model::{Fault, tool::Tool};
use rmcp::model::CallToolResult;
use tools::Step;

use super::reply;

/// Steps, each with its tool.
pub type Steps = Vec<(Arc<dyn Tool>, Step)>;

/// Takes the steps out of a call's arguments, which end here.
///
/// # Errors
/// `INVALID_ARGUMENT`, naming everything that is wrong with them.
pub fn read(call: &mut Call, tools: &[Arc<dyn Tool>]) -> Result<Steps, Fault> {
    let offered: Vec<&str> = tools.iter().map(|tool| tool.card().name).collect();
    let steps = tools::steps(&call.arguments, &offered);
    std::mem::take(&mut call.arguments).values_mut().for_each(model::wipe);
    let with_tool = |step: Step| {
        let tool = tools.iter().find(|tool| tool.card().name == step.tool)?;
        Some((Arc::clone(tool), step))
    };
    Ok(steps?.into_iter().filter_map(with_tool).collect())
}

/// The steps of one request, each a call of its own, up to the first that is refused or fails.
pub async fn run(gate: &Gate, whole: Call, steps: Result<Steps, Fault>) -> CallToolResult {
    let steps = match steps {
        Ok(steps) => steps,
        Err(fault) => return reply::result(gate.refuse(whole, fault).into_reply(), None),
    };
    let names = steps.iter().map(|(_, step)| step.tool.clone()).collect::<Vec<_>>();
    let mut ended = Vec::with_capacity(steps.len());
    for (number, (tool, step)) in (1..).zip(steps) {
        let call = Call { tool, arguments: step.arguments, step: Some(number), ..whole.clone() };
        let came = gate.answer(call).await.into_reply();
        let failed = came.is_err();
        ended.push(came);
        if failed {
            break;
        }
    }
    reply::steps(&names, ended)
}
