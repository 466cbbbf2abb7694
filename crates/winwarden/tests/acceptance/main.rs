//! Whole scenarios in the words of WinReg-Mcp: `serve --dialect winreg` on a simulated machine, each with a policy, an
//! environment, a call, and what has to come of it. `tests/acceptance` holds them.
#![cfg(not(windows))] // the executable for Windows simulates nothing

#[cfg(test)]
mod expected;
#[cfg(test)]
mod server;

#[cfg(test)]
mod tests {
    use std::{sync::Mutex, thread};

    use serde_json::Value;

    use super::expected::outcome;

    const GIVEN: &str = include_str!("../../../../tests/acceptance/registry.json");
    const MORE: &str = include_str!("../../../../tests/acceptance/registry_more.json");

    /// Scenarios at once: servers mostly wait.
    const AT_ONCE: usize = 3;

    /// Runs every scenario; the policies and machines of the first set are those of both.
    fn run(scenarios: &str, options: &[&str]) {
        let given: Value = serde_json::from_str(GIVEN).unwrap();
        let read: Value = serde_json::from_str(scenarios).unwrap();
        let scenarios = read["scenarios"].as_array().unwrap();
        // There are no metrics yet.
        let left = scenarios.iter().filter(|scenario| scenario["call"]["metrics"].is_null());
        let (left, failed) = (Mutex::new(left.collect::<Vec<_>>()), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    loop {
                        let Some(scenario) = left.lock().unwrap().pop() else { return };
                        if let Err(why) = outcome(&given["meta"], scenario, options) {
                            let told = format!("{} {}: {why}", scenario["id"], scenario["title"]);
                            failed.lock().unwrap().push(told);
                        }
                    }
                });
            }
        });
        let failed = failed.into_inner().unwrap();
        assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), scenarios.len(), failed.join("\n"));
    }

    #[test]
    fn every_scenario_ends_as_it_says() {
        run(GIVEN, &["--profile", "lab"]);
    }

    #[test]
    fn every_scenario_of_ours_ends_as_it_says_where_roots_and_level_are_the_grant() {
        run(MORE, &[]);
    }
}
