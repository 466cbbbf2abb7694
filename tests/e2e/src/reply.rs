//! What a tool answered.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::Trouble;

/// A picture in a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its media type, such as `image/jpeg`.
    pub mime: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A tool's answer, failed or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The tool that was called.
    pub tool: String,
    /// Its text.
    pub text: String,
    /// Its structured form, or its text where that is JSON; null where there is neither.
    pub structured: Value,
    /// Its first picture.
    pub picture: Option<Picture>,
    /// `isError`.
    pub failed: bool,
}

impl Reply {
    /// Reads the result of `tools/call`; nothing where it is not of that form.
    pub(crate) fn read(tool: &str, result: &Value) -> Option<Self> {
        let content = result.get("content")?.as_array()?;
        let of = |part: &Value, kind: &str| part.get("type").and_then(Value::as_str) == Some(kind);
        let text = content
            .iter()
            .filter(|part| of(part, "text"))
            .filter_map(|part| part.get("text")?.as_str())
            .collect::<Vec<_>>()
            .join("\n");
        let picture = content.iter().find(|part| of(part, "image")).and_then(|part| {
            let mime = part.get("mimeType")?.as_str()?.to_owned();
            Some(Picture { mime, bytes: STANDARD.decode(part.get("data")?.as_str()?).ok()? })
        });
        let structured = result.get("structuredContent").cloned();
        let structured = structured.or_else(|| serde_json::from_str(&text).ok()).unwrap_or_default();
        Some(Self {
            tool: tool.to_owned(),
            text,
            structured,
            picture,
            failed: result.get("isError").and_then(Value::as_bool).unwrap_or(false),
        })
    }

    /// The reply, which must be a success.
    ///
    /// # Errors
    /// It is a failure.
    pub fn done(self) -> Result<Self, Trouble> {
        if self.failed { Err(Trouble::Tool { tool: self.tool, text: self.text }) } else { Ok(self) }
    }

    /// The code of the failure, which it must be.
    ///
    /// # Errors
    /// It is a success.
    pub fn refused(&self) -> Result<&str, Trouble> {
        let code = self.structured.get("code").and_then(Value::as_str).filter(|_| self.failed);
        code.ok_or_else(|| Trouble::NotRefused { tool: self.tool.clone(), text: self.text.clone() })
    }

    /// The ref of the first element whose line begins with one of these roles and holds `name`.
    ///
    /// # Errors
    /// There is none.
    pub fn element(&self, roles: &[&str], name: &str) -> Result<String, Trouble> {
        let found = self.text.lines().find_map(|line| {
            let (reference, rest) = line.trim_start_matches(['+', '~', ' ']).split_once(' ')?;
            let role = rest.split(' ').next()?;
            let fits = is_ref(reference, 'e') && roles.contains(&role) && rest.contains(name);
            fits.then(|| reference.to_owned())
        });
        found.ok_or_else(|| self.not_seen(&format!("{} \"{name}\"", roles.join(" or "))))
    }

    /// The ref of the first window on a line that holds `part`: `opened: w3 "Save As" notepad.exe`.
    ///
    /// # Errors
    /// There is none.
    pub fn window(&self, part: &str) -> Result<String, Trouble> {
        let lines = self.text.lines().filter(|line| line.contains(part));
        let mut refs = lines.filter_map(|line| line.split(' ').find(|word| is_ref(word, 'w')));
        refs.next().map(str::to_owned).ok_or_else(|| self.not_seen(&format!("window with {part:?}")))
    }

    /// The id that a snapshot begins with: `s4`.
    ///
    /// # Errors
    /// There is none.
    pub fn snapshot(&self) -> Result<String, Trouble> {
        let first = self.text.split(' ').next().filter(|word| is_ref(word, 's'));
        first.map(str::to_owned).ok_or_else(|| self.not_seen("snapshot id"))
    }

    fn not_seen(&self, wanted: &str) -> Trouble {
        Trouble::NotSeen { wanted: wanted.to_owned(), seen: self.text.clone() }
    }
}

fn is_ref(word: &str, letter: char) -> bool {
    word.strip_prefix(letter)
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reply(text: &str) -> Reply {
        Reply::read("t", &json!({"content": [{"type": "text", "text": text}]})).unwrap()
    }

    #[test]
    fn refs_are_read_from_the_lines_they_stand_on() {
        let seen = reply(
            "s4 w3 \"Save As\" notepad.exe, 3 elements\ne1 Window \"Save As\"\n e12 Edit \"File name:\"\n e13 Button \"Save\"",
        );
        assert_eq!(seen.snapshot().unwrap(), "s4");
        assert_eq!(seen.window("Save As").unwrap(), "w3");
        assert_eq!(seen.element(&["Edit", "Document"], "File").unwrap(), "e12");
        assert!(seen.element(&["Edit"], "Save").is_err());
    }

    #[test]
    fn a_failure_is_no_success_and_a_success_no_refusal() {
        let failure = json!({"content": [{"type": "text", "text": "FORBIDDEN_PATH: no"}], "isError": true,
                             "structuredContent": {"code": "FORBIDDEN_PATH"}});
        let failure = Reply::read("app_launch", &failure).unwrap();
        assert_eq!(failure.refused().unwrap(), "FORBIDDEN_PATH");
        assert!(failure.done().is_err());
        assert!(reply("fine").refused().is_err());
    }
}
