//! What wakes who waits for a window to change.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    time::Instant,
};

/// Rings a [`Bell`], from any thread; without an effect once that is gone.
#[derive(Debug, Clone)]
pub(crate) struct Ring(SyncSender<()>);

impl Ring {
    /// Rings; many times before it is heard are as good as one.
    pub(crate) fn ring(&self) {
        let _ = self.0.try_send(());
    }
}

/// A bell with its ring.
#[derive(Debug)]
pub(crate) struct Bell {
    ring: Ring,
    rung: Receiver<()>,
}

impl Default for Bell {
    fn default() -> Self {
        let (ring, rung) = sync_channel(1);
        Self { ring: Ring(ring), rung }
    }
}

impl Bell {
    /// What rings it.
    pub(crate) fn ring(&self) -> Ring {
        self.ring.clone()
    }

    /// Waits until it rings, or has rung since it was last heard; whether it has by `until`.
    pub(crate) fn hears(&self, until: Instant) -> bool {
        match self.rung.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(()) => true,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
        }
    }
}
