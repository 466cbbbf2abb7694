//! How many paths of the registry are judged in a second, from the caller's text to the verdict: `./x bench registry` runs
//! this. Prints one JSON object.

use std::{
    error::Error,
    hint::black_box,
    io::{Write, stdout},
    time::Instant,
};

use model::registry::{Machine, RegistryPath, View};
use policy::{
    config::{Profile, Settings},
    registry::{Access, Act, Root, Rules, Values},
};
use serde_json::{Map, Value, json};

/// Judgements of each kind: so many at once, so often. The median of the times is told, for the machine may be busy.
const AT_ONCE: u32 = 1_000;
const TIMES: usize = 501;

const OWN: &str = "S-1-5-21-1111111111-2222222222-3333333333-1001";

fn main() -> Result<(), Box<dyn Error>> {
    let few = Settings::of_profile(Profile::Assistant).registry;
    let mut all = Map::new();
    all.insert("default".into(), measured(&few)?);
    all.insert("1000 roots".into(), measured(&many(few)?)?);
    writeln!(stdout(), "{}", Value::Object(all))?;
    Ok(())
}

/// With so many more roots and denied keys.
fn many(mut rules: Rules) -> Result<Rules, Box<dyn Error>> {
    let more = (0..1_000).map(|number| {
        let path = format!(r"HKCU\Software\Vendor {number}\Product").parse()?;
        Ok::<_, Box<dyn Error>>(Root { path, access: Access::ReadWrite, max_depth: 3 })
    });
    rules.roots = vec![rules.roots.into_iter().flatten().map(Ok).chain(more).collect::<Result<_, _>>()?];
    for number in 0..1_000 {
        rules.denied.push(format!(r"HKLM\SOFTWARE\Vendor {number}\Secret").parse()?);
    }
    Ok(rules)
}

fn measured(rules: &Rules) -> Result<Value, Box<dyn Error>> {
    let guard = rules.on(Machine::new(Some(OWN.parse()?), Some(1)));
    let mut kinds = Map::new();
    for (name, path, act) in [
        ("read", r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\Advanced", Act::Read),
        ("denied", r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Lsa\Secrets", Act::Read),
        (
            "write",
            r"Registry::HKEY_CURRENT_USER\Software\Vendor 7\Product\Settings",
            Act::Write(Values::Named(&["Name"])),
        ),
        ("merged", r"HKCR\CLSID\{00000000-0000-0000-0000-000000000000}\InprocServer32", Act::Read),
        ("not ascii", "HKCU\\Software\\Stra\u{df}e\\\u{dc}bergr\u{f6}\u{df}e", Act::Read),
    ] {
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let start = Instant::now();
            for _ in 0..AT_ONCE {
                let names = RegistryPath::parse(black_box(path))?.names(guard.machine(), View::W64);
                let _ = black_box(guard.judge(&names, act));
            }
            times.push(start.elapsed().as_secs_f64() / f64::from(AT_ONCE));
        }
        times.sort_unstable_by(f64::total_cmp);
        let each = times.get(TIMES / 2).copied().unwrap_or_default();
        kinds.insert(name.into(), json!({ "per_second": (1.0 / each).round(), "ns": (each * 1e9).round() }));
    }
    Ok(Value::Object(kinds))
}
