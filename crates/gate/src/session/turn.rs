//! Taking turns with other servers of one owner: the lock on a file that holds how often the state was written.
//!
//! Guarantees: of all servers one has the turn at a time, and in it one thread; a server that takes turn after turn lets others in.
//! Does not: get past a server that was frozen in its turn; who waits for that is told in the end.
//!
//! To lock a file and to give it back are questions to the system, which cost a call under Wine as much as the rest of it. So the
//! turn is kept for a moment after its use, in which this server goes on without asking.

use std::{
    fs::{File, TryLockError},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long another server may take with the files.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the turn is kept after it was used.
const LINGER: Duration = Duration::from_millis(5);
/// How long it is kept in all before others are let in.
const LONGEST: Duration = Duration::from_millis(100);
/// Between two tries to get it.
const TRY_AGAIN: Duration = Duration::from_micros(200);
/// How long others then have: some tries of theirs.
const LET_IN: Duration = Duration::from_millis(1);

/// What several servers of one owner take turns with. Held in this process by one thread at a time.
#[derive(Debug)]
pub(crate) struct Turn(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    lock: Mutex<Lock>,
    /// Told when the turn was taken, and at the end.
    changed: Condvar,
}

#[derive(Debug)]
struct Lock {
    file: File,
    /// Since when this server has the turn, and when it was last used.
    kept: Option<[Instant; 2]>,
    /// When it was given back to let others in.
    let_in: Option<Instant>,
    /// Whether a thread gives the turn back.
    watched: bool,
    /// Nobody takes it any more.
    over: bool,
}

/// Whose turn it is; given back some time after it is dropped.
#[derive(Debug)]
pub(crate) struct Held<'a>(MutexGuard<'a, Lock>);

impl Lock {
    fn give_back(&mut self) {
        self.kept = None;
        // What cannot be unlocked is when the file is closed.
        let _ = self.file.unlock();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Lock> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the turn back where it is not used, until the end.
    fn watch(&self) {
        let mut lock = self.lock();
        while !lock.over {
            lock = match lock.kept {
                None => self.changed.wait(lock).unwrap_or_else(PoisonError::into_inner),
                Some([_, used]) => match LINGER.checked_sub(used.elapsed()) {
                    Some(left) if !left.is_zero() => {
                        self.changed.wait_timeout(lock, left).unwrap_or_else(PoisonError::into_inner).0
                    }
                    _ => {
                        lock.give_back();
                        lock
                    }
                },
            };
        }
    }
}

impl Turn {
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let file = File::options().create(true).truncate(false).read(true).write(true).open(path)?;
        let lock = Mutex::new(Lock { file, kept: None, let_in: None, watched: false, over: false });
        Ok(Self(Arc::new(Shared { lock, changed: Condvar::new() })))
    }

    /// Waits for the turn, but not for ever: a server may have been frozen in the middle of its own.
    pub(crate) fn take(&self) -> io::Result<Held<'_>> {
        self.take_within(PATIENCE)
    }

    pub(super) fn take_within(&self, patience: Duration) -> io::Result<Held<'_>> {
        let begun = Instant::now();
        let mut lock = self.0.lock();
        if let Some(left) = lock.let_in.take().and_then(|since| LET_IN.checked_sub(since.elapsed())) {
            thread::sleep(left);
        }
        while lock.kept.is_none() {
            match lock.file.try_lock() {
                Ok(()) => {
                    lock.kept = Some([Instant::now(); 2]);
                    self.0.changed.notify_one();
                }
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if begun.elapsed() > patience => {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "another server holds the session"));
                }
                Err(TryLockError::WouldBlock) => thread::sleep(TRY_AGAIN),
            }
        }
        if !lock.watched {
            let shared = Arc::clone(&self.0);
            // Without one, each turn is given back at once.
            lock.watched = thread::Builder::new().name("turn".into()).spawn(move || shared.watch()).is_ok();
        }
        Ok(Held(lock))
    }

    /// Of the last writing; none where that cannot be told, as while another server holds the turn on Windows.
    pub(super) fn mark(&self) -> Option<Mark> {
        Mark::read(&self.0.lock().file).ok()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut lock = self.0.lock();
        lock.give_back();
        lock.over = true;
        drop(lock);
        self.0.changed.notify_all();
    }
}

impl Held<'_> {
    /// Of the last writing.
    pub(super) fn mark(&self) -> io::Result<Mark> {
        Mark::read(&self.0.file)
    }

    /// Notes one writing more.
    pub(super) fn mark_next(&self) -> io::Result<Mark> {
        let mark = Mark(self.mark()?.0.wrapping_add(1));
        mark.write(&self.0.file)?;
        Ok(mark)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let (now, lock) = (Instant::now(), &mut *self.0);
        match &mut lock.kept {
            Some([since, used]) if lock.watched && now.duration_since(*since) < LONGEST => *used = now,
            _ => {
                lock.give_back();
                lock.let_in = lock.watched.then_some(now);
            }
        }
    }
}

/// What tells one writing of the state from another: its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(u64);

impl Mark {
    /// 0 where nothing was written yet.
    fn read(file: &File) -> io::Result<Self> {
        let mut number = [0; 8];
        let read = read_at_start(file, &mut number)?;
        Ok(Self(if read == number.len() { u64::from_le_bytes(number) } else { 0 }))
    }

    fn write(self, mut file: &File) -> io::Result<()> {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&self.0.to_le_bytes())
    }
}

/// One question to the system, wherever the file stands.
fn read_at_start(file: &File, into: &mut [u8]) -> io::Result<usize> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_at(file, into, 0);
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_read(file, into, 0);
}
