//! Which tools are offered: those that are asked for, as far as the machine's file selects them too.
//!
//! Untrusted: what is asked for.
//! Guarantees: no tool that the machine's file does not select. Sets of tools are compared and not lists, of which an empty one
//! stands for all tools of the toolsets.
//! Does not: take away single tools and pictures, which every source may.

use std::{collections::BTreeMap, sync::Arc};

use model::tool::Tool;
use policy::config::{Effective, Layer, Origin, Settings, Value};
use tools::dialects::winreg;

/// Who asks, the most specific first.
const ASKING: [Origin; 3] = [Origin::CommandLine, Origin::Environment, Origin::User];

/// The tools that the machine's file selects; none where it says nothing of them.
pub fn bound(layers: &[Layer]) -> Option<Vec<String>> {
    let [tools, toolsets] = ["tools", "toolsets"].map(|name| list(layers, Origin::Machine, name));
    match (tools.filter(|tools| !tools.is_empty()), toolsets) {
        (Some(tools), _) => Some(tools.to_vec()),
        (None, Some(toolsets)) => Some(of_toolsets(toolsets)),
        (None, None) => None,
    }
}

/// Holds the tools that are asked for to those that the machine's file selects, and notes what that kept back.
pub fn hold(layers: &[Layer], settings: &mut Settings, effective: &mut BTreeMap<&'static str, Effective>) {
    let Some(bound) = bound(layers) else { return };
    let exact = list(layers, Origin::Machine, "tools").is_some_and(|tools| !tools.is_empty());
    let [tools, toolsets] = ["tools", "toolsets"]
        .map(|name| ASKING.into_iter().find_map(|origin| Some((list(layers, origin, name)?, origin))));
    let asked = match (tools.filter(|(tools, _)| !tools.is_empty()), toolsets) {
        (Some((tools, origin)), _) => Some((tools.to_vec(), origin)),
        // Of toolsets that are asked for, those of the machine's are in force already.
        (None, _) if !exact => return,
        (None, Some((toolsets, origin))) => Some((of_toolsets(toolsets), origin)),
        (None, None) => None,
    };
    let left: Vec<String> = match &asked {
        Some((asked, _)) => asked.iter().filter(|tool| bound.contains(tool)).cloned().collect(),
        None => bound,
    };
    if asked.as_ref().is_some_and(|(asked, _)| *asked == left) {
        return;
    }
    if left.is_empty() {
        settings.toolsets.clear();
        note(effective, "toolsets", Vec::new(), None);
    }
    settings.tools.clone_from(&left);
    note(effective, "tools", left, asked);
}

/// Of the tools of a dialect those of which the native tool that does the same is neither excluded nor left out by the machine.
pub fn of_dialect(
    mut spoken: Vec<Arc<dyn Tool>>,
    excluded: &[String],
    layers: &[Layer],
) -> Vec<Arc<dyn Tool>> {
    let bound = bound(layers);
    let is_in = |list: &[String], name: &str| list.iter().any(|listed| listed == name);
    let offered =
        |name: &str| !is_in(excluded, name) && bound.as_ref().is_none_or(|bound| is_in(bound, name));
    spoken.retain(|tool| winreg::native_name(tool.card().name).is_none_or(offered));
    spoken
}

/// What a source gives for one of the two settings.
fn list<'a>(layers: &'a [Layer], origin: Origin, name: &str) -> Option<&'a [String]> {
    layers.iter().filter(|layer| layer.origin == origin).find_map(|layer| match layer.values.get(name) {
        Some(Value::Texts(texts)) => Some(texts.as_slice()),
        _ => None,
    })
}

/// The tools of some toolsets, which were found to exist when they were read.
fn of_toolsets(toolsets: &[String]) -> Vec<String> {
    let tools = tools::select(toolsets, None, &[], false).unwrap_or_default();
    tools.iter().map(|tool| tool.card().name.to_owned()).collect()
}

fn note(
    effective: &mut BTreeMap<&'static str, Effective>,
    name: &'static str,
    value: Vec<String>,
    asked: Option<(Vec<String>, Origin)>,
) {
    let asked = asked.map(|(asked, origin)| (Value::Texts(asked), origin));
    let asked = asked.or_else(|| effective.remove(name).and_then(|before| before.asked));
    effective.insert(name, Effective { value: Value::Texts(value), origin: Origin::Machine, asked });
}

#[cfg(test)]
mod tests {
    use policy::config::{Names, merge};

    use super::*;
    use crate::config::names;

    fn layer(origin: Origin, toml: &str) -> Layer {
        let (toolsets, tools) = names();
        let names = Names { toolsets: &toolsets, tools: &tools };
        Layer::of_file(origin, "winwarden.toml", toml, names).unwrap()
    }

    /// What is offered, comma-separated, and what `config show` says of `toolsets` and `tools`.
    fn held(machine: &str, asked: &str, origin: Origin) -> (String, [Effective; 2]) {
        let layers = [layer(Origin::Machine, machine), layer(origin, asked)];
        let (mut settings, mut effective) = merge(&layers);
        hold(&layers, &mut settings, &mut effective);
        let only = (!settings.tools.is_empty()).then_some(settings.tools.as_slice());
        let offered = tools::select(&settings.toolsets, only, &settings.exclude_tools, false).unwrap();
        let offered: Vec<&str> = offered.iter().map(|tool| tool.card().name).collect();
        (offered.join(","), ["toolsets", "tools"].map(|name| effective[name].clone()))
    }

    #[test]
    fn nobody_adds_to_the_tools_that_the_machine_selects() {
        let desktop = of_toolsets(&["desktop".to_owned()]).join(",");
        let default = of_toolsets(&["core".to_owned(), "desktop".to_owned()]).join(",");
        let asked = [
            // The machine's file, what is asked for, what is offered.
            ("tools = ['find']", "tools = ['click']", ""),
            ("tools = ['find', 'click']", "tools = ['click', 'scroll']", "click"),
            ("tools = ['find', 'click']", "tools = []", "find,click"),
            ("tools = ['find', 'click']", "", "find,click"),
            ("tools = ['find', 'click']", "exclude_tools = ['find']", "click"),
            ("tools = ['find', 'click']\nexclude_tools = ['find']", "tools = ['find']", ""),
            ("tools = ['find', 'click', 'registry_read']", "toolsets = ['desktop']", "find,click"),
            ("tools = ['find', 'click', 'registry_read']", "toolsets = ['all']", "find,click,registry_read"),
            ("tools = ['registry_read']", "toolsets = ['desktop']", ""),
            ("toolsets = ['core']", "tools = ['click']", ""),
            ("toolsets = ['core']", "tools = ['status', 'click']", "status"),
            ("toolsets = ['core']", "toolsets = ['desktop']", ""),
            ("toolsets = ['desktop', 'registry']", "toolsets = ['core', 'desktop']", desktop.as_str()),
            ("toolsets = ['desktop']", "toolsets = ['all']", desktop.as_str()),
            ("toolsets = ['all']", "toolsets = ['desktop']", desktop.as_str()),
            ("toolsets = ['all']", "", default.as_str()),
            ("toolsets = ['all']", "tools = ['registry_read']", "registry_read"),
            ("tools = []", "tools = ['registry_read']", "registry_read"),
        ];
        for origin in ASKING {
            for (machine, asked, offered) in asked {
                assert_eq!(held(machine, asked, origin).0, offered, "{machine} {asked} {origin:?}");
            }
        }
    }

    #[test]
    fn a_dialect_has_the_tools_of_which_the_machine_selects_what_does_the_same() {
        let most = winreg::Most { values: 1, timeout_ms: 1 };
        for (machine, offered) in [
            ("tools = ['find', 'registry_read']", "read_value,get_key_info"),
            (
                "tools = ['registry_read', 'registry_delete']\nexclude_tools = ['registry_read']",
                "delete_value,delete_key",
            ),
            ("toolsets = ['core']", ""),
        ] {
            let layers = [layer(Origin::Machine, machine), layer(Origin::User, "toolsets = ['all']")];
            let excluded = merge(&layers).0.exclude_tools;
            let spoken = of_dialect(winreg::tools(most), &excluded, &layers);
            let names: Vec<&str> = spoken.iter().map(|tool| tool.card().name).collect();
            assert_eq!(names.join(","), offered, "{machine}");
        }
        assert_eq!(of_dialect(winreg::tools(most), &[], &[]).len(), 8);
    }

    #[test]
    fn what_is_kept_back_of_tools_is_told_and_what_is_not_is_not() {
        let told = |machine, asked| {
            let [toolsets, tools] = held(machine, asked, Origin::User).1;
            let told = |effective: Effective| {
                let asked = effective.asked.map(|(asked, _)| format!(" of {asked}")).unwrap_or_default();
                format!("{}{asked}, {}", effective.value, effective.origin.name())
            };
            [told(toolsets), told(tools)]
        };
        let default = r#"["core", "desktop"], default"#;
        for (machine, asked, toolsets, tools) in [
            ("tools = ['find']", "tools = ['click']", "[], machine", r#"[] of ["click"], machine"#),
            (
                "tools = ['find', 'click']",
                "tools = ['click', 'scroll']",
                default,
                r#"["click"] of ["click", "scroll"], machine"#,
            ),
            ("tools = ['find', 'click']", "tools = ['click']", default, r#"["click"], user"#),
            ("tools = ['find']", "", default, r#"["find"], machine"#),
            ("toolsets = ['core']", "toolsets = ['desktop']", r#"[] of ["desktop"], machine"#, "[], default"),
            ("toolsets = ['core']", "toolsets = ['core']", r#"["core"], user"#, "[], default"),
        ] {
            assert_eq!(told(machine, asked), [toolsets, tools], "{machine} {asked}");
        }
    }
}
