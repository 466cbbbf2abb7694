//! The registry through the worker.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use gate::{
    Host, Lookup, Run,
    registry::{Access, Root, Rules},
};
use host_windows::{SystemRegistry, WorkerHost};
use model::{
    Code, Facts, Fault, Operation, Outcome, RegistryKey, RegistryWriteRequest, ValueToWrite,
    registry::{RegistryData, RegistryOutcome, RegistryPath, ValueChange, ValueType, View},
};
use testapps::registry::Place;

type Test = (&'static str, fn());

pub const ALL: &[Test] = &[
    (
        "a_change_of_the_registry_reaches_the_worker_with_its_data",
        a_change_of_the_registry_reaches_the_worker_with_its_data,
    ),
    (
        "the_registry_is_used_by_the_rules_of_each_call_also_by_a_new_worker",
        the_registry_is_used_by_the_rules_of_each_call_also_by_a_new_worker,
    ),
];

/// A host with a worker, which ends with it.
struct Machine {
    runtime: tokio::runtime::Runtime,
    host: Arc<WorkerHost>,
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.host.stop();
    }
}

fn rules(place: &Place, access: Access) -> Arc<Rules> {
    let root = Root { path: RegistryPath::parse(&place.caller("")).unwrap(), access, max_depth: 3 };
    Arc::new(Rules { roots: vec![vec![root]], level: Access::Admin, ..Rules::default() })
}

fn write(place: &Place, values: Vec<ValueToWrite>) -> Operation {
    let key = RegistryKey { path: RegistryPath::parse(&place.caller(r"\New")).unwrap(), view: View::W64 };
    Operation::RegistryWrite(RegistryWriteRequest { key, values, create_key: true })
}

fn data(bytes: &[u8]) -> RegistryData {
    RegistryData { kind: ValueType::Binary, bytes: bytes.to_vec() }
}

impl Machine {
    fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { runtime, host: WorkerHost::new(&std::env::current_exe().unwrap()) }
    }

    fn run(rules: &Arc<Rules>) -> Run {
        Run {
            deadline: Instant::now() + Duration::from_secs(30),
            cancel: tokio_util::sync::CancellationToken::new(),
            marks: Arc::default(),
            cover: Arc::default(),
            reveals: false,
            registry: Arc::clone(rules),
            policies: None,
        }
    }

    fn facts(&self, operation: &Operation, rules: &Arc<Rules>) -> Facts {
        let registry = operation.registry_keys().into_iter().cloned().collect();
        let lookup = Lookup { registry, ..Lookup::default() };
        self.runtime.block_on(self.host.resolve(lookup, &Self::run(rules))).unwrap()
    }

    /// What the values would become.
    fn preview(&self, operation: &Operation, rules: &Arc<Rules>) -> Result<Vec<ValueChange>, Fault> {
        let facts = self.facts(operation, rules);
        let run = Self::run(rules);
        match self.runtime.block_on(self.host.preview(operation, &facts, &run))? {
            Outcome::Registry(outcome) => match *outcome {
                RegistryOutcome::Changed { values, .. } => Ok(values),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }
}

fn a_change_of_the_registry_reaches_the_worker_with_its_data() {
    let (machine, place) = (Machine::start(), Place::new());
    place.key("New").set("b", 3, b"was");
    let values = [("a", vec![0, 255, 216]), ("b", vec![7; 900_000]), ("c", vec![])];
    let value =
        |(name, bytes): &(&str, Vec<u8>)| ValueToWrite { name: (*name).to_owned(), data: data(bytes).into() };
    let operation = write(&place, values.iter().map(value).collect());
    let rules = rules(&place, Access::ReadWrite);
    let told = machine.preview(&operation, &rules).unwrap();
    let after: Vec<_> = told.iter().map(|change| (change.name.as_str(), change.after.clone())).collect();
    let wanted: Vec<_> = values.iter().map(|(name, bytes)| (*name, Some(data(bytes)))).collect();
    assert_eq!(after, wanted);
    assert_eq!(told[1].before, Some(data(b"was")));
    let facts = machine.facts(&operation, &rules);
    assert_eq!(facts.registry[0].exists, Some(true), "{facts:?}");
    let run = Machine::run(&rules);
    let before = machine.runtime.block_on(machine.host.before(&operation, &facts, &run)).unwrap().unwrap();
    place.key("New").set("b", 3, b"other");
    before.restore(&SystemRegistry::new()).unwrap();
    let told = machine.preview(&operation, &rules).unwrap();
    assert_eq!(told[1].before, Some(data(b"was")));
}

fn the_registry_is_used_by_the_rules_of_each_call_also_by_a_new_worker() {
    let (machine, place) = (Machine::start(), Place::new());
    let operation = write(&place, vec![ValueToWrite { name: "a".to_owned(), data: data(b"1").into() }]);
    let (write, read) = (rules(&place, Access::ReadWrite), rules(&place, Access::Read));
    let none = Arc::default();
    let code = |rules| machine.preview(&operation, rules).map_or_else(|fault| fault.code, |_| Code::Timeout);
    for _ in 0..2 {
        assert_eq!(
            [code(&write), code(&read), code(&write)],
            [Code::Timeout, Code::DeniedByPolicy, Code::Timeout]
        );
        assert_eq!(code(&none), Code::DeniedByPolicy);
        crate::lives::Watched::open(machine.host.worker_pid().unwrap()).kill();
    }
}
