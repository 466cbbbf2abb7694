//! A call under way: waited for, cancelled with its request, and set aside while the client is asked.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use model::{Code, Fault};
use rmcp::{
    RoleServer,
    model::{CallToolResult, ProgressNotificationParam},
    service::RequestContext,
};
use tokio::{
    runtime::Handle,
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, interval_at},
};
use tokio_util::sync::CancellationToken;

use super::{reply::failed, rounds::Asked};

/// How often a client that asked for progress hears of a call that still runs.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

/// A call's walk through the gate.
pub type Walk = Pin<Box<dyn Future<Output = CallToolResult> + Send>>;

/// A call under way: a panic in it ends the call, not the session, and it goes on to its end where nobody waits any more.
#[derive(Debug)]
pub struct Running {
    work: Work,
    /// Where its questions for the client come out.
    questions: mpsc::Receiver<Asked>,
    cancel: CancellationToken,
}

/// Where a call is worked on.
enum Work {
    /// On the task of its request, which spares it another.
    Here(Walk),
    /// On a task of its own, as its request is over.
    Apart(JoinHandle<CallToolResult>),
    Ended,
}

impl Work {
    /// Goes on without whoever waits; not where no runtime is left to do so.
    fn set_apart(&mut self) {
        if let Self::Here(walk) = std::mem::replace(self, Self::Ended)
            && let Ok(runtime) = Handle::try_current()
        {
            *self = Self::Apart(runtime.spawn(walk));
        }
    }
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Here(_) => "Here",
            Self::Apart(_) => "Apart",
            Self::Ended => "Ended",
        })
    }
}

impl Future for Work {
    type Output = CallToolResult;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<CallToolResult> {
        let polled = match &mut *self {
            // A walk that panicked is not asked again.
            Self::Here(walk) => match catch_unwind(AssertUnwindSafe(|| walk.as_mut().poll(context))) {
                Ok(polled) => polled,
                Err(_) => Poll::Ready(defect()),
            },
            Self::Apart(task) => Pin::new(task).poll(context).map(|ended| ended.unwrap_or_else(|_| defect())),
            Self::Ended => Poll::Ready(defect()),
        };
        if polled.is_ready() {
            *self = Self::Ended;
        }
        polled
    }
}

fn defect() -> CallToolResult {
    failed(&Fault::new(Code::Internal, "the call ended in a defect of winwarden"))
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Work::Here(_) = self.work {
            self.work.set_apart();
        }
    }
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
    /// Begins `walk` once it is followed; `cancel` ends it early.
    pub const fn new(walk: Walk, questions: mpsc::Receiver<Asked>, cancel: CancellationToken) -> Self {
        Self { work: Work::Here(walk), questions, cancel }
    }

    /// Until it ends or asks: a cancel of the request is passed on, progress is told.
    pub async fn follow(mut self, context: &RequestContext<RoleServer>) -> Came {
        let token = context.meta.get_progress_token();
        // The first tick of `interval` is due at once, and waiting for it takes the timer's whole millisecond.
        let mut ticks = interval_at(Instant::now() + PROGRESS_EVERY, PROGRESS_EVERY);
        let mut seconds = 0.0;
        loop {
            tokio::select! {
                ended = &mut self.work => return Came::Ended(ended),
                Some(asked) = self.questions.recv() => {
                    self.work.set_apart();
                    return Came::Asks(self, asked);
                }
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
