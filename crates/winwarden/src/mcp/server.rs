//! The tools as an MCP server: `initialize` up to 2025-11-25 and stateless requests of 2026-07-28.

use std::{sync::Arc, time::Duration};

use gate::{Approver, Call, Gate, Rendered};
use model::{Code, Fault, tool::Card, tool::Tool, ui::escape};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, CustomRequest, CustomResult,
        ErrorCode, Implementation, ListToolsResult, PaginatedRequestParams, ProgressNotificationParam,
        ServerCapabilities, ServerConfig, ToolAnnotations,
    },
    service::{NotificationContext, RequestContext},
};
use serde_json::{Value, json};
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use super::elicitation::Elicitation;

/// How often a client that asked for progress hears of a call that still runs.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

/// Characters that are recorded of each thing a client says of itself.
const CLAIM: usize = 100;

/// Methods whose parameters have a form of their own: one of these with another form is not an unknown method.
const METHODS: &[&str] = &["initialize", "tools/call", "tools/list", "ping", "server/discover"];

/// One session's server.
#[derive(Debug)]
pub struct Server {
    gate: Arc<Gate>,
    tools: Vec<Arc<dyn Tool>>,
    listed: Vec<rmcp::model::Tool>,
    stop: CancellationToken,
}

impl Server {
    /// Offers `tools`, whose calls walk through `gate` and end when `stop` is cancelled.
    pub fn new(gate: Arc<Gate>, tools: Vec<Arc<dyn Tool>>, stop: CancellationToken) -> Self {
        let listed = tools.iter().map(|tool| wire_tool(tool.card())).collect();
        Self { gate, tools, listed, stop }
    }

    fn find(&self, name: &str) -> Result<Arc<dyn Tool>, ErrorData> {
        let found = self.tools.iter().find(|tool| tool.card().name == name);
        found.map(Arc::clone).ok_or_else(|| {
            let exists = tools::all().iter().any(|tool| tool.card().name == name);
            let why = if exists { "is not offered by this server" } else { "does not exist" };
            ErrorData::invalid_params(format!("the tool `{}` {why}; see tools/list", escape(name, 64)), None)
        })
    }

    /// Waits for a running call: a cancel is passed on, progress is told.
    async fn finish(
        &self,
        mut running: JoinHandle<Rendered>,
        cancel: &CancellationToken,
        context: &RequestContext<RoleServer>,
    ) -> Result<Rendered, Fault> {
        let token = context.meta.get_progress_token();
        // The first tick of `interval` is due at once, and waiting for it takes the timer's whole millisecond.
        let mut ticks = tokio::time::interval_at(Instant::now() + PROGRESS_EVERY, PROGRESS_EVERY);
        let mut seconds = 0.0;
        loop {
            tokio::select! {
                ended = &mut running => {
                    return ended.map_err(|_| Fault::new(Code::Internal, "the call ended in a defect of winwarden"));
                }
                () = context.ct.cancelled(), if !cancel.is_cancelled() => cancel.cancel(),
                () = self.stop.cancelled(), if !cancel.is_cancelled() => cancel.cancel(),
                _ = ticks.tick(), if token.is_some() => {
                    seconds += PROGRESS_EVERY.as_secs_f64();
                    if let Some(token) = token.clone() {
                        let told = ProgressNotificationParam::new(token, seconds).with_message("still running");
                        let _ = context.peer.notify_progress(told).await;
                    }
                }
            }
        }
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let server = Implementation::new("winwarden", env!("CARGO_PKG_VERSION"))
            .with_title("winwarden: this Windows desktop, through a guard");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(server)
            .with_instructions(tools::INSTRUCTIONS)
    }

    async fn on_initialized(&self, _: NotificationContext<RoleServer>) {
        self.gate.prepare();
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        if request.is_some_and(|request| request.cursor.is_some()) {
            let message = "`cursor` was not given by this server: all tools come in one page";
            return Err(ErrorData::invalid_params(message, None));
        }
        // Who comes without `initialize` shows here that calls will follow.
        self.gate.prepare();
        Ok(ListToolsResult::with_all_items(self.listed.clone()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let tool = self.find(&request.name)?;
        let name = tool.card().name;
        let cancel = CancellationToken::new();
        let call = Call {
            tool,
            arguments: request.arguments.unwrap_or_default(),
            request_id: json!(context.id),
            claimed: context.client_info().map_or(Value::Null, |client| claimed(&client)),
            approver: Elicitation::of(&context.peer).map(|client| Arc::new(client) as Arc<dyn Approver>),
            cancel: cancel.clone(),
        };
        let gate = Arc::clone(&self.gate);
        // A task of its own: a panic in it ends the call, not the session.
        let running = tokio::spawn(async move { gate.answer(call).await });
        let ended = self.finish(running, &cancel, &context).await.and_then(Rendered::into_reply);
        let code = ended.as_ref().err().map(|fault| fault.code.as_str());
        tracing::debug!(tool = name, code, "a call ended");
        Ok(result(ended).into())
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let method = escape(&request.method, 80);
        Err(if METHODS.contains(&request.method.as_str()) {
            ErrorData::invalid_params(format!("the parameters of `{method}` are not of its form"), None)
        } else {
            ErrorData::new(ErrorCode::METHOD_NOT_FOUND, format!("there is no method `{method}`"), None)
        })
    }
}

/// What a client says it is, as far as it is recorded with every call.
fn claimed(client: &Implementation) -> Value {
    let short = |text: &str| text.chars().take(CLAIM).collect::<String>();
    json!({ "name": short(&client.name), "version": short(&client.version) })
}

/// A reply or failure as MCP's result of a tool call.
fn result(ended: Result<model::tool::Reply, Fault>) -> CallToolResult {
    match ended {
        Ok(reply) => {
            let mut content = vec![ContentBlock::text(reply.text)];
            content.extend(reply.picture.map(|(mime, base64)| ContentBlock::image(base64, mime)));
            let mut result = CallToolResult::success(content);
            result.structured_content = reply.structured;
            result
        }
        Err(fault) => {
            let mut result = CallToolResult::error(vec![ContentBlock::text(tools::fault_text(&fault))]);
            result.structured_content = Some(tools::fault_structured(&fault));
            result
        }
    }
}

/// A tool as `tools/list` gives it.
pub fn wire_tool(card: &Card) -> rmcp::model::Tool {
    let hints = card.hints;
    let annotations = ToolAnnotations::from_raw(
        Some(card.title.to_owned()),
        Some(hints.read_only),
        Some(hints.destructive),
        Some(hints.idempotent),
        Some(hints.open_world),
    );
    let tool = rmcp::model::Tool::new(card.name, card.description, Arc::new(card.input_schema.clone()))
        .with_title(card.title)
        .with_annotations(annotations);
    match &card.output_schema {
        Some(schema) => tool.with_raw_output_schema(Arc::new(schema.clone())),
        None => tool,
    }
}

/// What a model reads of a tool: name, description and input schema, as compact JSON.
pub fn model_sees(card: &Card) -> Value {
    json!({ "name": card.name, "description": card.description, "inputSchema": card.input_schema })
}
