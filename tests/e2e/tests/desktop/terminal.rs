//! `winwarden stop`, `resume` and `approvals` beside a session that runs. Their codes are painted: a test cannot read one.

use std::{
    fs,
    io::{Read, Write},
    path::Path,
    process::{Child, Output, Stdio},
};

use e2e::{Desk, Reply, Session, Trouble, eventually};
use serde_json::json;

fn io(doing: &str) -> impl FnOnce(std::io::Error) -> Trouble {
    let doing = doing.to_owned();
    move |source| Trouble::Io { doing, source }
}

/// Runs winwarden to its end, beside a session.
fn terminal(home: &Path, words: &[&str]) -> Result<Output, Trouble> {
    let mut command = Desk::get().server(words)?;
    command.env("WINWARDEN_HOME", home).stdin(Stdio::null()).output().map_err(io("run winwarden"))
}

fn is_refused(session: &mut Session, tool: &str, arguments: serde_json::Value, code: &str) -> bool {
    session.call(tool, arguments).is_ok_and(|reply: Reply| reply.refused().is_ok_and(|found| found == code))
}

/// The line that runs `words` with the session's home, and puts what is said into a file of it.
fn script(home: &Path, words: &str, file: &str) -> String {
    let desk = Desk::get();
    format!(
        "set WINWARDEN_HOME={}&& \"{}\" {words} > \"{}\" 2>&1\r\n",
        desk.path(home),
        desk.path(desk.executable()),
        desk.path(&home.join(file))
    )
}

/// What a command has put into a file, once it has ended its last line.
fn said(home: &Path, file: &str) -> Result<String, Trouble> {
    eventually("words of winwarden", || {
        fs::read_to_string(home.join(file)).ok().filter(|text| text.ends_with('\n'))
    })
}

/// A shell that is there before the session, as a person's is.
struct Shell(Child);

impl Shell {
    fn start() -> Result<Self, Trouble> {
        let mut command = Desk::get().command("cmd", &["/q"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(io("start cmd"))?;
        // Its prompt: what starts from now on is younger.
        let prompt = child.stdout.as_mut().map(|output| output.read_exact(&mut [0]));
        prompt.transpose().map_err(io("read what cmd says"))?;
        Ok(Self(child))
    }

    /// Runs winwarden with these words; what it says.
    fn runs(&mut self, home: &Path, words: &str, file: &str) -> Result<String, Trouble> {
        if let Some(input) = &mut self.0.stdin {
            input.write_all(script(home, words, file).as_bytes()).map_err(io("tell cmd"))?;
        }
        said(home, file)
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

#[test]
fn a_terminal_stops_a_session_and_resumes_none_without_the_code() -> Result<(), Trouble> {
    let mut shell = Shell::start()?;
    let mut session = Session::start(&[])?;
    session.call("window_list", json!({}))?.done()?;
    let stopped = terminal(session.home(), &["stop"])?;
    assert!(stopped.status.success(), "{stopped:?}");
    assert!(is_refused(&mut session, "window_list", json!({}), "SESSION_STOPPED"));
    for (file, left) in [("first", "2 more"), ("second", "1 more"), ("third", "third time")] {
        let home = session.home().to_owned();
        let refused = shell.runs(&home, "resume --code 12345", file)?;
        assert!(refused.contains(left), "{refused}");
    }
    assert!(is_refused(&mut session, "window_list", json!({}), "SESSION_STOPPED"));
    session.call("status", json!({}))?.done().map(drop)
}

#[test]
fn three_wrong_codes_at_a_terminal_are_a_no() -> Result<(), Trouble> {
    let mut shell = Shell::start()?;
    let mut session = Session::asking()?;
    let home = session.home().to_owned();
    let call = session.begin_call("app_launch", json!({"app": "notepad"}))?;
    eventually("question to a person", || {
        is_refused(&mut session, "press_keys", json!({"keys": "Escape"}), "INPUT_FROZEN").then_some(())
    })?;
    let listed = shell.runs(&home, "approvals list", "list")?;
    let id = listed.split(' ').next().unwrap_or_default().to_owned();
    let shown = shell.runs(&home, &format!("approvals show {id}"), "show")?;
    assert!(shown.contains("app_launch") && shown.contains("Effects: execute"), "{listed}{shown}");
    for file in ["first", "second", "third"] {
        shell.runs(&home, &format!("approvals allow {id} --code 12345"), file)?;
    }
    assert_eq!(session.finish_call(call, "app_launch")?.refused()?, "APPROVAL_DENIED");
    let late = shell.runs(&home, &format!("approvals allow {id} --code 12345"), "fourth")?;
    assert!(late.contains("no such open question"), "{late}");
    Ok(())
}

#[test]
fn what_the_session_started_is_refused_at_the_terminal_and_may_stop() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let home = session.home().to_owned();
    let mut lines = String::from("@echo off\r\n");
    for (words, file) in [("approvals list", "list"), ("resume --code 12345", "resume"), ("stop", "stop")] {
        lines.push_str(&script(&home, words, file));
    }
    // What lies in winwarden's own folder is run for no agent.
    let folder = tempfile::tempdir().map_err(io("make a folder"))?;
    let batch = folder.path().join("words.bat");
    fs::write(&batch, lines).map_err(io("write a batch file"))?;
    let arguments =
        json!({"executable": r"C:\windows\system32\cmd.exe", "arguments": ["/c", Desk::get().path(&batch)]});
    let launched = session.call("app_launch", arguments)?;
    // The stop may come before the call's own end.
    assert!(launched.refused().ok().is_none_or(|code| code == "CANCELLED"), "{launched:?}");
    let stopped = said(&home, "stop")?;
    assert!(stopped.contains("stopped: session"), "{stopped}");
    for file in ["list", "resume"] {
        let refused = said(&home, file)?;
        let known = refused.contains("started by the agent's session") || refused.contains("cannot be told");
        assert!(known, "{refused}");
    }
    assert!(is_refused(&mut session, "window_list", json!({}), "SESSION_STOPPED"));
    Ok(())
}

#[test]
fn a_server_that_starts_again_goes_on_with_its_session_and_its_stop() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let status = session.call("status", json!({}))?.done()?;
    terminal(session.home(), &["stop"])?;
    let mut again = session.again()?;
    let later = again.call("status", json!({}))?.done()?;
    assert_eq!(later.structured["session"], status.structured["session"]);
    assert!(is_refused(&mut again, "window_list", json!({}), "SESSION_STOPPED"), "{}", later.text);
    Ok(())
}
