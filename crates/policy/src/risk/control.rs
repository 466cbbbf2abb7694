//! Controls and questions, by their words.

use model::ui::Role;

use super::{
    RiskSet,
    table::{Meaning, Mode, Table, table},
    words::{Phrases, Reading, read, read_id, stands_alone},
};

/// Longest name of a link that is taken for an act, in half words (an ideograph is about half a word): what is longer is
/// the heading of an article.
const LONGEST_LINK: usize = 14;

/// Most words of a phrase that is never the act.
pub(super) const LONGEST_NEVER: usize = 8;

/// What happens when an element of a role is clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Acting {
    /// It does what its name says.
    Always,
    /// So it does if its name is not a sentence.
    Link,
    /// It may be a part of something that acts (the text on a button) or drawn as such; or a thing with that name.
    Perhaps,
    /// It is looked at, chosen or written in.
    Never,
}

const fn acting(role: Role) -> Acting {
    match role {
        Role::Button | Role::SplitButton | Role::MenuItem => Acting::Always,
        Role::Hyperlink => Acting::Link,
        Role::Custom | Role::Group | Role::Image | Role::ListItem | Role::Text => Acting::Perhaps,
        Role::AppBar
        | Role::Calendar
        | Role::CheckBox
        | Role::ComboBox
        | Role::DataGrid
        | Role::DataItem
        | Role::Document
        | Role::Edit
        | Role::Header
        | Role::HeaderItem
        | Role::List
        | Role::Menu
        | Role::MenuBar
        | Role::Pane
        | Role::ProgressBar
        | Role::RadioButton
        | Role::ScrollBar
        | Role::SemanticZoom
        | Role::Separator
        | Role::Slider
        | Role::Spinner
        | Role::StatusBar
        | Role::Tab
        | Role::Table
        | Role::TabItem
        | Role::Thumb
        | Role::TitleBar
        | Role::ToolBar
        | Role::ToolTip
        | Role::Tree
        | Role::TreeItem
        | Role::Window => Acting::Never,
    }
}

/// What a control does when it is clicked or invoked, by its role, its UI Automation id and its name.
pub fn of_control(role: Role, automation_id: &str, name: &str) -> RiskSet {
    let acting = acting(role);
    if acting == Acting::Never {
        return RiskSet::NONE;
    }
    let Some(table) = table() else { return RiskSet::all() };
    let name = read(name);
    let said = name.both().map(|words| of_name(table, role, acting, words, name.ellipsis));
    let coded = match acting {
        Acting::Always | Acting::Link => of_id(table, automation_id),
        Acting::Perhaps | Acting::Never => RiskSet::NONE,
    };
    said.fold(coded, RiskSet::union)
}

/// What a dialog asks about or warns of, by its text.
pub fn of_question(text: &str) -> RiskSet {
    let Some(table) = table() else { return RiskSet::all() };
    let found = |words: &Vec<String>| {
        found(&table.names, words, |_, _, mode| matches!(mode, Mode::Word | Mode::Start | Mode::Text))
    };
    read(text).both().map(found).fold(RiskSet::NONE, RiskSet::union)
}

/// Whether a button of that name says yes to what its dialog asks.
#[must_use]
pub fn confirms(name: &str) -> bool {
    let Some(table) = table() else { return true };
    let whole = |words: &Vec<String>| {
        table.confirm.at(words).any(|(length, ())| is_tail(words.get(length..).unwrap_or_default()))
    };
    Reading::both(&read(name)).any(whole)
}

/// Whether a button of that UI Automation id says yes: the command ids of message boxes and task dialogs.
#[must_use]
pub fn confirms_id(automation_id: &str) -> bool {
    table().is_none_or(|table| table.confirm_ids.iter().any(|id| id == automation_id))
}

fn of_name(table: &Table, role: Role, acting: Acting, words: &[String], ellipsis: bool) -> RiskSet {
    if acting == Acting::Link && half_words(words) > LONGEST_LINK {
        return RiskSet::NONE;
    }
    found(&table.names, words, |start, length, mode| {
        let whole = || start == 0 && is_tail(words.get(length..).unwrap_or_default());
        let opens_dialog = || ellipsis || role == Role::Button;
        match (acting, mode) {
            (Acting::Never, _) | (_, Mode::Text) => false,
            (_, Mode::Dialog) => opens_dialog() && whole(),
            (Acting::Perhaps, Mode::Word | Mode::Start | Mode::Whole) | (_, Mode::Whole) => whole(),
            (Acting::Always | Acting::Link, Mode::Start) => start == 0,
            (Acting::Always | Acting::Link, Mode::Word) => true,
        }
    })
}

fn of_id(table: &Table, id: &str) -> RiskSet {
    let words = read_id(id);
    let in_one = |word: &String| {
        // `btndelete`, `deletebutton`
        let bare = ["btn", "button", "cmd", "menuitem", "mnu"]
            .iter()
            .find_map(|affix| word.strip_prefix(affix).or_else(|| word.strip_suffix(affix)));
        bare.map_or(RiskSet::NONE, |bare| found(&table.ids, &[bare.to_owned()], |_, _, _| true))
    };
    words.iter().map(in_one).fold(found(&table.ids, &words, |_, _, _| true), RiskSet::union)
}

/// The risks of the phrases that `counts` (beginning, number of words, mode), but for those inside of one that is never
/// the act.
fn found(
    phrases: &Phrases<Meaning>,
    words: &[String],
    counts: impl Fn(usize, usize, Mode) -> bool,
) -> RiskSet {
    let mut harmless = 0..0;
    phrases
        .all(words)
        .filter_map(|(start, length, meaning)| match *meaning {
            Meaning::Never => None,
            Meaning::Risk(risk, mode) => {
                if !harmless.contains(&start) {
                    harmless = harmless_from(phrases, words, start);
                }
                let inside = harmless.contains(&start) && start + length <= harmless.end;
                (!inside && counts(start, length, mode)).then_some(risk)
            }
        })
        .collect::<RiskSet>()
}

/// The longest phrase that covers word `at` and is never the act; empty where there is none.
fn harmless_from(phrases: &Phrases<Meaning>, words: &[String], at: usize) -> std::ops::Range<usize> {
    (at.saturating_sub(LONGEST_NEVER)..=at)
        .flat_map(|start| {
            phrases
                .at(words.get(start..).unwrap_or_default())
                .filter(|(_, meaning)| **meaning == Meaning::Never)
                .map(move |(length, _)| start..start + length)
        })
        .filter(|range| range.contains(&at))
        .max_by_key(|range| range.end)
        .unwrap_or(0..0)
}

/// Whether nothing stands there but a shortcut, an accelerator's letter or a number.
fn is_tail(words: &[String]) -> bool {
    words.iter().all(|word| {
        let mut chars = word.chars();
        let single = matches!((chars.next(), chars.next()), (Some(c), None) if c.is_ascii_alphabetic());
        single
            || word.chars().all(|c| c.is_ascii_digit())
            || matches!(
                word.as_str(),
                "ctrl"
                    | "strg"
                    | "shift"
                    | "umschalt"
                    | "maj"
                    | "alt"
                    | "del"
                    | "entf"
                    | "suppr"
                    | "supr"
                    | "canc"
                    | "enter"
            )
    })
}

fn half_words(words: &[String]) -> usize {
    words.iter().map(|word| if word.chars().all(stands_alone) { 1 } else { 2 }).sum()
}
