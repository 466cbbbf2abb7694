//! What an operation does to each key that it names, in the rules' terms.
//!
//! Untrusted: the operation.
//! Guarantees: every key that it names is there, in its order, with all that would be done to it.
//! Does not: know what lies below a key; who walks there judges each.

use model::{Deleted, KeyChange, Kind, Operation, RegistryKey, ValueToWrite, registry::ValueType};

use super::{Act, Limits, Refused, Values, guard::writable};

/// One key of an operation, and what is done to it.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The key.
    pub key: &'a RegistryKey,
    does: Does,
    /// The values that it names.
    values: Vec<&'a str>,
    /// Those of them that would be written: type, and bytes of data.
    written: Vec<(ValueType, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Read,
    List { depth: u32 },
    Write,
    DeleteValues,
    DeleteKey { recursive: bool },
}

impl<'a> Asked<'a> {
    /// Each key of an operation; nothing where it is none on the registry.
    #[must_use]
    pub fn of(operation: &'a Operation) -> Option<Vec<Self>> {
        let one = |key, does, values: &'a [String]| {
            let values = values.iter().map(String::as_str).collect();
            vec![Self { key, does, values, written: Vec::new() }]
        };
        Some(match operation {
            Operation::RegistryRead(r) => one(&r.key, Does::Read, &r.values),
            Operation::RegistryList(r) if r.keys => one(&r.key, Does::List { depth: r.depth }, &[]),
            Operation::RegistryList(r) => one(&r.key, Does::Read, &[]),
            Operation::RegistrySearch(r) => one(&r.key, Does::List { depth: 1 }, &[]),
            Operation::RegistryExport(r) => one(&r.key, Does::List { depth: 1 }, &[]),
            Operation::RegistryWait(r) => one(&r.key, Does::Read, r.value.as_slice()),
            Operation::RegistryWrite(r) => vec![Self::writing(&r.key, &r.values, &[])],
            Operation::RegistryImport(r) => {
                r.changes.iter().map(|(key, change)| of_change(key, change)).collect()
            }
            Operation::RegistryDelete(r) => match &r.what {
                Deleted::Values(values) => one(&r.key, Does::DeleteValues, values),
                Deleted::Key { recursive, .. } => one(&r.key, Does::DeleteKey { recursive: *recursive }, &[]),
            },
            Operation::Status(_)
            | Operation::WindowList(_)
            | Operation::DisplayList(_)
            | Operation::AppList(_)
            | Operation::Snapshot(_)
            | Operation::Find(_)
            | Operation::ReadText(_)
            | Operation::Screenshot(_)
            | Operation::WaitFor(_)
            | Operation::ClipboardRead(_)
            | Operation::Click(_)
            | Operation::TypeText(_)
            | Operation::PressKeys(_)
            | Operation::Scroll(_)
            | Operation::Drag(_)
            | Operation::MovePointer(_)
            | Operation::ElementAction(_)
            | Operation::WindowControl(_)
            | Operation::AppLaunch(_)
            | Operation::ClipboardWrite(_) => return None,
        })
    }

    fn writing(key: &'a RegistryKey, values: &'a [ValueToWrite], delete: &'a [String]) -> Self {
        let names = values.iter().map(|value| value.name.as_str());
        Self {
            key,
            does: Does::Write,
            values: names.chain(delete.iter().map(String::as_str)).collect(),
            written: values.iter().map(|value| (value.data.kind(), value.data.size())).collect(),
        }
    }

    /// What a policy is asked about a key of an import besides the import itself: what is written there, and what is deleted, each
    /// as a call of its own would be. Nothing for other operations.
    #[must_use]
    pub fn parts(&self, of: Kind) -> Vec<(Kind, Self)> {
        if of != Kind::RegistryImport {
            return Vec::new();
        }
        let (write, delete) = self.values.split_at(self.written.len().min(self.values.len()));
        let part = |does, values: &[&'a str], written: &[_]| Self {
            key: self.key,
            does,
            values: values.to_vec(),
            written: written.to_vec(),
        };
        match self.does {
            Does::Write => {
                let deletes = (!delete.is_empty())
                    .then(|| (Kind::RegistryDelete, part(Does::DeleteValues, delete, &[])));
                let writes = (deletes.is_none() || !write.is_empty())
                    .then(|| (Kind::RegistryWrite, part(Does::Write, write, &self.written)));
                writes.into_iter().chain(deletes).collect()
            }
            Does::DeleteKey { .. } | Does::DeleteValues => vec![(Kind::RegistryDelete, self.clone())],
            Does::Read | Does::List { .. } => Vec::new(),
        }
    }

    /// A key that is created because one below it is written.
    #[must_use]
    pub const fn created(key: &'a RegistryKey) -> Self {
        Self { key, does: Does::Write, values: Vec::new(), written: Vec::new() }
    }

    /// The same for [`Guard::judge`](super::Guard::judge).
    #[must_use]
    pub fn act(&self) -> Act<'_> {
        match self.does {
            Does::Read => Act::Read,
            Does::List { depth } => Act::List { depth: depth.into() },
            Does::Write => Act::Write(Values::Named(&self.values)),
            Does::DeleteValues => Act::DeleteValues(Values::Named(&self.values)),
            Does::DeleteKey { .. } => Act::DeleteKey,
        }
    }

    /// Whether types and sizes are within what may be read and written at once.
    ///
    /// # Errors
    /// They are not.
    pub fn fits(&self, limits: Limits) -> Result<(), Refused> {
        for (kind, bytes) in &self.written {
            writable(*kind)?;
            limits.bytes(u64::try_from(*bytes).unwrap_or(u64::MAX))?;
        }
        match (self.does, u64::try_from(self.values.len()).unwrap_or(u64::MAX)) {
            (Does::Read, asked @ 1..) => limits.values(asked),
            _ => Ok(()),
        }
    }

    /// The values that it names, in the caller's spelling.
    #[must_use]
    pub fn values(&self) -> &[&'a str] {
        &self.values
    }

    /// The types of what would be written.
    pub fn types(&self) -> impl Iterator<Item = ValueType> {
        self.written.iter().map(|(kind, _)| *kind)
    }

    /// Whether it may reach values of the key that it does not name.
    #[must_use]
    pub const fn reaches_any_value(&self) -> bool {
        match self.does {
            Does::Read | Does::List { .. } => self.values.is_empty(),
            Does::DeleteKey { .. } => true,
            Does::Write | Does::DeleteValues => false,
        }
    }

    /// Whether it reaches keys below.
    #[must_use]
    pub const fn is_recursive(&self) -> bool {
        matches!(self.does, Does::List { .. } | Does::DeleteKey { recursive: true })
    }
}

fn of_change<'a>(key: &'a RegistryKey, change: &'a KeyChange) -> Asked<'a> {
    match change {
        KeyChange::Write { values, delete } => Asked::writing(key, values, delete),
        KeyChange::Delete => {
            let does = Does::DeleteKey { recursive: true };
            Asked { key, does, values: Vec::new(), written: Vec::new() }
        }
    }
}
