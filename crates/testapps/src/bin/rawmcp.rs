//! The least that rmcp needs to serve one tool over stdio: the baseline for start-up time and overhead. On Windows there is
//! also `read`, which is not listed: it reads a value of a key below `HKEY_CURRENT_USER`.

use std::process::ExitCode;
use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use serde_json::{Map, Value, json};

/// Serves `echo`, which gives back its argument `text`.
#[derive(Debug)]
struct Echo {
    tool: Tool,
}

impl Echo {
    fn new() -> Self {
        let schema = json!({
            "type": "object",
            "properties": {"text": {"type": "string"}},
            "required": ["text"],
            "additionalProperties": false,
        });
        let schema = if let Value::Object(schema) = schema { schema } else { Map::new() };
        Self { tool: Tool::new("echo", "Gives back its argument.", Arc::new(schema)) }
    }
}

impl ServerHandler for Echo {
    fn get_info(&self) -> ServerConfig {
        let server = Implementation::new("rawmcp", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build()).with_server_info(server)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(vec![self.tool.clone()]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let given = |name: &str| request.arguments.as_ref()?.get(name)?.as_str();
        #[cfg(windows)]
        if let ("read", Some(key), Some(value)) = (&*request.name, given("key"), given("value")) {
            let read = testapps::registry::number(key, value).map(|number| number.to_string());
            let read = read.ok_or_else(|| ErrorData::invalid_params("there is no such number", None))?;
            return Ok(CallToolResult::success(vec![ContentBlock::text(read)]).into());
        }
        if request.name != self.tool.name {
            return Err(ErrorData::invalid_params(format!("no tool `{}`", request.name), None));
        }
        let Some(text) = given("text") else {
            return Err(ErrorData::invalid_params("`text` is missing", None));
        };
        Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let service = match Echo::new().serve((tokio::io::stdin(), tokio::io::stdout())).await {
        Ok(service) => service,
        Err(error) => {
            eprintln!("cannot serve: {error}");
            return ExitCode::FAILURE;
        }
    };
    match service.waiting().await {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stopped: {error}");
            ExitCode::FAILURE
        }
    }
}
