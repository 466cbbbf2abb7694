//! `winwarden policy check`: what is wrong with policies before they are used.

use std::{
    error::Error,
    io::{Write, stdout},
    path::Path,
    process::ExitCode,
};

use ::policy::lint;

use super::sources::folder_of;
use crate::config::{as_texts, named};

/// Checks the policies of a folder; exit code 1 where there is a finding.
pub fn run(folder: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let files = named(&folder_of(folder)?);
    if files.is_empty() {
        return Err(format!("`{}` holds no `.cedar` file", folder.display()).into());
    }
    let findings = lint::check(&as_texts(&files))?;
    let mut out = stdout().lock();
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    writeln!(out, "{} files, {} findings", files.len(), findings.len())?;
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
