//! Work on many controls, shared by two threads: each question goes to the system or the target and back, and while
//! one is on its way the other can be asked.

use std::{panic::resume_unwind, thread};

/// Fewer are done before a thread has started.
const MANY: usize = 64;

/// What comes of each of `all`, in their order. `begin` is called once by each thread, and what it gives is handed to
/// `work` with each item.
pub(super) fn each<T: Sync, B, R: Send>(
    all: &[T],
    begin: impl Fn() -> B + Sync,
    work: impl Fn(&B, &T) -> R + Sync,
) -> Vec<R> {
    let some = |part: &[T]| {
        let begun = begin();
        part.iter().map(|item| work(&begun, item)).collect::<Vec<R>>()
    };
    if all.len() < MANY {
        return some(all);
    }
    let (first, second) = all.split_at(all.len() / 2);
    thread::scope(|scope| {
        let other = thread::Builder::new().name("beside".to_owned()).spawn_scoped(scope, || some(second));
        let mut done = some(first);
        done.extend(match other.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(rest)) => rest,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => some(second),
        });
        done
    })
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, sync::Mutex};

    use super::*;

    #[test]
    fn many_are_shared_by_two_threads_and_come_back_in_order() {
        for many in [0, 1, MANY - 1, MANY, 1001] {
            let all: Vec<usize> = (0..many).collect();
            let threads = Mutex::new(HashSet::new());
            let begin = || {
                threads.lock().unwrap().insert(thread::current().id());
            };
            assert_eq!(
                each(&all, begin, |(), item| item * 2),
                all.iter().map(|item| item * 2).collect::<Vec<_>>()
            );
            assert_eq!(threads.into_inner().unwrap().len(), if many < MANY { 1 } else { 2 });
        }
    }
}
