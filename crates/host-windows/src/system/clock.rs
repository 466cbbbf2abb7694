//! The clocks that every process reads alike.

use std::time::{Duration, SystemTime};

use gate::{Clock, Moment};
use model::{LocalTime, Weekday};
use windows::Win32::System::SystemInformation::{GetLocalTime, GetSystemTimeAsFileTime, GetTickCount64};

/// Where the system keeps what all processes may read, and in it the number of this start (`KUSER_SHARED_DATA`, field
/// `BootId`).
const BOOT_ID: usize = 0x7FFE_0000 + 0x2C4;

/// The local time of this machine.
#[must_use]
pub fn local_time() -> LocalTime {
    // SAFETY: takes nothing.
    let now = unsafe { GetLocalTime() };
    let within = |value: u16| u8::try_from(value).unwrap_or_default();
    // Windows counts from Sunday.
    let weekday = Weekday::from_monday(u64::from(now.wDayOfWeek) + 6);
    LocalTime { hour: within(now.wHour), minute: within(now.wMinute), weekday }
}

/// When it is, by the clock that tells when processes started: 100 ns units since 1601.
#[must_use]
pub fn process_clock() -> u64 {
    // SAFETY: takes nothing.
    let now = unsafe { GetSystemTimeAsFileTime() };
    u64::from(now.dwHighDateTime) << 32 | u64::from(now.dwLowDateTime)
}

/// The clocks of this machine.
#[derive(Debug)]
pub struct MachineClock {
    boot: Option<String>,
}

impl Default for MachineClock {
    fn default() -> Self {
        Self::new()
    }
}

impl MachineClock {
    /// Reads which start of the machine this is; Wine numbers none.
    #[must_use]
    pub fn new() -> Self {
        let place = std::ptr::with_exposed_provenance::<u32>(BOOT_ID);
        // SAFETY: the page is mapped for reading in every process, at this address, and the number is aligned in it.
        let number = unsafe { place.read_volatile() };
        Self { boot: (number != 0).then(|| number.to_string()) }
    }
}

impl Clock for MachineClock {
    fn boot(&self) -> Option<&str> {
        self.boot.as_deref()
    }

    fn now(&self) -> Moment {
        Moment {
            // SAFETY: takes nothing.
            since_boot: Duration::from_millis(unsafe { GetTickCount64() }),
            wall: SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default(),
        }
    }
}
