mod below;
mod below_property;
mod changing;
mod parts;
mod port;
mod property;
mod putting_back;
mod reading;
mod secrets;
mod waiting;

use std::time::{Duration, Instant};

use model::{
    Fault, Operation, RegistryKey, ValueToWrite,
    registry::{RegistryData, RegistryOutcome, ValueType, View},
};

use self::port::{Port, machine};
use super::{Access, Asker, Before, Guard, Limits, Policies, Root, Rules, Work, look};

/// The rules of most tests.
fn rules() -> Rules {
    let roots = [r"admin 5 HKCU\Software", r"admin 5 HKLM\SOFTWARE", r"admin 5 HKCR"];
    let denied = [r"HKCU\Software\App\Secret", r"HKLM\SOFTWARE\Classes\Hidden"];
    Rules {
        roots: vec![roots.iter().map(|root| Root::parse(root).unwrap()).collect()],
        denied: denied.iter().map(|path| path.parse().unwrap()).collect(),
        level: Access::Admin,
        limits: Limits { depth: 5, ..Limits::default() },
        ..Rules::default()
    }
}

fn key(path: &str) -> RegistryKey {
    RegistryKey { path: path.parse().unwrap(), view: View::W64 }
}

/// A call that has been looked up and judged.
struct Asked<'a> {
    port: &'a Port,
    guard: Guard,
    operation: Operation,
    facts: Vec<model::RegistryKeyFacts>,
    policies: Option<&'a dyn Policies>,
}

impl<'a> Asked<'a> {
    fn new(port: &'a Port, operation: impl Into<Operation>) -> Self {
        Self::under(&rules(), port, operation.into())
    }

    fn under(rules: &Rules, port: &'a Port, operation: Operation) -> Self {
        let keys: Vec<_> = operation.registry_keys().into_iter().cloned().collect();
        let facts = look(port, &keys).unwrap();
        port.state().opened.clear();
        Self { port, guard: rules.on(machine()), operation, facts, policies: None }
    }

    fn with<T>(&self, cancelled: &dyn Fn() -> bool, ask: impl FnOnce(&Work<'_>) -> T) -> T {
        let deadline = Instant::now() + Duration::from_secs(600);
        let Self { port, guard, operation, facts, policies } = self;
        let policies = Asker::new(*policies);
        ask(&Work { port: *port, guard, operation, facts, deadline, cancelled, policies })
    }

    fn done(&self) -> Result<RegistryOutcome, Fault> {
        self.with(&|| false, |work| work.execute())
    }

    fn preview(&self) -> Result<RegistryOutcome, Fault> {
        self.with(&|| false, |work| work.preview())
    }

    fn before(&self) -> Result<Before, Fault> {
        self.with(&|| false, |work| work.before())
    }
}

fn text(text: &str) -> RegistryData {
    RegistryData::text(ValueType::String, text)
}

fn to_write(name: &str, held: &str) -> ValueToWrite {
    ValueToWrite { name: name.into(), data: text(held).into() }
}
