//! Runs a program in a console window of its own, with this one's standard input and outputs, and ends as it does:
//! `console PROGRAM [ARGUMENT …]`.

use std::process::ExitCode;

#[cfg(windows)]
fn main() -> ExitCode {
    use std::{
        env,
        os::windows::process::CommandExt,
        process::{Command, Stdio},
    };

    const CREATE_NEW_CONSOLE: u32 = 0x10;

    let mut words = env::args_os().skip(1);
    let Some(program) = words.next() else {
        eprintln!("console: no program is named");
        return ExitCode::from(2);
    };
    let mut command = Command::new(program);
    command.args(words).creation_flags(CREATE_NEW_CONSOLE);
    // Said, so that they are handed on: a new console would bring its own.
    command.stdin(Stdio::inherit()).stdout(Stdio::inherit()).stderr(Stdio::inherit());
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("console: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(not(windows))]
fn main() -> ExitCode {
    eprintln!("console: needs Windows");
    ExitCode::from(2)
}
