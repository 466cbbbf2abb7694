//! What is closed before anything else runs.

use windows::{
    Win32::System::{
        Diagnostics::Debug::{
            SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX, SetErrorMode,
        },
        LibraryLoader::{LOAD_LIBRARY_SEARCH_SYSTEM32, SetDefaultDllDirectories, SetDllDirectoryW},
        Threading::{
            PROCESS_MITIGATION_POLICY, ProcessExtensionPointDisablePolicy, ProcessImageLoadPolicy,
            SetProcessMitigationPolicy,
        },
    },
    Win32::UI::HiDpi::{DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2, SetProcessDpiAwarenessContext},
    core::w,
};

/// `NoRemoteImages`, `NoLowMandatoryLabelImages`, `PreferSystem32Images`.
const IMAGES_OF_THIS_MACHINE: u32 = 0b111;

/// `DisableExtensionPoints`: no DLLs by registration (`AppInit_DLLs`, Winsock layers, legacy input methods).
const NO_EXTENSIONS: u32 = 0b1;

/// DLLs from System32 only and never from another machine, no error boxes, no DLLs that register themselves into
/// every process. Nothing of `user32.dll`, which the gate's start does without. What a system lacks is left out: none of it is what safety rests on.
pub fn harden() {
    // SAFETY: constants and a constant text; nothing is loaded by name before this.
    unsafe {
        let _ = SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
        let _ = SetDllDirectoryW(w!("")); // programs that are started inherit this: it spares them the current folder
        SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    }
    restrict(ProcessImageLoadPolicy, IMAGES_OF_THIS_MACHINE);
    restrict(ProcessExtensionPointDisablePolicy, NO_EXTENSIONS);
}

/// Per-monitor DPI awareness v2: coordinates are physical pixels. An executable with our manifest has it already.
pub fn see_real_pixels() {
    // SAFETY: a constant.
    let _ = unsafe { SetProcessDpiAwarenessContext(DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2) };
}

/// Sets a policy that is one word of flags.
fn restrict(policy: PROCESS_MITIGATION_POLICY, flags: u32) {
    // SAFETY: the flags live through the call and have the size that is given, which is that of both policies.
    let _ = unsafe { SetProcessMitigationPolicy(policy, (&raw const flags).cast(), size_of::<u32>()) };
}
