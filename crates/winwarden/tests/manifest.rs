//! What Windows reads in the executable before it starts.
#![cfg(windows)]

#[test]
fn the_manifest_asks_for_physical_pixels_long_paths_and_no_more_rights() {
    let executable = std::fs::read(env!("CARGO_BIN_EXE_winwarden")).unwrap();
    let text = String::from_utf8_lossy(&executable);
    for wanted in ["permonitorv2", "longPathAware", "asInvoker", "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(!text.contains("level=\"requireAdministrator\""), "never elevated");
}
