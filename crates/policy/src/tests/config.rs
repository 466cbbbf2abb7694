use super::{settings::default_value, *};

const NAMES: Names<'_> = Names { toolsets: &["core", "desktop", "all"], tools: &["click", "screenshot"] };

fn file(origin: Origin, source: &str) -> Layer {
    Layer::of_file(origin, "winwarden.toml", source, NAMES).unwrap()
}

fn faults(source: &str) -> Vec<String> {
    let found = Layer::of_file(Origin::User, "winwarden.toml", source, NAMES).unwrap_err();
    found
        .0
        .into_iter()
        .map(|fault| format!("{}: {}", fault.place.map_or(0, |place| place.line), fault.message))
        .collect()
}

#[test]
fn programs_of_settings_are_brought_to_one_form_and_those_that_cannot_be_are_faults() {
    for table in ["workspace", "protected"] {
        let of = |program: &str| {
            let text = format!("[{table}]\napplications = ['{program}']");
            Layer::of_file(Origin::User, "a.toml", &text, NAMES)
        };
        for program in ["C:/Apps/x.exe", r"C:\Apps\\y\..\x.exe", r"\\?\C:\Apps\.\x.exe"] {
            let (settings, _) = merge(&[of(program).unwrap()]);
            let all = [settings.workspace_applications, settings.protected_applications].concat();
            assert_eq!(all, [r"C:\Apps\x.exe"], "{program}");
        }
        assert!(of("x.exe").is_ok() && of("my tool.exe").is_ok());
        for (program, why) in [
            ("*.exe", "characters"),
            (r"C:\Apps\*", "characters"),
            (r"Apps\x.exe", "no full path"),
            (r"\\server\x.exe", "no full path"),
            ("C:x.exe", "no full path"),
            ("x.exe ", "ends in"),
            ("x.exe:s", "no full path"),
            (r"C:\x.exe:s", "stream"),
            ("KEEPAS~1.EXE", "short name"),
            (r"C:\PROGRA~2\x.exe", "short name"),
        ] {
            let error = of(program).unwrap_err().to_string();
            assert!(error.contains(why), "{program}: {error}");
        }
    }
}

#[test]
fn every_fault_of_a_file_is_told_with_its_line_and_the_nearest_name() {
    let source = "profil = \"lab\"\ntoolsets = [\"core\", \"dekstop\"]\npictures = \"no\"\n\n[limits]\n\
                  launches = -1\nlaunch = 3\ncooldown_ms = \"unlimited\"\n\n[approval]\nx = 1\n";
    assert_eq!(
        faults(source),
        [
            "1: there is no setting `profil`; did you mean `profile`?",
            "2: `dekstop` is not a toolset; did you mean `desktop`?",
            "3: `pictures` is `true` or `false`",
            "6: `limits.launches` is a whole number from 0 to 1000000, or \"unlimited\"",
            "7: there is no setting `limits.launch`; did you mean `limits.launches`?",
            "8: `limits.cooldown_ms` is a whole number from 0 to 600000",
            "10: there is no setting `approval`; did you mean `approvals`?",
        ]
    );
}

#[test]
fn a_fault_is_shown_with_its_line_and_the_place_in_it() {
    let shown = Layer::of_file(Origin::User, "winwarden.toml", "badge = true\nprofile = \"labs\"", NAMES)
        .unwrap_err();
    assert_eq!(
        shown.to_string(),
        "winwarden.toml:2:11: `labs` is no value of `profile`; did you mean `lab`?\n  |\n2 | profile = \"labs\"\n  |           ^^^^^^"
    );
}

#[test]
fn tools_and_toolsets_that_there_are_none_of_are_faults() {
    for (setting, what) in [("exclude_tools", "tool"), ("toolsets", "toolset")] {
        let found = faults(&format!("{setting} = [\"klick\"]"));
        assert!(
            matches!(&found[..], [one] if one.contains(&format!("`klick` is not a {what}"))),
            "{found:?}"
        );
    }
}

#[test]
fn a_limit_may_be_unlimited_wherever_it_is_set() {
    let of = |name: &str, text: &str| {
        let setting = SETTINGS.iter().find(|setting| setting.name == name).unwrap();
        let given = [(setting, text.to_owned())];
        let layer = Layer::of_texts(Origin::Environment, given, |setting| setting.name.to_owned(), NAMES);
        layer.map(|layer| layer.values[name].clone())
    };
    assert_eq!(of("limits.launches", "unlimited").unwrap(), Value::Number(None));
    assert_eq!(of("limits.launches", "7").unwrap(), Value::Number(Some(7)));
    for (name, text) in [("limits.launches", "many"), ("limits.cooldown_ms", "unlimited")] {
        assert!(of(name, text).is_err(), "{name} {text}");
    }
}

#[test]
fn every_item_of_a_list_that_is_wrong_is_told() {
    let source =
        "tools = ['klick', 'click', 3,\n'screenshoot']\n[registry]\ndenied = ['HKLM', 'SAM', 'HKLM\\\\']\n";
    let told: Vec<String> = faults(source).iter().map(|fault| fault.chars().take(40).collect()).collect();
    assert_eq!(
        told,
        [
            "1: `klick` is not a tool; did you mean `",
            "1: `tools` is a list of tools",
            "2: `screenshoot` is not a tool; did you ",
            "4: `registry.denied`: `SAM`: it does not",
            "4: `registry.denied`: `HKLM\\\\`: a key in",
        ]
    );
    let told =
        of_environment(&[("WINWARDEN_TOOLS", "klick,click,scren"), ("WINWARDEN_REGISTRY_DENIED", "x,y")]);
    assert_eq!(told.unwrap_err().0.len(), 4);
}

#[test]
fn broken_toml_is_told_and_nothing_of_it_is_used() {
    for source in ["profile = ", "profile = \"lab\"\nprofile = \"lab\"", "[limits\nlaunches = 1", "= 1"] {
        assert!(!faults(source).is_empty(), "{source}");
    }
}

#[test]
fn a_stop_key_that_is_no_combination_of_keys_is_a_fault() {
    assert_eq!(faults("stop_key = \"Ctrl+Alt+Nonsense\"").len(), 1);
    file(Origin::User, "stop_key = \"Ctrl+Alt+F12\"");
}

#[test]
fn an_empty_text_in_a_list_is_refused_for_it_would_mean_everything() {
    assert_eq!(faults("[workspace]\napplications = [\"C:\\\\x\", \" \"]").len(), 1);
}

#[test]
fn a_key_or_root_that_cannot_be_read_is_a_fault_with_its_line() {
    let source = "[registry]\nroots = [\n'read 3 HKCU\\Software',\n'read 3 SAM',\n]\ndenied = ['HKLM\\SAM', 'HKLM\\\\SAM']\n\
                  level = 'admn'\nmax_depth = 11";
    let told: Vec<String> = faults(source)
        .into_iter()
        .map(|fault| fault.split(": ").take(3).collect::<Vec<_>>().join(": "))
        .collect();
    assert_eq!(
        told,
        [
            "4: `registry.roots`: `read 3 SAM`",
            "6: `registry.denied`: `HKLM\\\\SAM`",
            "7: `admn` is no value of `registry.level`; did you mean `admin`?",
            "8: `registry.max_depth` is a whole number from 1 to 10",
        ]
    );
}

fn of_environment(given: &[(&str, &str)]) -> Result<Layer, Faults> {
    Layer::of_environment(given.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())), NAMES)
}

#[test]
fn a_variable_like_ours_that_there_is_not_is_told_with_the_nearest() {
    let faults = of_environment(&[
        ("WINWARDEN_PROFLE", "observe"),
        ("winwarden_profile", "observe"),
        ("WINWARDEN_LIMITS_LAUNCH", "3"),
        ("WINWARDEN_XYZ", ""),
        ("WINWARDEN_LIMITS_LAUNCHES", "none"),
    ]);
    let told: Vec<String> = faults.unwrap_err().0.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "WINWARDEN_LIMITS_LAUNCHES: `limits.launches` is a whole number from 0 to 1000000, or \"unlimited\"",
            "WINWARDEN_PROFLE: there is no such setting; did you mean `WINWARDEN_PROFILE`?",
            "winwarden_profile: there is no such setting; did you mean `WINWARDEN_PROFILE`?",
            "WINWARDEN_LIMITS_LAUNCH: there is no such setting; did you mean `WINWARDEN_LIMITS_LAUNCHES`?",
            "WINWARDEN_XYZ: there is no such setting",
        ]
    );
    let others =
        of_environment(&[("WINWARDEN_HOME", "x"), ("WINWARDEN_TEST_X", "x"), ("PATH", "x"), ("Ä", "")]);
    assert!(others.unwrap().values.is_empty());
}

#[test]
fn a_stop_key_is_one_that_can_stop() {
    for key in
        ["A", "Shift+A", "Ctrl", "Alt+Shift", "Enter", "Shift+Delete", "Win+L", "Ctrl+Alt+Del", "Shift"]
    {
        let told = faults(&format!("stop_key = \"{key}\"")).join("");
        assert!(told.starts_with("1: `stop_key`: `") && told.contains("`Ctrl+Alt+Pause`"), "{key}: {told}");
    }
    for key in ["Ctrl+Alt+Pause", "Pause", "F12", "Ctrl+A", "Win+K", "Ctrl+Delete", "Shift+F5", "Ctrl+L"] {
        let source = format!("stop_key = \"{key}\"");
        assert_eq!(file(Origin::User, &source).values["stop_key"], Value::Text(key.into()));
    }
}

#[test]
fn what_differs_in_case_alone_is_near_and_no_toolset_at_all_is_none() {
    assert_eq!(
        faults("Profile = \"lab\"\ntoolsets = [\"CORE\"]\nlog_level = \"WARN\"\n[LIMITS]\nlaunches = 1\n"),
        [
            "1: there is no setting `Profile`; did you mean `profile`?",
            "2: `CORE` is not a toolset; did you mean `core`?",
            "3: `WARN` is no value of `log_level`; did you mean `warn`?",
            "4: there is no setting `LIMITS`; did you mean `limits`?",
        ]
    );
    let empty = "`toolsets` is empty, so no tool would be offered; accepted: \"core\", \"desktop\", \"all\"";
    assert_eq!(faults("toolsets = []"), [format!("1: {empty}")]);
    let given = [(Setting::named("toolsets").unwrap(), String::new())];
    let told = Layer::of_texts(Origin::Environment, given, Setting::variable, NAMES).unwrap_err();
    assert_eq!(told.to_string(), format!("WINWARDEN_TOOLSETS: {empty}"));
    assert!(Layer::of_file(Origin::User, "a.toml", "tools = []\nexclude_tools = []", NAMES).is_ok());
}

#[test]
fn only_what_is_near_is_named() {
    for (text, meant) in [
        ("[limits]\nfoo = 1", None),
        ("[limits]\nlaunchs = 1", Some("limits.launches")),
        ("[limit]\nlaunches = 1", Some("limits")),
        ("launches = 1", Some("limits.launches")),
        ("tools = [\"nope\"]", None),
    ] {
        let told = faults(text).join("");
        let expected = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
        assert!(told.ends_with(&expected) && told.contains("did you mean") == meant.is_some(), "{told}");
    }
}

#[test]
fn keys_of_the_environment_are_separated_by_commas_and_keep_a_space_at_the_end() {
    let given = [
        ("WINWARDEN_REGISTRY_ROOTS", "read 3 HKCU\\Software, read_write 2 HKCU\\A B"),
        ("WINWARDEN_REGISTRY_DENIED", "HKLM\\x ,HKLM\\y"),
    ];
    let (settings, _) = merge(&[of_environment(&given).unwrap()]);
    let roots: Vec<String> = settings.registry.roots.concat().iter().map(ToString::to_string).collect();
    assert_eq!(roots, ["read 3 HKEY_CURRENT_USER\\Software", "read_write 2 HKEY_CURRENT_USER\\A B"]);
    let denied: Vec<String> = settings.registry.denied.iter().map(ToString::to_string).collect();
    assert_eq!(denied, ["HKEY_LOCAL_MACHINE\\x ", "HKEY_LOCAL_MACHINE\\y"]);
}

#[test]
fn the_most_specific_source_counts() {
    let environment = of_environment(&[("WINWARDEN_LIMITS_LAUNCHES", "4")]);
    let layers = [file(Origin::User, "[limits]\nlaunches = 3\ncooldown_ms = 5\n"), environment.unwrap()];
    let (settings, effective) = merge(&layers);
    assert_eq!(settings.limits.launches, Amount::Most(4));
    assert_eq!(effective["limits.launches"].origin, Origin::Environment);
    assert_eq!(effective["limits.cooldown_ms"].origin, Origin::User);
    assert_eq!(effective["profile"].origin, Origin::Default);
}

#[test]
fn the_machine_bounds_every_source_in_every_setting() {
    // For each setting: what the machine says, what a person asks for, what holds.
    let cases = [
        ("profile", "\"assistant\"", "\"lab\"", "\"assistant\""),
        ("profile", "\"lab\"", "\"observe\"", "\"observe\""),
        ("toolsets", "[\"core\"]", "[\"core\", \"desktop\"]", "[\"core\"]"),
        ("toolsets", "[\"core\"]", "[\"all\"]", "[\"core\"]"),
        ("toolsets", "[\"all\"]", "[\"core\"]", "[\"core\"]"),
        ("exclude_tools", "[\"click\"]", "[\"screenshot\"]", "[\"screenshot\", \"click\"]"),
        ("pictures", "false", "true", "false"),
        ("pictures", "true", "false", "false"),
        ("pictures", "true", "true", "true"),
        ("dry_run", "true", "false", "true"),
        ("dry_run", "false", "false", "false"),
        ("badge", "true", "false", "true"),
        ("badge", "false", "true", "true"),
        ("acknowledge", "[]", "[\"other_users\"]", "[]"),
        ("log_level", "\"info\"", "\"debug\"", "\"debug\""),
        (
            "workspace.keys",
            r"['HKCU\Software\App']",
            r"['hkcu\software\app\x', 'HKCU\Software\Other']",
            r#"["HKEY_CURRENT_USER\\software\\app\\x"]"#,
        ),
        (
            "workspace.keys",
            r"['HKCU\Software\App', 'HKCU\Software\B', 'HKLM\Software']",
            r"['HKCU\Software', 'HKLM\Software']",
            r#"["HKEY_CURRENT_USER\\Software\\App", "HKEY_CURRENT_USER\\Software\\B", "HKEY_LOCAL_MACHINE\\Software"]"#,
        ),
        ("workspace.applications", "[\"a.exe\"]", "[\"A.EXE\", \"b.exe\"]", "[\"A.EXE\"]"),
        (
            "workspace.applications",
            "['a.exe']",
            "['C:\\x\\A.exe', 'C:\\a.exe\\b.exe']",
            r#"["C:\\x\\A.exe"]"#,
        ),
        (
            "workspace.applications",
            "['C:\\x\\a.exe', 'D:\\a.exe']",
            "['A.exe']",
            r#"["C:\\x\\a.exe", "D:\\a.exe"]"#,
        ),
        ("workspace.applications", "['C:\\x\\a.exe']", "['C:\\y\\a.exe']", "[]"),
        ("workspace.applications", "['a.exe', 'C:\\a.exe']", "['a.exe']", "[\"a.exe\"]"),
        ("protected.applications", "[\"a.exe\"]", "[]", "[\"a.exe\"]"),
        ("approvals.channels", "[\"dialog\"]", "[\"elicitation\", \"dialog\"]", "[\"dialog\"]"),
        ("approvals.trust_client_elicitation", "false", "true", "false"),
        ("limits.launches", "5", "9", "5"),
        ("limits.launches", "5", "\"unlimited\"", "5"),
        ("limits.launches", "\"unlimited\"", "7", "7"),
        ("limits.launches", "5", "2", "2"),
        ("limits.cooldown_ms", "100", "50", "100"),
        ("limits.cooldown_ms", "100", "300", "300"),
        ("limits.idle_minutes", "20", "5", "20"),
        ("limits.idle_minutes", "20", "90", "90"),
        ("registry.level", "\"read_only\"", "\"admin\"", "\"read_only\""),
        (
            "registry.roots",
            r#"["read 2 HKLM"]"#,
            r#"["admin 3 HKCU"]"#,
            r#"["admin 3 HKEY_CURRENT_USER"] within ["read 2 HKEY_LOCAL_MACHINE"]"#,
        ),
        ("registry.roots", r#"["read 2 HKLM"]"#, r#"["read 2 HKLM:"]"#, r#"["read 2 HKEY_LOCAL_MACHINE"]"#),
        (
            "registry.denied",
            r#"["HKLM"]"#,
            r#"["HKCU", "hklm"]"#,
            r#"["HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"]"#,
        ),
        ("registry.max_depth", "2", "5", "2"),
    ];
    for (name, machine, user, holds) in cases {
        let one = |origin, value: &str| {
            let line = match name.split_once('.') {
                Some((table, key)) => format!("[{table}]\n{key} = {value}"),
                None => format!("{name} = {value}"),
            };
            file(origin, &line)
        };
        let (_, effective) = merge(&[one(Origin::Machine, machine), one(Origin::User, user)]);
        assert_eq!(effective[name].value.to_string(), holds, "{name}: {machine}, {user}");
    }
}

/// A narrower and a wider value of a setting, as TOML; none where neither is.
fn narrow_and_wide(setting: &Setting) -> Option<(String, String)> {
    let list = |text: &str| format!("['{text}']");
    let (less, more) = match setting.form {
        Form::Switch => ("false".into(), "true".into()),
        Form::Number { least, most, .. } => (least.to_string(), most.to_string()),
        Form::Choice(known) => (format!("'{}'", known[0]), format!("'{}'", known[1])),
        Form::Choices(known) => ("[]".into(), list(known[0])),
        Form::Toolsets => (list("core"), list("all")),
        Form::Tools => ("[]".into(), list("click")),
        Form::Programs => ("[]".into(), list("a.exe")),
        Form::Keys => ("[]".into(), list("HKCU\\Software")),
        Form::Roots => ("[]".into(), list("read 1 HKCU\\Software")),
        Form::Text | Form::Chord => return None,
    };
    match setting.narrower {
        Narrower::Earlier | Narrower::Less => Some((less, more)),
        Narrower::More => Some((more, less)),
        Narrower::Is(narrow) => Some(if narrow { (more, less) } else { (less, more) }),
        Narrower::Selected | Narrower::Neither => None,
    }
}

#[test]
fn of_each_setting_that_has_a_direction_nobody_has_more_than_the_machine_allows() {
    let without: Vec<&str> = SETTINGS
        .iter()
        .filter(|setting| narrow_and_wide(setting).is_none())
        .map(|setting| setting.name)
        .collect();
    assert_eq!(without, ["tools", "stop_key", "log_level"]);
    for setting in SETTINGS {
        let Some((narrow, wide)) = narrow_and_wide(setting) else { continue };
        let line = |value: &str| match setting.place() {
            ("", key) => format!("{key} = {value}"),
            (table, key) => format!("[{table}]\n{key} = {value}"),
        };
        let of = |layers: &[Layer]| merge(layers).1.remove(setting.name).unwrap();
        let alone = of(&[file(Origin::User, &line(&narrow))]).value;
        let both = [file(Origin::Machine, &line(&narrow)), file(Origin::User, &line(&wide))];
        let held = of(&both);
        // Of roots both lists stand there, and each has to permit a key.
        let is_held = held.value == alone || matches!(&held.value, Value::Roots(lists) if lists.len() == 2);
        assert!(is_held, "{}: {}", setting.name, held.value);
        assert!(held.origin == Origin::Machine && held.asked.is_some(), "{}", setting.name);
        let both = [file(Origin::Machine, &line(&wide)), file(Origin::User, &line(&narrow))];
        let kept = of(&both);
        let is_kept = kept.value == alone || matches!(&kept.value, Value::Roots(lists) if lists.len() == 2);
        assert!(is_kept, "{}: {}", setting.name, kept.value);
    }
}

#[test]
fn a_machine_that_allows_less_than_a_default_lowers_it_and_says_so() {
    let (settings, effective) =
        merge(&[file(Origin::Machine, "profile = \"observe\"\n[limits]\nlaunches = 3")]);
    assert_eq!((settings.profile, settings.limits.launches), (Profile::Observe, Amount::Most(3)));
    assert_eq!(effective["profile"].origin, Origin::Machine);
    let (settings, _) = merge(&[file(Origin::Machine, "profile = \"lab\"\n[limits]\nlaunches = 300")]);
    assert_eq!((settings.profile, settings.limits.launches), (Profile::Assistant, Amount::Most(10)));
}

#[test]
fn a_lab_has_no_limits_but_those_that_someone_sets() {
    let (settings, _) = merge(&[file(Origin::User, "profile = \"lab\"\n[limits]\nlaunches = 3")]);
    assert_eq!(settings.limits.launches, Amount::Most(3));
    assert_eq!(settings.limits.reads_per_minute, Amount::Unlimited);
    assert!(settings.limits.cooldown.is_zero());
    let (bounded, _) =
        merge(&[file(Origin::Machine, "[limits]\nlaunches = 2"), file(Origin::User, "profile = \"lab\"")]);
    assert_eq!(bounded.limits.launches, Amount::Most(2));
}

#[test]
fn the_template_is_a_valid_file_and_so_it_is_with_every_line_in_force() {
    let text = template();
    assert_eq!(file(Origin::User, &text).values.len(), 0);
    let in_force: String = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let layer = file(Origin::User, &in_force);
    assert_eq!(layer.values.len(), SETTINGS.len());
    for setting in SETTINGS {
        assert_eq!(layer.values[setting.name], default_value(setting), "{}", setting.name);
    }
}

#[test]
fn the_template_tells_what_each_setting_is_in_lines_of_a_width() {
    let text = template();
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (_, settings) = text.split_once("\n\n").unwrap();
    let told: Vec<&str> = settings.lines().filter_map(|line| line.strip_prefix("# ")).collect();
    let told_words = words(&told.join(" "));
    for setting in SETTINGS {
        let doc = words(setting.doc);
        assert!(told_words.windows(doc.len()).any(|part| *part == doc[..]), "{}", setting.name);
    }
    assert!(
        told.iter().all(|line| line.chars().count() <= 96 && line.trim() == *line && !line.is_empty()),
        "{told:#?}"
    );
    // A line ends where the next word would not fit.
    let full = told.windows(2).filter(|two| {
        let next = two[1].split(' ').next().map_or(0, |word| word.chars().count());
        two[0].chars().count() + 1 + next > 96
    });
    assert!(full.count() > 10);
}

#[test]
fn the_schema_describes_every_setting() {
    let schema = json_schema(NAMES);
    for setting in SETTINGS {
        let pointer = match setting.place() {
            ("", key) => format!("/properties/{key}"),
            (table, key) => format!("/properties/{table}/properties/{key}"),
        };
        assert!(
            schema.pointer(&pointer).is_some_and(|schema| schema["description"].is_string()),
            "{pointer}"
        );
    }
}

#[test]
fn what_is_a_table_is_not_given_as_a_value_nor_inside_another() {
    assert_eq!(faults("limits = 3"), ["1: `limits` is a table: `[limits]`"]);
    assert_eq!(
        faults("[limits.limits]\nlaunches = 3"),
        ["1: there is no setting `limits.limits`; did you mean `limits`?"]
    );
}
