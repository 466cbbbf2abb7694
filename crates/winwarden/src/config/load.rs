//! The settings of this run: every source read, every fault told at once.

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use model::tool::Tool;
use policy::{
    BrokenPolicy, Policy, PolicyText,
    config::{Effective, Faults, Layer, Names, Origin, Setting, Settings, merge},
};
use sha2::{Digest, Sha256};
use tools::dialects::{Dialect, winreg};

use super::{
    files,
    files::{Source, Unreadable},
    offer,
};
use crate::{
    command::Choice,
    dialect::{self, Spoken},
    home,
};

/// A configuration that can be used.
#[derive(Debug)]
pub struct Loaded {
    /// The settings in force.
    pub settings: Settings,
    /// What each source gave.
    pub layers: Vec<Layer>,
    /// Each with where it came from.
    pub effective: BTreeMap<&'static str, Effective>,
    /// The person's files.
    pub user: Source,
    /// The machine's files, where there are any.
    pub machine: Option<Source>,
    /// SHA-256 over all files, hexadecimal.
    pub digest: String,
    /// The dialect that is spoken, where one is.
    pub dialect: Option<Spoken>,
}

impl Loaded {
    /// The tools to offer.
    ///
    /// # Errors
    /// None: names that do not exist were faults when the settings were read.
    pub fn tools(&self) -> Result<Vec<Arc<dyn Tool>>, tools::UnknownName> {
        let Settings { toolsets, tools, exclude_tools, pictures, .. } = &self.settings;
        if let Some(Spoken { dialect: Dialect::Winreg, most, .. }) = self.dialect {
            return Ok(offer::of_dialect(winreg::tools(most), exclude_tools, &self.layers));
        }
        let only = (!tools.is_empty()).then_some(tools.as_slice());
        tools::select(toolsets, only, exclude_tools, !pictures)
    }

    /// The policies of this run; none where they are those of the profile alone.
    ///
    /// # Errors
    /// A policy that cannot be used, with file and line.
    pub fn policy(&self) -> Result<Option<Policy>, BrokenPolicy> {
        let machine = self.machine_policies();
        if self.user.policies.is_empty() && machine.is_empty() {
            return Ok(None);
        }
        judging(&self.settings, &self.user.policies, machine).map(Some)
    }

    /// The machine's policies, by path.
    pub fn machine_policies(&self) -> &[(PathBuf, String)] {
        self.machine.as_ref().map_or(&[], |machine| &machine.policies)
    }

    /// What the machine's bound changed of what was asked for, in words.
    pub fn bounded(&self) -> impl Iterator<Item = String> {
        self.effective.iter().filter_map(|(name, effective)| {
            let (asked, origin) = effective.asked.as_ref()?;
            let (value, origin) = (&effective.value, origin.name());
            Some(format!(
                "`{name}` is {value}: the machine's configuration allows no more ({origin} asked for {asked})"
            ))
        })
    }
}

/// All that is wrong with what was read.
#[derive(Debug)]
pub struct Wrong {
    /// Files that cannot be read.
    pub unreadable: Vec<Unreadable>,
    /// What is wrong with those that can.
    pub faults: Faults,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unreadable = self.unreadable.iter().map(ToString::to_string);
        let all: Vec<String> = unreadable.chain(self.faults.0.iter().map(ToString::to_string)).collect();
        f.write_str(&all.join("\n\n"))
    }
}

impl Error for Wrong {}

/// Reads what is configured and what the command line says.
///
/// # Errors
/// All that is wrong with all sources, policies among them.
pub fn load(choice: &Choice) -> Result<Loaded, Box<dyn Error>> {
    load_for(choice, None)
}

/// The same with what the settings of another server say, whose tools are offered.
///
/// # Errors
/// As [`load`], and what of those settings cannot be honoured.
pub fn load_for(choice: &Choice, dialect: Option<Dialect>) -> Result<Loaded, Box<dyn Error>> {
    let mut unreadable = Vec::new();
    let machine = files::machine(&mut unreadable);
    let user = files::user(choice.config.as_deref(), &mut unreadable);
    let (toolsets, tools) = names();
    let names = Names { toolsets: &toolsets, tools: &tools };
    let of_file = |origin, source: &Source| {
        let read = |text: &String| Layer::of_file(origin, &shown(&source.file), text, names);
        source.text.as_ref().map(read)
    };
    let read = [
        machine.as_ref().and_then(|source| of_file(Origin::Machine, source)),
        of_file(Origin::User, &user),
        Some(Layer::of_environment(environment(), names)),
        Some(of_command_line(choice, names)),
    ];
    let (mut layers, mut faults) = (Vec::new(), Vec::new());
    for layer in read.into_iter().flatten() {
        match layer {
            Ok(layer) => layers.push(layer),
            Err(found) => faults.extend(found.0),
        }
    }
    let dialect = match dialect.map(|Dialect::Winreg| dialect::winreg(|name| env::var(name).ok())) {
        Some(Ok(spoken)) => spoken.join(&mut layers).map(|()| Some(spoken)),
        Some(Err(found)) => Err(found),
        None => Ok(None),
    };
    let dialect = dialect.unwrap_or_else(|found| {
        faults.extend(found.0);
        None
    });
    let (mut settings, mut effective) = merge(&layers);
    if !(faults.is_empty() && unreadable.is_empty()) {
        // Of policies too, judged as far as the settings can be told.
        let machine = machine.as_ref().map_or(&[][..], |machine| &machine.policies);
        if let Err(BrokenPolicy::Policies(found)) = judging(&settings, &user.policies, machine) {
            faults.extend(found.0);
        }
        return Err(Wrong { unreadable, faults: Faults(faults) }.into());
    }
    offer::hold(&layers, &mut settings, &mut effective);
    if dialect.is_some() && !dialect::is_profile_chosen(&layers) {
        (settings.registry_grants, settings.registry.reveals) = (true, true);
    }
    let named = dialect.iter().filter_map(|spoken| spoken.file.as_ref());
    settings.own_files = own_files(machine.iter().chain([&user]), named.clone().map(|(path, _)| path));
    let digest = digest(machine.iter().chain([&user]), named.map(|(path, text)| (path, text)));
    Ok(Loaded { settings, layers, effective, user, machine, digest, dialect })
}

/// Where configuration and state lie: they may be anywhere.
fn own_files<'a>(
    sources: impl Iterator<Item = &'a Source>,
    more: impl Iterator<Item = &'a PathBuf>,
) -> Vec<String> {
    let files = sources.flat_map(|source| [source.file.clone(), files::policies_beside(&source.file)]);
    let all = files.chain(more.cloned()).filter_map(|path| std::path::absolute(path).ok());
    all.chain(home::folder()).map(|path| shown(&path)).collect()
}

/// The policies of files.
fn judging(
    settings: &Settings,
    user: &[(PathBuf, String)],
    machine: &[(PathBuf, String)],
) -> Result<Policy, BrokenPolicy> {
    Policy::within(settings, &as_texts(&named(user)), &as_texts(&named(machine)))
}

/// The variables that are set; Windows tells their names apart by no case.
fn environment() -> impl Iterator<Item = (String, String)> {
    let text = |text: OsString| text.to_string_lossy().into_owned();
    env::vars_os().map(move |(name, value)| {
        let name = text(name);
        (if cfg!(windows) { name.to_ascii_uppercase() } else { name }, text(value))
    })
}

/// The names of toolsets and of tools that settings may hold.
pub fn names() -> (Vec<&'static str>, Vec<&'static str>) {
    let toolsets = tools::TOOLSETS.iter().copied().chain(["all"]).collect();
    (toolsets, tools::all().iter().map(|tool| tool.card().name).collect())
}

fn of_command_line(choice: &Choice, names: Names<'_>) -> Result<Layer, Faults> {
    let list = |texts: &Option<Vec<String>>| texts.as_ref().map(|texts| texts.join(","));
    let switch = |given: bool, value: &str| given.then(|| value.to_owned());
    let given = [
        ("profile", "--profile", choice.profile.clone()),
        ("toolsets", "--toolsets", list(&choice.toolsets)),
        ("tools", "--tools", list(&choice.tools)),
        ("exclude_tools", "--exclude-tools", list(&choice.exclude_tools)),
        ("pictures", "--no-pictures", switch(choice.no_pictures, "false")),
        ("dry_run", "--dry-run", switch(choice.dry_run, "true")),
    ];
    let option = |setting: &Setting| {
        let found = given.iter().find(|(name, ..)| *name == setting.name);
        found.map_or_else(|| setting.name.to_owned(), |(_, option, _)| (*option).to_owned())
    };
    let texts = given.iter().filter_map(|(name, _, text)| Some((Setting::named(name)?, text.clone()?)));
    Layer::of_texts(Origin::CommandLine, texts, option, names)
}

fn digest<'a>(
    sources: impl Iterator<Item = &'a Source>,
    more: impl Iterator<Item = (&'a PathBuf, &'a String)>,
) -> String {
    let mut hash = Sha256::new();
    let files = sources.flat_map(|source| {
        let settings = source.text.iter().map(|text| (&source.file, text));
        settings.chain(source.policies.iter().map(|(path, text)| (path, text)))
    });
    for (path, text) in files.chain(more) {
        for part in [shown(path).as_bytes(), text.as_bytes()] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Files under the names that people know them by.
pub fn named(files: &[(PathBuf, String)]) -> Vec<(String, String)> {
    files.iter().map(|(path, text)| (shown(path), text.clone())).collect()
}

/// The same, for who reads policies.
pub fn as_texts(files: &[(String, String)]) -> Vec<PolicyText<'_>> {
    files.iter().map(|(name, text)| PolicyText { name, text }).collect()
}

/// A path for people.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}
