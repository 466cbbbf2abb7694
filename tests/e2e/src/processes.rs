//! Processes of the desktop as the machine lists them, for tests that end one from outside.

use std::process::{Command, Stdio};

/// A process that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id, as [`Process::kill`] takes it: on Linux the machine's own, not the one that Wine gives.
    pub pid: u32,
    /// Its words; of a Windows program on Linux as it sees them.
    pub words: Vec<String>,
}

impl Process {
    /// Ends it without a word, and waits for nothing.
    pub fn kill(&self) {
        let pid = self.pid.to_string();
        let mut command = if cfg!(windows) {
            let mut command = Command::new("taskkill");
            command.args(["/f", "/pid", &pid]);
            command
        } else {
            let mut command = Command::new("kill");
            command.args(["-KILL", &pid]);
            command
        };
        let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }

    /// Stops it where it is, for good. Windows has no program for that: there it is ended.
    pub fn freeze(&self) {
        if cfg!(windows) {
            return self.kill();
        }
        let _ = Command::new("kill").args(["-STOP", &self.pid.to_string()]).stdin(Stdio::null()).status();
    }
}

impl Process {
    /// Its sockets of the internet's protocols (TCP, UDP, raw), as the machine lists them. On Linux Wine keeps sockets in
    /// its server, so those of the server of this very desktop count too.
    pub fn connections(&self) -> Vec<String> {
        connections(self.pid)
    }
}

/// The processes of a program, given by its Windows path (see [`Desk::path`](crate::Desk::path)), whose first
/// argument is `word`.
pub fn processes(program: &str, word: &str) -> Vec<Process> {
    let fits = |process: &Process| {
        let is = |index: usize, text: &str| {
            process.words.get(index).is_some_and(|word| word.trim_matches('"').eq_ignore_ascii_case(text))
        };
        // On Linux the words may begin with Wine's own loader.
        (is(0, program) && is(1, word)) || (is(1, program) && is(2, word) && !is(0, "bwrap"))
    };
    all().into_iter().filter(fits).collect()
}

#[cfg(not(windows))]
fn all() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.filter_map(|pid: u32| {
        let bytes = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let words = text.trim_end_matches('\0').split('\0').map(str::to_owned).collect();
        Some(Process { pid, words })
    })
    .collect()
}

#[cfg(not(windows))]
fn connections(pid: u32) -> Vec<String> {
    let mut found = Vec::new();
    for kind in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        let table = std::fs::read_to_string(format!("/proc/{pid}/net/{kind}")).unwrap_or_default();
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (Some(local), Some(remote), Some(inode)) = (fields.get(1), fields.get(2), fields.get(9))
            else {
                continue;
            };
            found.extend(
                servers(pid)
                    .into_iter()
                    .chain([pid])
                    .filter(|pid| holds(*pid, inode))
                    .map(|holder| format!("{kind} {local} to {remote} of process {holder}")),
            );
        }
    }
    found
}

/// Whether a process has the socket of this number open.
#[cfg(not(windows))]
fn holds(pid: u32, inode: &str) -> bool {
    let socket = format!("socket:[{inode}]");
    let Ok(open) = std::fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    open.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok())
        .any(|target| target.to_string_lossy() == socket)
}

/// Wine's server for a process: the one with the same `WINEPREFIX`.
#[cfg(not(windows))]
fn servers(pid: u32) -> Vec<u32> {
    let prefix = |pid: u32| {
        let bytes = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        text.split('\0').find(|variable| variable.starts_with("WINEPREFIX=")).map(str::to_owned)
    };
    let Some(own) = prefix(pid) else { return Vec::new() };
    let is_server = |process: &Process| {
        process.words.first().is_some_and(|word| word.ends_with("wineserver"))
            && prefix(process.pid) == Some(own.clone())
    };
    all().iter().filter(|process| is_server(process)).map(|process| process.pid).collect()
}

#[cfg(windows)]
fn connections(pid: u32) -> Vec<String> {
    let listed = Command::new("netstat").args(["-ano"]).output();
    let text = listed.map(|listed| String::from_utf8_lossy(&listed.stdout).into_owned()).unwrap_or_default();
    let pid = pid.to_string();
    text.lines().filter(|line| line.split_whitespace().last() == Some(&pid)).map(str::to_owned).collect()
}

#[cfg(windows)]
fn all() -> Vec<Process> {
    let script = r#"Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }"#;
    let listed = Command::new("powershell").args(["-NoProfile", "-Command", script]).output();
    let text = listed.map(|listed| String::from_utf8_lossy(&listed.stdout).into_owned()).unwrap_or_default();
    text.lines()
        .filter_map(|line| {
            let (pid, line) = line.split_once(' ')?;
            let words = line.split_whitespace().map(str::to_owned).collect();
            Some(Process { pid: pid.parse().ok()?, words })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_very_process_is_listed_and_others_are_not_taken_for_it() {
        let own = std::process::id();
        let listed = all();
        let this = listed.iter().find(|process| process.pid == own).unwrap();
        assert!(!this.words.is_empty());
        assert!(processes(r"C:\no\such\program.exe", "serve").is_empty());
    }

    #[test]
    fn a_socket_of_this_process_is_seen() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let this = Process { pid: std::process::id(), words: Vec::new() };
        assert!(!this.connections().is_empty());
        drop(listener);
    }
}
