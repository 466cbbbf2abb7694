//! The tools as an MCP server: `initialize` up to 2025-11-25 and stateless requests of 2026-07-28.

use std::{
    error::Error,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use gate::{Approver, Call, Gate};
use model::{Fault, tool::Tool, ui::escape};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, CustomRequest, CustomResult, ErrorCode,
        GetPromptRequestParams, GetPromptResponse, Implementation, InitializeRequestParams, InitializeResult,
        ListPromptsRequestMethod, ListPromptsResult, ListResourceTemplatesRequestMethod,
        ListResourceTemplatesResult, ListResourcesRequestMethod, ListResourcesResult, ListToolsResult,
        PaginatedRequestParams, ProtocolVersion, ServerCapabilities, ServerConfig, ToolAnnotations,
    },
    service::{NotificationContext, RequestContext},
};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tools::dialects::{Dialect, winreg};

use super::{
    elicitation::Elicitation,
    prompts, reply,
    rounds::{Asked, Bound, InRounds, Rounds},
    running::{Came, Running, Walk},
    steps,
};

/// Characters that are recorded of each thing a client says of itself.
const CLAIM: usize = 100;

/// Methods whose parameters have a form of their own: one of these with another form is not an unknown method.
const METHODS: &[&str] =
    &["initialize", "tools/call", "tools/list", "ping", "server/discover", "prompts/list", "prompts/get"];

/// One session's server.
#[derive(Debug)]
pub struct Server {
    gate: Arc<Gate>,
    tools: Vec<Arc<dyn Tool>>,
    /// As `tools/list` gives them, once it has been asked for.
    listed: OnceLock<Vec<rmcp::model::Tool>>,
    dialect: Option<Dialect>,
    rounds: Rounds,
    /// Whether the client has chosen the stateless era.
    stateless: AtomicBool,
    /// Whether it has shaken hands.
    greeted: AtomicBool,
    stop: CancellationToken,
}

impl Server {
    /// Offers `tools`, of `dialect` where one is spoken, whose calls walk through `gate` and end when `stop` is cancelled.
    pub fn new(
        gate: Arc<Gate>,
        tools: Vec<Arc<dyn Tool>>,
        dialect: Option<Dialect>,
        stop: CancellationToken,
    ) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            gate,
            tools,
            listed: OnceLock::new(),
            dialect,
            rounds: Rounds::new()?,
            stateless: AtomicBool::new(false),
            greeted: AtomicBool::new(false),
            stop,
        })
    }

    /// Notes the era that a request is of.
    fn note_era(&self, context: &RequestContext<RoleServer>) {
        if is_stateless(context) {
            self.stateless.store(true, Ordering::Relaxed);
        }
    }

    fn find(&self, name: &str) -> Result<Arc<dyn Tool>, ErrorData> {
        let found = self.tools.iter().find(|tool| tool.card().name == name);
        found.map(Arc::clone).ok_or_else(|| {
            let exists = tools::all().iter().any(|tool| tool.card().name == name);
            let why = if exists { "is not offered by this server" } else { "does not exist" };
            ErrorData::invalid_params(format!("the tool `{}` {why}; see tools/list", escape(name, 64)), None)
        })
    }

    /// Starts a call, or the calls of `run_steps`.
    fn start(&self, request: CallToolRequestParams, caller: Caller) -> Result<Running, ErrorData> {
        let tool = self.find(&request.name)?;
        let cancel = self.stop.child_token();
        let Caller { request_id, claimed, approver, questions, .. } = caller;
        let mut call = Call {
            tool,
            arguments: request.arguments.unwrap_or_default(),
            request_id,
            step: None,
            claimed,
            approver,
            cancel: cancel.clone(),
        };
        let (gate, dialect) = (Arc::clone(&self.gate), self.dialect);
        let walk: Walk = if request.name == tools::RUN_STEPS {
            let steps = steps::read(&mut call, &self.tools);
            Box::pin(async move { steps::run(&gate, call, steps).await })
        } else {
            Box::pin(async move { reply::result(gate.answer(call).await.into_reply(), dialect) })
        };
        Ok(Running::new(walk, questions, cancel))
    }

    /// A call that is over before it begins, which is recorded like any other.
    fn refused(&self, tool: Arc<dyn Tool>, caller: Caller, fault: Fault) -> CallToolResult {
        let call = Call {
            tool,
            arguments: Map::new(),
            request_id: caller.request_id,
            step: None,
            claimed: caller.claimed,
            approver: None,
            cancel: CancellationToken::new(),
        };
        reply::result(self.gate.refuse(call, fault).into_reply(), self.dialect)
    }
}

/// Whose call it is, and how the client can be asked.
struct Caller {
    request_id: Value,
    claimed: Value,
    approver: Option<Arc<dyn Approver>>,
    questions: mpsc::Receiver<Asked>,
    /// Whether it is asked by another request of its own.
    in_rounds: bool,
}

impl Caller {
    fn of(context: &RequestContext<RoleServer>) -> Self {
        let (mut approver, mut questions, mut in_rounds) = (None, mpsc::channel(1).1, false);
        if is_stateless(context) {
            if let Some((client, come)) = InRounds::of(context.client_capabilities()) {
                (approver, questions) = (Some(Arc::new(client) as Arc<dyn Approver>), come);
                in_rounds = true;
            }
        } else {
            approver = Elicitation::of(&context.peer).map(|client| Arc::new(client) as Arc<dyn Approver>);
        }
        let claimed = context.client_info().map_or(Value::Null, |client| claimed(&client));
        Self { request_id: json!(context.id), claimed, approver, questions, in_rounds }
    }
}

/// Whether a request stands alone.
fn is_stateless(context: &RequestContext<RoleServer>) -> bool {
    context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28)
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let server = Implementation::new("winwarden", env!("CARGO_PKG_VERSION"))
            .with_title("winwarden: this Windows desktop, through a guard");
        let capabilities = ServerCapabilities::builder().enable_tools();
        let (capabilities, instructions) = match self.dialect {
            None => (capabilities.build(), tools::INSTRUCTIONS),
            Some(Dialect::Winreg) => (capabilities.enable_prompts().build(), winreg::INSTRUCTIONS),
        };
        ServerConfig::new(capabilities).with_server_info(server).with_instructions(instructions)
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        if self.stateless.load(Ordering::Relaxed) {
            let message =
                "this server has been called without `initialize`: every request says its version in `_meta`";
            return Err(ErrorData::invalid_request(message, None));
        }
        if self.greeted.swap(true, Ordering::Relaxed) {
            let message = "`initialize` comes once: version and client are agreed on for this session";
            return Err(ErrorData::invalid_request(message, None));
        }
        self.negotiate_initialize(&request)
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        self.gate.prepare();
        if let Some(client) = context.peer.peer_info() {
            self.gate.continue_session(&claimed(&client.client_info));
        }
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        self.note_era(&context);
        if request.is_some_and(|request| request.cursor.is_some()) {
            let message = "`cursor` was not given by this server: all tools come in one page";
            return Err(ErrorData::invalid_params(message, None));
        }
        // Who comes without `initialize` shows here that calls will follow.
        self.gate.prepare();
        let listed = || self.tools.iter().map(|tool| wire_tool(tool.as_ref())).collect();
        Ok(ListToolsResult::with_all_items(self.listed.get_or_init(listed).clone()))
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        if self.dialect.is_none() {
            return Err(ErrorData::method_not_found::<ListPromptsRequestMethod>());
        }
        if request.is_some_and(|request| request.cursor.is_some()) {
            let message = "`cursor` was not given by this server: all prompts come in one page";
            return Err(ErrorData::invalid_params(message, None));
        }
        Ok(ListPromptsResult::with_all_items(prompts::list(self.dialect)))
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Err(ErrorData::method_not_found::<ListResourcesRequestMethod>())
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Err(ErrorData::method_not_found::<ListResourceTemplatesRequestMethod>())
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        prompts::get(self.dialect, &request).map(Into::into)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.note_era(&context);
        let caller = Caller::of(&context);
        let bound = (caller.in_rounds || request.request_state.is_some())
            .then(|| Bound::to(&request, &caller.claimed));
        let name = request.name.clone();
        let running = match &bound {
            Some(bound) if request.request_state.is_some() => {
                let tool = self.find(&name)?;
                match self.rounds.resume(&request, bound) {
                    Ok(running) => running,
                    Err(fault) => return Ok(self.refused(tool, caller, fault).into()),
                }
            }
            Some(_) | None => self.start(request, caller)?,
        };
        match running.follow(&context).await {
            Came::Ended(result) => {
                tracing::debug!(tool = %name, failed = result.is_error, "a call ended");
                Ok(result.into())
            }
            Came::Asks(running, asked) => {
                let required = bound.and_then(|bound| self.rounds.park(running, asked, &bound));
                let required =
                    required.ok_or_else(|| ErrorData::internal_error("no question could be made", None));
                Ok(required?.into())
            }
        }
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

/// A tool as `tools/list` gives it.
pub fn wire_tool(tool: &dyn Tool) -> rmcp::model::Tool {
    let (card, schemas) = (tool.card(), tool.schemas());
    let hints = card.hints;
    let annotations = ToolAnnotations::from_raw(
        Some(card.title.to_owned()),
        Some(hints.read_only),
        Some(hints.destructive),
        Some(hints.idempotent),
        Some(hints.open_world),
    );
    let tool = rmcp::model::Tool::new(card.name, card.description, Arc::new(schemas.input.clone()))
        .with_title(card.title)
        .with_annotations(annotations);
    match &schemas.output {
        Some(schema) => tool.with_raw_output_schema(Arc::new(schema.clone())),
        None => tool,
    }
}

/// What a model reads of a tool: name, description and input schema, as compact JSON.
pub fn model_sees(tool: &dyn Tool) -> Value {
    let card = tool.card();
    json!({ "name": card.name, "description": card.description, "inputSchema": tool.schemas().input })
}
