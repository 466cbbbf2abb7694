//! What UI Automation's errors mean.
//!
//! Numbers: "Error Codes" of UI Automation (`UIA_E_…`), `winerror.h` (`RPC_E_…`, `HRESULT_FROM_WIN32`).

use model::Fault;
use windows::{
    Win32::{
        Foundation::{
            CO_E_OBJNOTCONNECTED, E_ACCESSDENIED, E_NOINTERFACE, E_NOTIMPL, ERROR_INVALID_WINDOW_HANDLE,
            ERROR_TIMEOUT, RPC_E_CALL_CANCELED, RPC_E_CALL_REJECTED, RPC_E_DISCONNECTED, RPC_E_SERVER_DIED,
            RPC_E_SERVER_DIED_DNE, RPC_E_SERVERCALL_RETRYLATER, RPC_E_TIMEOUT,
        },
        UI::Accessibility::{
            UIA_E_ELEMENTNOTAVAILABLE, UIA_E_ELEMENTNOTENABLED, UIA_E_INVALIDOPERATION, UIA_E_NOTSUPPORTED,
            UIA_E_TIMEOUT,
        },
    },
    core::{Error, HRESULT},
};

/// How a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The element is gone, or its process is.
    Gone,
    /// The element is disabled.
    Disabled,
    /// The target did not answer in time.
    Silent,
    /// The job's time was over before the call.
    Late,
    /// The call succeeded and gave nothing.
    Nothing,
    /// This Windows lacks what was called.
    Missing,
    /// The target lacks it, or cannot do it now.
    Unable,
    /// The target failed with this code.
    Broken(HRESULT),
    /// The job was cancelled.
    Stopped(Box<Fault>),
}

/// An unsigned code as UI Automation's header gives it.
const fn code(unsigned: u32) -> HRESULT {
    HRESULT(unsigned.cast_signed())
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        const ELEMENT_GONE: HRESULT = code(UIA_E_ELEMENTNOTAVAILABLE);
        const NOT_ENABLED: HRESULT = code(UIA_E_ELEMENTNOTENABLED);
        const TIMED_OUT: HRESULT = code(UIA_E_TIMEOUT);
        const NOT_SUPPORTED: HRESULT = code(UIA_E_NOTSUPPORTED);
        const NOT_NOW: HRESULT = code(UIA_E_INVALIDOPERATION);
        const WAITED: HRESULT = HRESULT::from_win32(ERROR_TIMEOUT.0);
        const NO_WINDOW: HRESULT = HRESULT::from_win32(ERROR_INVALID_WINDOW_HANDLE.0);
        const NO_SERVER: HRESULT = HRESULT::from_win32(1722); // RPC_S_SERVER_UNAVAILABLE
        const SERVER_ENDED: HRESULT = HRESULT::from_win32(1726); // RPC_S_CALL_FAILED
        match error.code() {
            ELEMENT_GONE
            | NO_WINDOW
            | NO_SERVER
            | SERVER_ENDED
            | RPC_E_DISCONNECTED
            | RPC_E_SERVER_DIED
            | RPC_E_SERVER_DIED_DNE
            | CO_E_OBJNOTCONNECTED => Self::Gone,
            NOT_ENABLED => Self::Disabled,
            TIMED_OUT
            | WAITED
            | RPC_E_TIMEOUT
            | RPC_E_CALL_CANCELED
            | RPC_E_CALL_REJECTED
            | RPC_E_SERVERCALL_RETRYLATER => Self::Silent,
            HRESULT(0) => Self::Nothing, // a null object with success
            E_NOTIMPL => Self::Missing,
            NOT_SUPPORTED | NOT_NOW | E_NOINTERFACE | E_ACCESSDENIED => Self::Unable,
            other => Self::Broken(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_outs_and_vanished_elements_are_told_from_other_errors() {
        let of = |unsigned: u32| Failure::from(&Error::from_hresult(code(unsigned)));
        for gone in [0x8004_0201, 0x8001_0108, 0x8007_06BA, 0x8007_0578] {
            assert_eq!(of(gone), Failure::Gone, "{gone:x}");
        }
        for silent in [0x8013_1505, 0x8001_011F, 0x8007_05B4, 0x8001_0002] {
            assert_eq!(of(silent), Failure::Silent, "{silent:x}");
        }
        assert_eq!(of(0x8004_0200), Failure::Disabled);
        assert_eq!(of(0x8000_4001), Failure::Missing);
        assert_eq!(of(0x8004_0204), Failure::Unable);
        assert_eq!(Failure::from(&Error::empty()), Failure::Nothing);
        assert_eq!(of(0x8000_4005), Failure::Broken(code(0x8000_4005)));
    }
}
