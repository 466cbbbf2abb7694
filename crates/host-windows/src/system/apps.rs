//! Programs that can be started by name, and starting them.

use model::{Acted, AppLaunchRequest, AppList, AppListRequest, Code, Fault, LaunchFacts};

use crate::{act::Desk, source::Job};

/// Lists programs by their registered names: App Paths, the Start menu, and the apps folder of the shell.
pub(crate) fn app_list(_: &AppListRequest, _: &Job) -> Result<AppList, Fault> {
    Err(Fault::new(Code::Internal, "unfinished"))
}

/// What a launch would run: registered names are looked up exactly (in any case), paths are made canonical.
pub(crate) fn launch_facts(_: &AppLaunchRequest, _: &Job) -> Result<LaunchFacts, Fault> {
    Err(Fault::new(Code::Internal, "unfinished"))
}

/// Starts what was judged (`CreateProcessW`, never a shell string), waits until it takes input or its first window
/// is up, and tells what changed. The registration is looked up again and must lead to the same file.
pub(crate) fn launch(
    _: &AppLaunchRequest,
    _: &LaunchFacts,
    _: &mut dyn Desk,
    _: &Job,
) -> Result<Acted, Fault> {
    Err(Fault::new(Code::Internal, "unfinished"))
}
