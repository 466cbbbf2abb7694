//! What a decision costs, and how that grows with policies and entities. Needs no desktop.

use std::process::Command;

use serde_json::Value;

use super::figures::Row;
use crate::{build::release_example, fault::Fault, places::Places, process::capture};

/// Decisions of the policy alone, through its own program.
pub fn decisions(places: &Places) -> Result<Vec<Row>, Fault> {
    let program = release_example(places, "policy", "decide")?;
    let output = capture(&mut Command::new(program))?;
    let all: Value = output.lines().find_map(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    let p50 = |name: &str| {
        all.get(name).and_then(|figures| figures.get("p50_us")).and_then(Value::as_f64).ok_or_else(|| {
            Fault::check(format!("the program that measures decisions told nothing of `{name}`"))
        })
    };
    let row = |what: &str, name: &str, most: f64| {
        let figures = all.get(name).cloned().unwrap_or_default();
        Ok::<_, Fault>(Row::at_most(what, p50(name)?, most, " us", figures))
    };
    let (few, many) = (p50("10 policies")?, p50("1000 policies")?);
    // A hundred times the policies: what grows with them is the tenth of them that names no resource.
    let growth = Row::at_most("decision, 1,000 policies against 10", many / few, 10.0, "x", all.clone());
    Ok(vec![
        row("decision, default profile, p50", "default", 50.0)?,
        row("decision, 500 policies and 10,000 entities, p50", "500 policies, 10000 entities", 150.0)?,
        row("decision, 500 policies, half of them on folders, p50", "500 policies, folders", 150.0)?,
        growth,
    ])
}

/// Paths of the registry that are judged in a second, by the policy's own program, and what the engine takes on the
/// simulator, by that of the simulator.
pub fn keys(places: &Places) -> Result<Vec<Row>, Fault> {
    let told = |package, example| {
        let output = capture(&mut Command::new(release_example(places, package, example)?))?;
        Ok::<Value, Fault>(
            output.lines().find_map(|line| serde_json::from_str(line).ok()).unwrap_or_default(),
        )
    };
    let (judged, searched) = (told("policy", "keys")?, told("host-sim", "search")?);
    let row = |all: &Value, what: &str, pointer: &str, most: f64, unit: &'static str| {
        let time = all.pointer(pointer).and_then(Value::as_f64).ok_or_else(|| {
            Fault::check(format!("the program that measures the registry told nothing of `{pointer}`"))
        })?;
        Ok::<_, Fault>(Row::at_most(what, time, most, unit, all.clone()))
    };
    let judging = |what, pointer| row(&judged, what, pointer, 1_000.0, " ns");
    Ok(vec![
        judging("a path of the registry judged, reading", "/default/read/ns")?,
        judging(
            "a path of the registry judged, writing, among 1,000 roots and 1,000 denied keys",
            "/1000 roots/write/ns",
        )?,
        row(
            &searched,
            "100,000 keys of the simulator searched, names and data",
            "/search_data/ms",
            1_000.0,
            " ms",
        )?,
        row(&searched, "10,000 values of the simulator exported", "/export/ms", 200.0, " ms")?,
    ])
}
