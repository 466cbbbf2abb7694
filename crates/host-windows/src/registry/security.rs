//! Owner and access list of keys, in the words that Windows has for them (SDDL).
//!
//! Source: "Security Descriptor String Format" of Microsoft's documentation.

use model::{Code, Fault};
use windows::{
    Wdk::Storage::FileSystem::NtQuerySecurityObject,
    Win32::{
        Foundation::{HLOCAL, LocalFree, STATUS_BUFFER_TOO_SMALL},
        Security::{
            Authorization::{
                ConvertSecurityDescriptorToStringSecurityDescriptorW,
                ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
            },
            DACL_SECURITY_INFORMATION, OBJECT_SECURITY_INFORMATION, OWNER_SECURITY_INFORMATION,
            PSECURITY_DESCRIPTOR,
        },
    },
    core::{HSTRING, PWSTR},
};

use super::native::Handle;

/// What of a descriptor is read and written.
const PARTS: OBJECT_SECURITY_INFORMATION =
    OBJECT_SECURITY_INFORMATION(OWNER_SECURITY_INFORMATION.0 | DACL_SECURITY_INFORMATION.0);

/// Owner and access list of a key; none where it was not opened for that, or the system does not tell.
pub(super) fn of(key: &Handle) -> Option<String> {
    let mut room = vec![0_u64; 128]; // aligned as a descriptor wants
    loop {
        let length = u32::try_from(size_of_val(room.as_slice())).ok()?;
        let descriptor = PSECURITY_DESCRIPTOR(room.as_mut_ptr().cast());
        let mut needed = 0;
        // SAFETY: the key is open; the place has as many bytes as are told, and lives through the call.
        let status =
            unsafe { NtQuerySecurityObject(key.raw(), PARTS.0, Some(descriptor), length, &raw mut needed) };
        if status == STATUS_BUFFER_TOO_SMALL && needed > length {
            room.resize(usize::try_from(needed).ok()?.div_ceil(size_of::<u64>()), 0);
            continue;
        }
        return if status.is_ok() { words(descriptor) } else { None };
    }
}

/// The words for a descriptor that is valid.
fn words(descriptor: PSECURITY_DESCRIPTOR) -> Option<String> {
    let mut text = PWSTR::null();
    // SAFETY: the descriptor was just filled by the system and lives as long as its caller's buffer; the text is
    // allocated by the call, copied, and freed once.
    unsafe {
        ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor,
            SDDL_REVISION_1,
            PARTS,
            &raw mut text,
            None,
        )
        .ok()?;
        let copy = text.to_string().ok();
        LocalFree(Some(HLOCAL(text.0.cast())));
        copy
    }
}

/// The same without the owner, who comes first.
pub(super) fn without_owner(words: &str) -> &str {
    match words.strip_prefix("O:") {
        Some(rest) => rest.find("D:").and_then(|list| rest.get(list..)).unwrap_or_default(),
        None => words,
    }
}

/// A security descriptor; freed when dropped.
#[derive(Debug)]
pub(super) struct Descriptor(PSECURITY_DESCRIPTOR);

impl Descriptor {
    /// What the words say.
    pub(super) fn parse(words: &str) -> Result<Self, Fault> {
        let mut made = PSECURITY_DESCRIPTOR::default();
        // SAFETY: the text lives through the call; what is allocated is freed once, when this is dropped.
        let read = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                &HSTRING::from(words),
                SDDL_REVISION_1,
                &raw mut made,
                None,
            )
        };
        read.map_err(|_| Fault::new(Code::Internal, "an access list of a registry key cannot be read"))?;
        Ok(Self(made))
    }

    pub(super) const fn raw(&self) -> PSECURITY_DESCRIPTOR {
        self.0
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: allocated by the conversion, and freed once.
        unsafe { LocalFree(Some(HLOCAL(self.0.0))) };
    }
}
