//! Tells the demonstration in plain words, on stdout: what the agent wants, what it calls, what it is answered.

use std::io::{self, Write};

use e2e::{Client, Reply};
use serde_json::Value;

use crate::fault::Fault;

/// Lines of a reply that are shown.
const LINES: usize = 9;
/// Characters of a line that are shown.
const WIDTH: usize = 112;

/// The agent, with somebody who tells what it does.
#[derive(Debug)]
pub struct Narrator {
    client: Client,
}

impl Narrator {
    /// For an agent that is connected.
    pub const fn new(client: Client) -> Self {
        Self { client }
    }

    /// Calls a tool that must succeed, and shows call and reply.
    ///
    /// # Errors
    /// It failed.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Result<Reply, Fault> {
        Ok(self.show(tool, arguments)?.done()?)
    }

    /// Calls a tool that must be refused with this code, and shows call and reply.
    ///
    /// # Errors
    /// It succeeded, or failed with another code.
    pub fn refused(&mut self, tool: &str, arguments: Value, code: &str) -> Result<(), Fault> {
        let reply = self.show(tool, arguments)?;
        let given = reply.refused()?;
        if given == code {
            return Ok(());
        }
        Err(Fault::check(format!("`{tool}` should have been refused with {code}: {}", reply.text)))
    }

    /// Ends the session; says how long that took.
    ///
    /// # Errors
    /// The server does not end.
    pub fn end(self) -> Result<(), Fault> {
        let (status, took) = self.client.end()?;
        let ended = if status.success() { "as it should".to_owned() } else { format!("with {status}") };
        say(&format!("The agent hangs up, and the server ends {ended}, after {} ms.", took.as_millis()));
        Ok(())
    }

    fn show(&mut self, tool: &str, arguments: Value) -> Result<Reply, Fault> {
        line(&format!("  > {tool} {}", shortened(&arguments.to_string())));
        let reply = self.client.call(tool, arguments)?;
        let lines: Vec<&str> = reply.text.lines().collect();
        for text in lines.iter().take(LINES) {
            line(&format!("    {}", shortened(text)));
        }
        if lines.len() > LINES {
            line(&format!("    … {} more lines", lines.len() - LINES));
        }
        Ok(reply)
    }
}

/// Tells a paragraph.
pub fn say(text: &str) {
    line(&format!("\n{text}"));
}

/// Prints a line.
pub fn line(text: &str) {
    // Whoever closed our output does not listen.
    let _ = writeln!(io::stdout(), "{text}");
}

/// At most [`WIDTH`] characters of a line.
pub fn shortened(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    text.chars().take(WIDTH - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_shortened_by_characters() {
        assert_eq!(shortened("kurz"), "kurz");
        assert_eq!(shortened(&"ä".repeat(300)).chars().count(), WIDTH);
    }
}
