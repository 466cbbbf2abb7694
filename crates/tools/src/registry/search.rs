//! `registry_search`: keys and values below a key.

use std::fmt::Write as _;

use model::{
    Operation, Outcome, RegistrySearchRequest, SearchFor,
    registry::{RegistryHit, RegistryOutcome},
    tool::{Plan, Reply},
    ui::escape,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    data::value_type,
    form::ValueForm,
    key::KeyArguments,
    words::{SHORT, more, notes, tell, value},
};
use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    schema,
    structured::{entries, json},
    words::{count, one_line},
};

pub(crate) struct RegistrySearch;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    key: KeyArguments,
    /// Part of it, any case
    #[schemars(length(min = 1, max = 1_000))]
    text: Option<String>,
    /// Where to look for text; default: everywhere
    #[serde(rename = "in")]
    #[schemars(length(min = 1, max = 3))]
    places: Option<Vec<Place>>,
    /// Values of this type
    #[serde(rename = "type")]
    #[schemars(length(min = 1, max = 40))]
    kind: Option<String>,
    /// COM classes below path (HKLM\SOFTWARE\Classes) whose server's path has this; "" for all
    #[schemars(length(max = 1_000))]
    clsid_for: Option<String>,
    #[schemars(range(min = 1, max = 1_000), extend("default" = 100))]
    limit: Option<u32>,
    /// Keys to look into
    #[schemars(range(min = 1, max = 100_000), extend("default" = 10_000))]
    max_keys: Option<u32>,
    #[schemars(length(min = 1, max = 70_000))]
    cursor: Option<String>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    Keys,
    Names,
    Data,
}

#[derive(Serialize, JsonSchema)]
struct Form<'a> {
    hits: Vec<HitForm>,
    /// Keys that were looked into.
    keys: u32,
    /// Where to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct HitForm {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<ValueForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clsid: Option<String>,
}

impl From<&RegistryHit> for HitForm {
    fn from(hit: &RegistryHit) -> Self {
        let RegistryHit { path, value, clsid } = hit;
        Self { path: path.clone(), value: value.as_ref().map(ValueForm::from), clsid: clsid.clone() }
    }
}

impl Native for RegistrySearch {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "registry_search",
        title: "Search the registry",
        description: "Keys and values below a registry key: by text in names or data, by type, or COM classes by their server.",
        toolset: "registry",
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { key, text, places, kind, clsid_for, limit, max_keys, cursor, timeout_ms } = arguments;
        let given = [("text", text.is_some()), ("type", kind.is_some()), ("clsid_for", clsid_for.is_some())];
        let ways: Vec<&str> =
            given.iter().filter(|(path, is)| *is || check.is_faulty(path)).map(|(path, _)| *path).collect();
        match ways.as_slice() {
            [_] => {}
            [] => check.refuse("give `text`, `type` or `clsid_for`"),
            [first, second, ..] => {
                check.refuse(format!("`{first}` and `{second}` are given; only one of them can be sought"));
            }
        }
        if places.is_some() && text.is_none() {
            check.refuse_argument("in", "`in` goes with `text`");
        }
        let within = |place| places.as_ref().is_none_or(|places| places.contains(&place));
        let (keys, names, data) = (within(Place::Keys), within(Place::Names), within(Place::Data));
        let kind = kind.and_then(|kind| value_type(&kind, "type", check));
        let sought = match (text, kind, clsid_for) {
            (Some(text), ..) => Some(SearchFor::Text { text, keys, names, data }),
            (None, Some(kind), _) => Some(SearchFor::Type(kind)),
            (None, None, Some(server)) => Some(SearchFor::ClsidFor(server)),
            (None, None, None) => None,
        };
        let request = RegistrySearchRequest {
            key: key.key(check)?,
            sought: sought?,
            limit: limit.unwrap_or(100),
            max_keys: max_keys.unwrap_or(10_000),
            cursor,
        };
        Some(Plan::new(Operation::RegistrySearch(request), timeout_ms))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Registry(outcome) = outcome else { return None };
        let RegistryOutcome::Found { hits, keys, cursor, notes: said } = &**outcome else { return None };
        let looked = usize::try_from(*keys).map_or_else(|_| String::new(), |keys| count(keys, "key"));
        let mut text = format!("{} in {looked}", count(hits.len(), "hit"));
        for RegistryHit { path, value: found, clsid } in hits {
            let _ = write!(text, "\n{}", one_line(path));
            if let Some(clsid) = clsid {
                let _ = write!(text, "\n class {}", escape(clsid, 60));
            }
            if let Some(found) = found {
                let _ = write!(text, "\n {}", value(found, SHORT));
            }
        }
        let notes = notes(said);
        tell(&mut text, &notes);
        more(&mut text, cursor.as_ref());
        let form = Form { hits: entries(hits), keys: *keys, cursor: cursor.as_ref(), notes };
        Some(Reply { text, structured: json(&form), ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Form<'static>>())
    }
}
