//! The kernel's own calls for keys: names are counted and not ended, and the last part of one is never followed.
//!
//! Source: `NtOpenKeyEx`, `NtCreateKey`, `NtQueryKey` and their kin of the Windows Driver Kit's documentation.

use std::{
    ffi::c_void,
    os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle},
};

use windows::{
    Wdk::{
        Foundation::OBJECT_ATTRIBUTES,
        System::Registry::{
            KEY_INFORMATION_CLASS, KEY_VALUE_INFORMATION_CLASS, KeyBasicInformation, KeyValueFullInformation,
            KeyValuePartialInformation, NtCreateKey, NtDeleteKey, NtDeleteValueKey, NtEnumerateKey,
            NtEnumerateValueKey, NtOpenKeyEx, NtQueryKey, NtQueryValueKey, NtSetValueKey,
        },
    },
    Win32::{
        Foundation::{
            HANDLE, NTSTATUS, OBJ_CASE_INSENSITIVE, OBJ_OPENLINK, STATUS_BUFFER_OVERFLOW,
            STATUS_BUFFER_TOO_SMALL, STATUS_NAME_TOO_LONG, UNICODE_STRING,
        },
        Security::PSECURITY_DESCRIPTOR,
        System::Registry::{REG_CREATED_NEW_KEY, REG_OPTION_OPEN_LINK},
    },
    core::PWSTR,
};

/// What the kernel answers: nothing, or why not.
pub(super) type Said<T> = Result<T, NTSTATUS>;

/// Bytes that an answer has room for at first.
const ROOM: usize = 4096;
/// How often an answer is asked for again because it has grown meanwhile.
const TRIES: usize = 8;

/// A text as the kernel takes it.
struct Text {
    units: Vec<u16>,
    bytes: u16,
}

impl Text {
    fn new(text: &str) -> Said<Self> {
        let mut units: Vec<u16> = text.encode_utf16().collect();
        let bytes = u16::try_from(units.len().saturating_mul(2)).map_err(|_| STATUS_NAME_TOO_LONG)?;
        units.push(0); // a pointer to something even where the text is empty
        Ok(Self { units, bytes })
    }

    /// The kernel's structure; valid as long as this is.
    fn lend(&mut self) -> UNICODE_STRING {
        let Self { units, bytes } = self;
        UNICODE_STRING { Length: *bytes, MaximumLength: *bytes, Buffer: PWSTR(units.as_mut_ptr()) }
    }
}

fn said(status: NTSTATUS) -> Said<()> {
    if status.0 >= 0 { Ok(()) } else { Err(status) }
}

/// Room for what the kernel answers, kept for the next question.
#[derive(Debug)]
pub(super) struct Room(Vec<u64>);

impl Room {
    pub(super) fn new() -> Self {
        Self(vec![0; ROOM / size_of::<u64>()])
    }

    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: every byte of the numbers is initialized, and lives as long as they do.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr().cast(), size_of_val(self.0.as_slice())) }
    }

    fn at_least(&mut self, bytes: usize) {
        let needed = bytes.div_ceil(size_of::<u64>());
        if self.0.len() < needed {
            self.0.resize(needed, 0);
        }
    }

    /// Asks, with more room as long as `more` says how much is wanted for an answer that had too little.
    fn ask(
        &mut self,
        mut question: impl FnMut(*mut c_void, u32, *mut u32) -> NTSTATUS,
        more: impl Fn(&[u8], u32) -> Option<usize>,
    ) -> Said<()> {
        let mut status = STATUS_BUFFER_TOO_SMALL;
        for _ in 0..TRIES {
            let mut needed = 0;
            let length = u32::try_from(size_of_val(self.0.as_slice())).unwrap_or(u32::MAX);
            status = question(self.0.as_mut_ptr().cast(), length, &raw mut needed);
            if status != STATUS_BUFFER_OVERFLOW && status != STATUS_BUFFER_TOO_SMALL {
                return said(status);
            }
            match more(self.bytes(), needed) {
                Some(more) if more > size_of_val(self.0.as_slice()) => self.at_least(more),
                Some(_) | None => return Ok(()),
            }
        }
        Err(status)
    }
}

/// All that an answer needs.
fn all(_: &[u8], needed: u32) -> Option<usize> {
    usize::try_from(needed).ok()
}

/// An open key.
#[derive(Debug)]
pub(super) struct Handle(OwnedHandle);

/// What [`Handle::create`] found.
pub(super) struct Created {
    pub(super) handle: Handle,
    pub(super) is_new: bool,
}

impl Handle {
    pub(super) fn raw(&self) -> HANDLE {
        HANDLE(self.0.as_raw_handle())
    }

    /// Opens the key called `name`: by its whole name, or below `parent`. Itself where it is a link.
    pub(super) fn open(parent: Option<&Self>, name: &str, access: u32) -> Said<Self> {
        let mut name = Text::new(name)?;
        let name = name.lend();
        let attributes = attributes(parent, &raw const name, PSECURITY_DESCRIPTOR::default());
        let mut opened = HANDLE::default();
        // SAFETY: what the attributes point to lives through the call, as does the place for the handle.
        let status =
            unsafe { NtOpenKeyEx(&raw mut opened, access, &raw const attributes, REG_OPTION_OPEN_LINK.0) };
        said(status)?;
        // SAFETY: the handle is new and owned by nothing else.
        Ok(Self(unsafe { OwnedHandle::from_raw_handle(opened.0) }))
    }

    /// Creates the key called `name` below this one, or opens it, itself where it is a link. It is never created as one.
    /// `security` is nothing or a valid descriptor.
    pub(super) fn create(
        &self,
        name: &str,
        class: Option<&str>,
        security: PSECURITY_DESCRIPTOR,
        access: u32,
    ) -> Said<Created> {
        let (mut name, mut class) = (Text::new(name)?, class.map(Text::new).transpose()?);
        let name = name.lend();
        let class = class.as_mut().map(Text::lend);
        let attributes = attributes(Some(self), &raw const name, security);
        let (mut opened, mut found) = (HANDLE::default(), 0);
        // SAFETY: what the attributes point to lives through the call, as do class and the places for what is told.
        let status = unsafe {
            NtCreateKey(
                &raw mut opened,
                access,
                &raw const attributes,
                None,
                class.as_ref().map(|class| &raw const *class),
                REG_OPTION_OPEN_LINK.0,
                Some(&raw mut found),
            )
        };
        said(status)?;
        // SAFETY: the handle is new and owned by nothing else.
        let handle = Self(unsafe { OwnedHandle::from_raw_handle(opened.0) });
        Ok(Created { handle, is_new: found == REG_CREATED_NEW_KEY.0 })
    }

    /// What the kernel knows of the key.
    pub(super) fn query(&self, class: KEY_INFORMATION_CLASS, room: &mut Room) -> Said<()> {
        // SAFETY: the handle is open; the place has as many bytes as are told, and lives through the call.
        let question =
            |place, length, needed| unsafe { NtQueryKey(self.raw(), class, Some(place), length, needed) };
        room.ask(question, all)
    }

    /// The subkey at `index`, its name.
    pub(super) fn subkey(&self, index: u32, room: &mut Room) -> Said<()> {
        // SAFETY: the handle is open; the place has as many bytes as are told, and lives through the call.
        let question = |place, length, needed| unsafe {
            NtEnumerateKey(self.raw(), index, KeyBasicInformation, Some(place), length, needed)
        };
        room.ask(question, all)
    }

    /// The value at `index`, with its data as far as `more` gives it room.
    pub(super) fn value_at(
        &self,
        index: u32,
        room: &mut Room,
        more: impl Fn(&[u8], u32) -> Option<usize>,
    ) -> Said<()> {
        const CLASS: KEY_VALUE_INFORMATION_CLASS = KeyValueFullInformation;
        // SAFETY: the handle is open; the place has as many bytes as are told, and lives through the call.
        let question = |place, length, needed| unsafe {
            NtEnumerateValueKey(self.raw(), index, CLASS, Some(place), length, needed)
        };
        room.ask(question, more)
    }

    /// The value called `name`, with its data as far as `more` gives it room.
    pub(super) fn value(
        &self,
        name: &str,
        room: &mut Room,
        more: impl Fn(&[u8], u32) -> Option<usize>,
    ) -> Said<()> {
        const CLASS: KEY_VALUE_INFORMATION_CLASS = KeyValuePartialInformation;
        let mut name = Text::new(name)?;
        let name = name.lend();
        // SAFETY: the handle is open and the name lives through the call; so does the place, which has as many bytes as
        // are told.
        let question = |place, length, needed| unsafe {
            NtQueryValueKey(self.raw(), &raw const name, CLASS, Some(place), length, needed)
        };
        room.ask(question, more)
    }

    /// Writes a value.
    pub(super) fn set(&self, name: &str, kind: u32, data: &[u8]) -> Said<()> {
        let mut name = Text::new(name)?;
        let name = name.lend();
        let size = u32::try_from(data.len()).map_err(|_| STATUS_BUFFER_OVERFLOW)?;
        let data = (!data.is_empty()).then(|| data.as_ptr().cast());
        // SAFETY: the handle is open; name and data live through the call, and the data has as many bytes as are told.
        said(unsafe { NtSetValueKey(self.raw(), &raw const name, None, kind, data, size) })
    }

    /// Deletes a value.
    pub(super) fn delete_value(&self, name: &str) -> Said<()> {
        let mut name = Text::new(name)?;
        let name = name.lend();
        // SAFETY: the handle is open, and the name lives through the call.
        said(unsafe { NtDeleteValueKey(self.raw(), &raw const name) })
    }

    /// Deletes the key.
    pub(super) fn delete(&self) -> Said<()> {
        // SAFETY: the handle is open.
        said(unsafe { NtDeleteKey(self.raw()) })
    }
}

/// How a key is meant; valid as long as what it is given is.
fn attributes(
    parent: Option<&Handle>,
    name: *const UNICODE_STRING,
    security: PSECURITY_DESCRIPTOR,
) -> OBJECT_ATTRIBUTES {
    OBJECT_ATTRIBUTES {
        Length: const { size_of::<OBJECT_ATTRIBUTES>() as u32 },
        RootDirectory: parent.map_or_else(HANDLE::default, Handle::raw),
        ObjectName: name,
        Attributes: OBJ_CASE_INSENSITIVE | OBJ_OPENLINK,
        SecurityDescriptor: security.0.cast_const().cast(),
        ..OBJECT_ATTRIBUTES::default()
    }
}
