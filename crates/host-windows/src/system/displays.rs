//! Displays.

use model::{DisplayInfo, DisplayList, Fault, Rect};
use windows::{
    Win32::{
        Foundation::{LPARAM, RECT},
        Graphics::Gdi::{
            DISPLAY_DEVICEW, EnumDisplayDevicesW, EnumDisplayMonitors, GetMonitorInfoW, HDC, HMONITOR,
            MONITORINFO, MONITORINFOEXW,
        },
        UI::{
            HiDpi::{GetDpiForMonitor, MDT_EFFECTIVE_DPI},
            WindowsAndMessaging::MONITORINFOF_PRIMARY,
        },
    },
    core::{BOOL, PCWSTR},
};

use super::utf16;

/// Every display, the primary one first, then from left to right, in physical pixels; none where the session has no
/// desktop.
///
/// # Errors
/// None at present.
pub fn display_list() -> Result<DisplayList, Fault> {
    let mut monitors: Vec<HMONITOR> = Vec::new();
    let all = LPARAM((&raw mut monitors).expose_provenance().cast_signed());
    // SAFETY: `remember` gets back the address of `monitors`, which outlives the call.
    let _ = unsafe { EnumDisplayMonitors(None, None, Some(remember), all) };
    let mut displays: Vec<DisplayInfo> = monitors.into_iter().filter_map(display).collect();
    displays.sort_by_key(|display| (!display.primary, display.rect.left, display.rect.top));
    for (number, display) in (1..).zip(&mut displays) {
        display.number = number;
    }
    Ok(DisplayList { displays })
}

extern "system" fn remember(monitor: HMONITOR, _: HDC, _: *mut RECT, all: LPARAM) -> BOOL {
    let all: *mut Vec<HMONITOR> = std::ptr::with_exposed_provenance_mut(all.0.cast_unsigned());
    // SAFETY: `display_list` passes the address of its vector, which lives as long as the enumeration and which
    // nothing else touches meanwhile.
    unsafe { &mut *all }.push(monitor);
    true.into()
}

fn display(monitor: HMONITOR) -> Option<DisplayInfo> {
    let mut about = MONITORINFOEXW::default();
    about.monitorInfo.cbSize = u32::try_from(size_of::<MONITORINFOEXW>()).ok()?;
    let room: *mut MONITORINFO = (&raw mut about).cast();
    // SAFETY: `about` lives through the call and tells by its size that it is the larger structure.
    if !unsafe { GetMonitorInfoW(monitor, room) }.as_bool() {
        return None; // unplugged meanwhile
    }
    let (mut dpi, mut dpi_y) = (96, 96);
    // SAFETY: both live through the call; they stay as they are where it fails.
    let _ = unsafe { GetDpiForMonitor(monitor, MDT_EFFECTIVE_DPI, &raw mut dpi, &raw mut dpi_y) };
    let rect = |rect: RECT| Rect::new(rect.left, rect.top, rect.right, rect.bottom);
    Some(DisplayInfo {
        number: 0,
        name: name(&about.szDevice),
        rect: rect(about.monitorInfo.rcMonitor),
        work_area: rect(about.monitorInfo.rcWork),
        scale_percent: percent(dpi),
        primary: about.monitorInfo.dwFlags & MONITORINFOF_PRIMARY != 0,
    })
}

/// `DISPLAY1 (Generic PnP Monitor)`: the adapter's output, and the monitor where its driver names it.
fn name(device: &[u16; 32]) -> String {
    let output = utf16::until_nul(device);
    let size = u32::try_from(size_of::<DISPLAY_DEVICEW>()).unwrap_or_default();
    let mut monitor = DISPLAY_DEVICEW { cb: size, ..DISPLAY_DEVICEW::default() };
    // SAFETY: the name ends with a NUL, and both live through the call; `monitor` tells its own size.
    let known = unsafe { EnumDisplayDevicesW(PCWSTR(device.as_ptr()), 0, &raw mut monitor, 0) }.as_bool();
    let described = utf16::until_nul(&monitor.DeviceString);
    let output = output.trim_start_matches(['\\', '.']);
    match described.as_str() {
        described if known && !described.is_empty() => format!("{output} ({described})"),
        _ => output.to_owned(),
    }
}

/// Dots per inch as the percentage that the settings show: 96 is 100.
const fn percent(dpi: u32) -> u32 {
    (dpi * 100 + 48) / 96
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_those_of_the_settings() {
        assert_eq!([96, 120, 144, 168, 192, 106].map(percent), [100, 125, 150, 175, 200, 110]);
    }
}
