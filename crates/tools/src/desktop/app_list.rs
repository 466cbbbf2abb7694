//! `app_list`: programs that can be launched by name.

use model::{
    AppInfo, AppListRequest, Operation, Outcome,
    tool::{Plan, Reply},
    ui::quote,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    schema,
    structured::{entries, json},
    words::count,
};

pub(crate) struct AppList;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// Part of the name
    #[schemars(length(max = 200))]
    query: Option<String>,
    #[schemars(range(min = 1, max = 500), extend("default" = 100))]
    limit: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Form {
    apps: Vec<Entry>,
    /// How many more there are.
    more: u32,
}

#[derive(Serialize, JsonSchema)]
struct Entry {
    name: String,
    target: String,
}

impl From<&AppInfo> for Entry {
    fn from(app: &AppInfo) -> Self {
        Self { name: app.name.clone(), target: app.target.clone() }
    }
}

impl Native for AppList {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "app_list",
        title: "List programs",
        description: "Names of installed programs that app_launch can start.",
        toolset: "desktop",
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, _: &mut Check) -> Option<Plan> {
        let Arguments { query, limit } = arguments;
        let request = AppListRequest { query, limit: limit.unwrap_or(100) };
        Some(Plan::new(Operation::AppList(request), None))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Apps(list) = outcome else { return None };
        let mut text = count(list.apps.len(), "program");
        if list.more > 0 {
            text.push_str(&format!(
                " of {}; narrow with query or raise limit",
                list.apps.len() as u64 + u64::from(list.more)
            ));
        }
        for app in &list.apps {
            text.push('\n');
            text.push_str(&quote(&app.name));
        }
        let structured = json(&Form { apps: entries(&list.apps), more: list.more });
        Some(Reply { text, structured, ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Form>())
    }
}
