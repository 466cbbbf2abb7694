//! The registry as a whole: whose it is, and what its texts expand to.

use std::sync::Arc;

use gate::registry::{Key, Read, Registry, Rights};
use model::{
    Fault,
    registry::{Machine, RegistryKeyName, Sid},
};
use windows::{
    Win32::{
        Foundation::HANDLE,
        Security::{TOKEN_DUPLICATE, TOKEN_QUERY},
        System::{
            Environment::ExpandEnvironmentStringsForUserW,
            Threading::{GetCurrentProcess, OpenProcessToken},
        },
    },
    core::HSTRING,
};

use super::key;
use crate::system::{Owned, until_nul, user_sid};

/// The key that tells which control set is the current one.
const SELECT: &str = r"\REGISTRY\MACHINE\SYSTEM\Select";

/// This machine's registry, for the user of this process.
#[derive(Debug)]
pub struct SystemRegistry {
    machine: Arc<Machine>,
}

impl SystemRegistry {
    /// Looks up whose it is; that changes neither while the process nor while the machine runs.
    #[must_use]
    pub fn new() -> Self {
        let user = user_sid().and_then(|sid| sid.parse::<Sid>().ok());
        let nobody = Arc::new(Machine::default());
        Self { machine: Arc::new(Machine::new(user, control_set(&nobody))) }
    }
}

impl Default for SystemRegistry {
    fn default() -> Self {
        Self::new()
    }
}

fn control_set(machine: &Arc<Machine>) -> Option<u16> {
    let name = RegistryKeyName::from_kernel(SELECT, machine).ok()?;
    let select = key::open(machine, &name, Rights::Read).ok()?;
    match select.value("Current", 4).ok()?? {
        Read::Whole(data) => data.as_number()?.try_into().ok(),
        Read::Over(_) => None,
    }
}

impl Registry for SystemRegistry {
    fn machine(&self) -> Machine {
        Machine::clone(&self.machine)
    }

    fn open(&self, name: &RegistryKeyName, rights: Rights) -> Result<Box<dyn Key>, Fault> {
        Ok(Box::new(key::open(&self.machine, name, rights)?))
    }

    /// By the user's own settings: the environment of a worker holds nothing but what Windows needs.
    fn expand(&self, text: &str) -> String {
        expanded(text).unwrap_or_else(|| text.to_owned())
    }
}

fn expanded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let mut token = HANDLE::default();
    // SAFETY: `token` lives through the call.
    unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_DUPLICATE, &raw mut token) }.ok()?;
    let token = Owned::new(token);
    let text = HSTRING::from(text);
    for room in [32_768, 1 << 20] {
        let mut room = vec![0; text.len().saturating_add(room)];
        // SAFETY: the token is open and the text lives through the call; so does the buffer, whose length is told.
        let is_done =
            unsafe { ExpandEnvironmentStringsForUserW(Some(token.raw()), &text, &mut room) }.is_ok();
        let units = room.iter().position(|unit| *unit == 0).unwrap_or(room.len());
        // Wine cuts off what has no room, and calls it done.
        if is_done && units + 1 < room.len() {
            return Some(until_nul(&room));
        }
    }
    None
}
