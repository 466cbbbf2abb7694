use super::*;
use crate::config::{Layer, Names, Origin};

const AUTOMATION: &str = r#"{
  "security": {
    "safe_mode": false,
    "require_confirmation": true,
    "audit_logging": true,
    "command_filtering": true,
    "resource_limits": true,
    "permission_validation": true
  }
}"#;

fn read(source: &str) -> Imported {
    import("file", source).unwrap()
}

/// What each setting became, and whether what was written is a `winwarden.toml`.
fn steps(source: &str) -> Vec<String> {
    let imported = read(source);
    let tools =
        ["app_launch", "window_control", "clipboard_read", "clipboard_write", "click", "element_action"];
    let names = Names { toolsets: &["core", "desktop"], tools: &tools };
    Layer::of_file(Origin::User, "winwarden.toml", &imported.toml(), names).unwrap();
    imported.steps.iter().map(Step::to_string).collect()
}

fn faults(source: &str) -> String {
    import("file", source).unwrap_err().to_string()
}

fn holds(steps: &[String], parts: &[&str]) {
    assert!(steps.iter().any(|step| parts.iter().all(|part| step.contains(part))), "{parts:?}: {steps:#?}");
}

#[test]
fn each_switch_of_the_security_block_gets_its_plain_meaning() {
    let recommended = steps(AUTOMATION);
    assert_eq!(recommended.len(), 6);
    holds(&recommended, &["line 4: `require_confirmation` true -> profile = \"assistant\""]);
    holds(&recommended, &["line 5: `audit_logging` true -> nothing to set"]);
    assert_eq!(read(AUTOMATION).losses(), 0);
    assert!(read(AUTOMATION).toml().ends_with("profile = \"assistant\"\n"));
    let with = |name: &str, on: bool| {
        let old = format!("\"{name}\": {}", !on);
        let changed = AUTOMATION.replace(&old, &format!("\"{name}\": {on}"));
        assert_ne!(changed, AUTOMATION, "{name}");
        changed
    };
    let safe = with("safe_mode", true);
    assert!(read(&safe).toml().ends_with("profile = \"observe\"\n"), "{}", read(&safe).toml());
    let limits = read(&with("resource_limits", false)).toml();
    assert!(
        limits.contains("reads_per_minute = \"unlimited\"")
            && limits.contains("cooldown_ms = 0")
            && !limits.contains("idle_minutes")
            && limits.matches(" = 0").count() == 1,
        "{limits}"
    );
    for (stricter, why) in [
        ("require_confirmation", "ask in every profile"),
        ("audit_logging", "not recorded"),
        ("command_filtering", "judged all the same"),
        ("permission_validation", "elevated programs"),
    ] {
        let imported = read(&with(stricter, false));
        holds(&steps(&with(stricter, false)), &[&format!("`{stricter}` false"), why]);
        assert_eq!(imported.losses(), 1, "{stricter}");
        assert!(!imported.toml().contains("lab"), "{stricter}");
    }
}

#[test]
fn tools_for_the_registry_that_were_excluded_stay_excluded() {
    let imported = import("config.toml", "[tools]\nexclude = [\"Registry\"]\n").unwrap();
    let toml = imported.toml();
    for verb in ["read", "list", "search", "export", "wait", "write", "import", "delete"] {
        assert!(toml.contains(&format!("\"registry_{verb}\"")), "{toml}");
    }
}

#[test]
fn a_name_that_stands_twice_is_a_fault_with_its_line() {
    for (source, line) in [
        ("{\n\"tools\": {},\n\"tools\": {}\n}", 3),
        ("{\"tools\": {\n\"exclude\": [],\n\"exclude\": [\"App\"]}}", 3),
        ("{\"allowed_roots\": [\n{\"path\": \"HKCU\\\\A\",\n\"path\": \"HKLM\\\\A\"}]}", 3),
    ] {
        let error = import("a.json", source).unwrap_err().to_string();
        assert!(error.contains("stands twice") && error.contains(&format!("a.json:{line}:")), "{error}");
    }
    assert!(allowed_paths("a.json", r#"{"allowed_roots": [], "allowed_roots": []}"#).is_err());
}

#[test]
fn tools_that_were_excluded_stay_excluded_under_our_names() {
    let source = "[server]\ntransport = \"stdio\"\nauth_key = \"s3cret\"\n\n[tools]\nexclude = [\n  \"App\",\n  \"clipboard\",\n  \"PowerShell\",\n  \"Teleport\",\n]\n";
    let steps = steps(source);
    holds(&steps, &["line 7:", "exclude_tools = [\"app_launch\", \"window_control\"]"]);
    holds(&steps, &["line 8:", "\"clipboard_read\", \"clipboard_write\""]);
    holds(&steps, &["line 9:", "nothing to set"]);
    holds(&steps, &["line 10:", "REFUSED"]);
    holds(&steps, &["line 3: `server.auth_key` -> left out"]);
    assert!(!steps.concat().contains("s3cret"));
    let toml = read(source).toml();
    assert!(
        toml.contains(
            "exclude_tools = [\"app_launch\", \"window_control\", \"clipboard_read\", \"clipboard_write\"]"
        ),
        "{toml}"
    );
}

#[test]
fn what_is_of_http_is_refused_where_it_is_in_use() {
    let source = "[server]\ntransport = \"streamable-http\"\nport = 8000\n[security]\nip_allowlist = [\"10.0.0.0/8\"]\n";
    assert_eq!(read(source).losses(), 3);
    let over_stdio = source.replace("transport = \"streamable-http\"\n", "");
    assert_eq!(read(&over_stdio).losses(), 0);
}

#[test]
fn a_table_that_two_servers_have_is_known_by_what_stands_in_it() {
    for (source, server) in [
        // A name of the other table of Windows-MCP says nothing here.
        ("[security]\nport = 1\n", "mcp-windows-automation"),
        ("[security]\nip_allowlist = []\n", "Windows-MCP"),
        ("[security]\noauth_client_id = \"a\"\n", "Windows-MCP"),
        ("[security]\nsafe_mode = true\n", "mcp-windows-automation"),
    ] {
        assert_eq!(read(source).server, server, "{source}");
    }
}

#[test]
fn a_security_block_gets_its_meaning_whatever_stands_beside_it() {
    let block = "[security]\nsafe_mode = true\nrequire_confirmation = true\nip_allowlist = []\nmood = 1\n";
    let source = format!(
        "[server]\ntransport = \"stdio\"\n[tools]\nexclude = [\"Click\"]\n{block}[logging]\nlevel = 1\n"
    );
    let all = steps(&source);
    for parts in [
        ["line 4:", "exclude_tools = [\"click\", \"element_action\"]"],
        ["line 6: `safe_mode` true", "profile = \"observe\""],
        ["line 7: `require_confirmation` true", "nothing to set"],
        ["line 8:", "left out"],
        ["line 9: `security.mood`", "REFUSED"],
        ["line 10: `logging`", "REFUSED"],
    ] {
        holds(&all, &parts);
    }
    assert_eq!(read(&source).losses(), 2);
    let paths = read("{\"allowed_roots\": [{\"path\": \"HKCU\"}], \"security\": {\"safe_mode\": true}}");
    assert_eq!(paths.losses(), 0);
    assert!(
        paths.toml().contains("profile = \"observe\"\n") && paths.toml().contains("roots = ["),
        "{}",
        paths.toml()
    );
    // And where it is not in a block.
    assert_eq!(read("{\"safe_mode\": true}").toml().lines().last(), Some("profile = \"observe\""));
}

const PATHS: &str = r#"{
  // comments and trailing commas are accepted there
  "allowed_roots": [
    { "path": "HKEY_CURRENT_USER\\Software\\MyApp", "access": "READ_write", "maxDepth": 5 },
    { "path": "HKLM\\SOFTWARE" },
  ],
  "deniedPaths": ["HKEY_LOCAL_MACHINE\\SAM", /* and */ "HKCU\\Software\\MyApp\\Keys"],
}"#;

#[test]
fn roots_and_denials_of_the_registry_become_ours() {
    let steps = steps(PATHS);
    assert_eq!(read(PATHS).losses(), 0);
    assert!(!steps.concat().contains("no allowed roots"));
    holds(&steps, &["line 4: allowed root", "read_write 5 HKEY_CURRENT_USER"]);
    holds(&steps, &["line 5: allowed root", "read 2 HKEY_LOCAL_MACHINE"]);
    holds(&steps, &["line 7: denied path", "registry.denied = [\"HKEY_LOCAL_MACHINE\\\\SAM\"]"]);
    let toml = read(PATHS).toml();
    assert!(toml.contains("[registry]\nroots = [\"read_write 5 HKEY_CURRENT_USER"), "{toml}");
    assert!(toml.contains("read 2 HKEY_LOCAL_MACHINE\\\\SOFTWARE"), "{toml}");
    assert!(toml.contains("MyApp\\\\Keys\"]"), "{toml}");
}

#[test]
fn remarks_stand_anywhere_and_other_names_are_told() {
    let of = |name: &str| format!("{{\"allowed_roots\": [{{\"path\": \"HKCU\\\\A\", \"{name}\": \"x\"}}]}}");
    assert_eq!(read(&of("$comment")).losses(), 0);
    assert_eq!(read(&of("_note")).losses(), 0);
    assert_eq!(read(&of("note")).losses(), 1);
}

#[test]
fn the_same_file_is_read_as_rules() {
    let AllowedPaths { roots, denied } = allowed_paths("file", PATHS).unwrap();
    let roots: Vec<String> = roots.iter().map(ToString::to_string).collect();
    let expected = [r"read_write 5 HKEY_CURRENT_USER\Software\MyApp", r"read 2 HKEY_LOCAL_MACHINE\SOFTWARE"];
    assert_eq!((roots.iter().map(String::as_str).collect::<Vec<_>>(), denied.len()), (expected.to_vec(), 2));
    for empty in ["{}", "{\"denied_paths\": []}", "{\"allowed_roots\": [], \"$schema\": \"x\"}"] {
        let read = allowed_paths("file", empty).unwrap();
        assert_eq!(read, AllowedPaths { roots: Vec::new(), denied: Vec::new() }, "{empty}");
    }
    for bad in
        ["{\"deny\": []}", "{\"allowed_roots\": [{\"path\": \"HKCU\", \"depth\": 1}]}", "", "[]", "null"]
    {
        assert!(allowed_paths("file", bad).is_err(), "{bad}");
    }
}

#[test]
fn without_allowed_roots_nothing_is_allowed() {
    let toml = read("{\"denied_paths\": []}").toml();
    assert!(toml.contains("roots = []"), "{toml}");
}

#[test]
fn a_file_that_is_wrong_or_unknown_is_told_with_its_line() {
    for (source, part) in [
        ("{\n \"security\": {\"safe_mode\": \"yes\"}}", "file:2:1: `safe_mode` is `true` or `false`"),
        ("{\n \"security\": true}", "file:2:1: `security` is an object"),
        ("[server]\ntransport = \"pipe\"", "file:2:1: `server.transport` is one of"),
        ("[server]\nport = \"many\"", "file:2:1: `server.port` is a whole number"),
        ("[tools]\nexclude = \"App\"", "file:2:1: `tools.exclude` is a list"),
        ("{\"allowed_roots\": [{\"path\": \"HKCU\", \"access\": \"all\"}]}", "`access` is one of"),
        ("{\"allowed_roots\": [{\"path\": \"HKCU\", \"max_depth\": 11}]}", "from 1 to 10"),
        ("{\"allowed_roots\": [{}]}", "has a `path`"),
        ("{\"denied_paths\": [1]}", "a denied path is a text"),
        ("{\"denied_paths\": [\n\"HKLM\\\\\\\\SAM\"]}", "file:2:1: a denied path: a key in it has no name"),
        ("{\"denied_paths\": [\"SAM\"]}", "a denied path: it does not begin with a hive"),
        ("{\"allowed_roots\": [{\"path\": \"HKXX\"}]}", "the key of an allowed root: it does not begin"),
        ("{\"denied_paths\": [], \"deniedPaths\": []}", "`deniedPaths` stands twice"),
        ("{\"mcpServers\": {}}", "none of the servers"),
        ("a = ", "file:1:"),
        ("{\"security\": {", "file:1:"),
        ("{security: {}}", "file:1:"),
        ("", "none of the servers"),
    ] {
        let faults = faults(source);
        assert!(faults.contains(part), "{source}: {faults}");
    }
}

#[test]
fn a_setting_that_nobody_knows_is_refused_and_not_dropped() {
    for source in [
        "{\"security\": {\"paranoia\": true}}",
        "{\"security\": {}, \"more\": 1}",
        "[server]\nmood = \"good\"",
        "[tools]\ninclude = []",
        "[other]\na = 1\n[tools]\n",
        "{\"denied_paths\": [], \"level\": \"ADMIN\"}",
    ] {
        assert_eq!(read(source).losses(), 1, "{source}");
    }
}
