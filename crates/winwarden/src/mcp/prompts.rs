//! Prompts: texts that a person picks in their client. The native tools have none.

use rmcp::{
    ErrorData,
    model::{
        GetPromptRequestMethod, GetPromptRequestParams, GetPromptResult, Prompt, PromptArgument,
        PromptMessage, Role,
    },
};
use serde_json::Value;
use tools::dialects::{Dialect, winreg};

/// The prompts of a dialect.
pub fn list(dialect: Option<Dialect>) -> Vec<Prompt> {
    let Some(Dialect::Winreg) = dialect else { return Vec::new() };
    let argument = |(name, description): &(&str, &str)| {
        PromptArgument::new(*name).with_description(*description).with_required(true)
    };
    let prompt = |prompt: &winreg::Prompt| {
        let arguments: Vec<PromptArgument> = prompt.arguments.iter().map(argument).collect();
        let arguments = (!arguments.is_empty()).then_some(arguments);
        Prompt::new(prompt.name, Some(prompt.description), arguments)
    };
    winreg::PROMPTS.iter().map(prompt).collect()
}

/// One of them, as a message of the person's.
///
/// # Errors
/// There is none, or an argument is missing.
pub fn get(dialect: Option<Dialect>, request: &GetPromptRequestParams) -> Result<GetPromptResult, ErrorData> {
    let Some(Dialect::Winreg) = dialect else {
        return Err(ErrorData::method_not_found::<GetPromptRequestMethod>());
    };
    let argument = |name: &str| {
        let given = request.arguments.as_ref()?.get(name)?;
        Some(given.as_str().map_or_else(|| given.to_string(), str::to_owned))
    };
    let text = winreg::prompt(&request.name, argument)
        .map_err(|bad| ErrorData::invalid_params(bad.to_string(), None::<Value>))?;
    let known = winreg::PROMPTS.iter().find(|known| known.name == request.name);
    let result = GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)]);
    Ok(match known {
        Some(known) => result.with_description(known.description),
        None => result,
    })
}
