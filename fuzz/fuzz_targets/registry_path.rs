//! No text is a panic, and the name of a name is that name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::registry::{Machine, RegistryPath, View};

fuzz_target!(|text: &str| {
    let Ok(path) = RegistryPath::parse(text) else { return };
    assert_eq!(RegistryPath::parse(&path.to_string()), Ok(path.clone()));
    for machine in [Machine::default(), Machine::new("S-1-5-21-1-2-3-1001".parse().ok(), Some(1))] {
        for view in [View::W64, View::W32] {
            for name in path.names(&machine, view).iter() {
                // What stands for a hive is longer than its name, so that the name may be over a limit.
                let Ok(again) = RegistryPath::parse(name.as_str()) else { continue };
                assert_eq!(again.names(&machine, view).first().as_str(), name.as_str());
            }
        }
    }
});
