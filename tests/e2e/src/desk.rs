//! The desktop that the tests share, and how to run programs on it.

use std::{
    env,
    fs::{self, File},
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
    /// Where pictures go that someone may want to look at.
    output: PathBuf,
    /// The folder with `assistant.exe` and `designer.exe`, where they are to be had.
    qt: Option<PathBuf>,
}

/// The desktop for one test alone, given back when dropped: there is one foreground window.
#[derive(Debug)]
pub struct Turn {
    _file: File,
}

impl Desk {
    /// The desktop of this checkout: what `./x test` says in `WINWARDEN_TEST_E2E_RUNNER` (words, one a line),
    /// `WINWARDEN_TEST_E2E_SERVER`, `WINWARDEN_TEST_E2E_PROGRAMS`, `WINWARDEN_TEST_E2E_OUTPUT` and `WINWARDEN_TEST_E2E_QT`, else what lies
    /// where `./x dist` and builds put it.
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
            let words = env::var("WINWARDEN_TEST_E2E_RUNNER");
            Self {
                runner: words.map_or(own, |words| words.lines().map(str::to_owned).collect()),
                server: given("WINWARDEN_TEST_E2E_SERVER")
                    .unwrap_or_else(|| project.join("dist").join("winwarden.exe")),
                programs: given("WINWARDEN_TEST_E2E_PROGRAMS").unwrap_or_else(|| {
                    let target =
                        if cfg!(windows) { "target" } else { "target-windows/x86_64-pc-windows-gnu" };
                    project.join(target).join("debug")
                }),
                output: given("WINWARDEN_TEST_E2E_OUTPUT").unwrap_or_else(|| project.join("test-output")),
                qt: given("WINWARDEN_TEST_E2E_QT"),
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

    /// The shipped executable itself.
    pub fn executable(&self) -> &Path {
        &self.server
    }

    /// The file of one of our test programs.
    ///
    /// # Errors
    /// It is not built.
    pub fn program_file(&self, name: &str) -> Result<PathBuf, Trouble> {
        let file = self.programs.join(format!("{name}.exe"));
        if file.is_file() { Ok(file) } else { Err(Trouble::Missing(file)) }
    }

    /// One of Qt's programs (`assistant`, `designer`), where they are to be had.
    pub fn qt_program(&self, name: &str) -> Option<PathBuf> {
        let file = self.qt.as_ref()?.join(format!("{name}.exe"));
        file.is_file().then_some(file)
    }

    /// Keeps a picture where someone can look at it, as `NAME` in the folder of test output.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let write =
            || fs::create_dir_all(&self.output).and_then(|()| fs::write(self.output.join(name), bytes));
        write().map_err(Trouble::io(format!("keep the picture `{name}`")))
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

    /// Uses mouse or keyboard as a person would, in the words of `xdotool`; on the test desktop alone.
    ///
    /// # Errors
    /// It cannot be started. It happens a moment after this returns.
    pub fn person(&self, words: &[&str]) -> Result<(), Trouble> {
        let all = [&["/c", "start", "/unix", "/usr/bin/xdotool"], words].concat();
        let mut command = self.command("cmd", &all);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().map(drop).map_err(Trouble::io("run xdotool"))
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
