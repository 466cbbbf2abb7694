//! `winwarden policy test`: cases judged as calls are.

use std::{
    error::Error,
    io::{Write, stdout},
    path::PathBuf,
    process::ExitCode,
};

use ::policy::{
    cases,
    config::{Faults, Names},
};

use super::{arguments::Given, plan::Planner, sources::Sources};
use crate::config::{self, shown};

/// Judges the cases of `files`; exit code 1 where one went otherwise than it says.
pub fn run(files: &[PathBuf], given: &Given) -> Result<ExitCode, Box<dyn Error>> {
    let planner = Planner::new();
    let plan = |tool: &str, arguments| planner.plan(tool, arguments);
    let (toolsets, tools) = config::names();
    let names = Names { toolsets: &toolsets, tools: &tools };
    let (mut all, mut faults) = (Vec::new(), Vec::new());
    for file in files {
        match cases::read(&shown(file), &config::text(file)?, names, &plan) {
            Ok(cases) => all.extend(cases),
            Err(found) => faults.extend(found.0),
        }
    }
    if !faults.is_empty() {
        return Err(Faults(faults).into());
    }
    let report = Sources::read(given)?.with(|configured| cases::run(&all, configured))?;
    let mut out = stdout().lock();
    for failure in &report.failures {
        writeln!(out, "{failure}\n")?;
    }
    let wrong = report.failures.len();
    writeln!(out, "{} cases, judged {} times: {wrong} wrong", all.len(), report.judged)?;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
