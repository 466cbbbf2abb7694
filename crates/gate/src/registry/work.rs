//! One operation on a machine's registry, as it was judged.

use std::time::Instant;

use model::{
    Code, Fault, Operation, RegistryKeyFacts,
    registry::{RegistryKeyName, RegistryNotes, RegistryOutcome, View, upcase},
    ui::escape,
};
use policy::registry::{Act, Guard, Judged, Refused};

use super::{Asker, Before, Key, Registry, Rights, Said, change, cursor::Cursor};

/// Characters of a path that a message shows.
const SHOWN: usize = 300;

/// An operation, and what it is run under.
#[expect(missing_debug_implementations, reason = "it lends what it is given")]
pub struct Work<'a> {
    /// The machine.
    pub port: &'a dyn Registry,
    /// What may be used of it.
    pub guard: &'a Guard,
    /// What is to be done.
    pub operation: &'a Operation,
    /// What was judged, in the order of [`Operation::registry_keys`].
    pub facts: &'a [RegistryKeyFacts],
    /// When it must have ended.
    pub deadline: Instant,
    /// Whether it is to end now.
    pub cancelled: &'a dyn Fn() -> bool,
    /// What policies say of the keys that it meets.
    pub policies: Asker<'a>,
}

impl Work<'_> {
    /// Does it. A change is one unit: where a step fails, is late or cancelled, what was done is put back.
    ///
    /// # Errors
    /// `DENIED_BY_POLICY`, `REGISTRY_LINK`, `LIMIT_EXCEEDED`, `KEY_NOT_FOUND`, `VALUE_NOT_FOUND`, `ACCESS_DENIED`, `TIMEOUT`,
    /// `CANCELLED`, `INVALID_ARGUMENT` for a cursor or a number of keys that is not that of the key.
    pub fn execute(&self) -> Result<RegistryOutcome, Fault> {
        match self.operation {
            Operation::RegistryRead(request) => self.read(request),
            Operation::RegistryList(request) => self.list(request),
            Operation::RegistrySearch(request) => self.search(request),
            Operation::RegistryExport(request) => self.export(request),
            Operation::RegistryWait(request) => self.wait(request),
            _ => {
                let plan = self.plan()?;
                plan.run(self)?;
                Ok(plan.changed)
            }
        }
    }

    /// [`RegistryOutcome::Changed`] as it would be; of what only reads, whether it finds what it names: a search is not begun, and nothing
    /// is waited for.
    ///
    /// # Errors
    /// Those of `execute`.
    pub fn preview(&self) -> Result<RegistryOutcome, Fault> {
        match self.operation {
            Operation::RegistryRead(_) | Operation::RegistryList(_) | Operation::RegistryExport(_) => {
                self.execute()
            }
            Operation::RegistrySearch(request) => {
                self.spot(0, &request.key, Act::List { depth: 1 })?;
                Cursor::read(request.cursor.as_deref())?;
                Ok(RegistryOutcome::Waited { elapsed_ms: 0 })
            }
            Operation::RegistryWait(request) => {
                self.spot(0, &request.key, Act::Read)?;
                Ok(RegistryOutcome::Waited { elapsed_ms: 0 })
            }
            _ => Ok(self.plan()?.changed),
        }
    }

    /// All that a change is about to change, as it is before.
    ///
    /// # Errors
    /// Those of `preview`; `LIMIT_EXCEEDED` where it is too much to be kept.
    pub fn before(&self) -> Result<Before, Fault> {
        Ok(self.plan()?.before)
    }

    /// What a reply says beside what it was asked.
    pub(super) fn notes(&self, deeper: bool) -> RegistryNotes {
        RegistryNotes { need_approval: self.policies.noted(), deeper }
    }

    fn plan(&self) -> Result<change::Plan<'_>, Fault> {
        change::Plan::of(self)
    }

    /// Whose logical registry is read.
    pub(super) fn view(&self) -> View {
        self.operation.registry_keys().first().map(|key| key.view).unwrap_or_default()
    }

    /// Between two steps: whether to go on.
    pub(super) fn step(&self) -> Result<(), Fault> {
        if (self.cancelled)() {
            return Err(Fault::new(Code::Cancelled, "the call was cancelled"));
        }
        if Instant::now() >= self.deadline {
            let fault = Fault::new(Code::Timeout, "the registry took longer than the call may");
            return Err(fault.hint("ask for less at once"));
        }
        Ok(())
    }

    /// The names that were judged for the key at `index`, the one that counts first: of the merge of classes the user's.
    pub(super) fn names(&self, index: usize, path: &str) -> Result<Vec<RegistryKeyName>, Fault> {
        let missing = || Fault::new(Code::Internal, "the key is missing from what was judged");
        let facts = self.facts.get(index).ok_or_else(missing)?;
        if facts.link {
            return Err(link(path));
        }
        let machine = self.guard.machine();
        let names = facts.names.iter().rev().map(|name| RegistryKeyName::from_kernel(name, machine));
        let names: Vec<_> = names.collect::<Result<_, _>>().map_err(|_| missing())?;
        if names.is_empty() { Err(missing()) } else { Ok(names) }
    }

    /// Whether the rules permit it; what a person was to be asked has been asked.
    pub(super) fn permitted(&self, name: &RegistryKeyName, act: Act<'_>, path: &str) -> Result<(), Fault> {
        match self.guard.judge_key(name, act) {
            Judged::Allow { .. } | Judged::Ask { .. } => Ok(()),
            Judged::Refuse(refused) => Err(refusal(refused, path)),
        }
    }

    /// Opens a key by the name that was judged.
    pub(super) fn open(
        &self,
        name: &RegistryKeyName,
        rights: Rights,
        act: Act<'_>,
        path: &str,
    ) -> Result<Opened, Fault> {
        self.permitted(name, act, path)?;
        self.step()?;
        let key = self.port.open(name, rights).map_err(|fault| told(fault, path))?;
        self.checked(key, name, act, path)
    }

    /// Opens a subkey, of which the name has been judged.
    pub(super) fn open_below(
        &self,
        above: &Opened,
        name: &Below,
        rights: Rights,
        act: Act<'_>,
        path: &str,
    ) -> Result<Opened, Fault> {
        self.step()?;
        let key = above.key.open(&name.own, rights).map_err(|fault| told(fault, path))?;
        self.checked(key, &name.name, act, path)
    }

    /// The handle, if the kernel's name for it is the one that was judged, or is permitted itself.
    pub(super) fn checked(
        &self,
        key: Box<dyn Key>,
        judged: &RegistryKeyName,
        act: Act<'_>,
        path: &str,
    ) -> Result<Opened, Fault> {
        let name = key.opened_as().map_err(|fault| told(fault, path))?;
        if name != *judged {
            match self.guard.judge_key(&name, act) {
                Judged::Allow { .. } if self.word(&name, || Ok(Vec::new()))? == Said::Yes => {}
                Judged::Allow { .. } => return Err(link(path)),
                // A person was asked about another key.
                Judged::Ask { .. } | Judged::Refuse(_) => return Err(link(path)),
            }
        }
        Ok(Opened { key, name })
    }
}

/// A key that is open, by the name that the kernel has for it, which was judged.
pub(super) struct Opened {
    pub(super) key: Box<dyn Key>,
    pub(super) name: RegistryKeyName,
}

/// A subkey that may be seen.
#[derive(Debug, Clone)]
pub(super) struct Below {
    /// What its key calls it.
    pub(super) own: String,
    pub(super) name: RegistryKeyName,
    /// Whether it lies there, and is not another name of a key that lies elsewhere.
    pub(super) here: bool,
}

impl Below {
    /// The subkey that `above` calls `own`.
    pub(super) fn of(above: &RegistryKeyName, own: String, work: &Work<'_>) -> Self {
        let name = above.child(&own, work.guard.machine());
        let rest = name.folded().strip_prefix(above.folded()).and_then(|rest| rest.strip_prefix('\\'));
        let here = rest.is_some_and(|rest| rest == upcase(&own));
        Self { own, name, here }
    }
}

/// A path below another, with a backslash between.
pub(super) fn joined(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!(r"{above}\{name}") }
}

/// A path as a message shows it.
pub(super) fn shown(path: &str) -> String {
    escape(path, SHOWN).replace(r"\\", r"\")
}

pub(super) fn refusal(refused: Refused, path: &str) -> Fault {
    Fault::new(refused.code(), format!("`{}`: {refused}", shown(path)))
}

pub(super) fn link(path: &str) -> Fault {
    refusal(Refused::Link, path)
}

/// A fault of the machine in the caller's words: it does not tell what the kernel calls a key.
pub(super) fn told(fault: Fault, path: &str) -> Fault {
    let path = shown(path);
    match fault.code {
        Code::KeyNotFound => Fault::new(Code::KeyNotFound, format!("there is no key `{path}`")),
        Code::RegistryLink => Fault::new(Code::RegistryLink, format!("`{path}`: {}", Refused::Link)),
        Code::AccessDenied => {
            let message =
                format!("Windows refuses this with `{path}` to the account that winwarden runs under");
            Fault::new(Code::AccessDenied, message)
        }
        _ => fault,
    }
}

/// What the machine told, or nothing where the key is not there.
pub(super) fn if_there<T>(result: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(fault) if fault.code == Code::KeyNotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}
