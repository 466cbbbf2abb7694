//! `--dialect winreg`: the settings of WinReg-Mcp as settings of ours.
//!
//! Untrusted: the environment and the file it names.
//! Guarantees: what cannot be honoured stops the start; what the machine's configuration bounds stays bounded, and what the
//! person's own settings deny stays denied.
//! Does not: judge anything; its values are settings like all others.

use std::{collections::BTreeMap, path::PathBuf};

use model::registry::RegistryPath;
use policy::{
    config::{Fault, Faults, Layer, Origin, Value},
    import::{AllowedPaths, allowed_paths},
    registry::{Access, Root},
};
use tools::dialects::{
    Dialect,
    winreg::{Most, native_name, tools},
};

use crate::config::{machine_tools, shown, text};

/// A dialect with what it is told to do.
#[derive(Debug, Clone)]
pub struct Spoken {
    /// Which.
    pub dialect: Dialect,
    /// How much a call may take.
    pub most: Most,
    /// Values that count for more than all others, within the machine's bound.
    pub values: Layer,
    /// Values that hold where nobody gives one.
    pub defaults: Layer,
    /// The file that says what is allowed, with its text.
    pub file: Option<(PathBuf, String)>,
}

const LEVEL: &str = "WINREG_MCP_AUTHORIZATION_LEVEL";
const FILE: &str = "WINREG_MCP_ALLOWED_PATHS_FILE";
const LOG_LEVEL: &str = "WINREG_MCP_LOG_LEVEL";

/// A variable that is a number: its name, default, least, most, and the setting of ours that it is.
type Number = (&'static str, u64, u64, u64, &'static str);

const DEPTH: Number = ("WINREG_MCP_MAX_ENUMERATION_DEPTH", 3, 1, 10, "registry.max_depth");
const VALUES: Number = ("WINREG_MCP_MAX_VALUES_PER_QUERY", 100, 1, 1_000, "registry.max_values");
const BYTES: Number =
    ("WINREG_MCP_MAX_VALUE_SIZE_BYTES", 1_048_576, 1_024, 10_485_760, "registry.max_value_bytes");
const TIMEOUT: Number = ("WINREG_MCP_OPERATION_TIMEOUT_MS", 5_000, 100, 60_000, "registry.timeout_ms");
const RATE: Number = ("WINREG_MCP_RATE_LIMIT_PER_MINUTE", 100, 1, 1_000, "registry.requests_per_minute");

/// Names of its log levels, each with ours.
const LOG_LEVELS: [(&str, &str); 7] = [
    ("Trace", "trace"),
    ("Debug", "debug"),
    ("Information", "info"),
    ("Warning", "warn"),
    ("Error", "error"),
    ("Critical", "error"),
    ("None", "off"),
];

/// What holds there where its environment says nothing: it has one rate for all calls, and no other limit of a session.
const WITHOUT: [&str; 6] = [
    "limits.reads_per_minute",
    "limits.changes_per_minute",
    "limits.destructive_acts",
    "limits.registry_values",
    "limits.session_minutes",
    "limits.input_per_minute",
];

/// Reads what the environment says.
///
/// # Errors
/// Everything that cannot be honoured.
pub fn winreg(variable: impl Fn(&str) -> Option<String>) -> Result<Spoken, Faults> {
    let given =
        |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut reader = Reader { given, values: BTreeMap::new(), faults: Vec::new() };
    reader.level();
    reader.log_level();
    let [_, values, _, timeout, _] =
        [DEPTH, VALUES, BYTES, TIMEOUT, RATE].map(|number| reader.number(number));
    let file = reader.paths();
    let Reader { values: settings, faults, .. } = reader;
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    let mut defaults: BTreeMap<&'static str, Value> =
        WITHOUT.into_iter().map(|name| (name, Value::Number(None))).collect();
    defaults.insert("limits.cooldown_ms", Value::Number(Some(0)));
    Ok(Spoken {
        dialect: Dialect::Winreg,
        most: Most {
            values: values.try_into().unwrap_or(u32::MAX),
            timeout_ms: timeout.try_into().unwrap_or(u32::MAX),
        },
        values: Layer { origin: Origin::CommandLine, values: settings },
        defaults: Layer { origin: Origin::Profile, values: defaults },
        file,
    })
}

struct Reader<G> {
    given: G,
    values: BTreeMap<&'static str, Value>,
    faults: Vec<Fault>,
}

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    fn fault(&mut self, origin: &str, message: String) {
        self.faults.push(Fault { origin: origin.to_owned(), place: None, message });
    }

    fn level(&mut self) {
        let level = (self.given)(LEVEL).map_or(Some(Access::Read), |given| Access::of_level(&given));
        match level {
            Some(level) => {
                self.values.insert("registry.level", Value::Text(level.level().to_owned()));
            }
            None => self.fault(LEVEL, "it is one of READ_ONLY, READ_WRITE, ADMIN".into()),
        }
    }

    fn log_level(&mut self) {
        let Some(given) = (self.given)(LOG_LEVEL) else { return };
        match LOG_LEVELS.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(&given)) {
            Some((_, ours)) => drop(self.values.insert("log_level", Value::Text((*ours).to_owned()))),
            None => {
                let known = LOG_LEVELS.map(|(theirs, _)| theirs).join(", ");
                self.fault(LOG_LEVEL, format!("it is one of {known}"));
            }
        }
    }

    fn number(&mut self, (name, usual, least, most, setting): Number) -> u64 {
        let number = match (self.given)(name) {
            None => Some(usual),
            Some(given) => given.parse().ok().filter(|number| (least..=most).contains(number)),
        };
        if number.is_none() {
            self.fault(name, format!("it is a whole number from {least} to {most}"));
        }
        let number = number.unwrap_or(usual);
        self.values.insert(setting, Value::Number(Some(number)));
        number
    }

    /// What may be used: as the file says, or as is built in.
    fn paths(&mut self) -> Option<(PathBuf, String)> {
        let named = (self.given)(FILE).map(PathBuf::from);
        let (read, file) = match named {
            None => (built_in(), None),
            Some(path) => match text(&path) {
                Err(unreadable) => {
                    self.fault(FILE, unreadable.to_string());
                    return None;
                }
                Ok(text) => match allowed_paths(&shown(&path), &text) {
                    Err(Faults(faults)) => {
                        self.faults.extend(faults);
                        return None;
                    }
                    Ok(read) => (read, Some((path, text))),
                },
            },
        };
        self.values.insert("registry.roots", Value::Roots(vec![read.roots]));
        self.values.insert("registry.denied", Value::Keys(read.denied));
        file
    }
}

/// What may be used where no file says it. SECURITY, SAM and Lsa are denied whatever any file says.
fn built_in() -> AllowedPaths {
    let root = |path, max_depth| {
        let path = RegistryPath::parse(path).ok()?;
        Some(Root { path, access: Access::Read, max_depth })
    };
    let roots = [(r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion", 2), (r"HKCU\Software", 3)];
    AllowedPaths {
        roots: roots.into_iter().filter_map(|(path, depth)| root(path, depth)).collect(),
        denied: Vec::new(),
    }
}

impl Spoken {
    /// Adds its values to those of other sources.
    ///
    /// # Errors
    /// The machine's configuration selects no tools for the registry.
    pub fn join(&self, layers: &mut Vec<Layer>) -> Result<(), Faults> {
        let bound = machine_tools(layers);
        let is_selected =
            |name: &str| bound.as_ref().is_none_or(|bound| bound.iter().any(|tool| tool == name));
        let spoken = tools(self.most);
        if !spoken.iter().any(|tool| native_name(tool.card().name).is_some_and(is_selected)) {
            let message =
                "the machine's configuration selects no tool of `registry`, the toolset that this dialect is of".into();
            return Err(Faults(vec![Fault { origin: "--dialect".into(), place: None, message }]));
        }
        let mut values = self.values.clone();
        if let Some(Value::Keys(denied)) = values.values.get_mut("registry.denied") {
            // What somebody has denied to all of winwarden is not theirs to permit.
            for layer in layers.iter() {
                if let Some(Value::Keys(more)) = layer.values.get("registry.denied") {
                    denied
                        .extend(more.iter().filter(|key| !denied.contains(key)).cloned().collect::<Vec<_>>());
                }
            }
        }
        layers.push(values);
        if !is_profile_chosen(layers) {
            layers.push(self.defaults.clone());
        }
        Ok(())
    }
}

/// Whether somebody chose a profile: then it says how far an agent goes, and its limits hold.
pub fn is_profile_chosen(layers: &[Layer]) -> bool {
    layers.iter().any(|layer| layer.values.contains_key("profile"))
}

#[cfg(test)]
mod tests {
    use policy::config::merge;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Spoken, String> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        winreg(variable).map_err(|faults| faults.to_string())
    }

    fn settings(variables: &[(&str, &str)], mut layers: Vec<Layer>) -> policy::config::Settings {
        read(variables).unwrap().join(&mut layers).unwrap();
        merge(&layers).0
    }

    #[test]
    fn without_variables_its_defaults_hold() {
        let settings = settings(&[], Vec::new());
        let rules = &settings.registry;
        let roots: Vec<String> = rules.roots.iter().flatten().map(ToString::to_string).collect();
        assert_eq!(
            roots,
            [
                r"read 2 HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion",
                r"read 3 HKEY_CURRENT_USER\Software"
            ]
        );
        assert_eq!((rules.level, rules.limits), (Access::Read, policy::registry::Limits::default()));
        assert_eq!(settings.limits.changes_per_minute, policy::config::Amount::Unlimited);
        assert_eq!(read(&[]).unwrap().most, Most { values: 100, timeout_ms: 5_000 });
    }

    #[test]
    fn variables_are_read_in_any_case_and_with_space_around_them() {
        let settings = settings(
            &[(LEVEL, " admin "), (DEPTH.0, "10"), (BYTES.0, "1024"), (LOG_LEVEL, "INFORMATION"), (FILE, "")],
            Vec::new(),
        );
        let rules = &settings.registry;
        assert_eq!((rules.level, rules.limits.depth, rules.limits.value_bytes), (Access::Admin, 10, 1_024));
        assert_eq!(settings.log_level, "info");
    }

    #[test]
    fn what_cannot_be_honoured_stops_the_start_and_all_of_it_is_told() {
        let told = read(&[
            (LEVEL, "ROOT"),
            (DEPTH.0, "11"),
            (VALUES.0, "0"),
            (BYTES.0, "1023"),
            (TIMEOUT.0, "99"),
            (RATE.0, "many"),
            (LOG_LEVEL, "Loud"),
            (FILE, "/there is/no such file"),
        ])
        .unwrap_err();
        for part in [
            "WINREG_MCP_AUTHORIZATION_LEVEL: it is one of READ_ONLY, READ_WRITE, ADMIN",
            "WINREG_MCP_MAX_ENUMERATION_DEPTH: it is a whole number from 1 to 10",
            "WINREG_MCP_MAX_VALUES_PER_QUERY: it is a whole number from 1 to 1000",
            "from 1024 to 10485760",
            "from 100 to 60000",
            "WINREG_MCP_RATE_LIMIT_PER_MINUTE: it is a whole number from 1 to 1000",
            "WINREG_MCP_LOG_LEVEL: it is one of Trace",
            "WINREG_MCP_ALLOWED_PATHS_FILE: cannot read",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        for (name, value) in
            [(DEPTH.0, "-1"), (DEPTH.0, "3.0"), (RATE.0, "1001"), (RATE.0, "18446744073709551617")]
        {
            assert!(read(&[(name, value)]).is_err(), "{name}={value}");
        }
    }

    #[test]
    fn a_file_says_what_is_allowed_and_a_broken_one_stops_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("allowed_paths.json");
        let name = file.display().to_string();
        std::fs::write(&file, "\u{feff}{\"allowedRoots\":[{\"path\":\"HKCU\\\\Software\\\\A\",},]}").unwrap();
        let settings = settings(&[(FILE, &name)], Vec::new());
        assert_eq!(settings.registry.roots[0][0].to_string(), r"read 2 HKEY_CURRENT_USER\Software\A");
        assert_eq!(settings.registry.roots[0].len(), 1);
        for broken in [
            "{",
            "{\"denied_paths\":[\"HKLOCAL\\\\X\"]}",
            "{\"allowed_roots\":[{\"path\":\"HKCU\",\"access\":\"full\"}]}",
        ] {
            std::fs::write(&file, broken).unwrap();
            assert!(read(&[(FILE, &name)]).is_err(), "{broken}");
        }
    }

    fn layer(origin: Origin, values: &[(&'static str, Value)]) -> Layer {
        Layer { origin, values: values.iter().cloned().collect() }
    }

    #[test]
    fn the_machine_bounds_it_and_what_is_denied_stays_denied() {
        let key = |path: &str| RegistryPath::parse(path).unwrap();
        let machine = layer(
            Origin::Machine,
            &[
                ("registry.level", Value::Text("read_only".into())),
                ("registry.denied", Value::Keys(vec![key(r"HKCU\Software\M")])),
                ("limits.changes_per_minute", Value::Number(Some(5))),
            ],
        );
        let user = layer(
            Origin::User,
            &[
                ("registry.denied", Value::Keys(vec![key(r"HKCU\Software\U")])),
                ("registry.level", Value::Text("read_only".into())),
            ],
        );
        let settings = settings(&[(LEVEL, "ADMIN")], vec![machine, user]);
        assert_eq!(settings.registry.level, Access::Read, "the machine's level");
        assert_eq!(settings.registry.denied.len(), 2);
        assert_eq!(settings.limits.changes_per_minute, policy::config::Amount::Most(5));
    }

    #[test]
    fn a_machine_without_tools_for_the_registry_has_no_such_dialect() {
        let sets = |names: &[&str]| Value::Texts(names.iter().map(ToString::to_string).collect());
        for (setting, names, fits) in [
            ("toolsets", &["core"][..], false),
            ("toolsets", &["core", "registry"], true),
            ("toolsets", &["all"], true),
            ("tools", &["find"], false),
            ("tools", &["registry_wait"], false),
            ("tools", &["find", "registry_read"], true),
        ] {
            let mut layers = vec![layer(Origin::Machine, &[(setting, sets(names))])];
            assert_eq!(read(&[]).unwrap().join(&mut layers).is_ok(), fits, "{setting}: {names:?}");
        }
    }

    #[test]
    fn a_profile_that_was_chosen_keeps_its_limits() {
        let user = layer(Origin::User, &[("profile", Value::Text("assistant".into()))]);
        let settings = settings(&[], vec![user]);
        assert_eq!(settings.limits.changes_per_minute, policy::config::Amount::Most(20));
    }
}
