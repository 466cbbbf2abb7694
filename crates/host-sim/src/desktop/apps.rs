//! Programs: which there are, what a launch would run, and starting them.

use model::{
    AppInfo, AppLaunchRequest, Code, Fault, LaunchFacts, LaunchPath, Program,
    paths::{folded, kind, refuse_misleading, straightened},
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

/// Links that are followed one after the other.
const MOST_LINKS: usize = 32;

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

    fn program_at(&self, path: &str) -> Option<String> {
        self.programs().into_iter().find(|program| folded(program) == folded(path))
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
        if request.working_directory.as_ref().is_some_and(|folder| kind(folder) != LaunchPath::Local) {
            return Err(Fault::new(Code::ForbiddenPath, "`working_directory` is not a full local path"));
        }
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
                let path = match kind(path) {
                    LaunchPath::Local => {
                        refuse_misleading(path).map_err(|misleading| misleading.fault(path))?;
                        self.leads_to(&straightened(path))?
                    }
                    LaunchPath::Network => path.clone(),
                    LaunchPath::Relative => {
                        let (kind, path) = (LaunchPath::Relative, String::new());
                        return Ok(LaunchFacts { kind, path, app: None, signer: None });
                    }
                };
                let kind = kind(&path);
                // A world that names programs names all of them.
                let names_all = self.world.files.keys().any(|path| is_program(path));
                if kind == LaunchPath::Local && names_all && self.program_at(&path).is_none() {
                    return Err(no_program(&path));
                }
                Ok(LaunchFacts { kind, path, app: None, signer: None })
            }
        }
    }

    /// Where a full local path leads, link by link and with its long names. What is not there keeps its name.
    fn leads_to(&self, path: &str) -> Result<String, Fault> {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            let mut reached = String::new();
            let mut parts = path.split('\\');
            let link = loop {
                let Some(part) = parts.next() else { return Ok(reached) };
                let part = self.long_name(&reached, part).unwrap_or_else(|| part.to_owned());
                reached = if reached.is_empty() { part } else { format!(r"{reached}\{part}") };
                if let Some(target) = self.link_at(&reached) {
                    break target;
                }
            };
            let rest = parts.fold(String::new(), |rest, part| format!(r"{rest}\{part}"));
            let target = format!("{link}{rest}");
            match kind(&target) {
                LaunchPath::Local => path = straightened(&target),
                LaunchPath::Network => return Ok(target),
                LaunchPath::Relative => break,
            }
        }
        Err(Fault::new(Code::LaunchFailed, format!("`{}` leads nowhere", escape(&path, 200))))
    }

    fn link_at(&self, path: &str) -> Option<&str> {
        self.world.files.iter().find_map(|(at, file)| match file {
            File::Link(target) if folded(at) == folded(path) => Some(target.as_str()),
            File::Link(_) | File::Folder | File::Text(_) | File::Bytes(_) => None,
        })
    }

    /// The long name of what a folder has under this 8.3 name.
    fn long_name(&self, folder: &str, short: &str) -> Option<String> {
        let (stem, number) = short.split_once('~')?;
        let (number, ending) = number.split_once('.').unwrap_or((number, ""));
        let number: usize = number.parse().ok()?;
        let files = self.world.files.keys().map(String::as_str);
        let programs = self.world.processes.iter().map(|process| process.path.as_str()).chain(USUAL);
        let below = folded(&format!(r"{folder}\"));
        let names = files.chain(programs).filter_map(|path| {
            let rest = folded(path).starts_with(&*below).then(|| path.get(below.len()..)).flatten()?;
            rest.split('\\').next()
        });
        let mut alike: Vec<&str> = names.filter(|name| has_short_name(name, stem, ending)).collect();
        alike.sort_unstable_by_key(|name| folded(name));
        alike.dedup_by_key(|name| folded(name));
        alike.get(number.checked_sub(1)?).map(|name| (*name).to_owned())
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
        let path = self.program_at(path).ok_or_else(|| no_program(path))?;
        let window = first_window(&path, &request.arguments, &self.world.files);
        let pid = self.new_pid();
        let name = path.rsplit('\\').next().unwrap_or_default().to_owned();
        let user = self.world.user.name.clone();
        let elevated = self.world.user.elevated;
        self.world.processes.push(Process { pid, name, path, user, elevated, ..Process::default() });
        Ok((pid, self.open(window, Some(pid))))
    }
}

fn no_program(path: &str) -> Fault {
    let message = format!("there is no program `{}`", escape(path, 200));
    Fault::new(Code::LaunchFailed, message).hint("see app_list for what there is")
}

/// Whether a name that is no 8.3 name itself gets one with this stem, before the `~`, and this ending.
fn has_short_name(name: &str, stem: &str, ending: &str) -> bool {
    let (own, own_ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let plain = |text: &str, most| -> String {
        text.chars().filter(|c| !matches!(c, ' ' | '.')).take(most).collect()
    };
    let is_short = own.chars().count() <= 8 && own_ending.chars().count() <= 3 && !name.contains(' ');
    !is_short && folded(&plain(own, 6)) == folded(stem) && folded(&plain(own_ending, 3)) == folded(ending)
}

fn is_program(path: &str) -> bool {
    let end = path.len().saturating_sub(4);
    path.get(end..).is_some_and(|ending| ending.eq_ignore_ascii_case(".exe"))
}

const fn is_folder(file: &File) -> bool {
    matches!(file, File::Folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_8_3_name_is_that_of_a_long_name_alone() {
        assert!(
            has_short_name("WindowsApps", "WINDOW", "") && has_short_name("powershell.exe", "POWERS", "exe")
        );
        assert!(has_short_name("a b.text", "AB", "TEX") && !has_short_name("Windows", "WINDOW", ""));
    }
}
