//! What runs at once: so many calls, and one at a time for keyboard and mouse.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

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

/// For how long the person's hands must have rested.
const REST: Duration = Duration::from_millis(500);
/// How long that is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked.
const LOOK: Duration = Duration::from_millis(50);

/// Waits until the person has not used mouse or keyboard for a moment; `last` tells when they last did.
pub(crate) async fn hands_rest(
    last: impl Fn() -> Option<Instant>,
    cancel: &CancellationToken,
) -> Result<(), Fault> {
    let begun = Instant::now();
    while last().is_some_and(|last| last.elapsed() < REST) {
        if begun.elapsed() > PATIENCE {
            return Err(Fault::new(
                Code::UserActive,
                "the person is using mouse or keyboard; nothing was done",
            )
            .hint("look meanwhile, and try again later"));
        }
        tokio::select! {
            () = cancel.cancelled() => return Err(Fault::new(Code::Cancelled, "the call was cancelled while the person used mouse or keyboard")),
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
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

    #[tokio::test]
    async fn input_waits_for_the_persons_hands_and_not_for_ever() {
        let cancel = CancellationToken::new();
        let begun = Instant::now();
        hands_rest(|| None, &cancel).await.unwrap();
        let once = begun;
        hands_rest(|| Some(once), &cancel).await.unwrap();
        assert!(begun.elapsed() >= REST);
        let never = hands_rest(|| Some(Instant::now()), &cancel).await.unwrap_err();
        assert_eq!(never.code, Code::UserActive);
        cancel.cancel();
        assert_eq!(hands_rest(|| Some(Instant::now()), &cancel).await.unwrap_err().code, Code::Cancelled);
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
