//! One open key.

use std::{cell::RefCell, sync::Arc, time::Instant};

use gate::registry::{About, Key, Like, Read, Rights};
use model::{
    Code, Fault,
    registry::{LINK_VALUE, Machine, RegistryData, RegistryKeyName, ValueType, upcase},
};
use windows::{
    Wdk::System::Registry::{KeyFullInformation, KeyNameInformation},
    Win32::{
        Foundation::{
            STATUS_INVALID_OWNER, STATUS_NO_MORE_ENTRIES, STATUS_OBJECT_NAME_NOT_FOUND,
            STATUS_PRIVILEGE_NOT_HELD,
        },
        Storage::FileSystem::{DELETE, READ_CONTROL},
        System::Registry::{
            KEY_CREATE_SUB_KEY, KEY_ENUMERATE_SUB_KEYS, KEY_NOTIFY, KEY_QUERY_VALUE, KEY_SET_VALUE,
            KEY_WOW64_64KEY, REG_SAM_FLAGS,
        },
    },
};

use super::{
    layout, names,
    native::{Created, Handle, Room},
    security,
    security::Descriptor,
    status, watch,
};

/// Bytes that the name of a value has at most.
const SLACK: u64 = 32_766;

/// A key, and the machine that it is of.
#[derive(Debug)]
pub(super) struct SystemKey {
    handle: Handle,
    /// Room for answers.
    room: RefCell<Room>,
    machine: Arc<Machine>,
    /// The name that it was found to have when it was opened.
    found: Option<RegistryKeyName>,
}

/// The kernel's word for what a key is wanted for.
fn access(rights: Rights) -> u32 {
    const READ: REG_SAM_FLAGS =
        REG_SAM_FLAGS(KEY_QUERY_VALUE.0 | KEY_ENUMERATE_SUB_KEYS.0 | KEY_WOW64_64KEY.0);
    match rights {
        Rights::Read => READ.0,
        Rights::ReadSecurity => READ.0 | READ_CONTROL.0,
        Rights::Notify => READ.0 | KEY_NOTIFY.0,
        Rights::Write => READ.0 | KEY_SET_VALUE.0 | KEY_CREATE_SUB_KEY.0,
        Rights::Delete => READ.0 | DELETE.0,
    }
}

/// Opens the key of this name: the one that the kernel calls so, reached by no link.
pub(super) fn open(
    machine: &Arc<Machine>,
    name: &RegistryKeyName,
    rights: Rights,
) -> Result<SystemKey, Fault> {
    let mut failed = status::fault(STATUS_OBJECT_NAME_NOT_FOUND);
    for place in names::places(name) {
        let handle = match Handle::open(None, &place, access(rights)) {
            Ok(handle) => handle,
            Err(status) => {
                failed = status::fault(status);
                match failed.code {
                    Code::KeyNotFound => continue,
                    _ => break,
                }
            }
        };
        let mut key = SystemKey::new(handle, machine);
        // A plain name in which a part is a link leads elsewhere, and the kernel tells where.
        key.found = if key.is_link()? { None } else { Some(key.name()?) };
        if key.found.as_ref() != Some(name) {
            return Err(status::link());
        }
        return Ok(key);
    }
    // A key behind a link is refused alike whether it is there, is closed to this account, or is not there.
    match names::above(name, machine).map(|above| open(machine, &above, Rights::Read)) {
        Some(Err(fault)) if fault.code == Code::RegistryLink => Err(fault),
        _ => Err(failed),
    }
}

impl SystemKey {
    fn new(handle: Handle, machine: &Arc<Machine>) -> Self {
        Self { handle, room: RefCell::new(Room::new()), machine: Arc::clone(machine), found: None }
    }

    /// Whether it is a link itself. One that leads nowhere yet is none: nothing follows it.
    fn is_link(&self) -> Result<bool, Fault> {
        let mut room = self.room.borrow_mut();
        match self.handle.value(LINK_VALUE, &mut room, |_, _| None) {
            Ok(()) => {
                let value = layout::value(room.bytes()).ok_or_else(status::garbled)?;
                Ok(ValueType::of_number(value.kind) == ValueType::Link)
            }
            Err(STATUS_OBJECT_NAME_NOT_FOUND) => Ok(false),
            Err(status) => Err(status::fault(status)),
        }
    }

    /// Creates a subkey. It can be deleted through its handle.
    fn make(&self, subkey: &str, like: &Like) -> Result<Created, Fault> {
        let words = like.security.as_deref();
        let create = |words: Option<&str>| {
            let descriptor = words.map(Descriptor::parse).transpose()?;
            let raw = descriptor.as_ref().map_or_else(Default::default, Descriptor::raw);
            let wanted = access(Rights::Write) | DELETE.0;
            Ok(self.handle.create(subkey, like.class.as_deref(), raw, wanted))
        };
        let made = match create(words)? {
            // Only with a privilege can another be made its owner; who may do what is kept without.
            Err(STATUS_INVALID_OWNER | STATUS_PRIVILEGE_NOT_HELD) => {
                create(words.map(security::without_owner))?
            }
            made => made,
        };
        made.map_err(status::fault)
    }

    /// The kernel's own name of it.
    fn kernel_name(&self) -> Result<String, Fault> {
        let mut room = self.room.borrow_mut();
        self.handle.query(KeyNameInformation, &mut room).map_err(status::fault)?;
        layout::name(room.bytes()).ok_or_else(status::garbled)
    }

    /// A subkey that was opened below this one, if it is that and no link. Where it is a link of the system's own, the key
    /// that it stands for.
    fn below(&self, subkey: &str, mut opened: Self, rights: Rights) -> Result<Self, Fault> {
        let here = format!(r"{}\{subkey}", self.kernel_name()?);
        if opened.is_link()? {
            let known = names::of_kernel(&here, &self.machine).ok_or_else(status::link)?;
            // It stands for another place, which no link says but our knowledge of the system.
            let place = names::places(&known).find(|place| !is_same(place, &here));
            return match place {
                Some(_) => open(&self.machine, &known, rights),
                None => Err(status::link()),
            };
        }
        let found = opened.kernel_name()?;
        if !is_same(&found, &here) {
            return Err(status::link());
        }
        opened.found = names::of_kernel(&found, &self.machine);
        Ok(opened)
    }
}

/// Whether two names of the kernel are one.
fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || upcase(one) == upcase(other)
}

/// The failure that a name is of no subkey.
fn one_name(subkey: &str) -> Result<(), Fault> {
    if subkey.is_empty() || subkey.contains('\\') {
        return Err(Fault::new(Code::Internal, "a subkey is opened by one name"));
    }
    Ok(())
}

impl Key for SystemKey {
    fn name(&self) -> Result<RegistryKeyName, Fault> {
        // Where the kernel has it elsewhere than machine and users do, a link has led there.
        names::of_kernel(&self.kernel_name()?, &self.machine).ok_or_else(status::link)
    }

    fn opened_as(&self) -> Result<RegistryKeyName, Fault> {
        self.found.clone().map_or_else(|| self.name(), Ok)
    }

    fn about(&self) -> Result<About, Fault> {
        let mut room = self.room.borrow_mut();
        self.handle.query(KeyFullInformation, &mut room).map_err(status::fault)?;
        layout::about(room.bytes()).ok_or_else(status::garbled)
    }

    fn subkey(&self, index: u32) -> Result<Option<String>, Fault> {
        let mut room = self.room.borrow_mut();
        match self.handle.subkey(index, &mut room) {
            Ok(()) => layout::subkey(room.bytes()).map(Some).ok_or_else(status::garbled),
            Err(STATUS_NO_MORE_ENTRIES) => Ok(None),
            Err(status) => Err(status::fault(status)),
        }
    }

    fn value_at(&self, index: u32, most: u64) -> Result<Option<(String, Read)>, Fault> {
        let mut room = self.room.borrow_mut();
        // Where there is much more data than is wanted, only the name is. Wine is off by a few bytes until it has room.
        let more = |bytes: &[u8], needed: u32| {
            let (value, name) = layout::numbered(bytes)?;
            let is_wanted = u64::from(value.length) <= most.saturating_add(SLACK);
            let needed = if is_wanted { needed } else { name };
            Some(layout::VALUE_FULL.saturating_add(usize::try_from(needed).ok()?))
        };
        match self.handle.value_at(index, &mut room, more) {
            Ok(()) => {}
            Err(STATUS_NO_MORE_ENTRIES) => return Ok(None),
            Err(status) => return Err(status::fault(status)),
        }
        let name = layout::value_name(room.bytes()).ok_or_else(status::garbled)?;
        let (value, _) = layout::numbered(room.bytes()).ok_or_else(status::garbled)?;
        Ok(Some((name, read(value, most)?)))
    }

    fn value(&self, name: &str, most: u64) -> Result<Option<Read>, Fault> {
        let mut room = self.room.borrow_mut();
        let more = |bytes: &[u8], needed: u32| {
            let value = layout::value(bytes)?;
            let wanted = u64::from(value.length) <= most;
            wanted.then_some(layout::VALUE_PARTIAL.saturating_add(usize::try_from(needed).ok()?))
        };
        match self.handle.value(name, &mut room, more) {
            Ok(()) => {
                let value = layout::value(room.bytes()).ok_or_else(status::garbled)?;
                read(value, most).map(Some)
            }
            // A key that is gone has a status of its own.
            Err(STATUS_OBJECT_NAME_NOT_FOUND) => Ok(None),
            Err(status) => Err(status::fault(status)),
        }
    }

    fn open(&self, subkey: &str, rights: Rights) -> Result<Box<dyn Key>, Fault> {
        one_name(subkey)?;
        let handle = Handle::open(Some(&self.handle), subkey, access(rights)).map_err(status::fault)?;
        let opened = self.below(subkey, Self::new(handle, &self.machine), rights)?;
        Ok(Box::new(opened))
    }

    fn create(&self, subkey: &str, like: &Like) -> Result<(Box<dyn Key>, bool), Fault> {
        one_name(subkey)?;
        match Handle::open(Some(&self.handle), subkey, access(Rights::Write)) {
            Ok(there) => {
                let there = self.below(subkey, Self::new(there, &self.machine), Rights::Write)?;
                return Ok((Box::new(there), false));
            }
            Err(STATUS_OBJECT_NAME_NOT_FOUND) => {}
            Err(status) => return Err(status::fault(status)),
        }
        let Created { handle, is_new } = self.make(subkey, like)?;
        let made = Self::new(handle, &self.machine);
        let (name, here) = (made.kernel_name()?, format!(r"{}\{subkey}", self.kernel_name()?));
        if is_new && !is_same(&name, &here) {
            made.delete()?; // this key has become a link after it was opened, and was followed
            return Err(status::link());
        }
        let made = self.below(subkey, made, Rights::Write)?;
        Ok((Box::new(made), is_new))
    }

    fn set(&self, name: &str, data: &RegistryData) -> Result<(), Fault> {
        // Nothing but an ASCII letter folds to one.
        if data.kind == ValueType::Link || name.eq_ignore_ascii_case(LINK_VALUE) {
            return Err(Fault::new(
                Code::RegistryLink,
                "the value would make its key a link: links are not made",
            ));
        }
        self.handle.set(name, data.kind.number(), &data.bytes).map_err(status::fault)
    }

    fn delete_value(&self, name: &str) -> Result<bool, Fault> {
        match self.handle.delete_value(name) {
            Ok(()) => Ok(true),
            Err(STATUS_OBJECT_NAME_NOT_FOUND) => Ok(false),
            Err(status) => Err(status::fault(status)),
        }
    }

    fn delete(&self) -> Result<(), Fault> {
        self.handle.delete().map_err(status::fault)
    }

    fn security(&self) -> Option<String> {
        security::of(&self.handle)
    }

    fn wait(&self, until: Instant, cancelled: &dyn Fn() -> bool) -> Result<bool, Fault> {
        watch::wait(&self.handle, || self.about(), until, cancelled)
    }
}

/// A value, as far as it was wanted.
fn read(value: layout::Value<'_>, most: u64) -> Result<Read, Fault> {
    if u64::from(value.length) > most {
        return Ok(Read::Over(value.length.into()));
    }
    let bytes = value.data.ok_or_else(status::garbled)?.to_vec();
    Ok(Read::Whole(RegistryData { kind: ValueType::of_number(value.kind), bytes }))
}
