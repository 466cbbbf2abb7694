//! What the kernel's refusals mean to a caller.

use model::{Code, Fault};
use windows::{
    Win32::Foundation::{
        NTSTATUS, STATUS_ACCESS_DENIED, STATUS_INSUFFICIENT_RESOURCES, STATUS_KEY_DELETED,
        STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND,
        STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_PRIVILEGE_NOT_HELD,
    },
    core::Error,
};

/// The failure that a status stands for. It names no key: only the caller's own spelling is for the caller.
pub(super) fn fault(status: NTSTATUS) -> Fault {
    match status {
        STATUS_OBJECT_NAME_NOT_FOUND
        | STATUS_OBJECT_PATH_NOT_FOUND
        | STATUS_OBJECT_NAME_INVALID
        | STATUS_OBJECT_PATH_SYNTAX_BAD
        | STATUS_KEY_DELETED => Fault::new(Code::KeyNotFound, "there is no such registry key"),
        STATUS_ACCESS_DENIED | STATUS_PRIVILEGE_NOT_HELD => {
            Fault::new(Code::AccessDenied, "Windows refuses the registry key to this account")
        }
        STATUS_INSUFFICIENT_RESOURCES => {
            Fault::new(Code::LimitExceeded, "the system has no room for it in the registry")
        }
        status => {
            let words = Error::from_hresult(status.to_hresult()).message();
            let words = words.trim_end_matches(['.', ' ', '\r', '\n']);
            Fault::new(Code::Internal, format!("the registry refuses it: {words} ({:#010x})", status.0))
        }
    }
}

/// The failure that a key is a link, or was reached by one.
pub(super) fn link() -> Fault {
    Fault::new(Code::RegistryLink, "the registry key is a link, or lies behind one: links are not followed")
}

/// The failure that what the kernel has told makes no sense.
pub(super) fn garbled() -> Fault {
    Fault::new(Code::Internal, "the system told of a registry key what cannot be")
}
