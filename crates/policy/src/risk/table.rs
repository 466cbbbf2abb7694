//! The table of words, `data/risk.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::{
    Risk,
    words::{Phrases, read},
};

const SOURCE: &str = include_str!("../../data/risk.toml");

/// Nothing where the table cannot be read: whoever asks must then assume the worst.
static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| File::parse().ok().map(Table::new));

/// The table; read at the first call.
pub(super) fn table() -> Option<&'static Table> {
    TABLE.as_ref()
}

/// Where in a name a phrase counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    Word,
    Start,
    Whole,
    Dialog,
    Text,
}

/// What a phrase means: a risk, or that its words are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Risk(Risk, Mode),
    Never,
}

/// The table, ready to be searched.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) names: Phrases<Meaning>,
    pub(super) ids: Phrases<Meaning>,
    pub(super) confirm: Phrases<()>,
    pub(super) confirm_ids: Vec<String>,
}

type ByLanguage = BTreeMap<String, Vec<String>>;

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) risk: BTreeMap<Risk, BTreeMap<Mode, ByLanguage>>,
    pub(super) never: ByLanguage,
    pub(super) confirm: ByLanguage,
    glyph: BTreeMap<Risk, Vec<String>>,
    id: Ids,
    confirm_id: ConfirmIds,
}

#[derive(Debug, Deserialize)]
struct Ids {
    never: Vec<String>,
    #[serde(flatten)]
    risks: BTreeMap<Risk, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfirmIds {
    ids: Vec<String>,
}

impl File {
    pub(super) fn parse() -> Result<Self, toml::de::Error> {
        toml::from_str(SOURCE)
    }
}

fn phrase(text: &str) -> Vec<String> {
    read(text).words
}

impl Table {
    fn new(file: File) -> Self {
        let named = file.risk.iter().flat_map(|(risk, modes)| {
            modes.iter().flat_map(|(mode, languages)| {
                languages.values().flatten().map(|text| (phrase(text), Meaning::Risk(*risk, *mode)))
            })
        });
        let glyphs = file.glyph.iter().flat_map(|(risk, texts)| {
            texts.iter().map(|text| (phrase(text), Meaning::Risk(*risk, Mode::Word)))
        });
        let never = file.never.values().flatten().map(|text| (phrase(text), Meaning::Never));
        let ids = file.id.risks.iter().flat_map(|(risk, texts)| {
            texts.iter().map(|text| (phrase(text), Meaning::Risk(*risk, Mode::Word)))
        });
        let not_ids = file.id.never.iter().map(|text| (phrase(text), Meaning::Never));
        Self {
            names: Phrases::new(named.chain(glyphs).chain(never)),
            ids: Phrases::new(ids.chain(not_ids)),
            confirm: Phrases::new(file.confirm.values().flatten().map(|text| (phrase(text), ()))),
            confirm_ids: file.confirm_id.ids,
        }
    }
}
