//! What goes to the worker: put on the pipe by the thread that has it to say where that cannot block, for another thread
//! costs a call as much as a good part of its work; else by one that may.

use std::{
    fmt,
    io::Write,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
};

use super::Outgoing;
use crate::wire::{self, BadFrame, Secret, ToWorker};

/// How much the pipe surely takes, bytes; it is made for somewhat more.
const ROOM: usize = 48 << 10;

/// A pipe, used by one thread at a time.
pub type Pipe = Arc<Mutex<dyn Write + Send>>;

/// The way to the worker.
pub(super) struct Outlet {
    queue: Sender<Outgoing>,
    /// Messages in the queue, and the one that is being put on the pipe from it.
    queued: Arc<AtomicUsize>,
    /// Belongs to who puts the queue on it; closed when that ends.
    pipe: Option<Weak<Mutex<dyn Write + Send>>>,
    /// The newest order that was put on its way.
    newest: u64,
    /// Bytes that the worker may not have read yet: up to that order, and after it.
    unread: [usize; 2],
}

impl fmt::Debug for Outlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outlet").field("newest", &self.newest).field("unread", &self.unread).finish()
    }
}

/// The messages for which the pipe may have no room.
#[derive(Debug)]
pub struct Queue {
    messages: Receiver<Outgoing>,
    queued: Arc<AtomicUsize>,
}

impl Outlet {
    /// Puts everything into the queue until there is a pipe.
    pub(super) fn new() -> (Self, Queue) {
        let (queue, messages) = channel();
        let queued = Arc::<AtomicUsize>::default();
        let waiting = Queue { messages, queued: Arc::clone(&queued) };
        (Self { queue, queued, pipe: None, newest: 0, unread: [0; 2] }, waiting)
    }

    /// The pipe that the queue is put on, too.
    pub(super) fn begin(&mut self, pipe: &Pipe) {
        self.pipe = Some(Arc::downgrade(pipe));
    }

    /// Puts a message on its way; gives it back where there is none any more, and then nobody gets it.
    pub(super) fn put(&mut self, message: ToWorker, secret: Option<Secret>) -> Result<(), Outgoing> {
        let frame = match wire::frame(&message, secret.as_ref()) {
            Ok(frame) => frame,
            // Whoever takes it from the queue finds the same.
            Err(_) => return self.enqueue((message, secret)),
        };
        let length = frame.len() + secret.as_ref().map_or(0, |secret| secret.bytes().len());
        let [before, after] = self.unread;
        self.unread = match &message {
            ToWorker::Do(order) => {
                self.newest = order.id;
                [before.saturating_add(after).saturating_add(length), 0]
            }
            _ => [before, after.saturating_add(length)],
        };
        let fits = self.unread.iter().sum::<usize>() <= ROOM && self.queued.load(Ordering::Acquire) == 0;
        match self.pipe.as_ref().filter(|_| fits) {
            Some(pipe) => {
                let Some(pipe) = pipe.upgrade() else { return Err((message, secret)) };
                let mut pipe = pipe.lock().unwrap_or_else(PoisonError::into_inner);
                wire::put(&mut *pipe, &frame, secret.as_ref()).map_err(|_| (message, secret))
            }
            None => self.enqueue((message, secret)),
        }
    }

    fn enqueue(&self, message: Outgoing) -> Result<(), Outgoing> {
        self.queued.fetch_add(1, Ordering::AcqRel);
        self.queue.send(message).map_err(|unsent| unsent.0)
    }

    /// Takes in that an order has ended: the worker has read it, and what came before.
    pub(super) const fn ended(&mut self, order: u64) {
        if order == self.newest {
            let [_, after] = self.unread;
            self.unread = [0, after];
        }
    }
}

impl Queue {
    /// Puts messages on a pipe until there are no more.
    ///
    /// # Errors
    /// The pipe is closed.
    pub fn write(self, pipe: &Mutex<impl Write>) -> Result<(), BadFrame> {
        for (message, secret) in self.messages {
            let mut pipe = pipe.lock().unwrap_or_else(PoisonError::into_inner);
            wire::write(&mut *pipe, &message, secret.as_ref())?;
            drop(pipe);
            self.queued.fetch_sub(1, Ordering::AcqRel);
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn recv(&self) -> Option<Outgoing> {
        self.messages.recv().ok()
    }

    #[cfg(test)]
    pub(super) fn try_iter(&self) -> impl Iterator<Item = Outgoing> {
        self.messages.try_iter()
    }
}

#[cfg(test)]
mod tests {
    use gate::Lookup;
    use model::SecretText;
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{Order, Task};

    fn order(id: u64) -> ToWorker {
        let task = Task::Resolve(Lookup::default());
        ToWorker::Do(Box::new(Order { id, remaining_ms: 1, task }))
    }

    fn secret(length: usize) -> Option<Secret> {
        Some(SecretText::new("x".repeat(length)).into())
    }

    /// What is on a pipe, by the ids of its messages.
    fn ids(mut written: &[u8]) -> Vec<u64> {
        let mut ids = Vec::new();
        while let Some((message, _)) = wire::read::<ToWorker>(&mut written).unwrap() {
            ids.push(match message {
                ToWorker::Do(order) => order.id,
                ToWorker::Cancel { id } | ToWorker::Ping { id } => id,
                other => panic!("{other:?}"),
            });
        }
        ids
    }

    #[test]
    fn what_the_pipe_has_room_for_goes_at_once_and_what_follows_one_that_waits_waits_too() {
        let pipe: Arc<Mutex<Vec<u8>>> = Arc::default();
        let (mut outlet, queue) = Outlet::new();
        outlet.begin(&(Arc::clone(&pipe) as Pipe));
        assert!(outlet.put(order(1), None).is_ok() && outlet.put(ToWorker::Cancel { id: 1 }, None).is_ok());
        assert_eq!(ids(&pipe.lock().unwrap()), [1, 1]);
        assert!(outlet.put(order(2), secret(ROOM)).is_ok() && outlet.put(order(3), None).is_ok());
        assert_eq!(ids(&pipe.lock().unwrap()), [1, 1], "nothing overtakes it");
        drop(outlet);
        queue.write(&pipe).unwrap();
        assert_eq!(ids(&pipe.lock().unwrap()), [1, 1, 2, 3]);
    }

    #[test]
    fn a_pipe_that_is_closed_takes_nothing() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let (mut outlet, _queue) = Outlet::new();
        let pipe: Pipe = Arc::new(Mutex::new(Closed));
        outlet.begin(&pipe);
        let (back, _) = outlet.put(order(1), None).unwrap_err();
        assert!(matches!(back, ToWorker::Do(order) if order.id == 1));
    }

    #[test]
    fn the_pipe_closes_with_who_puts_the_queue_on_it() {
        let (mut outlet, queue) = Outlet::new();
        let pipe: Pipe = Arc::new(Mutex::new(Vec::new()));
        outlet.begin(&pipe);
        assert!(outlet.put(order(1), None).is_ok());
        drop((pipe, queue));
        assert!(outlet.put(order(2), None).is_err() && outlet.put(order(3), secret(ROOM)).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Of orders (true) and other messages, each with so many bytes, some end meanwhile.
        #[test]
        fn no_more_is_put_at_once_than_the_pipe_has_room_for(
            all in prop::collection::vec((any::<bool>(), 0..30_000_usize, any::<bool>()), 1..40)
        ) {
            let pipe: Arc<Mutex<Vec<u8>>> = Arc::default();
            let (mut outlet, _queue) = Outlet::new();
            outlet.begin(&(Arc::clone(&pipe) as Pipe));
            let (mut newest, mut read) = (0, 0);
            let mut after_newest = 0;
            for (number, (is_order, length, ends)) in all.into_iter().enumerate() {
                let id = number as u64 + 1;
                let message = if is_order { order(id) } else { ToWorker::Ping { id } };
                prop_assert!(outlet.put(message, secret(length)).is_ok());
                let written = pipe.lock().unwrap().len();
                prop_assert!(written - read <= ROOM);
                if is_order {
                    (newest, after_newest) = (id, written);
                }
                if ends && newest > 0 {
                    outlet.ended(newest);
                    read = read.max(after_newest);
                }
            }
        }
    }
}
