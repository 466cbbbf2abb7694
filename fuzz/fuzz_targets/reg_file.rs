//! No text is a panic, and what is read of one is the same once it is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::{
    KeyChange, RegistryKey,
    registry::{RegFile, View, read_reg_file},
};

fuzz_target!(|text: &str| {
    let Ok(changes) = read_reg_file(text, View::W64) else { return };
    let mut file = RegFile::default();
    for (key, change) in &changes {
        let KeyChange::Write { values, .. } = change else { continue };
        assert!(file.key(&key.path.to_string()));
        for value in values {
            assert!(file.value(&value.name, &value.data.expose()));
        }
    }
    let again = read_reg_file(&file.text(), View::W64).unwrap();
    let written = |changes: Vec<(RegistryKey, KeyChange)>| {
        let written = changes.into_iter().filter_map(|(key, change)| match change {
            KeyChange::Write { values, .. } => Some((key, values)),
            KeyChange::Delete => None,
        });
        written.collect::<Vec<_>>()
    };
    assert_eq!(written(again), written(changes));
});
