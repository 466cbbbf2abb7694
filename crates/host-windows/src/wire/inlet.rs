//! A pipe that is read with as few questions to the system as there are writes at its other end.
//!
//! Guarantees: what it has given is wiped where it was held.

use std::io::{self, Read};

use zeroize::{Zeroize, Zeroizing};

/// Bytes that are held at most; where more is wanted at once, they go straight to who wants them.
const ROOM: usize = 16 * 1024;

/// Reads ahead what has come.
#[derive(Debug)]
pub struct Inlet<R> {
    pipe: R,
    held: Zeroizing<Vec<u8>>,
    /// How many of those have been given.
    given: usize,
}

impl<R: Read> Inlet<R> {
    /// Nothing is read yet.
    pub fn new(pipe: R) -> Self {
        Self { pipe, held: Zeroizing::new(Vec::with_capacity(ROOM)), given: 0 }
    }
}

impl<R: Read> Read for Inlet<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given == self.held.len() {
            self.held.clear();
            self.given = 0;
            if into.len() >= ROOM {
                return self.pipe.read(into);
            }
            self.held.resize(ROOM, 0);
            let read = self.pipe.read(&mut self.held);
            self.held.truncate(*read.as_ref().unwrap_or(&0));
            read?;
        }
        let left = self.held.get_mut(self.given..).unwrap_or_default();
        let count = left.len().min(into.len());
        if let (Some(from), Some(to)) = (left.get_mut(..count), into.get_mut(..count)) {
            to.copy_from_slice(from);
            from.zeroize();
        }
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives what each write put in, one after the other, as a pipe does.
    struct Writes(Vec<Vec<u8>>, usize);

    impl Read for Writes {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            let Some(first) = self.0.first_mut() else { return Ok(0) };
            let count = first.len().min(into.len());
            into[..count].copy_from_slice(&first[..count]);
            first.drain(..count);
            if first.is_empty() {
                self.0.remove(0);
            }
            Ok(count)
        }
    }

    #[test]
    fn one_write_is_one_read_and_nothing_is_lost() {
        let mut inlet = Inlet::new(Writes(vec![b"abcdef".to_vec(), b"ghi".to_vec(), vec![7; 3 * ROOM]], 0));
        let mut all = Vec::new();
        for count in [2, 4, 3] {
            let mut part = vec![0; count];
            inlet.read_exact(&mut part).unwrap();
            all.extend(part);
        }
        assert_eq!((all.as_slice(), inlet.pipe.1), (&b"abcdefghi"[..], 2));
        let mut large = vec![0; 3 * ROOM];
        inlet.read_exact(&mut large).unwrap();
        assert_eq!((large, inlet.pipe.1), (vec![7; 3 * ROOM], 3));
        assert_eq!(inlet.read(&mut [0; 4]).unwrap(), 0);
    }

    #[test]
    fn what_was_given_is_wiped() {
        let mut inlet = Inlet::new(Writes(vec![b"hunter2 and more".to_vec()], 0));
        inlet.read_exact(&mut [0; 7]).unwrap();
        assert_eq!(inlet.held.as_slice(), b"\0\0\0\0\0\0\0 and more");
    }

    #[test]
    fn a_fault_of_the_pipe_is_told_and_leaves_nothing_behind() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                into[0] = b'x';
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        let mut inlet = Inlet::new(Broken);
        for _ in 0..2 {
            assert_eq!(inlet.read(&mut [0; 4]).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        }
    }
}
