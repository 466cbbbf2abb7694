//! What is never done, whatever any policy says.
//!
//! Guarantees: no policy is asked about it, so none can permit it.
//! Does not: hold for what a program does that was started by permission.

use model::{Code, Facts, Operation};

use crate::{Reason, Verdict};

/// winwarden's own executable, by its name: a copy elsewhere is still it.
const OWN: &str = "winwarden.exe";

const WINDOWS: &str = "winwarden's own windows are out of reach";
const STARTS: &str = "winwarden is not started by whom it guards against";

/// All that is never done, in words.
pub(crate) const NEVER: [&str; 2] = [WINDOWS, STARTS];

/// The verdict on what is never done; nothing for all the rest.
pub(crate) fn denied(operation: &Operation, facts: &Facts) -> Option<Verdict> {
    let deny = |code, text: &str| {
        let reason = Reason { policy: "never".into(), text: text.into() };
        Some(Verdict::Deny { code, reasons: vec![reason] })
    };
    if facts.targets.iter().any(|target| target.window.process.own) {
        return deny(Code::OwnWindow, WINDOWS);
    }
    let launches_own = |path: &str| {
        path.rsplit(['\\', '/']).next().is_some_and(|file| {
            // `winwarden.exe. `, `winwarden.exe::$DATA`: other spellings of the same file.
            let file = file.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
            file.eq_ignore_ascii_case(OWN)
        })
    };
    if matches!(operation, Operation::AppLaunch(_))
        && facts.launch.as_ref().is_some_and(|launch| launches_own(&launch.path))
    {
        return deny(Code::ForbiddenPath, STARTS);
    }
    None
}
