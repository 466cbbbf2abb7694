//! What there is: tools and codes.

use std::{
    error::Error,
    io::{Write, stdout},
    process::ExitCode,
};

use serde_json::json;

use crate::{
    command, config,
    mcp::{model_sees, wire_tool},
};

/// `winwarden tools`.
pub fn tools(options: &command::Tools) -> Result<ExitCode, Box<dyn Error>> {
    let tools = config::load(&options.choice)?.tools()?;
    let mut out = stdout().lock();
    if options.json {
        let listed: Vec<_> = tools.iter().map(|tool| wire_tool(tool.as_ref())).collect();
        writeln!(out, "{:#}", json!({ "tools": listed }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut total = 0;
    for tool in &tools {
        let card = tool.card();
        let bytes = model_sees(tool.as_ref()).to_string().len();
        total += bytes;
        writeln!(out, "{:6}  {:16} {:8} {}", bytes, card.name, card.toolset, card.title)?;
    }
    writeln!(out, "{total:6}  bytes of names, descriptions and schemas in all")?;
    Ok(ExitCode::SUCCESS)
}

/// `winwarden codes`.
pub fn codes() -> Result<ExitCode, Box<dyn Error>> {
    let mut out = stdout().lock();
    for code in model::Code::ALL {
        writeln!(out, "{:24} {}", code.as_str(), code.meaning().trim())?;
    }
    Ok(ExitCode::SUCCESS)
}
