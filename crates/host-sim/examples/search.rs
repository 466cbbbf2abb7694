//! How long the registry's engine takes on the simulator: searching 100,000 keys, and what an export and a list of 10,000
//! values take. `./x bench registry` runs this. Prints one JSON object of milliseconds.

use std::{
    error::Error,
    io::{Write, stdout},
    sync::Arc,
    time::{Duration, Instant},
};

use gate::registry::{Access, Asker, Limits, Registry, Root, Rules, Work, look};
use host_sim::{SimHost, World};
use model::{
    Operation, RegistryExportRequest, RegistryKey, RegistryListRequest, RegistrySearchRequest, SearchFor,
    registry::{RegistryOutcome, View},
};
use serde_json::{Map, Value, json};

/// Runs of each; the median is told, for the machine may be busy.
const TIMES: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let port = host()?.registry();
    let mut all = Map::new();
    for (name, text, keys, data) in
        [("search_names", "not there", true, false), ("search_data", "not there", true, true)]
    {
        let sought = SearchFor::Text { text: text.into(), keys, names: keys, data };
        let request = RegistrySearchRequest {
            key: key(r"HKCU\Software\Deep")?,
            sought,
            limit: 100,
            max_keys: 100_000,
            cursor: None,
        };
        let ended = measured(&port, &Operation::RegistrySearch(request))?;
        all.insert(name.into(), json!(ended));
    }
    let export = RegistryExportRequest { key: key(r"HKCU\Software\Wide")?, max_bytes: 5_000_000 };
    all.insert("export".into(), json!(measured(&port, &Operation::RegistryExport(export))?));
    let list = RegistryListRequest {
        key: key(r"HKCU\Software\Wide")?,
        keys: false,
        values: true,
        depth: 1,
        limit: 100,
        cursor: None,
        whole: false,
        expand: false,
    };
    all.insert("list".into(), json!(measured(&port, &Operation::RegistryList(list))?));
    writeln!(stdout(), "{}", Value::Object(all))?;
    Ok(())
}

/// 100 keys of 999 each, each with a value; and one key with 10,000 values.
fn host() -> Result<SimHost, Box<dyn Error>> {
    let mut keys = Map::new();
    for number in 0..99_900 {
        let path = format!(r"HKEY_CURRENT_USER\Software\Deep\{:02}\Key {number}", number % 100);
        keys.insert(path, json!({ "Name": ["String", "some text of a usual length"] }));
    }
    let mut values = Map::new();
    for number in 0..10_000 {
        values.insert(format!("Name {number}"), json!(["String", "some text of a usual length"]));
    }
    keys.insert(r"HKEY_CURRENT_USER\Software\Wide".into(), Value::Object(values));
    let world = json!({ "registry": { "keys": keys } });
    Ok(SimHost::new(World::parse(&world.to_string())?))
}

fn key(path: &str) -> Result<RegistryKey, Box<dyn Error>> {
    Ok(RegistryKey { path: path.parse()?, view: View::W64 })
}

/// Milliseconds that the whole of it takes, part by part, and how many keys were looked into.
fn measured(port: &Arc<dyn Registry>, operation: &Operation) -> Result<Value, Box<dyn Error>> {
    let roots = vec![vec![Root::parse(r"read 5 HKCU\Software")?]];
    let limits = Limits { depth: 5, ..Limits::default() };
    let rules = Rules { roots, limits, level: Access::Read, ..Rules::default() };
    let guard = rules.on(port.machine());
    let keys: Vec<_> = operation.registry_keys().into_iter().cloned().collect();
    let facts = look(&**port, &keys)?;
    let (mut times, mut looked) = (Vec::with_capacity(TIMES), 0);
    for _ in 0..TIMES {
        let start = Instant::now();
        let mut operation = operation.clone();
        looked = 0;
        loop {
            let work = Work {
                policies: Asker::default(),
                port: &**port,
                guard: &guard,
                operation: &operation,
                facts: &facts,
                deadline: start + Duration::from_secs(60),
                cancelled: &|| false,
            };
            let next = match work.execute()? {
                RegistryOutcome::Found { keys, cursor, .. } => {
                    looked += keys;
                    cursor
                }
                RegistryOutcome::List { cursor, .. } => cursor,
                _ => None,
            };
            match (&mut operation, next) {
                (Operation::RegistrySearch(request), Some(next)) => request.cursor = Some(next),
                (Operation::RegistryList(request), Some(next)) => request.cursor = Some(next),
                _ => break,
            }
        }
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_unstable_by(f64::total_cmp);
    Ok(json!({ "ms": times.get(TIMES / 2).copied().unwrap_or_default().round(), "keys": looked }))
}
