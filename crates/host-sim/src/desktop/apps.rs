//! Programs: which there are, what a launch would run, and starting them.

use model::{
    AppInfo, AppLaunchRequest, Code, Fault, LaunchFacts, LaunchPath, Program,
    paths::{folded, kind, plain, refuse_misleading},
    ui::escape,
};

use super::{
    Desktop,
    programs::{first_window, stem},
};
use crate::world::{File, Process};

/// Programs of a machine whose world names none.
const USUAL: [&str; 3] =
    [r"C:\Windows\System32\calc.exe", r"C:\Windows\System32\mspaint.exe", r"C:\Windows\System32\notepad.exe"];

impl Desktop {
    /// The programs there are, by their full paths.
    fn programs(&self) -> Vec<String> {
        let files = self.world.files.iter().filter(|(path, file)| is_program(path) && !is_folder(file));
        let mut paths: Vec<String> = files.map(|(path, _)| path.clone()).collect();
        if self.world.files.is_empty() {
            paths.extend(USUAL.map(str::to_owned));
        }
        for process in &self.world.processes {
            if is_program(&process.path) && kind(&process.path) == LaunchPath::Local {
                paths.push(process.path.clone());
            }
        }
        paths.sort_by_key(|path| folded(path));
        paths.dedup_by_key(|path| folded(path));
        paths
    }

    /// The programs by name; of two with one name the first by path.
    pub(crate) fn apps(&self) -> Vec<AppInfo> {
        let named = |path: String| {
            let file = path.rsplit('\\').next().unwrap_or_default();
            AppInfo { name: stem(file).to_owned(), target: path }
        };
        let mut apps: Vec<AppInfo> = self.programs().into_iter().map(named).collect();
        apps.sort_by_key(|app| folded(&app.name));
        apps.dedup_by_key(|app| folded(&app.name));
        apps
    }

    /// What a launch would run.
    pub(crate) fn launch_facts(&self, request: &AppLaunchRequest) -> Result<LaunchFacts, Fault> {
        match &request.program {
            Program::App(name) => {
                let found = self.apps().into_iter().find(|app| folded(&app.name) == folded(name));
                let app = found.ok_or_else(|| {
                    Fault::new(Code::NotFound, format!("no program is registered as `{}`", escape(name, 80)))
                        .hint("see app_list for names")
                })?;
                Ok(LaunchFacts {
                    kind: LaunchPath::Local,
                    path: app.target,
                    app: Some(app.name),
                    signer: None,
                })
            }
            Program::Executable(path) => {
                let kind = kind(path);
                let path = match kind {
                    LaunchPath::Local => {
                        refuse_misleading(path).map_err(|misleading| misleading.fault(path))?;
                        canonical(path)
                    }
                    LaunchPath::Network => path.clone(),
                    LaunchPath::Relative => String::new(),
                };
                Ok(LaunchFacts { kind, path, app: None, signer: None })
            }
        }
    }

    /// Starts what was judged; its process id and its first window.
    pub(crate) fn launch(
        &mut self,
        request: &AppLaunchRequest,
        judged: &LaunchFacts,
    ) -> Result<(u32, u64), Fault> {
        let signer = judged.signer.clone();
        if (LaunchFacts { signer, ..self.launch_facts(request)? }) != *judged {
            return Err(Fault::new(Code::StaleElement, "the name leads to another program than was judged"));
        }
        let path = &judged.path;
        let there = self.programs().into_iter().find(|program| folded(program) == folded(path));
        let Some(path) = there else {
            let message = format!("there is no program {}", format_args!("`{}`", escape(path, 200)));
            return Err(Fault::new(Code::LaunchFailed, message).hint("see app_list for what there is"));
        };
        if let Some(folder) = &request.working_directory
            && kind(folder) != LaunchPath::Local
        {
            return Err(Fault::new(Code::ForbiddenPath, "`working_directory` is not a full local path"));
        }
        let window = first_window(&path, &request.arguments, &self.world.files);
        let pid = self.new_pid();
        let name = path.rsplit('\\').next().unwrap_or_default().to_owned();
        let user = self.world.user.name.clone();
        let elevated = self.world.user.elevated;
        self.world.processes.push(Process { pid, name, path, user, elevated, ..Process::default() });
        Ok((pid, self.open(window, Some(pid))))
    }
}

fn is_program(path: &str) -> bool {
    let end = path.len().saturating_sub(4);
    path.get(end..).is_some_and(|ending| ending.eq_ignore_ascii_case(".exe"))
}

const fn is_folder(file: &File) -> bool {
    matches!(file, File::Folder)
}

/// A full local path without `.`, `..`, doubled and forward slashes.
fn canonical(path: &str) -> String {
    let path = path.replace('/', "\\");
    let path = plain(&path).unwrap_or_default();
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('\\') {
        match part {
            "" | "." => {}
            ".." if parts.len() > 1 => drop(parts.pop()),
            ".." => {}
            part => parts.push(part),
        }
    }
    parts.join("\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detours_in_a_path_are_straightened_and_stay_on_the_drive() {
        assert_eq!(canonical(r"C:\a\..\..\..\b\.\\c.exe"), r"C:\b\c.exe");
        assert_eq!(canonical(r"\\?\C:\b\c.exe"), r"C:\b\c.exe");
    }
}
