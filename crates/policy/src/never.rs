//! What is never done, whatever any policy says.
//!
//! Guarantees: no policy is asked about it, so none can permit it.
//! Does not: hold for what a program does that was started by permission.

use model::{Code, Facts, Operation, TargetFacts};

use crate::{Reason, Verdict, never_files, never_files::Own};

/// winwarden's own executable, by its name: a copy elsewhere is still it.
const PROGRAM: &str = "winwarden.exe";

const WINDOWS: &str = "winwarden's own windows are out of reach";
const STARTS: &str = "winwarden is not started by whom it guards against";

const FILES: &str = "winwarden's own files, those that choose what agents may do, and those that hold credentials \
                     are opened for no agent";
const SETTINGS: &str =
    "a window that shows settings of winwarden, or the servers of an MCP client, takes no input";

/// All that is never done, in words.
pub(crate) const NEVER: [&str; 4] = [WINDOWS, STARTS, FILES, SETTINGS];

/// The verdict on what is never done, to what is winwarden's `own` as well; nothing for all the rest.
pub(crate) fn denied(operation: &Operation, facts: &Facts, own: &Own) -> Option<Verdict> {
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
            file.eq_ignore_ascii_case(PROGRAM)
        })
    };
    if matches!(operation, Operation::AppLaunch(_))
        && facts.launch.as_ref().is_some_and(|launch| launches_own(&launch.path))
    {
        return deny(Code::ForbiddenPath, STARTS);
    }
    if let Operation::AppLaunch(request) = operation {
        let folder = request.working_directory.as_deref();
        let path = facts.launch.as_ref().map(|launch| launch.path.as_str());
        let named =
            |text: &str| never_files::are_named(text, None, own) || never_files::are_named(text, folder, own);
        if request.arguments.iter().map(String::as_str).chain(path).chain(folder).any(named) {
            return deny(Code::ForbiddenPath, FILES);
        }
    }
    let edits = |target: &TargetFacts| never_files::is_edited(&target.window.title, own);
    if operation.takes_input() && facts.targets.iter().any(edits) {
        return deny(Code::ForbiddenPath, SETTINGS);
    }
    None
}
