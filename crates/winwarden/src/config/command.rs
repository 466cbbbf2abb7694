//! `winwarden config`.

use std::{
    error::Error,
    fs::{self, OpenOptions},
    io::{Write, stdout},
    process::ExitCode,
};

use policy::config::{Names, SETTINGS, json_schema, template};
use serde_json::json;

use super::{files, history, load, load::shown};
use crate::{
    command::{Choice, Config},
    home,
};

/// Does what the command says.
pub fn run(command: &Config) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Config::Init => init(),
        Config::Check(choice) => check(choice),
        Config::Show { choice, json } => show(choice, *json),
        Config::Schema => schema(),
        Config::History => history(),
        Config::Restore { name } => restore(name),
    }
}

fn say(text: &str) -> Result<ExitCode, Box<dyn Error>> {
    writeln!(stdout().lock(), "{text}")?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a file to start from; never over one that is there.
fn init() -> Result<ExitCode, Box<dyn Error>> {
    let folder = files::user_folder()?;
    fs::create_dir_all(&folder)?;
    let file = folder.join(files::FILE);
    match OpenOptions::new().write(true).create_new(true).open(&file) {
        Ok(mut new) => new.write_all(template().as_bytes())?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            eprintln!("winwarden: `{}` is there already and is left as it is", shown(&file));
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => return Err(format!("cannot write `{}`: {error}", shown(&file)).into()),
    }
    say(&format!("wrote `{}`", shown(&file)))
}

fn check(choice: &Choice) -> Result<ExitCode, Box<dyn Error>> {
    let loaded = load(choice)?;
    loaded.policy()?;
    let mut lines: Vec<String> = Vec::new();
    for source in loaded.machine.iter().chain([&loaded.user]) {
        let there = if source.text.is_some() { "is right" } else { "is not there: defaults hold" };
        lines.push(format!("`{}` {there}", shown(&source.file)));
        lines.extend(source.policies.iter().map(|(path, _)| format!("`{}` is right", shown(path))));
    }
    lines.extend(loaded.bounded());
    say(&lines.join("\n"))
}

fn show(choice: &Choice, as_json: bool) -> Result<ExitCode, Box<dyn Error>> {
    let loaded = load(choice)?;
    let known =
        SETTINGS.iter().filter_map(|setting| Some((setting.name, loaded.effective.get(setting.name)?)));
    if as_json {
        let settings: Vec<_> = known
            .map(|(name, effective)| {
                let asked = effective.asked.as_ref();
                let asked = asked.map(|(value, by)| json!({ "value": value.to_string(), "by": by.name() }));
                json!({ "name": name, "value": effective.value.to_string(), "from": effective.origin.name(), "asked": asked })
            })
            .collect();
        return say(&format!("{:#}", json!({ "digest": loaded.digest, "settings": settings })));
    }
    let rows: Vec<(String, &str)> = known
        .map(|(name, effective)| (format!("{name} = {}", effective.value), effective.origin.name()))
        .collect();
    let width = rows.iter().map(|(text, _)| text.chars().count()).max().unwrap_or_default();
    let mut lines: Vec<String> = rows.iter().map(|(text, from)| format!("{text:width$}  # {from}")).collect();
    lines.extend(loaded.bounded().map(|bounded| format!("# {bounded}")));
    say(&lines.join("\n"))
}

fn schema() -> Result<ExitCode, Box<dyn Error>> {
    let (toolsets, tools) = load::names();
    say(&format!("{:#}", json_schema(Names { toolsets: &toolsets, tools: &tools })))
}

fn history() -> Result<ExitCode, Box<dyn Error>> {
    for entry in history::entries(&home::folder()?)? {
        writeln!(stdout().lock(), "{}", entry.name)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn restore(name: &str) -> Result<ExitCode, Box<dyn Error>> {
    let home = home::folder()?;
    let entries = history::entries(&home)?;
    let Some(entry) = entries.iter().find(|entry| entry.name == name) else {
        eprintln!(
            "winwarden: there is no configuration `{}`; see `winwarden config history`",
            model::ui::escape(name, 80)
        );
        return Ok(ExitCode::FAILURE);
    };
    let folder = files::user_folder()?;
    if let Some(kept) = history::keep_present(&home, &folder, &entries)? {
        say(&format!("what was there, and was never loaded, is kept as {kept}"))?;
    }
    history::restore(entry, &folder)?;
    say(&format!("`{}` is as it was in {name}; sessions that run keep theirs", shown(&folder)))
}
