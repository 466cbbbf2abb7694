//! Puts the Windows manifest into the executable, whichever linker makes it.

use std::error::Error;

use embed_manifest::{
    embed_manifest,
    manifest::{ActiveCodePage, DpiAwareness, ExecutionLevel, Setting, SupportedOS},
    new_manifest,
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_CFG_WINDOWS").is_none() {
        return Ok(());
    }
    let manifest = new_manifest("winwarden")
        .active_code_page(ActiveCodePage::Utf8)
        .dpi_awareness(DpiAwareness::PerMonitorV2)
        .long_path_aware(Setting::Enabled)
        .requested_execution_level(ExecutionLevel::AsInvoker)
        .supported_os(SupportedOS::Windows10..=SupportedOS::Windows10);
    Ok(embed_manifest(manifest)?)
}
