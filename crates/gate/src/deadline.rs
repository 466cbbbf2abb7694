//! Waiting for a host: not for ever, and not for its panics.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use model::{Code, Fault};
use tokio::time::timeout;

use crate::host::Answer;

/// How much longer than the deadline a host is waited for before the gate gives up on it.
const GRACE: Duration = Duration::from_secs(1);

/// Waits for a host a little beyond the deadline it was given; a panic in it is a fault.
pub(crate) async fn within<T>(deadline: Duration, answer: Answer<'_, T>) -> Result<T, Fault> {
    timeout(deadline + GRACE, Caught(answer)).await.unwrap_or_else(|_| {
        Err(Fault::new(Code::TargetNotResponding, "the target did not answer in time")
            .hint("look with `window_list` for a window that does not respond"))
    })
}

/// A future whose panic is its result.
struct Caught<'a, T>(Answer<'a, T>);

impl<T> Future for Caught<'_, T> {
    type Output = Result<T, Fault>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.0.as_mut();
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| future.poll(cx))).unwrap_or_else(|_| {
            Poll::Ready(Err(Fault::new(
                Code::Internal,
                "a defect of winwarden ended the call; look before trying again",
            )))
        })
    }
}
