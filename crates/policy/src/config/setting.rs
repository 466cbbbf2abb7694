//! The table of all settings: reading, bounding, showing and the docs all go by it.

use std::fmt;

use model::registry::RegistryPath;

use crate::registry::Root;

/// One setting of `winwarden.toml`.
#[derive(Debug)]
pub struct Setting {
    /// Its name: `table.key`, or `key` at the top.
    pub name: &'static str,
    /// What it can be.
    pub form: Form,
    /// What it is where nobody says otherwise, as TOML; profiles bring defaults of their own for `limits`.
    pub default: &'static str,
    /// Which of two values is the narrower.
    pub narrower: Narrower,
    /// What it does, in a sentence or two.
    pub doc: &'static str,
}

/// What a setting can be.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// `true` or `false`.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Any number of these words.
    Choices(&'static [&'static str]),
    /// A whole number within bounds; where it limits something, also `"unlimited"`.
    Number {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
        /// Whether `"unlimited"` is one too.
        unlimited: bool,
    },
    /// A text.
    Text,
    /// Programs, by full path or by file name.
    Programs,
    /// Names of toolsets.
    Toolsets,
    /// Names of tools.
    Tools,
    /// A key combination, `Ctrl+Alt+Pause`.
    Chord,
    /// Roots in the registry, `read 3 HKCU\Software`.
    Roots,
    /// Keys of the registry.
    Keys,
}

/// Which of two values of a setting is the narrower: the machine's file is a bound in this sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrower {
    /// The earlier one in the list of choices.
    Earlier,
    /// The smaller number; of lists, what is in both.
    Less,
    /// The larger number; of lists, what is in either.
    More,
    /// This one.
    Is(bool),
    /// Of lists of tools, what both select: who knows what the lists stand for holds one to the other.
    Selected,
    /// Neither: the machine's value counts only where nobody else gives one.
    Neither,
}

/// A setting's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A switch.
    Switch(bool),
    /// A number; none is unlimited.
    Number(Option<u64>),
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// Lists of roots, each of which has to permit a key: one, and the machine's where it bounds that.
    Roots(Vec<Vec<Root>>),
    /// A list of keys.
    Keys(Vec<RegistryPath>),
}

impl fmt::Display for Value {
    /// As TOML.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A JSON string is a TOML basic string as long as nothing below U+0020 but the common escapes is in it.
        let quoted = |text: &String| serde_json::Value::from(text.as_str()).to_string();
        let list =
            |texts: Vec<String>| format!("[{}]", texts.iter().map(quoted).collect::<Vec<_>>().join(", "));
        match self {
            Self::Switch(on) => on.fmt(f),
            Self::Number(Some(number)) => number.fmt(f),
            Self::Number(None) => f.write_str("\"unlimited\""),
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Texts(texts) => f.write_str(&list(texts.clone())),
            Self::Keys(keys) => f.write_str(&list(keys.iter().map(RegistryPath::to_string).collect())),
            Self::Roots(lists) => {
                let lists: Vec<String> =
                    lists.iter().map(|roots| list(roots.iter().map(Root::to_string).collect())).collect();
                f.write_str(&lists.join(" within "))
            }
        }
    }
}

impl Setting {
    /// The setting called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// Its table, empty at the top, and its key there.
    #[must_use]
    pub fn place(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or(("", self.name))
    }

    /// The environment variable that sets it: `WINWARDEN_LIMITS_LAUNCHES`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("WINWARDEN_{}", self.name.replace('.', "_").to_ascii_uppercase())
    }
}

const fn limit(name: &'static str, most: u64, default: &'static str, doc: &'static str) -> Setting {
    let form = Form::Number { least: 0, most, unlimited: true };
    Setting { name, form, default, narrower: Narrower::Less, doc }
}

const fn programs(name: &'static str, narrower: Narrower, doc: &'static str) -> Setting {
    Setting { name, form: Form::Programs, default: "[]", narrower, doc }
}

const fn switch(name: &'static str, default: &'static str, narrow: bool, doc: &'static str) -> Setting {
    Setting { name, form: Form::Switch, default, narrower: Narrower::Is(narrow), doc }
}

/// Every setting, in the order of the file.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "profile",
        form: Form::Choice(&["observe", "unattended", "assistant", "workspace", "lab"]),
        default: "\"assistant\"",
        narrower: Narrower::Earlier,
        doc: "What an agent may do. `observe`: look. `assistant`: look and give ordinary input; the rest asks. \
              `workspace`: like it, but what is named below `workspace` is free. `unattended`: like `assistant`, \
              with nobody to ask. `lab`: anything, on a machine that can be thrown away.",
    },
    Setting {
        name: "toolsets",
        form: Form::Toolsets,
        default: "[\"core\", \"desktop\"]",
        narrower: Narrower::Less,
        doc: "Toolsets to offer, at least one.",
    },
    Setting {
        name: "tools",
        form: Form::Tools,
        default: "[]",
        narrower: Narrower::Selected,
        doc: "Exactly these tools, of whatever toolset; an empty list is all of the toolsets.",
    },
    Setting {
        name: "exclude_tools",
        form: Form::Tools,
        default: "[]",
        narrower: Narrower::More,
        doc: "Not these tools.",
    },
    switch("pictures", "true", false, "Whether there is a way to get a picture of the screen."),
    switch(
        "dry_run",
        "false",
        true,
        "Whether everything is planned, judged and recorded and nothing is done.",
    ),
    switch(
        "badge",
        "true",
        true,
        "Whether a small window shows that an agent is working, with a Stop button.",
    ),
    Setting {
        name: "stop_key",
        form: Form::Chord,
        default: "\"Ctrl+Alt+Pause\"",
        narrower: Narrower::Neither,
        doc: "The key combination that stops every session at once, wherever it is pressed.",
    },
    Setting {
        name: "acknowledge",
        form: Form::Choices(&["windows_server", "other_users"]),
        default: "[]",
        narrower: Narrower::Less,
        doc: "What need not be said any more at the start and in `status`: that this is a Windows Server, that other \
              users are signed in.",
    },
    Setting {
        name: "log_level",
        form: Form::Choice(&["off", "error", "warn", "info", "debug", "trace"]),
        default: "\"warn\"",
        narrower: Narrower::Neither,
        doc: "How much to say on stderr.",
    },
    programs(
        "workspace.applications",
        Narrower::Less,
        "Programs, by full path or by file name, that profile `workspace` starts and operates without asking.",
    ),
    Setting {
        name: "workspace.keys",
        form: Form::Keys,
        default: "[]",
        narrower: Narrower::Less,
        doc: "Keys of the registry that profile `workspace` changes with all below them without asking, where \
              `registry.roots` and `registry.level` permit it.",
    },
    programs(
        "protected.applications",
        Narrower::More,
        "Programs, by full path or by file name, that are protected beside those that always are: input to them \
         asks.",
    ),
    Setting {
        name: "registry.level",
        form: Form::Choice(&["read_only", "read_write", "admin"]),
        default: "\"read_only\"",
        narrower: Narrower::Earlier,
        doc: "How far a session goes in the registry, whatever its roots permit. `read_write` also writes and deletes \
              values, `admin` also deletes keys.",
    },
    Setting {
        name: "registry.roots",
        form: Form::Roots,
        default: "[\"read 2 HKLM\\\\SOFTWARE\\\\Microsoft\\\\Windows\\\\CurrentVersion\", \"read 3 HKCU\\\\Software\"]",
        narrower: Narrower::Less,
        doc: "Keys that may be used with all below them: an access (`read`, `read_write`, `admin`), how many levels a \
              walk may go, and the key. The most specific one counts.",
    },
    Setting {
        name: "registry.denied",
        form: Form::Keys,
        default: "[\"HKLM\\\\SAM\", \"HKLM\\\\SECURITY\", \"HKLM\\\\SYSTEM\\\\CurrentControlSet\\\\Control\\\\Lsa\"]",
        narrower: Narrower::More,
        doc: "Keys that are denied with all below them and under all their names, whatever roots say. Those of the \
              default always are.",
    },
    Setting {
        name: "registry.max_depth",
        form: Form::Number { least: 1, most: 10, unlimited: false },
        default: "3",
        narrower: Narrower::Less,
        doc: "Levels that a walk in the registry goes; a root may say less.",
    },
    Setting {
        name: "registry.max_values",
        form: Form::Number { least: 1, most: 1_000, unlimited: false },
        default: "100",
        narrower: Narrower::Less,
        doc: "Values, and subkeys, that one answer holds.",
    },
    Setting {
        name: "registry.max_value_bytes",
        form: Form::Number { least: 1_024, most: 10_485_760, unlimited: false },
        default: "1048576",
        narrower: Narrower::Less,
        doc: "Bytes that the data of one value has, read and written.",
    },
    Setting {
        name: "registry.requests_per_minute",
        form: Form::Number { least: 1, most: 1_000, unlimited: true },
        default: "100",
        narrower: Narrower::Less,
        doc: "Calls a minute that concern the registry, those that are refused among them.",
    },
    Setting {
        name: "registry.timeout_ms",
        form: Form::Number { least: 100, most: 60_000, unlimited: false },
        default: "5000",
        narrower: Narrower::Less,
        doc: "How long a call that concerns the registry works, milliseconds; waiting for a change has a time of its own. What \
              is not done by then is put back.",
    },
    Setting {
        name: "approvals.channels",
        form: Form::Choices(&["elicitation", "dialog", "terminal"]),
        default: "[\"elicitation\", \"dialog\", \"terminal\"]",
        narrower: Narrower::Less,
        doc: "Ways to ask a person, in the order in which they are tried; `terminal` answers what another one asks.",
    },
    switch(
        "approvals.trust_client_elicitation",
        "false",
        false,
        "Whether an answer that comes through the client also counts for what is dangerous and on protected programs: it may be the agent's own.",
    ),
    Setting {
        name: "approvals.wait_seconds",
        form: Form::Number { least: 5, most: 600, unlimited: false },
        default: "50",
        narrower: Narrower::Less,
        doc: "How long a person is waited for; then the answer is no.",
    },
    Setting {
        name: "limits.concurrent_calls",
        form: Form::Number { least: 1, most: 32, unlimited: false },
        default: "8",
        narrower: Narrower::Less,
        doc: "Calls that run at once.",
    },
    limit("limits.reads_per_minute", 100_000, "100", "Calls a minute that look."),
    limit("limits.input_per_minute", 100_000, "60", "Calls a minute that give input."),
    limit(
        "limits.changes_per_minute",
        100_000,
        "20",
        "Calls a minute that change, destroy, execute or send.",
    ),
    Setting {
        name: "limits.cooldown_ms",
        form: Form::Number { least: 0, most: 600_000, unlimited: false },
        default: "2000",
        narrower: Narrower::More,
        doc: "How long after a destructive act the next one has to wait, milliseconds.",
    },
    limit("limits.destructive_acts", 1_000_000, "25", "Destructive acts of a session."),
    limit("limits.launches", 1_000_000, "10", "Programs that a session starts."),
    limit(
        "limits.registry_values",
        1_000_000,
        "50",
        "Values of the registry that a session writes and deletes; those that go with a deleted key count.",
    ),
    limit("limits.session_minutes", 100_000, "60", "How long a session lasts, minutes."),
    Setting {
        name: "limits.idle_minutes",
        form: Form::Number { least: 1, most: 100_000, unlimited: false },
        default: "30",
        narrower: Narrower::More,
        doc: "After how long without a call the next one begins another session, minutes.",
    },
    Setting {
        name: "limits.taint_minutes",
        form: Form::Number { least: 0, most: 100_000, unlimited: true },
        default: "\"unlimited\"",
        narrower: Narrower::More,
        doc: "How long a session is tainted after it last read what others wrote, minutes.",
    },
];
