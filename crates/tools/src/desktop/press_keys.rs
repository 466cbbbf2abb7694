//! `press_keys`: key combinations.

use model::{
    Operation, Outcome, PressKeysRequest,
    keys::{BadChord, Chord, NamedKey},
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    arguments::{Check, resembling},
    native::{About, Native, OPERATES},
    target::{TargetArguments, window},
    words::{acted, chords},
};

pub(crate) struct PressKeys;

/// Combinations in one call.
const MOST: usize = 20;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// e.g. Ctrl+Shift+S, or several: Alt+F A
    #[schemars(required, length(min = 1, max = 400))]
    keys: Option<String>,
    #[serde(flatten)]
    target: TargetArguments,
    /// Default: foreground
    #[schemars(length(min = 1, max = 500))]
    window: Option<String>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

impl Native for PressKeys {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "press_keys",
        title: "Press keys",
        description: "Press up to 20 key combinations: shortcuts, menu access keys, Enter, Escape, arrows, F1 to F24.",
        toolset: "desktop",
        hints: OPERATES,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { keys, target, window: place, timeout_ms } = arguments;
        if let (Some(way), true) = (target.ways("", check).first(), place.is_some()) {
            check.refuse(format!(
                "`{way}` and `window` are given; only one of them can say what gets the keys"
            ));
        }
        let target = target.optional("", check);
        let keys = combinations(&keys?, check);
        let request = PressKeysRequest { target, window: window(place), keys };
        Some(Plan::new(Operation::PressKeys(request), timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::PressKeys(request), Outcome::Acted(done)) = (operation, outcome) else { return None };
        let mut did = format!("pressed {}", chords(&request.keys));
        let aim = crate::words::aim(done, request.target.as_ref());
        if !aim.is_empty() {
            did.push_str(&format!(" in {aim}"));
        }
        Some(acted(&did, done))
    }
}

/// The combinations in `text`; what is none is told to `check`. Space around a `+` is no separator.
fn combinations(text: &str, check: &mut Check) -> Vec<Chord> {
    let joined = text.split('+').map(str::trim).collect::<Vec<_>>().join("+");
    let mut keys = Vec::new();
    for (index, part) in joined.split_whitespace().enumerate() {
        match part.parse() {
            Ok(chord) => keys.push(chord),
            Err(error) => check.refuse(problem(index + 1, part, &error)),
        }
    }
    if joined.trim().is_empty() {
        check.refuse_argument("keys", "`keys` is empty; accepted: combinations such as `Ctrl+S`");
    } else if keys.len() > MOST {
        check.refuse_argument(
            "keys",
            format!("`keys` has {} combinations; accepted: 1 to {MOST}", keys.len()),
        );
    }
    keys
}

/// What is wrong with a combination. A word that resembles no key may be text meant for `type_text`, perhaps a
/// secret: it is not shown.
fn problem(number: usize, part: &str, error: &BadChord) -> String {
    let (wrong, what, first, known): (_, _, _, Vec<&str>) = match error {
        BadChord::Empty(_) => {
            return format!(
                "combination {number} of `keys` lacks a key; write `Ctrl+S`, `F5`, or `Plus` for +"
            );
        }
        BadChord::UnknownKey(_) => {
            let names = NamedKey::ALL.iter().map(|key| key.name()).collect();
            let wrong = part.rsplit('+').next().unwrap_or_default();
            (wrong, "is not a key", "single characters, F1 to F24, ", names)
        }
        BadChord::UnknownModifier(_) => {
            let wrong = part.split('+').find(|name| !is_modifier(name)).unwrap_or_default();
            (wrong, "cannot be held", "", vec!["Ctrl", "Alt", "Shift", "Win"])
        }
    };
    match resembling(wrong, known.iter().copied()) {
        Some(meant) => format!(
            "combination {number} of `keys`: `{}` {what} (did you mean `{meant}`?)",
            model::ui::escape(wrong, 20)
        ),
        None => format!(
            "combination {number} of `keys`: a word of {} characters {what}; accepted: {first}{}; for text use type_text",
            wrong.chars().count(),
            known.join(", ")
        ),
    }
}

fn is_modifier(name: &str) -> bool {
    model::keys::Modifiers::default().hold(name.trim()).is_some()
}
