//! A key of the registry in the caller's own spelling, in what a refused or failed call is told.
//!
//! Untrusted: the argument.
//! Does not: change what is recorded, or what a call that is done is told: replies have the long names of hives.

use model::{Fault, registry::RegistryPath, ui::escape};

use crate::stages::Call;

/// The toolset of the tools that name keys.
const TOOLSET: &str = "registry";
/// Characters of a path that a message shows.
const SHOWN: usize = 300;

/// How a caller wrote a key, and how winwarden does.
#[derive(Debug)]
pub(crate) struct Spelled {
    long: String,
    written: String,
}

impl Spelled {
    /// Of a call that names a key in another spelling than ours.
    pub(crate) fn of(call: &Call) -> Option<Self> {
        let path = call.arguments.get("path")?.as_str().filter(|_| call.tool.card().toolset == TOOLSET)?;
        let long = shown(&RegistryPath::parse(path).ok()?.to_string());
        let written = shown(path.strip_suffix(['\\', '/']).unwrap_or(path));
        (long != written).then_some(Self { long, written })
    }

    /// A text with the key as the caller wrote it.
    pub(crate) fn said(&self, text: &str) -> String {
        let mut said = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(&self.long) {
            let (before, found) = rest.split_at(at);
            rest = found.get(self.long.len()..).unwrap_or_default();
            said.push_str(before);
            let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
            said.push_str(if ends { &self.written } else { &self.long });
        }
        said.push_str(rest);
        said
    }

    /// The same of a failure.
    pub(crate) fn tell(&self, fault: &mut Fault) {
        fault.message = self.said(&fault.message);
        fault.hint = self.said(&fault.hint);
    }
}

fn shown(path: &str) -> String {
    escape(path, SHOWN).replace(r"\\", r"\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_called_as_the_caller_does_and_others_are_not() {
        let spelled = Spelled { long: r"HKEY_LOCAL_MACHINE\SAM".to_owned(), written: "hklm:/SAM".to_owned() };
        assert_eq!(spelled.said(r"`HKEY_LOCAL_MACHINE\SAM`: denied"), "`hklm:/SAM`: denied");
        assert_eq!(spelled.said(r"no `HKEY_LOCAL_MACHINE\SAM\x` there"), r"no `hklm:/SAM\x` there");
        assert_eq!(spelled.said(r"`HKEY_LOCAL_MACHINE\SAMPLE`"), r"`HKEY_LOCAL_MACHINE\SAMPLE`");
    }
}
