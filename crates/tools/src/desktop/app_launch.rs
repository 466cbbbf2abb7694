//! `app_launch`: start a program.

use model::{
    AppLaunchRequest, Operation, Outcome, Program,
    tool::{Plan, Reply},
    ui::quote,
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    arguments::Check,
    native::{About, Native, OPERATES},
    words::acted,
};

pub(crate) struct AppLaunch;

/// What Windows takes as one command line, less the program's own path and quotes.
const ALL_ARGUMENTS: usize = 30_000;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// Name as in app_list
    #[schemars(length(min = 1, max = 200))]
    app: Option<String>,
    /// Full local path
    #[schemars(length(min = 1, max = 1_000))]
    executable: Option<String>,
    /// One item per argument
    #[schemars(length(max = 64))]
    arguments: Option<Vec<String>>,
    #[schemars(length(min = 1, max = 1_000))]
    working_directory: Option<String>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

impl Native for AppLaunch {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "app_launch",
        title: "Start a program",
        description: "Start a program by registered name or full path, without a shell.",
        toolset: "desktop",
        // A program may do anything.
        hints: OPERATES,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { app, executable, arguments, working_directory, timeout_ms } = arguments;
        let given = |name: &str, is: bool| is || check.is_faulty(name);
        match (given("app", app.is_some()), given("executable", executable.is_some())) {
            (true, true) => {
                check.refuse("`app` and `executable` are given; only one of them can say what to start")
            }
            (false, false) => check.refuse("give `app` (a name from app_list) or `executable` (a full path)"),
            (true, false) | (false, true) => {}
        }
        for (name, text) in
            [("app", &app), ("executable", &executable), ("working_directory", &working_directory)]
        {
            if text.as_ref().is_some_and(|text| text.contains(char::is_control)) {
                check.refuse_argument(name, format!("`{name}` holds a control character"));
            }
        }
        let arguments = arguments.unwrap_or_default();
        if let Some(index) = arguments.iter().position(|argument| argument.contains('\0')) {
            check.refuse(format!("`arguments[{index}]` holds a NUL character"));
        }
        let all: usize = arguments.iter().map(|argument| argument.encode_utf16().count() + 3).sum();
        if all > ALL_ARGUMENTS {
            check.refuse(format!("`arguments` come to {all} characters; accepted: at most {ALL_ARGUMENTS}"));
        }
        let program = match (app, executable) {
            (Some(app), _) => Program::App(app),
            (None, executable) => Program::Executable(executable?),
        };
        let request = AppLaunchRequest { program, arguments, working_directory };
        Some(Plan::new(Operation::AppLaunch(request), timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::AppLaunch(request), Outcome::Acted(done)) = (operation, outcome) else { return None };
        let (Program::App(what) | Program::Executable(what)) = &request.program;
        let pid = done.pid.map_or_else(String::new, |pid| format!(", process {pid}"));
        Some(acted(&format!("started {}{pid}", quote(what)), done))
    }
}
