//! What runs at once: so many calls, and one at a time for keyboard and mouse.

use std::sync::Arc;

use model::{Code, Fault, Operation};
use policy::config::Limits;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// The places that running calls take.
#[derive(Debug)]
pub(crate) struct Places {
    calls: Arc<Semaphore>,
    input: Arc<Semaphore>,
}

/// Places taken, given back when dropped.
#[derive(Debug)]
pub(crate) struct Admission {
    _call: OwnedSemaphorePermit,
    _input: Option<OwnedSemaphorePermit>,
}

impl Places {
    pub(crate) fn new(limits: &Limits) -> Self {
        let calls = usize::try_from(limits.concurrent_calls).unwrap_or(1).clamp(1, Semaphore::MAX_PERMITS);
        Self { calls: Arc::new(Semaphore::new(calls)), input: Arc::new(Semaphore::new(1)) }
    }

    /// Waits for the places that `operation` needs, first come first served.
    pub(crate) async fn take(
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

    use policy::config::{Profile, Settings};

    use super::*;

    fn places() -> Places {
        Places::new(&Settings::of_profile(Profile::Assistant).limits)
    }

    fn focus() -> Operation {
        let window = WindowSelector::Title("x".into());
        Operation::WindowControl(WindowControlRequest { window, verb: WindowVerb::Focus })
    }

    #[tokio::test(start_paused = true)]
    async fn input_waits_its_turn_and_looking_does_not() {
        let (places, cancel) = (places(), CancellationToken::new());
        let first = places.take(&focus(), &cancel).await.unwrap();
        let looking = places.take(&Operation::Status(StatusRequest {}), &cancel).await;
        assert!(looking.is_ok());
        let second = tokio::time::timeout(Duration::from_secs(1), places.take(&focus(), &cancel)).await;
        assert!(second.is_err(), "two calls had the keyboard");
        drop(first);
        assert!(places.take(&focus(), &cancel).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn the_ninth_call_waits_and_can_be_cancelled() {
        let (places, cancel) = (places(), CancellationToken::new());
        let mut running = Vec::new();
        for _ in 0..8 {
            running.push(places.take(&Operation::Status(StatusRequest {}), &cancel).await.unwrap());
        }
        let ninth = Operation::Status(StatusRequest {});
        let waiting = places.take(&ninth, &cancel);
        cancel.cancel();
        assert_eq!(waiting.await.unwrap_err().code, Code::Cancelled);
    }
}
