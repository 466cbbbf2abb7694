//! `search_clsid`.

use model::{
    Operation, Outcome, RegistryKey, RegistrySearchRequest, SearchFor,
    registry::{RegistryHit, RegistryOutcome, RegistryPath, View},
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{TOOLSET, as_json};
use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    schema,
};

pub(super) struct SearchClsid;

/// Where classes are.
const CLASSES: &str = r"HKEY_LOCAL_MACHINE\SOFTWARE\Classes";
/// Hits of one search, whatever is asked for.
const MOST: u32 = 200;
/// Hits where nothing is said.
const USUAL: u32 = 50;

#[derive(Deserialize, JsonSchema)]
pub(super) struct Search {
    /// Part of the library's path, any case; empty for all
    dll_filter: Option<String>,
    /// At most 200
    #[schemars(range(min = 1), extend("default" = USUAL))]
    max_results: Option<u64>,
}

#[derive(Serialize, JsonSchema)]
struct Found<'a> {
    count: usize,
    items: Vec<Class<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Class<'a> {
    clsid: &'a str,
    dll_path: String,
    registry_path: &'a str,
}

impl Native for SearchClsid {
    type Arguments = Search;

    const ABOUT: About = About {
        name: "search_clsid",
        title: "Find COM classes by their library",
        description: "COM classes whose library (InprocServer32) has dll_filter in its path.",
        toolset: TOOLSET,
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(Search { dll_filter, max_results }: Search, check: &mut Check) -> Option<Plan> {
        let path = RegistryPath::parse(CLASSES).ok();
        if dll_filter.as_ref().is_some_and(|filter| filter.chars().count() > 1_000) {
            check.refuse_argument("dll_filter", "`dll_filter` is longer than 1000 characters");
        }
        let request = RegistrySearchRequest {
            key: RegistryKey { path: path?, view: View::W64 },
            sought: SearchFor::LibraryFor(dll_filter.unwrap_or_default()),
            limit: max_results.map_or(USUAL, |most| u32::try_from(most).map_or(MOST, |most| most.min(MOST))),
            max_keys: 100_000,
            cursor: None,
        };
        Some(Plan::new(Operation::RegistrySearch(request), None))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Registry(outcome) = outcome else { return None };
        let RegistryOutcome::Found { hits, .. } = &**outcome else { return None };
        let items: Vec<Class<'_>> = hits.iter().filter_map(class).collect();
        as_json(&Found { count: items.len(), items })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Found<'static>>())
    }
}

fn class(hit: &RegistryHit) -> Option<Class<'_>> {
    let RegistryHit { path, value, clsid } = hit;
    let dll_path = value.as_ref()?.data.as_ref()?.as_text()?;
    Some(Class { clsid: clsid.as_deref()?, dll_path, registry_path: path })
}
