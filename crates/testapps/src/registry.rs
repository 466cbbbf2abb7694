//! Keys, links and odd values for tests, through the kernel's own calls and not through those that are tested.
//!
//! Paths are the kernel's: `\REGISTRY\USER\S-1-5-21-…\Software\…`. What is not there panics: only tests use it.

#![cfg(windows)]
#![expect(clippy::panic, clippy::expect_used, reason = "a test's own hands: what fails ends the test")]

use std::{
    ffi::c_void,
    os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle},
    sync::atomic::{AtomicU32, Ordering},
};

use windows::{
    Wdk::{
        Foundation::OBJECT_ATTRIBUTES,
        System::Registry::{
            KeyBasicInformation, KeyNameInformation, NtCreateKey, NtDeleteKey, NtEnumerateKey, NtOpenKeyEx,
            NtQueryKey, NtSetValueKey,
        },
    },
    Win32::{
        Foundation::{HANDLE, NTSTATUS, OBJ_CASE_INSENSITIVE, OBJ_OPENLINK, UNICODE_STRING},
        System::Registry::{
            HKEY, HKEY_CURRENT_USER, KEY_ALL_ACCESS, REG_LINK, REG_OPTION_CREATE_LINK, REG_OPTION_OPEN_LINK,
            RRF_RT_REG_DWORD, RegEnumValueW, RegGetValueW, RegOpenCurrentUser,
        },
    },
    core::{HSTRING, PWSTR},
};

/// An open key; itself where it is a link.
#[derive(Debug)]
pub struct Opened(OwnedHandle);

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn counted(units: &mut [u16]) -> UNICODE_STRING {
    let bytes = u16::try_from(units.len() * 2).expect("a short name");
    UNICODE_STRING { Length: bytes, MaximumLength: bytes, Buffer: PWSTR(units.as_mut_ptr()) }
}

/// Calls `act` with what means the key at `path`.
fn meaning<T>(path: &str, act: impl FnOnce(*const OBJECT_ATTRIBUTES) -> T) -> T {
    let mut path = units(path);
    let name = counted(&mut path);
    let attributes = OBJECT_ATTRIBUTES {
        Length: u32::try_from(size_of::<OBJECT_ATTRIBUTES>()).expect("a small structure"),
        ObjectName: &raw const name,
        Attributes: OBJ_CASE_INSENSITIVE | OBJ_OPENLINK,
        ..OBJECT_ATTRIBUTES::default()
    };
    act(&raw const attributes)
}

fn took(status: NTSTATUS, what: &str, path: &str) {
    assert!(status.is_ok(), "{what} `{path}`: {:#010x}", status.0);
}

/// Opens the key at `path`, where it is there.
///
/// # Errors
/// The kernel's.
pub fn open(path: &str) -> Result<Opened, NTSTATUS> {
    let mut opened = HANDLE::default();
    // SAFETY: what the attributes point to lives through the call, as does the place for the handle.
    let status = meaning(path, |attributes| unsafe {
        NtOpenKeyEx(&raw mut opened, KEY_ALL_ACCESS.0, attributes, REG_OPTION_OPEN_LINK.0)
    });
    // SAFETY: the handle is new and owned by nothing else.
    status.ok().map(|()| Opened(unsafe { OwnedHandle::from_raw_handle(opened.0) })).map_err(|_| status)
}

/// Creates the key at `path`, whose parent is there.
///
/// # Errors
/// The kernel's.
pub fn try_create(path: &str, options: u32) -> Result<Opened, NTSTATUS> {
    let mut opened = HANDLE::default();
    // SAFETY: what the attributes point to lives through the call, as does the place for the handle.
    let status = meaning(path, |attributes| unsafe {
        NtCreateKey(&raw mut opened, KEY_ALL_ACCESS.0, attributes, None, None, options, None)
    });
    // SAFETY: the handle is new and owned by nothing else.
    status.ok().map(|()| Opened(unsafe { OwnedHandle::from_raw_handle(opened.0) })).map_err(|_| status)
}

/// Creates the key at `path`, whose parent is there.
///
/// # Panics
/// It cannot be.
#[must_use]
pub fn create(path: &str) -> Opened {
    try_create(path, 0).unwrap_or_else(|status| panic!("creating `{path}`: {:#010x}", status.0))
}

/// Makes the key at `path`, which is not there, a link to the one at `target`.
///
/// # Panics
/// It cannot be.
pub fn link(path: &str, target: &str) {
    let made = try_create(path, REG_OPTION_CREATE_LINK.0);
    let made = made.unwrap_or_else(|status| panic!("linking `{path}`: {:#010x}", status.0));
    let target: Vec<u8> = units(target).into_iter().flat_map(u16::to_le_bytes).collect();
    made.set("SymbolicLinkValue", REG_LINK.0, &target);
}

/// Deletes the key at `path`, itself where it is a link; whether it was there.
pub fn delete(path: &str) -> bool {
    // SAFETY: the key is open.
    open(path).is_ok_and(|key| unsafe { NtDeleteKey(HANDLE(key.0.as_raw_handle())) }.is_ok())
}

/// Deletes the key at `path` with all below it, following no link.
pub fn delete_tree(path: &str) {
    if let Ok(key) = open(path) {
        for subkey in key.subkeys() {
            delete_tree(&format!(r"{path}\{subkey}"));
        }
    }
    delete(path);
}

/// The current user's key, by the kernel's name.
///
/// # Panics
/// There is none.
#[must_use]
pub fn user() -> String {
    let mut user = HKEY::default();
    // SAFETY: the place for the handle lives through the call.
    let opened = unsafe { RegOpenCurrentUser(KEY_ALL_ACCESS.0, &raw mut user) };
    assert!(opened.is_ok(), "the user's key: {opened:?}");
    // SAFETY: the handle is new and owned by nothing else.
    Opened(unsafe { OwnedHandle::from_raw_handle(user.0) }).name()
}

impl Opened {
    /// Writes a value, whatever its type.
    ///
    /// # Panics
    /// The kernel refuses it.
    pub fn set(&self, name: &str, kind: u32, data: &[u8]) {
        let mut named = units(name);
        let counted = counted(&mut named);
        let size = u32::try_from(data.len()).expect("less than 4 GiB");
        let place: *const c_void = data.as_ptr().cast();
        let key = HANDLE(self.0.as_raw_handle());
        // SAFETY: the key is open; name and data live through the call, and the data has as many bytes as are told.
        let status = unsafe { NtSetValueKey(key, &raw const counted, None, kind, Some(place), size) };
        took(status, "writing", name);
    }

    /// The kernel's name of it.
    ///
    /// # Panics
    /// The kernel does not tell.
    #[must_use]
    pub fn name(&self) -> String {
        let mut room = [0_u32; 1024];
        let (mut needed, size) = (0, u32::try_from(size_of_val(&room)).expect("a small buffer"));
        let key = HANDLE(self.0.as_raw_handle());
        let place = Some(room.as_mut_ptr().cast());
        // SAFETY: the key is open; the place has as many bytes as are told.
        let status = unsafe { NtQueryKey(key, KeyNameInformation, place, size, &raw mut needed) };
        took(status, "asking for the name of", "a key");
        text(&room, 0)
    }

    /// Lists its values with names and data, by a loop of `RegEnumValueW`; how many there are.
    #[must_use]
    pub fn count_values(&self) -> u32 {
        let (mut name, mut data) = (vec![0_u16; 16_384], vec![0_u8; 65_536]);
        let key = HKEY(self.0.as_raw_handle());
        let listed = (0..).take_while(|index| {
            let mut units = u32::try_from(name.len()).unwrap_or_default();
            let mut bytes = u32::try_from(data.len()).unwrap_or_default();
            let (mut kind, place) = (0, Some(PWSTR(name.as_mut_ptr())));
            // SAFETY: the key is open; both buffers have the sizes that are told, and all lives through the call.
            let status = unsafe {
                RegEnumValueW(
                    key,
                    *index,
                    place,
                    &raw mut units,
                    None,
                    Some(&raw mut kind),
                    Some(data.as_mut_ptr()),
                    Some(&raw mut bytes),
                )
            };
            status.is_ok()
        });
        listed.fold(0, |count, _: u32| count + 1)
    }

    /// The names of its subkeys.
    ///
    /// # Panics
    /// A name is longer than any may be.
    #[must_use]
    pub fn subkeys(&self) -> Vec<String> {
        let key = HANDLE(self.0.as_raw_handle());
        let name = |index| {
            let mut room = [0_u32; 1024];
            let (mut needed, size) = (0, u32::try_from(size_of_val(&room)).expect("a small buffer"));
            let place = Some(room.as_mut_ptr().cast());
            // SAFETY: the key is open; the place has as many bytes as are told.
            let status =
                unsafe { NtEnumerateKey(key, index, KeyBasicInformation, place, size, &raw mut needed) };
            status.is_ok().then(|| text(&room, 3))
        };
        (0..).map_while(name).collect()
    }
}

/// The text whose length in bytes is the number at `at`, which it follows.
fn text(room: &[u32], at: usize) -> String {
    let mut rest = room.get(at..).unwrap_or_default().iter();
    let length = rest.next().map_or(0, |bytes| *bytes as usize / 2);
    let both = |pair: &u32| [pair.to_le_bytes()[..2].try_into(), pair.to_le_bytes()[2..].try_into()];
    let units: Vec<u16> =
        rest.flat_map(both).filter_map(Result::ok).map(u16::from_le_bytes).take(length).collect();
    String::from_utf16_lossy(&units)
}

/// The 32-bit number in a value of a key below `HKEY_CURRENT_USER`, by one call of the bare API.
#[must_use]
pub fn number(key: &str, value: &str) -> Option<u32> {
    let (key, value) = (HSTRING::from(key), HSTRING::from(value));
    let (mut number, mut bytes) = (0_u32, 4);
    let place: *mut c_void = (&raw mut number).cast();
    // SAFETY: the names and the place, which has as many bytes as are told, live through the call.
    let read = unsafe {
        RegGetValueW(
            HKEY_CURRENT_USER,
            &key,
            &value,
            RRF_RT_REG_DWORD,
            None,
            Some(place),
            Some(&raw mut bytes),
        )
    };
    read.is_ok().then_some(number)
}

/// A key of a test's own below the user's `Software`, gone with all below it when dropped.
#[derive(Debug)]
pub struct Place {
    /// The kernel's name of it.
    pub path: String,
    /// Its name below `HKCU\Software`.
    pub name: String,
}

impl Place {
    /// A new one.
    ///
    /// # Panics
    /// It cannot be made.
    #[must_use]
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("winwarden-test-{}-{count}", std::process::id());
        let path = format!(r"{}\Software\{name}", user());
        delete_tree(&path);
        drop(create(&path));
        Self { path, name }
    }

    /// The kernel's name of what lies below it.
    #[must_use]
    pub fn below(&self, rest: &str) -> String {
        format!(r"{}\{rest}", self.path)
    }

    /// Its path as a caller writes it.
    #[must_use]
    pub fn caller(&self, rest: &str) -> String {
        format!(r"HKCU\Software\{}{rest}", self.name)
    }

    /// Creates a key below it, and those above it.
    ///
    /// # Panics
    /// It cannot be made.
    pub fn key(&self, rest: &str) -> Opened {
        let mut path = self.path.clone();
        for part in rest.split('\\') {
            path = format!(r"{path}\{part}");
            drop(create(&path));
        }
        create(&path)
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        delete_tree(&self.path);
    }
}
