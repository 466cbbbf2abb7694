//! A call under way: waited for, cancelled with its request, and set aside while the client is asked.

use std::time::Duration;

use model::{Code, Fault};
use rmcp::{
    RoleServer,
    model::{CallToolResult, ProgressNotificationParam},
    service::RequestContext,
};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, interval_at},
};
use tokio_util::sync::CancellationToken;

use super::{reply::failed, rounds::Asked};

/// How often a client that asked for progress hears of a call that still runs.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

/// A call that walks through the gate on a task of its own: a panic in it ends the call, not the session.
#[derive(Debug)]
pub struct Running {
    task: JoinHandle<CallToolResult>,
    /// Where its questions for the client come out.
    questions: mpsc::Receiver<Asked>,
    cancel: CancellationToken,
}

/// How far it came.
#[derive(Debug)]
pub enum Came {
    /// To its end.
    Ended(CallToolResult),
    /// To a question for the client.
    Asks(Running, Asked),
}

impl Running {
    /// Waits for `task`, which `cancel` ends early.
    pub const fn new(
        task: JoinHandle<CallToolResult>,
        questions: mpsc::Receiver<Asked>,
        cancel: CancellationToken,
    ) -> Self {
        Self { task, questions, cancel }
    }

    /// Until it ends or asks: a cancel of the request is passed on, progress is told.
    pub async fn follow(mut self, context: &RequestContext<RoleServer>) -> Came {
        let token = context.meta.get_progress_token();
        // The first tick of `interval` is due at once, and waiting for it takes the timer's whole millisecond.
        let mut ticks = interval_at(Instant::now() + PROGRESS_EVERY, PROGRESS_EVERY);
        let mut seconds = 0.0;
        loop {
            tokio::select! {
                ended = &mut self.task => {
                    let defect = |_| failed(&Fault::new(Code::Internal, "the call ended in a defect of winwarden"));
                    return Came::Ended(ended.unwrap_or_else(defect));
                }
                Some(asked) = self.questions.recv() => return Came::Asks(self, asked),
                () = context.ct.cancelled(), if !self.cancel.is_cancelled() => self.cancel.cancel(),
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
