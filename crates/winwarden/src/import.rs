//! `winwarden import`: settings of other servers as a `winwarden.toml`.

use std::{
    error::Error,
    fs::OpenOptions,
    io::{ErrorKind, Write, stdout},
    path::Path,
    process::ExitCode,
};

use crate::{command, config};

/// Tells on stderr what each setting became, and writes the settings; exit code 1 and nothing written where one cannot be
/// honoured and nobody accepted that.
pub fn run(options: &command::Import) -> Result<ExitCode, Box<dyn Error>> {
    let command::Import { file, accept_losses, output } = options;
    let imported = policy::import::import(&config::shown(file), &config::text(file)?)?;
    eprintln!("settings of {}:", imported.server);
    for step in &imported.steps {
        eprintln!("{step}");
    }
    let losses = imported.losses();
    if losses > 0 && !accept_losses {
        eprintln!(
            "nothing was written: {losses} of {} settings cannot be honoured; `--accept-losses` goes on without them",
            imported.steps.len()
        );
        return Ok(ExitCode::FAILURE);
    }
    match output {
        None => stdout().lock().write_all(imported.toml().as_bytes())?,
        Some(output) => return write(output, &imported.toml()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Never over a file that is there.
fn write(output: &Path, text: &str) -> Result<ExitCode, Box<dyn Error>> {
    let shown = config::shown(output);
    match OpenOptions::new().write(true).create_new(true).open(output) {
        Ok(mut file) => file.write_all(text.as_bytes())?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            eprintln!("winwarden: `{shown}` is there already and is left as it is");
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => return Err(format!("cannot write `{shown}`: {error}").into()),
    }
    eprintln!("wrote `{shown}`; `winwarden config check --config` reads it");
    Ok(ExitCode::SUCCESS)
}
