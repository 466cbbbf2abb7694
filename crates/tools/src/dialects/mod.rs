//! The tools of other servers, by the names and parameters that they have there.

pub mod winreg;

use thiserror::Error;

use crate::arguments::nearest;

/// A set of tools in place of the native ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Those of WinReg-Mcp.
    Winreg,
}

/// A name of no dialect.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnknownDialect {
    /// It is planned.
    #[error("the dialect `{0}` does not exist yet; there is `winreg`")]
    Later(&'static str),
    /// It is none.
    #[error("there is no dialect `{given}`; did you mean `{nearest}`?")]
    No {
        /// What was given, at most 64 characters of it.
        given: String,
        /// The known name most like it.
        nearest: &'static str,
    },
}

/// Dialects that are planned.
const LATER: [&str; 2] = ["windows-mcp", "powershell-json"];

impl Dialect {
    /// The dialect called `name`.
    ///
    /// # Errors
    /// There is none, or not yet.
    pub fn named(name: &str) -> Result<Self, UnknownDialect> {
        if name == Self::Winreg.name() {
            return Ok(Self::Winreg);
        }
        if let Some(later) = LATER.into_iter().find(|later| *later == name) {
            return Err(UnknownDialect::Later(later));
        }
        let known = [Self::Winreg.name()].into_iter().chain(LATER);
        let nearest = nearest(name, known).unwrap_or(Self::Winreg.name());
        Err(UnknownDialect::No { given: name.chars().take(64).collect(), nearest })
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Winreg => "winreg",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_planned_is_told_from_what_is_none() {
        assert_eq!(Dialect::named("winreg"), Ok(Dialect::Winreg));
        for (name, part) in [
            ("windows-mcp", "`windows-mcp` does not exist yet"),
            ("powershell-json", "does not exist yet"),
            ("winreg-mcp", "did you mean `winreg`?"),
            ("Winreg", "did you mean `winreg`?"),
            ("", "there is no dialect ``"),
        ] {
            let told = Dialect::named(name).unwrap_err().to_string();
            assert!(told.contains(part), "{name}: {told}");
        }
    }
}
