//! Work that another program can hold up, done beside the caller so that it costs no more than the deadline.

use std::{
    sync::{
        atomic::Ordering,
        mpsc::{RecvTimeoutError, channel},
    },
    time::{Duration, Instant},
};

use model::{Code, Fault};
use windows::Win32::System::Com::{
    COINIT_APARTMENTTHREADED, COINIT_DISABLE_OLE1DDE, CoInitializeEx, CoUninitialize,
};

use crate::source::Job;

/// Between two looks at whether the caller cancelled.
const TICK: Duration = Duration::from_millis(20);

/// Does `work` on a thread of its own, and gives up waiting for it when the job's time is up (with the fault that
/// `late` makes) or the caller cancels. Work that is given up ends by itself when whatever holds it up lets go.
pub(crate) fn aside<T: Send + 'static>(
    job: &Job,
    late: impl FnOnce() -> Fault,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    let (sender, done) = channel();
    let spawned = std::thread::Builder::new().spawn(move || {
        let _ = sender.send(work()); // nobody waits any more
    });
    if let Err(error) = spawned {
        return Err(Fault::new(Code::Internal, format!("no thread can be started: {error}")));
    }
    loop {
        let left = job.deadline.saturating_duration_since(Instant::now());
        match done.recv_timeout(left.min(TICK)) {
            Ok(value) => return Ok(value),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Fault::new(Code::Internal, "the work ended without a result"));
            }
            Err(RecvTimeoutError::Timeout) if job.cancelled.load(Ordering::Relaxed) => {
                return Err(Fault::new(Code::Cancelled, "the call was cancelled"));
            }
            Err(RecvTimeoutError::Timeout) if Instant::now() >= job.deadline => return Err(late()),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// The same with a single-threaded apartment, which the shell's objects want.
pub(crate) fn with_shell<T: Send + 'static>(
    job: &Job,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    let late = || Fault::new(Code::Timeout, "the shell did not answer in time").hint("raise `timeout_ms`");
    aside(job, late, move || {
        let _apartment = Apartment::enter();
        work()
    })
}

/// A thread's membership in an apartment, until dropped.
struct Apartment(bool);

impl Apartment {
    fn enter() -> Self {
        // SAFETY: this thread was started just now and has no apartment yet; it is left on the same thread.
        Self(unsafe { CoInitializeEx(None, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE) }.is_ok())
    }
}

impl Drop for Apartment {
    fn drop(&mut self) {
        if self.0 {
            // SAFETY: `enter` succeeded on this thread, which has dropped its objects by now.
            unsafe { CoUninitialize() };
        }
    }
}
