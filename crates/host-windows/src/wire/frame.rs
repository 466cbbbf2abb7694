//! Frames on the pipe between gate and worker.
//!
//! Untrusted: every byte that comes out of the pipe.
//! Guarantees: reading takes no more memory than has arrived, each part of a frame is at most 64 MiB, and anything but a whole,
//! well-formed frame is an error; typed text and data to be written travel beside the JSON, never in it, and all of it is
//! wiped after use.
//! Does not: check what a message means.
//!
//! A frame is two lengths (32 bits each, little-endian), the JSON, and the secret. The second length is all ones
//! where there is no secret.

use std::io::{self, Read, Write};

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use super::Secret;

/// Bytes of JSON in one frame.
const MAX_JSON: u32 = 64 << 20;
/// Bytes of secrets in one frame: a million characters of up to four bytes, or the values of one change.
pub(super) const MAX_SECRET: u32 = 64 << 20;
/// The second length of a frame without a secret.
const NO_SECRET: u32 = u32::MAX;

/// Why what came out of the pipe cannot be used. Never says what it was.
#[derive(Debug, Error)]
pub enum BadFrame {
    /// The pipe cannot be read or written.
    #[error("the pipe is broken: {0}")]
    Pipe(#[from] io::Error),
    /// The pipe ended within a frame.
    #[error("the pipe ended within a frame")]
    Cut,
    /// A frame is longer than any may be.
    #[error("a frame of {0} bytes is too long")]
    TooLong(u64),
    /// It is not the JSON of a message.
    #[error("a frame does not hold a message (line {line}, column {column})")]
    NotAMessage {
        /// Line in the JSON.
        line: usize,
        /// Column in the JSON.
        column: usize,
    },
}

/// Puts a message into the pipe, with the secret that goes with it.
///
/// # Errors
/// The pipe is closed, or the message is longer than a frame may be; nothing of it is sent then.
pub fn write(to: &mut impl Write, message: &impl Serialize, secret: Option<&Secret>) -> Result<(), BadFrame> {
    put(to, &frame(message, secret)?, secret)?;
    Ok(())
}

/// Puts a frame into the pipe, and then the secret it was made for.
///
/// # Errors
/// The pipe is closed.
pub fn put(to: &mut (impl Write + ?Sized), frame: &[u8], secret: Option<&Secret>) -> io::Result<()> {
    to.write_all(frame)?;
    if let Some(secret) = secret {
        to.write_all(secret.bytes())?;
    }
    to.flush()
}

/// A frame without its secret.
///
/// # Errors
/// The message or the secret is longer than a frame may be.
pub fn frame(message: &impl Serialize, secret: Option<&Secret>) -> Result<Zeroizing<Vec<u8>>, BadFrame> {
    let length = secret.map_or(0, |secret| secret.bytes().len());
    let mut frame = Zeroizing::new(Vec::with_capacity(4096 + length));
    frame.extend_from_slice(&[0; 8]);
    serde_json::to_writer(&mut *frame, message).map_err(|error| not_a_message(&error))?;
    let json = limited(frame.len() - 8, MAX_JSON)?;
    let second = if secret.is_some() { limited(length, MAX_SECRET)? } else { NO_SECRET };
    let head = u64::from(second) << 32 | u64::from(json);
    if let Some(place) = frame.get_mut(..8) {
        place.copy_from_slice(&head.to_le_bytes());
    }
    Ok(frame)
}

/// Takes the next message out of the pipe; nothing at its end.
///
/// # Errors
/// Anything but a whole frame that holds a message. The pipe cannot be read on after that.
pub fn read<T: DeserializeOwned>(from: &mut impl Read) -> Result<Option<(T, Option<Secret>)>, BadFrame> {
    let mut head = [0; 8];
    let mut got = 0;
    while let Some(rest) = head.get_mut(got..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) if got == 0 => return Ok(None),
            Ok(0) => return Err(BadFrame::Cut),
            Ok(count) => got += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Windows' word for the end of a pipe.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe && got == 0 => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    let head = u64::from_le_bytes(head);
    let (json, second) = (head & u64::from(u32::MAX), head >> 32);
    let json = body(from, json, MAX_JSON)?;
    let secret = match second == u64::from(NO_SECRET) {
        true => None,
        false => Some(Secret::from(body(from, second, MAX_SECRET)?)),
    };
    let message = serde_json::from_slice(&json).map_err(|error| not_a_message(&error))?;
    Ok(Some((message, secret)))
}

/// The next `length` bytes; room is made as they come, and no copy is left behind.
fn body(from: &mut impl Read, length: u64, at_most: u32) -> Result<Zeroizing<Vec<u8>>, BadFrame> {
    const STEP: usize = 1 << 20;
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    limited(length, at_most)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(length.min(STEP)));
    while bytes.len() < length {
        let have = bytes.len();
        if have == bytes.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(length.min(have.saturating_mul(2))));
            larger.extend_from_slice(&bytes);
            bytes.zeroize();
            bytes = larger;
        }
        let step = bytes.capacity().min(length);
        bytes.resize(step, 0);
        let room = bytes.get_mut(have..).unwrap_or_default();
        match from.read_exact(room) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(BadFrame::Cut),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(bytes)
}

fn limited(length: usize, at_most: u32) -> Result<u32, BadFrame> {
    u32::try_from(length)
        .ok()
        .filter(|length| *length <= at_most)
        .ok_or(BadFrame::TooLong(u64::try_from(length).unwrap_or(u64::MAX)))
}

fn not_a_message(error: &serde_json::Error) -> BadFrame {
    BadFrame::NotAMessage { line: error.line(), column: error.column() }
}

#[cfg(test)]
mod tests {
    use model::SecretText;
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{FromWorker, Order, Task, ToWorker, Work};

    fn typed(secret: &str) -> Vec<u8> {
        let task = Task::Execute {
            work: Work::Type { mode: model::TypeMode::Insert, submit: false },
            facts: model::Facts::default(),
        };
        let message = ToWorker::Do(Box::new(Order { id: 7, remaining_ms: 500, task }));
        let mut bytes = Vec::new();
        write(&mut bytes, &message, Some(&SecretText::new(secret.to_owned()).into())).unwrap();
        bytes
    }

    #[test]
    fn a_message_and_its_secret_come_out_as_they_went_in() {
        let mut bytes = typed("grüß 😀");
        write(&mut bytes, &ToWorker::Cancel { id: 9 }, None).unwrap();
        let mut pipe = bytes.as_slice();
        let (first, secret) = read::<ToWorker>(&mut pipe).unwrap().unwrap();
        assert!(
            matches!(&first, ToWorker::Do(order) if order.id == 7 && order.remaining_ms == 500),
            "{first:?}"
        );
        assert_eq!(secret.unwrap().text().unwrap().expose(), "grüß 😀");
        let (second, none) = read::<ToWorker>(&mut pipe).unwrap().unwrap();
        assert!(matches!(second, ToWorker::Cancel { id: 9 }) && none.is_none());
        assert!(read::<ToWorker>(&mut pipe).unwrap().is_none());
    }

    #[test]
    fn an_empty_secret_is_not_the_same_as_none() {
        let (_, secret) = read::<ToWorker>(&mut typed("").as_slice()).unwrap().unwrap();
        assert_eq!(secret.unwrap().text().unwrap().expose(), "");
    }

    #[test]
    fn the_secret_stands_in_no_message_and_no_error() {
        let (message, secret) = read::<ToWorker>(&mut typed("hunter2").as_slice()).unwrap().unwrap();
        assert!(!format!("{message:?} {secret:?}").contains("hunter2"));
        assert!(!serde_json::to_string(&message).unwrap().contains("hunter2"));
        let mut bytes = br#"\x00{"Do":"hunter2"}"#.to_vec();
        bytes.splice(0..4, 16_u32.to_le_bytes().into_iter().chain([255; 4]));
        let error = read::<ToWorker>(&mut bytes.as_slice()).unwrap_err();
        assert!(!format!("{error:?} {error}").contains("hunter2"), "{error:?}");
    }

    #[test]
    fn a_frame_that_claims_more_than_may_be_is_refused_before_it_is_read() {
        let mut pipe: &[u8] = &[255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3];
        assert!(matches!(read::<FromWorker>(&mut pipe), Err(BadFrame::TooLong(_))));
        assert_eq!(pipe, [1, 2, 3]);
    }

    #[test]
    fn a_pipe_that_ends_within_a_frame_is_an_error_and_not_the_end() {
        let whole = typed("abc");
        for end in 1..whole.len() {
            let cut = whole.get(..end).unwrap();
            assert!(matches!(read::<ToWorker>(&mut &*cut), Err(BadFrame::Cut)), "at {end}");
        }
    }

    proptest! {
        #[test]
        fn garbage_is_an_error_and_never_a_message(bytes in prop::collection::vec(any::<u8>(), 1..200)) {
            let read = read::<FromWorker>(&mut bytes.as_slice());
            prop_assert!(read.is_err(), "{read:?}");
        }

        #[test]
        fn garbage_in_a_well_formed_frame_is_no_message(json in ".{0,80}") {
            let mut bytes = u32::try_from(json.len()).unwrap().to_le_bytes().to_vec();
            bytes.extend([255; 4]);
            bytes.extend(json.as_bytes());
            let read = read::<ToWorker>(&mut bytes.as_slice());
            prop_assert!(matches!(read, Err(BadFrame::NotAMessage { .. })), "{read:?}");
        }
    }
}
