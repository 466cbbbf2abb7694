//! The desktop that the tests share, and how to run programs on it.

use std::{
    env,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use crate::Trouble;

/// How programs are started on the test desktop, and where those of ours lie.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The words before a Windows program: `…/xtask desktop run --`; none on Windows.
    runner: Vec<String>,
    /// The shipped executable.
    server: PathBuf,
    /// The folder of the test programs.
    programs: PathBuf,
}

/// The desktop for one test alone, given back when dropped: there is one foreground window.
#[derive(Debug)]
pub struct Turn {
    _file: File,
}

impl Desk {
    /// The desktop of this checkout: what `./x test` says in `WINWARDEN_E2E_RUNNER` (words, one a line),
    /// `WINWARDEN_E2E_SERVER` and `WINWARDEN_E2E_PROGRAMS`, else what lies where `./x dist` and builds put it.
    pub fn get() -> &'static Self {
        static DESK: OnceLock<Desk> = OnceLock::new();
        DESK.get_or_init(|| {
            let project = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."));
            let given = |name: &str| env::var_os(name).map(PathBuf::from);
            let own = if cfg!(windows) {
                Vec::new()
            } else {
                let x = project.join("x").to_string_lossy().into_owned();
                vec![x, "desktop".into(), "run".into(), "--".into()]
            };
            let words = env::var("WINWARDEN_E2E_RUNNER");
            Self {
                runner: words.map_or(own, |words| words.lines().map(str::to_owned).collect()),
                server: given("WINWARDEN_E2E_SERVER")
                    .unwrap_or_else(|| project.join("dist").join("winwarden.exe")),
                programs: given("WINWARDEN_E2E_PROGRAMS").unwrap_or_else(|| {
                    let target =
                        if cfg!(windows) { "target" } else { "target-windows/x86_64-pc-windows-gnu" };
                    project.join(target).join("debug")
                }),
            }
        })
    }

    /// Waits until no other test has the desktop, and takes it.
    ///
    /// # Errors
    /// The lock file cannot be made.
    pub fn turn(&self) -> Result<Turn, Trouble> {
        let path = self.programs.join("desktop-turn.lock");
        let open = || File::options().create(true).truncate(false).write(true).open(&path);
        let file = open().and_then(|file| file.lock().map(|()| file));
        Ok(Turn { _file: file.map_err(Trouble::io(format!("lock `{}`", path.display())))? })
    }

    /// The command that runs a Windows program on the desktop: a path here, or a name such as `notepad`.
    pub fn command<S: AsRef<str>>(&self, program: &str, arguments: &[S]) -> Command {
        let words: Vec<&str> = self
            .runner
            .iter()
            .map(String::as_str)
            .chain([program])
            .chain(arguments.iter().map(AsRef::as_ref))
            .collect();
        let (first, rest) = words.split_first().map_or((program, &[][..]), |(first, rest)| (*first, rest));
        let mut command = Command::new(first);
        command.args(rest);
        command
    }

    /// The command that runs the shipped executable.
    ///
    /// # Errors
    /// It is not built.
    pub fn server<S: AsRef<str>>(&self, arguments: &[S]) -> Result<Command, Trouble> {
        self.built(&self.server, arguments)
    }

    /// The command that runs one of our test programs.
    ///
    /// # Errors
    /// It is not built.
    pub fn test_program<S: AsRef<str>>(&self, name: &str, arguments: &[S]) -> Result<Command, Trouble> {
        self.built(&self.programs.join(format!("{name}.exe")), arguments)
    }

    /// Ends every program of this executable's name, such as `notepad.exe`: what a session has launched lives on
    /// after it. Not an error where none runs.
    pub fn sweep(&self, executable: &str) {
        let mut command = self.command("taskkill", &["/f", "/im", executable]);
        let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }

    /// A path of ours as programs on the desktop read it.
    pub fn path(&self, path: &Path) -> String {
        let text = path.to_string_lossy();
        if cfg!(windows) { text.into_owned() } else { format!("Z:{}", text.replace('/', r"\")) }
    }

    fn built<S: AsRef<str>>(&self, file: &Path, arguments: &[S]) -> Result<Command, Trouble> {
        if !file.is_file() {
            return Err(Trouble::Missing(file.to_owned()));
        }
        Ok(self.command(&file.to_string_lossy(), arguments))
    }
}
