//! Asking a person through the client in rounds: MCP 2026-07-28, `input_required`.
//!
//! Untrusted: the client, which brings back `requestState` and the answer, and may bring back anything.
//! Guarantees: an answer reaches the one call it was asked for, once, while that call waits; it must come with the same
//! tool and arguments, from the same client. The call itself waits in the gate: nothing that a client sends becomes an
//! operation by it.
//! Does not: know who answered; the gate knows for what a client's answer counts.

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use gate::{ApprovalAnswer, Approver, Question};
use model::{Code, Fault};
use policy::config::Channel;
use rmcp::model::{
    CallToolRequestParams, ClientCapabilities, ElicitRequest, ElicitRequestParams, ElicitResult,
    InputRequest, InputRequiredResult, RequestStateCodec, SealOptions,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};
use zeroize::Zeroizing;

use super::{
    elicitation::{answer, form},
    running::Running,
};

/// The name of the one question in a round.
const QUESTION: &str = "approval";

/// The calls that wait for an answer.
pub struct Rounds {
    codec: RequestStateCodec,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    last: u64,
    calls: HashMap<u64, Parked>,
}

/// A call whose question is with the client.
struct Parked {
    running: Running,
    answer: oneshot::Sender<ApprovalAnswer>,
    until: Instant,
}

impl fmt::Debug for Rounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rounds").field("waiting", &self.waiting().calls.len()).finish_non_exhaustive()
    }
}

/// A question on its way to the client.
#[derive(Debug)]
pub struct Asked {
    message: String,
    wait: Duration,
    answer: oneshot::Sender<ApprovalAnswer>,
}

impl Rounds {
    /// With a key of its own: what another server sealed is refused.
    pub fn new() -> Result<Self, Box<dyn Error>> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Self { codec: RequestStateCodec::try_new(key)?, waiting: Mutex::default() })
    }

    /// Sets a call aside, and says what the client is to ask and to bring back.
    pub fn park(&self, running: Running, asked: Asked, bound: &Bound) -> Option<InputRequiredResult> {
        let Asked { message, wait, answer } = asked;
        let params =
            ElicitRequestParams::FormElicitationParams { meta: None, message, requested_schema: form()? };
        let until = Instant::now() + wait;
        let mut waiting = self.waiting();
        waiting.calls.retain(|_, parked| parked.until > Instant::now());
        waiting.last += 1;
        let id = waiting.last;
        waiting.calls.insert(id, Parked { running, answer, until });
        let options = SealOptions::new().associated_data(&bound.0).ttl(wait);
        let state = self.codec.seal_with(&id.to_be_bytes(), &options);
        let request = InputRequest::Elicitation(ElicitRequest::new(params));
        Some(InputRequiredResult::new(Some(BTreeMap::from([(QUESTION.to_owned(), request)])), Some(state)))
    }

    /// The call that a client comes back to, which gets its answer by this.
    ///
    /// # Errors
    /// `APPROVAL_STALE`: nothing waits for this answer.
    pub fn resume(&self, request: &CallToolRequestParams, bound: &Bound) -> Result<Running, Fault> {
        let stale = |why: &str| {
            Fault::new(Code::ApprovalStale, format!("{why}; nothing was done"))
                .hint("call again without `requestState`: the person is asked anew")
        };
        let state = request.request_state.as_deref().unwrap_or_default();
        let opened = self.codec.open_with(state, &bound.0);
        let id = opened.ok().and_then(|id| id.try_into().ok()).map(u64::from_be_bytes);
        let id = id.ok_or_else(|| stale("`requestState` is not that of this call, or too old"))?;
        let parked = self.waiting().calls.remove(&id);
        let Parked { running, answer: to, .. } =
            parked.ok_or_else(|| stale("the answer that `requestState` belongs to was given"))?;
        let given = request.input_responses.as_ref().and_then(|given| given.get(QUESTION)).cloned();
        let result = given.and_then(|given| serde_json::from_value::<ElicitResult>(given).ok());
        // A call that no longer waits has ended, and says so itself.
        let _ = to.send(result.as_ref().map_or(ApprovalAnswer::Nothing, answer));
        Ok(running)
    }

    /// A panic while it was held has left a call out, whose question then ends without an answer.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an answer is bound to: tool, arguments and client, as a digest.
#[derive(Debug)]
pub struct Bound([u8; 32]);

impl Bound {
    /// That of a call.
    pub fn to(request: &CallToolRequestParams, claimed: &Value) -> Self {
        // What is typed stands in it.
        let whole = Zeroizing::new(json!([request.name, request.arguments, claimed]).to_string());
        Self(Sha256::digest(whole.as_bytes()).into())
    }
}

/// The client of one request, asked by the request's own result.
#[derive(Debug)]
pub struct InRounds(mpsc::Sender<Asked>);

impl InRounds {
    /// The client, if it said with this request that it can show forms; and where questions for it come out.
    pub fn of(capabilities: Option<ClientCapabilities>) -> Option<(Self, mpsc::Receiver<Asked>)> {
        let can = capabilities?.elicitation?;
        // Who names neither form nor address means forms.
        if can.form.is_none() && can.url.is_some() {
            return None;
        }
        let (sender, questions) = mpsc::channel(1);
        Some((Self(sender), questions))
    }
}

impl Approver for InRounds {
    fn channel(&self) -> Channel {
        Channel::Elicitation
    }

    fn ask<'a>(
        &'a self,
        question: &'a Question,
    ) -> Pin<Box<dyn Future<Output = ApprovalAnswer> + Send + 'a>> {
        Box::pin(async {
            let (answer, given) = oneshot::channel();
            let asked = Asked { message: question.to_string(), wait: question.wait, answer };
            if self.0.send(asked).await.is_err() {
                return ApprovalAnswer::Unavailable;
            }
            given.await.unwrap_or(ApprovalAnswer::Nothing)
        })
    }
}
