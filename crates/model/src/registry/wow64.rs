//! The two logical registries of a 64-bit Windows: which keys a 32-bit program has for itself, and which it shares.
//!
//! Source: "Registry Keys Affected by Windows Installations That Include Windows on Windows (WOW) Support" of Microsoft's
//! documentation, the column for Windows 7 and newer, and the symbolic links that it lists.

use super::{links::is, machine::View};

/// Where keys of 32-bit programs lie.
const NODE: &str = "WOW6432Node";

/// Names of such places in upper case; the second is of 32-bit programs for ARM.
pub(super) const NODES: [&str; 2] = ["WOW6432NODE", "WOWAA32NODE"];

/// Keys below `SOFTWARE`, and all below them, that are one key in both views.
const SHARED: &[&str] = &[
    r"Clients",
    r"Microsoft\COM3",
    r"Microsoft\Cryptography\Calais\Current",
    r"Microsoft\Cryptography\Calais\Readers",
    r"Microsoft\Cryptography\Services",
    r"Microsoft\CTF\SystemShared",
    r"Microsoft\CTF\TIP",
    r"Microsoft\DFS",
    r"Microsoft\Driver Signing",
    r"Microsoft\EnterpriseCertificates",
    r"Microsoft\EventSystem",
    r"Microsoft\MSMQ",
    r"Microsoft\Non-Driver Signing",
    r"Microsoft\Notepad\DefaultFonts",
    r"Microsoft\OLE",
    r"Microsoft\RAS",
    r"Microsoft\RPC",
    r"Microsoft\Shared Tools\MSInfo",
    r"Microsoft\SystemCertificates",
    r"Microsoft\TermServLicensing",
    r"Microsoft\TransactionServer",
    r"Microsoft\Windows\CurrentVersion\App Paths",
    r"Microsoft\Windows\CurrentVersion\Control Panel\Cursors\Schemes",
    r"Microsoft\Windows\CurrentVersion\Explorer\AutoplayHandlers",
    r"Microsoft\Windows\CurrentVersion\Explorer\DriveIcons",
    r"Microsoft\Windows\CurrentVersion\Explorer\KindMap",
    r"Microsoft\Windows\CurrentVersion\Group Policy",
    r"Microsoft\Windows\CurrentVersion\Policies",
    r"Microsoft\Windows\CurrentVersion\PreviewHandlers",
    r"Microsoft\Windows\CurrentVersion\Setup",
    r"Microsoft\Windows\CurrentVersion\Telephony\Locations",
    r"Microsoft\Windows NT\CurrentVersion\Console",
    r"Microsoft\Windows NT\CurrentVersion\FontDpi",
    r"Microsoft\Windows NT\CurrentVersion\FontLink",
    r"Microsoft\Windows NT\CurrentVersion\FontMapper",
    r"Microsoft\Windows NT\CurrentVersion\Fonts",
    r"Microsoft\Windows NT\CurrentVersion\FontSubstitutes",
    r"Microsoft\Windows NT\CurrentVersion\Gre_Initialize",
    r"Microsoft\Windows NT\CurrentVersion\Image File Execution Options",
    r"Microsoft\Windows NT\CurrentVersion\Language Pack",
    r"Microsoft\Windows NT\CurrentVersion\NetworkCards",
    r"Microsoft\Windows NT\CurrentVersion\Perflib",
    r"Microsoft\Windows NT\CurrentVersion\Ports",
    r"Microsoft\Windows NT\CurrentVersion\Print",
    r"Microsoft\Windows NT\CurrentVersion\ProfileList",
    r"Microsoft\Windows NT\CurrentVersion\Time Zones",
    r"Policies",
    r"RegisteredApplications",
];

/// Keys below `Classes` that each view has for itself; all others there are shared.
const REDIRECTED_CLASSES: [&str; 5] = ["CLSID", "DirectShow", "Interface", "Media Type", "MediaFoundation"];

/// Keys below `Classes\WOW6432Node` that are links to those of the same name below `Classes`.
const LINKED_CLASSES: [&str; 3] = ["AppID", "PROTOCOLS", "TypeLib"];

/// Brings `MACHINE`, `SOFTWARE` and what follows to the key that `view` means by it.
pub(super) fn software(parts: &mut Vec<&str>, view: View) {
    let node = is(parts, 2, NODE);
    let below = parts.get(if node { 3 } else { 2 }..).unwrap_or_default();
    if below.first().is_some_and(|first| first.eq_ignore_ascii_case("Classes")) {
        // `WOW6432Node\Classes` is a link to `Classes\WOW6432Node`.
        if node {
            parts.swap(2, 3);
        }
        classes(parts, 2, view);
    } else if node && is_shared(below) {
        parts.remove(2);
    } else if !node && view == View::W32 && !is_shared(below) {
        parts.insert(2, NODE);
    }
}

/// The same for a key of classes, of which `Classes` is the part at `place`.
pub(super) fn classes(parts: &mut Vec<&str>, place: usize, view: View) {
    let any = |at: usize, names: &[&str]| names.iter().any(|name| is(parts, at, name));
    if is(parts, place + 1, NODE) {
        if parts.first() == Some(&"MACHINE") && any(place + 2, &LINKED_CLASSES) {
            parts.remove(place + 1);
        }
    } else if view == View::W32 && any(place + 1, &REDIRECTED_CLASSES) {
        parts.insert(place + 1, NODE);
    }
}

fn is_shared(below: &[&str]) -> bool {
    SHARED.iter().any(|shared| {
        let mut below = below.iter();
        shared.split('\\').all(|name| below.next().is_some_and(|part| part.eq_ignore_ascii_case(name)))
    })
}
