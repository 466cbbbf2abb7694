//! `winwarden policy describe`: who may do what.

use std::{
    error::Error,
    io::{Write, stdout},
    process::ExitCode,
};

use ::policy::describe::describe;

use super::sources::Sources;
use crate::{command::Choice, config};

/// Describes what is in force.
pub fn run(choice: &Choice, json: bool) -> Result<ExitCode, Box<dyn Error>> {
    let loaded = config::load(choice)?;
    loaded.policy()?;
    let value = |name: &str| loaded.effective.get(name).map(|effective| effective.value.clone());
    let described = Sources::of(&loaded).with(|configured| describe(&loaded.settings, value, configured))?;
    let mut out = stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &described)?;
        writeln!(out)?;
    } else {
        write!(out, "{described}")?;
    }
    Ok(ExitCode::SUCCESS)
}
