//! The port to a machine's registry: one opened key at a time, nothing walked and nothing judged.

use model::{
    Fault,
    registry::{Machine, RegistryData, RegistryKeyName},
};

/// What an opened key is wanted for: no more is asked of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Its values, subkeys and what is known of it.
    Read,
    /// Owner and access list besides.
    ReadSecurity,
    /// Being told when it changes.
    Notify,
    /// Writing and deleting values, creating subkeys; reading too.
    Write,
    /// Deleting it; reading too.
    Delete,
}

/// A machine's registry. Its calls block, and are quick: one question to the system each.
pub trait Registry: Send + Sync {
    /// What the machine's names mean.
    fn machine(&self) -> Machine;

    /// Opens the key that the kernel knows by this name, following no link that is not the system's own.
    ///
    /// # Errors
    /// `KEY_NOT_FOUND`, `ACCESS_DENIED`; `REGISTRY_LINK` where the key is a link, or one lies on the way to it.
    fn open(&self, name: &RegistryKeyName, rights: Rights) -> Result<Box<dyn Key>, Fault>;

    /// The text with variables of the user's environment (`%TEMP%`) replaced.
    fn expand(&self, text: &str) -> String;
}

/// A key that is open: whatever becomes of its name, it stays the one that was opened.
pub trait Key: Send {
    /// The name that the kernel has for it now.
    ///
    /// # Errors
    /// `KEY_NOT_FOUND` where it has been deleted meanwhile.
    fn name(&self) -> Result<RegistryKeyName, Fault>;

    /// The name that the kernel had for it when it was opened, which opening has asked for.
    ///
    /// # Errors
    /// Those of `name`.
    fn opened_as(&self) -> Result<RegistryKeyName, Fault> {
        self.name()
    }

    /// Counts, class and time.
    ///
    /// # Errors
    /// `KEY_NOT_FOUND`, `ACCESS_DENIED`.
    fn about(&self) -> Result<About, Fault>;

    /// The name of the subkey at `index`, from 0; none past the last. The order is the system's and changes with the key.
    ///
    /// # Errors
    /// `KEY_NOT_FOUND`, `ACCESS_DENIED`.
    fn subkey(&self, index: u32) -> Result<Option<String>, Fault>;

    /// The value at `index`, from 0, with at most `most` bytes of data; none past the last.
    ///
    /// # Errors
    /// `KEY_NOT_FOUND`, `ACCESS_DENIED`.
    fn value_at(&self, index: u32, most: u64) -> Result<Option<(String, Read)>, Fault>;

    /// The value called `name`, with at most `most` bytes of data; none where there is none.
    ///
    /// # Errors
    /// `KEY_NOT_FOUND`, `ACCESS_DENIED`.
    fn value(&self, name: &str, most: u64) -> Result<Option<Read>, Fault>;

    /// Opens a subkey, itself even where it is a link.
    ///
    /// # Errors
    /// `KEY_NOT_FOUND`, `ACCESS_DENIED`; `REGISTRY_LINK` where it is a link that is not the system's own.
    fn open(&self, subkey: &str, rights: Rights) -> Result<Box<dyn Key>, Fault>;

    /// Creates a subkey, with `class` and access list `security` where given, and opens it for writing; whether it is new.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `REGISTRY_LINK` where it is there and is a link.
    fn create(&self, subkey: &str, like: &Like) -> Result<(Box<dyn Key>, bool), Fault>;

    /// Writes a value. Never one that would make the key a link.
    ///
    /// # Errors
    /// `KEY_NOT_FOUND`, `ACCESS_DENIED`.
    fn set(&self, name: &str, data: &RegistryData) -> Result<(), Fault>;

    /// Deletes a value; whether it was there.
    ///
    /// # Errors
    /// `KEY_NOT_FOUND`, `ACCESS_DENIED`.
    fn delete_value(&self, name: &str) -> Result<bool, Fault>;

    /// Deletes the key itself, which has no subkeys.
    ///
    /// # Errors
    /// `KEY_NOT_FOUND`, `ACCESS_DENIED`.
    fn delete(&self) -> Result<(), Fault>;

    /// Owner and access list as the system has them (SDDL on Windows); none where the account may not read them.
    fn security(&self) -> Option<String>;

    /// Blocks until a value or subkey changes, `until` or `cancelled` says so; whether something changed.
    ///
    /// # Errors
    /// `KEY_NOT_FOUND`, `ACCESS_DENIED`.
    fn wait(&self, until: std::time::Instant, cancelled: &dyn Fn() -> bool) -> Result<bool, Fault>;
}

/// What a value was read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// All of it.
    Whole(RegistryData),
    /// It has more bytes than were wanted: so many.
    Over(u64),
}

/// What a key is created like.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Like {
    /// Its class.
    pub class: Option<String>,
    /// Its access list, as [`Key::security`] gives it.
    pub security: Option<String>,
}

/// What the system tells of a key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// How many subkeys it has.
    pub subkeys: u32,
    /// How many values.
    pub values: u32,
    /// When it was last changed, milliseconds since 1970.
    pub last_write_ms: Option<i64>,
    /// Its class.
    pub class: Option<String>,
}
