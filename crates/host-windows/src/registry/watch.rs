//! Waiting until a key changes.

use std::time::{Duration, Instant};

use gate::registry::About;
use model::{Code, Fault};
use windows::Win32::{
    Foundation::{ERROR_KEY_DELETED, ERROR_SUCCESS, STATUS_KEY_DELETED, WAIT_OBJECT_0},
    System::{
        Registry::{HKEY, REG_NOTIFY_CHANGE_LAST_SET, REG_NOTIFY_CHANGE_NAME, RegNotifyChangeKeyValue},
        Threading::{CreateEventW, WaitForSingleObject},
    },
};

use super::{native::Handle, status};
use crate::system::Owned;

/// Between two looks at whether the wait is over for another reason.
const PAUSE: Duration = Duration::from_millis(25);
/// So many of them lie between two looks at the key.
const LOOK: u32 = 10;

/// Blocks until a value or subkey of the key changes, the key goes, `until` or `cancelled`; whether something changed.
///
/// `look` tells what there is to see of the key. An event that does not come (Wine tells of no new subkey) is made good by
/// looking.
pub(super) fn wait(
    key: &Handle,
    look: impl Fn() -> Result<About, Fault>,
    until: Instant,
    cancelled: &dyn Fn() -> bool,
) -> Result<bool, Fault> {
    // SAFETY: takes plain values.
    let made = unsafe { CreateEventW(None, true, false, None) };
    let rung = Owned::new(made.map_err(|error| refused(&error))?);
    let what = REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET;
    // SAFETY: key and event are open, and stay so until the wait is over: the request ends with the key's handle or with
    // this thread, and what it then rings is an event or a handle that is no more.
    let asked = unsafe { RegNotifyChangeKeyValue(HKEY(key.raw().0), false, what, Some(rung.raw()), true) };
    match asked {
        ERROR_SUCCESS => {}
        ERROR_KEY_DELETED => return Err(status::fault(STATUS_KEY_DELETED)),
        error => return Err(refused(&error.to_hresult().into())),
    }
    let seen = look()?;
    for round in 1_u32.. {
        let left = until.saturating_duration_since(Instant::now()).min(PAUSE);
        let ms = u32::try_from(left.as_millis()).unwrap_or(0);
        // SAFETY: the event is open.
        if unsafe { WaitForSingleObject(rung.raw(), ms) } == WAIT_OBJECT_0 {
            return Ok(true);
        }
        if cancelled() || Instant::now() >= until {
            return Ok(false);
        }
        if round.is_multiple_of(LOOK) {
            match look() {
                Ok(now) if now == seen => {}
                Ok(_) => return Ok(true),
                Err(fault) if fault.code == Code::KeyNotFound => return Ok(true),
                Err(fault) => return Err(fault),
            }
        }
    }
    Ok(false)
}

fn refused(error: &windows::core::Error) -> Fault {
    let words = error.message();
    Fault::new(Code::Internal, format!("the key cannot be watched: {}", words.trim_end_matches(['.', ' '])))
}
