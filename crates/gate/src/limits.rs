//! Limits on what runs at once: eight calls, and one at a time for keyboard and mouse.

use std::sync::Arc;

use model::{Code, Fault, Operation};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// Calls that run at once.
const CONCURRENT_CALLS: usize = 8;

/// The places that running calls take.
#[derive(Debug)]
pub(crate) struct Limits {
    calls: Arc<Semaphore>,
    input: Arc<Semaphore>,
}

/// Places taken, given back when dropped.
#[derive(Debug)]
pub(crate) struct Admission {
    _call: OwnedSemaphorePermit,
    _input: Option<OwnedSemaphorePermit>,
}

impl Limits {
    pub(crate) fn new() -> Self {
        Self { calls: Arc::new(Semaphore::new(CONCURRENT_CALLS)), input: Arc::new(Semaphore::new(1)) }
    }

    /// Waits for the places that `operation` needs, first come first served.
    pub(crate) async fn admit(
        &self,
        operation: &Operation,
        cancel: &CancellationToken,
    ) -> Result<Admission, Fault> {
        let take = async |places: &Arc<Semaphore>| {
            tokio::select! {
                () = cancel.cancelled() => Err(Fault::new(Code::Cancelled, "the call was cancelled while it waited for its turn")),
                place = places.clone().acquire_owned() =>
                    place.map_err(|_| Fault::new(Code::Internal, "the queue is closed")),
            }
        };
        // Input first: calls that wait for the keyboard must not take the places of calls that only look.
        let input = if operation.takes_input() { Some(take(&self.input).await?) } else { None };
        Ok(Admission { _call: take(&self.calls).await?, _input: input })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use model::{StatusRequest, WindowControlRequest, WindowSelector, WindowVerb};

    use super::*;

    fn focus() -> Operation {
        let window = WindowSelector::Title("x".into());
        Operation::WindowControl(WindowControlRequest { window, verb: WindowVerb::Focus })
    }

    #[tokio::test(start_paused = true)]
    async fn input_waits_its_turn_and_looking_does_not() {
        let (limits, cancel) = (Limits::new(), CancellationToken::new());
        let first = limits.admit(&focus(), &cancel).await.unwrap();
        let looking = limits.admit(&Operation::Status(StatusRequest {}), &cancel).await;
        assert!(looking.is_ok());
        let second = tokio::time::timeout(Duration::from_secs(1), limits.admit(&focus(), &cancel)).await;
        assert!(second.is_err(), "two calls had the keyboard");
        drop(first);
        assert!(limits.admit(&focus(), &cancel).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn the_ninth_call_waits_and_can_be_cancelled() {
        let (limits, cancel) = (Limits::new(), CancellationToken::new());
        let mut running = Vec::new();
        for _ in 0..8 {
            running.push(limits.admit(&Operation::Status(StatusRequest {}), &cancel).await.unwrap());
        }
        let ninth = Operation::Status(StatusRequest {});
        let waiting = limits.admit(&ninth, &cancel);
        cancel.cancel();
        assert_eq!(waiting.await.unwrap_err().code, Code::Cancelled);
    }
}
